import { describe, expect, test } from "vitest";
import {
  type CrossValidation,
  crossValidate,
  lasso,
  regularizationPath,
  ridge,
  setBackend,
} from "../../../src/index.js";
import { assertSameBits } from "../../support/bits.js";
import { distance, goldenSet } from "../../support/golden.js";

const { X, y, X_rows } = goldenSet("ar_basic");
const n = X.rows;
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const errorsOf = (cv: CrossValidation, fold: number): Float64Array =>
  cv.foldErrors.slice(fold * cv.lambdas.length, (fold + 1) * cv.lambdas.length);

/** Fold weights name the fold of a row when each row weighs a power of two that is its own. */
function foldsOf(weights: Float64Array, rows: number): number[] {
  return upTo(rows).map((i) => weights.findIndex((weight) => Math.floor(weight / 2 ** i) % 2 === 1));
}

describe("the table", () => {
  const weights = y.map((_, i) => 1 + (i % 3));
  const cv = crossValidate(X, y, { folds: 5, seed: 3, weights, lambdaCount: 40 });

  test("means, standard errors and both rules follow from the fold errors", () => {
    const { foldWeights, lambdas, meanErrors, standardErrors } = cv;
    const total = foldWeights.reduce((sum, weight) => sum + weight, 0);
    expect(total).toBe(weights.reduce((sum, weight) => sum + weight, 0));
    lambdas.forEach((_, k) => {
      const errors = upTo(5).map((fold) => errorsOf(cv, fold)[k]);
      const mean = errors.reduce((sum, error, fold) => sum + (foldWeights[fold] / total) * error, 0);
      const spread = errors.reduce((sum, error, fold) => sum + (foldWeights[fold] / total) * (error - mean) ** 2, 0);
      expect(meanErrors[k]).toBeCloseTo(mean, 12);
      expect(standardErrors[k]).toBeCloseTo(Math.sqrt(spread / 4), 12);
    });
    const best = meanErrors.indexOf(Math.min(...meanErrors));
    expect(cv.indexMin).toBe(best);
    expect(cv.lambdaMin).toBe(lambdas[best]);
    const limit = meanErrors[best] + standardErrors[best];
    expect(cv.index1se).toBe(meanErrors.findIndex((error) => error <= limit));
    expect(cv.lambda1se).toBe(lambdas[cv.index1se]);
    expect(cv.index1se).toBeLessThanOrEqual(best);
  });

  test.each([1e145, 1e-145])("errors whose squares are no numbers have standard errors too: y times %s", (factor) => {
    const [usual, other] = [y, y.map((value) => value * factor)].map((target) =>
      crossValidate(X, target, { folds: 5, seed: 3, lambdaCount: 40 }),
    );
    expect(other.index1se).toBe(usual.index1se);
    for (const [k, error] of usual.standardErrors.entries())
      expect(other.standardErrors[k] / factor / factor / error).toBeCloseTo(1, 6);
  });

  test("the path is that of all rows, and models are its own", () => {
    const path = regularizationPath(X, y, { weights, lambdaCount: 40 });
    expect(cv.path.lambdas).toBe(cv.lambdas);
    expect(distance(cv.lambdas, path.lambdas)).toBeLessThan(1e-14);
    expect(distance(cv.path.coefficients, path.coefficients)).toBeLessThan(1e-12);
    expect(distance(cv.path.intercepts, path.intercepts)).toBeLessThan(1e-14);
    expect(cv.path.nonzeros).toEqual(path.nonzeros);
    expect(cv.path.converged).toEqual(path.converged);
    expect(cv.model()).toEqual(cv.path.model(cv.indexMin));
    expect(cv.model("min")).toEqual(cv.path.model(cv.indexMin));
    expect(cv.model("1se")).toEqual(cv.path.model(cv.index1se));
  });

  test("says when the best lambda is at an edge", () => {
    expect(cv.atEdge).toBe(false);
    const lambdas = [cv.lambdaMin, cv.lambdaMin / 2, cv.lambdaMin / 4];
    expect(crossValidate(X, y, { folds: 5, seed: 3, weights, lambdas }).atEdge).toBe(true);
    expect(crossValidate(X, y, { folds: 5, seed: 3, weights, lambdas: [cv.lambda1se * 2, cv.lambda1se] }).atEdge).toBe(
      true,
    );
  });

  test("of equal errors the largest lambda wins", () => {
    const largest = cv.lambdas[0];
    const tied = crossValidate(X, y, { folds: 5, lambdas: [40 * largest, 30 * largest, 20 * largest] });
    expect(new Set(tied.meanErrors).size).toBe(1);
    expect([tied.indexMin, tied.index1se]).toEqual([0, 0]);
  });

  test("is the same on both backends, bit for bit", () => {
    setBackend("js");
    const js = crossValidate(X, y, { folds: 5, seed: 3, weights, lambdaCount: 40 });
    setBackend("auto");
    assertSameBits(js.foldErrors, cv.foldErrors);
    assertSameBits(js.path.coefficients, cv.path.coefficients);
  });
});

describe("folds", () => {
  test("a fold's errors are those of models fitted without it", () => {
    const folds = Int32Array.from(y, (_, i) => i % 4);
    const weights = y.map((_, i) => 1 + (i % 2));
    const offset = y.map((_, i) => Math.sin(i));
    const lambdas = [0.5, 0.1];
    const cv = crossValidate(X, y, { folds, weights, offset, lambdas, tolerance: 1e-13 });
    for (const fold of upTo(4)) {
      const train = upTo(n).filter((i) => folds[i] !== fold);
      const held = upTo(n).filter((i) => folds[i] === fold);
      const pick = <T>(values: readonly T[], rows: number[]): T[] => rows.map((i) => values[i]);
      lambdas.forEach((lambda, k) => {
        const model = lasso(pick(X_rows, train), pick(y, train), {
          lambda,
          weights: pick(weights, train),
          offset: pick(offset, train),
          tolerance: 1e-13,
        });
        const predicted = model.predict(pick(X_rows, held), { offset: pick(offset, held) });
        const sum = held.reduce((total, i, at) => total + weights[i] * (y[i] - predicted[at]) ** 2, 0);
        const mean = sum / held.reduce((total, i) => total + weights[i], 0);
        expect(errorsOf(cv, fold)[k]).toBeCloseTo(mean, 8);
      });
    }
  });

  test("are reproducible from the seed, and others from another", () => {
    const errors = (seed?: number): Float64Array =>
      crossValidate(X, y, { lambdaCount: 5, ...(seed === undefined ? {} : { seed }) }).foldErrors;
    assertSameBits(errors(1), errors(1));
    assertSameBits(errors(), errors(0));
    expect(errors(1)).not.toEqual(errors(2));
    expect(errors(-1)).not.toEqual(errors(1));
  });

  const small = { X: X_rows.slice(0, 24), y: y.slice(0, 24) };
  const names = upTo(24).map((i) => 2 ** i);
  const deal = (options: object): number[] =>
    foldsOf(crossValidate(small.X, small.y, { weights: names, lambdas: [1], ...options }).foldWeights, 24);

  test("hold each row once and are as equal as they can be", () => {
    for (const folds of [2, 5, 24]) {
      for (const stratify of [false, true]) {
        const of = deal({ folds, stratify });
        const sizes = upTo(folds).map((fold) => of.filter((f) => f === fold).length);
        expect(of.includes(-1)).toBe(false);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }
    }
  });

  test("can be given", () => {
    const folds = upTo(24).map((i) => (i * 7) % 5);
    expect(deal({ folds })).toEqual(folds);
    expect(deal({ folds: Int32Array.from(folds) })).toEqual(folds);
    expect(deal({ folds: "loo" })).toEqual(upTo(24));
  });

  test("keep groups together", () => {
    const groups = upTo(24).map((i) => `group ${i % 7}`);
    const of = deal({ folds: 3, groups });
    for (const name of new Set(groups)) expect(new Set(of.filter((_, i) => groups[i] === name)).size).toBe(1);
    expect(new Set(of).size).toBe(3);
    expect(deal({ folds: 3, groups: Int32Array.from(groups, (name) => Number(name.at(-1))) })).toEqual(of);
  });

  test("balance y when stratified: of each K rows next to each other in y, one for each fold", () => {
    const of = deal({ folds: 4, stratify: true, seed: 5 });
    const order = upTo(24).sort((i, j) => small.y[i] - small.y[j]);
    for (let start = 0; start < 24; start += 4) {
      expect(
        order
          .slice(start, start + 4)
          .map((i) => of[i])
          .sort(),
      ).toEqual([0, 1, 2, 3]);
    }
  });
});

describe("leave-one-out", () => {
  const rows = X_rows.slice(0, 30);
  const target = y.slice(0, 30);
  const without = <T>(values: readonly T[], i: number): T[] => values.filter((_, k) => k !== i);

  test.each([
    [true, 20],
    [false, 20],
    [true, 45],
  ])("of ridge is that of refits that keep W·lambda, intercept %s, %s columns", (intercept, p) => {
    const wide = rows.map((row, i) => upTo(p).map((j) => (j < 20 ? row[j] : Math.sin(i * j))));
    const weights = target.map((_, i) => 1 + (i % 3));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const options = { standardize: false, intercept };
    const cv = crossValidate(wide, target, { ...options, weights, folds: "loo", lambdas: [1, 0.01], l1Ratio: 0 });
    [1, 0.01].forEach((lambda, k) => {
      upTo(30).forEach((i) => {
        const rest = { ...options, weights: without(weights, i), lambda: (total * lambda) / (total - weights[i]) };
        const model = ridge(without(wide, i), without(target, i), rest);
        const error = (target[i] - model.predict([wide[i]])[0]) ** 2;
        expect(Math.abs(errorsOf(cv, i)[k] - error)).toBeLessThan(1e-9 * (1 + error));
      });
    });
  });

  test("of a lasso is that of refits at the same lambda", () => {
    const cv = crossValidate(rows, target, { folds: "loo", lambdas: [0.2], tolerance: 1e-13 });
    upTo(30).forEach((i) => {
      const model = lasso(without(rows, i), without(target, i), { lambda: 0.2, tolerance: 1e-13 });
      expect(cv.foldErrors[i]).toBeCloseTo((target[i] - model.predict([rows[i]])[0]) ** 2, 8);
    });
  });

  test("of ridge with bounds is by refits too", () => {
    const options = { folds: "loo", lambdas: [0.2], l1Ratio: 0, tolerance: 1e-13 } as const;
    const loose = crossValidate(rows, target, { ...options, lowerBounds: -1e6 });
    const given = crossValidate(rows, target, { ...options, folds: upTo(30) });
    expect(distance(loose.foldErrors, given.foldErrors)).toBeLessThan(1e-6);
  });
});

describe("several l1Ratios", () => {
  const cv = crossValidate(X, y, { l1Ratio: [0, 0.5, 1], folds: 5, lambdaCount: 20 });

  test("each has a table as if it were alone, and the one with the smallest error is the result", () => {
    expect(cv.byRatio.map(({ l1Ratio }) => l1Ratio)).toEqual([0, 0.5, 1]);
    for (const table of cv.byRatio) {
      const alone = crossValidate(X, y, { l1Ratio: table.l1Ratio, folds: 5, lambdaCount: 20 });
      expect(table).toEqual(alone.byRatio[0]);
      expect(alone).toMatchObject(table);
    }
    const best = Math.min(...cv.byRatio.map(({ meanErrors }) => Math.min(...meanErrors)));
    expect(cv.meanErrors[cv.indexMin]).toBe(best);
    const winner = cv.byRatio.find(({ l1Ratio }) => l1Ratio === cv.l1Ratio)!;
    expect(cv).toMatchObject(winner);
    expect(cv.model().l1Ratio).toBe(cv.l1Ratio);
  });

  test("of equal errors the sparser wins", () => {
    const tied = crossValidate(X, y, { l1Ratio: [0.5, 1, 0.7], folds: 5, lambdas: [1e6] });
    expect(tied.l1Ratio).toBe(1);
  });
});
