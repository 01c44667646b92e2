import { expect, test } from "vitest";
import { dense } from "../../../src/index.js";
import { testedRows } from "../../../src/models/folds/heldOut.js";
import { randomStream } from "../../support/arbitraries.js";
import { assertSameBits } from "../../support/bits.js";

const [n, p] = [9, 23];
const rows = Int32Array.of(7, 0, 4, 4);
const next = randomStream(5);
const values = Float64Array.from({ length: n * p }, () => next() - 0.5);
const matrices = {
  rows: dense(values, n, p),
  columns: dense(values, n, p, { order: "column" }),
  "single precision": dense(Float32Array.from(values), n, p),
};
/** Coefficients of two fits, one after the other. */
const coefficients = Float64Array.from({ length: 2 * p }, (_, j) => (j % 5 === 3 || j > p + 20 ? next() - 0.5 : 0));

test.each(Object.entries(matrices))("fits of few coefficients have the bits of whole products: %s", (_, X) => {
  const [tested, whole] = [testedRows(X, rows), X.takeRows(rows)];
  for (const from of [0, p]) {
    for (const start of [0, 0.1, -3]) {
      const [eta, expected] = [1, 2].map(() => new Float64Array(rows.length).fill(start));
      tested.addProduct(coefficients, from, eta);
      whole.addProduct(coefficients, from, expected);
      assertSameBits(eta, expected);
      expect(eta[0]).not.toBe(start);
    }
  }
});
