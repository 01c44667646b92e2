import { checkInteger, checkNumber, rangeError } from "../../errors.js";
import { parametersOf } from "../../losses/families.js";
import type { PenaltyFields } from "../../penalties/Penalty.js";
import { Printable } from "../../printing/Printable.js";
import type { Encoding } from "../../tables/Encoding.js";
import { type AnyModel, type LabelOf, type Model, makeModel } from "./Model.js";
import type { CertificateKind, StopReason } from "./ModelFields.js";
import type { PathFields, Relaxation } from "./PathFields.js";
import { type PathJSON, pathToJSON } from "./pathToJSON.js";
import { relaxedFields } from "./relaxation.js";
import { pathSummary } from "./summaries/pathSummary.js";

/** A regularisation path: the models of one data set for many lambdas. */
export class Path<M extends AnyModel = Model> extends Printable implements PathFields {
  declare readonly family: M["family"];
  /** Of the Huber family. */
  declare readonly delta?: number;
  declare readonly classes?: readonly LabelOf<M>[];
  declare readonly l1Ratio: number;
  declare readonly penalty?: PenaltyFields;
  declare readonly tolerance: number;
  declare readonly means: Float64Array;
  declare readonly sds: Float64Array;
  declare readonly lambdas: Float64Array;
  declare readonly coefficients: Float64Array;
  declare readonly intercepts: Float64Array;
  declare readonly objectives: Float64Array;
  declare readonly dualityGaps: Float64Array;
  declare readonly violations: Float64Array;
  declare readonly certificates: CertificateKind[];
  declare readonly nonzeros: Int32Array;
  declare readonly devianceRatios: Float64Array;
  declare readonly iterations: Int32Array;
  declare readonly strategies: string[];
  declare readonly standardize?: boolean;
  declare readonly hasOffset?: boolean;
  declare readonly converged: Uint8Array;
  declare readonly stopReasons?: (StopReason | "")[];
  declare readonly saturated: boolean;
  declare readonly relaxation?: Relaxation;
  declare readonly gamma?: number;
  declare readonly names?: readonly string[];
  declare readonly encoding?: Encoding;

  /** @internal Paths come from {@link regularizationPath}. */
  constructor(fields: PathFields) {
    super();
    Object.assign(this, fields);
  }

  /**
   * The model of one lambda.
   *
   * @param index - Its place in `lambdas`.
   * @throws RangeError if there is none.
   */
  model(index: number): M {
    checkInteger("index", index, 0, this.lambdas.length - 1);
    const stopReason = this.stopReasons?.[index];
    return makeModel({
      ...this.#kind(),
      coefficients: this.#part(this.coefficients, index).slice(),
      ...this.#intercept(this.#part(this.intercepts, index).slice()),
      lambda: this.lambdas[index],
      l1Ratio: this.l1Ratio,
      objective: this.objectives[index],
      dualityGap: this.dualityGaps[index],
      certificate: this.certificates[index] as CertificateKind,
      violation: this.violations[index],
      tolerance: this.tolerance,
      iterations: this.iterations[index],
      strategy: this.strategies[index],
      converged: this.converged[index] === 1,
      ...(stopReason && { stopReason }),
    });
  }

  /**
   * The model at any lambda within the path: that of the lambda itself, or coefficients interpolated linearly between its
   * two neighbours. An interpolated model is not optimal: `converged` is false, objective and gap are NaN.
   *
   * @throws RangeError if lambda is outside of the path.
   */
  at(lambda: number): M {
    checkNumber("lambda", lambda);
    const { lambdas } = this;
    const largest = lambdas[0];
    const smallest = lambdas[lambdas.length - 1];
    if (!(lambda <= largest && lambda >= smallest)) {
      throw rangeError(
        "ERR_VALUE",
        `"lambda" must be between ${smallest} and ${largest}, the ends of the path, got ${lambda}`,
      );
    }
    const next = lambdas.findIndex((knot) => knot <= lambda);
    if (lambdas[next] === lambda) return this.model(next);
    const above = lambdas[next - 1];
    const share = (above - lambda) / (above - lambdas[next]);
    const mix = (a: number, b: number): number => a + share * (b - a);
    const mixed = (values: Float64Array): Float64Array => {
      const to = this.#part(values, next);
      return this.#part(values, next - 1).map((value, j) => mix(value, to[j]));
    };
    return makeModel({
      ...this.#kind(),
      coefficients: mixed(this.coefficients),
      ...this.#intercept(mixed(this.intercepts)),
      lambda,
      l1Ratio: this.l1Ratio,
      objective: Number.NaN,
      dualityGap: Number.NaN,
      certificate: "gap",
      violation: Number.NaN,
      tolerance: this.tolerance,
      iterations: 0,
      strategy: "interpolation",
      converged: false,
    });
  }

  /**
   * The relaxed path of one mix: for each lambda
   *
   * ```text
   * w = gamma·w_penalised + (1 − gamma)·w_refitted
   * ```
   *
   * and the same of the intercepts, where the second fit has no penalty, and no columns but those with a coefficient in the first and those
   * without a penalty. Its models are no minima: gaps and objectives are NaN, and `converged` is that of both fits; that of columns that
   * depend on each other has not.
   *
   * @param gamma - One of those that `relax` asked for, from 0 to 1.
   * @throws RangeError for any other.
   * @see Meinshausen, Relaxed lasso (2007); Hastie, Tibshirani & Tibshirani, Best subset, forward stepwise or lasso? (2020).
   * @example
   * regularizationPath(X, y, { relax: [0, 0.5] }).relaxed(0.5).at(0.1).predict(X);
   */
  relaxed(gamma: number): Path<M> {
    checkNumber("gamma", gamma);
    return new Path(relaxedFields(this, gamma));
  }

  /** A summary of at most 40 lines: how the columns come in as lambda falls, what they explain, and how far from the minima it may be. */
  override toString(): string {
    return pathSummary(this);
  }

  /** A plain object for JSON, from which `pathFromJSON` makes the same path again, bit for bit. */
  toJSON(): PathJSON<M["family"]> {
    return pathToJSON(this) as PathJSON<M["family"]>;
  }

  /** What all models have in common. */
  #kind() {
    const { family, classes, penalty, means, sds, gamma, standardize, hasOffset, names, encoding } = this;
    return {
      family,
      ...(classes && { classes }),
      ...parametersOf(this),
      ...(penalty && { penalty }),
      means,
      sds,
      ...(gamma !== undefined && { gamma }),
      ...(standardize !== undefined && { standardize }),
      ...(hasOffset && { hasOffset }),
      ...(names && { names }),
      ...(encoding && { encoding }),
    };
  }

  #intercept(intercepts: Float64Array) {
    return intercepts.length > 1 ? { intercepts } : { intercept: intercepts[0] };
  }

  /** What belongs to one lambda. */
  #part(values: Float64Array, index: number): Float64Array {
    const size = values.length / this.lambdas.length;
    return values.subarray(index * size, (index + 1) * size);
  }
}
