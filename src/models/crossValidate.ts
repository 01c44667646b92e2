import type { Label, LabelsLike } from "../data/toLabels.js";
import { toList } from "../data/toList.js";
import type { MatrixLike } from "../data/toMatrix.js";
import type { VectorLike } from "../data/toVector.js";
import { checkBetween, isArray, rangeError } from "../errors.js";
import { rescaleWeights } from "../solvers/designs/magnitudes.js";
import { checkFolds, foldWeights } from "./folds/foldChecks.js";
import { foldErrors, type Measure, readMeasure } from "./folds/foldErrors.js";
import { type FoldOptions, makeFolds } from "./folds/folds.js";
import { canFoldSums, pathsByFold } from "./folds/pathsByFold.js";
import { ridgeLeaveOneOut } from "./folds/ridgeLeaveOneOut.js";
import { type ClassFamily, type Family, hasClasses, type NumberFamily } from "./options/families.js";
import { type ClassifierOptions, readFitInputs, type TargetOf } from "./options/options.js";
import { PATH_OPTIONS, type PathOptions, readFamily, readLambdas } from "./options/pathOptions.js";
import { familyPath } from "./paths/familyPath.js";
import { CrossValidation, type CrossValidationTable } from "./results/CrossValidation.js";
import type { AnyModel, ModelOf } from "./results/Model.js";
import type { Path } from "./results/Path.js";

/** The options of {@link crossValidate}. */
export interface CrossValidationOptions<F extends Family = NumberFamily>
  extends Omit<PathOptions<F>, "l1Ratio">,
    FoldOptions {
  /** Share of the L1 part, or several to choose from. Default 1. */
  l1Ratio?: number | readonly number[] | undefined;
  /**
   * What errors are: `"deviance"`, 2·(loss − saturated loss), which is the squared error of the gaussian family; for classifiers the
   * share that is put into a wrong class, `"misclassification"`; for two classes 1 − AUC, `"auc"`. Default `"deviance"`.
   */
  measure?: Measure | undefined;
}

/** The options of {@link crossValidate} for classifiers. */
export interface ClassifierCrossValidationOptions<F extends ClassFamily = ClassFamily>
  extends CrossValidationOptions<F>,
    ClassifierOptions {
  family: F;
}

const OPTIONS = /* @__PURE__ */ PATH_OPTIONS.concat("folds", "seed", "groups", "stratify", "measure");

/**
 * Chooses lambda, and l1Ratio if several are given, by K-fold cross-validation. The lambdas come from a path on all rows.
 * Each fold is fitted for all of them on the other rows, centred and standardised anew, and its error is the weighted
 * mean of the squared residuals of its own rows, or of what `measure` says. Ridge's `"loo"` is exact leave-one-out without refitting: it keeps W·lambda
 * and the standard deviations of all rows; its table also has the scores of generalised cross-validation, `gcvErrors`.
 *
 * @param X - As for {@link elasticNet}.
 * @param y - As the family takes it.
 * @param options - `folds`, `seed`, `groups`, `stratify`, `l1Ratio`, `measure`, and the options of a path.
 * @throws RangeError and TypeError as {@link elasticNet}, and for folds that are empty or without weight.
 * @see Hastie, Tibshirani & Friedman, The Elements of Statistical Learning (2009), §7.10.
 * @example
 * const cv = crossValidate(X, y, { folds: 10 });
 * cv.model("1se").predict(Xnew);
 */
export function crossValidate<L extends Label = number, F extends ClassFamily = ClassFamily>(
  X: MatrixLike,
  y: LabelsLike<L>,
  options: ClassifierCrossValidationOptions<F>,
): CrossValidation<ModelOf<F, L>>;
export function crossValidate(X: MatrixLike, y: VectorLike, options?: CrossValidationOptions): CrossValidation;
export function crossValidate<F extends Family>(
  X: MatrixLike,
  y: TargetOf<F>,
  options: CrossValidationOptions<F> & ClassifierOptions & { family: F },
): CrossValidation<ModelOf<F>>;
export function crossValidate(
  X: MatrixLike,
  y: VectorLike | LabelsLike,
  options: CrossValidationOptions<Family> & ClassifierOptions = {},
): CrossValidation<AnyModel> {
  const family = readFamily(options as PathOptions<Family>);
  const { matrix, target, fit } = readFitInputs("crossValidate", family, X, y, options as PathOptions<Family>, OPTIONS);
  const { l1Ratio = 1, folds, measure: wanted } = options;
  const ratios = typeof l1Ratio === "number" ? [l1Ratio] : readRatios(l1Ratio);
  if (ratios.length === 0) {
    throw rangeError("ERR_VALUE", '"l1Ratio" must be a number or a list of at least one');
  }
  for (const ratio of ratios) checkBetween("l1Ratio", ratio, 0, 1);
  const measure = readMeasure(family, wanted);
  const lambdas = readLambdas(options);
  const { weights } = fit.settings;
  const dealt = makeFolds({ y: target, hasClasses: hasClasses(family), weights }, options);
  const weightOf = foldWeights(weights, dealt);
  checkFolds(target, fit, dealt, measure);
  matrix.verify();
  const sums =
    family === "gaussian" &&
    (fit.strategy === "auto" || fit.strategy === "gram") &&
    folds !== "loo" &&
    canFoldSums(matrix, dealt)
      ? pathsByFold(matrix, target, fit, ratios, lambdas, dealt)
      : undefined;
  if (sums !== undefined) {
    return new CrossValidation(sums.map(({ path, errors }) => tabulate(path, errors, weightOf)));
  }
  return new CrossValidation(
    ratios.map((ratio: number) => {
      const path = familyPath(matrix, target, fit, ratio, lambdas);
      const direct =
        family === "gaussian" &&
        folds === "loo" &&
        ratio === 0 &&
        fit.settings.lowerBounds === undefined &&
        fit.settings.upperBounds === undefined;
      if (!direct) return tabulate(path, foldErrors(matrix, target, fit, path, dealt, measure), weightOf);
      const { errors, gcvErrors } = ridgeLeaveOneOut(matrix, target, fit, path.lambdas);
      return { ...tabulate(path, errors, weightOf), gcvErrors };
    }),
  );
}

/** A copy of a list of ratios; none where it is no list. */
export function readRatios(ratios: unknown): number[] {
  return isArray(ratios) ? toList("l1Ratio", ratios as readonly number[]) : [];
}

function tabulate<M extends AnyModel>(
  path: Path<M>,
  errors: Float64Array,
  weights: Float64Array,
): CrossValidationTable<M> {
  const { lambdas, l1Ratio } = path;
  const count = weights.length;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const shares = weights.slice();
  const total = rescaleWeights(shares, sum);
  const weightedMean = (value: (fold: number) => number): number =>
    shares.reduce((sum, share, fold) => sum + share * value(fold), 0) / total;
  const meanErrors = lambdas.map((_, k) => weightedMean((fold) => errors[fold * lambdas.length + k]));
  const standardErrors = lambdas.map((_, k) => {
    const deviation = (fold: number): number => errors[fold * lambdas.length + k] - meanErrors[k];
    return Math.sqrt(weightedMean((fold) => deviation(fold) * deviation(fold)) / (count - 1));
  });
  const indexMin = meanErrors.reduce((best, error, k) => (error < meanErrors[best] ? k : best), 0);
  const limit = meanErrors[indexMin] + standardErrors[indexMin];
  const index1se = meanErrors.findIndex((error) => error <= limit);
  return {
    l1Ratio,
    lambdas,
    meanErrors,
    standardErrors,
    foldErrors: errors,
    foldWeights: weights,
    indexMin,
    index1se,
    lambdaMin: lambdas[indexMin],
    lambda1se: lambdas[index1se],
    atEdge: indexMin === 0 || indexMin === lambdas.length - 1,
    path,
  };
}
