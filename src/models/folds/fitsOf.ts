import type { FitSettings } from "../../solvers/designs/rows.js";
import type { Problem } from "../../solvers/problems/Problem.js";
import { toOriginal } from "../paths/toOriginal.js";
import type { FoldFit } from "./heldOut.js";

const SCALARS = ["p", "features", "predictors", "yPivot", "yMean", "responseNorm"] as const;
const VECTORS = ["eligible", "scales", "pivots", "means"] as const;

/** What of a problem with one η the way to the original scale depends on. */
export type FoldPoint = Pick<Problem, (typeof SCALARS)[number] | (typeof VECTORS)[number]>;

/** A copy of that, which outlives the problem's memory. */
export function pointOf(problem: Problem): FoldPoint {
  return Object.fromEntries([
    ...SCALARS.map((name) => [name, problem[name]]),
    ...VECTORS.map((name) => [name, problem[name].slice()]),
  ]) as unknown as FoldPoint;
}

/** The fits of a problem on the original scale by their places in `solutions`, where b of one follows that of the other: few are ever asked for. */
export function fitsOf(point: FoldPoint, solutions: Float64Array, settings: FitSettings): (place: number) => FoldFit {
  const { p } = point;
  return (place) => {
    const fit = { coefficients: new Float64Array(p), intercepts: new Float64Array(1) };
    const b = solutions.subarray(place * p, (place + 1) * p);
    toOriginal(
      { ...point, b } as Problem,
      point.eligible,
      settings,
      fit.coefficients,
      fit.intercepts,
      new Uint8Array(p),
    );
    return fit;
  };
}
