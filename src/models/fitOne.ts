import type { LabelsLike } from "../data/toLabels.js";
import type { MatrixLike } from "../data/toMatrix.js";
import type { VectorLike } from "../data/toVector.js";
import { checkBetween } from "../errors.js";
import type { Family } from "./families.js";
import { familyPath } from "./familyPath.js";
import type { AnyModel } from "./Model.js";
import { type ClassifierOptions, checkLambda, type FitOptions, readProblem } from "./options.js";

/** The options of a fit whose mix of L1 and L2 is settled: those of `lasso` and `ridge`. */
export interface PenalisedOptions extends FitOptions {
  /** Strength of the penalty, at least 0. */
  lambda: number;
}

/** The options of `elasticNet`. */
export interface ElasticNetOptions extends PenalisedOptions {
  /** Share of the L1 part, from 0 (ridge) to 1 (lasso). Default 1. */
  l1Ratio?: number;
}

/** The model of one lambda. */
export function fitOne<M extends AnyModel>(
  owner: string,
  family: Family,
  X: MatrixLike,
  y: VectorLike | LabelsLike,
  options: ElasticNetOptions & ClassifierOptions,
  defaultRatio: number,
  known: readonly string[],
): M {
  const { matrix, target, fit } = readProblem(owner, family, X, y, options, known);
  const { lambda, l1Ratio = defaultRatio } = options;
  checkLambda("lambda", lambda);
  checkBetween("l1Ratio", l1Ratio, 0, 1);
  matrix.verify();
  return familyPath<M>(matrix, target, fit, l1Ratio, { given: Float64Array.of(lambda) }).model(0);
}
