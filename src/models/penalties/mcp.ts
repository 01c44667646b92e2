import { mcpPieces } from "../../penalties/mcp.js";
import type { PenaltyKind } from "../options/penalty.js";
import { type ConcaveOptions, concaveKind } from "./concaveKind.js";

/**
 * MCP, the minimax concave penalty: it selects as the lasso does, but shrinks large coefficients less, and none beyond gamma·a. With
 * t = |sd_j·w_j| (|w_j| if not standardised) and a = lambda·l1Ratio·f_j it takes the place of a·t:
 *
 * ```text
 * a·t − t²/(2·gamma)   for t <= gamma·a
 * gamma·a²/2           beyond
 * ```
 *
 * The objective is not convex: fits come down from the null model in steps, and end where the optimality conditions hold and no single coordinate
 * can improve them. Their `certificate` is `"stationary"`, and `converged` means that `violation` is at most the tolerance.
 *
 * @param options - `gamma`, above 1; default 3. The larger, the closer to the lasso.
 * @returns The `penalty` of fits.
 * @throws RangeError and TypeError for another gamma, and for unknown options.
 * @see Zhang, Nearly unbiased variable selection under minimax concave penalty (2010).
 * @example
 * elasticNet(X, y, { lambda: 0.1, penalty: mcp() }).nonzeros;
 */
export function mcp(options: ConcaveOptions = {}): PenaltyKind {
  return concaveKind("mcp", options, 3, 1, mcpPieces);
}
