import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dense,
  logistic,
  type Multinomial,
  modelFromJSON,
  multinomial,
  regularizationPath,
  setBackend,
  sparse,
} from "../../src/index.js";
import { compress } from "../support/matrices.js";
import { type GlmProblem, glmMinimum, glmObjective, glmScale } from "./glmOracle.js";
import { isEligible, penaltyScales } from "./oracle.js";
import { problems } from "./problems.js";
import { testRefusals, wrong } from "./refusals.js";

fc.configureGlobal({ seed: 20240229, numRuns: 120 });

/** Problems of 2 to 4 classes, all of which have a row of positive weight, with an offset for each class or none. */
const cases: fc.Arbitrary<GlmProblem> = fc
  .tuple(problems, fc.integer({ min: 2, max: 4 }), fc.boolean())
  .filter(([{ y }, K]) => y.length >= K)
  .map(([problem, K, hasOffset]) => {
    const n = problem.y.length;
    const ranks = problem.y.map((value) => problem.y.filter((other) => other < value).length);
    const y = ranks.map((rank, i) => (i < K ? i : Math.floor((rank * K) / n)));
    return {
      ...problem,
      family: "multinomial",
      K,
      y,
      weights: problem.weights.map((weight, i) => (i < K ? weight + 0.1 : weight)),
      offset: Array.from({ length: n * K }, (_, at) => (hasOffset ? Math.sin(at) : 0)),
    };
  });

const fitted = (problem: GlmProblem, more: object = {}): Multinomial => {
  const { X, y, family: _, K: _K, ...options } = problem;
  return multinomial(X, y, { ...options, ...more });
};

/** The largest violation of an optimality condition of (w, b). */
function violation(problem: GlmProblem, { coefficients, intercepts }: Multinomial): number {
  const { X, y, weights, K, offset, lambda, l1Ratio, penaltyFactor, intercept, lowerBounds, upperBounds } = problem;
  const p = X[0].length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const r = X.map((row, i) => {
    const eta = Array.from(intercepts, (b, k) =>
      row.reduce((sum, x, j) => sum + x * coefficients[k * p + j], b + offset[i * K + k]),
    );
    const top = Math.max(...eta);
    const sum = eta.reduce((all, value) => all + Math.exp(value - top), 0);
    return eta.map((value, k) => (weights[i] / total) * ((k === y[i] ? 1 : 0) - Math.exp(value - top) / sum));
  });
  let worst = 0;
  penaltyScales(problem).forEach((scale, j) => {
    if (!isEligible(problem, j)) return;
    for (let k = 0; k < K; ++k) {
      const w = coefficients[k * p + j];
      const l1 = lambda * penaltyFactor[j] * l1Ratio;
      const z = X.reduce((sum, row, i) => sum + row[j] * r[i][k], 0) / scale;
      const slope = z - lambda * penaltyFactor[j] * (1 - l1Ratio) * scale * w;
      const near = 4 * Number.EPSILON * Math.abs(w);
      if (w < upperBounds[j] - near) worst = Math.max(worst, slope - (w < 0 ? -l1 : l1));
      if (w > lowerBounds[j] + near) worst = Math.max(worst, (w > 0 ? l1 : -l1) - slope);
    }
  });
  if (intercept) for (let k = 0; k < K; ++k) worst = Math.max(worst, Math.abs(r.reduce((sum, row) => sum + row[k], 0)));
  return worst;
}

describe.each(["wasm", "js"] as const)("random problems on %s", (backend) => {
  test("a converged model is optimal, its objective F, and nothing NaN", () => {
    fc.assert(
      fc.property(cases, (problem) => {
        setBackend(backend);
        const model = fitted(problem, { tolerance: 1e-12, maxIterations: 300 });
        const { coefficients, intercepts, converged, objective } = model;
        expect([...coefficients, ...intercepts, objective].every(Number.isFinite)).toBe(true);
        const F = glmObjective(problem, coefficients, intercepts);
        const size = Math.max(1, ...problem.X.flat().map(Math.abs));
        // Where columns depend on each other, large coefficients cancel, and F as it is computed here has the rounding errors of their products.
        const rounding = Number.EPSILON * size * coefficients.reduce((total, w) => total + Math.abs(w), 0);
        expect(Math.abs(objective - F)).toBeLessThanOrEqual(1e-12 * (1 + F) + rounding);
        // A gap of δ is a gradient of √(2·L·δ) at the most, L the largest curvature.
        if (converged) expect(violation(problem, model)).toBeLessThanOrEqual(1e-5 * size * size);
        coefficients.forEach((value, c) => {
          const j = c % problem.X[0].length;
          expect(value).toBeGreaterThanOrEqual(problem.lowerBounds[j]);
          expect(value).toBeLessThanOrEqual(problem.upperBounds[j]);
          if (problem.penaltyFactor[j] === Number.POSITIVE_INFINITY) expect(value).toBe(0);
        });
      }),
    );
  });
});

/** Three classes in the plane that overlap. */
const X = Array.from({ length: 60 }, (_, i) => [
  Math.sin(i) + (i % 3),
  Math.cos(2 * i) - ((i * i) % 3),
  Math.sin(3 * i),
]);
const y = X.map((_, i) => ["pear", "apple", "fig"][(i + (i % 7 === 0 ? 1 : 0)) % 3]);
const options = { lambda: 0.02, l1Ratio: 0.5, tolerance: 1e-13 };
const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0);

describe("the model", () => {
  const model = multinomial(X, y, options);

  test("predicts probabilities, and the class of the largest", () => {
    const eta = model.decision(X);
    const p = model.predictProbability(X);
    expect(eta.length).toBe(180);
    const predicted = model.predict(X);
    predicted.forEach((label, i) => {
      const row = p.subarray(3 * i, 3 * i + 3);
      expect(Math.abs(sum(row) - 1)).toBeLessThan(1e-14);
      expect(label).toBe(["apple", "fig", "pear"][row.indexOf(Math.max(...row))]);
      for (let k = 0; k < 3; ++k) {
        const direct = X[i].reduce((all, x, j) => all + x * model.coefficients[3 * k + j], model.intercepts[k]);
        expect(Math.abs(eta[3 * i + k] - direct)).toBeLessThan(1e-13);
        expect(Math.abs(row[k] / row[0] / Math.exp(direct - eta[3 * i]) - 1)).toBeLessThan(1e-12);
      }
    });
    expect(predicted.filter((label, i) => label === y[i]).length).toBeGreaterThan(30);
  });

  test("has classes, K·p coefficients, and intercepts that sum to 0", () => {
    expect(model).toMatchObject({ family: "multinomial", classes: ["apple", "fig", "pear"], converged: true });
    expect(model.coefficients.length).toBe(9);
    expect("intercept" in model).toBe(false);
    expect(Math.abs(sum(model.intercepts))).toBeLessThan(1e-15);
  });

  test("comes back from JSON, bit for bit", () => {
    const again = modelFromJSON<"multinomial">(JSON.parse(JSON.stringify(model)));
    expect(again).toEqual(model);
    expect(again.predictProbability(X)).toEqual(model.predictProbability(X));
  });

  test("an offset shifts decisions, by row or by row and class", () => {
    const offset = X.map((_, i) => i / 10);
    const eta = model.decision(X);
    expect(model.decision(X, { offset })).toEqual(eta.map((value, at) => value + offset[Math.floor(at / 3)]));
    const each = Float64Array.from({ length: 180 }, (_, at) => at / 7);
    expect(model.decision(X, { offset: each })).toEqual(eta.map((value, at) => value + each[at]));
    // One for all classes makes no difference to a fit.
    expect(multinomial(X, y, { ...options, offset }).coefficients).toEqual(model.coefficients);
  });

  test("other names permute the classes", () => {
    const renamed = multinomial(
      X,
      y.map((label) => (label === "apple" ? "zucchini" : label)),
      options,
    );
    expect(renamed.classes).toEqual(["fig", "pear", "zucchini"]);
    [2, 0, 1].forEach((k, old) => {
      const [own, former] = [renamed, model].map(({ coefficients }, of) => {
        const at = 3 * (of === 0 ? k : old);
        return coefficients.subarray(at, at + 3);
      });
      own.forEach((value, j) => {
        expect(Math.abs(value - former[j])).toBeLessThan(1e-5);
      });
    });
  });

  test("weights are repeated rows, also those of classes", () => {
    const weights = X.map((_, i) => i % 3);
    const repeated = X.flatMap((row, i) => Array(i % 3).fill([row, y[i]])) as [number[], string][];
    const a = multinomial(X, y, { ...options, weights });
    const b = multinomial(
      repeated.map(([row]) => row),
      repeated.map(([, label]) => label),
      options,
    );
    expect(Math.abs(a.objective - b.objective)).toBeLessThan(1e-12);
    const classWeight = { fig: 2 };
    const c = multinomial(X, y, { ...options, classWeight });
    const d = multinomial(X, y, { ...options, weights: y.map((label) => (label === "fig" ? 2 : 1)) });
    expect(c.coefficients).toEqual(d.coefficients);
  });

  test("dense, sparse and rows are the same problem", () => {
    const columns = X[0].flatMap((_, j) => X.map((row) => row[j]));
    const { values, rowIndices, columnPointers } = compress(60, 3, columns);
    const forms = [
      dense(Float64Array.from(columns), 60, 3, { order: "column" }),
      sparse({ rows: 60, columns: 3, values, rowIndices, columnPointers }),
    ];
    for (const form of forms) {
      const { objective, converged } = multinomial(form, y, options);
      expect(converged).toBe(true);
      expect(Math.abs(objective - model.objective)).toBeLessThan(1e-12);
    }
  });

  test("ridge coefficients of a column sum to 0, and those without a penalty", () => {
    const ridge = multinomial(X, y, { ...options, l1Ratio: 0 });
    const free = multinomial(X, y, { ...options, l1Ratio: 1, penaltyFactor: [0, 1, 1] });
    expect(ridge.converged && free.converged).toBe(true);
    const ofColumn = ({ coefficients }: Multinomial, j: number) => [j, j + 3, j + 6].map((c) => coefficients[c]);
    for (let j = 0; j < 3; ++j) expect(Math.abs(sum(ofColumn(ridge, j)))).toBeLessThan(1e-6);
    expect(Math.abs(sum(ofColumn(free, 0)))).toBeLessThan(1e-14);
    expect(ofColumn(free, 0).every((value) => value !== 0)).toBe(true);
  });

  test("lambda = 0 is maximum likelihood", () => {
    const { converged, coefficients } = multinomial(X, y, { lambda: 0, tolerance: 1e-10 });
    expect(converged).toBe(true);
    expect(Math.abs(coefficients[0] + coefficients[3] + coefficients[6])).toBeLessThan(1e-12);
  });

  test("a warm start leads to the same place", () => {
    const warm = multinomial(X, y, { ...options, warmStart: model, maxIterations: 30 });
    expect(warm.converged).toBe(true);
    expect(Math.abs(warm.objective - model.objective)).toBeLessThan(1e-12);
  });

  test("classes that can be told apart have no maximum of likelihood, and with a penalty a minimum", () => {
    const apart = X.map((_, i) => [i % 3 === 0 ? 1 : 0, i % 3 === 1 ? 1 : 0, Math.sin(i)]);
    const labels = X.map((_, i) => i % 3);
    expect(multinomial(apart, labels, { lambda: 0, maxIterations: 200 }).converged).toBe(false);
    expect(multinomial(apart, labels, { lambda: 1e-3 }).converged).toBe(true);
  });

  test("huge values overflow nothing", () => {
    const huge = X.map((row) => row.map((x) => x * 1e100));
    const { coefficients, converged } = multinomial(huge, y, options);
    expect(converged).toBe(true);
    coefficients.forEach((value, c) => {
      expect(Math.abs(value * 1e100 - model.coefficients[c])).toBeLessThan(1e-5);
    });
    const far = model.predictProbability([[1e308, 1e308, 1e308]]);
    expect(far.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});

describe("the path", () => {
  const path = regularizationPath(X, y, { family: "multinomial", lambdaCount: 20, tolerance: 1e-10 });

  test("starts where every coefficient is 0", () => {
    expect(path.nonzeros[0]).toBe(0);
    expect(path.nonzeros[1]).toBeGreaterThan(0);
    expect(path.converged.every((flag) => flag === 1)).toBe(true);
    const shares = [...path.intercepts.subarray(0, 3)].map(Math.exp);
    ["apple", "fig", "pear"].forEach((label, k) => {
      const count = y.filter((other) => other === label).length;
      expect(Math.abs(shares[k] / sum(shares) - count / 60)).toBeLessThan(1e-12);
    });
  });

  test("has K·p coefficients and K intercepts for each lambda, as its models have", () => {
    const { length } = path.lambdas;
    expect(path.coefficients.length).toBe(9 * length);
    expect(path.intercepts.length).toBe(3 * length);
    const model = path.model(7);
    expect(model.coefficients).toEqual(path.coefficients.slice(63, 72));
    expect(model.intercepts).toEqual(path.intercepts.slice(21, 24));
    const direct = multinomial(X, y, { lambda: path.lambdas[7], tolerance: 1e-10 });
    expect(Math.abs(model.objective - direct.objective)).toBeLessThan(1e-9);
    const between = path.at(0.5 * (path.lambdas[7] + path.lambdas[8]));
    expect(between.intercepts[1]).toBeCloseTo(0.5 * (path.intercepts[22] + path.intercepts[25]), 12);
    expect(between.predict(X).length).toBe(60);
  });
});

test("the oracle of many classes and that of two agree", () => {
  const two = y.map((label) => (label === "fig" ? 1 : 0));
  const base = {
    X,
    y: two,
    lambda: 0.05,
    l1Ratio: 1,
    intercept: true,
    standardize: true,
    weights: two.map(() => 1),
    penaltyFactor: [1, 1, 1],
    lowerBounds: X[0].map(() => Number.NEGATIVE_INFINITY),
    upperBounds: X[0].map(() => Number.POSITIVE_INFINITY),
  };
  const many: GlmProblem = { ...base, family: "multinomial", K: 2, offset: Array(120).fill(0) };
  const one: GlmProblem = { ...base, family: "binomial", K: 1, offset: Array(60).fill(0) };
  expect(Math.abs(glmMinimum(many).F - glmMinimum(one).F)).toBeLessThan(1e-13);
  expect(Math.abs(glmScale(many) - glmScale(one))).toBeLessThan(1e-13);
  expect(Math.abs(logistic(X, two, { lambda: 0.05, tolerance: 1e-13 }).objective - glmMinimum(one).F)).toBeLessThan(
    1e-12,
  );
});

describe("refusals: multinomial", () =>
  testRefusals([
    [
      "one class",
      () => multinomial([[1], [2]], [1, 1], options),
      "ERR_VALUE",
      "must be a whole number at least 2, got 1",
    ],
    ["lengths", () => multinomial([[1], [2]], [1, 2, 3], options), "ERR_LENGTH", '"y" must have 2 values, got 3'],
    ["mixed labels", () => multinomial([[1], [2]], wrong([1, "a"]), options), "ERR_TYPE", "all numbers or all strings"],
    [
      "a class without weight",
      () => multinomial([[1], [2], [3]], ["a", "b", "c"], { ...options, weights: [1, 1, 0] }),
      "ERR_VALUE",
      "every class among the rows of positive weight, got none of classes[2]",
    ],
    [
      "an offset",
      () => multinomial([[1], [2]], [1, 2], { ...options, offset: [1, 2, 3] }),
      "ERR_LENGTH",
      "4 values, got 3",
    ],
    [
      "a warm start",
      () => multinomial([[1], [2]], [1, 2], { ...options, warmStart: [1] }),
      "ERR_LENGTH",
      "2 values, got 1",
    ],
    ["an option", () => multinomial(X, y, wrong({ lamda: 1 })), "ERR_OPTION", 'did you mean "lambda"'],
    ["a class weight", () => multinomial(X, y, { ...options, classWeight: { plum: 1 } }), "ERR_VALUE", '"plum"'],
  ]));
