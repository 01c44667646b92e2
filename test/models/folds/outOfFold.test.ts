import { afterEach, describe, expect, test } from "vitest";
import {
  type AnyModel,
  accuracy,
  type CrossValidation,
  crossValidate,
  dense,
  elasticNet,
  type Label,
  logistic,
  meanAbsoluteError,
  meanSquaredError,
  multinomial,
  poisson,
  ridge,
  setBackend,
  sparse,
} from "../../../src/index.js";
import { randomStream } from "../../support/arbitraries.js";
import { backends } from "../../support/backends.js";
import { assertSameBits } from "../../support/bits.js";
import { distance } from "../../support/golden.js";
import { testRefusals, wrong } from "../refusals.js";

afterEach(() => setBackend("auto"));

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

type Family = "gaussian" | "binomial" | "multinomial" | "poisson";
const FITS = { gaussian: elasticNet, binomial: logistic, multinomial, poisson };

/** Rows with a few zeros, and a response of the family, p columns of which the first ones matter. */
function makeData(family: Family, n: number, p: number) {
  const next = randomStream(n + 7 * p);
  const X = upTo(n).map(() => upTo(p).map(() => (next() > 0.6 ? 0 : next())));
  const eta = X.map((row) => 2 * row[0] - 1.5 * row[1] + 0.7 * next());
  const y: Label[] = eta.map((value) => {
    if (family === "gaussian") return value;
    if (family === "poisson") return Math.round(Math.exp(value + 1));
    if (family === "binomial") return value > 0.1 ? "yes" : "no";
    return value > 0.5 ? "high" : value > -0.5 ? "middle" : "low";
  });
  return { X, y };
}

const forms = {
  rows: (X: number[][]) => X,
  "dense by columns": (X: number[][]) =>
    dense(Float64Array.from(upTo(X[0].length).flatMap((j) => X.map((row) => row[j]))), X.length, X[0].length, {
      order: "column",
    }),
  sparse: (X: number[][]) => {
    const [values, rowIndices, columnPointers]: number[][] = [[], [], [0]];
    for (const j of X[0].keys()) {
      X.forEach((row, i) => {
        if (row[j] === 0) return;
        values.push(row[j]);
        rowIndices.push(i);
      });
      columnPointers.push(values.length);
    }
    return sparse({
      rows: X.length,
      columns: X[0].length,
      values: Float64Array.from(values),
      rowIndices: Int32Array.from(rowIndices),
      columnPointers: Int32Array.from(columnPointers),
    });
  },
};

interface Case {
  family: Family;
  form: keyof typeof forms;
  n: number;
  p: number;
  l1Ratio: number;
  /** How rows are dealt. */
  dealing: object;
  isWeighed: boolean;
  hasOffset: boolean;
  more?: object;
}

const base: Case = {
  family: "gaussian",
  form: "rows",
  n: 60,
  p: 5,
  l1Ratio: 1,
  dealing: { folds: 4, seed: 3 },
  isWeighed: false,
  hasOffset: false,
};
const groups = upTo(60).map((i) => `group ${i % 13}`);
const cases: Case[] = [
  base,
  { ...base, form: "dense by columns", isWeighed: true, hasOffset: true },
  { ...base, form: "sparse", hasOffset: true, l1Ratio: 0.5 },
  { ...base, l1Ratio: 0.5, dealing: { folds: 3, groups } },
  { ...base, l1Ratio: 0, dealing: { folds: 3, stratify: true } },
  { ...base, dealing: { folds: "loo" } },
  { ...base, dealing: { folds: upTo(60).map((i) => (i * 7) % 5) }, more: { standardize: false } },
  { ...base, more: { intercept: false, penaltyFactor: [1, 0, 2, 1, Number.POSITIVE_INFINITY] }, hasOffset: true },
  { ...base, more: { lowerBounds: 0 }, isWeighed: true },
  { ...base, more: { strategy: "residual" } },
  // More columns than rows: each fold is fitted on its own, and η is kept in place of coefficients.
  { ...base, n: 40, p: 50, hasOffset: true, isWeighed: true },
  { ...base, n: 40, p: 50, form: "sparse", dealing: { folds: 3, stratify: true } },
  ...(["binomial", "multinomial", "poisson"] as const).flatMap((family): Case[] => [
    { ...base, family, isWeighed: true, hasOffset: true },
    { ...base, family, form: "sparse", l1Ratio: 0.5, dealing: { folds: 3, groups } },
    { ...base, family, n: 60, p: 50, dealing: { folds: 3, stratify: family !== "poisson" } },
  ]),
];
const nameOf = ({ family, form, n, p, l1Ratio, dealing, isWeighed, hasOffset, more }: Case): string =>
  [
    `${family} ${n}×${p} by ${form}, l1Ratio ${l1Ratio}`,
    JSON.stringify({ ...dealing, ...("groups" in dealing && { groups: true }) }),
    ...(isWeighed ? ["weights"] : []),
    ...(hasOffset ? ["offset"] : []),
    ...(more ? [JSON.stringify(more)] : []),
  ].join(", ");

describe.each(cases.map((one) => [nameOf(one), one] as const))("%s", (_, one) => {
  const { family, form, n, p, l1Ratio, dealing, isWeighed, hasOffset, more } = one;
  const { X, y } = makeData(family, n, p);
  const K = family === "multinomial" ? 3 : 1;
  const weights = upTo(n).map((i) => (i % 9 === 4 && !("groups" in dealing) ? 0 : 1 + (i % 3)));
  const offset = upTo(n * K).map((i) => 0.3 * Math.sin(i));
  const lambdas = [0.3, 0.1, 0.03, 0.01];
  const common = { family, l1Ratio, tolerance: 1e-13, ...more };
  const cv = crossValidate(
    forms[form](X),
    y as never,
    {
      ...common,
      ...dealing,
      lambdas,
      keepFolds: true,
      ...(isWeighed && { weights }),
      ...(hasOffset && { offset }),
    } as never,
  ) as CrossValidation<AnyModel>;
  const count = Math.max(...cv.folds) + 1;
  const pick = <T>(values: readonly T[], rows: readonly number[], size = 1): T[] =>
    rows.flatMap((row) => values.slice(row * size, (row + 1) * size));
  const rowsOf = (isOf: (fold: number) => boolean): number[] => upTo(n).filter((row) => isOf(cv.folds[row]));

  /** The fit on the rows outside of a fold. */
  const refit = (fold: number, lambda: number): AnyModel => {
    const train = rowsOf((other) => other !== fold);
    const { family: _, ...options } = common;
    return (FITS[family] as (X: number[][], y: never, options: never) => AnyModel)(
      pick(X, train),
      pick(y, train) as never,
      {
        ...options,
        lambda,
        ...(isWeighed && { weights: pick(weights, train) }),
        ...(hasOffset && { offset: pick(offset, train, K) }),
      } as never,
    );
  };
  const tested = (fold: number) => {
    const rows = rowsOf((other) => other === fold);
    return { rows, X: pick(X, rows), ...(hasOffset && { offset: pick(offset, rows, K) }) };
  };

  test.each(["min", "1se"] as const)("each row is predicted by the fit that has not seen it, %s", (rule) => {
    const decisions = cv.outOfFold(rule, { type: "decision" });
    expect(decisions).toHaveLength(n * K);
    const predictions = Array.from(cv.outOfFold(rule) as ArrayLike<Label>);
    expect(predictions).toHaveLength(n);
    for (const fold of upTo(count)) {
      const model = refit(fold, rule === "min" ? cv.lambdaMin : cv.lambda1se);
      const { rows, X, ...options } = tested(fold);
      expect(distance(pick([...decisions], rows, K), model.decision(X, options))).toBeLessThan(1e-6);
      const predicted = Array.from(model.predict(X, options) as ArrayLike<Label>);
      if (family === "binomial" || family === "multinomial") {
        expect(pick(predictions, rows)).toEqual(predicted);
        const probabilities = cv.outOfFold(rule, { type: "probability" });
        const expected = (model as { predictProbability: typeof model.decision }).predictProbability(X, options);
        expect(distance(pick([...probabilities], rows, K), expected)).toBeLessThan(1e-6);
      } else expect(distance(pick(predictions as number[], rows), predicted as number[])).toBeLessThan(1e-6);
    }
  });

  test("the fits that are kept are those of the rows outside of each fold", () => {
    const { foldCoefficients, foldIntercepts } = cv;
    expect(foldCoefficients).toHaveLength(count * lambdas.length * K * p);
    expect(foldIntercepts).toHaveLength(count * lambdas.length * K);
    for (const fold of [0, count - 1]) {
      lambdas.forEach((lambda, k) => {
        const {
          coefficients,
          intercept,
          intercepts = [intercept],
        } = refit(fold, lambda) as never as {
          coefficients: Float64Array;
          intercept: number;
          intercepts?: Float64Array;
        };
        const at = fold * lambdas.length + k;
        expect(distance(foldCoefficients!.slice(at * K * p, (at + 1) * K * p), coefficients)).toBeLessThan(1e-5);
        expect(distance(foldIntercepts!.slice(at * K, (at + 1) * K), intercepts)).toBeLessThan(1e-5);
      });
    }
  });

  if (family !== "gaussian" && family !== "poisson") return;
  test.each([
    ["meanAbsoluteError", meanAbsoluteError],
    ["meanSquaredError", meanSquaredError],
  ] as const)("%s is that of the means, row by row", (measure, meanOf) => {
    const options = {
      ...common,
      ...dealing,
      lambdas,
      measure,
      ...(isWeighed && { weights }),
      ...(hasOffset && { offset }),
    };
    const measured = crossValidate(forms[form](X), y as never, options as never);
    expect(measured.measure).toBe(measure);
    for (const fold of upTo(count)) {
      const { rows, X, ...options } = tested(fold);
      if (isWeighed && rows.every((row) => weights[row] === 0)) continue;
      lambdas.forEach((lambda, k) => {
        const predicted = refit(fold, lambda).predict(X, options) as Float64Array;
        const own = isWeighed ? { weights: pick(weights, rows) } : {};
        const error = meanOf(pick(y as number[], rows), predicted, own);
        expect(Math.abs(measured.foldErrors[fold * lambdas.length + k] - error)).toBeLessThan(1e-6 * (1 + error));
      });
    }
  });
});

const { X, y } = makeData("gaussian", 40, 4);

describe("ridge by loo", () => {
  const weights = y.map((_, i) => 1 + (i % 3));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const offset = y.map((_, i) => Math.sin(i));
  const options = { l1Ratio: 0, folds: "loo", weights, offset, standardize: false, lambdas: [1, 0.1, 0.01] } as const;
  const without = <T>(values: readonly T[], i: number): T[] => values.filter((_, k) => k !== i);
  const errorOf = (i: number, lambda: number): number => {
    const rest = { weights: without(weights, i), offset: without(offset, i), standardize: false };
    const model = ridge(without(X, i), without(y as number[], i), {
      ...rest,
      lambda: (total * lambda) / (total - weights[i]),
    });
    return (y[i] as number) - model.predict([X[i]], { offset: [offset[i]] })[0];
  };

  test("predicts as refits that keep W·lambda", () => {
    const cv = crossValidate(X, y as number[], options);
    const predicted = cv.outOfFold();
    y.forEach((value, i) => {
      expect(predicted[i]).toBeCloseTo((value as number) - errorOf(i, cv.lambdaMin), 9);
    });
  });

  test("has absolute errors too", () => {
    const cv = crossValidate(X, y as number[], { ...options, measure: "meanAbsoluteError" });
    y.forEach((_, i) => {
      options.lambdas.forEach((lambda, k) => {
        expect(cv.foldErrors[i * 3 + k]).toBeCloseTo(Math.abs(errorOf(i, lambda)), 9);
      });
    });
  });
});

test("mean squared errors are the deviances of the gaussian family, to the bit", () => {
  const squared = crossValidate(X, y as number[], { measure: "meanSquaredError" });
  assertSameBits(squared.foldErrors, crossValidate(X, y as number[]).foldErrors);
});

test("a robust measure may choose another lambda, and is its own minimum", () => {
  const outlying = (y as number[]).map((value, i) => (i % 13 === 0 ? value + 30 : value));
  const cv = crossValidate(X, outlying, { folds: 5, measure: "meanAbsoluteError" });
  expect(cv.meanErrors[cv.indexMin]).toBe(Math.min(...cv.meanErrors));
  expect(meanAbsoluteError(outlying, cv.outOfFold())).toBeCloseTo(cv.meanErrors[cv.indexMin], 8);
});

test("what is kept belongs to the best l1Ratio, with fits for each", () => {
  const l1Ratio = [0.2, 1, 0.6];
  const cv = crossValidate(X, y as number[], { l1Ratio, folds: 4, keepFolds: true });
  const alone = crossValidate(X, y as number[], { l1Ratio: cv.l1Ratio, folds: 4 });
  assertSameBits(cv.outOfFold("1se"), alone.outOfFold("1se"));
  expect(alone.foldCoefficients).toBeUndefined();
  for (const { foldCoefficients, lambdas } of cv.byRatio) expect(foldCoefficients).toHaveLength(4 * lambdas.length * 4);
});

test("what outOfFold returns is the caller's own", () => {
  const cv = crossValidate(X, y as number[], { folds: 4 });
  const first = cv.outOfFold();
  first.fill(0);
  expect(cv.outOfFold()).not.toEqual(first);
});

test("labels that were held out are less accurate than those that were seen", () => {
  const { X, y } = makeData("binomial", 60, 20);
  const cv = crossValidate(X, y, { family: "binomial", folds: 5 });
  const labels: Label[] = cv.outOfFold();
  expect(accuracy(y, labels)).toBeLessThan(accuracy(y, cv.model().predict(X)));
});

test.each(backends.map(({ name }) => name))("is the same on %s, bit for bit", (name) => {
  const measure = "meanAbsoluteError";
  const once = crossValidate(X, y as number[], { folds: 4, measure, keepFolds: true });
  setBackend(name as "js");
  const again = crossValidate(X, y as number[], { folds: 4, measure, keepFolds: true });
  assertSameBits(again.foldErrors, once.foldErrors);
  assertSameBits(again.foldCoefficients!, once.foldCoefficients!);
  assertSameBits(again.decisions1se, once.decisions1se);
});

describe("one standard error", () => {
  test("never chooses less of a penalty than the minimum", () => {
    for (const seed of upTo(60)) {
      const next = randomStream(seed + 1);
      const n = 12 + (seed % 5) * 8;
      const X = upTo(n).map(() => upTo(3 + (seed % 4)).map(next));
      const family = (["gaussian", "binomial", "poisson"] as const)[seed % 3];
      const y = X.map((row) => {
        const eta = row[0] * (seed % 7) + next();
        if (family === "gaussian") return eta;
        return family === "poisson" ? Math.round(Math.exp(eta)) : eta > 0 ? 1 : 0;
      });
      if (family === "binomial" && Math.min(...[0, 1].map((code) => y.filter((one) => one === code).length)) < 4)
        continue;
      const options = { family, folds: 3, stratify: true, l1Ratio: [0.1, 0.5, 1], lambdaCount: 20, seed } as const;
      const cv: CrossValidation<AnyModel> = crossValidate(X, y as never, options as never);
      for (const table of [cv, ...cv.byRatio]) {
        expect(table.index1se).toBeLessThanOrEqual(table.indexMin);
        expect(table.lambda1se).toBeGreaterThanOrEqual(table.lambdaMin);
        const { meanErrors, standardErrors, indexMin, index1se } = table;
        const limit = meanErrors[indexMin] + standardErrors[indexMin];
        expect(meanErrors[index1se]).toBeLessThanOrEqual(limit);
        for (const k of upTo(index1se)) expect(meanErrors[k]).toBeGreaterThan(limit);
      }
    }
  });
});

const labelled = makeData("binomial", 60, 4);
describe("refusals", () =>
  testRefusals([
    [
      "an unknown measure",
      () => crossValidate(X, y as never, { measure: wrong("mae") }),
      "ERR_VALUE",
      '"measure" must be "deviance" or "meanSquaredError" or "meanAbsoluteError", got "mae"',
    ],
    [
      "mean errors of classes",
      () => crossValidate(labelled.X, labelled.y, { family: "binomial", measure: "meanAbsoluteError" }),
      "ERR_VALUE",
      '"measure" must be "deviance" or "misclassification" or "auc", got "meanAbsoluteError"',
    ],
    [
      "keepFolds 1",
      () => crossValidate(X, y as never, { keepFolds: wrong(1) }),
      "ERR_TYPE",
      '"keepFolds" must be true or false, got 1',
    ],
    [
      "fits of ridge by loo",
      () => crossValidate(X, y as never, { keepFolds: true, folds: "loo", l1Ratio: [1, 0] }),
      "ERR_OPTION",
      '"keepFolds" must be false for ridge by "loo"',
    ],
    [
      "an unknown rule",
      () => crossValidate(X, y as never).outOfFold(wrong("best")),
      "ERR_VALUE",
      '"rule" must be "min" or "1se", got "best"',
    ],
    [
      "an unknown type",
      () => crossValidate(X, y as never).outOfFold("min", { type: wrong("link") }),
      "ERR_VALUE",
      '"type" must be "prediction" or "decision", got "link"',
    ],
    [
      "probabilities of numbers",
      () => crossValidate(X, y as never).outOfFold("min", { type: "probability" }),
      "ERR_VALUE",
      '"type" must be "prediction" or "decision", got "probability"',
    ],
    [
      "an unknown option",
      () => crossValidate(X, y as never).outOfFold("min", wrong({ kind: 1 })),
      "ERR_OPTION",
      'outOfFold has no option "kind"',
    ],
  ]));

test("folds of rows that no cache holds have the bits of those of columns", () => {
  const [n, p] = [300, 500];
  const next = randomStream(11);
  const columns = Float64Array.from({ length: n * p }, next);
  const rows = Float64Array.from(columns, (_, k) => columns[(k % p) * n + Math.floor(k / p)]);
  const y = Float64Array.from({ length: n }, (_, i) => columns[i] - columns[2 * n + i] + next());
  const [byRow, byColumn] = [dense(rows, n, p), dense(columns, n, p, { order: "column" })].map((X) =>
    crossValidate(X, y, { folds: 3, lambdaCount: 20 }),
  );
  assertSameBits(byRow.foldErrors, byColumn.foldErrors);
  assertSameBits(byRow.decisionsMin as Float64Array, byColumn.decisionsMin as Float64Array);
});
