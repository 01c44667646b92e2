import { type Coordinates, setPenalty } from "./designs/coordinates.js";
import type { Goal } from "./problems/certificate.js";

/** Problems with fewer columns are solved from scratch for any lambda. */
const FEW_COLUMNS = 256;
/** Without a solution at a lambda near by, one is approached in steps of this ratio, each solved roughly, all within the iterations of one. */
const RATIO = 0.5;
const STEPS = 16;
const TOLERANCE = 1e-3;

/** Steps from the solution at `previous` to one from which lambda is not far; returns where the last one is. */
export function approach(
  problem: Coordinates,
  solve: (goal: Goal, shrinkage: number) => { iterations: number },
  l1Ratio: number,
  previous: number,
  lambda: number,
  goal: Goal,
): number {
  if (problem.eligible.length <= FEW_COLUMNS) return previous;
  const rough = { ...goal, tolerance: Math.max(goal.tolerance, TOLERANCE) };
  let at = previous;
  let left = goal.maxIterations;
  for (let step = 0; step < STEPS && lambda < RATIO * at && left > 0; ++step) {
    at *= RATIO;
    setPenalty(problem, at, l1Ratio);
    left -= solve({ ...rough, maxIterations: left }, 1 / RATIO).iterations;
  }
  return at;
}
