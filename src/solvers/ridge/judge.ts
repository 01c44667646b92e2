import { loss } from "../../losses/gaussian.js";
import { type Certificate, certify, type Goal, isConverged, type Solution } from "../problems/certificate.js";
import type { DenseProblem } from "../problems/DenseProblem.js";
import type { UniformRidge } from "./UniformRidge.js";

/** ‖r‖² is computed from r where it is less than this share of the terms that it is left over from. */
const CANCELLED = 1e-4;

/**
 * The certificate from the gradient z and ‖r‖² as they are, where all columns are penalised: the gap of the dual point r is
 * Σ_j (z_j − l2_j·b_j)²/(2·l2_j), and no other multiple of r is better without an l1.
 */
function assessSmooth({ eligible, b, z, l2 }: DenseProblem, residualSquares: number): Certificate {
  let penalty = 0;
  let gap = 0;
  let violation = 0;
  for (const j of eligible) {
    // An l2 that overflows leaves b = 0.
    const pull = b[j] === 0 ? 0 : l2[j] * b[j];
    const gradient = z[j] - pull;
    penalty += pull * b[j];
    gap += (gradient * gradient) / l2[j];
    violation = Math.max(violation, Math.abs(gradient));
  }
  return {
    kind: "gap",
    objective: loss(residualSquares) + 0.5 * penalty,
    gap: 0.5 * gap,
    violation,
    fit: residualSquares,
  };
}

/** The certificate with an error of the gradient in its gap, on the uniform scale where that is ‖gradient‖²/(2·mu). */
function withNoise(certificate: Certificate, noise: number, mu: number): Certificate {
  const length = Math.sqrt(2 * mu * certificate.gap) + noise;
  return { ...certificate, gap: (length * length) / (2 * mu) };
}

/**
 * The solution that b and z make, z being within `noise` of the gradient: by the certificate that follows from z if that is safe,
 * otherwise by the one that is recomputed from X.
 */
export function judge(form: UniformRidge, lambda: number, noise: number, goal: Goal, iterations: number): Solution {
  const { problem } = form;
  const { kernels, n, p, X, y, b, r, z, convergenceScale } = problem;
  const { dot, sumSquares } = kernels.float64;
  if (noise < Number.POSITIVE_INFINITY && form.unpenalised === undefined) {
    // r·r = r·y − r·X·b
    let residualSquares = form.squares - dot(p, b, 0, form.c, 0) - dot(p, b, 0, z, 0);
    let terms = form.squares;
    for (let j = 0; j < p; ++j) terms += Math.abs(b[j] * form.c[j]) + Math.abs(b[j] * z[j]);
    if (!(residualSquares > CANCELLED * terms)) {
      r.set(y);
      kernels.product(n, p, X, 0, -1, b, 0, r, 0);
      residualSquares = sumSquares(n, r, 0);
    }
    const certificate = withNoise(assessSmooth(problem, residualSquares), noise, lambda / form.unit);
    if (isConverged(certificate, goal.tolerance, convergenceScale)) return { certificate, converged: true, iterations };
  }
  const certificate = certify(problem);
  const converged = isConverged(certificate, goal.tolerance, convergenceScale);
  return { certificate, converged, iterations };
}

/** How far a solution is from the minimum, in its own measure. */
export function distance({ certificate: { kind, gap, violation } }: Solution): number {
  return kind === "gap" ? gap : violation;
}
