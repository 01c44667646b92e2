import { float64, take } from "../kernels/arena.js";
import type { Method } from "./methods/Method.js";
import {
  assess,
  assessQuickly,
  type Certificate,
  type Goal,
  isConverged,
  type Solution,
  settle,
} from "./problems/certificate.js";
import type { GramProblem } from "./problems/gramProblem.js";
import { ACCURACY, DRIFT } from "./workingSet.js";

/** Epochs of plain descent at the most, each with a certificate of its own. */
const EPOCHS = 3;
/** For tolerances below this, descent is only a start. */
const FINE = 1e-8;
/** Runs of the method that follow them, each to a tenth of the accuracy of the one before. */
const RUNS = 3;
/** Steps of lambda that are up to this much longer than the last one are taken along its line. */
const LONGEST = 2;

export const pathFollowerLayout = (p: number) => [float64(p), float64(p)] as const;

/** Solves with the penalty that the problem holds, that of lambda; undefined if it takes more than a few epochs or runs of the method. */
export type PathFollower = (lambda: number, goal: Goal, isWarm: boolean) => Solution | undefined;

/**
 * Follows the path of a problem whose Gram is complete from one lambda to the next. Between the lambdas at which columns come and
 * go, b of the lasso is a linear function of lambda, and that of an elastic net nearly so, and z = c − G·b is one of b. So the line
 * through the last two solutions leads to a start for the next one that an epoch of descent often finishes. The epoch also
 * sees to coefficients that the line has carried past 0 or a bound.
 *
 * @param method - Takes over when descent is slow.
 * @param isQuick - Whether descent may do without it.
 */
export function pathFollower(problem: GramProblem, method: Method, isQuick: boolean): PathFollower {
  const { arena, kernels, p, G, eligible, b, z, l1, l2, lower, upper, convergenceScale } = problem;
  const count = eligible.length;
  /** The solution before the one that b and z hold. */
  const [bBefore, zBefore] = take(arena, pathFollowerLayout(p));
  let lambdaBefore = Number.NaN;
  let last = Number.NaN;
  /** The epochs that are worth a try. */
  let patience = EPOCHS;

  const advance = (lambda: number, isWarm: boolean): void => {
    const t = (last - lambda) / (lambdaBefore - last);
    if (!isWarm && t > 0 && t <= LONGEST) {
      kernels.extrapolate(p, t, b, 0, bBefore, 0);
      kernels.extrapolate(p, t, z, 0, zBefore, 0);
    } else {
      bBefore.set(b);
      zBefore.set(z);
    }
    lambdaBefore = last;
    last = lambda;
  };
  const certify = (enough: number): Certificate | undefined => {
    settle(problem);
    const squares = problem.residual();
    if (count > 0 && l2[eligible[0]] > 0) return assessQuickly(problem, squares, problem.penalty(), enough);
    return assess(problem, squares);
  };
  return (lambda, { tolerance, maxIterations }, isWarm) => {
    const enough = tolerance * convergenceScale;
    let iterations = 0;
    const solved = (): Solution | undefined => {
      const certificate = certify(enough);
      if (certificate === undefined || !isConverged(certificate, tolerance, convergenceScale)) return undefined;
      return { certificate, converged: true, iterations, support: eligible };
    };
    advance(lambda, isWarm);
    while (iterations < Math.min(patience, maxIterations)) {
      kernels.gramEpoch(count, eligible, 0, p, G, 0, p, z, 0, b, 0, l1, 0, l2, 0, lower, 0, upper, 0, 0);
      iterations += 1;
      if (!isQuick || tolerance < FINE) break;
      const solution = solved();
      if (solution === undefined) continue;
      patience = Math.min(iterations + 1, EPOCHS);
      return solution;
    }
    patience = Math.max(1, patience - 1);
    for (let run = 0, accuracy = ACCURACY * enough; run < RUNS && iterations < maxIterations; ++run, accuracy *= 0.1) {
      iterations += method.minimise(count, eligible, accuracy, Math.min(DRIFT, maxIterations - iterations), false);
      const solution = solved();
      if (solution !== undefined) return solution;
    }
    return undefined;
  };
}
