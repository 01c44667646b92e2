import { float64, int32, raw64, take } from "../../../kernels/arena.js";
import { coordinateMinimum } from "../../../kernels/js/fits/descent.js";
import { value } from "../../../penalties/elasticNet.js";
import { listedDot, penaltyOf, wallOf } from "../../designs/coordinates.js";
import type { SmoothProblem } from "../../problems/smooth/SmoothProblem.js";

const SHRINK = 0.25;
/** It is minimised until a round lowers it by less than this share of what all have, or by this of the accuracy. */
const ENOUGH = 0.02;
const FINE = 0.1;
/** Conjugate gradients end when the residual's norm has shrunk this much. */
const RESIDUAL = 0.02;
const MOST_STEPS = 100;
const MOST_ROUNDS = 50;

/**
 * The quadratic model of a smooth problem about a point b₀, in the listed coefficients, with nothing but products with the Hessian H:
 *
 * ```text
 * Q(b) = −z·(b − b₀) + (b − b₀)'·H·(b − b₀)/2 + Σ h_j(b_j)
 * ```
 *
 * It moves the problem's b. What it spends are products.
 */
export class QuadraticModel {
  /** b₀ */
  readonly start: Float64Array;
  readonly #problem: SmoothProblem;
  /** −∇ of its smooth part. */
  readonly #q: Float64Array;
  readonly #step: Float64Array;
  readonly #image: Float64Array;
  readonly #r: Float64Array;
  readonly #direction: Float64Array;
  readonly #solution: Float64Array;
  readonly #free: Int32Array;
  /** The diagonal of H is taken for this many times the curvatures. */
  #scale = 1;

  static layout(size: number) {
    const vector = raw64(size);
    return [vector, vector, float64(size), vector, vector, vector, vector, int32(size)] as const;
  }

  constructor(problem: SmoothProblem) {
    this.#problem = problem;
    const arrays = take(problem.arena, QuadraticModel.layout(problem.p));
    [this.start, this.#q, this.#step, this.#image, this.#r, this.#direction, this.#solution, this.#free] = arrays;
  }

  /** Is the model about where b is, with curvatures H that the problem has taken there. */
  begin(count: number, list: Int32Array): this {
    const { b, z } = this.#problem;
    for (let a = 0; a < count; ++a) {
      const j = list[a];
      this.start[j] = b[j];
      this.#q[j] = z[j];
    }
    return this;
  }

  /**
   * b ← about the minimiser of a model without corners, by conjugate gradients until the residual has shrunk to a share of what it was.
   * The share is told its square norm. Returns the products made.
   */
  solve(count: number, list: Int32Array, share: (squares: number) => number, budget: number): number {
    const { b } = this.#problem;
    this.#free.set(list.subarray(0, count));
    const steps = this.#conjugate(count, share, budget);
    for (let a = 0; a < count; ++a) b[list[a]] += this.#solution[list[a]];
    return Math.max(1, steps);
  }

  /**
   * b ← about the minimiser, by turns of a proximal step with a diagonal in place of H, which moves coefficients to 0 and away from it, and
   * of conjugate gradients on those that are free to move. Returns the products made.
   */
  minimise(count: number, list: Int32Array, accuracy: number, budget: number): number {
    let epochs = 0;
    let total = 0;
    for (let round = 0; round < MOST_ROUNDS && epochs < budget; ++round) {
      let gain = this.#proximalStep(count, list);
      epochs += 1;
      const descent = this.#descend(count, list, budget - epochs);
      gain += descent.gain;
      epochs += descent.steps;
      total += gain;
      if (!(gain > Math.max(ENOUGH * total, FINE * accuracy))) break;
    }
    return epochs;
  }

  /** b ← prox of a step along q in the metric of the diagonal, or as far along it as lowers Q; returns by how much. */
  #proximalStep(count: number, list: Int32Array): number {
    const { b, l1, l2, lower, upper, curvatures } = this.#problem;
    const q = this.#q;
    const step = this.#step;
    const before = penaltyOf(this.#problem, count, list);
    let after = 0;
    for (let a = 0; a < count; ++a) {
      const j = list[a];
      const curvature = this.#scale * curvatures[j];
      const v = curvature * b[j] + q[j];
      const next = coordinateMinimum(v, curvature, l1[j], l2[j], lower[j], upper[j]);
      step[j] = next - b[j];
      after += value(next, l1[j], l2[j]);
    }
    this.#multiply(count, list, step);
    const slope = listedDot(count, list, q, step) + before - after;
    const curvature = listedDot(count, list, step, this.#image);
    let squares = 0;
    for (let a = 0; a < count; ++a) squares += curvatures[list[a]] * step[list[a]] * step[list[a]];
    if (!(slope > 0)) return 0;
    const length = curvature > slope ? slope / curvature : 1;
    if (curvature > 0 && squares > 0) this.#scale = curvature / squares;
    for (let a = 0; a < count; ++a) {
      const j = list[a];
      b[j] = length === 1 ? b[j] + step[j] : Math.min(Math.max(b[j] + length * step[j], lower[j]), upper[j]);
      q[j] -= length * this.#image[j];
    }
    return length * slope - 0.5 * length * length * curvature;
  }

  /** Conjugate gradients on the coefficients that are free to move; returns by how much Q is lower, and the products made. */
  #descend(count: number, list: Int32Array, budget: number): { gain: number; steps: number } {
    const { b, l1, l2, lower, upper } = this.#problem;
    const q = this.#q;
    const step = this.#step;
    const free = this.#free;
    const solution = this.#solution;
    let size = 0;
    for (let a = 0; a < count; ++a) {
      const j = list[a];
      if ((b[j] !== 0 || l1[j] === 0) && b[j] > lower[j] && b[j] < upper[j]) free[size++] = j;
    }
    if (size === 0) return { gain: 0, steps: 0 };
    let steps = this.#conjugate(size, () => RESIDUAL, budget);
    // As far as Q gets lower, those that would pass 0 or a bound stopping there; at the least up to the first of them.
    let shortest = 1;
    for (let a = 0; a < size; ++a) {
      const d = solution[free[a]];
      if (d !== 0) shortest = Math.min(shortest, (wallOf(this.#problem, free[a], d) - b[free[a]]) / d);
    }
    const before = penaltyOf(this.#problem, size, free);
    for (let length = 1; ; length = Math.max(SHRINK * length, shortest)) {
      let after = 0;
      for (let a = 0; a < count; ++a) step[list[a]] = 0;
      for (let a = 0; a < size; ++a) {
        const j = free[a];
        const d = length * solution[j];
        const ahead = wallOf(this.#problem, j, d);
        const next = d > 0 ? Math.min(b[j] + d, ahead) : Math.max(b[j] + d, ahead);
        step[j] = next - b[j];
        after += value(next, l1[j], l2[j]);
      }
      this.#multiply(count, list, step);
      steps += 1;
      const gain = listedDot(size, free, q, step) - 0.5 * listedDot(size, free, step, this.#image) + before - after;
      if (!(gain > 0) && length > shortest) continue;
      if (!(gain > 0)) return { gain: 0, steps };
      for (let a = 0; a < count; ++a) {
        const j = list[a];
        b[j] = Math.min(Math.max(b[j] + step[j], lower[j]), upper[j]);
        q[j] -= this.#image[j];
      }
      return { gain, steps };
    }
  }

  /**
   * The solution ← about the move of the first `size` free coefficients that minimises Q as if none had to stop, otherwise as {@link solve}
   * has it.
   */
  #conjugate(size: number, share: (squares: number) => number, budget: number): number {
    const { b, l1, l2, curvatures } = this.#problem;
    const r = this.#r;
    const direction = this.#direction;
    const image = this.#image;
    const free = this.#free;
    const solution = this.#solution;
    const divide = (j: number): number => r[j] / (this.#scale * curvatures[j] + l2[j]);
    let rho = 0;
    for (let a = 0; a < size; ++a) {
      const j = free[a];
      const sign = b[j] > 0 ? 1 : b[j] < 0 ? -1 : 0;
      r[j] = this.#q[j] - sign * l1[j] - l2[j] * b[j];
      solution[j] = 0;
      direction[j] = divide(j);
      rho += r[j] * direction[j];
    }
    const shrunk = share(rho);
    const least = shrunk * shrunk * rho;
    let steps = 0;
    while (rho > least && steps < Math.min(budget, MOST_STEPS)) {
      this.#multiply(size, free, direction);
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
  }

  /** image ← H·x; x is 0 outside of the list it is made on. */
  #multiply(count: number, list: Int32Array, x: Float64Array): void {
    this.#problem.hessianProduct(count, list, x, this.#image);
  }
}
