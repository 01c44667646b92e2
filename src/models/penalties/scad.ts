import { scadPieces } from "../../penalties/scad.js";
import type { PenaltyKind } from "../options/penalty.js";
import { type ConcaveOptions, concaveKind } from "./concaveKind.js";

/**
 * SCAD, the smoothly clipped absolute deviation: the lasso for small coefficients, no shrinkage of those beyond gamma·a. With
 * t = |sd_j·w_j| (|w_j| if not standardised) and a = lambda·l1Ratio·f_j it takes the place of a·t:
 *
 * ```text
 * a·t                                       for t <= a
 * (2·gamma·a·t − t² − a²)/(2·(gamma − 1))   for t <= gamma·a
 * a²·(gamma + 1)/2                          beyond
 * ```
 *
 * As with {@link mcp}, the objective is not convex, and fits are certified to be `"stationary"`.
 *
 * @param options - `gamma`, above 2; default 3.7.
 * @returns The `penalty` of fits.
 * @throws RangeError and TypeError for another gamma, and for unknown options.
 * @see Fan & Li, Variable selection via nonconcave penalized likelihood and its oracle properties (2001).
 * @example
 * logistic(X, labels, { lambda: 0.1, penalty: scad() }).nonzeros;
 */
export function scad(options: ConcaveOptions = {}): PenaltyKind {
  return concaveKind("scad", options, 3.7, 2, scadPieces);
}
