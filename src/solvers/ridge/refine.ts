import { assess, type Goal, isConverged, measure, type Solution } from "../problems/certificate.js";
import type { Problem } from "../problems/Problem.js";

/**
 * Corrects b, from 0 on, as long as that helps: after `most` more steps than the first, or one that leaves more than `enough` of the largest violation of the
 * optimality conditions, it ends; a step that `isWorse` by these after it and before it is taken back.
 *
 * @param correct - Corrects b by the residual and the gradient at it.
 */
export function refine(
  problem: Problem,
  goal: Goal,
  correct: () => void,
  most: number,
  enough: number,
  isWorse: (after: number, before: number) => boolean,
): Solution {
  const { b } = problem;
  b.fill(0);
  let latest = measure(problem);
  let isDone = false;
  for (let step = 0; step <= most && !isDone; ++step) {
    const last = b.slice();
    correct();
    const next = measure(problem);
    isDone = step > 0 && !(next.violation < enough * latest.violation);
    if (step > 0 && isWorse(next.violation, latest.violation)) {
      b.set(last);
      latest = measure(problem);
      break;
    }
    latest = next;
  }
  const certificate = assess(problem, latest.squares);
  const converged = isConverged(certificate, goal.tolerance, problem.convergenceScale);
  return { certificate, converged, iterations: 1 };
}
