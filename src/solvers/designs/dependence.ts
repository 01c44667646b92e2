import { productError } from "../../arithmetic/productError.js";
import type { Matrix } from "../../data/Matrix.js";

/** The largest whole number that a dependency is looked for with, and how far from whole it may seem. */
const LARGEST = 1024;
const ROUNDED = 1e-6;
/** Values beyond this and its inverse may lose digits in products. */
const EXTREME = 1e140;

/**
 * What is known of columns that depend on others, of the data as they are given, in all rows of positive weight unless others are told to count. Of what is
 * not exact, rounding errors are all that keeps columns apart, and coefficients beyond any number may fit these.
 */
export interface Dependence {
  /** Whether Σ c_k·x_k over the listed columns is 0 in standard form for whole numbers c_k, about in proportion to d_k: as for indicators of all categories. */
  vanishes(columns: ArrayLike<number>, d: Float64Array, counts?: (row: number) => boolean): boolean;
  /** How many of the listed columns can be independent at the most: no more than rows that differ. */
  rank(columns: ArrayLike<number>, counts?: (row: number) => boolean): number;
}

/** @param scales - What columns are divided by. Those beyond X are intercepts, and have no say. */
export function exactDependence(
  X: Matrix,
  weights: Float64Array,
  intercept: boolean,
  scales: Float64Array,
): Dependence {
  const { rows: n, columns: p } = X;
  const hasWeight = (row: number): boolean => weights[row] > 0;
  const column = (j: number): Float64Array => {
    const values = new Float64Array(n);
    X.copyColumns(values, j, j + 1);
    return values;
  };
  const rank: Dependence["rank"] = (columns, counts = hasWeight) => {
    const values = Array.from(columns)
      .filter((j) => j < p)
      .map(column);
    const different = new Set<string>();
    for (let i = 0; i < n; ++i) if (counts(i)) different.add(values.map((x) => x[i]).join());
    // Centred, or of rows that are not 0.
    return different.size - (intercept || different.has(values.map(() => 0).join()) ? 1 : 0);
  };
  const vanishes: Dependence["vanishes"] = (columns, d, counts = hasWeight) => {
    const places = [...d.keys()].filter((k) => d[k] !== 0 && columns[k] < p);
    const shares = places.map((k) => d[k] / scales[columns[k]]);
    const least = shares.reduce((size, share) => Math.min(size, Math.abs(share)), Number.POSITIVE_INFINITY);
    const wholes = shares.map((share) => Math.round(share / least));
    const isWhole = wholes.every(
      (c, k) => Math.abs(c) <= LARGEST && Math.abs(shares[k] / least - c) <= ROUNDED * Math.abs(c),
    );
    if (!isWhole) return false;
    const values = places.map((k) => column(columns[k]));
    const first = intercept ? weights.findIndex((_, i) => counts(i)) : -1;
    const isZero = (i: number): boolean => {
      const parts: number[] = [];
      values.forEach((x, k) => {
        if (!addProduct(parts, wholes[k], x[i])) parts.push(Number.NaN);
        if (first >= 0 && !addProduct(parts, -wholes[k], x[first])) parts.push(Number.NaN);
      });
      return parts.every((part) => part === 0);
    };
    for (let i = 0; i < n; ++i) if (counts(i) && !isZero(i)) return false;
    return true;
  };
  return { vanishes, rank };
}

/** parts ← parts + c·x, in exact arithmetic: none of them overlap. False if x is too large or too small for that. Shewchuk (1997). */
function addProduct(parts: number[], c: number, x: number): boolean {
  const size = Math.abs(x);
  if (size !== 0 && !(size < EXTREME && size > 1 / EXTREME)) return false;
  const high = c * x;
  for (const term of [productError(c, x, high), high]) {
    let sum = term;
    let kept = 0;
    for (const part of parts) {
      const next = sum + part;
      const share = next - sum;
      const error = sum - (next - share) + (part - share);
      if (error !== 0) parts[kept++] = error;
      sum = next;
    }
    parts.length = kept;
    parts.push(sum);
  }
  return true;
}
