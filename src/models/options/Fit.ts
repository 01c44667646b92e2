import type { Matrix } from "../../data/Matrix.js";
import type { Label } from "../../data/toLabels.js";
import type { Steps } from "../../kernels/steps.js";
import type { Family, OwnParameters } from "../../losses/families.js";
import type { Penalised, Penalty, PenaltyFields } from "../../penalties/Penalty.js";
import type { FitSettings } from "../../solvers/designs/rows.js";
import type { Strategy } from "../../solvers/Solver.js";
import type { NamedColumns } from "./columnNumbers.js";

/** What options of a fit become once they are checked. */
export interface Fit {
  /** What is known of y. */
  response: OwnParameters & { family: Family; classes?: readonly Label[] };
  settings: FitSettings;
  warmStart: Float64Array | undefined;
  strategy: "auto" | Strategy;
  columns: NamedColumns;
  /** In place of the elastic net's L1 part, if there is one. */
  penalty?: (PenaltyMaker & { fields: PenaltyFields }) | undefined;
}

/** The lambdas of a path: given ones, or a grid below lambdaMax. */
export type Lambdas =
  | { given: Float64Array }
  | { given?: undefined; count: number /** Default 1e-4 if n >= p, else 1e-2. */; minRatio: number | undefined };

/** A fit for each lambda of a path, in descending order. */
export interface PathFit extends Fit {
  l1Ratio: number;
  lambdas: Lambdas;
}

/** What is behind a penalty that is handed in as a value. */
export interface PenaltyMaker {
  /** The fields of results, for p columns. */
  fieldsOf(p: number, columns: NamedColumns): PenaltyFields;
  makeOf(fields: PenaltyFields): (problem: Penalised) => Penalty;
  /**
   * Fits for each lambda in descending order: steps to a `Path`, which is of a later room. A value brings its solvers along, so that none but
   * what is asked for is bundled.
   */
  path(X: Matrix, y: Float64Array, fit: PathFit): Steps<unknown>;
}
