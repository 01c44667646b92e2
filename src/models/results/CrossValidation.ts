import type { Label } from "../../data/toLabels.js";
import { checkChoice, checkOptions, typeError } from "../../errors.js";
import { families, parametersOf } from "../../losses/families.js";
import { Printable } from "../../printing/Printable.js";
import type { Measure } from "../options/measure.js";
import { type CrossValidationJSON, crossValidationToJSON } from "./crossValidationToJSON.js";
import { type AnyModel, labelsOf, type Model, probabilitiesOf } from "./Model.js";
import type { Path } from "./Path.js";
import { crossValidationSummary } from "./summaries/crossValidationSummary.js";

/** The errors of one mix of a relaxed path. */
export interface MixTable {
  /** The share of the penalised fit. */
  gamma: number;
  meanErrors: Float64Array;
  standardErrors: Float64Array;
  foldErrors: Float64Array;
  indexMin: number;
  index1se: number;
}

/** The errors of one l1Ratio over its path. */
export interface CrossValidationTable<M extends AnyModel = Model> {
  l1Ratio: number;
  /** Descending, from the path on all rows. */
  lambdas: Float64Array;
  /** What the errors are. */
  measure: Measure;
  /** Mean error of each lambda over the folds, weighted by their weights. */
  meanErrors: Float64Array;
  /** Standard error of each mean over the K folds: √(weighted mean of (e_k − mean)²/(K − 1)). */
  standardErrors: Float64Array;
  /** The error of each fold for each lambda, fold after fold. */
  foldErrors: Float64Array;
  /**
   * Only with `keepFolds`: the coefficients of the fits without each fold on the original scale, folds × lambdas × p, those of fold k at
   * place i from (k·lambdas + i)·p on; K·p in place of p for the multinomial family, class after class.
   */
  foldCoefficients?: Float64Array;
  /** Only with `keepFolds`: the intercepts of these, folds × lambdas; × K for the multinomial family. */
  foldIntercepts?: Float64Array;
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
  /**
   * Only with `relax`: the mix that both rules choose together with their lambda, of which the errors above are those of `gammaMin`. The
   * 1-SE rule takes the largest lambda of all mixes that is about as good, then the largest gamma.
   */
  gammaMin?: number;
  gamma1se?: number;
  /** Only with `relax`: the errors of each mix, gammas descending. */
  byGamma?: readonly MixTable[];
}

/** What a choice of the l1Ratio looks at. */
type Found = Pick<CrossValidationTable, "l1Ratio" | "meanErrors" | "indexMin">;

/** Whether a table is better than another; of equal ones the sparser: the larger L1 part. */
export function isBetter(a: Found, b: Found): boolean {
  const [error, other] = [a.meanErrors[a.indexMin], b.meanErrors[b.indexMin]];
  return error < other || (error === other && a.l1Ratio > b.l1Ratio);
}

/** The two lambdas to choose from. */
export const RULES = ["min", "1se"] as const;
export type Rule = (typeof RULES)[number];

/** What cross-validation keeps of each row. */
export interface HeldOut {
  /** What folds were dealt by; none where they were given, summed, or of one row each. */
  seed?: number | undefined;
  /** The fold of each row, none where they were summed, from 0: that whose test rows it is among. */
  folds: Int32Array;
  /** η of each row, offset included, by the fit at lambdaMin that has not seen the row; n, or n × K of the multinomial family, row after row. */
  decisionsMin: Float64Array;
  /** The same at lambda1se. */
  decisions1se: Float64Array;
}

/** The options of {@link CrossValidation.outOfFold}. */
export interface OutOfFoldOptions {
  /**
   * `"prediction"`, what `predict` of a model gives: means, or labels; `"probability"`, what `predictProbability` of a classifier gives;
   * `"decision"`: η. Default `"prediction"`.
   */
  type?: "prediction" | "probability" | "decision" | undefined;
}

/** What cross-validation found: the table of the best l1Ratio, and all of them in `byRatio`. */
export class CrossValidation<M extends AnyModel = Model> extends Printable implements CrossValidationTable<M>, HeldOut {
  /** Of the Huber family: one for all folds. */
  declare readonly delta?: number;
  declare readonly l1Ratio: number;
  declare readonly lambdas: Float64Array;
  declare readonly measure: Measure;
  declare readonly meanErrors: Float64Array;
  declare readonly standardErrors: Float64Array;
  declare readonly foldErrors: Float64Array;
  declare readonly foldCoefficients?: Float64Array;
  declare readonly foldIntercepts?: Float64Array;
  declare readonly gcvErrors?: Float64Array;
  declare readonly foldWeights: Float64Array;
  declare readonly indexMin: number;
  declare readonly index1se: number;
  declare readonly lambdaMin: number;
  declare readonly lambda1se: number;
  declare readonly atEdge: boolean;
  declare readonly path: Path<M>;
  declare readonly gammaMin?: number;
  declare readonly gamma1se?: number;
  declare readonly byGamma?: readonly MixTable[];
  declare readonly seed?: number | undefined;
  declare readonly folds: Int32Array;
  declare readonly decisionsMin: Float64Array;
  declare readonly decisions1se: Float64Array;
  /** One table for each l1Ratio, in the order given. */
  readonly byRatio: readonly CrossValidationTable<M>[];

  /** @internal Made by {@link crossValidate}. */
  constructor(byRatio: readonly CrossValidationTable<M>[], heldOut: HeldOut) {
    super();
    const best = byRatio.reduce((best, table) => (isBetter(table, best) ? table : best));
    Object.assign(this, best, parametersOf(best.path), heldOut);
    this.byRatio = byRatio;
  }

  /** A summary of at most 40 lines: lambdas, errors ± se and kept columns of both rules, their coefficients, and what to be wary of. */
  summary(): string {
    return crossValidationSummary(this);
  }

  /** A plain object for JSON, from which `crossValidationFromJSON` makes the same again, bit for bit. */
  toJSON(): CrossValidationJSON<M["family"]> {
    return crossValidationToJSON(this) as CrossValidationJSON<M["family"]>;
  }

  /** The {@link summary}, which Node's `console.log` shows too. */
  override toString(): string {
    return this.summary();
  }

  /**
   * The model on all rows, `path.model(index)`, for one of the two lambdas; with `relax`, `path.relaxed(gamma).model(index)`.
   *
   * @param rule - `"min"` (default): lambdaMin, of the smallest error. `"1se"`: lambda1se, the largest within one standard error of it,
   *   whose model is the sparsest that is about as good.
   * @throws RangeError if the rule is another.
   * @example
   * crossValidate(X, y).model("1se").nonzeros;
   */
  model(rule: "min" | "1se" = "min"): M {
    checkChoice("rule", rule, RULES);
    const [index, gamma] = rule === "min" ? [this.indexMin, this.gammaMin] : [this.index1se, this.gamma1se];
    return (gamma === undefined ? this.path : this.path.relaxed(gamma)).model(index);
  }

  /**
   * Each row predicted by the fit at the rule's lambda that has not seen it, the one without the row's fold: for scores, calibration or
   * a confusion table of all rows that no fit has flattered. Ridge's `"loo"` keeps W·lambda, as its errors do.
   *
   * @param rule - As for {@link model}.
   * @param options - `type`: `"prediction"`, `"probability"` or `"decision"`.
   * @returns A value or label for each of the n rows, in their order, each row's offset included; n × K for probabilities and decisions of the
   *   multinomial family, row after row.
   * @throws TypeError for a cross-validation of sums, whose rows are gone; RangeError for an unknown rule or type, and for probabilities where there are no classes.
   * @example
   * const cv = crossValidate(X, labels, { family: "binomial" });
   * confusionTable(labels, cv.outOfFold("1se"));
   * rocAuc(labels, cv.outOfFold("1se", { type: "probability" }));
   */
  outOfFold(rule?: "min" | "1se", options?: { type?: "prediction" | undefined }): ReturnType<M["predict"]>;
  outOfFold(rule: "min" | "1se" | undefined, options: { type: "probability" | "decision" }): Float64Array;
  outOfFold(rule: "min" | "1se" = "min", options: OutOfFoldOptions = {}): Float64Array | Label[] {
    checkChoice("rule", rule, RULES);
    checkOptions("outOfFold", options, ["type"]);
    const { type = "prediction" } = options;
    const { family, classes } = this.path;
    checkChoice("type", type, ["prediction", "decision", ...(classes ? ["probability" as const] : [])]);
    if (this.folds.length === 0) {
      throw typeError("ERR_OPTION", "outOfFold needs the rows of a cross-validation, and this one is of sums");
    }
    const eta = (rule === "min" ? this.decisionsMin : this.decisions1se).slice();
    if (type === "decision") return eta;
    if (classes === undefined) return eta.map(families[family].mean ?? ((one) => one));
    const K = family === "multinomial" ? classes.length : 1;
    return type === "probability" ? probabilitiesOf(eta, K) : labelsOf(eta, K, classes);
  }
}
