import type { Label, LabelsLike } from "../data/toLabels.js";
import { toList } from "../data/toList.js";
import type { MatrixLike } from "../data/toMatrix.js";
import type { VectorLike } from "../data/toVector.js";
import { checkBetween, checkBoolean, isArray, rangeError, typeError } from "../errors.js";
import { type ClassFamily, type Family, hasClasses, type NumberFamily } from "../losses/families.js";
import { type FoldOptions, makeFolds } from "./dealing/makeFolds.js";
import { checkFolds, foldWeights } from "./folds/foldChecks.js";
import { foldErrors } from "./folds/foldErrors.js";
import { type FoldResults, heldOut, keep } from "./folds/heldOut.js";
import { canFoldSums, pathsByFold } from "./folds/pathsByFold.js";
import { ridgeLeaveOneOut } from "./folds/ridgeLeaveOneOut.js";
import { chooseMix, tabulate } from "./folds/tabulate.js";
import { type Measure, readMeasure } from "./options/measure.js";
import { type ClassifierOptions, readFitInputs, type TargetOf } from "./options/options.js";
import { PATH_OPTIONS, type PathOptions, readFamily, readLambdas, readMixes } from "./options/pathOptions.js";
import { familyPath } from "./paths/familyPath.js";
import { relaxedErrors } from "./relaxed/relaxedErrors.js";
import { relaxPath } from "./relaxed/relaxPath.js";
import { CrossValidation, type CrossValidationTable, type HeldOut, isBetter } from "./results/CrossValidation.js";
import type { AnyModel, ModelOf } from "./results/Model.js";
import type { Path } from "./results/Path.js";

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
  options: CrossValidationOptions<Family> & ClassifierOptions = {},
): CrossValidation<AnyModel> {
  const family = readFamily(options as PathOptions<Family>);
  const { matrix, target, fit } = readFitInputs("crossValidate", family, X, y, options as PathOptions<Family>, OPTIONS);
  const { l1Ratio = 1, measure: wanted, keepFolds = false } = options;
  const ratios = typeof l1Ratio === "number" ? [l1Ratio] : readRatios(l1Ratio);
  if (ratios.length === 0) {
    throw rangeError("ERR_VALUE", '"l1Ratio" must be a number or a list of at least one');
  }
  for (const ratio of ratios) checkBetween("l1Ratio", ratio, 0, 1);
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
  const tables: CrossValidationTable<AnyModel>[] = [];
  let best: { table: CrossValidationTable<AnyModel>; heldOut: HeldOut } | undefined;
  const describe = (path: Path<AnyModel>, errors: Float64Array, indexMin: number, index1se: number) => ({
    l1Ratio: path.l1Ratio,
    lambdas: path.lambdas,
    measure,
    foldErrors: errors,
    foldWeights: weightOf,
    lambdaMin: path.lambdas[indexMin],
    lambda1se: path.lambdas[index1se],
    atEdge: indexMin === 0 || indexMin === path.lambdas.length - 1,
    path,
  });
  /** Takes a table; rows are predicted if it is the best so far. */
  const offer = (table: CrossValidationTable<AnyModel>, decisions: () => readonly Float64Array[]): void => {
    tables.push(table);
    if (best !== undefined && !isBetter(table, best.table)) return;
    const [decisionsMin, decisions1se = decisionsMin] = decisions();
    best = { table, heldOut: { folds: folds.of, decisionsMin, decisions1se } };
  };
  const add = (path: Path<AnyModel>, { errors, fitOf, decisions, ...more }: FoldResults): void => {
    const found = tabulate(path.lambdas.length, errors, weightOf);
    const { indexMin, index1se } = found;
    const kept = keepFolds && fitOf && keep(folds.count, path.lambdas.length, fitOf);
    const table = { ...describe(path, errors, indexMin, index1se), ...found, ...kept, ...more };
    const places = [...new Set([indexMin, index1se])];
    offer(table, () =>
      fitOf ? heldOut(matrix, fit.settings.offset, folds, places, fitOf) : places.map((place) => decisions!(place)),
    );
  };
  const addRelaxed = (path: Path<AnyModel>): void => {
    const { errors, fitOf } = relaxedErrors(matrix, target, fit, path, folds, measure, gammas);
    const byGamma = gammas.map((gamma, g) => ({
      gamma,
      foldErrors: errors[g],
      ...tabulate(path.lambdas.length, errors[g], weightOf),
    }));
    const { min, oneSe, ...places } = chooseMix(byGamma);
    const { meanErrors, standardErrors } = byGamma[min];
    const kept = keepFolds && keep(folds.count, path.lambdas.length, (fold, place) => fitOf(fold, place, 1));
    const table = {
      ...describe(relaxPath(matrix, target, fit, path, gammas), errors[min], places.indexMin, places.index1se),
      ...{ meanErrors, standardErrors, ...places, gammaMin: gammas[min], gamma1se: gammas[oneSe], byGamma },
      ...kept,
    };
    const pairs: (readonly [number, number])[] = [
      [places.indexMin, gammas[min]],
      [places.index1se, gammas[oneSe]],
    ];
    offer(table, () =>
      heldOut(matrix, fit.settings.offset, folds, [0, 1], (fold, pair) => fitOf(fold, ...pairs[pair])),
    );
  };
  const hasSums =
    family === "gaussian" &&
    gammas.length === 0 &&
    fit.penalty === undefined &&
    (fit.strategy === "auto" || fit.strategy === "gram") &&
    options.folds !== "loo" &&
    canFoldSums(matrix, folds, ratios, lambdas);
  if (!(hasSums && pathsByFold(matrix, target, fit, ratios, lambdas, folds, measure, add))) {
    for (const ratio of ratios) {
      const path = familyPath(matrix, target, fit, ratio, lambdas);
      if (gammas.length > 0) {
        addRelaxed(path);
        continue;
      }
      const results = isDirect(ratio)
        ? ridgeLeaveOneOut(matrix, target, fit, path.lambdas, measure)
        : foldErrors(matrix, target, fit, path, folds, measure, keepFolds);
      add(path, results);
    }
  }
  return new CrossValidation(tables, best!.heldOut);
}

/** A copy of a list of ratios; none where it is no list. */
export function readRatios(ratios: unknown): number[] {
  return isArray(ratios) ? toList("l1Ratio", ratios as readonly number[]) : [];
}
