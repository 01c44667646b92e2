import type { Label, LabelsLike } from "../data/toLabels.js";
import type { MatrixLike } from "../data/toMatrix.js";
import type { VectorLike } from "../data/toVector.js";
import { checkBetween } from "../errors.js";
import type { ClassFamily, Family } from "../losses/families.js";
import { type Call, perform } from "./calls/Call.js";
import { pathCall } from "./calls/pathCall.js";
import { type ClassifierOptions, readFitInputs, type TargetOf } from "./options/options.js";
import {
  type ClassifierPathOptions,
  PATH_OPTIONS,
  type PathOptions,
  readFamily,
  readLambdas,
  readMixes,
} from "./options/pathOptions.js";
import type { AnyModel, ModelOf } from "./results/Model.js";
import type { Path } from "./results/Path.js";

/**
 * Fits the elastic net for many lambdas, from the largest to the smallest, each starting from the one before.
 *
 * Unless lambdas are given, they form a logarithmic grid from lambdaMax, the smallest lambda at which every penalised
 * coefficient is 0 (for l1Ratio below 1e-3: as if it were that), down to lambdaMax·lambdaMinRatio. Such a path may end
 * early, when 99.9 % of the null loss is explained, and says so in `saturated`. Given lambdas are all fitted.
 *
 * @param X - As for {@link elasticNet}.
 * @param y - n finite numbers.
 * @param options - `l1Ratio`, `lambdas` or `lambdaCount` and `lambdaMinRatio`, and the options of every fit.
 * @throws RangeError and TypeError as {@link elasticNet}.
 * @see Friedman, Hastie & Tibshirani, Regularization paths for generalized linear models via coordinate descent (2010).
 * @example
 * regularizationPath(X, y, { lambdaCount: 50 }).at(0.1).coefficients;
 */
export function regularizationPath<L extends Label = number, F extends ClassFamily = ClassFamily>(
  X: MatrixLike,
  y: LabelsLike<L>,
  options: ClassifierPathOptions<F>,
): Path<ModelOf<F, L>>;
export function regularizationPath(X: MatrixLike, y: VectorLike, options?: PathOptions): Path;
export function regularizationPath<F extends Family>(
  X: MatrixLike,
  y: TargetOf<F>,
  options: PathOptions<F> & ClassifierOptions & { family: F },
): Path<ModelOf<F>>;
export function regularizationPath(
  X: MatrixLike,
  y: VectorLike | LabelsLike,
  options?: PathOptions<Family> & ClassifierOptions,
): Path<AnyModel> {
  return perform(readPath(X, y, options));
}

/** The call, its arguments checked. */
export function readPath(
  X: MatrixLike,
  y: VectorLike | LabelsLike,
  options: PathOptions<Family> & ClassifierOptions = {},
): Call<Path<AnyModel>> {
  const family = readFamily(options);
  const { matrix, target, fit } = readFitInputs("regularizationPath", family, X, y, options, PATH_OPTIONS);
  const { l1Ratio = 1 } = options;
  checkBetween("l1Ratio", l1Ratio, 0, 1);
  const lambdas = readLambdas(options);
  const gammas = readMixes(options.relax);
  matrix.verify();
  return pathCall({ matrix, target, fit, lambdas, gammas }, l1Ratio);
}
