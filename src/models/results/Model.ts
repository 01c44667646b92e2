import type { DenseMatrix } from "../../data/DenseMatrix.js";
import { findNotFinite, mayHoldNotFinite } from "../../data/notFinite.js";
import type { SparseMatrix } from "../../data/SparseMatrix.js";
import type { TableLike } from "../../data/tables/readTable.js";
import type { Label } from "../../data/toLabels.js";
import { type MatrixLike, namedMatrix } from "../../data/toMatrix.js";
import type { VectorLike } from "../../data/toVector.js";
import { checkFinite, checkOptions, rangeError, typeError } from "../../errors.js";
import { sigmoid } from "../../losses/binomial.js";
import { type ClassFamily, type Family, families, type NumberFamily } from "../../losses/families.js";
import { softmax } from "../../losses/softmax.js";
import { modelNames } from "../../names/modelNames.js";
import type { PenaltyFields } from "../../penalties/Penalty.js";
import { Printable } from "../../printing/Printable.js";
import { refuseNotFinite } from "../../solvers/designs/rows.js";
import type { Encoding } from "../../tables/Encoding.js";
import { readOffset } from "../options/options.js";
import { type CoefficientRow, coefficientRows, hasMoments, predictorsOf } from "./coefficientRows.js";
import { type Contributions, contributionsTo } from "./contributionsTo.js";
import type { CertificateKind, ModelFields, StopReason } from "./ModelFields.js";
import { type ModelJSON, modelToJSON } from "./modelToJSON.js";
import { modelSummary } from "./summaries/modelSummary.js";

/** The options of predictions. */
export interface PredictOptions {
  /**
   * A number for each row, or one for all of them, added to η. Models that were fitted with an offset must be given one, if only 0. Default 0
   * for all others.
   */
  offset?: number | VectorLike | undefined;
}

/** A fitted model, which predicts numbers, or as a {@link Classifier} labels. */
export class Model<Prediction = Float64Array, F extends Family = NumberFamily>
  extends Printable
  implements ModelFields
{
  declare readonly family: F;
  /** Of the Huber family. */
  declare readonly delta?: number;
  declare readonly means: Float64Array;
  declare readonly sds: Float64Array;
  declare readonly coefficients: Float64Array;
  declare readonly intercept: number;
  declare readonly lambda: number;
  declare readonly l1Ratio: number;
  declare readonly penalty?: PenaltyFields;
  declare readonly objective: number;
  declare readonly dualityGap: number;
  declare readonly certificate: CertificateKind;
  declare readonly violation: number;
  declare readonly tolerance: number;
  declare readonly iterations: number;
  declare readonly strategy: string;
  declare readonly gamma?: number;
  declare readonly standardize?: boolean;
  declare readonly hasOffset?: boolean;
  declare readonly converged: boolean;
  declare readonly stopReason?: StopReason;
  declare readonly names?: readonly string[];
  declare readonly encoding?: Encoding;
  /** The number of coefficients that are not exactly 0. */
  readonly nonzeros: number;

  /** @internal Models come from fits and `modelFromJSON`. */
  constructor(fields: ModelFields) {
    super();
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
   * Predicts the mean for each row: η of the gaussian and the Huber family, e^η of the Poisson family; the label of the likeliest class of a classifier.
   *
   * @param X - Rows of p values, in any form that fits take.
   * @param options - `offset`: a number for each row, or one for all of them.
   * @returns n predictions.
   * @throws RangeError if X does not have p columns, or the offset not n values, if values are not finite, or η is no number; TypeError
   *   for arguments of the wrong kind, and without an offset if the fit had one.
   */
  predict(X: MatrixLike | TableLike, options: PredictOptions = {}): Prediction {
    const eta = this.decision(X, options);
    const { mean } = families[this.family];
    return (mean === undefined ? eta : eta.map(mean)) as Prediction;
  }

  /**
   * η = offset + X·w + b for each row.
   *
   * @throws RangeError as {@link predict}.
   */
  decision(X: MatrixLike | TableLike, options: PredictOptions = {}): Float64Array {
    checkOptions("predict", options, ["offset"], modelNames);
    const matrix = this.#read(X);
    const n = matrix.rows;
    const K = predictorsOf(this as ModelFields);
    const offset = this.#offset(options.offset, n, K);
    const etas = this.#etas(matrix);
    return offset === undefined
      ? etas
      : etas.map((eta, at) => eta + offset[offset.length === n ? Math.floor(at / K) : at]);
  }

  /** X·w + b, n × K; refuses what would leave no numbers. */
  #etas(X: DenseMatrix | SparseMatrix): Float64Array {
    const { coefficients, intercepts = [this.intercept] } = this as ModelFields;
    const [n, K] = [X.rows, intercepts.length];
    const all = new Float64Array(n * K);
    for (let k = 0; k < K; ++k) {
      const eta = K === 1 ? all : new Float64Array(n);
      eta.fill(intercepts[k] as number);
      X.addProduct(coefficients, k * X.columns, eta);
      if (K > 1) for (let i = 0; i < n; ++i) all[i * K + k] = eta[i];
    }
    this.#check(X, all);
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

  /**
   * All coefficients as a table: the largest |scaled| first, those that are exactly 0 last, in the order of the columns; of multinomial
   * models, one of each `class`.
   *
   * @returns Rows `{ name, coefficient, scaled }`, where scaled is the coefficient times the sd of its column in training: what η changes
   *   by for one sd, which can be compared between columns. Columns without names are "x0", "x1", …
   * @throws TypeError if the sds are not known, as in models of files from before there were any.
   * @example
   * lasso(X, y, { lambda: 0.1, names: ["age", "dose"] }).table().map(({ name }) => name);
   */
  table(): CoefficientRow[] {
    this.#refuseWithoutMoments("table");
    return coefficientRows(this as ModelFields);
  }

  /**
   * What each column adds to η of each row, which says why it is predicted what it is:
   *
   * ```text
   * values_ij = w_j·(x_ij − mean_j)
   * base      = b + Σ_j w_j·mean_j
   * η_i       = offset_i + base + Σ_j values_ij
   * ```
   *
   * with the training means. The offset is no column's: it is neither in the values nor in the base.
   *
   * @param X - Rows of p values, as in {@link predict}.
   * @returns `values`, n × p row after row, exactly 0 where the coefficient is; `base`. Of multinomial models n × K × p values, and K bases.
   * @throws RangeError and TypeError as {@link predict}; TypeError if the means are not known, as in models of files from before there were any.
   */
  contributions(X: MatrixLike | TableLike): Contributions<F> {
    this.#refuseWithoutMoments("contributions");
    const matrix = this.#read(X);
    this.#etas(matrix);
    const { values, bases } = contributionsTo(matrix, this as ModelFields);
    return { values, base: (this.family === "multinomial" ? bases : bases[0]) as Contributions<F>["base"] };
  }

  /** A summary of at most 40 lines: the largest coefficients, how many are exactly 0, and how far from the minimum they may be. */
  override toString(): string {
    return modelSummary(this as ModelFields);
  }

  #refuseWithoutMoments(method: string): void {
    if (hasMoments(this as ModelFields)) return;
    throw typeError(
      "ERR_TYPE",
      `${method} needs the means and sds of the training data, which the file of this model does not have: fit and save it again`,
    );
  }

  /** X, which has p columns. */
  #read(X: MatrixLike | TableLike): DenseMatrix | SparseMatrix {
    const matrix = namedMatrix("X", X, this);
    const p = this.means.length;
    if (matrix.columns !== p) throw rangeError("ERR_LENGTH", `"X" must have ${p} columns, got ${matrix.columns}`);
    return matrix;
  }

  /** A plain object for JSON, from which `modelFromJSON` makes the same model again, bit for bit. */
  toJSON(): ModelJSON<F> {
    return modelToJSON(this as ModelFields) as ModelJSON<F>;
  }
}

/** A model whose response is one of several classes. */
export class Classifier<L extends Label = Label, F extends ClassFamily = "binomial"> extends Model<L[], F> {
  declare readonly classes: readonly L[];

  override predict(X: MatrixLike | TableLike, options: PredictOptions = {}): L[] {
    return labelsOf(this.decision(X, options), 1, this.classes);
  }

  /**
   * The probability of the second class for each row, 1/(1 + e^−η).
   *
   * @throws RangeError as {@link predict}.
   */
  predictProbability(X: MatrixLike | TableLike, options: PredictOptions = {}): Float64Array {
    return probabilitiesOf(this.decision(X, options), 1);
  }
}

/** The multinomial model: K·p coefficients, class after class, and an intercept for each class. */
class MultinomialClassifier<L extends Label = Label> extends Classifier<L, "multinomial"> {
  /** K intercepts, which sum to 0; they take the place of `intercept`. */
  declare readonly intercepts: Float64Array;

  override predict(X: MatrixLike | TableLike, options: PredictOptions = {}): L[] {
    return labelsOf(this.decision(X, options), this.intercepts.length, this.classes);
  }

  /**
   * The probability of each class for each row, n × K, row after row: e^η_k/Σ_m e^η_m.
   *
   * @throws RangeError as {@link predict}.
   */
  override predictProbability(X: MatrixLike | TableLike, options: PredictOptions = {}): Float64Array {
    return probabilitiesOf(this.decision(X, options), this.intercepts.length);
  }
}

/** The likeliest class of each row of K η; of one η, the second class where it is above 0. */
export function labelsOf<L extends Label>(etas: Float64Array, K: number, classes: readonly L[]): L[] {
  if (K === 1) return Array.from(etas, (eta) => classes[eta > 0 ? 1 : 0]);
  return Array.from({ length: etas.length / K }, (_, i) => {
    const row = etas.subarray(i * K, (i + 1) * K);
    return classes[row.reduce((best, value, k) => (value > row[best] ? k : best), 0)];
  });
}

/** In place of K η the probability of each class, of one η that of the second. */
export function probabilitiesOf(etas: Float64Array, K: number): Float64Array {
  if (K === 1) return etas.map(sigmoid);
  for (let at = 0; at < etas.length; at += K) softmax(etas.subarray(at, at + K));
  return etas;
}

/** A multinomial model, which has `intercepts` and no `intercept`. */
export type Multinomial<L extends Label = Label> = Omit<MultinomialClassifier<L>, "intercept">;

/** A model of any kind: its `family` says which. */
export type AnyModel = Model | Classifier | Multinomial;

/** A model of the kind that its family has. */
export type ModelOf<F extends Family, L extends Label = Label> = F extends "multinomial"
  ? Multinomial<L>
  : F extends "binomial"
    ? Classifier<L>
    : Model;

/** The labels of a classifier. */
export type LabelOf<M extends AnyModel> = M extends { readonly classes: readonly (infer L extends Label)[] }
  ? L
  : Label;

/** The model, or classifier if there are classes. */
export function makeModel<M extends AnyModel>(fields: ModelFields): M {
  const Kind =
    fields.intercepts !== undefined ? MultinomialClassifier : fields.classes === undefined ? Model : Classifier;
  return new (Kind as new (fields: ModelFields) => unknown)(fields) as M;
}
