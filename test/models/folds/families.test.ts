import { describe, expect, test } from "vitest";
import { crossValidate, dense, fitMany, logistic, poisson, regularizationPath, rocAuc } from "../../../src/index.js";
import { randomStream } from "../../support/arbitraries.js";
import { testRefusals } from "../refusals.js";

const next = randomStream(3);
const n = 60;
const p = 4;
const X = dense(Float64Array.from({ length: n * p }, next), n, p);
const eta = Array.from({ length: n }, (_, i) => 2 * X.data[i * p] - X.data[i * p + 1] + next());
const labels = eta.map((value) => (value > 0.2 ? "yes" : "no"));
const counts = eta.map((value) => Math.round(3 * Math.exp(value)));
const weights = eta.map((_, i) => (i % 11 === 3 ? 0 : 1 + (i % 3)));
const offset = eta.map((_, i) => 0.2 * Math.sin(i));
const folds = Int32Array.from(eta, (_, i) => i % 5);
const lambdas = [0.2, 0.05, 0.01];
const options = { folds, lambdas, weights, offset, tolerance: 1e-12 };

/** The weighted mean of `error` over the rows of a fold, of a model fitted on the others. */
function byHand(
  fold: number,
  train: (weights: number[]) => { decision: (X: never, options: { offset: number[] }) => Float64Array },
  error: (eta: number, i: number) => number,
): number {
  const model = train(weights.map((weight, i) => (folds[i] === fold ? 0 : weight)));
  const decision = model.decision(X as never, { offset });
  let sum = 0;
  let total = 0;
  for (let i = 0; i < n; ++i) {
    if (folds[i] !== fold) continue;
    sum += weights[i] * error(decision[i], i);
    total += weights[i];
  }
  return sum / total;
}

describe("the errors of folds are those of fits on the other rows", () => {
  const fitLogistic = (lambda: number) => (rows: number[]) =>
    logistic(X, labels, { lambda, offset, weights: rows, tolerance: 1e-12 });
  const sign = (i: number): number => (labels[i] === "yes" ? 1 : -1);

  test.each([
    ["deviance", (value: number, i: number) => 2 * Math.log1p(Math.exp(-sign(i) * value))],
    ["misclassification", (value: number, i: number) => (value > 0 === sign(i) > 0 ? 0 : 1)],
  ] as const)("binomial %s", (measure, error) => {
    const cv = crossValidate(X, labels, { family: "binomial", measure, ...options });
    lambdas.forEach((lambda, k) => {
      for (let fold = 0; fold < 5; ++fold) {
        expect(cv.foldErrors[fold * 3 + k]).toBeCloseTo(byHand(fold, fitLogistic(lambda), error), 6);
      }
    });
    expect(cv.model().classes).toEqual(["no", "yes"]);
    expect(cv.path.family).toBe("binomial");
  });

  test("1 − AUC", () => {
    const cv = crossValidate(X, labels, { family: "binomial", measure: "auc", ...options });
    lambdas.forEach((lambda, k) => {
      for (let fold = 0; fold < 5; ++fold) {
        const model = fitLogistic(lambda)(weights.map((weight, i) => (folds[i] === fold ? 0 : weight)));
        const scores = model.decision(X, { offset });
        const rows = [...folds.keys()].filter((i) => folds[i] === fold);
        const auc = rocAuc(
          rows.map((i) => labels[i]),
          rows.map((i) => scores[i]),
          { weights: rows.map((i) => weights[i]) },
        );
        expect(cv.foldErrors[fold * 3 + k]).toBeCloseTo(1 - auc, 12);
      }
    });
  });

  test("Poisson deviance", () => {
    const cv = crossValidate(X, counts, { family: "poisson", ...options });
    const trained = (lambda: number) => (rows: number[]) =>
      poisson(X, counts, { lambda, offset, weights: rows, tolerance: 1e-12 });
    lambdas.forEach((lambda, k) => {
      for (let fold = 0; fold < 5; ++fold) {
        const deviance = byHand(fold, trained(lambda), (value, i) => {
          const y = counts[i];
          return 2 * ((y === 0 ? 0 : y * (Math.log(y) - value)) - y + Math.exp(value));
        });
        expect(cv.foldErrors[fold * 3 + k]).toBeCloseTo(deviance, 6);
      }
    });
  });
});

test("the path of a cross-validation is that of all rows, and two classes are the same as many", () => {
  const cv = crossValidate(X, labels, { family: "binomial", ...options });
  const path = regularizationPath(X, labels, { family: "binomial", lambdas, weights, offset, tolerance: 1e-12 });
  expect(cv.path.coefficients).toEqual(path.coefficients);
  const { offset: _, ...plain } = options;
  const ridge = { ...plain, l1Ratio: 0, standardize: true };
  const two = crossValidate(X, labels, { family: "binomial", ...ridge });
  // The symmetric softmax has half of each coefficient in either class, so its L2 penalty is half as large.
  const many = crossValidate(X, labels, {
    family: "multinomial",
    ...ridge,
    lambdas: lambdas.map((lambda) => 2 * lambda),
  });
  two.foldErrors.forEach((error, k) => {
    expect(many.foldErrors[k]).toBeCloseTo(error, 6);
  });
});

test("stratified folds, several ratios, leave-one-out", () => {
  const stratified = crossValidate(X, labels, { family: "binomial", folds: 5, stratify: true, measure: "auc" });
  expect(stratified.meanErrors[stratified.indexMin]).toBeLessThan(0.4);
  const ratios = crossValidate(X, labels, { family: "binomial", folds: 5, l1Ratio: [0, 0.5, 1], lambdaCount: 5 });
  expect(ratios.byRatio.map(({ l1Ratio }) => l1Ratio)).toEqual([0, 0.5, 1]);
  const loo = crossValidate(X, counts, { family: "poisson", folds: "loo", lambdas: [0.1] });
  expect(loo.foldErrors.length).toBe(n);
});

const alone = Int32Array.from(labels, (label, i) => (label === "yes" ? i % 2 : 2));
/** Three classes of which the first two rows of "yes" are the third; all rows but those are in folds 0 and 1. */
const rare = labels.map((label, i) => (i === labels.indexOf("yes") ? "maybe" : label));
const apart = Int32Array.from(rare, (label, i) => (label === "maybe" ? 2 : i % 2));
const firstTwo = Int32Array.from(labels, (_, i) => (i < 2 ? i : 2));
const only = (rows: (i: number) => boolean): number[] => labels.map((_, i) => (rows(i) ? 1 : 0));
const yes = (i: number): boolean => labels[i] === "yes";
const some = labels.indexOf("yes");
/** Two columns that are the same but in row 1. */
const twice = dense(
  Float64Array.from({ length: 2 * n }, (_, k) => Math.sin(k >> 1) + (k === 3 ? 1 : 0)),
  n,
  2,
);
testRefusals([
  ["an AUC of numbers", () => crossValidate(X, counts, { measure: "auc" }), "ERR_VALUE", '"measure"'],
  [
    "classes of counts",
    () => crossValidate(X, counts, { family: "poisson", measure: "misclassification" }),
    "ERR_VALUE",
    '"measure"',
  ],
  [
    "an AUC of many classes",
    () => crossValidate(X, labels, { family: "multinomial", measure: "auc" }),
    "ERR_VALUE",
    '"measure"',
  ],
  [
    "an AUC where a fold has one class",
    () => crossValidate(X, labels, { family: "binomial", measure: "auc", folds: alone }),
    "ERR_VALUE",
    'fold 0 of 3: its test rows have only class "yes"',
  ],
  [
    "an AUC where one class of a fold weighs nothing",
    () =>
      crossValidate(X, labels, {
        family: "binomial",
        measure: "auc",
        folds,
        weights: only((i) => folds[i] !== 3 || yes(i)),
      }),
    "ERR_VALUE",
    'fold 3 of 5: its test rows have only class "yes" of positive weight',
  ],
  [
    "an AUC of single rows",
    () => crossValidate(X, labels, { family: "binomial", measure: "auc", folds: "loo" }),
    "ERR_VALUE",
    "fold 0 of 60: its test rows have only class",
  ],
  [
    "a fold with all of a class",
    () =>
      crossValidate(
        X,
        eta.map((_, i) => +yes(i)),
        { family: "binomial", folds: labels.map((_, i) => +yes(i)) },
      ),
    "ERR_VALUE",
    "fold 0 of 2: its training rows have only class 1",
  ],
  [
    "a fold with all that weigh something of a class",
    () => crossValidate(X, labels, { family: "binomial", folds, weights: only((i) => !yes(i) || i === some) }),
    "ERR_VALUE",
    `fold ${folds[some]} of 5: its training rows have only class "no" of positive weight`,
  ],
  [
    "a fold with all of one of three classes",
    () => crossValidate(X, rare, { family: "multinomial", folds: apart }),
    "ERR_VALUE",
    'fold 2 of 3: its training rows have none of class "maybe"',
  ],
  [
    "a fold with all counts",
    () =>
      crossValidate(
        X,
        only((i) => i === 1),
        { family: "poisson", folds: firstTwo },
      ),
    "ERR_VALUE",
    "fold 1 of 3: its training rows have only counts of 0",
  ],
  [
    "a class without weight in all folds, which is no fault of one",
    () => crossValidate(X, labels, { family: "binomial", folds, weights: only(yes) }),
    "ERR_VALUE",
    '"y" must have both classes among the rows of positive weight, got one',
  ],
  [
    "a fold without weight",
    () => crossValidate(X, labels, { family: "binomial", folds, weights: only((i) => folds[i] !== 4) }),
    "ERR_VALUE",
    'fold 4 of 5: "weights" must have a positive sum over its test rows, got 0',
  ],
  [
    "least squares on columns that differ in one fold only",
    () => crossValidate(twice, eta, { folds: firstTwo, lambdas: [0], strategy: "qr" }),
    "ERR_RANK",
    'fold 1 of 3: "X" must have linearly independent columns',
  ],
  [
    "a fold of one of many models",
    () => {
      const y = [labels, labels.map((_, i) => (folds[i] === 1 ? "yes" : "no"))];
      throw fitMany({ X: [X, X], y, family: "binomial", lambda: "cv", folds }).errors[1];
    },
    "ERR_VALUE",
    'model 1: fold 1 of 5: its training rows have only class "no"',
  ],
]);

test("without an intercept a fold may have all of a class", () => {
  const options = { folds: labels.map((_, i) => +yes(i)), intercept: false, lambdas: [0.1] };
  expect(crossValidate(X, labels, { family: "binomial", ...options }).foldErrors).toHaveLength(2);
});

test("the deviance of classes is whole where a probability underflows", () => {
  const y = ["a", "b", "c", "c"];
  const offset = y.flatMap(() => [800, 800, 0]);
  const { foldErrors } = crossValidate(
    y.map((_, i) => [i]),
    y,
    { family: "multinomial", folds: Int32Array.of(0, 0, 0, 1), offset, intercept: false, lambdas: [1e9] },
  );
  const [near, far] = [Math.log(2), 800 + Math.log(2)];
  expect(foldErrors[0]).toBeCloseTo((2 * (near + near + far)) / 3, 10);
  expect(foldErrors[1]).toBeCloseTo(2 * far, 10);
});
