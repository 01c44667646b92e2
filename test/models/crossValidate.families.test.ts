import { describe, expect, test } from "vitest";
import { crossValidate, dense, logistic, poisson, regularizationPath, rocAuc } from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";
import { testRefusals } from "./refusals.js";

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
    "in fold 0",
  ],
]);
