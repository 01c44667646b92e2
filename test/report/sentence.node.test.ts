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
