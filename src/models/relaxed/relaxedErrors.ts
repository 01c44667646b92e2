import type { Matrix } from "../../data/Matrix.js";
import { takeColumns } from "../../data/takeColumns.js";
import { named } from "../../errors.js";
import { type Folds, foldName, rowsByFold } from "../dealing/Folds.js";
import { withoutRows } from "../folds/foldErrors.js";
import { foldTester } from "../folds/foldTester.js";
import type { FoldFit } from "../folds/heldOut.js";
import type { Measure } from "../options/measure.js";
import type { Fit } from "../options/options.js";
import { familyPath } from "../paths/familyPath.js";
import type { AnyModel } from "../results/Model.js";
import type { Path } from "../results/Path.js";
import { mixAt, wholeMixAt } from "./mixAt.js";
import { type Refits, refits } from "./refits.js";

/** What the folds of a relaxed path had to give: for each gamma the error of each fold for each lambda, fold after fold, and the fits. */
export interface RelaxedResults {
  errors: Float64Array[];
  fitOf: (fold: number, place: number, gamma: number) => FoldFit;
}

/** The error of each fold for each mix and each lambda of the path, fitted and refitted without the fold. */
export function relaxedErrors(
  X: Matrix,
  y: Float64Array,
  fit: Fit,
  path: Path<AnyModel>,
  folds: Folds,
  measure: Measure,
  gammas: readonly number[],
): RelaxedResults {
  const { lambdas, l1Ratio } = path;
  const steps = lambdas.length;
  const errors = gammas.map(() => new Float64Array(folds.count * steps));
  const fits: { own: Path<AnyModel>; free: Refits }[] = [];
  rowsByFold(folds).forEach((rows, fold) => {
    const name = foldName(fold, folds.count);
    const tested = X.takeRows(rows);
    try {
      const training = withoutRows(fit, folds, fold);
      const own = familyPath<AnyModel>(X, y, training, l1Ratio, { given: lambdas });
      const free = refits(X, y, training, own, (k, columns, _, found) => {
        const test = foldTester(y, fit, measure, name, rows, takeColumns(tested, columns));
        gammas.forEach((gamma, g) => {
          errors[g][fold * steps + k] = test(mixAt(own, found, k, gamma, columns)).error;
        });
      });
      fits.push({ own, free });
    } catch (error) {
      throw named(name, error);
    }
  });
  return { errors, fitOf: (fold, place, gamma) => wholeMixAt(fits[fold].own, fits[fold].free, place, gamma) };
}
