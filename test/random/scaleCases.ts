/**
 * Random problems by number whose columns and response are multiplied by powers of two up to the limits of doubles: the coefficients are
 * those of the ordinary problem, multiplied back, or the problem is refused.
 */

import { dense, type ElasticNetOptions, type MatrixLike, sparse } from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";
import { compress } from "../support/matrices.js";

export const FAMILIES = ["gaussian", "gaussian", "gaussian", "binomial", "poisson", "multinomial"] as const;

/** A fit of the same problem at two scales. */
export interface ScaleCase {
  drawn: Record<string, string>;
  family: (typeof FAMILIES)[number];
  /** Whether the scaled one has the coefficients of the ordinary one, scaled back. */
  isKnown: boolean;
  /** Of the columns, and of the response: powers of two. */
  columnScales: number[];
  responseScale: number;
  /** The sd of each column at the ordinary scale, and of the response. */
  sizes: number[];
  size: number;
  ordinary: Fit;
  scaled: Fit;
}

export interface Fit {
  X: MatrixLike;
  y: number[];
  options: ElasticNetOptions & { lambda: number; l1Ratio: number };
}

const pick = <T>(next: () => number, choices: readonly T[]): T =>
  choices[Math.min(choices.length - 1, Math.floor(0.5 * (next() + 1) * choices.length))];

/** Exponents near the places where squares, and squares of squares, leave the range of doubles. */
const EXPONENTS = [
  0, 0, 0, 20, -20, 100, -100, 170, -170, 266, -266, 340, -340, 510, -510, -538, -548, -600, -900, -1020, 900,
];

/** The problem of this number. */
export function scaleCase(number: number): ScaleCase {
  const next = randomStream(Math.imul(number + 1, 0x27d4eb2f));
  const family = pick(next, FAMILIES);
  const n = 20 + Math.floor(10 * (next() + 1));
  const isWide = next() > 0.6;
  const p = isWide ? n + 4 : 1 + Math.floor(3 * (next() + 1));
  const intercept = next() > -0.3;
  const standardize = next() > -0.2;
  const form = pick(next, ["rows", "column order", "sparse"]);
  const spread = pick(next, ["one column", "each its own", "all alike"]);
  const weighing = pick(next, ["none", "random", "some zero", "tiny", "huge"]);
  const ratio = pick(next, [1, 1, 0, 0, 0.5]);
  const isFree = next() > 0.6 && !isWide && family === "gaussian";
  const strategies: NonNullable<ElasticNetOptions["strategy"]>[] =
    ratio === 0 && !isFree ? ["auto", "auto", "ridge", "cholesky"] : ["auto"];
  const strategy = family === "gaussian" && form !== "sparse" ? pick(next, strategies) : "auto";
  const rows = Array.from({ length: n }, () =>
    Array.from({ length: p }, () => (form === "sparse" && next() > 0 ? 0 : next())),
  );
  const truth = Array.from({ length: p }, (_, j) => (j % 3 === 0 ? 1 : 0));
  const level = rows.map((row) => row.reduce((sum, x, j) => sum + x * truth[j], 0.4 * next()));
  const y =
    family === "gaussian"
      ? level
      : level.map((value, i) =>
          family === "poisson"
            ? Math.floor(Math.exp(Math.min(value, 2)) + 0.5 * (next() + 1))
            : i < 3
              ? i % (family === "binomial" ? 2 : 3)
              : value + 2 * next() > 0.2
                ? 1
                : family === "multinomial" && next() > 0
                  ? 2
                  : 0,
        );
  const m = family === "gaussian" ? pick(next, [...EXPONENTS, 0, 0, 0]) : 0;
  const common = pick(next, EXPONENTS);
  const one = Math.floor(0.5 * (next() + 1) * p);
  const isAlike = spread === "all alike";
  const exponents = truth.map((_, j) => {
    const own = pick(next, EXPONENTS);
    if (isAlike) return common;
    return spread === "one column" ? (j === one ? common : 0) : own;
  });
  const lambda = isFree ? 0 : 0.02 + 0.05 * (next() + 1);
  const k = standardize || !isAlike ? 0 : common;
  // Without standardisation a penalty tells columns apart: by factors it is the same one, unless nobody knows the solution.
  const isTold = !standardize && !isAlike && !isFree;
  const isKnown = !isTold || next() > -0.3;
  // Of a lambda, both parts must be numbers.
  const l1Ratio = ratio === 0.5 && (isTold || Math.abs(m - k) > 20) ? 1 : ratio;
  const l1 = power(lambda * l1Ratio, m + k);
  const l2 = power(lambda * (1 - l1Ratio), 2 * k);
  const unit = { tiny: -990, huge: 900 }[weighing] ?? 0;
  const weights = y.map((_, i) => {
    const weight = 0.2 + next() + 1;
    return weighing === "some zero" && i % 4 === 3 ? 0 : weight;
  });
  const factors = next() > 0.5 ? truth.map(() => 0.5 * (next() + 2)) : truth.map(() => 1);
  const penaltyFactor = factors.map((factor, j) =>
    power(factor, (isTold && isKnown ? exponents[j] : 0) * (l1Ratio === 0 ? 2 : 1)),
  );
  const options = { intercept, standardize, strategy, tolerance: 1e-11 };
  const scaledWeights = weights.map((weight) => power(weight, unit));
  const own = weighing === "none" ? [{}, {}] : [{ weights }, { weights: scaledWeights }];
  const scaledRows = rows.map((row) => row.map((x, j) => power(x, exponents[j])));
  return {
    drawn: {
      family,
      form,
      spread,
      weights: weighing,
      l1Ratio: String(l1Ratio),
      strategy,
      intercept: String(intercept),
      standardize: String(standardize),
      shape: isWide ? "wide" : "tall",
      lambda: isFree ? "0" : "some",
      response: String(m),
      columns: isAlike ? String(common) : "apart",
    },
    family,
    isKnown,
    columnScales: exponents,
    responseScale: m,
    sizes: truth.map((_, j) => sd(rows.map((row) => row[j])) || 1),
    size: family === "gaussian" ? sd(y) : 1,
    ordinary: {
      X: matrixOf(form, rows),
      y,
      options: { ...options, penaltyFactor: factors, ...own[0], lambda, l1Ratio },
    },
    scaled: {
      X: matrixOf(form, scaledRows),
      y: y.map((value) => power(value, m)),
      options: {
        ...options,
        penaltyFactor,
        ...own[1],
        lambda: l1 + l2,
        l1Ratio: l1 + l2 === 0 ? l1Ratio : l1 / (l1 + l2),
      },
    },
  };
}

/** value·2^exponent, in steps that stay within the range of doubles. */
export function power(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}

function sd(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function matrixOf(form: string, X: number[][]): MatrixLike {
  const [n, p] = [X.length, X[0].length];
  const columns = X[0].flatMap((_, j) => X.map((row) => row[j]));
  if (form === "rows") return dense(Float64Array.from(X.flat()), n, p);
  if (form === "column order") return dense(Float64Array.from(columns), n, p, { order: "column" });
  const { values, rowIndices, columnPointers } = compress(n, p, columns);
  return sparse({ rows: n, columns: p, values, rowIndices, columnPointers });
}
