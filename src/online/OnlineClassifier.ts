import { exp } from "../arithmetic/transcendental.js";
import { checkLabels, type Label, type LabelsLike } from "../data/toLabels.js";
import type { VectorLike } from "../data/toVector.js";
import { checkLength, checkOptions, describe, isArray, rangeError, reading } from "../errors.js";
import { trainingNames } from "../names/trainingNames.js";
import { OnlineModel, type OnlineOptions, rowWeights } from "./OnlineModel.js";
import type { OnlineState } from "./onlineState.js";
import { type OnlineRow, type OnlineRows, rowSource } from "./rowSource.js";

/** Labels of the kind of L: which of them those of a stream are is checked when they come. */
type Wide<L extends Label> = L extends string ? string : number;

/** The options of {@link OnlineClassifier}. */
export interface OnlineClassifierOptions<L extends Label = Label> extends OnlineOptions {
  /** The two labels. Default: the first two that come. */
  classes?: readonly L[] | undefined;
}

/**
 * A logistic regression that learns from a stream, one mini-batch or sample after the other:
 *
 * ```text
 * 1/n·Σ s_i·(log(1 + e^η_i) − t_i·η_i) + l1·Σ|w| + l2·Σw²
 * η = X·w + b,   t_i = 1 for classes[1], 0 for classes[0]
 * ```
 *
 * Memory, and how weights are caught up with, are those of {@link OnlineRegressor}. Labels are two numbers or two strings; a third
 * is a RangeError. `classes` is sorted. Where it is not given, and the first samples are all of one class, learning goes on with that
 * one; it takes its place before or after the second when that comes.
 *
 * @example
 * const model = new OnlineClassifier(2 ** 20, { l1: 1e-3, l1Mode: "cumulative", classes: ["ham", "spam"] });
 * model.update({ indices: hashes, values: counts }, "spam");
 * model.predictProbability({ indices: hashes, values: counts });  // that it is spam
 */
export class OnlineClassifier<L extends Label = Label> extends OnlineModel {
  #classes: readonly L[] = [];
  /** Those of the options. */
  readonly #fixed: readonly L[] | undefined;

  /**
   * @param p - The number of columns.
   * @throws TypeError or RangeError for options that are unknown or not allowed; RangeError if p weights do not fit into a memory.
   */
  constructor(p: number, options: OnlineClassifierOptions<L> = {}) {
    super("OnlineClassifier", p, options, ["classes"]);
    const { classes } = options;
    if (classes === undefined) return;
    checkLabels("classes", classes);
    this.#classes = withLabels<L>([], classes, "classes");
    this.#fixed = this.#classes;
    if (this.#classes.length < 2) {
      throw rangeError(
        "ERR_VALUE",
        `"classes" must be two labels, got ${this.#classes.map(describe).join() || "none"}`,
      );
    }
  }

  /** The labels, sorted: two, or as many as have come. Coefficients refer to classes[1]. */
  get classes(): readonly L[] {
    return this.#classes;
  }

  /**
   * One step with the mean gradient of the rows.
   *
   * @param X - One row: p numbers, or `{ indices, values }`. Many: `{ rowPointers, indices, values }` (CSR), or any X that fits take.
   * @param y - A label for each row; just the label for one row.
   * @param options - `weights`: a factor of each row's gradient, at least 0; the mean is still over n rows. Default 1.
   * @returns This model.
   * @throws TypeError or RangeError for what does not fit or is not finite, with its row and column, or where the gradient overflows;
   *   RangeError for a third label. Nothing is changed then.
   */
  update(X: OnlineRow, y: Wide<L>, options?: { weights?: number | undefined }): this;
  update(X: OnlineRows, y: LabelsLike<Wide<L>>, options?: { weights?: VectorLike | undefined }): this;
  update(
    X: OnlineRow | OnlineRows,
    y: LabelsLike | Label,
    options: { weights?: VectorLike | number | undefined } = {},
  ): this {
    checkOptions("update", options, ["weights"], trainingNames);
    const { rates, batch } = this.prepare(() => {
      const rows = rowSource(X, this.columns);
      const given: unknown = rows.single ? [y] : y;
      const labels = labelsOf("y", given, rows.count);
      const before = this.#classes;
      checkLabels("y", labels, before.length === 1 ? before[0] : undefined);
      const weights = rowWeights(options.weights, rows);
      const classes = withLabels(before, labels);
      // A single class counts as the later one, until it is known not to be.
      const turned = before.length === 1 && classes.length === 2 && before[0] === classes[0];
      const positive = classes[classes.length - 1];
      const targets = Float64Array.from(labels, (label) => (label === positive ? 1 : 0));
      return { rows, weights, classes, turned, targets };
    });
    const { rows, weights, classes, turned, targets } = batch;
    if (turned) this.negate();
    try {
      this.learn(rates, rows, targets, weights, residual);
    } catch (error) {
      if (turned) this.negate();
      throw error;
    }
    this.#classes = classes;
    return this;
  }

  /** η = x·w + b for each row, or for the one: above 0 for classes[1]. @throws RangeError before both classes are known. */
  decision(X: OnlineRow): number;
  decision(X: OnlineRows): Float64Array;
  decision(X: OnlineRow | OnlineRows): Float64Array | number {
    return this.#perRow(X, (eta) => eta);
  }

  /** The probability of classes[1], 1/(1 + e^−η), for each row, or for the one. @throws RangeError before both classes are known. */
  predictProbability(X: OnlineRow): number;
  predictProbability(X: OnlineRows): Float64Array;
  predictProbability(X: OnlineRow | OnlineRows): Float64Array | number {
    return this.#perRow(X, probability);
  }

  /** The label of each row, or of the one: classes[1] where η > 0. @throws RangeError before both classes are known. */
  predict(X: OnlineRow): L;
  predict(X: OnlineRows): L[];
  predict(X: OnlineRow | OnlineRows): L[] | L {
    const label = (eta: number): L => this.#classes[eta > 0 ? 1 : 0];
    const etas = this.#perRow(X, (eta) => eta);
    return typeof etas === "number" ? label(etas) : Array.from(etas, label);
  }

  override state(): OnlineState {
    return { ...super.state(), classes: this.#classes };
  }

  override load(state: OnlineState): this {
    const { learnt, classes } = reading('"state"', () => {
      const found = this.read(state);
      return { learnt: found, classes: checkedClasses(found.classes, found.steps, this.#fixed) };
    });
    this.adopt(learnt);
    this.#classes = classes;
    return this;
  }

  #perRow(X: OnlineRow | OnlineRows, value: (eta: number) => number): Float64Array | number {
    const known = this.#classes.length;
    if (known < 2) throw rangeError("ERR_VALUE", `a classifier must know two classes to predict, got ${known}`);
    const rows = rowSource(X, this.columns);
    const values = this.etas(rows).map(value);
    return rows.single ? values[0] : values;
  }
}

/** 1/(1 + e^−η) */
const probability = (eta: number): number => 1 / (1 + exp(-eta));

/** probability(η) − t, without cancellation, and so that turning both classes and η round turns it round, too. */
const residual = (eta: number, t: number): number => (t === 1 ? -probability(-eta) : probability(eta));

/** A copy of labels, read once. @throws RangeError if they are not n. */
function labelsOf(name: string, value: unknown, n: number): readonly Label[] {
  if (!isArray(value)) {
    checkLabels(name, value);
    checkLength(name, value, n);
    return value;
  }
  checkLength(name, value, n);
  const labels = new Array<Label>(n);
  for (let i = 0; i < n; ++i) labels[i] = value[i] as Label;
  return labels;
}

/** The classes of a state: as many as can have come in its steps, sorted; those of the options, if they are fixed. */
function checkedClasses<L extends Label>(value: unknown, steps: number, fixed: readonly L[] | undefined): readonly L[] {
  checkLabels("classes", value);
  const { length } = value;
  if (!(length <= 2)) throw rangeError("ERR_LENGTH", `"classes" must have at most 2 values, got ${length}`);
  const classes = Array.from(labelsOf("classes", value, length)) as L[];
  checkLabels("classes", classes);
  const got = `got ${classes.map(describe).join() || "none"}`;
  if (classes.length === 2 && !(classes[0] < classes[1])) {
    throw rangeError("ERR_VALUE", `"classes" of the state must ascend, ${got}`);
  }
  if (fixed !== undefined && !(classes.length === 2 && classes.every((label, k) => label === fixed[k]))) {
    throw rangeError("ERR_VALUE", `"classes" of the state must be ${fixed.map(describe).join()}, ${got}`);
  }
  if (classes.length === 0 && steps > 0) throw rangeError("ERR_VALUE", `"classes" of the state must be known, ${got}`);
  return classes;
}

/** At most two labels, sorted: numbers in numerical order, strings by their code units. @throws RangeError for a third. */
function withLabels<L extends Label>(known: readonly L[], labels: readonly Label[], name = "y"): L[] {
  const classes = [...known];
  for (let i = 0; i < labels.length; ++i) {
    const label = labels[i] as L;
    if (label === classes[0] || label === classes[1]) continue;
    if (classes.length === 2) {
      const expected = classes.map(describe).join(" or ");
      throw rangeError("ERR_VALUE", `"${name}" must be ${expected}, got ${describe(label)} in row ${i}`);
    }
    classes.push(label);
  }
  return classes.sort((a, b) => (a < b ? -1 : 1));
}
