import fc from "fast-check";
import { expect } from "vitest";
import {
  type AnyModel,
  type Family,
  type MatrixLike,
  type ModelJSON,
  modelFromJSON,
  type TableLike,
} from "../../src/index.js";
import { ordinary } from "../support/arbitraries.js";

/** Names that break what is not quoted, one way or another. */
export const hostileNames = [
  "'; DROP TABLE t; --",
  '"; DROP TABLE t; --',
  "it''s",
  'say ""hi""',
  "\\",
  "\\'",
  "a\\n'b",
  "line\nbreak",
  "\r\n",
  "tab\t",
  "\u2028\u2029",
  "</script><script>alert(1)</script>",
  "<!--",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a name
  "${x}",
  "`",
  "*/",
  "//",
  "__proto__",
  "constructor",
  "toString",
  "length",
  "0",
  "größe 📏",
  "名前",
  "e\u0301",
  "=SUM(A1)",
  " a ",
  "a,b",
  "$1",
  "?",
  ":x",
  "%s",
  "eta",
  "total",
  "(intercept)",
];

/** A model of these numbers, fitted to nothing. */
export function modelOf(
  family: Family,
  coefficients: number[],
  intercepts: number[],
  more: { names?: string[]; encoding?: unknown } = {},
): AnyModel {
  const classes = family === "binomial" ? ["no", "yes"] : intercepts.map((_, k) => `class ${k}`);
  const isMany = family === "multinomial";
  return modelFromJSON({
    type: "regulus-model",
    version: 1,
    family,
    ...((isMany || family === "binomial") && { classes }),
    ...(family === "huber" && { delta: 1 }),
    coefficients,
    ...(isMany ? { intercepts } : { intercept: intercepts[0] as number }),
    lambda: 1,
    l1Ratio: 1,
    objective: 0,
    dualityGap: 0,
    certificate: "gap",
    violation: null,
    tolerance: 1e-7,
    iterations: 1,
    strategy: "none",
    converged: true,
    ...more,
  } as unknown as ModelJSON) as AnyModel;
}

/** P of the second class, P of every class, or the mean: what an export gives, of n rows, K for each of the multinomial family. */
export function predicted(model: AnyModel, X: MatrixLike | TableLike): Float64Array {
  return "predictProbability" in model ? model.predictProbability(X) : (model.predict(X) as Float64Array);
}

export interface Case {
  model: AnyModel;
  /** The model's, or those that exports give to columns without names. */
  names: string[];
  X: number[][];
}

const families: Family[] = ["gaussian", "binomial", "poisson", "multinomial", "huber"];

/** Models of any family, with zeros among their coefficients, some with hostile names, and rows for them. */
export const cases: fc.Arbitrary<Case> = fc
  .record({
    family: fc.constantFrom(...families),
    p: fc.integer({ min: 1, max: 6 }),
    n: fc.integer({ min: 1, max: 4 }),
    K: fc.integer({ min: 2, max: 4 }),
  })
  .chain(({ family, p, n, K }) => {
    const count = family === "multinomial" ? K : 1;
    const vector = (length: number) => fc.array(ordinary, { minLength: length, maxLength: length });
    return fc
      .record({
        coefficients: vector(p * count),
        intercepts: vector(count),
        names: fc.option(fc.uniqueArray(fc.constantFrom(...hostileNames), { minLength: p, maxLength: p })),
        // PostgreSQL has an error for products that vanish.
        X: fc
          .array(vector(p), { minLength: n, maxLength: n })
          .map((rows) => rows.map((row) => row.map((value) => (Math.abs(value) < 1e-150 ? 0 : value)))),
      })
      .map(({ coefficients, intercepts, names, X }) => ({
        model: modelOf(family, coefficients, intercepts, names === null ? {} : { names }),
        names: names ?? Array.from({ length: p }, (_, j) => `x${j}`),
        X,
      }));
  });

/** Of ONNX, where a probability is 1 over what may be infinite, the least that is told from 0 is 1e-308. */
export const ONNX_LEAST = 1e-296;

/** Numbers equal to 1e-12 of their own size, or of what they are a sum of. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, size = 0): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; ++i) {
    const [a, e] = [actual[i] as number, expected[i] as number];
    const isClose = a === e || Math.abs(a - e) <= 1e-12 * Math.max(Math.abs(e), size);
    if (!isClose) expect.fail(`${a} instead of ${e} at ${i}`);
  }
}
