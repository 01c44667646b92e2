import type { Penalty } from "../../penalties/Penalty.js";
import type { Projection } from "../designs/coordinates.js";
import type { Problem } from "../problems/Problem.js";

/** What rounding errors of z are worth to coefficients of the minimum that are larger than b, and those of the sum itself. */
const MARGIN = 1 + 1e-6;

/**
 * The duality gap of a convex penalty, a norm Ω, beside the ridge part. With z the gradients of the dual point θ and 0 <= s <= 1,
 *
 * ```text
 * gap(s) = shrinkageGap(s) + (1 − s)²·Σ_j l2_j/2·b_j² + Ω(b) − s·Σ_j (z_j − l2_j·b_j)·b_j,   s·(z − l2·b) in the dual ball of Ω
 * ```
 *
 * a sum of terms that are not negative: the ridge part takes s·l2·b of the gradient, which costs it nothing at s = 1. Coordinates without a
 * penalty are projected out of θ; those with a ridge part alone take all of their gradient, (l2_j·b_j − s·z_j)²/(2·l2_j).
 * Undefined where there is no dual point.
 */
export function penaltyGap(problem: Problem, penalty: Penalty, fit: number, value: number): number | undefined {
  const { eligible, b, z, l1, l2, p } = problem;
  const free = eligible.filter((j) => l1[j] === 0 && l2[j] === 0);
  let projection: Projection | undefined;
  if (free.length > 0) {
    projection = problem.project(Array.from(free), fit, eligible.length, eligible);
    if (projection === undefined) return undefined;
    for (const j of free) projection.z[j] = 0;
  }
  const slopes = projection?.z ?? z;
  const isRidge = (j: number): boolean => l1[j] === 0 && l2[j] > 0;
  const left = new Float64Array(p);
  for (const j of eligible) left[j] = isRidge(j) ? 0 : slopes[j] - l2[j] * b[j];
  let scale = 1;
  if (penalty.kind === "sorted") scale = penalty.feasibleScale(left);
  else for (let g = 0; g + 1 < penalty.starts.length; ++g) scale = Math.min(scale, penalty.feasibleScale(g, left));
  let gap = value;
  for (const j of eligible) {
    if (isRidge(j)) {
      const off = l2[j] * b[j] - scale * slopes[j];
      gap += (0.5 * off * off) / l2[j] - 0.5 * l2[j] * b[j] * b[j];
      continue;
    }
    if (b[j] === 0) continue;
    // Of the ridge part, which is in the value, (1 − s)² is to be left.
    gap -= scale * left[j] * b[j] + 0.5 * scale * (2 - scale) * l2[j] * b[j] * b[j];
  }
  const fenchel = Math.max(0, gap);
  const squares = projection?.squares ?? fit;
  const slack = problem.slack(scale, squares, fenchel, projection);
  return (problem.shrinkageGap(scale, squares, projection) + fenchel + slack) * MARGIN;
}
