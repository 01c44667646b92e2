import { rangeError } from "../errors.js";
import { alignedBytes, type Heap } from "../kernels/arena.js";
import type { Kernels } from "../kernels/contract.js";
import { loss, shrinkageGap } from "../losses/gaussian.js";
import { l1Max, value } from "../penalties/elasticNet.js";
import { hasOther, LEAST_SQUARE, rescaleWeights } from "./magnitudes.js";
import { subtractOffset } from "./subtractOffset.js";

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

/** The coordinates of a problem in standard form, and what is known of its response. */
export interface Coordinates {
  arena: Heap;
  kernels: Kernels;
  n: number;
  p: number;
  /** Coefficients: the solver's state. */
  b: Float64Array;
  /** Xᵀr for the residual r = y − X·b, as of the latest refresh. */
  z: Float64Array;
  l1: Float64Array;
  l2: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
  /** ‖x_j‖² */
  curvatures: Float64Array;
  /** Room for what a certificate sums up. */
  summary: Float64Array;
  /** The columns that can have a coefficient: neither constant nor excluded. */
  eligible: Int32Array;
  penaltyFactor: Float64Array;
  /** Whether a penalty factor may be other than 1. */
  hasFactors: boolean;
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
  /** The norm of the response, for what rounding errors of gradients are relative to. */
  responseNorm: number;
  /** The columns of X; coordinates beyond them, one for each predictor, are intercepts. */
  features: number;
  /** How many η a row has, each with coefficients of its own, one after the other: classes of the multinomial family, otherwise 1. */
  predictors: number;
  /** The smallest mean loss that any η could have: 0 of the gaussian family. */
  saturatedLoss: number;
  /** The mean loss at b, from what a refresh returns. */
  loss(fit: number): number;
  /**
   * What the dual point s·θ costs in the duality gap, without the penalty's share: Σ_i loss_i(η_i) + loss_i*(−s·θ_i) + s·θ_i·η_i. Of
   * a projection, what that has taken from θ is in it, too.
   */
  shrinkageGap(scale: number, fit: number, projection?: Projection): number;
  /** What rounding errors of z may add to the Fenchel gaps of the coordinates, where that is not in the former. */
  slack?(scale: number, fit: number, fenchel: number, projection?: Projection): number;
}

/**
 * A gaussian problem in standard form. With v_i = s_i/W, column j centred (if there is an intercept) and divided by
 * d_j = scales[j] (its sd if standardised, else 1), rows multiplied by √v_i, and b_j = d_j·w_j, the objective is
 *
 *   F = ‖y − X·b‖²/2 + Σ_j l1_j·|b_j| + l2_j/2·b_j²   on  lower <= b <= upper
 *
 * All arrays lie in one memory.
 */
export interface Problem extends Coordinates {
  /** Recomputes z at b from the data, and returns ‖y − X·b‖². Where b_j = 0 and |z_j| is surely below l1_j, z_j may be rough. */
  refresh(): number;
  /**
   * The residual without all that the listed columns can take of it, b moving for no other; undefined where rounding errors hide
   * it. z and ‖r‖² are those at b, and stay.
   */
  project(
    columns: readonly number[],
    residualSquares: number,
    count: number,
    listed: Int32Array,
  ): Projection | undefined;
  /** Whether columns are screened at the dual point that `project` has left, which needs z for the listed ones alone then. */
  screensDual?: boolean;
}

/** r' = r − P·r, where P is the projection on the span of some columns. */
export interface Projection {
  /** Xᵀr' for the eligible columns. */
  z: Float64Array;
  /** ‖r'‖² */
  squares: number;
  /** ‖r − r'‖² */
  taken: number;
  /** What ‖P·r'‖² may still be, because the columns are known to rounding errors only. */
  doubt: number;
}

/** What coordinates have to know of the response. */
export interface ResponseSummary {
  /** The number of rows. */
  n: number;
  /** The centre of y − offset; 0 without an intercept. */
  yPivot: number;
  yMean: number;
  nullLoss: number;
  convergenceScale: number;
}

/** The rows of a problem. */
export interface Rows {
  n: number;
  /** s_i */
  weights: Float64Array;
  /** W, their sum. */
  totalWeight: number;
  /** What rows of X are multiplied by: √(s_i/W) for the gaussian family. */
  rowScales: Float64Array;
  /** The first row of positive weight. */
  first: number;
}

/** The rows of a gaussian problem: weights and response. */
export interface Response extends ResponseSummary, Rows {
  /** y − offset, centred if there is an intercept, times rowScales. */
  y: Float64Array;
}

/** The bytes that {@link standardizeResponse} takes from its arena. */
export function responseBytes(n: number): number {
  return 3 * alignedBytes(8 * n) + 3 * alignedBytes(8);
}

/** The weights of n rows, with room for their scales. */
export function standardizeWeights(arena: Heap, n: number, settings: FitSettings): Rows {
  const weights = arena.raw64(n);
  if (settings.weights === undefined) weights.fill(1);
  else weights.set(settings.weights);
  const sum = settings.weights === undefined ? n : compensatedSum(weights);
  if (!(sum > 0 && sum < Number.POSITIVE_INFINITY)) {
    throw rangeError("ERR_VALUE", `"weights" must have a positive, finite sum, got ${sum}`);
  }
  const totalWeight = rescaleWeights(weights, sum);
  const first = weights.findIndex((weight) => weight > 0);
  return { n, weights, totalWeight, rowScales: arena.raw64(n), first };
}

/** Brings weights and response into standard form. `y` and `settings` hold only finite numbers. */
export function standardizeResponse(arena: Heap, y: Float64Array, settings: FitSettings): Response {
  const { kernels } = arena;
  const n = y.length;
  const rows = standardizeWeights(arena, n, settings);
  const { weights, totalWeight, rowScales, first } = rows;
  if (settings.weights === undefined) rowScales.fill(Math.sqrt(1 / totalWeight));
  else for (let i = 0; i < n; ++i) rowScales[i] = Math.sqrt(weights[i] / totalWeight);

  // y as a matrix of one column; its pivot, mean and variance lie in one-element arrays.
  const target = arena.raw64(n);
  target.set(y);
  const pivot = arena.float64(1);
  const mean = arena.float64(1);
  const one = arena.float64(1);
  /** What is subtracted together with the offset. */
  let taken = 0;
  if (settings.offset !== undefined) {
    taken = subtractOffset(n, target, 0, settings.offset, 0, settings.intercept ? first : undefined);
  }
  if (settings.intercept) {
    if (settings.offset === undefined) pivot[0] = target[first];
    kernels.moments(n, 1, target, 0, weights, 0, totalWeight, pivot, 0, mean, 0, one, 0);
  }
  one[0] = 1;
  kernels.transform(n, 1, target, 0, pivot, 0, mean, 0, one, 0, rowScales, 0);
  const nullLoss = loss(kernels.float64.sumSquares(n, target, 0));
  let zeroLoss = 0;
  for (let i = 0; i < n; ++i) zeroLoss += loss(y[i] * rowScales[i] * (y[i] * rowScales[i]));
  if (!(zeroLoss < Number.POSITIVE_INFINITY && nullLoss < Number.POSITIVE_INFINITY)) {
    throw rangeError("ERR_VALUE", '"y" must not have squares that overflow');
  }
  if (Math.max(nullLoss, zeroLoss) < LEAST_SQUARE) {
    const { offset } = settings;
    const values = y.map((value, i) => value - (offset?.[i] ?? 0));
    if (hasOther(n, values, 0, settings.intercept ? values[first] : 0, weights, 0))
      throw rangeError("ERR_VALUE", '"y" must not have squares that underflow');
  }
  return {
    ...rows,
    y: target,
    yPivot: taken + pivot[0],
    yMean: mean[0],
    nullLoss,
    convergenceScale: convergenceScale(nullLoss, zeroLoss),
  };
}

/** Null loss − saturated loss, the latter 0, at least 2⁻⁵² times the loss at η = 0. */
export function convergenceScale(nullLoss: number, zeroLoss: number): number {
  return Math.max(nullLoss, zeroLoss * Number.EPSILON);
}

/** The centre and scale of each column. */
export interface Columns {
  pivots: Float64Array;
  means: Float64Array;
  scales: Float64Array;
  curvatures: Float64Array;
  /** Whether column j must have coefficient 0, because it is constant. */
  isConstant: (j: number) => boolean;
}

/** The numbers that a certificate sums up. */
const SUMMARY = 5;

/** The bytes that {@link coordinates} takes from its arena. */
export function coordinatesBytes(p: number): number {
  return 6 * alignedBytes(8 * p) + alignedBytes(4 * p) + alignedBytes(8 * SUMMARY);
}

/** The coordinates of a problem whose columns and response are in standard form, at b = 0 and without a penalty. */
export function coordinates(
  arena: Heap,
  columns: Columns,
  response: ResponseSummary,
  settings: FitSettings,
): Coordinates {
  const { scales, curvatures, pivots, means, isConstant } = columns;
  const p = scales.length;
  const penaltyFactor = settings.penaltyFactor ?? new Float64Array(p).fill(1);
  const lower = arena.raw64(p);
  const upper = arena.raw64(p);
  const eligible: number[] = [];
  for (let j = 0; j < p; ++j) {
    lower[j] = (settings.lowerBounds?.[j] ?? Number.NEGATIVE_INFINITY) * scales[j];
    upper[j] = (settings.upperBounds?.[j] ?? Number.POSITIVE_INFINITY) * scales[j];
    if (!isConstant(j) && curvatures[j] > 0 && penaltyFactor[j] < Number.POSITIVE_INFINITY) eligible.push(j);
  }
  // Of a gradient, squares are taken.
  for (const j of eligible) {
    if (!(2 * response.nullLoss * curvatures[j] < LEAST_SQUARE && response.nullLoss > 0)) continue;
    const norm = Math.sqrt(curvatures[j]);
    throw rangeError(
      "ERR_VALUE",
      `"X" and "y" must not have products that underflow, got a norm of ${norm} in column ${j}`,
    );
  }
  const eligibleColumns = arena.int32(eligible.length);
  eligibleColumns.set(eligible);
  return {
    arena,
    kernels: arena.kernels,
    n: response.n,
    p,
    b: arena.float64(p),
    z: arena.float64(p),
    l1: arena.float64(p),
    l2: arena.float64(p),
    lower,
    upper,
    curvatures,
    summary: arena.raw64(SUMMARY),
    eligible: eligibleColumns,
    penaltyFactor,
    hasFactors: settings.penaltyFactor !== undefined,
    scales,
    pivots,
    means,
    yPivot: response.yPivot,
    yMean: response.yMean,
    nullLoss: response.nullLoss,
    convergenceScale: response.convergenceScale,
    responseNorm: Math.sqrt(2 * response.nullLoss),
    features: p,
    predictors: 1,
    saturatedLoss: 0,
    loss,
    shrinkageGap,
  };
}

/** Rounding errors of standardised data, and of a product of them, relative to their norms. */
const UNITS = 4 * Number.EPSILON;

/**
 * What rounding may hide from a gap whose dual point s·r is made of a residual r that was computed from X in standard form. With ε the
 * rounding errors of a column relative to its norm, S = ‖y‖ + Σ|b_j|·‖x_j‖, and r' what a projection has left of r,
 *
 *   the exact residual is off by ε·S at most,
 *   z_j by δ_j = (ε·‖r'‖ + d)·‖x_j‖, where the projection still owes r' a part of norm d.
 */
export class Rounding {
  readonly #problem: Coordinates;
  /** Σ ‖x_j‖²/f_j of the eligible columns with a penalty. */
  readonly #steepness: number;
  /** Σ |b_j|·‖x_j‖ as of the latest residual, of all columns and of those with a penalty. */
  #all = 0;
  #penalised = 0;

  constructor(problem: Coordinates) {
    const { eligible, curvatures, penaltyFactor } = problem;
    this.#problem = problem;
    let steepness = 0;
    for (const j of eligible) if (penaltyFactor[j] > 0) steepness += curvatures[j] / penaltyFactor[j];
    this.#steepness = steepness;
  }

  /** Takes in the coefficients of the listed columns alone. */
  measure(
    { b, l1, l2, curvatures }: Pick<Coordinates, "b" | "l1" | "l2" | "curvatures">,
    count: number,
    columns: Int32Array,
  ): void {
    this.#all = 0;
    this.#penalised = 0;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (b[j] === 0) continue;
      const size = Math.abs(b[j]) * Math.sqrt(curvatures[j]);
      this.#all += size;
      if (l1[j] > 0 || l2[j] > 0) this.#penalised += size;
    }
  }

  /** {@link Coordinates.shrinkageGap} of the exact problem: half the squared distance of the dual point from the residual. */
  shrinkageGap(scale: number, squares: number, projection?: Projection): number {
    const taken = projection ? Math.sqrt(projection.taken) + Math.sqrt(projection.doubt) : 0;
    const shrunk = (1 - scale) * Math.sqrt(squares);
    const off = UNITS * (this.#problem.responseNorm + this.#all);
    const distance = Math.sqrt(taken * taken + shrunk * shrunk) + off;
    return 0.5 * distance * distance;
  }

  /**
   * What the errors of z may add to the Fenchel gaps, whose sum is `fenchel`. They move s·z_j·b_j by δ_j·|b_j|, and let the dual point
   * violate its constraints, which is worth δ_j times the |b_j| of the minimum: about as much again. Or, where an l2 makes h_j* smooth,
   * half of (√(2·fenchel) + √(Σ δ_j²/l2_j))² − 2·fenchel.
   */
  slack(scale: number, squares: number, fenchel: number, projection?: Projection): number {
    const { l2, penaltyFactor, eligible } = this.#problem;
    const owed = projection ? Math.sqrt(projection.doubt) : 0;
    const error = scale * (UNITS * Math.sqrt(squares) + owed);
    const linear = 2 * error * this.#penalised;
    const j = eligible.find((k) => penaltyFactor[k] > 0);
    if (j === undefined || !(l2[j] > 0)) return linear;
    const smooth = error * Math.sqrt((this.#steepness * penaltyFactor[j]) / l2[j]);
    return Math.min(linear, smooth * (Math.sqrt(2 * fenchel) + 0.5 * smooth));
  }
}

/** @throws RangeError, always: a value of X is not finite. */
export function refuseNotFinite(value: number, row: number, column: number): never {
  throw rangeError("ERR_NOT_FINITE", `"X" must be finite, got ${value} in row ${row}, column ${column}`);
}

/** @throws RangeError, always: the squares of a column of X overflow. */
export function refuseOverflow(largest: number, column: number): never {
  throw rangeError(
    "ERR_VALUE",
    `"X" must not have squares that overflow, got values up to ${largest} in column ${column}`,
  );
}

/** How many columns have no penalty. */
export function countUnpenalised({ penaltyFactor }: FitSettings): number {
  return penaltyFactor?.reduce((count, factor) => count + (factor === 0 ? 1 : 0), 0) ?? 0;
}

/** Neumaier's compensated sum. */
export function compensatedSum(values: Float64Array): number {
  let total = 0;
  let error = 0;
  for (let i = 0; i < values.length; ++i) {
    const value = values[i];
    const sum = total + value;
    error += Math.abs(total) >= Math.abs(value) ? total - sum + value : value - sum + total;
    total = sum;
  }
  return Number.isFinite(total) ? total + error : total;
}

/** Rounding errors of a gradient, relative to what is subtracted in it. */
export const ROUNDINGS = 16 * Number.EPSILON;

/** Sets l1_j = lambda·l1Ratio·f_j and l2_j = lambda·(1 − l1Ratio)·f_j. */
export function setPenalty(problem: Coordinates, lambda: number, l1Ratio: number): void {
  const { l1, l2, penaltyFactor, hasFactors } = problem;
  setMultiple(l1, lambda * l1Ratio, penaltyFactor, hasFactors);
  setMultiple(l2, lambda * (1 - l1Ratio), penaltyFactor, hasFactors);
}

/** Σ h_j(b_j) over the listed columns. */
export function penaltyOf({ b, l1, l2 }: Coordinates, count: number, columns: Int32Array): number {
  let sum = 0;
  for (let k = 0; k < count; ++k) {
    const j = columns[k];
    sum += value(b[j], l1[j], l2[j]);
  }
  return sum;
}

/** out = strength·factors, all of them 1 unless `hasFactors`; 0 times Infinity is 0 */
function setMultiple(out: Float64Array, strength: number, factors: Float64Array, hasFactors: boolean): void {
  if (strength === 0 || !hasFactors) out.fill(strength);
  else for (let j = 0; j < out.length; ++j) out[j] = strength * factors[j];
}

/**
 * The smallest lambda at which every penalised coefficient is 0, given z at the fit of the unpenalised columns alone; 0 where that
 * leaves nothing of y but rounding errors.
 */
export function lambdaMax(problem: Coordinates, l1Ratio: number): number {
  const { eligible, b, z, lower, upper, penaltyFactor, curvatures, responseNorm } = problem;
  // What y and the fit of the unpenalised columns, subtracted, may have lost.
  let size = responseNorm;
  for (const j of eligible) size += Math.abs(b[j]) * Math.sqrt(curvatures[j]);
  const hasFit = size > responseNorm;
  let largest = 0;
  for (const j of eligible) {
    if (penaltyFactor[j] === 0) continue;
    const limit = l1Max(z[j], lower[j], upper[j]);
    if (hasFit && limit <= ROUNDINGS * size * Math.sqrt(curvatures[j])) continue;
    largest = Math.max(largest, limit / penaltyFactor[j]);
  }
  return largest / Math.max(l1Ratio, 1e-3);
}
