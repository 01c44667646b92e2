import { pulse } from "../../kernels/pulse.js";
import { setPenalty } from "../designs/coordinates.js";
import type { Goal } from "../problems/certificate.js";
import { type Add, FINE, stepsForDirect } from "./directPath.js";
import { judge } from "./judge.js";
import { krylovCap, RidgeKrylov } from "./ridgeKrylov.js";
import type { UniformRidge } from "./UniformRidge.js";

/** Below this many steps for the price of a decomposition, Krylov's method is not worth its start. */
const SHORTEST = 16;
/** Steps over which Krylov's rate of convergence is measured. */
const WINDOW = 6;
/** Krylov's method goes on until the estimate is this share of the tolerance; the smaller one is for tolerances below `FINE`. */
const TARGET = 0.9;
const FINE_TARGET = 1e-5;

/** Adds the solutions, from the largest lambda on, that Krylov's method reaches at a lower price than a decomposition. */
export function krylovPath(form: UniformRidge, lambdas: Float64Array, goal: Goal, add: Add): void {
  const { problem } = form;
  const { n, p, convergenceScale } = problem;
  const budget = Math.min(krylovCap(n, p), stepsForDirect(n, p, lambdas.length));
  if (budget < SHORTEST) return;
  const space = new RidgeKrylov(form, lambdas);
  const steepest = form.d.reduce((largest, d) => (d > 0 ? Math.max(largest, 1 / d) : largest), 0);
  /** At most 1 where the solution for a penalty is within the tolerance. */
  const left = (i: number): number => {
    const length = space.gradientLength(i);
    if (form.unpenalised !== undefined) return (length * steepest) / (goal.tolerance * goal.lambdaMax);
    return (length * length * form.unit) / (2 * lambdas[i] * goal.tolerance * convergenceScale);
  };
  const isFine = goal.tolerance < FINE;
  const target = isFine ? FINE_TARGET : TARGET;
  const distances: number[] = [];
  // The smallest lambda is the last to converge.
  while (space.extend()) {
    pulse();
    distances.push(left(lambdas.length - 1));
    const reached = distances[distances.length - 1];
    if (reached <= target) break;
    if (space.size >= Math.max(WINDOW + 1, budget / 8)) {
      const rate = reached / distances[distances.length - 1 - WINDOW];
      let steps = space.size;
      for (let ahead = reached; ahead > target && steps <= budget; ahead *= rate) steps += WINDOW;
      if (steps > budget) break;
    }
  }
  for (let i = 0; i < lambdas.length && left(i) <= (isFine ? target : 1); ++i) {
    setPenalty(problem, lambdas[i], 0);
    const solution = judge(form, lambdas[i], space.solve(i), goal, space.size);
    if (!solution.converged || !add(solution)) return;
  }
}
