import { crossValidate, lasso, regularizationPath, ridge } from "regulus";
import { reportOf } from "regulus/report";
import { describe, expect, test } from "vitest";
import { diabetes } from "./dataSets.js";
import { threeOfSix } from "./fits.js";

const { X, y, names } = threeOfSix();

test("of a cross-validation: how few are as good, which, and what error is left", () => {
  const { X, y } = diabetes();
  const cv = crossValidate(X, y, { seed: 1 });
  const { sentence, detail } = reportOf(cv, { target: "progression" });
  const [kept, best] = [cv.model("1se").nonzeros, cv.model("min").nonzeros];
  expect(sentence).toBe(
    `${kept} of 10 variables predict progression as well, within one standard error, as the best model of ${best}.`,
  );
  expect(detail).toContain("bmi, s5_ltg, bp and s3_hdl are kept; the other 6 are exactly zero.");
  const share = 1 - cv.meanErrors[cv.index1se] / cv.meanErrors[0];
  expect(detail).toContain(`explaining ${(100 * share).toFixed(0)} % of the variance in data not seen`);
});

describe("of other measures", () => {
  const labels = y.map((value) => (value > 0 ? "yes" : "no"));
  test.each([
    ["auc", /AUC [01]\.\d{3} ± 0\.\d{3} in data not seen/],
    ["misclassification", /% are put into a wrong class in data not seen/],
    ["deviance", /\(deviance\), explaining \d+ % of the deviance/],
  ] as const)("%s", (measure, words) => {
    const cv = crossValidate(X, labels, { family: "binomial", measure, seed: 1 });
    expect(reportOf(cv).detail).toMatch(words);
  });
});

test("names stand in sentences short, and apart where they run from right to left", () => {
  const long = `${"a name that goes on and on ".repeat(8)}and on`;
  const own = [long, "\u202eturned", "שלום", ...names.slice(3)];
  const model = lasso(X, y, { lambda: 0.1, names: own });
  const { sentence, detail, names: whole } = reportOf(model, { target: "عالم" });
  expect(whole).toEqual(own);
  expect(sentence).toMatch(/ predict \u2068عالم\u2069, a name that goes on .*….* the most/);
  expect(detail).not.toContain("\u202e");
  expect(detail).toMatch(/, (turned|\u2068שלום\u2069)/);
  expect(Math.max(...detail.split(/, | and /).map((part) => part.length))).toBeLessThan(80);
});

test("one lambda is one", () => {
  const { facts } = reportOf(crossValidate(X, y, { names, folds: 5, seed: 1, lambdas: [0.1] }));
  expect(facts.join(" ")).toContain("1 lambda in 5 folds");
});

test("of models and paths", () => {
  expect(reportOf(lasso(X, y, { lambda: 0.1, names })).sentence).toBe(
    "3 of 6 variables predict the response, age the most.",
  );
  expect(reportOf(ridge(X, y, { lambda: 0.1, names }), { target: "growth" }).sentence).toBe(
    "All 6 variables predict growth, age the most.",
  );
  expect(reportOf(regularizationPath(X, y, { names })).sentence).toBe(
    "age is the first to predict the response; as the penalty weakens, 6 of 6 variables are kept.",
  );
  expect(reportOf(regularizationPath(X, y, { names, l1Ratio: 0 })).sentence).toBe(
    "All 6 variables are used to predict the response, by less the stronger the penalty.",
  );
  const one = X.map(([a]) => [a]);
  expect(reportOf(lasso(one, y, { lambda: 0.1 })).sentence).toBe("The one variable predicts the response.");
});
