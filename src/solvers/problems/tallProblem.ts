import type { Matrix } from "../../data/Matrix.js";
import { byFour, float64, type Heap, int32, type Layout, take } from "../../kernels/arena.js";
import { moments as columnMoments } from "../../kernels/js/matrices/dense.js";
import { coordinates, coordinatesLayout, ROUNDINGS } from "../designs/coordinates.js";
import { LEAST_SQUARE, mayBeLevel } from "../designs/magnitudes.js";
import type { FitSettings, Response } from "../designs/rows.js";
import { FINER, type TallSums } from "../sums/tallSums.js";
import { type GramProblem, gramProblem, gramProblemLayout } from "./gramProblem.js";

/** Columns whose gradients may come this near to the last l1, or this near to the present one, get their exact rows along with those that need them now. */
const NEAR = 0.9;
const FAR = 0.25;
/** Second moments that are this much larger than a variance leave too few digits of it. */
const CANCELLED = 1e6;
/** Rounding errors of norms and of sums of rough products, relative to what these may be off by. */
const INEXACT = 1 + 1e-6;

/** What a sample tells of a tall problem. */
export interface Foresight {
  /** Columns that are likely to have a coefficient. */
  active: Int32Array;
  /** The last l1 of a column with penalty factor 1. */
  lastL1: number;
  /** The last l1 down to which the sample tells what is active. */
  knownL1: number;
  /** Whether what rounding leaves of columns is worth a look, to know better how large it is. */
  isFine: boolean;
}

function ownLayout(p: number, isFine: boolean) {
  const vector = float64(p);
  const vectors = [vector, vector, vector, vector, vector, vector, vector, vector] as const;
  return [...vectors, int32(p), float64(4), float64(p * p), float64(isFine ? p * p : 0)] as const;
}

/** At the most. */
export const tallProblemLayout = (p: number): Layout => [
  ownLayout(p, true),
  coordinatesLayout(p),
  gramProblemLayout(p),
];

/**
 * A problem with many more rows than columns by rows of its Gram, those of columns with a coefficient. Products of two such columns
 * are exact. Those with other columns, which serve only to show that these need no coefficient, are rough: with x_j = q_j + e_j,
 *
 * ```text
 * z_j is off by Σ_k b_k·(x_k·x_j − q_k·q_j) = (X·b)·e_j + (Σ_k b_k·e_k)·q_j
 * ```
 *
 * of which the norms are known. A certificate takes the largest |z_j| that this allows, and where that is not good enough, the column
 * gets its exact products too.
 *
 * @param pivots - Of the sums.
 * @returns undefined where values are not finite or cancel, which is for others to say or to solve.
 */
export function tallProblem(
  arena: Heap,
  X: Matrix,
  sums: TallSums,
  response: Response,
  settings: FitSettings,
  pivots: Float64Array,
  { active, lastL1, isFine }: Foresight,
): GramProblem | undefined {
  const { kernels } = arena;
  const { dot, sumSquares, axpy } = kernels.float64;
  const { intercept, standardize, penaltyFactor, lowerBounds, upperBounds } = settings;
  const { unit } = sums;
  const p = pivots.length;
  // Of these, `rests` are the products e_i·e_j, where they are looked at.
  const [zeros, means, c, curvatures, scales, norms, errors, exactly, nonzero, work, G, rests] = take(
    arena,
    ownLayout(p, isFine),
  );
  scales.fill(1);
  const isThere = new Uint8Array(p);
  const moments = { means: new Float64Array(p), sds: new Float64Array(p) };

  // Columns without a penalty take part in every dual point.
  const hasRough = !penaltyFactor?.includes(0);
  const mayBeRough = (j: number): boolean => {
    const lower = lowerBounds?.[j] ?? Number.NEGATIVE_INFINITY;
    const upper = upperBounds?.[j] ?? Number.POSITIVE_INFINITY;
    return hasRough && (lower === 0 || upper === 0 || lower === -upper);
  };

  /** Reads X for the rows of the Gram that belong to the listed columns; false if it cannot. */
  const fetch = (listed: number[], isFirst: boolean): boolean => {
    const count = listed.length;
    const there: number[] = [];
    const apart: number[] = [];
    const rough: number[] = [];
    const isListed = new Set(listed);
    for (let j = 0; j < p; ++j) {
      if (isListed.has(j) || penaltyFactor?.[j] === Number.POSITIVE_INFINITY) continue;
      if (isThere[j] === 1) there.push(j);
      else if (mayBeRough(j)) rough.push(j);
      else apart.push(j);
    }
    for (const j of listed) isThere[j] = 1;
    const others = [...there, ...apart];
    const remainders = isFine ? count + there.length : 0;
    const exact = { count, columns: Int32Array.from([...listed, ...others]), remainders };
    if (!sums.readAll(isFirst, exact, { rows: Int32Array.from(listed), columns: Int32Array.from(rough) })) return false;
    if (isFirst && !setScales()) return false;
    const width = byFour(rough.length);
    const scale = unit * unit;
    for (let a = 0; a < count; ++a) {
      const j = listed[a];
      const row = j * p;
      for (let k = 0; k < count; ++k) G[row + listed[k]] = sums.exact[a * count + k];
      const at = count * count + a * others.length;
      for (let k = 0; k < others.length; ++k) G[row + others[k]] = sums.exact[at + k];
      for (let k = 0; k < rough.length; ++k)
        G[row + rough[k]] = sums.rough[a * width + k] + sums.sampled[row + rough[k]];
      for (let i = 0; i < p; ++i) G[row + i] *= scale;
      if (intercept) axpy(p, -means[j], means, 0, G, row);
      for (let i = 0; i < p; ++i) G[row + i] = G[row + i] / scales[j] / scales[i];
    }
    for (const j of listed) for (const i of there) G[i * p + j] = G[j * p + i];
    for (let a = 0; a < count; ++a) {
      for (let k = 0; k < remainders; ++k) {
        const i = exact.columns[k];
        const j = listed[a];
        const value = (sums.remainders[a * byFour(remainders) + k] * scale) / scales[i] / scales[j];
        rests[i * p + j] = value;
        rests[j * p + i] = value;
      }
    }
    return true;
  };
  const setMoments = (j: number, mean: number, variance: number): void => {
    moments.means[j] = mean;
    moments.sds[j] = Math.sqrt(variance);
  };
  /** Reads a column for its own moments. */
  const measureColumn = (j: number): void => {
    const { n, first, weights, totalWeight } = response;
    const column = new Float64Array(n);
    X.copyColumns(column, j, j + 1);
    const found = new Float64Array(3);
    found[0] = column[first];
    columnMoments(n, 1, column, 0, weights, 0, totalWeight, found, 0, found, 1, found, 2);
    setMoments(j, found[0] + found[1], found[2]);
  };
  const setScales = (): boolean => {
    for (let j = 0; j < p; ++j) {
      means[j] = sums.means[j] * unit * unit;
      const moment = sums.squares[j] * unit * unit;
      const variance = moment - means[j] * means[j];
      if ((intercept || standardize) && !(variance > 0 && moment <= CANCELLED * variance)) return false;
      if ((intercept || standardize) && (variance < LEAST_SQUARE || mayBeLevel(variance, pivots[j] + means[j])))
        return false;
      if (!(moment >= LEAST_SQUARE && moment < Number.POSITIVE_INFINITY)) return false;
      // Only without both they may be those of a column whose digits cancel.
      if (moment <= CANCELLED * variance) setMoments(j, pivots[j] + means[j], variance);
      else measureColumn(j);
      if (standardize) scales[j] = moments.sds[j];
      curvatures[j] = (intercept ? variance : moment) / (scales[j] * scales[j]);
      c[j] = (sums.products[j] * unit) / scales[j];
      norms[j] = (Math.sqrt(sums.squares[j]) * unit) / scales[j];
      errors[j] = (Math.sqrt(sums.errors[j]) * unit) / scales[j];
    }
    return true;
  };

  if (!fetch(Array.from(active), true)) return undefined;
  const columns = { pivots, means: intercept ? means : zeros, scales, curvatures, isConstant: () => false, moments };
  const problem = coordinates(arena, columns, response, settings);
  const { b, z, l1, lower, upper, eligible } = problem;
  const factor = problem.penaltyFactor;

  /** What |z_j| is off by at most, for a column whose products are rough: fit·‖e_j‖ + off·‖q_j‖. */
  const doubts = (): { fit: number; off: number } => {
    let count = 0;
    let off = 0;
    let size = 0;
    let mean = 0;
    for (let k = 0; k < eligible.length; ++k) {
      const j = eligible[k];
      if (b[j] === 0) continue;
      nonzero[count++] = j;
      off += Math.abs(b[j]) * errors[j];
      size += Math.abs(b[j]) * norms[j];
      if (intercept) mean += (b[j] * means[j]) / scales[j];
    }
    if (isFine) {
      const squares = kernels.quadraticForm(count, nonzero, 0, rests, 0, p, b, 0, work, 0);
      off = Math.sqrt(Math.max(0, squares)) + off / FINER;
    }
    const explained = Math.max(0, dot(p, b, 0, c, 0) - dot(p, b, 0, z, 0)) + mean * mean;
    const fit = Math.sqrt(explained + ROUNDINGS * size * (size + problem.responseNorm));
    return { fit: INEXACT * fit, off: INEXACT * off };
  };
  const doubtOf = (j: number, { fit, off }: { fit: number; off: number }): number =>
    fit * errors[j] + off * (norms[j] + errors[j]);
  let isWide = false;
  let fetches = 0;
  const complete = (count: number, listed: Int32Array): void => {
    const missing: number[] = [];
    for (let k = 0; k < count; ++k) if (isThere[listed[k]] === 0) missing.push(listed[k]);
    if (missing.length === 0) return;
    // A rough doubt is not worth many columns, unless it comes back.
    const isDoubted = !isWide && (isFine || fetches > 0);
    fetches += 1;
    const doubt = doubts();
    const isMissing = new Set(missing);
    for (const j of eligible) {
      const reach = Math.abs(z[j]) + (isDoubted && mayBeRough(j) ? doubtOf(j, doubt) : 0);
      const limit = Math.max(NEAR * lastL1 * factor[j], FAR * l1[j]);
      if (reach > limit && isThere[j] === 0 && !isMissing.has(j)) missing.push(j);
    }
    fetch(missing, false);
    for (const j of missing) z[j] = c[j] - dot(p, G, j * p, b, 0);
  };
  const narrow = (): void => {
    if (isWide) z.set(exactly);
    isWide = false;
  };
  const gram = gramProblem(problem, G, c, sumSquares(response.n, response.y, 0), complete);
  const refresh = (): number => {
    narrow();
    return gram.refresh();
  };
  return {
    ...gram,
    residual: refresh,
    refresh,
    widen: () => {
      narrow();
      exactly.set(z);
      isWide = true;
      const doubt = doubts();
      for (let k = 0; k < eligible.length; ++k) {
        const j = eligible[k];
        if (isThere[j] === 1 || !mayBeRough(j)) continue;
        const isUp = lower[j] === 0 || (upper[j] !== 0 && z[j] > 0);
        z[j] += isUp ? doubtOf(j, doubt) : -doubtOf(j, doubt);
      }
    },
    narrow,
  };
}
