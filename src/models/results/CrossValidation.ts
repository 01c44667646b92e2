import { describe, rangeError } from "../../errors.js";
import { Printable } from "../../printing/Printable.js";
import type { AnyModel, Model } from "./Model.js";
import type { Path } from "./Path.js";
import { crossValidationSummary } from "./summaries/crossValidationSummary.js";

/** The errors of one l1Ratio over its path. */
export interface CrossValidationTable<M extends AnyModel = Model> {
  l1Ratio: number;
  /** Descending, from the path on all rows. */
  lambdas: Float64Array;
  /** Mean error of each lambda over the folds, weighted by their weights. */
  meanErrors: Float64Array;
  /** Standard error of each mean over the K folds: √(weighted mean of (e_k − mean)²/(K − 1)). */
  standardErrors: Float64Array;
  /** The error of each fold for each lambda, fold after fold. */
  foldErrors: Float64Array;
  /**
   * Only for ridge by `"loo"`: generalised cross-validation's estimate of the error of each lambda,
   *
   * ```text
   * (1/W·Σ s_i·r_i²)/(1 − tr(H)/n)²
   * ```
   *
   * H being the hat matrix, intercept included. Its smallest value is another way to choose lambda, which does not depend
   * on how rows are rotated. Golub, Heath & Wahba (1979).
   */
  gcvErrors?: Float64Array;
  /** The weight of each fold: the sum of its rows' weights. */
  foldWeights: Float64Array;
  /** Place of the smallest mean error; of equal ones, that of the largest lambda. */
  indexMin: number;
  /** Place of the largest lambda whose error is at most one standard error above the smallest. */
  index1se: number;
  /** The lambda of the smallest mean error, `lambdas[indexMin]`: argmin of meanErrors, of equal ones the largest. */
  lambdaMin: number;
  /**
   * By the one-standard-error rule the largest lambda that is about as good, `lambdas[index1se]`:
   *
   * ```text
   * max { lambdas[k] : meanErrors[k] <= meanErrors[indexMin] + standardErrors[indexMin] }
   * ```
   */
  lambda1se: number;
  /** Whether lambdaMin is the first or last lambda, so that the best one may lie outside of the grid. */
  atEdge: boolean;
  /** The path on all rows. */
  path: Path<M>;
}

/** What cross-validation found: the table of the best l1Ratio, and all of them in `byRatio`. */
export class CrossValidation<M extends AnyModel = Model> extends Printable implements CrossValidationTable<M> {
  declare readonly l1Ratio: number;
  declare readonly lambdas: Float64Array;
  declare readonly meanErrors: Float64Array;
  declare readonly standardErrors: Float64Array;
  declare readonly foldErrors: Float64Array;
  declare readonly gcvErrors?: Float64Array;
  declare readonly foldWeights: Float64Array;
  declare readonly indexMin: number;
  declare readonly index1se: number;
  declare readonly lambdaMin: number;
  declare readonly lambda1se: number;
  declare readonly atEdge: boolean;
  declare readonly path: Path<M>;
  /** One table for each l1Ratio, in the order given. */
  readonly byRatio: readonly CrossValidationTable<M>[];

  /** @internal Made by {@link crossValidate}. */
  constructor(byRatio: readonly CrossValidationTable<M>[]) {
    super();
    const error = (table: CrossValidationTable<M>): number => table.meanErrors[table.indexMin];
    // Of equal ones the sparser: the larger L1 part.
    const better = (a: CrossValidationTable<M>, b: CrossValidationTable<M>): boolean =>
      error(b) < error(a) || (error(b) === error(a) && b.l1Ratio > a.l1Ratio);
    Object.assign(
      this,
      byRatio.reduce((best, table) => (better(best, table) ? table : best)),
    );
    this.byRatio = byRatio;
  }

  /** A summary of at most 40 lines: lambdas, errors ± se and kept columns of both rules, their coefficients, and what to be wary of. */
  summary(): string {
    return crossValidationSummary(this);
  }

  /** The {@link summary}, which Node's `console.log` shows too. */
  override toString(): string {
    return this.summary();
  }

  /**
   * The model on all rows, `path.model(index)`, for one of the two lambdas.
   *
   * @param rule - `"min"` (default): lambdaMin, of the smallest error. `"1se"`: lambda1se, the largest within one standard error of it,
   *   whose model is the sparsest that is about as good.
   * @throws RangeError if the rule is another.
   * @example
   * crossValidate(X, y).model("1se").nonzeros;
   */
  model(rule: "min" | "1se" = "min"): M {
    if (rule !== "min" && rule !== "1se") {
      const got = typeof rule === "string" ? rule : describe(rule);
      throw rangeError("ERR_VALUE", `"rule" must be "min" or "1se", got ${got}`);
    }
    return this.path.model(rule === "min" ? this.indexMin : this.index1se);
  }
}
