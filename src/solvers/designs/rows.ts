import { compensatedSum } from "../../arithmetic/compensatedSum.js";
import { subtractOffset } from "../../arithmetic/subtractOffset.js";
import { rangeError } from "../../errors.js";
import { float64, type Heap, type Layout, raw64, take } from "../../kernels/arena.js";
import { loss } from "../../losses/gaussian.js";
import { hasOther, LEAST_SQUARE, rescaleWeights } from "./magnitudes.js";

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

export const weightsLayout = (n: number) => [raw64(n), raw64(n)] as const;

const targetLayout = (n: number) => [raw64(n), float64(1), float64(1), float64(1)] as const;

export const responseLayout = (n: number): Layout => [weightsLayout(n), targetLayout(n)];

/** The weights of n rows, with room for their scales. */
export function standardizeWeights(arena: Heap, n: number, settings: FitSettings): Rows {
  const [weights, rowScales] = take(arena, weightsLayout(n));
  if (settings.weights === undefined) weights.fill(1);
  else weights.set(settings.weights);
  const sum = settings.weights === undefined ? n : compensatedSum(weights);
  if (!(sum > 0 && sum < Number.POSITIVE_INFINITY)) {
    throw rangeError("ERR_VALUE", `"weights" must have a positive, finite sum, got ${sum}`);
  }
  const totalWeight = rescaleWeights(weights, sum);
  const first = weights.findIndex((weight) => weight > 0);
  return { n, weights, totalWeight, rowScales, first };
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
  const [target, pivot, mean, one] = take(arena, targetLayout(n));
  target.set(y);
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

/** What the columns of X are in training, whatever their standard form: weighted means, and sds with 1/W; the sd of a constant one is 0. */
export interface Moments {
  means: Float64Array;
  sds: Float64Array;
}

/** The centre and scale of each column. */
export interface ColumnTraits {
  pivots: Float64Array;
  means: Float64Array;
  scales: Float64Array;
  curvatures: Float64Array;
  /** Whether column j must have coefficient 0, because it is constant. */
  isConstant: (j: number) => boolean;
  /** Of the columns of X, each once; in no arena. */
  moments: Moments;
}

/** The moments of columns whose means are pivots + means. */
export function momentsOf(pivots: Float64Array, means: Float64Array, variances: Float64Array): Moments {
  const p = variances.length;
  const moments = { means: new Float64Array(p), sds: new Float64Array(p) };
  for (let j = 0; j < p; ++j) {
    moments.means[j] = pivots[j] + means[j];
    moments.sds[j] = Math.sqrt(variances[j]);
  }
  return moments;
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
