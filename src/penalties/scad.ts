import type { Pieces } from "./PiecewiseQuadratic.js";

/**
 * SCAD, the smoothly clipped absolute deviation, of t = |b| at strength a:
 *
 * ```text
 * a·t                                           for t <= a
 * (2·gamma·a·t − t² − a²)/(2·(gamma − 1))       for t <= gamma·a
 * a²·(gamma + 1)/2                              beyond
 * ```
 *
 * Fan & Li, Variable selection via nonconcave penalized likelihood and its oracle properties (2001).
 */
export function scadPieces(gamma: number): Pieces {
  return { knots: [0, 1, gamma], slopes: [1, 1, 0], bends: [0, -1 / (gamma - 1), 0] };
}
