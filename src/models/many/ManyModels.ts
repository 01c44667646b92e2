import { findNotFinite } from "../../data/notFinite.js";
import type { TableLike } from "../../data/tables/readTable.js";
import type { Label } from "../../data/toLabels.js";
import { type MatrixLike, namedMatrix } from "../../data/toMatrix.js";
import { toVector } from "../../data/toVector.js";
import {
  checkChoice,
  checkInteger,
  checkOptions,
  describe,
  type ErrorCode,
  rangeError,
  typeError,
} from "../../errors.js";
import { hasClasses, hasEtas, parametersOf } from "../../losses/families.js";
import { modelNames } from "../../names/modelNames.js";
import { nearest } from "../../names/suggestion.js";
import { Printable } from "../../printing/Printable.js";
import { type Moments, refuseNotFinite } from "../../solvers/designs/rows.js";
import type { Encoding } from "../../tables/Encoding.js";
import { readGroups } from "../dealing/groups.js";
import { type AnyModel, type LabelOf, type Model, makeModel, type PredictOptions } from "../results/Model.js";
import type { StopReason } from "../results/ModelFields.js";
import { gatherRows, rowsByGroup } from "./gatherRows.js";
import { columnStarts, type ManyFields } from "./ManyFields.js";
import { manySummary } from "./manySummary.js";
import { type ManyJSON, manyToJSON } from "./manyToJSON.js";
import { pack } from "./packed.js";

/** The options of {@link ManyModels.predict}. */
export interface ManyPredictOptions extends PredictOptions {
  /** What becomes of rows whose group has no model: they are NaN, undefined in place of a label, or an error. Default `"nan"`. */
  unknown?: "nan" | "error" | undefined;
}

/** Numbers, NaN where there is none; of classifiers labels, undefined where there is none. */
export type ManyPrediction<M extends AnyModel> = M extends { readonly classes: readonly unknown[] }
  ? (LabelOf<M> | undefined)[]
  : Float64Array;

/** Many models of one family. A model that could not be fitted holds NaN, and its error is in `errors`. */
export class ManyModels<M extends AnyModel = Model> extends Printable implements ManyFields {
  declare readonly family: M["family"];
  /** Of the Huber family: one for each model. */
  declare readonly delta?: Float64Array;
  declare readonly tolerance: number;
  declare readonly classes?: (readonly LabelOf<M>[] | undefined)[];
  declare readonly coefficients: Float64Array;
  declare readonly starts: Float64Array;
  declare readonly intercepts: Float64Array;
  declare readonly interceptStarts: Float64Array;
  declare readonly means: Float64Array;
  declare readonly sds: Float64Array;
  declare readonly lambdas: Float64Array;
  declare readonly cvErrors?: Float64Array;
  declare readonly standardErrors?: Float64Array;
  declare readonly l1Ratios: Float64Array;
  declare readonly objectives: Float64Array;
  declare readonly dualityGaps: Float64Array;
  declare readonly violations: Float64Array;
  declare readonly iterations: Int32Array;
  declare readonly strategies: string[];
  declare readonly standardize?: boolean;
  declare readonly hasOffset?: boolean[];
  declare readonly converged: Uint8Array;
  declare readonly stopReasons?: (StopReason | "")[];
  /** The group of each model, in order of first appearance, where they were fitted by `groups`. */
  declare readonly keys?: readonly Label[];
  declare readonly errors: (Error | undefined)[];
  /** The codes of these errors, which they lose in a structured clone. */
  readonly errorCodes: (ErrorCode | undefined)[];
  declare readonly names?: readonly string[];
  declare readonly encoding?: Encoding;
  #columnStarts: Float64Array | undefined;
  #places: Map<Label, number> | undefined;

  /** @internal Made by {@link fitMany}. */
  constructor(fields: ManyFields) {
    super();
    Object.assign(this, fields);
    this.errorCodes = fields.errors.map((error) => (error as { code?: ErrorCode } | undefined)?.code);
  }

  /** The number of models. */
  get length(): number {
    return this.lambdas.length;
  }

  /**
   * One of the models, with coefficients of its own. One that could not be fitted is NaN throughout and not converged.
   *
   * @param index - From 0 on, in the order of the problems.
   * @throws RangeError if there is none.
   */
  model(index: number): M {
    checkInteger("index", index, 0, this.length - 1);
    const violation = this.violations[index];
    const stopReason = this.stopReasons?.[index];
    const { family, interceptStarts } = this;
    const intercepts = this.intercepts.slice(interceptStarts[index], interceptStarts[index + 1]);
    return makeModel({
      family,
      ...(this.classes && { classes: this.classes[index] ?? [] }),
      ...parametersOf(this, (values: Float64Array) => values[index]),
      ...this.#moments(index),
      coefficients: this.coefficients.slice(this.starts[index], this.starts[index + 1]),
      ...(hasEtas(family) ? { intercepts } : { intercept: intercepts[0] }),
      lambda: this.lambdas[index],
      l1Ratio: this.l1Ratios[index],
      objective: this.objectives[index],
      dualityGap: this.dualityGaps[index],
      certificate: Number.isNaN(violation) ? "gap" : "kkt",
      violation,
      tolerance: this.tolerance,
      iterations: this.iterations[index],
      strategy: this.strategies[index],
      ...(this.standardize === false && { standardize: false }),
      ...(this.hasOffset?.[index] && { hasOffset: true }),
      converged: this.converged[index] === 1,
      ...(stopReason && { stopReason }),
      ...(this.names && { names: this.names }),
      ...(this.encoding && { encoding: this.encoding }),
    });
  }

  /**
   * The model of a group.
   *
   * @param key - A number or a string, as in `groups`: 1 and "1" differ.
   * @throws RangeError if it has none, with the nearest that has; TypeError for models that were not fitted by `groups`.
   * @example
   * fitMany({ X, y: [1, 2, 3, 4], groups: ["north", "south", "north", "south"], lambda: 0.1 }).at("south").coefficients;
   */
  at(key: Label): M {
    const place = this.#byKey().get(key);
    if (place !== undefined) return this.model(place);
    throw this.#unknownKey("key", key);
  }

  /**
   * Predicts each row by the model of its group, as {@link Model.predict} does.
   *
   * @param X - Rows of p values, in any form that fits take.
   * @param groups - The group of each row.
   * @param options - `unknown`: what becomes of rows whose group has no model; `offset`, as in {@link Model.predict}.
   * @returns n predictions; NaN, or in place of a label undefined, for rows of groups that are not known or could not be fitted.
   * @throws RangeError and TypeError as {@link Model.predict}, for models that were not fitted by `groups`, and with `unknown: "error"`
   *   for a group that has no model.
   */
  predict(
    X: MatrixLike | TableLike,
    groups: ArrayLike<number | string>,
    options: ManyPredictOptions = {},
  ): ManyPrediction<M> {
    checkOptions("predict", options, ["unknown", "offset"], modelNames);
    const { unknown = "nan", offset } = options;
    checkChoice("unknown", unknown, ["nan", "error"]);
    const byKey = this.#byKey();
    const matrix = namedMatrix("X", X, this);
    const n = matrix.rows;
    const read = readGroups(groups, n);
    const other = unknown === "error" ? read.labels.findIndex((label) => !byKey.has(label)) : -1;
    if (other >= 0) throw this.#unknownKey("groups", read.labels[other], ` in row ${read.of.indexOf(other)}`);
    const bad = findNotFinite(matrix);
    if (bad !== undefined) refuseNotFinite(bad.value, bad.row, bad.column);
    const offsets = typeof offset === "object" ? toVector("offset", offset, n) : undefined;
    const grouped = rowsByGroup(read);
    const part = gatherRows(matrix, grouped);
    const predicted: unknown[] | Float64Array = hasClasses(this.family)
      ? new Array(n).fill(undefined)
      : new Float64Array(n).fill(Number.NaN);
    read.labels.forEach((label, g) => {
      const place = byKey.get(label);
      if (place === undefined || this.errors[place] !== undefined) return;
      const rows = grouped.rows.subarray(grouped.starts[g], grouped.starts[g + 1]);
      const own = offsets ? Float64Array.from(rows, (row) => offsets[row]) : (offset as number | undefined);
      const values = this.model(place).predict(part(g), { offset: own });
      for (let k = 0; k < rows.length; ++k) predicted[rows[k]] = values[k];
    });
    return predicted as ManyPrediction<M>;
  }

  /** The place of each key's model. */
  #byKey(): Map<Label, number> {
    if (this.keys === undefined) {
      throw typeError("ERR_TYPE", 'these models must be of "groups" to be found by a key, got some without keys');
    }
    this.#places ??= new Map(this.keys.map((key, place) => [key, place]));
    return this.#places;
  }

  #unknownKey(name: string, key: unknown, place = ""): Error {
    const keys = this.keys as readonly Label[];
    const numbers = typeof key === "number" ? keys.filter((other) => typeof other === "number") : [];
    const away = (other: number): number => Math.abs(other - (key as number));
    const spelt = (): Label | undefined => {
      const best = nearest(
        typeof key === "string" ? key : describe(key),
        keys.map(String),
        Number.POSITIVE_INFINITY,
        1,
      );
      return keys.find((other) => String(other) === best);
    };
    const near = numbers.length > 0 ? numbers.reduce((a, b) => (away(b) < away(a) ? b : a)) : spelt();
    const hint = near === undefined ? "" : `: the nearest is ${describe(near)}`;
    return rangeError("ERR_VALUE", `"${name}" must be a group that has a model, got ${describe(key)}${place}${hint}`);
  }

  /** A summary of at most 40 lines: lambdas, how many columns each keeps, which ones most do, what could not be fitted and why. */
  override toString(): string {
    return manySummary(this);
  }

  /** A plain object for JSON, from which `manyFromJSON` makes the same models again, bit for bit. */
  toJSON(): ManyJSON<M["family"]> {
    return manyToJSON(this) as ManyJSON<M["family"]>;
  }

  /** The same as bytes, arrays as they are in memory: smaller and much quicker than JSON. `manyFromBytes` reads them, and finds out any change. */
  toBytes(): Uint8Array {
    return pack({ ...manyToJSON(this, true) });
  }

  #moments(index: number): Moments {
    this.#columnStarts ??= columnStarts(this);
    const [from, to] = [this.#columnStarts[index], this.#columnStarts[index + 1]];
    const isShared = this.means.length < this.#columnStarts[this.length];
    const part = (values: Float64Array): Float64Array =>
      isShared ? values.subarray(0, to - from) : values.subarray(from, to);
    return { means: part(this.means), sds: part(this.sds) };
  }
}
