import type { Pieces } from "./PiecewiseQuadratic.js";

/**
 * MCP, the minimax concave penalty, of t = |b| at strength a:
 *
 * ```text
 * a·t − t²/(2·gamma)   for t <= gamma·a
 * gamma·a²/2           beyond
 * ```
 *
 * Zhang, Nearly unbiased variable selection under minimax concave penalty (2010).
 */
export function mcpPieces(gamma: number): Pieces {
  return { knots: [0, gamma], slopes: [1, 0], bends: [-1 / gamma, 0] };
}
