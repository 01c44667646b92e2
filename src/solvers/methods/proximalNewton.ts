import { raw64, take } from "../../kernels/arena.js";
import { pulse } from "../../kernels/pulse.js";
import { penaltyOf } from "../designs/coordinates.js";
import { settle } from "../problems/certificate.js";
import type { SmoothProblem } from "../problems/Problem.js";
import { bestLength, retreat } from "./lineSearch.js";
import { type Method, methodOn, NOISE } from "./Method.js";
import { PATIENCE as INNER_PATIENCE, type NewtonMethod } from "./newtonDescent.js";

/** The share of the decrease along a step that it has to achieve, and by how much it shrinks where it does not. Armijo (1966). */
const ARMIJO = 1e-4;
const LEAST_SHRINK = 0.1;
const MOST_SHRINK = 0.7;
/** Where a step has to be this short, its model is no good any more. */
const SHORT = 0.2;
const SHORTEST = 1e-12;
/** Where curvatures have all but vanished, steps that have to be shorter are confined to what rows may move by, at first this. */
export const TOO_LONG = 0.01;
export const REACH = 2;
const LEAST_REACH = 0.01;
const MOST_REACH = 1e4;
const MORE_REACH = 4;
/** The most that steps tell of the curvature. */
const MOST_CORRECTED = 3;
/** Rounding errors of an objective. */
const ROUNDING = 8 * Number.EPSILON;
/** The quadratic model is made anew when curvatures have changed by this share. */
const DRIFT = 0.4;
/** Working sets up to this size have a new one for each step. */
const CHEAP = 16;
/** Steps that are as dear as a new model of this many columns. */
const COLUMNS_PER_STEP = 24;
/** Steps after which a model is made anew in any case, and exactly. */
const MANY = 16;
/** The share of the first decrease with a new model that the second must stay below. */
const SLOW = 0.3;
/** Epochs after which a rough model seems to have no minimum. */
const MOST_ROUGH = 30;
/** Attempts ask for a tenth of what the last did. */
const FIFTH = 0.0005;
/** Steps that may lower the objective by less than rounding errors hide. */
const PATIENCE = 4;
/** Steps that a new model takes. */
const FEW = 2;

/** How far rows may move after a step that had to be so short: where curvatures tell nothing of the way, less at a time. */
export function nextReach(reach: number, length: number): number {
  if (length < TOO_LONG) return reach < MOST_REACH ? Math.max(reach / MORE_REACH, LEAST_REACH) : REACH;
  const next = length === 1 ? MORE_REACH * reach : reach;
  return next < MOST_REACH ? next : Number.POSITIVE_INFINITY;
}

export const proximalNewtonLayout = (size: number) => [raw64(size), raw64(size)] as const;

/**
 * Proximal Newton on a working set: each step minimises the quadratic model of the loss plus the penalty,
 *
 * ```text
 * −z'·d + d'·X'HX·d/2 + Σ h_j(b_j + d_j),
 * ```
 *
 * by another method, and goes as far as lowers the objective enough. The curvatures H are kept from one step to the next as long as
 * steps get shorter quickly: gradients are exact, so that only the rate depends on H.
 *
 * Lee, Sun & Saunders, Proximal Newton-type methods for minimizing composite functions (2014); Yuan, Ho & Lin, An improved
 * GLMNET for L1-regularized logistic regression (2012).
 */
export function proximalNewton(problem: SmoothProblem, inner: NewtonMethod): Method {
  const { arena, p, b, z, l1, l2 } = problem;
  /** Below, nothing is left to gain: where the optimum is at infinity, there would be no end of it. */
  const floor = problem.saturatedLoss + NOISE * problem.convergenceScale;
  const [start, slopes] = take(arena, proximalNewtonLayout(p));
  /** By what the scale of the model is corrected, in general and for the first step with another penalty. */
  let correction = 1;
  let firstCorrection = 1;
  /** Steps beyond the few that a new model would take. */
  let debt = 0;
  let firstAccuracy = 0;
  let lastPenalty = Number.NaN;
  let hasModel = false;
  let reach = Number.POSITIVE_INFINITY;

  const renew = (): void => {
    problem.remodel(reach);
    inner.reset();
    inner.scale = 1;
    correction = 1;
    firstCorrection = 1;
    debt = 0;
    hasModel = true;
  };
  const clamp = (ratio: number): number => Math.min(Math.max(ratio, 1 / MOST_CORRECTED), MOST_CORRECTED);
  /** The curvature along the last step over that of the model, which is what its optimality conditions say of X'HX·d. */
  const curvatureRatio = (count: number, columns: Int32Array): number => {
    let actual = 0;
    let expected = 0;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (b[j] === 0) continue;
      const d = b[j] - start[j];
      actual += (slopes[j] - z[j]) * d;
      expected += d * (slopes[j] - (b[j] > 0 ? l1[j] : -l1[j]) - l2[j] * b[j]);
    }
    const ratio = actual / expected;
    return ratio > 0 ? clamp(ratio) : 1;
  };
  return {
    ...methodOn(problem),
    capacity: inner.capacity,
    reset: () => {
      hasModel = false;
    },
    minimise: (count, columns, accuracy, budget, isPlain) => {
      let smooth = problem.residual(count, columns);
      let before = penaltyOf(problem, count, columns);
      let epochs = 0;
      let steps = 0;
      let stalls = 0;
      let last = Number.POSITIVE_INFINITY;
      let wasFresh = false;
      let isFresh = false;
      const key = l1[columns[count - 1]] + l2[columns[count - 1]];
      let isFirst = key !== lastPenalty;
      lastPenalty = key;
      // Where four attempts have not been accurate enough, the model may be to blame.
      if (isFirst) {
        firstAccuracy = accuracy;
        reach = Number.POSITIVE_INFINITY;
      }
      if ((isPlain || accuracy < FIFTH * firstAccuracy) && problem.isRough) {
        problem.isRough = false;
        hasModel = false;
      }
      while (epochs < budget) {
        pulse();
        if (hasModel && count > CHEAP) {
          const { scale, drift } = problem.modelDrift();
          inner.scale = scale * (isFirst ? firstCorrection : correction);
          hasModel = drift <= DRIFT;
        } else hasModel = false;
        if (!hasModel) {
          renew();
          isFresh = true;
        }
        const wasRough = problem.isRough;
        for (let k = 0; k < count; ++k) {
          start[columns[k]] = b[columns[k]];
          slopes[columns[k]] = z[columns[k]];
        }
        const most = Math.min(budget - epochs, problem.isRough ? MOST_ROUGH : budget);
        const spent = inner.minimise(count, columns, accuracy, most, isPlain);
        epochs += Math.max(1, spent);
        settle(problem, count, columns);
        let after = penaltyOf(problem, count, columns);
        let slope = after - before;
        for (let k = 0; k < count; ++k) slope -= z[columns[k]] * (b[columns[k]] - start[columns[k]]);
        const decrease = -slope;
        const least = smooth + before + ROUNDING * (Math.abs(smooth) + before);
        let length = problem.along
          ? bestLength(problem, problem.along(count, columns, start), count, columns, start)
          : 1;
        if (length < 1) {
          retreat(problem, count, columns, start, length);
          after = penaltyOf(problem, count, columns);
        }
        const armijo = problem.along ? 0 : ARMIJO;
        let next = problem.residual(count, columns);
        while (!(next + after <= least - armijo * length * Math.max(0, decrease)) && length > SHORTEST) {
          // To the minimum of the parabola through both ends, with the slope at the start.
          const rise = next + after - (smooth + before) + length * decrease;
          const best = (0.5 * length * decrease) / rise;
          const shrink =
            best > LEAST_SHRINK && best < MOST_SHRINK ? best : best <= LEAST_SHRINK ? LEAST_SHRINK : MOST_SHRINK;
          length *= shrink;
          retreat(problem, count, columns, start, shrink);
          after = penaltyOf(problem, count, columns);
          next = problem.residual(count, columns);
        }
        const wasConfined = reach < Number.POSITIVE_INFINITY;
        // Without curvature, epochs do not end either.
        const isEndless = (spent === most || spent > INNER_PATIENCE) && length < SHORT && !problem.isRough;
        // Without any curvature steps are infinite, and their decrease no number; where curvatures are too far apart for a solution, negative.
        if (!(Math.abs(decrease) <= NOISE * (Math.abs(smooth) + before)))
          reach = nextReach(reach, isEndless ? 0 : length);
        const isConfined = reach < Number.POSITIVE_INFINITY;
        if (!(next + after <= least)) {
          for (let k = 0; k < count; ++k) b[columns[k]] = start[columns[k]];
          problem.residual(count, columns);
          if (isFresh && !problem.isRough) return epochs;
          problem.isRough = false;
          hasModel = false;
          continue;
        }
        if (!(next + after < smooth + before)) stalls += 1;
        smooth = next;
        before = after;
        if (!(decrease > accuracy) || stalls > PATIENCE || smooth + before <= floor) return epochs;
        // What the age of the model has cost is about to exceed what a new one costs.
        if (steps > FEW) debt += 1;
        const isBad = length < SHORT || steps === MANY || wasConfined || isConfined;
        // A new model that does not make steps much shorter at once is too rough.
        if (steps === MANY || spent >= MOST_ROUGH || (isFresh ? length < SHORT : wasFresh && decrease > SLOW * last))
          problem.isRough = false;
        if (isBad || (wasRough && !problem.isRough) || debt > count / COLUMNS_PER_STEP) hasModel = false;
        last = decrease;
        wasFresh = isFresh;
        steps += 1;
        isFresh = false;
        problem.gradient(count, columns);
        const ratio = length === 1 ? curvatureRatio(count, columns) : 1 / correction;
        correction = clamp(correction * ratio);
        if (isFirst) firstCorrection = correction;
        isFirst = false;
      }
      return epochs;
    },
  };
}
