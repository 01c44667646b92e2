import { float64, take } from "../kernels/arena.js";
import type { Method } from "./methods/Method.js";
import { assess, assessQuickly, type Goal, isConverged, type Solution, settle } from "./problems/certificate.js";
import type { GramProblem } from "./problems/GramProblem.js";
import { ACCURACY, DRIFT } from "./working/Progress.js";

/** Epochs of plain descent at the most, each with a certificate of its own. */
const EPOCHS = 3;
/** For tolerances below this, descent is only a start. */
const FINE = 1e-8;
/** Runs of the method that follow them, each to a tenth of the accuracy of the one before. */
const RUNS = 3;
/** Steps of lambda that are up to this much longer than the last one are taken along its line. */
const LONGEST = 2;

/**
 * Follows the path of a problem whose Gram is complete from one lambda to the next. Between the lambdas at which columns come and
 * go, b of the lasso is a linear function of lambda, and that of an elastic net nearly so, and z = c − G·b is one of b. So the line
 * through the last two solutions leads to a start for the next one that an epoch of descent often finishes. The epoch also
 * sees to coefficients that the line has carried past 0 or a bound.
 */
export class PathFollower {
  readonly #problem: GramProblem;
  readonly #method: Method;
  readonly #isQuick: boolean;
  /** The solution before the one that b and z hold, and the lambdas of both. */
  readonly #bBefore: Float64Array;
  readonly #zBefore: Float64Array;
  #before = Number.NaN;
  #last = Number.NaN;
  /** The epochs that are worth a try. */
  #patience = EPOCHS;

  static layout(p: number) {
    return [float64(p), float64(p)] as const;
  }

  /**
   * @param method - Takes over when descent is slow.
   * @param isQuick - Whether descent may do without it.
   */
  constructor(problem: GramProblem, method: Method, isQuick: boolean) {
    this.#problem = problem;
    this.#method = method;
    this.#isQuick = isQuick;
    [this.#bBefore, this.#zBefore] = take(problem.arena, PathFollower.layout(problem.p));
  }

  /** Solves with the penalty that the problem holds, that of lambda; undefined if it takes more than a few epochs or runs of the method. */
  solve(lambda: number, goal: Goal, isWarm: boolean): Solution | undefined {
    const { kernels, p, G, eligible, b, z, l1, l2, lower, upper, convergenceScale } = this.#problem;
    const { tolerance, maxIterations } = goal;
    const count = eligible.length;
    const enough = tolerance * convergenceScale;
    let iterations = 0;
    this.#advance(lambda, isWarm);
    while (iterations < Math.min(this.#patience, maxIterations)) {
      kernels.gramEpoch(count, eligible, 0, p, G, 0, p, z, 0, b, 0, l1, 0, l2, 0, lower, 0, upper, 0, 0);
      iterations += 1;
      if (!this.#isQuick || tolerance < FINE) break;
      const solution = this.#solved(tolerance, iterations);
      if (solution === undefined) continue;
      this.#patience = Math.min(iterations + 1, EPOCHS);
      return solution;
    }
    this.#patience = Math.max(1, this.#patience - 1);
    for (let run = 0, accuracy = ACCURACY * enough; run < RUNS && iterations < maxIterations; ++run, accuracy *= 0.1) {
      const budget = Math.min(DRIFT, maxIterations - iterations);
      iterations += this.#method.minimise(count, eligible, accuracy, budget, false);
      const solution = this.#solved(tolerance, iterations);
      if (solution !== undefined) return solution;
    }
    return undefined;
  }

  /** Goes on along the line. */
  #advance(lambda: number, isWarm: boolean): void {
    const { kernels, p, b, z } = this.#problem;
    const [bBefore, zBefore] = [this.#bBefore, this.#zBefore];
    const t = (this.#last - lambda) / (this.#before - this.#last);
    if (!isWarm && t > 0 && t <= LONGEST) {
      kernels.extrapolate(p, t, b, 0, bBefore, 0);
      kernels.extrapolate(p, t, z, 0, zBefore, 0);
    } else {
      bBefore.set(b);
      zBefore.set(z);
    }
    this.#before = this.#last;
    this.#last = lambda;
  }

  /** What b is, if its certificate is within the tolerance. */
  #solved(tolerance: number, iterations: number): Solution | undefined {
    const problem = this.#problem;
    const { eligible, l2, convergenceScale } = problem;
    settle(problem);
    const squares = problem.residual();
    const isSmooth = eligible.length > 0 && l2[eligible[0]] > 0;
    const certificate = isSmooth
      ? assessQuickly(problem, squares, problem.penalty(), tolerance * convergenceScale)
      : assess(problem, squares);
    if (certificate === undefined || !isConverged(certificate, tolerance, convergenceScale)) return undefined;
    return { certificate, converged: true, iterations, support: eligible };
  }
}
