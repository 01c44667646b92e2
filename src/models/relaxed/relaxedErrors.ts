import { takeColumns } from "../../data/takeColumns.js";
import { named } from "../../errors.js";
import type { Steps } from "../../kernels/steps.js";
import { foldName } from "../dealing/Folds.js";
import { type FoldData, type Grid, withoutRows } from "../folds/foldErrors.js";
import { foldTester } from "../folds/foldTester.js";
import { familyPath } from "../paths/familyPath.js";
import type { AnyModel } from "../results/Model.js";
import type { Path } from "../results/Path.js";
import { mixAt } from "./mixAt.js";
import { type Refits, refits } from "./refits.js";

/** What the relaxed path without a fold has to give. */
export interface RelaxedFold {
  /** For each gamma the error of each lambda. */
  errors: Float64Array[];
  own: Pick<Path, "lambdas" | "coefficients" | "intercepts">;
  free: Pick<Refits, "coefficients" | "intercepts">;
}

/** The error of a fold, whose rows these are, for each mix and each lambda of a grid, fitted and refitted without it. */
export function* relaxedErrors(
  { matrix, target, fit, folds, measure }: FoldData,
  { lambdas, l1Ratio }: Grid,
  fold: number,
  rows: Int32Array,
  gammas: readonly number[],
): Steps<RelaxedFold> {
  const errors = gammas.map(() => new Float64Array(lambdas.length));
  const name = foldName(fold, folds.count);
  const tested = matrix.takeRows(rows);
  try {
    const training = { ...withoutRows(fit, folds, fold), l1Ratio, lambdas: { given: lambdas } };
    const own = yield* familyPath<AnyModel>(matrix, target, training);
    const free = yield* refits(matrix, target, training, own, (k, columns, _, found) => {
      const test = foldTester(target, fit, measure, name, rows, takeColumns(tested, columns));
      gammas.forEach((gamma, g) => {
        errors[g][k] = test(mixAt(own, found, k, gamma, columns)).error;
      });
    });
    const { coefficients, intercepts } = own;
    return {
      errors,
      own: { lambdas, coefficients, intercepts },
      free: { coefficients: free.coefficients, intercepts: free.intercepts },
    };
  } catch (error) {
    throw named(name, error);
  }
}
