import { pulse } from "../../kernels/pulse.js";
import type { Penalty, SortedPenalty } from "../../penalties/Penalty.js";
import { NOISE } from "../methods/Method.js";
import { settle } from "../problems/certificate.js";
import type { SmoothProblem } from "../problems/Problem.js";
import { BlockDescent, penaltyOn } from "./BlockDescent.js";
import { dataOracle, modelOracles } from "./oracles.js";
import { proximalGradient } from "./proximalGradient.js";
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
/** The accuracy of a step of Newton's method, relative to what the last one has gained. */
const INNER = 1e-3;

/** Minimises over a working set. */
export interface WorkingModels {
  /** The model is none of the loss at b. */
  forget(): void;
  /**
   * Minimises, with residual and gradients of the working set as they are at b, until a step lowers the objective by no more than
   * `accuracy`; leaves them at the new b. Returns the epochs done.
   */
  minimise(accuracy: number, budget: number, isFirst: boolean): number;
}

/** Lowers the quadratic model of a working set, from `start`; returns the epochs done. */
interface Descent {
  run(accuracy: number, budget: number): number;
}

/** By accelerated proximal gradient. */
function jointly(
  problem: GramableProblem,
  working: WorkingBlocks,
  penalty: SortedPenalty,
  start: Float64Array,
): Descent {
  const { b } = problem;
  const { columns } = working;
  const oracle = modelOracles(problem, working, penalty);
  let curvature = 0;
  const run: Descent["run"] = (accuracy, budget) => {
    const { count, G, q, stride } = working;
    const before = q.slice(0, count);
    let trace = 0;
    for (let i = 0; i < count; ++i) trace = Math.max(trace, working.scale * G[i * stride + i]);
    const done = proximalGradient(oracle(), working.u, Math.max(curvature, trace), accuracy, budget, true);
    curvature = done.curvature;
    q.set(before);
    working.moveBy((i) => b[columns[i]] - start[columns[i]]);
    return done.steps;
  };
  return { run };
}

/**
 * Minimises by the quadratic model of a working set; of losses whose curvature changes, by one model after the other. Sets that are too large for a Gram are
 * left to proximal gradient on the loss itself.
 */
export function workingModels(
  problem: GramableProblem,
  working: WorkingBlocks,
  penalty: Penalty,
  isGaussian: boolean,
): WorkingModels {
  const { p, b, curvatures, convergenceScale: scale } = problem;
  const { columns } = working;
  const start = new Float64Array(p);
  const descent: Descent =
    penalty.kind === "blocks"
      ? new BlockDescent(problem, working, penalty, isGaussian && !penalty.isConvex)
      : jointly(problem, working, penalty, start);
  const smooth = problem as SmoothProblem;
  let hasModel = false;
  const forget = (): void => {
    hasModel = false;
  };
  const penaltyHere = (): number => penaltyOn(working, penalty, b);

  /** Without a Gram. */
  const minimiseLoss = (accuracy: number, budget: number): number => {
    const { count } = working;
    let most = 0;
    for (let i = 0; i < count; ++i) most = Math.max(most, curvatures[columns[i]]);
    const oracle = dataOracle(problem, working, penalty);
    const { steps } = proximalGradient(oracle, working.u, most, accuracy, budget, penalty.isConvex);
    settle(problem, count, columns);
    working.update();
    return steps;
  };

  /** Scales the model to the curvatures at b, or makes it anew where they are others. */
  const renew = (failures: number, reach: number): void => {
    if (hasModel && working.count > 1) {
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
    hasModel = true;
  };

  const minimise = (accuracy: number, budget: number, isFirst: boolean): number => {
    const m = working.count;
    if (m > working.capacity) return minimiseLoss(accuracy, budget);
    if (isGaussian) {
      pulse();
      for (let i = 0; i < m; ++i) start[columns[i]] = b[columns[i]];
      working.load(penalty);
      const epochs = descent.run(accuracy, Math.max(1, budget));
      settle(problem, m, columns);
      working.update();
      return epochs;
    }
    const valueHere = (): number => problem.loss(problem.residual(m, columns)) + penaltyHere();
    let epochs = 0;
    let inner = !isFirst ? accuracy : Math.max(accuracy, INNER * scale);
    let failures = 0;
    let reach = Number.POSITIVE_INFINITY;
    let before = valueHere();
    for (;;) {
      pulse();
      renew(failures, reach);
      for (let i = 0; i < m; ++i) start[columns[i]] = b[columns[i]];
      working.load(penalty);
      const slopes = working.q.slice(0, m);
      const penaltyBefore = penaltyHere();
      epochs += descent.run(inner, Math.max(1, budget - epochs));
      let expected = penaltyBefore - penaltyHere();
      for (let i = 0; i < m; ++i) expected += 0.5 * (slopes[i] + working.q[i]) * (b[columns[i]] - start[columns[i]]);
      settle(problem, m, columns);
      let after = valueHere();
      const noise = NOISE * (Math.abs(before) + scale);
      const isEnough = (length: number): boolean =>
        after <= before + noise - (expected > noise ? ENOUGH * length * expected : 0);
      // Where the model has led too far, a part of the way may do.
      const end = Float64Array.from({ length: m }, (_, i) => b[columns[i]]);
      let length = 1;
      for (; !isEnough(length) && length > SHORTEST; length *= SHORTER) {
        for (let i = 0; i < m; ++i) b[columns[i]] = start[columns[i]] + SHORTER * length * (end[i] - start[columns[i]]);
        settle(problem, m, columns);
        after = valueHere();
      }
      if (!isEnough(length)) {
        failures += 1;
        for (let i = 0; i < m; ++i) b[columns[i]] = start[columns[i]];
        working.update();
        if (failures > MOST_FAILURES || epochs >= budget) return epochs;
        if (failures === 1 && reach !== REACH) {
          reach = REACH;
          forget();
        } else working.scale *= RAISE;
        continue;
      }
      problem.gradient(m, columns);
      const gained = before - after;
      const hasFailed = failures > 0 && expected > noise;
      if (hasFailed) failures = 0;
      // The model is far too steep where a step gains more than it should, however little its curvatures differ as a whole.
      if (length < 1 || hasFailed || gained > MORE * expected) forget();
      before = Math.min(before, after);
      if (!(gained > accuracy) || !(gained > noise) || epochs >= budget) return epochs;
      inner = Math.max(accuracy, INNER * gained);
    }
  };
  return { forget, minimise };
}
