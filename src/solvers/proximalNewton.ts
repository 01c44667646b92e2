import { value } from "../penalties/elasticNet.js";
import { settle } from "./certificate.js";
import type { DataProblem, Method, ScreenedProblem } from "./workingSet.js";

/** A problem whose curvature changes with b. */
export interface SmoothProblem extends ScreenedProblem {
  /** X'·H·X as of the latest {@link remodel}, otherwise as in {@link DataProblem}. */
  crossGram: DataProblem["crossGram"];
  /** out_j = x_j'·H·X·d for the listed columns, d being 0 for all others. */
  hessianProduct(count: number, columns: Int32Array, d: Float64Array, out: Float64Array): void;
  /** Takes the curvatures H at b, as of the latest residual, for those of the quadratic model. */
  remodel(): void;
  /** By what share of their sum the curvatures have changed since. */
  modelDrift(): number;
}

/** The share of the decrease along a step that it has to achieve, and by how much it shrinks where it does not. Armijo (1966). */
const ARMIJO = 1e-4;
const SHRINK = 0.25;
const SHORTEST = 1e-12;
/** Rounding errors of an objective. */
const ROUNDING = 8 * Number.EPSILON;
/** The quadratic model is made anew when curvatures have changed by this share, or a step is not this much shorter than the last. */
const DRIFT = 0.2;
const PROGRESS = 0.1;

/**
 * Proximal Newton on a working set: each step minimises the quadratic model of the loss plus the penalty,
 *
 *   −z'·d + d'·X'HX·d/2 + Σ h_j(b_j + d_j),
 *
 * by another method, and goes as far as lowers the objective enough. The curvatures H are kept from one step to the next as long as
 * steps get shorter quickly: gradients are exact, so that only the rate depends on H.
 *
 * Lee, Sun & Saunders, Proximal Newton-type methods for minimizing composite functions (2014); Yuan, Ho & Lin, An improved
 * GLMNET for L1-regularized logistic regression (2012).
 */
export function proximalNewton(problem: SmoothProblem, inner: Method): Method {
  const { arena, p, b, z, l1, l2 } = problem;
  const start = arena.raw64(p);
  let hasModel = false;

  const penalty = (count: number, columns: Int32Array): number => {
    let sum = 0;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      sum += value(b[j], l1[j], l2[j]);
    }
    return sum;
  };
  const renew = (): void => {
    problem.remodel();
    inner.reset();
    hasModel = true;
  };
  return {
    capacity: inner.capacity,
    reset: () => {
      hasModel = false;
    },
    minimise: (count, columns, accuracy, budget, isPlain) => {
      let smooth = problem.residual(count, columns);
      let before = penalty(count, columns);
      let epochs = 0;
      let last = Number.POSITIVE_INFINITY;
      let isFresh = false;
      while (epochs < budget) {
        if (!hasModel || problem.modelDrift() > DRIFT) {
          renew();
          isFresh = true;
        }
        for (let k = 0; k < count; ++k) start[columns[k]] = b[columns[k]];
        epochs += Math.max(1, inner.minimise(count, columns, accuracy, budget - epochs, isPlain));
        settle(problem, count, columns);
        let after = penalty(count, columns);
        let slope = after - before;
        for (let k = 0; k < count; ++k) slope -= z[columns[k]] * (b[columns[k]] - start[columns[k]]);
        const decrease = -slope;
        const least = smooth + before + ROUNDING * (Math.abs(smooth) + before);
        let length = 1;
        let next = problem.residual(count, columns);
        while (!(next + after <= least - ARMIJO * length * Math.max(0, decrease)) && length > SHORTEST) {
          length *= SHRINK;
          for (let k = 0; k < count; ++k) {
            const j = columns[k];
            b[j] = start[j] + SHRINK * (b[j] - start[j]);
          }
          settle(problem, count, columns);
          after = penalty(count, columns);
          next = problem.residual(count, columns);
        }
        if (!(next + after <= least)) {
          for (let k = 0; k < count; ++k) b[columns[k]] = start[columns[k]];
          problem.residual(count, columns);
          if (isFresh) return epochs;
          hasModel = false;
          continue;
        }
        smooth = next;
        before = after;
        if (!(decrease > accuracy)) return epochs;
        if (length < 1 || decrease > PROGRESS * last) hasModel = false;
        last = decrease;
        isFresh = false;
        problem.gradient(count, columns);
      }
      return epochs;
    },
  };
}
