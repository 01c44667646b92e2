import { describe, expect, onTestFinished, test } from "vitest";
import {
  adaptiveFactors,
  crossValidate,
  crossValidationFromJSON,
  dense,
  fitMany,
  folds,
  lasso,
  logistic,
  type MatrixLike,
  modelFromJSON,
  multinomial,
  type Path,
  pathFromJSON,
  poisson,
  regularizationPath,
  ridge,
  setBackend,
  sparse,
} from "../../src/index.js";
import references from "../fixtures/golden/relaxed_glmnet.json" with { type: "json" };
import { randomStream } from "../support/arbitraries.js";
import { assertSameBits } from "../support/bits.js";
import { distance, goldenSet } from "../support/golden.js";
import { compress } from "../support/matrices.js";
import { glmMinimum } from "./glmOracle.js";
import { wrong } from "./refusals.js";

const next = randomStream(7);
const n = 60;
const p = 7;
const X = Array.from({ length: n }, () => Array.from({ length: p }, (_, j) => next() * (1 + j) + j));
const level = X.map((row) => row[0] - 0.4 * row[2] + 0.05 * row[5]);
const y = level.map((value) => value + 0.5 * next());
const labels = level.map((value) => (value + 3 * next() > 0 ? "yes" : "no"));
const counts = level.map((value) => Math.round(Math.exp(0.5 * value) + 1 + next()));
const weights = y.map((_, i) => 0.3 + (i % 4));

/** Least squares with an intercept by the normal equations of centred columns, with weights. */
function leastSquares(columns: readonly number[], s: readonly number[]): { w: number[]; b: number } {
  const total = s.reduce((sum, one) => sum + one, 0);
  const mean = (value: (i: number) => number): number => s.reduce((sum, one, i) => sum + one * value(i), 0) / total;
  const centres = columns.map((j) => mean((i) => X[i][j]));
  const centre = mean((i) => y[i]);
  const A = columns.map((j, a) => [
    ...columns.map((k, c) => mean((i) => (X[i][j] - centres[a]) * (X[i][k] - centres[c]))),
    mean((i) => (X[i][j] - centres[a]) * (y[i] - centre)),
  ]);
  for (let k = 0; k < A.length; ++k) {
    for (let i = 0; i < A.length; ++i) {
      if (i === k) continue;
      const factor = A[i][k] / A[k][k];
      A[i] = A[i].map((value, c) => value - factor * A[k][c]);
    }
  }
  const w = A.map((row, k) => row[A.length] / row[k]);
  return { w, b: centre - w.reduce((sum, value, a) => sum + value * centres[a], 0) };
}

const supportAt = (path: Path, k: number): number[] =>
  Array.from({ length: p }, (_, j) => j).filter((j) => path.coefficients[k * p + j] !== 0);

/** X as compressed columns. */
function compressed(rows: readonly number[][]): MatrixLike {
  const [m, columns] = [rows.length, rows[0].length];
  const { values, rowIndices, columnPointers } = compress(
    m,
    columns,
    rows[0].flatMap((_, j) => rows.map((row) => row[j])),
  );
  return sparse({ rows: m, columns, values, rowIndices, columnPointers });
}

const forms: Record<string, MatrixLike> = {
  rows: X,
  columns: dense(Float64Array.from(X[0].flatMap((_, j) => X.map((row) => row[j]))), n, p, { order: "column" }),
  sparse: compressed(X),
};

describe.for(Object.entries(forms))("the relaxed path, X as %s", ([, data]) => {
  test.for(["wasm", "js"] as const)("is the mix with least squares on the columns of each lambda, %s", (backend) => {
    setBackend(backend);
    onTestFinished(() => setBackend("auto"));
    const path = regularizationPath(data, y, { relax: [0, 0.3, 1], lambdaCount: 20, weights, tolerance: 1e-12 });
    expect(path.nonzeros[0]).toBe(0);
    expect(path.relaxed(0).intercepts[0]).toBe(path.intercepts[0]);
    for (const gamma of [0, 0.3, 1]) {
      const relaxed = path.relaxed(gamma);
      expect(relaxed).toMatchObject({ gamma, lambdas: path.lambdas, nonzeros: path.nonzeros });
      expect(relaxed.dualityGaps.every(Number.isNaN)).toBe(true);
      for (let k = 0; k < path.lambdas.length; ++k) {
        const columns = supportAt(path, k);
        const { w, b } = leastSquares(columns, weights);
        const model = relaxed.model(k);
        expect(model).toMatchObject({ gamma, converged: true });
        expect(model.intercept).toBeCloseTo(gamma * path.intercepts[k] + (1 - gamma) * b, 8);
        for (let j = 0; j < p; ++j) {
          const refitted = columns.includes(j) ? w[columns.indexOf(j)] : 0;
          expect(model.coefficients[j]).toBeCloseTo(gamma * path.coefficients[k * p + j] + (1 - gamma) * refitted, 8);
        }
        const total = weights.reduce((sum, one) => sum + one, 0);
        const centre = weights.reduce((sum, one, i) => sum + one * y[i], 0) / total;
        const fitted = model.predict(X);
        const rest = weights.reduce((sum, one, i) => sum + one * (y[i] - fitted[i]) ** 2, 0);
        const all = weights.reduce((sum, one, i) => sum + one * (y[i] - centre) ** 2, 0);
        expect(relaxed.devianceRatios[k]).toBeCloseTo(1 - rest / all, 10);
      }
    }
  });
});

describe("glmnet's relaxed fits", () => {
  test.for(references.fits.map((fit) => [fit.dataset, fit] as const))("%s", ([name, fit]) => {
    const set = goldenSet(name);
    const { lambda: lambdas, family } = fit;
    const options = { ...set.data, lambdas, relax: [0, 0.25], tolerance: 1e-17 };
    const path =
      family === "binomial"
        ? (regularizationPath(set.X, [...set.y], { ...options, family }) as unknown as Path)
        : regularizationPath(set.X, set.y, options);
    const [free, quarter] = [path.relaxed(0), path.relaxed(0.25)];
    const [betas, penalised] = [fit.relaxed_beta.flat(), fit.beta.flat()];
    expect(betas.some((beta) => beta === 0)).toBe(true);
    const size = Math.max(...betas.map(Math.abs));
    expect(distance(free.coefficients, betas)).toBeLessThan(1e-7 * size);
    expect(distance(free.intercepts, fit.relaxed_a0)).toBeLessThan(1e-7 * size);
    expect(distance(free.devianceRatios, fit.relaxed_dev_ratio)).toBeLessThan(1e-9);
    const mix = betas.map((beta, k) => 0.25 * penalised[k] + 0.75 * beta);
    expect(distance(quarter.coefficients, mix)).toBeLessThan(1e-6 * size);
  });
});

describe("the fit without penalty", () => {
  test.for(["binomial", "poisson"] as const)("of the %s family is the minimum on those columns", (family) => {
    const target = family === "binomial" ? labels : counts;
    const options = { family, relax: [0], lambdas: [0.2, 0.05, 0.01], tolerance: 1e-12, weights };
    const path = regularizationPath(X, target as string[], options as { family: "binomial" });
    const free = path.relaxed(0);
    for (let k = 0; k < 3; ++k) {
      const isIn = Array.from({ length: p }, (_, j) => path.coefficients[k * p + j] !== 0);
      expect(isIn).toContain(true);
      const { w, b } = glmMinimum({
        X,
        y: family === "binomial" ? labels.map((label) => (label === "yes" ? 1 : 0)) : counts,
        lambda: 0,
        l1Ratio: 1,
        intercept: true,
        standardize: false,
        weights,
        penaltyFactor: isIn.map((one) => (one ? 0 : Number.POSITIVE_INFINITY)),
        lowerBounds: isIn.map(() => Number.NEGATIVE_INFINITY),
        upperBounds: isIn.map(() => Number.POSITIVE_INFINITY),
        offset: y.map(() => 0),
        family,
        K: 1,
      });
      for (let j = 0; j < p; ++j) expect(free.coefficients[k * p + j]).toBeCloseTo(w[j], 5);
      expect(free.intercepts[k]).toBeCloseTo(b[0], 5);
    }
  });

  test("of classes has the columns of any class, and intercepts that sum to 0", () => {
    const noisy = level.map((value) => value + 3 * next());
    const three = noisy.map((value) => (value < -1 ? "low" : value > 1 ? "high" : "middle"));
    const path = regularizationPath(X, three, { family: "multinomial", relax: [0], lambdas: [0.05] });
    const free = path.relaxed(0).model(0);
    const used = Array.from({ length: p }, (_, j) => [0, 1, 2].some((c) => path.coefficients[c * p + j] !== 0));
    expect(used).toContain(false);
    const direct = multinomial(X, three, {
      lambda: 0,
      penaltyFactor: used.map((one) => (one ? 1 : Number.POSITIVE_INFINITY)),
    });
    free.coefficients.forEach((value, k) => {
      expect(value).toBeCloseTo(direct.coefficients[k], 3);
    });
    expect(free.intercepts.reduce((sum, one) => sum + one)).toBeCloseTo(0, 12);
  });

  test("keeps bounds, offsets and columns without a penalty", () => {
    const offset = y.map((_, i) => Math.sin(i));
    const options = { upperBounds: 0.3, offset, penaltyFactor: [1, 1, 1, 1, 1, 1, 0], lambdas: [0.5, 0.05] };
    const path = regularizationPath(X, y, { ...options, relax: [0] });
    const free = path.relaxed(0);
    for (let k = 0; k < 2; ++k) {
      const isIn = Array.from({ length: p }, (_, j) => path.coefficients[k * p + j] !== 0 || j === 6);
      const direct = lasso(X, y, {
        offset,
        upperBounds: 0.3,
        lambda: 0,
        tolerance: 1e-12,
        penaltyFactor: isIn.map((one) => (one ? 1 : Number.POSITIVE_INFINITY)),
      });
      expect(Math.max(...free.coefficients)).toBeLessThanOrEqual(0.3);
      for (let j = 0; j < p; ++j) expect(free.coefficients[k * p + j]).toBeCloseTo(direct.coefficients[j], 4);
      expect(free.model(k).hasOffset).toBe(true);
    }
  });

  test.for(Object.entries({ dense: 0, sparse: 1, bounded: 2, logistic: 3 }))(
    "has not converged on columns that depend on each other: %s",
    ([, kind]) => {
      const twice = X.map((row) => [row[0], row[0], row[2]]);
      const data = kind === 1 ? compressed(twice) : twice;
      const options = { l1Ratio: 0.5, lambdas: [0.1], relax: [0, 1], ...(kind === 2 && { lowerBounds: -5 }) };
      const path: Path =
        kind === 3
          ? (regularizationPath(data, labels, { ...options, family: "binomial" }) as unknown as Path)
          : regularizationPath(data, y, options);
      expect(path.nonzeros[0]).toBe(3);
      expect([...path.converged]).toEqual([1]);
      expect([...path.relaxed(0).converged]).toEqual([0]);
      expect(path.relaxed(0).coefficients.every(Number.isFinite)).toBe(true);
    },
  );

  test("has not converged where there are as many columns as rows", () => {
    const wide = Array.from({ length: 5 }, () => Array.from({ length: 9 }, () => next()));
    const path = regularizationPath(wide, [1, 2, 0, 4, 1], { relax: [0], lambdas: [1e-3], l1Ratio: 0.1 });
    expect(path.nonzeros[0]).toBeGreaterThan(4);
    expect(path.converged[0]).toBe(1);
    expect(path.relaxed(0).converged[0]).toBe(0);
  });
});

describe("cross-validation of mixes", () => {
  const dealt = folds(n, { folds: 4, seed: 3 });
  const options = { relax: [1, 0, 0.5], lambdaCount: 12, folds: dealt };

  test("measures each mix of the fits without a fold", () => {
    const cv = crossValidate(X, y, { ...options, weights });
    expect(cv.byGamma?.map(({ gamma }) => gamma)).toEqual([1, 0.5, 0]);
    dealt.forEach((rows, fold) => {
      const training = weights.map((weight, i) => (rows.includes(i) ? 0 : weight));
      const path = regularizationPath(X, y, { weights: training, lambdas: cv.lambdas, relax: [0, 0.5, 1] });
      for (const { gamma, foldErrors } of cv.byGamma ?? []) {
        const relaxed = path.relaxed(gamma);
        cv.lambdas.forEach((_, k) => {
          const fitted = relaxed.model(k).predict(X);
          let sum = 0;
          let total = 0;
          for (const i of rows) {
            sum += weights[i] * (y[i] - fitted[i]) ** 2;
            total += weights[i];
          }
          expect(foldErrors[fold * cv.lambdas.length + k]).toBeCloseTo(sum / total, 8);
        });
      }
    });
  });

  test("chooses lambda and gamma together, 1-SE the largest lambda and then the largest gamma", () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const cv = crossValidate(X, y, { ...options, folds: 5, seed });
      const { byGamma = [], lambdas } = cv;
      const pairs = byGamma.flatMap(({ gamma, meanErrors, standardErrors }) =>
        Array.from(meanErrors, (error, k) => ({ gamma, lambda: lambdas[k], error, se: standardErrors[k] })),
      );
      const [best] = pairs.toSorted((a, b) => a.error - b.error || b.lambda - a.lambda || b.gamma - a.gamma);
      expect(cv).toMatchObject({ gammaMin: best.gamma, lambdaMin: best.lambda });
      const [simplest] = pairs
        .filter(({ error }) => error <= best.error + best.se)
        .toSorted((a, b) => b.lambda - a.lambda || b.gamma - a.gamma);
      expect(cv).toMatchObject({ gamma1se: simplest.gamma, lambda1se: simplest.lambda });
      expect(cv.lambda1se).toBeGreaterThanOrEqual(cv.lambdaMin);
      assertSameBits(cv.model("1se").coefficients, cv.path.relaxed(simplest.gamma).model(cv.index1se).coefficients);
      expect(String(cv)).toContain("gamma");
    }
  });

  test("predicts rows out of their folds by the mix that is chosen", () => {
    const cv = crossValidate(X, labels, { ...options, family: "binomial", relax: [0], stratify: false });
    const etas = cv.outOfFold("min", { type: "decision" });
    dealt.forEach((rows) => {
      const training = labels.map((_, i) => (rows.includes(i) ? 0 : 1));
      const path = regularizationPath(X, labels, {
        family: "binomial",
        weights: training,
        lambdas: cv.lambdas,
        relax: [0],
      });
      const own = path.relaxed(0).model(cv.indexMin).decision(X);
      for (const i of rows) expect(etas[i]).toBeCloseTo(own[i], 6);
    });
  });

  test("comes back from JSON and clones, bit for bit", () => {
    const cv = crossValidate(X, y, { ...options, l1Ratio: [0.5, 1], keepFolds: true });
    const text = JSON.stringify(cv);
    const again = crossValidationFromJSON(JSON.parse(text));
    expect(again).toEqual(cv);
    expect(JSON.stringify(again)).toBe(text);
    expect(crossValidationFromJSON(structuredClone(cv) as typeof cv)).toEqual(cv);
    const path = regularizationPath(X, y, { relax: [0.5], standardize: false, lambdaCount: 5 });
    expect(pathFromJSON(JSON.parse(JSON.stringify(path)))).toEqual(path);
    expect(pathFromJSON(structuredClone(path))).toEqual(path);
    const relaxed = path.relaxed(0.5);
    expect(pathFromJSON(JSON.parse(JSON.stringify(relaxed)))).toEqual(relaxed);
    expect(modelFromJSON(JSON.parse(JSON.stringify(relaxed.model(3))))).toEqual(relaxed.model(3));
  });
});

describe("refusals of mixes", () => {
  const path = regularizationPath(X, y, { relax: [0.5], lambdaCount: 3 });
  test.for([
    ["relax that is no list", () => regularizationPath(X, y, { relax: wrong(0.5) }), '"relax" must be a list'],
    ["a gamma above 1", () => regularizationPath(X, y, { relax: [0, 1.5] }), '"relax[1]" must be'],
    ["a mix that was not asked for", () => path.relaxed(0.4), '"gamma" must be one of 0.5, got 0.4'],
    ["a path without mixes", () => regularizationPath(X, y).relaxed(0), '"relax"'],
    [
      "gammas that do not descend",
      () => pathFromJSON(wrong({ ...path.toJSON(), relaxation: { ...path.toJSON().relaxation, gammas: [0, 0.5] } })),
      '"gammas" must descend',
    ],
    [
      "a relaxation without mixes",
      () => pathFromJSON(wrong({ ...path.toJSON(), relaxation: { ...path.toJSON().relaxation, gammas: [] } })),
      "number of gammas",
    ],
    [
      "a model without a gap that is no mix",
      () => modelFromJSON(wrong({ ...path.relaxed(0.5).model(2).toJSON(), gamma: undefined })),
      '"converged"',
    ],
  ] as const)("%s", ([, call, message]) => {
    expect(call).toThrow(message);
  });
});

describe("adaptiveFactors", () => {
  const first = ridge(X, y, { lambda: 0.1 });

  test("are |sd·w| to the power of −gamma", () => {
    const factors = adaptiveFactors(first);
    factors.forEach((factor, j) => {
      expect(factor).toBeCloseTo(1 / Math.abs(first.sds[j] * first.coefficients[j]), 10);
    });
    adaptiveFactors(first, { gamma: 0.5 }).forEach((factor, j) => {
      expect(factor).toBeCloseTo(Math.sqrt(factors[j]), 10);
    });
    expect([...adaptiveFactors(first, { gamma: 0 })]).toEqual(new Array(p).fill(1));
  });

  test("are Infinity where the coefficient is 0, which leaves the column out", () => {
    const sparseFit = lasso(X, y, { lambda: 0.3 });
    const factors = adaptiveFactors(sparseFit);
    sparseFit.coefficients.forEach((value, j) => {
      expect(factors[j] === Number.POSITIVE_INFINITY).toBe(value === 0);
    });
    const second = lasso(X, y, { lambda: 0.01, penaltyFactor: factors });
    sparseFit.coefficients.forEach((value, j) => {
      if (value === 0) expect(second.coefficients[j]).toBe(0);
    });
    expect(second.nonzeros).toBeGreaterThan(0);
  });

  test("go by |w| where the fit was not standardised, of saved models and of many too", () => {
    const plain = ridge(X, y, { lambda: 0.1, standardize: false });
    const expected = plain.coefficients.map((value) => 1 / Math.abs(value));
    assertSameBits(adaptiveFactors(plain), expected);
    assertSameBits(adaptiveFactors(modelFromJSON(JSON.parse(JSON.stringify(plain)))), expected);
    const many = fitMany({ X: [X, X], y: [y, y], lambda: 0.1, l1Ratio: 0, standardize: false });
    adaptiveFactors(many.model(1)).forEach((factor, j) => {
      expect(factor / expected[j]).toBeCloseTo(1, 4);
    });
    expect(adaptiveFactors(logistic(X, labels, { lambda: 0.01 })).length).toBe(p);
    expect(adaptiveFactors(poisson(X, counts, { lambda: 0.01 })).length).toBe(p);
  });

  test.for([
    ["no model", () => adaptiveFactors(wrong({ coefficients: [1] })), '"model" must be a model'],
    [
      "a multinomial model",
      () =>
        adaptiveFactors(
          multinomial(
            X,
            counts.map((count) => Math.min(count, 3)),
            { lambda: 0.1 },
          ),
        ),
      "multinomial",
    ],
    ["a negative gamma", () => adaptiveFactors(first, { gamma: -1 }), '"gamma" must be'],
    ["another option", () => adaptiveFactors(first, wrong({ power: 1 })), "power"],
  ] as const)("refuses %s", ([, call, message]) => {
    expect(call).toThrow(message);
  });
});
