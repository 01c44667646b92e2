import { rangeError } from "../../errors.js";
import { float64, type Heap, int32, raw64, take } from "../../kernels/arena.js";
import type { Kernels } from "../../kernels/contract.js";
import { l1Max, value } from "../../penalties/elasticNet.js";
import { LEAST_SQUARE } from "./magnitudes.js";
import type { ColumnTraits, FitSettings, Moments, ResponseSummary } from "./rows.js";

/** The coordinates of a problem in standard form, and what is known of its response. */
export class Coordinates {
  declare readonly arena: Heap;
  declare readonly kernels: Kernels;
  declare readonly n: number;
  declare readonly p: number;
  /** Coefficients: the solver's state. */
  declare readonly b: Float64Array;
  /** Xᵀr for the residual r = y − X·b, as of the latest refresh. */
  declare readonly z: Float64Array;
  declare readonly l1: Float64Array;
  declare readonly l2: Float64Array;
  declare readonly lower: Float64Array;
  declare readonly upper: Float64Array;
  /** ‖x_j‖² */
  declare readonly curvatures: Float64Array;
  /** Room for what a certificate sums up. */
  declare readonly summary: Float64Array;
  /** The columns that can have a coefficient: neither constant nor excluded. */
  declare readonly eligible: Int32Array;
  declare readonly penaltyFactor: Float64Array;
  /** Whether a penalty factor may be other than 1. */
  declare readonly hasFactors: boolean;
  /** d_j */
  declare readonly scales: Float64Array;
  /** The centre of column j is pivots[j] + means[j]; both 0 without an intercept. */
  declare readonly pivots: Float64Array;
  declare readonly means: Float64Array;
  declare readonly moments: Moments;
  /** The centre of y − offset, in two parts too. */
  declare readonly yPivot: number;
  declare readonly yMean: number;
  /** F at b = 0 with the best intercept: half the weighted variance of y − offset. */
  declare nullLoss: number;
  /** What a tolerance is relative to: null loss − saturated loss, at least 2⁻⁵² times the loss at η = 0. */
  declare convergenceScale: number;
  /** The norm of the response, for what rounding errors of gradients are relative to. */
  declare readonly responseNorm: number;
  /** The columns of X; coordinates beyond them, one for each predictor, are intercepts. */
  declare readonly features: number;
  /** How many η a row has, each with coefficients of its own, one after the other: classes of the multinomial family, otherwise 1. */
  declare readonly predictors: number;

  /** @param from - These alone, of which all become fields of this one. */
  constructor(from: Coordinates) {
    Object.assign(this, from);
  }
}

/** Columns with a coefficient that their penalty pulls at, and by how much. */
export interface Active {
  columns: readonly number[];
  slopes: readonly number[];
}

/** r' = r − P·r, where P is the projection on the span of some columns. */
export interface Projection {
  /** Xᵀr' for the eligible columns. */
  z: Float64Array;
  /** ‖r'‖² */
  squares: number;
  /** ‖r − r'‖² */
  taken: number;
  /** Whether r − r' is not orthogonal to r', because columns keep products with r'. */
  isOblique?: boolean;
  /** What ‖P·r'‖² may still be, because the columns are known to rounding errors only. */
  doubt: number;
  /** What rounding errors may add to the gap besides. */
  slack?: number;
}

/** The numbers that a certificate sums up. */
const SUMMARY = 5;

export const coordinatesLayout = (p: number) =>
  [raw64(p), raw64(p), int32(p), float64(p), float64(p), float64(p), float64(p), raw64(SUMMARY)] as const;

/** The coordinates of a problem whose columns and response are in standard form, at b = 0 and without a penalty. */
export function coordinates(
  arena: Heap,
  columns: ColumnTraits,
  response: ResponseSummary,
  settings: FitSettings,
): Coordinates {
  const { scales, curvatures, pivots, means, isConstant, moments } = columns;
  const p = scales.length;
  const penaltyFactor = settings.penaltyFactor ?? new Float64Array(p).fill(1);
  const [lower, upper, list, b, z, l1, l2, summary] = take(arena, coordinatesLayout(p));
  let count = 0;
  for (let j = 0; j < p; ++j) {
    lower[j] = (settings.lowerBounds?.[j] ?? Number.NEGATIVE_INFINITY) * scales[j];
    upper[j] = (settings.upperBounds?.[j] ?? Number.POSITIVE_INFINITY) * scales[j];
    if (!isConstant(j) && curvatures[j] > 0 && penaltyFactor[j] < Number.POSITIVE_INFINITY) list[count++] = j;
  }
  const eligible = list.subarray(0, count);
  // Of a gradient, squares are taken.
  for (const j of eligible) {
    if (!(2 * response.nullLoss * curvatures[j] < LEAST_SQUARE && response.nullLoss > 0)) continue;
    const norm = Math.sqrt(curvatures[j]);
    throw rangeError(
      "ERR_VALUE",
      `"X" and "y" must not have products that underflow, got a norm of ${norm} in column ${j}`,
    );
  }
  return {
    arena,
    kernels: arena.kernels,
    n: response.n,
    p,
    b,
    z,
    l1,
    l2,
    lower,
    upper,
    curvatures,
    summary,
    eligible,
    penaltyFactor,
    hasFactors: settings.penaltyFactor !== undefined,
    scales,
    pivots,
    means,
    moments,
    yPivot: response.yPivot,
    yMean: response.yMean,
    nullLoss: response.nullLoss,
    convergenceScale: response.convergenceScale,
    responseNorm: Math.sqrt(2 * response.nullLoss),
    features: p,
    predictors: 1,
  };
}

/** Rounding errors of a gradient, relative to what is subtracted in it. */
export const ROUNDINGS = 16 * Number.EPSILON;

/** Sets l1_j = lambda·l1Ratio·f_j and l2_j = lambda·(1 − l1Ratio)·f_j. */
export function setPenalty(problem: Coordinates, lambda: number, l1Ratio: number): void {
  const { l1, l2, penaltyFactor, hasFactors } = problem;
  setMultiple(l1, lambda * l1Ratio, penaltyFactor, hasFactors);
  setMultiple(l2, lambda * (1 - l1Ratio), penaltyFactor, hasFactors);
}

/** Lists those of some coordinates that have a coefficient, and these one after the other in `packed`; returns how many there are. */
export function pack(
  count: number,
  columns: Int32Array,
  b: Float64Array,
  list: Int32Array,
  packed: Float64Array,
): number {
  let moved = 0;
  for (let k = 0; k < count; ++k) {
    const j = columns[k];
    if (b[j] === 0) continue;
    packed[moved] = b[j];
    list[moved++] = j;
  }
  return moved;
}

/** Moves the listed coefficients to their bounds, where they are beyond. */
export function clip(
  { b, lower, upper }: Pick<Coordinates, "b" | "lower" | "upper">,
  count: number,
  columns: Int32Array,
): void {
  for (let k = 0; k < count; ++k) {
    const j = columns[k];
    b[j] = Math.min(Math.max(b[j], lower[j]), upper[j]);
  }
}

/** Σ x_j·y_j over the listed coordinates. */
export function listedDot(count: number, list: Int32Array, x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let a = 0; a < count; ++a) sum += x[list[a]] * y[list[a]];
  return sum;
}

/** Where coefficient j has to stop on its way up or down: at 0 if it comes to that, as one without an L1 penalty passes it, or at a bound. */
export function wallOf(
  { b, l1, lower, upper }: Pick<Coordinates, "b" | "l1" | "lower" | "upper">,
  j: number,
  way: number,
  stopsAtZero = l1[j] > 0,
): number {
  if (stopsAtZero && way > 0 === b[j] < 0) return 0;
  return way > 0 ? upper[j] : lower[j];
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
