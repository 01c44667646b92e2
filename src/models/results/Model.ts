import { exp } from "../../arithmetic/transcendental.js";
import type { DenseMatrix } from "../../data/DenseMatrix.js";
import { findNotFinite, mayHoldNotFinite } from "../../data/notFinite.js";
import type { SparseMatrix } from "../../data/SparseMatrix.js";
import type { TableLike } from "../../data/tables/readTable.js";
import type { Label } from "../../data/toLabels.js";
import { type MatrixLike, namedMatrix } from "../../data/toMatrix.js";
import type { VectorLike } from "../../data/toVector.js";
import { checkFinite, checkOptions, rangeError, typeError } from "../../errors.js";
import { sigmoid } from "../../losses/binomial.js";
import { softmax } from "../../losses/softmax.js";
import { modelNames } from "../../names/modelNames.js";
import { refuseNotFinite } from "../../solvers/designs/rows.js";
import type { Encoding } from "../../tables/Encoding.js";
import type { EncodingJSON } from "../../tables/EncodingJSON.js";
import type { Family } from "../options/families.js";
import { readOffset } from "../options/options.js";

/** The options of predictions. */
export interface PredictOptions {
  /**
   * A number for each row, or one for all of them, added to η. Models that were fitted with an offset must be given one, if only 0. Default 0
   * for all others.
   */
  offset?: number | VectorLike | undefined;
}

/** The contents of a {@link Model}. */
export interface ModelFields {
  family: Family;
  /** The classes of a classifier, sorted; the binomial coefficients refer to the second. */
  classes?: readonly Label[];
  /**
   * The weighted means and sds, with 1/W, in training of those of the p columns that have a coefficient other than 0; NaN for all
   * others, and throughout in models of files from before there were any.
   */
  means: Float64Array;
  sds: Float64Array;
  /** p coefficients on the original scale. */
  coefficients: Float64Array;
  /** 0 without an intercept. */
  intercept?: number;
  /** In place of it those of the multinomial family, one for each class, which sum to 0. */
  intercepts?: Float64Array;
  /** Strength of the penalty lambda·Σ_j f_j·(l1Ratio·|w_j| + (1 − l1Ratio)/2·w_j²), sd_j·w_j for w_j if standardised. */
  lambda: number;
  /** Share of its L1 part, from 0 (ridge) to 1 (lasso). */
  l1Ratio: number;
  /**
   * What the fit minimises, at the coefficients and the intercept, both as they are rounded:
   *
   * ```text
   * F = 1/W·Σ_i s_i·loss(y_i, η_i) + lambda·Σ_j f_j·(l1Ratio·|w_j| + (1 − l1Ratio)/2·w_j²)
   * ```
   *
   * with η_i = offset_i + x_i·w + b and the family's loss, (y − η)²/2 for `"gaussian"`.
   */
  objective: number;
  /** Bound on F − min F, recomputed at the coefficients, with unpenalised columns too; NaN where no finite dual point is found. */
  dualityGap: number;
  /** What is known of the coefficients: the duality gap, or where there is none the violation of the optimality (KKT) conditions. */
  certificate: "gap" | "kkt";
  /** The largest violation of the optimality conditions on the penalised scale over lambdaMax; NaN for a `"gap"`. */
  violation: number;
  tolerance: number;
  /** Passes over the coordinates; 1 for a direct solver. */
  iterations: number;
  /** The solver. */
  strategy: string;
  /** Whether the fit had an offset, without which the model does not predict. Absent where it had none. */
  hasOffset?: boolean;
  /** Whether the duality gap is within the tolerance. Violations of the optimality conditions bound nothing, so never by them. */
  converged: boolean;
  /** Names of the p columns, where X had any: by these, tables are read in predictions. */
  names?: readonly string[];
  /** How X came from a table, where it was made by `designMatrix`. */
  encoding?: Encoding;
}

/** A fitted model, which predicts numbers, or as a {@link Classifier} labels. */
export class Model<Prediction = Float64Array> implements ModelFields {
  declare readonly family: Family;
  declare readonly means: Float64Array;
  declare readonly sds: Float64Array;
  declare readonly coefficients: Float64Array;
  declare readonly intercept: number;
  declare readonly lambda: number;
  declare readonly l1Ratio: number;
  declare readonly objective: number;
  declare readonly dualityGap: number;
  declare readonly certificate: "gap" | "kkt";
  declare readonly violation: number;
  declare readonly tolerance: number;
  declare readonly iterations: number;
  declare readonly strategy: string;
  declare readonly hasOffset?: boolean;
  declare readonly converged: boolean;
  declare readonly names?: readonly string[];
  declare readonly encoding?: Encoding;
  /** The number of coefficients that are not exactly 0. */
  readonly nonzeros: number;

  /** @internal Models come from fits and `modelFromJSON`. */
  constructor(fields: ModelFields) {
    Object.assign(this, fields);
    const { coefficients, means, sds } = fields;
    const p = means.length;
    this.means = new Float64Array(p).fill(Number.NaN);
    this.sds = new Float64Array(p).fill(Number.NaN);
    let nonzeros = 0;
    for (let k = 0; k < coefficients.length; ++k) {
      if (coefficients[k] === 0) continue;
      nonzeros += 1;
      const j = k % p;
      this.means[j] = means[j];
      this.sds[j] = sds[j];
    }
    this.nonzeros = nonzeros;
  }

  /**
   * Predicts the mean for each row: η of the gaussian family, e^η of the Poisson family; the label of the likeliest class of a classifier.
   *
   * @param X - Rows of p values, in any form that fits take.
   * @param options - `offset`: a number for each row, or one for all of them.
   * @returns n predictions.
   * @throws RangeError if X does not have p columns, or the offset not n values, if values are not finite, or η is no number; TypeError
   *   for arguments of the wrong kind, and without an offset if the fit had one.
   */
  predict(X: MatrixLike | TableLike, options: PredictOptions = {}): Prediction {
    const eta = this.decision(X, options);
    return (this.family === "poisson" ? eta.map(exp) : eta) as Prediction;
  }

  /**
   * η = offset + X·w + b for each row.
   *
   * @throws RangeError as {@link predict}.
   */
  decision(X: MatrixLike | TableLike, options: PredictOptions = {}): Float64Array {
    checkOptions("predict", options, ["offset"], modelNames);
    const matrix = namedMatrix("X", X, this);
    const { coefficients, intercepts = [this.intercept] } = this as ModelFields;
    const [n, K] = [matrix.rows, intercepts.length];
    const p = coefficients.length / K;
    if (matrix.columns !== p) throw rangeError("ERR_LENGTH", `"X" must have ${p} columns, got ${matrix.columns}`);
    const offset = this.#offset(options.offset, n, K);
    const all = new Float64Array(n * K);
    for (let k = 0; k < K; ++k) {
      const eta = K === 1 ? all : new Float64Array(n);
      eta.fill(intercepts[k] as number);
      matrix.addProduct(coefficients, k * p, eta);
      for (let i = 0; i < n; ++i) all[i * K + k] = eta[i] + (offset?.[offset.length === n ? i : i * K + k] ?? 0);
    }
    this.#check(matrix, all);
    return all;
  }

  #offset(offset: PredictOptions["offset"], n: number, K: number): Float64Array | undefined {
    if (offset === undefined && this.hasOffset === true) {
      throw typeError("ERR_TYPE", '"offset" must be given, if only 0, as the model was fitted with one, got undefined');
    }
    if (typeof offset !== "number") return readOffset(offset, n, K);
    checkFinite("offset", offset);
    return new Float64Array(n).fill(offset);
  }

  /** Refuses values of X that are not finite, and η that are no numbers, unless the model has NaN itself, having not been fitted. */
  #check(X: DenseMatrix | SparseMatrix, etas: Float64Array): void {
    const { coefficients, intercepts = [this.intercept] } = this as ModelFields;
    if (!mayHoldNotFinite(X, coefficients, etas)) return;
    const found = findNotFinite(X);
    if (found !== undefined) refuseNotFinite(found.value, found.row, found.column);
    const isFitted = coefficients.every(Number.isFinite) && intercepts.every(Number.isFinite);
    const place = isFitted ? etas.findIndex(Number.isNaN) : -1;
    if (place < 0) return;
    const row = Math.floor(place / intercepts.length);
    throw rangeError(
      "ERR_VALUE",
      `"X" must not have products that overflow both ways, got Infinity − Infinity in row ${row}`,
    );
  }

  /** A plain object for JSON, from which `modelFromJSON` makes the same model again, bit for bit. */
  toJSON(): ModelJSON {
    const { coefficients, intercepts, nonzeros: _, means, sds, ...rest } = this as ModelFields & { nonzeros: number };
    const known = (values: Float64Array) => Array.from(values, (value) => (Number.isNaN(value) ? null : value));
    return {
      type: "regulus-model",
      version: 1,
      ...rest,
      ...(intercepts && { intercepts: Array.from(intercepts) }),
      coefficients: Array.from(coefficients),
      means: known(means),
      sds: known(sds),
    };
  }
}

/** A model whose response is one of several classes. */
export class Classifier extends Model<Label[]> {
  declare readonly classes: readonly Label[];

  override predict(X: MatrixLike | TableLike, options: PredictOptions = {}): Label[] {
    return Array.from(this.decision(X, options), (eta) => this.classes[eta > 0 ? 1 : 0]);
  }

  /**
   * The probability of the second class for each row, 1/(1 + e^−η).
   *
   * @throws RangeError as {@link predict}.
   */
  predictProbability(X: MatrixLike | TableLike, options: PredictOptions = {}): Float64Array {
    return this.decision(X, options).map(sigmoid);
  }
}

/** The multinomial model: K·p coefficients, class after class, and an intercept for each class. */
export class MultinomialClassifier extends Classifier {
  /** K intercepts, which sum to 0; they take the place of `intercept`. */
  declare readonly intercepts: Float64Array;

  override predict(X: MatrixLike | TableLike, options: PredictOptions = {}): Label[] {
    const eta = this.decision(X, options);
    const K = this.classes.length;
    return Array.from({ length: eta.length / K }, (_, i) => {
      const row = eta.subarray(i * K, (i + 1) * K);
      return this.classes[row.reduce((best, value, k) => (value > row[best] ? k : best), 0)];
    });
  }

  /**
   * The probability of each class for each row, n × K, row after row: e^η_k/Σ_m e^η_m.
   *
   * @throws RangeError as {@link predict}.
   */
  override predictProbability(X: MatrixLike | TableLike, options: PredictOptions = {}): Float64Array {
    const p = this.decision(X, options);
    const K = this.classes.length;
    for (let at = 0; at < p.length; at += K) softmax(p.subarray(at, at + K));
    return p;
  }
}

/** A multinomial model, which has `intercepts` and no `intercept`. */
export type Multinomial = Omit<MultinomialClassifier, "intercept">;

/** A model of the kind that its family has. */
export type AnyModel = Model | Classifier | Multinomial;

/** The model, or classifier if there are classes. */
export function makeModel<M extends AnyModel>(fields: ModelFields): M {
  const Kind =
    fields.intercepts !== undefined ? MultinomialClassifier : fields.classes === undefined ? Model : Classifier;
  return new Kind(fields) as AnyModel as M;
}

/** A model as JSON. NaN and infinities become null on the way, as JSON has it. */
export type ModelJSON = Omit<
  ModelFields,
  "means" | "sds" | "coefficients" | "intercepts" | "dualityGap" | "violation" | "objective" | "tolerance" | "encoding"
> & {
  type: "regulus-model";
  version: 1;
  coefficients: number[];
  means?: (number | null)[];
  sds?: (number | null)[];
  intercepts?: number[];
  dualityGap: number | null;
  violation: number | null;
  objective: number | null;
  tolerance: number | null;
  encoding?: EncodingJSON;
};
