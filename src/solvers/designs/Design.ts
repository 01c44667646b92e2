import type { Dependence } from "./dependence.js";

/** Makes rows of a Gram: G[places[a], c] = x_j·x_k for j = rows[a], k = columns[c]; the rows of G lie `stride` apart. */
export type CrossGram = (
  rowCount: number,
  rows: Int32Array,
  places: Int32Array,
  columnCount: number,
  columns: Int32Array,
  G: Float64Array,
  stride: number,
) => void;

/** X in standard form, as families without a Gram that stays the same see it: columns centred and scaled, an intercept's the last. */
export interface Design {
  /** Of the columns of X. */
  dependence: Dependence;
  /** The number of columns, with the intercept's. */
  columns: number;
  /** out ← out + Σ b_j·x_j for the listed columns. */
  addProduct(count: number, columns: Int32Array, b: Float64Array, out: Float64Array): void;
  /** z_j = x_j·r for the listed columns. */
  products(count: number, columns: Int32Array, r: Float64Array, z: Float64Array): void;
  /** {@link CrossGram} with h_i for row i: G[places[a], c] = Σ_i h_i·x_ij·x_ik. */
  weightedGram(h: Float64Array, ...of: Parameters<CrossGram>): void;
  /** The listed columns, filled in, one after the other. */
  fill(columns: readonly number[]): Float64Array;
}

/** Working sets larger than this are left to descent on the residual. */
const LARGEST = 1536;

/** Columns that enter the Gram at a time: by the symmetry of the others, half the work. */
export const NEWTON_BLOCK = 64;

/** The largest working set that has a Gram of its own. */
export function newtonCapacity(n: number, p: number): number {
  return Math.min(p, LARGEST, 2 * n + 64);
}
