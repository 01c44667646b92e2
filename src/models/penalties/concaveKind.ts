import { checkOptions } from "../../errors.js";
import { ConcavePenalty } from "../../penalties/ConcavePenalty.js";
import type { Pieces } from "../../penalties/PiecewiseQuadratic.js";
import { type PenaltyKind, penaltyKind, readGamma } from "../options/penalty.js";
import { penalisedPath } from "../paths/penalisedPath.js";

/** The options of {@link mcp} and `scad`. */
export interface ConcaveOptions {
  /** Where the penalty ends to grow, in units of its strength. */
  gamma?: number | undefined;
}

/** A penalty that is the same for |t| beyond gamma, which has to be above `least`. */
export function concaveKind(
  name: "mcp" | "scad",
  options: ConcaveOptions,
  usual: number,
  least: number,
  piecesOf: (gamma: number) => Pieces,
): PenaltyKind {
  checkOptions(name, options, ["gamma"]);
  const { gamma: given = usual } = options;
  const gamma = readGamma(given, least);
  const fields = { name, gamma };
  return penaltyKind(fields, {
    fieldsOf: () => fields,
    makeOf: () => (problem) => new ConcavePenalty(piecesOf(gamma), problem),
    path: penalisedPath,
  });
}
