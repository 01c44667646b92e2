import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  adamw,
  crossValidate,
  dense,
  elasticNet,
  fitMany,
  ftrl,
  huber,
  lasso,
  logistic,
  modelFromJSON,
  multinomial,
  OnlineClassifier,
  OnlineRegressor,
  poisson,
  regularizationPath,
  ridge,
  sgd,
  unpenalized,
} from "../../../src/index.js";
import { randomStream } from "../../support/arbitraries.js";
import { nan } from "../refusals.js";

const names = ["age", "dose", "site", "weight"];
/** Rows of which y depends on the first two columns; the third is constant. */
function data(n = 60, p = 4, seed = 1) {
  const next = randomStream(seed);
  const X = Array.from({ length: n }, () => Array.from({ length: p }, (_, j) => (j === 2 ? 1 : next())));
  const y = X.map(([a, b]) => 3 * a - 2 * b + 0.1 * next());
  return { X, y, labels: y.map((value) => (value > 1 ? "high" : value < -1 ? "low" : "middle")) };
}
const { X, y, labels } = data();
const wide = dense(Float64Array.from({ length: 50 * 5000 }, randomStream(7)), 50, 5000);
const wideY = Float64Array.from({ length: 50 }, (_, i) => wide.data[i * 5000] + wide.data[i * 5000 + 1]);
const long = names.map((name) => `${"a name that goes on and on for more than sixty characters, "}${name}`);
const classes = Array.from({ length: 60 }, (_, i) => `c${i % 8}`);
const W = Float64Array.from({ length: 300 }, (_, i) => i % 3);

const results: [string, object, (string | RegExp)[]][] = [
  [
    "lasso",
    lasso(X, y, { lambda: 0.05, names }),
    [/^Lasso: 2 of 4 columns have coefficients, 2 exactly 0/, "lambda 0.05", "age", "Converged", "duality gap"],
  ],
  ["ridge", ridge(X, y, { lambda: 0.05, names }), [/^Ridge: 3 of 4/]],
  ["elastic net", elasticNet(X, y, { lambda: 0.05, l1Ratio: 0.25 }), [/^Elastic net/, "l1Ratio 0.25", "x0"]],
  ["all zero", lasso(X, y, { lambda: 100, names }), ["all coefficients are exactly 0", "a smaller lambda"]],
  ["not converged", lasso(X, y, { lambda: 1e-4, tolerance: 0, maxIterations: 1 }), ["Not converged", "may be up to"]],
  ["with an offset", lasso(X, y, { lambda: 0.05, offset: y.map((v) => v / 2) }), ["with an offset"]],
  [
    "logistic",
    logistic(
      X,
      labels.map((l) => (l === "high" ? "yes" : "no")),
      { lambda: 0.05, names },
    ),
    ['speaks for "yes", below 0 for "no"'],
  ],
  [
    "multinomial",
    multinomial(X, labels, { lambda: 0.02, names }),
    [/^Multinomial lasso/, '"high"', '"low"', '"middle"', "(intercept)"],
  ],
  ["many classes", multinomial(X, classes, { lambda: 0.01, names }), ["class", "exactly 0:"]],
  [
    "poisson",
    poisson(
      X,
      y.map((v) => Math.max(0, v)),
      { lambda: 0.05 },
    ),
    [/^Poisson lasso/],
  ],
  ["huber", huber(X, y, { lambda: 0.05, delta: 0.5 }), [/^Huber lasso \(delta 0\.5\): /]],
  ["huber path", regularizationPath(X, y, { family: "huber", delta: 0.5 }), [/^Huber lasso \(delta 0\.5\) path of/]],
  [
    "many of huber",
    fitMany({ X: [X, X], y: [y, y.map((v) => 2 * v)], lambda: 0.1, family: "huber" }),
    [/^2 huber lasso models/, /\n {2}delta +\d/],
  ],
  ["5,000 columns", lasso(wide, wideY, { lambda: 0.02 }), ["of 5,000 columns", "exactly 0: ", "and 4,"]],
  ["many kept", ridge(wide, wideY, { lambda: 0.02 }), ["all 5,000 columns have coefficients", "… and 4,976 more"]],
  ["long names", lasso(X, y, { lambda: 0.05, names: long }), ["…"]],
  ["interpolated", regularizationPath(X, y).at(0.1), ["Interpolated"]],
  ["path", regularizationPath(X, y, { names }), [/^Lasso path of 4 columns/, "+age", "All "]],
  [
    "elastic net path",
    regularizationPath(X, y, { l1Ratio: 0.5, lambdas: [1, 0.1] }),
    ["2 lambdas from 1 down to 0.1, l1Ratio 0.5"],
  ],
  ["path of one", regularizationPath(X, y, { lambdas: [0.1] }), ["4 columns: 1 lambda, 0.1\n"]],
  ["ridge path", regularizationPath(X, y, { l1Ratio: 0, names }), [/^Ridge path/]],
  ["wide path", regularizationPath(wide, wideY), ["of 5,000 columns"]],
  ["multinomial path", regularizationPath(X, labels, { family: "multinomial", names }), [/^Multinomial lasso path/]],
  [
    "path not converged",
    regularizationPath(X, y, { lambdas: [0.1, 0.01], maxIterations: 1, tolerance: 0 }),
    ["of 2 converged"],
  ],
  [
    "cv",
    crossValidate(X, y, { names }),
    [/^Lasso, 10 folds by seed 0: /, "min", "1-SE", "mean squared error", "± ", "age"],
  ],
  [
    "cv without effect",
    crossValidate(dense(Float64Array.from({ length: 4000 }, randomStream(3)), 40, 100), y.slice(0, 40), { folds: 5 }),
    ["No column lowers the error"],
  ],
  ["cv at the edge", crossValidate(X, y, { lambdas: [1, 0.9] }), ["is the smallest of all"]],
  [
    "cv of ratios",
    crossValidate(X, labels, { family: "multinomial", l1Ratio: [0.1, 0.5, 1], names }),
    ["→ ", "deviance", "l1Ratio"],
  ],
  [
    "cv of 5,000 columns",
    crossValidate(wide, wideY, { folds: 3, l1Ratio: [0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1], lambdaCount: 10 }),
    ["of 5,000 columns"],
  ],
  [
    "many",
    fitMany({ X: [X, X, X], y: [y, y.map((v, i) => (i === 5 ? nan : v)), y], lambda: [0.05, 0.1, 0.2] }),
    [
      /^3 lasso models of 4 columns: 1 could not be fitted/,
      "model 1: ",
      "finite, got NaN in row 5",
      "100.0 %",
      "All 2 converged",
    ],
  ],
  [
    "many by cross-validation",
    fitMany({ X: [X, X], y: [y, y], lambda: "cv", rule: "1se" }),
    ["error by cross-validation", "its standard error"],
  ],
  [
    "many that all failed",
    fitMany({ X: Array(30).fill(X), y: Array(30).fill(y.map(() => nan)), lambda: 0.1 }),
    ["30 could not be fitted", "and 22 more"],
  ],
  [
    "many Huber fits that all failed",
    fitMany({ X: [X], y: [y.map(() => nan)], lambda: 0.1, family: "huber" }),
    [/^1 huber lasso model of 4 columns: 1 could not be fitted/, "got NaN in row 0"],
  ],
  [
    "ragged many",
    fitMany({ X: [X, X.map((row) => row.slice(1))], y: [y, y], lambda: 0.1 }),
    ["2 lasso models", "least"],
  ],
  [
    "multinomial many",
    fitMany({ X: [X], y: [labels], lambda: 0.02, family: "multinomial" }),
    ["1 multinomial lasso model of 4 columns", "has a coefficient in"],
  ],
  [
    "optimiser",
    adamw([W, unpenalized(new Float32Array(2))], { learningRate: (step) => 1 / step, l1: 0.1 }),
    [/^adamw after 0 steps/, "learningRate by schedule", "l1 0.1", "parameters[0]: 300 weights, 100 exactly 0"],
  ],
  [
    "100 parameters",
    sgd(
      Array.from({ length: 100 }, () => new Float64Array(3)),
      { learningRate: 0.1 },
    ),
    ["and 70 more"],
  ],
  ["ftrl", ftrl([new Float64Array(3)]), [/^ftrl after 0 steps/]],
  [
    "online",
    new OnlineRegressor(2000),
    ["OnlineRegressor by ftrl after 0 steps: 2,000 of 2,000 coefficients exactly 0"],
  ],
  [
    "online classifier",
    new OnlineClassifier(3, { method: "sgd" }).update([[1, 2, 3]], ["a"]),
    [/^OnlineClassifier by sgd after 1 step:/],
  ],
];

describe.each(results)("the summary of %s", (_, result, expected) => {
  const text = String(result);

  test("is what Node shows of it", () => {
    expect(inspect(result)).toBe(text);
    expect(inspect(result, { depth: null })).toBe(text);
    expect(`${result}`).toBe(text);
  });

  test("has at most 40 lines that fit a screen, and no raw arrays", () => {
    const lines = text.split("\n");
    expect(lines.length).toBeLessThanOrEqual(40);
    for (const line of lines) {
      expect(line.length).toBeLessThanOrEqual(120);
      expect(line).toBe(line.trimEnd());
    }
    expect(text).not.toMatch(/Array|undefined|NaN(?! in row)|\[object/);
  });

  test("says what there is to say", () => {
    for (const part of expected) expect(text).toMatch(part);
  });

  test("is one line inside of something else", () => {
    const [first] = text.split("\n");
    expect(inspect({ result }).replace(/\s+/g, " ")).toBe(`{ result: ${first} }`);
  });
});

test("a cross-validation's summary() is its text", () => {
  const cv = crossValidate(X, y, { names });
  expect(cv.summary()).toBe(String(cv));
});

test("a model looks like this", () => {
  expect(`\n${lasso(X, y, { lambda: 0.05, names })}`.replace(/[\d.]+e-\d+/, "1e-9")).toMatchInlineSnapshot(`
    "
    Lasso: 2 of 4 columns have coefficients, 2 exactly 0
    lambda 0.05

      column        coefficient   scaled
      ──────────────────────────────────
      age               2.890      1.635
      dose             -1.878     -1.081
      site              ○          ○
      weight            ○          ○
      (intercept)      -0.01632

    scaled: coefficient times sd
    Converged: the objective, 0.141, is within 1e-9 of its minimum
    (duality gap; gram, 2 iterations)"
  `);
});

test("a model of an old file is summarised without what it does not know", () => {
  const { format: _format, means: _means, sds: _sds, ...rest } = lasso(X, y, { lambda: 0.05, names }).toJSON();
  const old = { ...rest, type: "regulus-model", coefficients: [1, 2, 0, 0], violation: null } as const;
  expect(String(modelFromJSON(old))).not.toContain("scaled");
});

test("names cannot break out of their line", () => {
  const hostile = ["a\nb", "\u001b[31mred", "c\r", "d\u0085"];
  const text = String(lasso(X, y, { lambda: 0.05, names: hostile }));
  expect(text).toContain("a b");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
  expect(text.replaceAll("\n", "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
});

test("what rounds to 0 has no sign", () => {
  // Without a column, less is explained than nothing by a rounding.
  const s = 12;
  const rows = Array.from({ length: 10 + s }, (_, i) => [(i * 7) % 11, (i * i * s) % 13]);
  const labels = rows.map((_, i) => ((i * s * 3) % 5 > 2 ? 1 : 0));
  const path = regularizationPath(rows, labels, { family: "binomial" });
  expect(path.devianceRatios[0]).toBeLessThan(0);
  expect(String(path)).toMatch(/ 0 +0\.0 %/);
  expect(String(path)).not.toContain("-0.0");
});
