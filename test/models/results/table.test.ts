import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AnyModel,
  dense,
  elasticNet,
  fitMany,
  lasso,
  logistic,
  type MatrixLike,
  type Model,
  modelFromJSON,
  multinomial,
  poisson,
  regularizationPath,
  sparse,
} from "../../../src/index.js";
import { compress } from "../../support/matrices.js";
import { optionsOf, problems } from "../problems.js";
import { nan, type Refusal, testRefusals, wrong } from "../refusals.js";

const X = [
  [1, 2, 7],
  [2, 1, 7],
  [3, 5, 7],
  [4, 3, 7],
  [0, 1, 7],
  [2, 2, 7],
];
const y = [1, 2, 3, 5, 0, 2];
const labels = ["a", "b", "a", "b", "c", "c"];

const sd = (j: number): number => {
  const mean = X.reduce((sum, row) => sum + row[j], 0) / X.length;
  return Math.sqrt(X.reduce((sum, row) => sum + (row[j] - mean) ** 2, 0) / X.length);
};

describe("a model's table", () => {
  test("holds each coefficient with its name, and scaled by the sd of its column", () => {
    const model = lasso(X, y, { lambda: 0.05, names: ["dose", "age", "site"] });
    const rows = model.table();
    expect(rows.map(({ name }) => name)).toEqual(["dose", "age", "site"]);
    rows.forEach(({ coefficient, scaled }, j) => {
      expect(coefficient).toBe(model.coefficients[j]);
      expect(scaled).toBeCloseTo(coefficient * sd(j), 14);
    });
    expect(rows[2]).toEqual({ name: "site", coefficient: 0, scaled: 0 });
  });

  test("calls columns without names x0, x1, …", () => {
    expect(
      lasso(X, y, { lambda: 0.05 })
        .table()
        .map(({ name }) => name),
    ).toEqual(["x0", "x1", "x2"]);
  });

  test("begins with the largest |scaled|, and ends with zeros in the order of the columns, for random problems", () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const model = elasticNet(problem.X, problem.y, optionsOf(problem));
        const rows = model.table();
        const places = rows.map(({ name }) => Number(name.slice(1)));
        expect([...places].sort((a, b) => a - b)).toEqual(problem.X[0].map((_, j) => j));
        rows.forEach(({ coefficient, scaled }, k) => {
          const j = places[k];
          expect(coefficient).toBe(model.coefficients[j]);
          expect(scaled).toBe(coefficient === 0 ? 0 : coefficient * model.sds[j]);
          const before = rows[k - 1];
          if (before === undefined) return;
          expect(Math.abs(before.scaled)).toBeGreaterThanOrEqual(Math.abs(scaled));
          if (before.coefficient === 0) expect([coefficient, places[k - 1] < j]).toEqual([0, true]);
        });
      }),
      { seed: 20240308, numRuns: 100 },
    );
  });

  test("has a class in each row of a multinomial model", () => {
    const model = multinomial(X, labels, { lambda: 0.02 });
    const rows = model.table();
    expect(rows.length).toBe(9);
    for (const { name, class: label, coefficient, scaled } of rows) {
      const j = Number(name.slice(1));
      expect(coefficient).toBe(model.coefficients[model.classes.indexOf(label as string) * 3 + j]);
      expect(scaled).toBeCloseTo(coefficient * sd(j), 12);
    }
    expect(Object.keys(logistic(X, [0, 1, 0, 1, 0, 1], { lambda: 0.02 }).table()[0])).not.toContain("class");
  });
});

const forms: [string, (rows: number[][]) => MatrixLike][] = [
  ["rows", (rows) => rows],
  [
    "dense columns",
    (rows) =>
      dense(Float64Array.from(rows[0].flatMap((_, j) => rows.map((row) => row[j]))), rows.length, rows[0].length, {
        order: "column",
      }),
  ],
  [
    "sparse columns",
    (rows) => {
      const columns = rows[0].flatMap((_, j) => rows.map((row) => row[j]));
      const { n, p, ...parts } = compress(rows.length, rows[0].length, columns);
      return sparse({ rows: n, columns: p, ...parts });
    },
  ],
];

describe.each(forms)("contributions of %s", (_, form) => {
  /** Σ_j values + base = η, and each value is what its definition says. */
  function expectContributions(model: AnyModel, rows: number[][], training: number[][], weights: number[]): void {
    const n = rows.length;
    const p = rows[0].length;
    const { values, base } = model.contributions(form(rows));
    const bases = typeof base === "number" ? [base] : Array.from(base as Float64Array);
    const K = bases.length;
    const eta = model.decision(form(rows), { offset: 0 });
    expect([values.length, K]).toEqual([n * K * p, model.coefficients.length / p]);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const means = training[0].map((_, j) => training.reduce((sum, row, i) => sum + (weights[i] * row[j]) / total, 0));
    for (let i = 0; i < n; ++i) {
      for (let k = 0; k < K; ++k) {
        let sum = bases[k];
        let size = Math.abs(bases[k]) + Math.abs(model.decision(form(rows))[i * K + k]);
        for (let j = 0; j < p; ++j) {
          const w = model.coefficients[k * p + j];
          const value = values[(i * K + k) * p + j];
          expect(Math.abs(value - w * (rows[i][j] - means[j]))).toBeLessThanOrEqual(
            1e-12 * Math.abs(w) * (Math.abs(rows[i][j]) + Math.abs(means[j])),
          );
          if (w === 0) expect(value).toBe(0);
          sum += value;
          size += Math.abs(w) * (Math.abs(rows[i][j]) + Math.abs(means[j]));
        }
        expect(Math.abs(sum - eta[i * K + k])).toBeLessThanOrEqual(1e-13 * size);
      }
    }
  }

  test("sum with the base to η, in random problems of every family", () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { X: rows, weights } = problem;
        const { offset: _offset, ...options } = optionsOf(problem);
        expectContributions(elasticNet(form(rows), problem.y, options), rows, rows, weights);
        const classes = problem.y.map((value) => (value > 1 ? "b" : "a"));
        if (new Set(classes.filter((_, i) => weights[i] > 0)).size < 2) return;
        for (const model of [
          logistic(form(rows), classes, options),
          multinomial(form(rows), classes, options),
          poisson(
            form(rows),
            problem.y.map((value) => (value > 1 ? 2 : 1)),
            options,
          ),
        ]) {
          expectContributions(model, rows, rows, weights);
        }
      }),
      { seed: 20240309, numRuns: 40 },
    );
  });

  test("are about the means of the training rows, whatever rows are asked for", () => {
    const model = lasso(form(X), y, { lambda: 0.05 });
    expectContributions(
      model,
      [
        [10, -3, 2],
        [0, 0, 0],
      ],
      X,
      y.map(() => 1),
    );
    expect(model.contributions(form([[0, 0, 0]])).values.length).toBe(3);
  });

  test("keep their digits where columns lie far from 0", () => {
    const far = X.map((row) => row.map((x) => x + 1e8));
    const model = lasso(form(far), y, { lambda: 0.05 });
    const near = lasso(form(X), y, { lambda: 0.05 });
    expect(model.contributions(form(far)).base).toBeCloseTo(near.contributions(form(X)).base, 6);
  });
});

test("contributions leave the offset out", () => {
  const model = lasso(X, y, { lambda: 0.05, offset: y });
  const { values, base } = model.contributions(X);
  const eta = model.decision(X, { offset: 0 });
  eta.forEach((value, i) => {
    expect(values.subarray(i * 3, i * 3 + 3).reduce((sum, part) => sum + part, base)).toBeCloseTo(value, 13);
  });
});

const before =
  '{"type":"regulus-model","version":1,"family":"gaussian","coefficients":[0.5,0],"intercept":1,"lambda":0.1,"l1Ratio":1,' +
  '"objective":0.2,"dualityGap":1e-9,"certificate":"gap","violation":null,"tolerance":1e-7,"iterations":3,"strategy":"newton","converged":true}';
const old = (text = before): Model => modelFromJSON(JSON.parse(text)) as Model;

test("a model of an old file whose coefficients are all 0 has a table all the same", () => {
  expect(old(before.replace("0.5", "0")).table()).toEqual([
    { name: "x0", coefficient: 0, scaled: 0 },
    { name: "x1", coefficient: 0, scaled: 0 },
  ]);
});

describe("refusals", () => {
  const model = lasso(X, y, { lambda: 0.05 });
  testRefusals([
    ["the table of an old file", () => old().table(), "ERR_TYPE", "table needs the means and sds"],
    ["contributions of an old file", () => old().contributions([[1, 2]]), "ERR_TYPE", "contributions needs the means"],
    ["too few columns", () => model.contributions([[1, 2]]), "ERR_LENGTH", '"X" must have 3 columns, got 2'],
    ["no matrix", () => model.contributions(wrong(undefined)), "ERR_TYPE", '"X" must be'],
    [
      "NaN",
      () => model.contributions([[1, nan, 7]]),
      "ERR_NOT_FINITE",
      '"X" must be finite, got NaN in row 0, column 1',
    ],
    ["NaN without a coefficient", () => model.contributions([[1, 1, nan]]), "ERR_NOT_FINITE", "row 0, column 2"],
  ] satisfies Refusal[]);
});

test("a model that could not be fitted is NaN in its table, and says that it was not", () => {
  const model = fitMany({ X: [X], y: [[1, nan, 3, 4, 5, 6]], lambda: 0.1 }).model(0);
  expect(model.table().map(({ coefficient }) => coefficient)).toEqual([nan, nan, nan]);
  expect(String(model)).toBe("Lasso: it could not be fitted, and is NaN throughout");
});

test("an interpolated model has a table", () => {
  const model = regularizationPath(X, y, { lambdas: [1, 0.1] }).at(0.3);
  expect(model.table()[0].scaled).toBeGreaterThan(0);
});
