import { checkInteger, type ErrorCode } from "../../errors.js";
import { hasEtas, parametersOf } from "../../losses/families.js";
import { Printable } from "../../printing/Printable.js";
import type { Moments } from "../../solvers/designs/rows.js";
import type { Encoding } from "../../tables/Encoding.js";
import { type AnyModel, type LabelOf, type Model, makeModel } from "../results/Model.js";
import type { StopReason } from "../results/ModelFields.js";
import { columnStarts, type ManyFields } from "./ManyFields.js";
import { manySummary } from "./manySummary.js";
import { type ManyJSON, manyToJSON } from "./manyToJSON.js";
import { pack } from "./packed.js";

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
  declare readonly errors: (Error | undefined)[];
  /** The codes of these errors, which they lose in a structured clone. */
  readonly errorCodes: (ErrorCode | undefined)[];
  declare readonly names?: readonly string[];
  declare readonly encoding?: Encoding;
  #columnStarts: Float64Array | undefined;

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
