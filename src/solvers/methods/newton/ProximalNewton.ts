import { raw64, take } from "../../../kernels/arena.js";
import { pulse } from "../../../kernels/pulse.js";
import { penaltyOf } from "../../designs/coordinates.js";
import type { SmoothProblem } from "../../problems/smooth/SmoothProblem.js";
import { Method, NOISE } from "../Method.js";
import { PATIENCE as INNER_PATIENCE, type NewtonDescent } from "../NewtonDescent.js";
import { takeStep } from "./lineSearch.js";
import { nextReach } from "./reach.js";

/** By how much a step shrinks at the least and at the most. */
const LEAST_SHRINK = 0.1;
const MOST_SHRINK = 0.7;
/** Where a step has to be this short, its model is no good any more. */
const SHORT = 0.2;
/** The most that steps tell of the curvature. */
const MOST_CORRECTED = 3;
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
export class ProximalNewton extends Method {
  readonly capacity: number;
  readonly #problem: SmoothProblem;
  readonly #inner: NewtonDescent;
  /** Below, nothing is left to gain: where the optimum is at infinity, there would be no end of it. */
  readonly #floor: number;
  readonly #start: Float64Array;
  readonly #slopes: Float64Array;
  /** By what the scale of the model is corrected, in general and for the first step with another penalty. */
  #correction = 1;
  #firstCorrection = 1;
  /** Steps beyond the few that a new model would take. */
  #debt = 0;
  #firstAccuracy = 0;
  #lastPenalty = Number.NaN;
  #hasModel = false;
  #reach = Number.POSITIVE_INFINITY;

  static layout(size: number) {
    return [raw64(size), raw64(size)] as const;
  }

  constructor(problem: SmoothProblem, inner: NewtonDescent) {
    super(problem);
    this.#problem = problem;
    this.#inner = inner;
    this.capacity = inner.capacity;
    this.#floor = problem.saturatedLoss + NOISE * problem.convergenceScale;
    [this.#start, this.#slopes] = take(problem.arena, ProximalNewton.layout(problem.p));
  }

  override reset(): void {
    this.#hasModel = false;
  }

  minimise(count: number, columns: Int32Array, accuracy: number, budget: number, isPlain: boolean): number {
    const problem = this.#problem;
    let isFirst = this.#begin(count, columns, accuracy, isPlain);
    let smooth = problem.residual(count, columns);
    let penalty = penaltyOf(problem, count, columns);
    let epochs = 0;
    let steps = 0;
    let stalls = 0;
    let last = Number.POSITIVE_INFINITY;
    let wasFresh = false;
    let isFresh = false;
    while (epochs < budget) {
      pulse();
      if (!this.#keepsModel(count, isFirst)) {
        this.#renew();
        isFresh = true;
      }
      const wasRough = problem.isRough;
      this.#leave(count, columns);
      const most = Math.min(budget - epochs, problem.isRough ? MOST_ROUGH : budget);
      const spent = this.#inner.minimise(count, columns, accuracy, most, isPlain);
      epochs += Math.max(1, spent);
      const step = takeStep(problem, count, columns, this.#start, smooth, penalty, towardsLeast);
      const { decrease, length } = step;
      const wasConfined = this.#reach < Number.POSITIVE_INFINITY;
      // Without curvature, epochs do not end either.
      const isEndless = (spent === most || spent > INNER_PATIENCE) && length < SHORT && !problem.isRough;
      // Without any curvature steps are infinite, and their decrease no number; where curvatures are too far apart for a solution, negative.
      if (!step.isNoise) this.#reach = nextReach(this.#reach, isEndless ? 0 : length);
      const isConfined = this.#reach < Number.POSITIVE_INFINITY;
      if (!step.isLower) {
        if (isFresh && !problem.isRough) return epochs;
        this.#refine();
        continue;
      }
      if (!(step.smooth + step.penalty < smooth + penalty)) stalls += 1;
      smooth = step.smooth;
      penalty = step.penalty;
      if (!(decrease > accuracy) || stalls > PATIENCE || smooth + penalty <= this.#floor) return epochs;
      // What the age of the model has cost is about to exceed what a new one costs.
      if (steps > FEW) this.#debt += 1;
      const isBad = length < SHORT || steps === MANY || wasConfined || isConfined;
      // A new model that does not make steps much shorter at once is too rough.
      if (steps === MANY || spent >= MOST_ROUGH || (isFresh ? length < SHORT : wasFresh && decrease > SLOW * last))
        problem.isRough = false;
      if (isBad || (wasRough && !problem.isRough) || this.#debt > count / COLUMNS_PER_STEP) this.#hasModel = false;
      last = decrease;
      wasFresh = isFresh;
      steps += 1;
      isFresh = false;
      this.#correct(count, columns, length, isFirst);
      isFirst = false;
    }
    return epochs;
  }

  /** Returns whether this is the first attempt with another penalty. */
  #begin(count: number, columns: Int32Array, accuracy: number, isPlain: boolean): boolean {
    const { l1, l2, isRough } = this.#problem;
    const key = l1[columns[count - 1]] + l2[columns[count - 1]];
    const isFirst = key !== this.#lastPenalty;
    this.#lastPenalty = key;
    if (isFirst) {
      this.#firstAccuracy = accuracy;
      this.#reach = Number.POSITIVE_INFINITY;
    }
    // Where four attempts have not been accurate enough, the model may be to blame.
    if ((isPlain || accuracy < FIFTH * this.#firstAccuracy) && isRough) this.#refine();
    return isFirst;
  }

  /** Takes down where a step starts. */
  #leave(count: number, columns: Int32Array): void {
    const { b, z } = this.#problem;
    for (let k = 0; k < count; ++k) {
      this.#start[columns[k]] = b[columns[k]];
      this.#slopes[columns[k]] = z[columns[k]];
    }
  }

  /** Recomputes the gradients after a step, which a whole one shows by how much the scale of the model is to be corrected. */
  #correct(count: number, columns: Int32Array, length: number, isFirst: boolean): void {
    this.#problem.gradient(count, columns);
    const ratio = length === 1 ? this.#curvatureRatio(count, columns) : 1 / this.#correction;
    this.#correction = clamp(this.#correction * ratio);
    if (isFirst) this.#firstCorrection = this.#correction;
  }

  /** The next model is an exact one. */
  #refine(): void {
    this.#problem.isRough = false;
    this.#hasModel = false;
  }

  #renew(): void {
    this.#problem.remodel(this.#reach);
    this.#inner.reset();
    this.#inner.scale = 1;
    this.#correction = 1;
    this.#firstCorrection = 1;
    this.#debt = 0;
    this.#hasModel = true;
  }

  /** Whether the model still does, which then has the scale of the curvatures that are there. */
  #keepsModel(count: number, isFirst: boolean): boolean {
    if (!this.#hasModel || count <= CHEAP) return false;
    const { scale, drift } = this.#problem.modelDrift();
    this.#inner.scale = scale * (isFirst ? this.#firstCorrection : this.#correction);
    return drift <= DRIFT;
  }

  /** The curvature along the last step over that of the model, which is what its optimality conditions say of X'HX·d. */
  #curvatureRatio(count: number, columns: Int32Array): number {
    const { b, z, l1, l2 } = this.#problem;
    const slopes = this.#slopes;
    let actual = 0;
    let expected = 0;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (b[j] === 0) continue;
      const d = b[j] - this.#start[j];
      actual += (slopes[j] - z[j]) * d;
      expected += d * (slopes[j] - (b[j] > 0 ? l1[j] : -l1[j]) - l2[j] * b[j]);
    }
    const ratio = actual / expected;
    return ratio > 0 ? clamp(ratio) : 1;
  }
}

/** To the minimum of the parabola through both ends, with the slope at the start. */
function towardsLeast(length: number, rise: number, decrease: number): number {
  const best = (0.5 * length * decrease) / rise;
  return best > LEAST_SHRINK && best < MOST_SHRINK ? best : best <= LEAST_SHRINK ? LEAST_SHRINK : MOST_SHRINK;
}

const clamp = (ratio: number): number => Math.min(Math.max(ratio, 1 / MOST_CORRECTED), MOST_CORRECTED);
