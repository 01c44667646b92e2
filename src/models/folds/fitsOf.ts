import type { FitSettings } from "../../solvers/designs/rows.js";
import type { Problem } from "../../solvers/problems/Problem.js";
import { toOriginal } from "../paths/recorder.js";
import type { FoldFit } from "./heldOut.js";

/**
 * The fits of a problem on the original scale by their places in `solutions`, where b of one follows that of the other: few are ever
 * asked for. What the problem's memory holds of it is copied.
 */
export function fitsOf(problem: Problem, solutions: Float64Array, settings: FitSettings): (place: number) => FoldFit {
  const { p } = problem;
  const [eligible, scales, pivots, means] = [problem.eligible, problem.scales, problem.pivots, problem.means].map(
    (values) => values.slice(),
  ) as [Int32Array, Float64Array, Float64Array, Float64Array];
  return (place) => {
    const fit = { coefficients: new Float64Array(p), intercepts: new Float64Array(1) };
    const b = solutions.subarray(place * p, (place + 1) * p);
    const point = { ...problem, scales, pivots, means, b };
    toOriginal(point, eligible, settings, fit.coefficients, fit.intercepts, new Uint8Array(p));
    return fit;
  };
}
