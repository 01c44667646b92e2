import type { LabelsLike } from "../data/toLabels.js";
import type { MatrixLike } from "../data/toMatrix.js";
import type { VectorLike } from "../data/toVector.js";
import { checkBetween } from "../errors.js";
import type { ElasticNetOptions } from "./elasticNet.js";
import { familyPath } from "./familyPath.js";
import type { AnyModel, Family } from "./Model.js";
import { type ClassifierOptions, checkLambda, readProblem } from "./options.js";

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
  return familyPath<M>(matrix, target, fit, l1Ratio, { given: Float64Array.of(lambda) }).model(0);
}
