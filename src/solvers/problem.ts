import type { Matrix } from "../data/Matrix.js";
import { rangeError } from "../errors.js";
import { alignedBytes, type Heap } from "../kernels/arena.js";
import type { Kernels } from "../kernels/contract.js";
import { loss } from "../losses/gaussian.js";
import { l1Max } from "../penalties/elasticNet.js";

/** What a fit asks for, checked and with defaults, whatever the family. */
export interface FitSettings {
  intercept: boolean;
  standardize: boolean;
  /** One for each row, not negative, with a positive sum. */
  weights: Float64Array | undefined;
  /** One for each column, 0 and Infinity included. */
  penaltyFactor: Float64Array | undefined;
  /** On the original scale, at most 0. */
  lowerBounds: Float64Array | undefined;
  /** On the original scale, at least 0. */
  upperBounds: Float64Array | undefined;
  offset: Float64Array | undefined;
  tolerance: number;
  maxIterations: number;
}

/**
 * A gaussian problem in standard form. With v_i = s_i/W, column j centred (if there is an intercept) and divided by
 * d_j = scales[j] (its sd if standardised, else 1), rows multiplied by √v_i, and b_j = d_j·w_j, the objective is
 *
 *   F = ‖y − X·b‖²/2 + Σ_j l1_j·|b_j| + l2_j/2·b_j²   on  lower <= b <= upper
 *
 * All arrays lie in one memory. `b`, `r` and `z` are the solver's state: coefficients, residual y − X·b, gradient Xᵀr.
 */
export interface Problem {
  arena: Heap;
  kernels: Kernels;
  n: number;
  p: number;
  /** Column-major, n × p. */
  X: Float64Array;
  y: Float64Array;
  b: Float64Array;
  r: Float64Array;
  z: Float64Array;
  l1: Float64Array;
  l2: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
  /** ‖x_j‖² */
  curvatures: Float64Array;
  /** The columns that can have a coefficient: neither constant nor excluded. */
  eligible: Int32Array;
  /** The same size as `eligible`, for the solver's own list. */
  working: Int32Array;
  penaltyFactor: Float64Array;
  /** d_j */
  scales: Float64Array;
  /** The centre of column j is pivots[j] + means[j]; both 0 without an intercept. */
  pivots: Float64Array;
  means: Float64Array;
  /** The centre of y − offset, in two parts too. */
  yPivot: number;
  yMean: number;
  /** F at b = 0 with the best intercept: half the weighted variance of y − offset. */
  nullLoss: number;
  /** What a tolerance is relative to: null loss − saturated loss, at least 2⁻⁵² times the loss at η = 0. */
  convergenceScale: number;
}

/** The bytes that {@link setUp} takes from its arena. */
export function problemBytes(n: number, p: number): number {
  const columns = alignedBytes(8 * p);
  return alignedBytes(8 * n * p) + 4 * alignedBytes(8 * n) + 14 * columns + 2 * alignedBytes(4 * p);
}

/** Brings X, y and the settings into standard form. `y` and `settings` hold only finite numbers; X is checked here. */
export function setUp(arena: Heap, X: Matrix, y: Float64Array, settings: FitSettings): Problem {
  const { rows: n, columns: p } = X;
  const { kernels } = arena;
  const data = arena.float64(n * p);
  X.copyColumns(data);
  checkFiniteColumns(kernels, data, n, p);

  const weights = arena.float64(n);
  if (settings.weights === undefined) weights.fill(1);
  else weights.set(settings.weights);
  const totalWeight = compensatedSum(weights);
  if (!(totalWeight > 0 && totalWeight < Number.POSITIVE_INFINITY)) {
    throw rangeError("ERR_VALUE", `"weights" must have a positive, finite sum, got ${totalWeight}`);
  }
  const first = weights.findIndex((weight) => weight > 0);
  const rowScales = arena.float64(n);
  for (let i = 0; i < n; ++i) rowScales[i] = Math.sqrt(weights[i] / totalWeight);

  const pivots = arena.float64(p);
  const means = arena.float64(p);
  const variances = arena.float64(p);
  for (let j = 0; j < p; ++j) pivots[j] = data[j * n + first];
  kernels.moments(n, p, data, 0, weights, 0, totalWeight, pivots, 0, means, 0, variances, 0);
  const isConstant = settings.intercept || settings.standardize ? Array.from(variances, (v) => v === 0) : [];
  const scales = arena.float64(p);
  for (let j = 0; j < p; ++j) {
    scales[j] = settings.standardize && variances[j] > 0 ? Math.sqrt(variances[j]) : 1;
    if (!(variances[j] < Number.POSITIVE_INFINITY)) {
      throw rangeError(
        "ERR_VALUE",
        `"X" must not have squares that overflow, got values up to ${kernels.float64.absMax(n, data, j * n)} in column ${j}`,
      );
    }
  }
  if (!settings.intercept) {
    pivots.fill(0);
    means.fill(0);
  }
  const inverses = arena.float64(p);
  for (let j = 0; j < p; ++j) inverses[j] = 1 / scales[j];
  kernels.transform(n, p, data, 0, pivots, 0, means, 0, inverses, 0, rowScales, 0);

  // y as a matrix of one column; its pivot, mean and variance lie in one-element arrays.
  const target = arena.float64(n);
  target.set(y);
  if (settings.offset !== undefined) for (let i = 0; i < n; ++i) target[i] -= settings.offset[i];
  const yPivot = arena.float64(1);
  const yMean = arena.float64(1);
  const one = arena.float64(1);
  if (settings.intercept) {
    yPivot[0] = target[first];
    kernels.moments(n, 1, target, 0, weights, 0, totalWeight, yPivot, 0, yMean, 0, one, 0);
  }
  one[0] = 1;
  kernels.transform(n, 1, target, 0, yPivot, 0, yMean, 0, one, 0, rowScales, 0);
  const nullLoss = loss(kernels.float64.sumSquares(n, target, 0));
  let zeroLoss = 0;
  for (let i = 0; i < n; ++i) zeroLoss += loss(y[i] * rowScales[i] * (y[i] * rowScales[i]));
  if (!(zeroLoss < Number.POSITIVE_INFINITY && nullLoss < Number.POSITIVE_INFINITY)) {
    throw rangeError("ERR_VALUE", '"y" must not have squares that overflow');
  }

  const penaltyFactor = settings.penaltyFactor ?? new Float64Array(p).fill(1);
  const lower = arena.float64(p);
  const upper = arena.float64(p);
  const curvatures = arena.float64(p);
  const eligible: number[] = [];
  for (let j = 0; j < p; ++j) {
    lower[j] = (settings.lowerBounds?.[j] ?? Number.NEGATIVE_INFINITY) * scales[j];
    upper[j] = (settings.upperBounds?.[j] ?? Number.POSITIVE_INFINITY) * scales[j];
    curvatures[j] = kernels.float64.sumSquares(n, data, j * n);
    if (!isConstant[j] && curvatures[j] > 0 && penaltyFactor[j] < Number.POSITIVE_INFINITY) eligible.push(j);
  }
  const eligibleColumns = arena.int32(eligible.length);
  eligibleColumns.set(eligible);

  return {
    arena,
    kernels,
    n,
    p,
    X: data,
    y: target,
    b: arena.float64(p),
    r: rowScales, // done its work by here
    z: arena.float64(p),
    l1: arena.float64(p),
    l2: arena.float64(p),
    lower,
    upper,
    curvatures,
    eligible: eligibleColumns,
    working: arena.int32(eligible.length),
    penaltyFactor,
    scales,
    pivots,
    means,
    yPivot: yPivot[0],
    yMean: yMean[0],
    nullLoss,
    convergenceScale: Math.max(nullLoss, zeroLoss * Number.EPSILON),
  };
}

function checkFiniteColumns(kernels: Kernels, data: Float64Array, n: number, p: number): void {
  if (kernels.float64.absMax(n * p, data, 0) < Number.POSITIVE_INFINITY) return;
  const k = data.findIndex((value) => !Number.isFinite(value));
  throw rangeError("ERR_NOT_FINITE", `"X" must be finite, got ${data[k]} in row ${k % n}, column ${Math.floor(k / n)}`);
}

/** Neumaier's compensated sum. */
export function compensatedSum(values: Float64Array): number {
  let total = 0;
  let error = 0;
  for (const value of values) {
    const sum = total + value;
    error += Math.abs(total) >= Math.abs(value) ? total - sum + value : value - sum + total;
    total = sum;
  }
  return Number.isFinite(total) ? total + error : total;
}

/** Sets l1_j = lambda·l1Ratio·f_j and l2_j = lambda·(1 − l1Ratio)·f_j. */
export function setPenalty(problem: Problem, lambda: number, l1Ratio: number): void {
  const { l1, l2, penaltyFactor } = problem;
  const strength1 = lambda * l1Ratio;
  const strength2 = lambda * (1 - l1Ratio);
  for (let j = 0; j < problem.p; ++j) {
    const factor = penaltyFactor[j];
    l1[j] = factor === 0 || strength1 === 0 ? 0 : strength1 * factor;
    l2[j] = factor === 0 || strength2 === 0 ? 0 : strength2 * factor;
  }
}

/** r ← y − X·b and z ← Xᵀr, from scratch. */
export function refresh(problem: Problem): void {
  const { kernels, n, p, X, y, b, r, z } = problem;
  r.set(y);
  let end = p;
  while (end > 0 && b[end - 1] === 0) --end;
  kernels.product(n, end, X, 0, -1, b, 0, r, 0);
  kernels.float64.transposedProduct(n, p, X, 0, r, 0, z, 0);
}

/** The smallest lambda at which every penalised coefficient is 0, given z at the fit of the unpenalised columns alone. */
export function lambdaMax(problem: Problem, l1Ratio: number): number {
  const { eligible, z, lower, upper, penaltyFactor } = problem;
  let largest = 0;
  for (const j of eligible) {
    if (penaltyFactor[j] > 0) largest = Math.max(largest, l1Max(z[j], lower[j], upper[j]) / penaltyFactor[j]);
  }
  return largest / Math.max(l1Ratio, 1e-3);
}
