import type { Matrix } from "../data/Matrix.js";
import { alignedBytes, type Heap } from "../kernels/arena.js";
import { type GramProblem, gramProblem, gramProblemBytes } from "./gramProblem.js";
import { coordinates, coordinatesBytes, type FitSettings, responseBytes, standardizeResponse } from "./problem.js";

/** Rows that are read at a time: few enough for their block to stay in cache. */
const BLOCK_ROWS = 512;
/** Columns whose gradients have come this near to l1 get their rows of the Gram along with those that are needed now. */
const NEAR = 0.7;
/** Second moments that are this much larger than a variance leave too few digits of it. */
const CANCELLED = 1e6;

/** The bytes that {@link tallProblem} takes from its arena. */
export function tallProblemBytes(n: number, p: number): number {
  const columns = alignedBytes(8 * p);
  return (
    alignedBytes(8 * BLOCK_ROWS * p) +
    2 * alignedBytes(8 * p * p) +
    10 * columns +
    3 * alignedBytes(4 * p) +
    responseBytes(n) +
    coordinatesBytes(p) +
    gramProblemBytes(p)
  );
}

/**
 * A problem with many more rows than columns, X read in blocks of rows and never held: one pass for means, scales and Xᵀy and the
 * rows of the Gram that are expected to be needed, another for those that are missing when they are.
 *
 * @param pivots - Numbers near the column means, so that sums about them cancel little.
 * @param expected - Columns that are likely to have a coefficient.
 * @returns undefined where values are not finite or cancel, which is for others to say or to solve.
 */
export function tallProblem(
  arena: Heap,
  X: Matrix,
  y: Float64Array,
  settings: FitSettings,
  pivots: Float64Array,
  expected: Int32Array,
): GramProblem | undefined {
  const { kernels } = arena;
  const { absMax, sumSquares, transposedProduct, axpy } = kernels.float64;
  const { rows: n, columns: p } = X;
  const { intercept, standardize } = settings;
  const response = standardizeResponse(arena, y, settings);
  const block = arena.raw64(BLOCK_ROWS * p);
  const vector = () => arena.float64(p);
  const bases = vector();
  if (intercept) bases.set(pivots);
  const zeros = vector();
  const ones = vector().fill(1);
  const packed = vector();
  const means = vector();
  const c = vector();
  const curvatures = vector();
  const scales = vector().fill(1);
  const G = arena.raw64(p * p);
  const rowsOfBlock = arena.raw64(p * p);
  const all = arena.int32(p);
  for (let j = 0; j < p; ++j) all[j] = j;
  const wanted = arena.int32(p);
  const isThere = new Uint8Array(p);

  /** Reads X once, adding up the wanted rows of the Gram, and everything else too if it is the first time; false if it cannot. */
  const pass = (count: number, isFirst: boolean): boolean => {
    for (let k = 0; k < count; ++k) G.fill(0, wanted[k] * p, (wanted[k] + 1) * p);
    for (let from = 0; from < n; from += BLOCK_ROWS) {
      const to = Math.min(from + BLOCK_ROWS, n);
      const height = to - from;
      X.copyRowRange(block, from, to);
      kernels.transform(height, p, block, 0, bases, 0, zeros, 0, ones, 0, response.rowScales, from);
      if (isFirst) {
        if (!(absMax(height * p, block, 0) < Number.POSITIVE_INFINITY)) return false;
        transposedProduct(height, p, block, 0, response.y, from, packed, 0);
        axpy(p, 1, packed, 0, c, 0);
        for (let j = 0; j < p; ++j) curvatures[j] += sumSquares(height, block, j * height);
        if (intercept || standardize) {
          transposedProduct(height, p, block, 0, response.rowScales, from, packed, 0);
          axpy(p, 1, packed, 0, means, 0);
        }
      }
      kernels.crossGram(height, block, 0, count, wanted, 0, all, 0, p, all, 0, rowsOfBlock, 0, p);
      for (let k = 0; k < count; ++k) axpy(p, 1, rowsOfBlock, k * p, G, wanted[k] * p);
    }
    return true;
  };
  /** Centres and scales rows of the Gram. */
  const finish = (count: number): void => {
    for (let k = 0; k < count; ++k) {
      const j = wanted[k];
      const row = j * p;
      if (intercept) axpy(p, -means[j], means, 0, G, row);
      for (let i = 0; i < p; ++i) G[row + i] = G[row + i] / scales[j] / scales[i];
      isThere[j] = 1;
    }
  };

  wanted.set(expected);
  if (!pass(expected.length, true)) return undefined;
  for (let j = 0; j < p; ++j) {
    const variance = curvatures[j] - means[j] * means[j];
    if ((intercept || standardize) && !(curvatures[j] <= CANCELLED * variance)) return undefined;
    if (!(curvatures[j] < Number.POSITIVE_INFINITY)) return undefined;
    if (standardize) scales[j] = Math.sqrt(variance);
    curvatures[j] = (intercept ? variance : curvatures[j]) / (scales[j] * scales[j]);
    c[j] /= scales[j];
  }
  finish(expected.length);
  const centres = { pivots: bases, means: intercept ? means : zeros };
  const columns = { ...centres, scales, curvatures, isConstant: () => false };
  const problem = coordinates(arena, columns, response, settings);
  const { z, l1 } = problem;
  return gramProblem(problem, G, c, sumSquares(n, response.y, 0), (count, listed) => {
    let missing = 0;
    const want = (j: number): void => {
      if (isThere[j] === 1) return;
      isThere[j] = 1;
      wanted[missing++] = j;
    };
    for (let k = 0; k < count; ++k) want(listed[k]);
    if (missing === 0) return;
    for (let j = 0; j < p; ++j) if (Math.abs(z[j]) > NEAR * l1[j]) want(j);
    pass(missing, false);
    finish(missing);
  });
}
