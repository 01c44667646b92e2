import type { Label, LabelsLike } from "../data/toLabels.js";
import type { MatrixLike } from "../data/toMatrix.js";
import type { VectorLike } from "../data/toVector.js";
import { checkBoolean, typeError } from "../errors.js";
import { type ClassFamily, type Family, hasClasses, type NumberFamily } from "../losses/families.js";
import { type Call, perform } from "./calls/Call.js";
import { CrossValidationCall } from "./calls/CrossValidationCall.js";
import { type FoldOptions, makeFolds } from "./dealing/makeFolds.js";
import { canFoldSums } from "./folds/FoldPaths.js";
import { checkFolds, foldWeights } from "./folds/foldChecks.js";
import { type Measure, readMeasure } from "./options/measure.js";
import { type ClassifierOptions, readFitInputs, type TargetOf } from "./options/options.js";
import {
  PATH_OPTIONS,
  type PathOptions,
  readFamily,
  readLambdas,
  readMixes,
  readRatios,
} from "./options/pathOptions.js";
import { countOf } from "./paths/lambdas.js";
import type { CrossValidation } from "./results/CrossValidation.js";
import type { AnyModel, ModelOf } from "./results/Model.js";

/** The options of {@link crossValidate}. */
export interface CrossValidationOptions<F extends Family = NumberFamily>
  extends Omit<PathOptions<F>, "l1Ratio">,
    FoldOptions {
  /** Share of the L1 part, or several to choose from. Default 1. */
  l1Ratio?: number | readonly number[] | undefined;
  /**
   * What errors are: `"deviance"`, 2·(loss − saturated loss), which is the squared error of the gaussian family; for families whose y
   * are numbers `"meanSquaredError"` or `"meanAbsoluteError"`, of y from its predicted mean; for classifiers the share that is put
   * into a wrong class, `"misclassification"`; for two classes 1 − AUC, `"auc"`. Default `"deviance"`.
   */
  measure?: Measure | undefined;
  /**
   * Keep the fits without each fold for all lambdas, as `foldCoefficients` and `foldIntercepts`: not for ridge by `"loo"`, which refits
   * nothing. With `relax`, those of the penalised fits. Default false.
   */
  keepFolds?: boolean | undefined;
}

/** The options of {@link crossValidate} for classifiers. */
export interface ClassifierCrossValidationOptions<F extends ClassFamily = ClassFamily>
  extends CrossValidationOptions<F>,
    ClassifierOptions {
  family: F;
}

const OPTIONS = /* @__PURE__ */ PATH_OPTIONS.concat("folds", "seed", "groups", "stratify", "measure", "keepFolds");

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
  options?: CrossValidationOptions<Family> & ClassifierOptions,
): CrossValidation<AnyModel> {
  return perform(readCrossValidation(X, y, options));
}

/** The call, its arguments checked. */
export function readCrossValidation(
  X: MatrixLike,
  y: VectorLike | LabelsLike,
  options: CrossValidationOptions<Family> & ClassifierOptions = {},
): Call<CrossValidation<AnyModel>> {
  const family = readFamily(options as PathOptions<Family>);
  const { matrix, target, fit } = readFitInputs("crossValidate", family, X, y, options as PathOptions<Family>, OPTIONS);
  const { l1Ratio = 1, measure: wanted, keepFolds = false } = options;
  const ratios = readRatios(l1Ratio);
  const measure = readMeasure(family, wanted);
  checkBoolean("keepFolds", keepFolds);
  const lambdas = readLambdas(options);
  const gammas = readMixes(options.relax);
  const { weights, lowerBounds, upperBounds } = fit.settings;
  const isDirect = (ratio: number): boolean =>
    family === "gaussian" &&
    gammas.length === 0 &&
    fit.penalty === undefined &&
    options.folds === "loo" &&
    ratio === 0 &&
    lowerBounds === undefined &&
    upperBounds === undefined;
  if (keepFolds && ratios.some(isDirect)) {
    throw typeError("ERR_OPTION", '"keepFolds" must be false for ridge by "loo", which refits nothing, got true');
  }
  const folds = makeFolds({ y: target, hasClasses: hasClasses(family), weights }, options);
  const weightOf = foldWeights(weights, folds);
  checkFolds(target, fit, folds, measure);
  matrix.verify();
  const hasSums =
    family === "gaussian" &&
    gammas.length === 0 &&
    fit.penalty === undefined &&
    (fit.strategy === "auto" || fit.strategy === "gram") &&
    options.folds !== "loo" &&
    canFoldSums(matrix, folds, ratios, countOf(lambdas));
  const byColumns = !hasSums && gammas.length === 0 && !ratios.some(isDirect);
  return new CrossValidationCall(
    { matrix, target, fit, lambdas, gammas, folds, weightOf, measure, keepFolds, byColumns },
    ratios,
    isDirect,
    hasSums,
  );
}
