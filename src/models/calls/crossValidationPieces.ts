import type { Folds } from "../dealing/Folds.js";
import type { FoldData, Grid } from "../folds/foldErrors.js";
import type { FoldFit } from "../folds/heldOut.js";
import { type Piece, rangesOf } from "./Call.js";
import type { PathData, PathPiece } from "./pathCall.js";

/** What is cross-validated, and how. */
export interface CrossValidationData extends PathData, FoldData {
  /** The weight of each fold. */
  weightOf: Float64Array;
  keepFolds: boolean;
  /** Whether there is a fit without each fold, and one of all rows, which copy the columns of X; sums read its rows. */
  byColumns: boolean;
}

/** What is done for each of some folds. Paths by sums need those of all folds, which are shared. */
type FoldTask =
  | { readonly do: "sums" }
  | { readonly do: "folds" | "relaxed"; readonly grid: Grid }
  | { readonly do: "summedFolds"; readonly grids: readonly Grid[] }
  | { readonly do: "heldOut"; readonly fits: readonly (readonly FoldFit[])[] };

/** Folds from one to another. */
type FoldsPiece = Piece & FoldTask & { readonly from: number; readonly to: number };

export type CrossValidationPiece =
  | PathPiece
  | (Piece & { readonly do: "summedPath"; readonly l1Ratio: number })
  | (Piece & { readonly do: "leaveOneOut"; readonly lambdas: Float64Array })
  | FoldsPiece;

/** Whether the fits of folds are kept until a lambda is chosen, rather than η of all rows. */
export const isByFit = ({ keepFolds, matrix, folds }: CrossValidationData): boolean =>
  keepFolds || matrix.rows > folds.count * matrix.columns;

/** Pieces of some folds each, given what one costs and counts for. */
export const cutFolds = (
  { count }: Folds,
  cost: number,
  units: number,
  taskOf: (from: number, to: number) => FoldTask,
): FoldsPiece[] =>
  rangesOf(count, cost).map(([from, to]) => ({ units: (to - from) * units, from, to, ...taskOf(from, to) }));
