import type { Active, Coordinates, Projection } from "../designs/coordinates.js";
import { isLeftOver } from "../designs/magnitudes.js";
import type { Problem } from "./Problem.js";

/** What is known of a point: how far from optimal it can be at most. */
export interface Certificate {
  /**
   * `"gap"`: the duality gap bounds F − min F. `"kkt"`: no finite dual point exists, so the optimality conditions are measured.
   * `"stationary"`: so they are, of an F that is not convex, which has no more to it.
   */
  kind: "gap" | "kkt" | "stationary";
  objective: number;
  /** Bound on F − min F; NaN for all but `"gap"`. */
  gap: number;
  /** The largest violation of the optimality conditions, on the penalised scale. */
  violation: number;
  /** What a refresh of the problem returned: ‖y − X·b‖², or the mean loss of a smooth one. */
  fit: number;
}

/** Coefficients, gradients and what the penalty is for each, on which scale. */
type Point = Pick<Coordinates, "b" | "z" | "l1" | "l2" | "lower" | "upper" | "scales" | "curvatures">;

/**
 * Rounds the listed coefficients, all unless told, to what they are when they come back from the original scale: d_j·(b_j/d_j); to 0 where they
 * are {@link isLeftOver} and bounds allow it.
 *
 * @param at - Where the numbers of these columns are.
 */
export function settle(
  problem: Problem,
  count = problem.eligible.length,
  columns = problem.eligible,
  at: Point = problem,
): void {
  const { negligible } = problem;
  const { b, l1, lower, upper, scales, curvatures } = at;
  for (let k = 0; k < count; ++k) {
    const j = columns[k];
    if (b[j] === 0) continue;
    const isNoise = isLeftOver(l1[j], b[j] * b[j] * curvatures[j], negligible);
    b[j] = isNoise && lower[j] <= 0 && upper[j] >= 0 ? 0 : (b[j] / scales[j]) * scales[j];
  }
}

/** The certificate of the coefficients as they are returned, with the residual and the gradient recomputed from the data. */
export function certify(problem: Problem): Certificate {
  settle(problem);
  return assess(problem, problem.refresh());
}

/** ‖y − X·b‖² and the largest violation of the optimality conditions, otherwise as in {@link certify}. */
export function measure(problem: Problem): { squares: number; violation: number } {
  settle(problem);
  const squares = problem.refresh();
  return { squares, violation: sums(problem).violation };
}

/** The most numbers to multiply for a basis of active columns. */
const MOST_PROJECTED = 3e8;
/** Times that columns may join those that the dual point is made orthogonal to. */
const ROUNDS = 20;

/**
 * The certificate from the gradient z = Xᵀr and the fit ‖r‖² as they are. For the dual point s·r,
 *
 * ```text
 * gap(s) = (1 − s)²·‖r‖²/2 + Σ_j h_j(b_j) + h_j*(s·z_j) − s·z_j·b_j
 * ```
 *
 * a sum of terms that are not negative. Two scales are tried, and the smaller gap counts: the largest for which every
 * h_j* is finite (1 if all are), and the best for the elastic net seen as a lasso on [X; √l2·I], whose gradient is z_j − l2_j·b_j.
 * Fercoq, Gramfort & Salmon, Mind the duality gap (2015), §2.
 *
 * With free columns, which may have any coefficient at no cost, the dual point is {@link orthogonalGap}'s.
 *
 * Only the first `count` of `columns` are looked at, all unless told, but for the latter: where b is 0 outside of them, that is the
 * certificate of the problem without the others.
 *
 * @param isFine - Whether another dual point is tried: the one whose products with the columns of coefficients between their bounds are what the penalty
 *   asks for, though rounding errors of b move those of r.
 * @param at - Where the numbers of these columns are, none of them free.
 */
export function assess(
  problem: Problem,
  fit: number,
  count = problem.eligible.length,
  columns = problem.eligible,
  isFine = false,
  at: Point = problem,
): Certificate {
  const { penalty, violation, hasFree, finite, augmented } = sums(problem, count, columns, at);
  const loss = problem.loss(fit);
  const objective = loss + penalty;
  let gap = hasFree
    ? orthogonalGap(problem, fit, loss, count, columns)
    : smallestGap(problem, fit, loss, finite, augmented, count, columns, undefined, at);
  const active = isFine ? activeOf(problem, count, columns) : undefined;
  if (active !== undefined && problem.n * active.columns.length * active.columns.length <= MOST_PROJECTED) {
    const fine = orthogonalGap(problem, fit, loss, count, columns, active);
    if (fine !== undefined && !(fine >= (gap ?? fine))) gap = fine;
  }
  return gap === undefined || !(gap < Number.POSITIVE_INFINITY)
    ? { kind: "kkt", objective, gap: Number.NaN, violation, fit }
    : { kind: "gap", objective, gap, violation, fit };
}

/**
 * As {@link assess}, from the dual point r as it is, which takes a penalty with an l2 everywhere: one look at the coordinates, whose
 * penalty is known. Undefined unless its gap is at most `enough`.
 */
export function assessQuickly(problem: Problem, fit: number, penalty: number, enough: number): Certificate | undefined {
  const gap = gapAt(problem, fit, 1, problem.eligible.length, problem.eligible);
  if (!(gap <= enough)) return undefined;
  const objective = problem.loss(fit) + penalty;
  return { kind: "gap", objective, gap, violation: Number.NaN, fit };
}

/** The listed columns with a coefficient that their penalty pulls at, and how. */
function activeOf({ b, l1, l2, lower, upper }: Problem, count: number, listed: Int32Array): Active {
  const isActive = (j: number): boolean => b[j] !== 0 && l1[j] + l2[j] > 0 && b[j] > lower[j] && b[j] < upper[j];
  const columns = Array.from(listed.subarray(0, count)).filter(isActive);
  return { columns, slopes: columns.map((j) => l1[j] * Math.sign(b[j]) + l2[j] * b[j]) };
}

function sums(problem: Problem, count = problem.eligible.length, columns = problem.eligible, at: Point = problem) {
  const { kernels, summary } = problem;
  const { b, z, l1, l2, lower, upper } = at;
  kernels.optimality(count, columns, 0, b, 0, z, 0, l1, 0, l2, 0, lower, 0, upper, 0, summary, 0);
  const [penalty, violation, free, finite, augmented] = summary;
  return { penalty, violation, hasFree: free !== 0, finite, augmented };
}

/**
 * The augmented scale is no larger than the other.
 *
 * @param loss - The loss at b: without an L1 part the other scale is 0, at which the gap is no smaller than what it has above its least value.
 */
function smallestGap(
  problem: Problem,
  fit: number,
  loss: number,
  finite: number,
  augmented: number,
  count: number,
  columns: Int32Array,
  projection?: Projection,
  point?: Point,
): number {
  const at = (scale: number): number => gapAt(problem, fit, scale, count, columns, projection, point);
  const gap = at(finite);
  const isLeast = augmented === finite || (augmented === 0 && gap <= loss - problem.saturatedLoss);
  return isLeast ? gap : Math.min(gap, at(augmented));
}

/** What rounding errors of z are worth to coefficients of the minimum that are larger than b, and those of the sum itself. */
const MARGIN = 1 + 1e-6;

// #region gapAt
/** gap(scale) of the listed columns. */
function gapAt(
  problem: Problem,
  fit: number,
  scale: number,
  count: number,
  columns: Int32Array,
  projection?: Projection,
  at: Point = problem,
): number {
  const { b, z, l1, l2, lower, upper } = at;
  const fenchel = problem.kernels.fenchelGaps(count, columns, 0, scale, b, 0, z, 0, l1, 0, l2, 0, lower, 0, upper, 0);
  const slack = problem.slack(scale, fit, fenchel, projection);
  return (problem.shrinkageGap(scale, fit, projection) + fenchel + slack) * MARGIN;
}
// #endregion gapAt

/**
 * The gap of the dual point s·r', where r' is what is left of r orthogonal to the free columns V, so that z'_V = 0:
 *
 * ```text
 * gap = ‖r − r'‖²/2 + (1 − s)²·‖r'‖²/2 + Σ_j h_j(b_j) + h_j*(s·z'_j) − s·z'_j·b_j
 * ```
 *
 * Columns that are free to one side join V if they are off their bound, or if z'_j would take them there. Undefined where
 * rounding errors hide r'.
 */
function orthogonalGap(
  problem: Problem,
  fit: number,
  loss: number,
  count: number,
  listed: Int32Array,
  active?: Active,
): number | undefined {
  const { eligible, b, z, l1, l2, lower, upper } = problem;
  const unpenalised: number[] = [];
  for (let k = 0; k < eligible.length; ++k) {
    const j = eligible[k];
    if (l1[j] === 0 && l2[j] === 0) unpenalised.push(j);
  }
  const pulls = (j: number): boolean =>
    (z[j] > 0 && upper[j] === Number.POSITIVE_INFINITY) || (z[j] < 0 && lower[j] === Number.NEGATIVE_INFINITY);
  const isFree = (j: number): boolean => lower[j] === Number.NEGATIVE_INFINITY && upper[j] === Number.POSITIVE_INFINITY;
  const joined = new Set(unpenalised.filter((j) => isFree(j) || pulls(j) || (b[j] > lower[j] && b[j] < upper[j])));
  const before = z.slice();
  const many = problem.screensDual ? count : eligible.length;
  const among = problem.screensDual ? listed : eligible;
  let gap: number | undefined;
  for (let round = 0; round < ROUNDS && gap === undefined; ++round) {
    z.set(before);
    const columns = [...joined].sort((i, j) => i - j);
    const projection = problem.project(columns, fit, many, among, active);
    if (projection === undefined) break;
    z.set(projection.z);
    for (const j of columns) z[j] = 0;
    const others = unpenalised.filter(pulls);
    for (const j of others) joined.add(j);
    if (others.length > 0) continue;
    const { finite, augmented } = sums(problem, many, among);
    gap = smallestGap(problem, projection.squares, loss, finite, augmented, many, among, projection);
  }
  z.set(before);
  return gap;
}

/** Whether the gap is within the tolerance. Violations of the optimality conditions, without one, bound nothing. */
export function isConverged({ kind, gap }: Certificate, tolerance: number, scale: number): boolean {
  return kind === "gap" && gap <= tolerance * scale;
}

/** When a solver may stop. */
export interface Goal {
  tolerance: number;
  maxIterations: number;
  /** The share of the scale that has to be left for the last resort to be worth its price. */
  worth?: number;
  /** What violations are relative to. */
  lambdaMax: number;
}

/** Where a solver stopped; the coefficients are `problem.b`. */
export interface Solution {
  certificate: Certificate;
  converged: boolean;
  /** Passes over coordinates; 1 for a direct solver. */
  iterations: number;
  /** The columns outside of which coefficients are 0, until the next solution; all if undefined. */
  support?: Int32Array;
}
