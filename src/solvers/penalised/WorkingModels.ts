import { pulse } from "../../kernels/pulse.js";
import type { Penalty } from "../../penalties/Penalty.js";
import { NOISE } from "../methods/Method.js";
import { settle } from "../problems/certificate.js";
import type { SmoothProblem } from "../problems/smooth/SmoothProblem.js";
import { BlockDescent, penaltyOn } from "./BlockDescent.js";
import { dataOracle } from "./oracles.js";
import { proximalGradient } from "./proximalGradient.js";
import { SortedDescent } from "./SortedDescent.js";
import type { GramableProblem, WorkingBlocks } from "./WorkingBlocks.js";

/** The model is made anew when curvatures have changed by this share. */
const DRIFT = 0.1;
/** How far rows may move where the model has led too far. */
const REACH = 2;
/** What the model is raised by then, what of its decrease is enough, and how often it may fail. */
const RAISE = 4;
const ENOUGH = 0.1;
const MOST_FAILURES = 40;
/** A step is shortened by this, and down to that before. */
const SHORTER = 0.25;
const SHORTEST = 0.1;
/** Where a step gains so many times as much as it should, the model is too old. */
const MORE = 1.5;
/** Epochs on one model at the most: where it is flat its minimum is far, and the loss has another one there. */
const MOST_EPOCHS = 300;
/** The accuracy of a step of Newton's method, relative to what the last one has gained. */
const INNER = 1e-3;

/**
 * Minimises by the quadratic model of a working set; of losses whose curvature changes, by one model after the other. Sets that are too large for a Gram are
 * left to proximal gradient on the loss itself.
 */
export class WorkingModels {
  readonly #problem: GramableProblem;
  readonly #working: WorkingBlocks;
  readonly #penalty: Penalty;
  /** Whether the loss is its quadratic model. */
  readonly #isGaussian: boolean;
  /** Lowers the quadratic model. */
  readonly #descent: BlockDescent | SortedDescent;
  /** b by coordinate, where the model is at. */
  readonly #start: Float64Array;
  #hasModel = false;

  constructor(problem: GramableProblem, working: WorkingBlocks, penalty: Penalty, isGaussian: boolean) {
    this.#problem = problem;
    this.#working = working;
    this.#penalty = penalty;
    this.#isGaussian = isGaussian;
    this.#start = new Float64Array(problem.p);
    this.#descent =
      penalty.kind === "blocks"
        ? new BlockDescent(problem, working, penalty, isGaussian && !penalty.isConvex)
        : new SortedDescent(problem, working, penalty);
  }

  /** The model is none of the loss at b. */
  forget(): void {
    this.#hasModel = false;
  }

  /**
   * Minimises, with residual and gradients of the working set as they are at b, until a step lowers the objective by no more than
   * `accuracy`; leaves them at the new b. Returns the epochs done.
   */
  minimise(accuracy: number, budget: number, isFirst: boolean): number {
    if (this.#working.count > this.#working.capacity) return this.#minimiseLoss(accuracy, budget);
    if (!this.#isGaussian) return this.#minimiseModels(accuracy, budget, isFirst);
    pulse();
    this.#begin();
    const epochs = this.#descent.run(accuracy, Math.max(1, budget));
    this.#settle();
    this.#working.update();
    return epochs;
  }

  /** Without a Gram. */
  #minimiseLoss(accuracy: number, budget: number): number {
    const { curvatures } = this.#problem;
    const { count, columns, u } = this.#working;
    const penalty = this.#penalty;
    let most = 0;
    for (let i = 0; i < count; ++i) most = Math.max(most, curvatures[columns[i]]);
    const oracle = dataOracle(this.#problem, this.#working, penalty);
    const { steps } = proximalGradient(oracle, u, most, accuracy, budget, penalty.isConvex);
    this.#settle();
    this.#working.update();
    return steps;
  }

  /** One model after the other. */
  #minimiseModels(accuracy: number, budget: number, isFirst: boolean): number {
    const problem = this.#problem;
    const working = this.#working;
    const start = this.#start;
    const { b, convergenceScale: scale } = problem;
    const { count, columns } = working;
    let epochs = 0;
    let inner = !isFirst ? accuracy : Math.max(accuracy, INNER * scale);
    let failures = 0;
    let reach = Number.POSITIVE_INFINITY;
    let before = this.#value();
    for (;;) {
      pulse();
      this.#renew(failures, reach);
      this.#begin();
      const slopes = working.q.slice(0, count);
      const penaltyBefore = this.#penaltyHere();
      epochs += this.#descent.run(inner, Math.max(1, Math.min(MOST_EPOCHS, budget - epochs)));
      let expected = penaltyBefore - this.#penaltyHere();
      for (let i = 0; i < count; ++i)
        expected += 0.5 * (slopes[i] + working.q[i]) * (b[columns[i]] - start[columns[i]]);
      this.#settle();
      let after = this.#value();
      const noise = NOISE * (Math.abs(before) + scale);
      const isEnough = (length: number): boolean =>
        after <= before + noise - (expected > noise ? ENOUGH * length * expected : 0);
      // Where the model has led too far, a part of the way may do.
      const end = Float64Array.from({ length: count }, (_, i) => b[columns[i]]);
      let length = 1;
      for (; !isEnough(length) && length > SHORTEST; length *= SHORTER) {
        for (let i = 0; i < count; ++i)
          b[columns[i]] = start[columns[i]] + SHORTER * length * (end[i] - start[columns[i]]);
        this.#settle();
        after = this.#value();
      }
      if (!isEnough(length)) {
        failures += 1;
        for (let i = 0; i < count; ++i) b[columns[i]] = start[columns[i]];
        working.update();
        if (failures > MOST_FAILURES || epochs >= budget) return epochs;
        if (failures === 1 && reach !== REACH) {
          reach = REACH;
          this.forget();
        } else working.scale *= RAISE;
        continue;
      }
      problem.gradient(count, columns);
      const gained = before - after;
      const hasFailed = failures > 0 && expected > noise;
      if (hasFailed) failures = 0;
      // The model is far too steep where a step gains more than it should, however little its curvatures differ as a whole.
      if (length < 1 || hasFailed || gained > MORE * expected) this.forget();
      before = Math.min(before, after);
      if (!(gained > accuracy) || !(gained > noise) || epochs >= budget) return epochs;
      inner = Math.max(accuracy, INNER * gained);
    }
  }

  /** Scales the model to the curvatures at b, or makes it anew where they are others. */
  #renew(failures: number, reach: number): void {
    const smooth = this.#problem as SmoothProblem;
    const working = this.#working;
    if (this.#hasModel && working.count > 1) {
      const { scale, drift } = smooth.modelDrift();
      if (drift <= DRIFT) {
        working.scale = Math.max(scale, failures > 0 ? working.scale : 0);
        return;
      }
    }
    const raised = failures > 1 ? working.scale : 1;
    smooth.remodel(reach);
    working.forget();
    working.scale = raised;
    this.#hasModel = true;
  }

  /** A model is at b now. */
  #begin(): void {
    const { b } = this.#problem;
    const { count, columns } = this.#working;
    for (let i = 0; i < count; ++i) this.#start[columns[i]] = b[columns[i]];
    this.#working.load(this.#penalty);
  }

  #settle(): void {
    settle(this.#problem, this.#working.count, this.#working.columns);
  }

  #penaltyHere(): number {
    return penaltyOn(this.#working, this.#penalty, this.#problem.b);
  }

  /** F at b. */
  #value(): number {
    const { count, columns } = this.#working;
    return this.#problem.loss(this.#problem.residual(count, columns)) + this.#penaltyHere();
  }
}
