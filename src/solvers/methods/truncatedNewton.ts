import { float64, int32, raw64, take } from "../../kernels/arena.js";
import { pulse } from "../../kernels/pulse.js";
import { value } from "../../penalties/elasticNet.js";
import { penaltyOf } from "../designs/coordinates.js";
import { settle } from "../problems/certificate.js";
import type { SmoothProblem } from "../problems/Problem.js";
import { bestLength, retreat } from "./lineSearch.js";
import { type Method, methodOn, NOISE } from "./Method.js";
import { nextReach } from "./proximalNewton.js";

export function truncatedNewtonLayout(size: number) {
  const vector = raw64(size);
  return [vector, vector, float64(size), vector, vector, vector, vector, int32(size)] as const;
}

/** The share of the decrease along a step that it has to achieve, and by how much it shrinks where it does not. */
const ARMIJO = 1e-4;
const SHRINK = 0.25;
const SHORTEST = 1e-12;
/** Rounding errors of an objective. */
const ROUNDING = 8 * Number.EPSILON;
/** A quadratic model is minimised until a round lowers it by less than this share of what all have, or by this of the accuracy. */
const ENOUGH = 0.02;
const FINE = 0.1;
/** Conjugate gradients end when the residual's norm has shrunk this much. */
const RESIDUAL = 0.02;
const MOST_STEPS = 100;
/** Of a smooth model it need not shrink more than by this, or than the gradient has. Eisenstat & Walker, Choosing the forcing terms (1996). */
const FORCING = 0.25;
const MOST_ROUNDS = 50;

/**
 * Proximal Newton for working sets that are too large for a Gram, with nothing but products with the Hessian H: the quadratic model
 *
 * ```text
 * Q(b) = −z·(b − b₀) + (b − b₀)'·H·(b − b₀)/2 + Σ h_j(b_j)
 * ```
 *
 * is minimised by turns of a proximal step with a diagonal in place of H, which moves coefficients to 0 and away from it, and of conjugate
 * gradients on those that are free to move.
 *
 * Nocedal & Wright, Numerical Optimization (2006), §7.1; Lee, Sun & Saunders, Proximal Newton-type methods (2014).
 */
export function truncatedNewton(problem: SmoothProblem): Method {
  const { arena, p, b, z, l1, l2, lower, upper, curvatures } = problem;
  /** Below, nothing is left to gain: where the optimum is at infinity, there would be no end of it. */
  const floor = problem.saturatedLoss + NOISE * problem.convergenceScale;
  // Of these, q is −∇ of the model's smooth part.
  const [start, q, step, image, r, direction, solution, free] = take(arena, truncatedNewtonLayout(p));
  /** The diagonal of H is taken for this many times the curvatures. */
  let scale = 1;
  /** How far rows may move in the model at this penalty. */
  let reach = Number.POSITIVE_INFINITY;
  let lastPenalty = Number.NaN;

  const dot = (count: number, list: Int32Array, x: Float64Array, y: Float64Array): number => {
    let sum = 0;
    for (let a = 0; a < count; ++a) sum += x[list[a]] * y[list[a]];
    return sum;
  };
  const penalty = (count: number, list: Int32Array): number => penaltyOf(problem, count, list);
  /** image ← H·x; x is 0 outside of the list it is made on. */
  const multiply = (count: number, list: Int32Array, x: Float64Array): void =>
    problem.hessianProduct(count, list, x, image);

  /** b ← prox of a step along q in the metric of the diagonal, or as far along it as lowers Q; returns by how much. */
  const proximalStep = (count: number, list: Int32Array): number => {
    const before = penalty(count, list);
    let after = 0;
    for (let a = 0; a < count; ++a) {
      const j = list[a];
      const curvature = scale * curvatures[j];
      const v = curvature * b[j] + q[j];
      const soft = v > l1[j] ? v - l1[j] : v < -l1[j] ? v + l1[j] : 0;
      const next = Math.min(Math.max(soft / (curvature + l2[j]), lower[j]), upper[j]);
      step[j] = next - b[j];
      after += value(next, l1[j], l2[j]);
    }
    multiply(count, list, step);
    const slope = dot(count, list, q, step) + before - after;
    const curvature = dot(count, list, step, image);
    let squares = 0;
    for (let a = 0; a < count; ++a) squares += curvatures[list[a]] * step[list[a]] * step[list[a]];
    if (!(slope > 0)) return 0;
    const length = curvature > slope ? slope / curvature : 1;
    if (curvature > 0 && squares > 0) scale = curvature / squares;
    for (let a = 0; a < count; ++a) {
      const j = list[a];
      b[j] = length === 1 ? b[j] + step[j] : Math.min(Math.max(b[j] + length * step[j], lower[j]), upper[j]);
      q[j] -= length * image[j];
    }
    return length * slope - 0.5 * length * length * curvature;
  };

  /** Where coefficient j has to stop on its way along d. */
  const wall = (j: number, d: number): number => (l1[j] > 0 && b[j] > 0 !== d > 0 ? 0 : d > 0 ? upper[j] : lower[j]);

  /**
   * `solution` ← about the move of the first `size` free coefficients that minimises Q as if none had to stop, by conjugate gradients
   * until the residual has shrunk to a share of what it was. The share is told its square norm. Returns the products made.
   */
  const conjugate = (size: number, share: (squares: number) => number, budget: number): number => {
    const divide = (j: number): number => r[j] / (scale * curvatures[j] + l2[j]);
    let rho = 0;
    for (let a = 0; a < size; ++a) {
      const j = free[a];
      const sign = b[j] > 0 ? 1 : b[j] < 0 ? -1 : 0;
      r[j] = q[j] - sign * l1[j] - l2[j] * b[j];
      solution[j] = 0;
      direction[j] = divide(j);
      rho += r[j] * direction[j];
    }
    const shrunk = share(rho);
    const least = shrunk * shrunk * rho;
    let steps = 0;
    while (rho > least && steps < Math.min(budget, MOST_STEPS)) {
      multiply(size, free, direction);
      steps += 1;
      let curvature = 0;
      for (let a = 0; a < size; ++a) {
        const j = free[a];
        image[j] += l2[j] * direction[j];
        curvature += direction[j] * image[j];
      }
      if (!(curvature > 0)) break;
      const length = rho / curvature;
      let next = 0;
      for (let a = 0; a < size; ++a) {
        const j = free[a];
        solution[j] += length * direction[j];
        r[j] -= length * image[j];
        next += r[j] * divide(j);
      }
      for (let a = 0; a < size; ++a) {
        const j = free[a];
        direction[j] = divide(j) + (next / rho) * direction[j];
      }
      rho = next;
    }
    return steps;
  };

  /** Conjugate gradients on the coefficients that are free to move; returns by how much Q is lower, and the products made. */
  const descend = (count: number, list: Int32Array, budget: number): { gain: number; steps: number } => {
    let size = 0;
    for (let a = 0; a < count; ++a) {
      const j = list[a];
      if ((b[j] !== 0 || l1[j] === 0) && b[j] > lower[j] && b[j] < upper[j]) free[size++] = j;
    }
    if (size === 0) return { gain: 0, steps: 0 };
    let steps = conjugate(size, () => RESIDUAL, budget);
    // As far as Q gets lower, those that would pass 0 or a bound stopping there; at the least up to the first of them.
    let shortest = 1;
    for (let a = 0; a < size; ++a) {
      const d = solution[free[a]];
      if (d !== 0) shortest = Math.min(shortest, (wall(free[a], d) - b[free[a]]) / d);
    }
    const before = penalty(size, free);
    for (let length = 1; ; length = Math.max(SHRINK * length, shortest)) {
      let after = 0;
      for (let a = 0; a < count; ++a) step[list[a]] = 0;
      for (let a = 0; a < size; ++a) {
        const j = free[a];
        const d = length * solution[j];
        const ahead = wall(j, d);
        const next = d > 0 ? Math.min(b[j] + d, ahead) : Math.max(b[j] + d, ahead);
        step[j] = next - b[j];
        after += value(next, l1[j], l2[j]);
      }
      multiply(count, list, step);
      steps += 1;
      const gain = dot(size, free, q, step) - 0.5 * dot(size, free, step, image) + before - after;
      if (!(gain > 0) && length > shortest) continue;
      if (!(gain > 0)) return { gain: 0, steps };
      for (let a = 0; a < count; ++a) {
        const j = list[a];
        b[j] = Math.min(Math.max(b[j] + step[j], lower[j]), upper[j]);
        q[j] -= image[j];
      }
      return { gain, steps };
    }
  };

  /** b ← about the minimiser of Q, where that has no corners; returns the products made. */
  const solveQuadratic = (
    count: number,
    list: Int32Array,
    share: (squares: number) => number,
    budget: number,
  ): number => {
    free.set(list.subarray(0, count));
    const steps = conjugate(count, share, budget);
    for (let a = 0; a < count; ++a) b[list[a]] += solution[list[a]];
    return Math.max(1, steps);
  };

  /** b ← about the minimiser of Q, in rounds; returns the products made. */
  const minimiseModel = (count: number, list: Int32Array, accuracy: number, budget: number): number => {
    let epochs = 0;
    let total = 0;
    for (let round = 0; round < MOST_ROUNDS && epochs < budget; ++round) {
      let gain = proximalStep(count, list);
      epochs += 1;
      const descent = descend(count, list, budget - epochs);
      gain += descent.gain;
      epochs += descent.steps;
      total += gain;
      if (!(gain > Math.max(ENOUGH * total, FINE * accuracy))) break;
    }
    return epochs;
  };

  /** Whether the listed coefficients have neither an L1 penalty nor bounds. */
  const hasNoCorners = (count: number, list: Int32Array): boolean => {
    for (let a = 0; a < count; ++a) {
      const j = list[a];
      if (l1[j] > 0 || lower[j] > Number.NEGATIVE_INFINITY || upper[j] < Number.POSITIVE_INFINITY) return false;
    }
    return true;
  };

  return {
    ...methodOn(problem),
    capacity: p,
    reset: () => {},
    minimise: (count, list, accuracy, budget) => {
      let smooth = problem.residual(count, list);
      let before = penalty(count, list);
      let epochs = 0;
      const isQuadratic = hasNoCorners(count, list);
      const key = l1[list[count - 1]] + l2[list[count - 1]];
      if (key !== lastPenalty) reach = Number.POSITIVE_INFINITY;
      lastPenalty = key;
      let first = 0;
      const share = (squares: number): number => {
        first ||= squares;
        return Math.min(FORCING, Math.sqrt(squares / first));
      };
      while (epochs < budget) {
        pulse();
        problem.remodel(reach);
        for (let a = 0; a < count; ++a) {
          const j = list[a];
          start[j] = b[j];
          q[j] = z[j];
        }
        epochs += isQuadratic
          ? solveQuadratic(count, list, share, budget - epochs)
          : minimiseModel(count, list, accuracy, budget - epochs);
        settle(problem, count, list);
        let after = penalty(count, list);
        let decrease = before - after;
        for (let a = 0; a < count; ++a) decrease += z[list[a]] * (b[list[a]] - start[list[a]]);
        const least = smooth + before + ROUNDING * (Math.abs(smooth) + before);
        let length = problem.along ? bestLength(problem, problem.along(count, list, start), count, list, start) : 1;
        if (length < 1) {
          retreat(problem, count, list, start, length);
          after = penalty(count, list);
        }
        const armijo = problem.along ? 0 : ARMIJO;
        let next = problem.residual(count, list);
        while (!(next + after <= least - armijo * length * Math.max(0, decrease)) && length > SHORTEST) {
          length *= SHRINK;
          retreat(problem, count, list, start, SHRINK);
          after = penalty(count, list);
          next = problem.residual(count, list);
        }
        // Without any curvature steps are infinite, and their decrease no number; where curvatures are too far apart for a solution, negative.
        if (!(Math.abs(decrease) <= NOISE * (Math.abs(smooth) + before))) reach = nextReach(reach, length);
        const isLower = next + after <= least;
        if (!isLower) {
          for (let a = 0; a < count; ++a) b[list[a]] = start[list[a]];
          problem.residual(count, list);
        }
        if (!isLower || !(decrease > accuracy)) return Math.min(epochs, budget);
        smooth = next;
        before = after;
        if (smooth + before <= floor) return Math.min(epochs, budget);
        problem.gradient(count, list);
      }
      return Math.min(epochs, budget);
    },
  };
}
