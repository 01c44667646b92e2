import { readNames } from "../../data/columnsOf.js";
import type { TableLike } from "../../data/tables/readTable.js";
import type { MatrixLike } from "../../data/toMatrix.js";
import { toFloat64, type VectorLike } from "../../data/toVector.js";
import { checkInteger, checkOptions, describe, reading, typeError } from "../../errors.js";
import { Printable } from "../../printing/Printable.js";
import { triangle } from "../../solvers/sums/MergedSums.js";
import type { ManyModels } from "../many/ManyModels.js";
import type { CrossValidation } from "../results/CrossValidation.js";
import type { Model } from "../results/Model.js";
import type { Path } from "../results/Path.js";
import { fitManySums, type SumsManyOptions } from "./fitManySums.js";
import {
  crossValidateSums,
  fitSums,
  pathOfSums,
  type SumsCrossValidationOptions,
  type SumsFitOptions,
  type SumsPathOptions,
} from "./fitSums.js";
import { type AddOptions, readBatch } from "./readBatch.js";
import { SumsState } from "./SumsState.js";
import { packSums, readSums, type SumsJSON, sumsToJSON, unpackSums } from "./sumsFile.js";
import { allRows } from "./sumsPieces.js";
import { sumsSummary } from "./sumsSummary.js";

/** The options of {@link GramAccumulator}. */
export interface AccumulatorOptions {
  /** Names of the columns. Default: those of the first X that has any. */
  names?: readonly string[] | undefined;
  /** How many y each row has. Default 1. */
  targets?: number | undefined;
}

/** Columns and targets at the most: what a memory of 4 GiB has room for. */
const MOST_SIZE = 16384;

/** Checks the arguments of an accumulator's constructor. */
export function readAccumulator(owner: string, p: number, options: AccumulatorOptions): SumsState {
  checkOptions(owner, options, ["names", "targets"]);
  const { names, targets = 1 } = options;
  checkInteger("targets", targets, 1, MOST_SIZE - 1);
  checkInteger("p", p, 1, MOST_SIZE - targets);
  return new SumsState(p, targets, names === undefined ? {} : { names: readNames("names", names, p) });
}

/**
 * Sums of rows, of which gaussian models are fitted once they are there: more rows than memory holds, rows that arrive over time, or rows
 * that must not leave their owner, who sends these sums. With rows z_i of p columns and then targets, weights s_i and W = Σ s_i,
 *
 * ```text
 * means = Σ s_i·z_i/W,   products = Σ s_i·(z_i − means)·(z_i − means)ᵀ
 * ```
 *
 * for each fold, always about the means, which keep twice the digits of a number: rows around 1e8 lose none. Rows are summed in blocks of 520 by
 * their position, and blocks merged in pairs, so that the same rows in the same order give the same bits, however many come at a time.
 * p² numbers for each fold and each doubling of the blocks are held, and the rows of blocks that are not full.
 *
 * Sums of few rows reveal them: those of one row are that row.
 *
 * @see Chan, Golub & LeVeque, Algorithms for computing the sample variance: analysis and recommendations (1983).
 * @example
 * const sums = new GramAccumulator(2);
 * sums.add([[1, 2], [2, 1]], [1, 2]).add([[3, 5], [4, 3]], [3, 4]);
 * sums.fit({ lambda: 0.1 }).coefficients;
 */
export class GramAccumulator extends Printable {
  #state: SumsState;

  /**
   * @param p - The number of columns.
   * @param options - `names` of the columns; `targets`, how many y each row has.
   * @throws RangeError and TypeError for other values and kinds.
   */
  constructor(p: number, options: AccumulatorOptions = {}) {
    super();
    this.#state = readAccumulator("GramAccumulator", p, options);
  }

  /**
   * Adds rows.
   *
   * @param X - Rows of p values, in any form that fits take; tables by the names of the columns.
   * @param y - A number for each row; with several targets n × targets, in any form of a matrix.
   * @param options - `weights`, one for each row; `fold`, the test fold of all rows or of each, 0 to 254, for `crossValidate`: {@link foldOf}.
   * @returns This.
   * @throws RangeError for values that are not finite or so large that their squares overflow in sums, lengths that do not fit and other
   *   columns; TypeError for the wrong kind. Nothing has been added then.
   */
  add(X: MatrixLike | TableLike, y: VectorLike | MatrixLike, options: AddOptions = {}): this {
    checkOptions("add", options, ["weights", "fold"]);
    const state = this.#state;
    const batch = readBatch(X, y, options, state.p, state.targets, state.named);
    state.add(batch, allRows(batch));
    return this;
  }

  /**
   * Adds the rows that others are the sums of, fold by fold. The result depends on the order of merges and rows to its last bits alone.
   *
   * @param other - Sums of the same columns and targets, left unchanged.
   * @returns This.
   * @throws RangeError for other columns or targets; TypeError for what are no sums. Nothing has been added then.
   */
  merge(other: GramAccumulator): this {
    const state = GramAccumulator.stateOf(other);
    if (state === undefined) throw typeError("ERR_TYPE", `"other" must be a GramAccumulator, got ${describe(other)}`);
    this.#state.checkAlike(state);
    this.#state.merge(state);
    return this;
  }

  /** The number of columns. */
  get columns(): number {
    return this.#state.p;
  }

  /** How many y each row has. */
  get targets(): number {
    return this.#state.targets;
  }

  /** Names of the columns, if any are known. */
  get names(): readonly string[] | undefined {
    return this.#state.named.names;
  }

  /** The number of rows, those of weight 0 too. */
  get rows(): number {
    return this.#state.rows;
  }

  /** The sum of their weights. */
  get totalWeight(): number {
    return this.#state.all?.weight ?? 0;
  }

  /** The weighted mean of each column; NaN without rows. */
  get means(): Float64Array {
    const { p, all } = this.#state;
    return all ? all.high.slice(0, p) : new Float64Array(p).fill(Number.NaN);
  }

  /** The weighted variance of each column, with 1/W; NaN without rows. */
  get variances(): Float64Array {
    const { p, all } = this.#state;
    return Float64Array.from({ length: p }, (_, j) => (all ? all.products[triangle(j) + j] / all.weight : Number.NaN));
  }

  /** The correlations of the columns, p × p; NaN for those that are constant. */
  correlations(): Float64Array {
    const { p, all } = this.#state;
    const R = new Float64Array(p * p).fill(Number.NaN);
    if (all === undefined) return R;
    const norm = (j: number): number => Math.sqrt(all.products[triangle(j) + j]);
    for (let j = 0; j < p; ++j) {
      for (let k = 0; k <= j; ++k) {
        const r = all.products[triangle(j) + k] / norm(j) / norm(k);
        // Rounding may take them past 1.
        R[j * p + k] = norm(j) > 0 && j === k ? 1 : Math.min(1, Math.max(-1, r));
        R[k * p + j] = R[j * p + k];
      }
    }
    return R;
  }

  /**
   * The model that `elasticNet` fits on the rows: its certificate counts what rounding may have cost the sums.
   *
   * @param options - `lambda`, `l1Ratio`, `target`, and the options of every fit but `weights` and `offset`.
   * @throws RangeError and TypeError as `elasticNet`, and without rows.
   */
  fit(options: SumsFitOptions): Model {
    return fitSums(this.#state, options);
  }

  /**
   * The path that `regularizationPath` fits on the rows.
   *
   * @param options - `l1Ratio`, `lambdas` or `lambdaCount` and `lambdaMinRatio`, `target`, and the options of every fit but `weights` and `offset`.
   * @throws RangeError and TypeError as `regularizationPath`, and without rows.
   */
  path(options: SumsPathOptions = {}): Path {
    return pathOfSums(this.#state, options);
  }

  /**
   * The choice of lambda that `crossValidate` makes on the rows, by the folds that they were added with; rows without a fold are in all
   * fits and in no error. Each fold is fitted on the sums of all others, which are added, never subtracted. `outOfFold` needs rows, and is refused.
   *
   * @param options - Those of `path`, several `l1Ratio`, `measure` and `keepFolds`.
   * @throws TypeError if there are no two folds; RangeError for a fold below the last that has no rows, and as `crossValidate`.
   */
  crossValidate(options: SumsCrossValidationOptions = {}): CrossValidation {
    return crossValidateSums(this.#state, options);
  }

  /**
   * A model for each target, on the same sums.
   *
   * @param options - `lambda`, a number, one for each target, or `"cv"` with `rule`; `targets`, those that are wanted; and the options of `path`.
   * @throws RangeError and TypeError as `fitMany`. A target that cannot be fitted marks itself.
   */
  fitMany(options: SumsManyOptions): ManyModels {
    const { targets } = this.#state;
    const given = reading("the options of fitMany", () => options?.targets);
    const list = Array.from(given === undefined ? Array(targets).keys() : toFloat64("targets", given));
    list.forEach((target, k) => {
      checkInteger(`targets[${k}]`, target, 0, targets - 1);
    });
    checkInteger("number of targets", list.length, 1);
    return fitManySums(
      list.map((target) => ({ data: this.#state, target, name: `target ${target}` })),
      options,
      "targets",
    );
  }

  /** A plain object for JSON, of which {@link fromJSON} makes equal sums. No rows are in it, but sums of few rows reveal them. */
  toJSON(): SumsJSON {
    return sumsToJSON("sums", this.#state, [this.#state]);
  }

  /** @throws TypeError and RangeError for what `toJSON` does not make. */
  static fromJSON(json: SumsJSON): GramAccumulator {
    return GramAccumulator.of(readSums("sums", json).states[0]);
  }

  /**
   * The same as bytes, which any chunks of the same rows make alike. Blocks that are not full are summed up in them, so that no rows leave.
   */
  toBytes(): Uint8Array {
    return packSums("sums", this.#state, [this.#state]);
  }

  /** @throws TypeError if they are no bytes, or those of other results; RangeError if they are of something else, cut short or changed. */
  static fromBytes(bytes: Uint8Array | ArrayBuffer): GramAccumulator {
    return GramAccumulator.of(unpackSums("sums", bytes).states[0]);
  }

  /** A summary: rows, folds, and mean, sd and correlation with y of the columns. */
  override toString(): string {
    return sumsSummary(this.#state);
  }

  /** @internal The accumulator of a state, and the state of an accumulator; undefined for anything else. */
  static of(state: SumsState): GramAccumulator {
    const accumulator = new GramAccumulator(1);
    accumulator.#state = state;
    return accumulator;
  }

  /** @internal */
  static stateOf(value: unknown): SumsState | undefined {
    return typeof value === "object" && value !== null && #state in value ? value.#state : undefined;
  }
}
