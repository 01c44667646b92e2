import { randomSigned } from "../random.js";
import { type Family, losses } from "./losses.js";

/** A matrix in Fortran order: column j lies at j·n. */
interface DenseColumns {
  values: Float64Array;
}

/** A matrix in compressed sparse columns. */
export interface SparseColumns {
  values: Float64Array;
  rowIndices: Int32Array;
  columnPointers: Int32Array;
}

/**
 * The data of one task and the objective that every contender minimises, for each of the lambdas:
 *
 *   F(w, b) = 1/n·Σ_i loss(y_i, x_i·w + b) + lambda·(l1Ratio·‖w‖₁ + (1 − l1Ratio)/2·‖w‖²),     b = 0 without an intercept
 *
 * the losses less their smallest values: 1/2·(y − η)² of the gaussian family.
 */
export interface Problem {
  family: Family;
  /** Linear predictors of a row, each with p coefficients: the classes of a multinomial problem, else 1. */
  outputs: number;
  n: number;
  p: number;
  X: DenseColumns | SparseColumns;
  /** Of a multinomial problem the classes from 0, of a binomial one 0 and 1. */
  y: Float64Array;
  /** Descending. */
  lambdas: Float64Array;
  l1Ratio: number;
  /** Of gaussian problems only. */
  intercept: boolean;
  /** The test fold of each row, where the task is to cross-validate. */
  folds?: Int32Array;
}

export const isSparse = (X: Problem["X"]): X is SparseColumns => "rowIndices" in X;

/** Variance of the signal over that of the noise. */
const SIGNAL_TO_NOISE = 10;
/** The correlation of a column with its neighbour. */
const CORRELATION = 0.5;

/** Standard normal numbers by the polar method. Marsaglia & Bray, A convenient method for generating normal variables (1964). */
export function randomGaussian(seed: number): () => number {
  const next = randomSigned(seed);
  let spare = Number.NaN;
  return () => {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = Number.NaN;
      return value;
    }
    let u: number;
    let v: number;
    let s: number;
    do {
      u = next();
      v = next();
      s = u * u + v * v;
    } while (s >= 1 || s === 0);
    const factor = Math.sqrt((-2 * Math.log(s)) / s);
    spare = v * factor;
    return u * factor;
  };
}

/** Whole numbers from 0 to bound − 1. */
function randomBelow(seed: number): (bound: number) => number {
  const next = randomSigned(seed);
  return (bound) => Math.floor(((next() + 1) / 2) * bound);
}

/** An AR design: the rows are independent, column j is rho·column j − 1 plus noise, of variance 1; standardised. */
export function denseDesign(n: number, p: number, seed: number, rho = CORRELATION): DenseColumns {
  const gaussian = randomGaussian(seed);
  const values = new Float64Array(n * p);
  const fresh = Math.sqrt(1 - rho ** 2);
  for (let i = 0; i < n; ++i) values[i] = gaussian();
  for (let k = n; k < n * p; ++k) values[k] = rho * values[k - n] + fresh * gaussian();
  for (let j = 0; j < p; ++j) standardise(values.subarray(j * n, (j + 1) * n));
  return { values };
}

/** Gaussian values at random places; the gaps between them are geometric. */
export function sparseDesign(n: number, p: number, density: number, seed: number): SparseColumns {
  const gaussian = randomGaussian(seed);
  const uniform = randomSigned(seed + 1);
  const values: number[] = [];
  const rowIndices: number[] = [];
  const columnPointers = new Int32Array(p + 1);
  const gap = () => 1 + Math.floor(Math.log((1 - uniform()) / 2) / Math.log1p(-density));
  for (let j = 0; j < p; ++j) {
    for (let i = gap() - 1; i < n; i += gap()) {
      rowIndices.push(i);
      values.push(gaussian());
    }
    columnPointers[j + 1] = values.length;
  }
  return { values: Float64Array.from(values), rowIndices: Int32Array.from(rowIndices), columnPointers };
}

interface Signal {
  nonzeros: number;
  size: number;
  seed: number;
}

/** Xw, w having `nonzeros` values of ±`size` at random places. */
export function signal(X: Problem["X"], n: number, p: number, { nonzeros, size, seed }: Signal): Float64Array {
  const below = randomBelow(seed);
  const places = new Set<number>();
  while (places.size < nonzeros) places.add(below(p));
  const eta = new Float64Array(n);
  for (const j of places) addColumn(X, n, j, below(2) === 0 ? size : -size, eta);
  return eta;
}

/** A signal plus noise. */
export function response(X: Problem["X"], n: number, p: number, of: Signal): Float64Array {
  const y = signal(X, n, p, of);
  const gaussian = randomGaussian(of.seed + 1);
  const mean = y.reduce((sum, value) => sum + value, 0) / n;
  const variance = y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
  const noise = Math.sqrt(variance / SIGNAL_TO_NOISE);
  for (let i = 0; i < n; ++i) y[i] += noise * gaussian();
  return y;
}

/** Classes or counts of n rows at random, η being their linear predictors. */
export function draw(family: "binomial" | "poisson" | "multinomial", eta: Float64Array, n: number, seed: number) {
  const mu = losses[family].means(eta, n);
  const uniform = randomSigned(seed);
  return Float64Array.from({ length: n }, (_, i) => {
    let left = (uniform() + 1) / 2;
    if (family === "binomial") return left < mu[i] ? 1 : 0;
    // The first value whose probability, with those of all before it, is above the uniform number.
    let value = 0;
    let probability = family === "poisson" ? Math.exp(-mu[i]) : mu[i];
    while (left >= probability && probability > 0) {
      left -= probability;
      ++value;
      probability = family === "poisson" ? (probability * mu[i]) / value : (mu[value * n + i] ?? 0);
    }
    return value;
  });
}

/** y as means: of a multinomial problem, for each class 1 in its rows and 0 elsewhere. */
export function targets({ family, outputs, n, y }: Pick<Problem, "family" | "outputs" | "n" | "y">): Float64Array {
  if (family !== "multinomial") return y;
  const indicators = new Float64Array(outputs * n);
  for (let i = 0; i < n; ++i) indicators[y[i] * n + i] = 1;
  return indicators;
}

/** y ← y + factor·X_j */
export function addColumn(X: Problem["X"], n: number, j: number, factor: number, y: Float64Array): void {
  const { values } = X;
  if (isSparse(X)) {
    for (let k = X.columnPointers[j]; k < X.columnPointers[j + 1]; ++k) y[X.rowIndices[k]] += factor * values[k];
  } else {
    for (let i = 0, k = j * n; i < n; ++i, ++k) y[i] += factor * values[k];
  }
}

/** Mean 0 and variance 1, in place. */
export function standardise(column: Float64Array): Float64Array {
  const n = column.length;
  const mean = column.reduce((sum, value) => sum + value, 0) / n;
  for (let i = 0; i < n; ++i) column[i] -= mean;
  const deviation = Math.sqrt(column.reduce((sum, value) => sum + value * value, 0) / n);
  for (let i = 0; i < n; ++i) column[i] /= deviation;
  return column;
}

/** X_j'y */
export function columnDot(X: Problem["X"], n: number, j: number, y: Float64Array): number {
  const { values } = X;
  let sum = 0;
  if (isSparse(X)) {
    for (let k = X.columnPointers[j]; k < X.columnPointers[j + 1]; ++k) sum += values[k] * y[X.rowIndices[k]];
  } else {
    for (let i = 0, k = j * n; i < n; ++i, ++k) sum += values[k] * y[i];
  }
  return sum;
}

/** The smallest lambda at which a lasso has no coefficients: max|X'y|/n, y being what the model without any leaves. */
export function lambdaMax(X: Problem["X"], n: number, p: number, y: Float64Array): number {
  let largest = 0;
  for (let j = 0; j < p; ++j) largest = Math.max(largest, Math.abs(columnDot(X, n, j, y)));
  return largest / n;
}

/** `count` values from the largest to the smallest, their ratio constant. */
export function logarithmicGrid(largest: number, smallest: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => largest * (smallest / largest) ** (k / (count - 1)));
}

/** Folds of equal size, dealt to the rows at random. */
export function shuffledFolds(n: number, folds: number, seed: number): Int32Array {
  const below = randomBelow(seed);
  const dealt = Int32Array.from({ length: n }, (_, i) => i % folds);
  for (let i = n - 1; i > 0; --i) {
    const other = below(i + 1);
    [dealt[i], dealt[other]] = [dealt[other], dealt[i]];
  }
  return dealt;
}
