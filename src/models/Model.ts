import type { Label } from "../data/toLabels.js";
import { type MatrixLike, toMatrix } from "../data/toMatrix.js";
import { toVector, type VectorLike } from "../data/toVector.js";
import { checkOptions, describe, rangeError, typeError } from "../errors.js";
import { exp } from "../kernels/js/transcendental.js";
import { sigmoid } from "../losses/binomial.js";
import { softmax } from "../losses/softmax.js";
import type { Family } from "./families.js";
import { readOffset } from "./options.js";

/** The options of predictions. */
export interface PredictOptions {
  /** A number for each row, added to η. Default 0. */
  offset?: VectorLike;
}

/** The contents of a {@link Model}. */
export interface ModelFields {
  family: Family;
  /** The classes of a classifier, sorted; the binomial coefficients refer to the second. */
  classes?: readonly Label[];
  /** p coefficients on the original scale. */
  coefficients: Float64Array;
  /** 0 without an intercept. */
  intercept?: number;
  /** In place of it those of the multinomial family, one for each class, which sum to 0. */
  intercepts?: Float64Array;
  lambda: number;
  l1Ratio: number;
  /** F at the coefficients and the intercept, both as they are rounded. */
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
  /** Whether the duality gap is within the tolerance. Violations of the optimality conditions bound nothing, so never by them. */
  converged: boolean;
}

/** A fitted model, which predicts numbers, or as a {@link Classifier} labels. */
export class Model<Prediction = Float64Array> implements ModelFields {
  declare readonly family: Family;
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
  declare readonly converged: boolean;
  /** The number of coefficients that are not exactly 0. */
  readonly nonzeros: number;

  /** @internal Models come from fits and {@link modelFromJSON}. */
  constructor(fields: ModelFields) {
    Object.assign(this, fields);
    this.nonzeros = fields.coefficients.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
  }

  /**
   * Predicts the mean for each row: η of the gaussian family, e^η of the Poisson family; the label of the likeliest class of a classifier.
   *
   * @param X - Rows of p values, in any form that fits take.
   * @param options - `offset`: a number for each row. Default 0.
   * @returns n predictions.
   * @throws RangeError if X does not have p columns, or the offset not n values.
   */
  predict(X: MatrixLike, options: PredictOptions = {}): Prediction {
    const eta = this.decision(X, options);
    return (this.family === "poisson" ? eta.map(exp) : eta) as Prediction;
  }

  /**
   * η = offset + X·w + b for each row.
   *
   * @throws RangeError as {@link predict}.
   */
  decision(X: MatrixLike, options: PredictOptions = {}): Float64Array {
    checkOptions("predict", options, ["offset"]);
    const matrix = toMatrix("X", X);
    const { coefficients, intercepts = [this.intercept] } = this as ModelFields;
    const [n, K] = [matrix.rows, intercepts.length];
    const p = coefficients.length / K;
    if (matrix.columns !== p) throw rangeError("ERR_LENGTH", `"X" must have ${p} columns, got ${matrix.columns}`);
    const offset = readOffset(options.offset, n, K);
    const all = new Float64Array(n * K);
    for (let k = 0; k < K; ++k) {
      const eta = K === 1 ? all : new Float64Array(n);
      eta.fill(intercepts[k] as number);
      matrix.addProduct(coefficients, k * p, eta);
      for (let i = 0; i < n; ++i) all[i * K + k] = eta[i] + (offset?.[offset.length === n ? i : i * K + k] ?? 0);
    }
    return all;
  }

  /** A plain object for JSON, from which {@link modelFromJSON} makes the same model again, bit for bit. */
  toJSON(): ModelJSON {
    const { coefficients, intercepts, nonzeros: _, ...rest } = this as ModelFields & { nonzeros: number };
    const more = intercepts && { intercepts: Array.from(intercepts) };
    return { type: "regulus-model", version: 1, ...rest, ...more, coefficients: Array.from(coefficients) };
  }
}

/** A model whose response is one of several classes. */
export class Classifier extends Model<Label[]> {
  declare readonly classes: readonly Label[];

  override predict(X: MatrixLike, options: PredictOptions = {}): Label[] {
    return Array.from(this.decision(X, options), (eta) => this.classes[eta > 0 ? 1 : 0]);
  }

  /**
   * The probability of the second class for each row, 1/(1 + e^−η).
   *
   * @throws RangeError as {@link predict}.
   */
  predictProbability(X: MatrixLike, options: PredictOptions = {}): Float64Array {
    return this.decision(X, options).map(sigmoid);
  }
}

/** The multinomial model: K·p coefficients, class after class, and an intercept for each class. */
export class MultinomialClassifier extends Classifier {
  /** K intercepts, which sum to 0; they take the place of `intercept`. */
  declare readonly intercepts: Float64Array;

  override predict(X: MatrixLike, options: PredictOptions = {}): Label[] {
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
  override predictProbability(X: MatrixLike, options: PredictOptions = {}): Float64Array {
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

/** A model as JSON. NaN becomes null on the way, as JSON has it. */
export type ModelJSON = Omit<ModelFields, "coefficients" | "intercepts" | "dualityGap" | "violation" | "objective"> & {
  type: "regulus-model";
  version: 1;
  coefficients: number[];
  intercepts?: number[];
  dualityGap: number | null;
  violation: number | null;
  objective: number | null;
};

/**
 * The model that {@link Model.toJSON} wrote.
 *
 * @param json - The parsed object, not the text.
 * @throws TypeError if it is not a model's JSON; RangeError if it is of an unknown version.
 */
export function modelFromJSON<M extends AnyModel = Model>(json: ModelJSON): M {
  if (typeof json !== "object" || json === null || json.type !== "regulus-model" || !Array.isArray(json.coefficients)) {
    throw typeError("ERR_TYPE", `"json" must be what a model's toJSON gives, got ${describe(json)}`);
  }
  if (json.version !== 1) throw rangeError("ERR_VALUE", `"json" must be of version 1, got ${describe(json.version)}`);
  const { type: _type, version: _version, intercepts, ...fields } = json;
  const copy = (name: string, values: number[]) => Float64Array.from(toVector(name, values, values.length));
  return makeModel({
    ...fields,
    ...(intercepts && { intercepts: copy("intercepts", intercepts) }),
    coefficients: copy("coefficients", json.coefficients),
    dualityGap: json.dualityGap ?? Number.NaN,
    violation: json.violation ?? Number.NaN,
    objective: json.objective ?? Number.NaN,
  });
}
