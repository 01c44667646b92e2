import type { ActiveNewton, ActiveSet } from "./activeNewton.js";
import { type Certificate, certify, isConverged } from "./certificate.js";
import type { Problem } from "./problem.js";

/** When a solver may stop. */
export interface Goal {
  tolerance: number;
  maxIterations: number;
  /** What violations are relative to. */
  lambdaMax: number;
}

/** Where a solver stopped; the coefficients are `problem.b`. */
export interface Solution {
  certificate: Certificate;
  converged: boolean;
  /** Passes over coordinates; 1 for a direct solver. */
  iterations: number;
}

/** A coordinate descent: what it works on besides the problem itself. */
export interface Descent extends ActiveSet {
  /** One epoch over the first `count` listed columns; returns max_j a_j·Δ_j². */
  epoch(count: number, columns: Int32Array): number;
  /** A certificate that is cheap to have, from the state as it is. */
  estimate(): Certificate;
}

/** Epochs over the support between two looks at all columns. */
const SUPPORT_EPOCHS = 10;
/** Rounds without progress that double precision can show, after which there is none to come. */
const PATIENCE = 8;

/**
 * Cyclic coordinate descent: an epoch over all columns, epochs over the support, Newton's method on it, then the
 * certificate; again until it is within the tolerance, no progress is left in double precision, or maxIterations.
 * Friedman, Hastie & Tibshirani, Regularization paths for generalized linear models via coordinate descent (2010).
 */
export function descend(problem: Problem, descent: Descent, newton: ActiveNewton, goal: Goal): Solution {
  const { b, eligible, working } = problem;
  const { tolerance, maxIterations, lambdaMax } = goal;
  const scale = problem.convergenceScale;
  const done = (certificate: Certificate) => isConverged(certificate, tolerance, scale, lambdaMax);
  const best = { distance: Number.POSITIVE_INFINITY, b: new Float64Array(b.length) };
  let iterations = 0;
  let patience = PATIENCE;
  for (let threshold = 0.01 * tolerance * scale; ; threshold *= 0.1) {
    let change = descent.epoch(eligible.length, eligible);
    iterations += 1;
    let count = 0;
    for (const j of eligible) if (b[j] !== 0) working[count++] = j;
    for (let epoch = 0; epoch < SUPPORT_EPOCHS && change > threshold && iterations < maxIterations; ++epoch) {
      change = descent.epoch(count, working);
      iterations += 1;
    }
    newton.run(descent);

    const estimate = descent.estimate();
    const distance = estimate.kind === "gap" ? estimate.gap : estimate.violation;
    if (distance < 0.999 * best.distance) patience = PATIENCE;
    else patience -= 1;
    if (distance < best.distance) {
      best.distance = distance;
      best.b.set(b);
    }
    const last = patience === 0 || iterations >= maxIterations;
    if (!last && !done(estimate)) continue;
    if (last) b.set(best.b);
    const certificate = certify(problem);
    const converged = done(certificate);
    if (converged || last) return { certificate, converged, iterations };
  }
}
