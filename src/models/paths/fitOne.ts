import type { Matrix } from "../../data/Matrix.js";
import type { LabelsLike } from "../../data/toLabels.js";
import type { MatrixLike } from "../../data/toMatrix.js";
import type { VectorLike } from "../../data/toVector.js";
import { checkBetween } from "../../errors.js";
import { finish, type Steps } from "../../kernels/steps.js";
import type { Family, FamilyParameters } from "../../losses/families.js";
import type { PathFit } from "../options/Fit.js";
import { type ClassifierOptions, checkLambda, type ElasticNetOptions, readFitInputs } from "../options/options.js";
import type { AnyModel } from "../results/Model.js";
import type { Path } from "../results/Path.js";

/** The model of one lambda. `pathOf` is of the family and of no more, so that no bundle holds solvers of others. */
export const fitOne = <M extends AnyModel>(...args: Parameters<typeof fitSteps<M>>): M => finish(fitSteps(...args));

/** The same, with rests. */
export function* fitSteps<M extends AnyModel>(
  owner: string,
  family: Family,
  X: MatrixLike,
  y: VectorLike | LabelsLike,
  options: ElasticNetOptions & ClassifierOptions & FamilyParameters,
  defaultRatio: number,
  known: readonly string[],
  pathOf: (X: Matrix, y: Float64Array, fit: PathFit) => Steps<Path<M>>,
): Steps<M> {
  const { matrix, target, fit } = readFitInputs(owner, family, X, y, options, known);
  const { lambda, l1Ratio = defaultRatio } = options;
  checkLambda("lambda", lambda);
  checkBetween("l1Ratio", l1Ratio, 0, 1);
  matrix.verify();
  return (yield* pathOf(matrix, target, { ...fit, l1Ratio, lambdas: { given: Float64Array.of(lambda) } })).model(0);
}
