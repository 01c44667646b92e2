import { loss, shrinkageGap } from "../losses/gaussian.js";
import { feasibleScale, fenchelGap, isFree, value, violation } from "../penalties/elasticNet.js";
import type { Problem } from "./problem.js";

/** What is known of a point: how far from optimal it can be at most. */
export interface Certificate {
  /** `"gap"`: the duality gap bounds F − min F. `"kkt"`: no finite dual point exists, so the optimality conditions are measured. */
  kind: "gap" | "kkt";
  objective: number;
  /** Bound on F − min F; NaN for `"kkt"`. */
  gap: number;
  /** The largest violation of the optimality conditions, on the penalised scale. */
  violation: number;
  /** ‖y − X·b‖² */
  residualSquares: number;
}

/** Rounds the coefficients to what they are when they come back from the original scale: d_j·(b_j/d_j). */
export function settle({ b, scales, eligible }: Problem): void {
  for (let k = 0; k < eligible.length; ++k) {
    const j = eligible[k];
    if (b[j] !== 0) b[j] = (b[j] / scales[j]) * scales[j];
  }
}

/** The certificate of the coefficients as they are returned, with the residual and the gradient recomputed from the data. */
export function certify(problem: Problem): Certificate {
  settle(problem);
  return assess(problem, problem.refresh());
}

/**
 * The certificate from the gradient z = Xᵀr and ‖r‖² as they are. For the dual point s·r,
 *
 *   gap(s) = (1 − s)²·‖r‖²/2 + Σ_j h_j(b_j) + h_j*(s·z_j) − s·z_j·b_j
 *
 * a sum of terms that are not negative. Two scales are tried, and the smaller gap counts: the largest for which every
 * h_j* is finite (1 if all are), and the best for the elastic net seen as a lasso on [X; √l2·I], whose gradient is z_j − l2_j·b_j.
 * Fercoq, Gramfort & Salmon, Mind the duality gap (2015), §2.
 */
export function assess(problem: Problem, residualSquares: number): Certificate {
  const { eligible, b, z, l1, l2, lower, upper } = problem;
  let penalty = 0;
  let worst = 0;
  let free = false;
  let finite = 1;
  let augmented = 1;
  for (let k = 0; k < eligible.length; ++k) {
    const j = eligible[k];
    // Most columns are 0 and at peace: they add nothing to what follows.
    if (b[j] === 0 && Math.abs(z[j]) <= l1[j] && l1[j] > 0) continue;
    penalty += value(b[j], l1[j], l2[j]);
    worst = Math.max(worst, violation(b[j], z[j], l1[j], l2[j], lower[j], upper[j]));
    if (isFree(l1[j], l2[j], lower[j], upper[j])) free = true;
    if (l2[j] === 0) finite = Math.min(finite, feasibleScale(z[j], l1[j], lower[j], upper[j]));
    augmented = Math.min(augmented, feasibleScale(z[j] - l2[j] * b[j], l1[j], lower[j], upper[j]));
  }
  const objective = loss(residualSquares) + penalty;
  if (free) return { kind: "kkt", objective, gap: Number.NaN, violation: worst, residualSquares };
  const gapAt = (scale: number): number => {
    let gap = shrinkageGap(scale, residualSquares);
    for (let k = 0; k < eligible.length; ++k) {
      const j = eligible[k];
      if (b[j] === 0 && Math.abs(z[j]) <= l1[j]) continue;
      gap += fenchelGap(b[j], scale * z[j], l1[j], l2[j], lower[j], upper[j]);
    }
    return gap;
  };
  let gap = gapAt(finite);
  if (augmented !== finite) gap = Math.min(gap, gapAt(Math.min(augmented, finite)));
  return { kind: "gap", objective, gap, violation: worst, residualSquares };
}

/** Whether the certificate is within the tolerance, `lambdaMax` being what violations are relative to. */
export function isConverged(certificate: Certificate, tolerance: number, scale: number, lambdaMax: number): boolean {
  return certificate.kind === "gap"
    ? certificate.gap <= tolerance * scale
    : certificate.violation <= tolerance * lambdaMax;
}
