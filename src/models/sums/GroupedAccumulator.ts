import type { TableLike } from "../../data/tables/readTable.js";
import type { Label } from "../../data/toLabels.js";
import type { MatrixLike } from "../../data/toMatrix.js";
import type { VectorLike } from "../../data/toVector.js";
import { checkOptions, describe, rangeError, readable, typeError } from "../../errors.js";
import { Printable } from "../../printing/Printable.js";
import { readGroups } from "../dealing/groups.js";
import { rowsByGroup } from "../many/gatherRows.js";
import type { ManyModels } from "../many/ManyModels.js";
import { fitManySums, type SumsManyOptions } from "./fitManySums.js";
import { type AccumulatorOptions, GramAccumulator, readAccumulator } from "./GramAccumulator.js";
import { type AddOptions, checkValues, readBatch } from "./readBatch.js";
import { SumsState } from "./SumsState.js";
import { packSums, type ReadSums, readSums, type SumsJSON, sumsToJSON, unpackSums } from "./sumsFile.js";
import { groupedSummary } from "./sumsSummary.js";

/** The options of {@link GroupedAccumulator.fitMany}: those of all targets' fits, for one target of each group. */
export interface GroupedManyOptions extends Omit<SumsManyOptions, "targets"> {
  /** Which of the targets, from 0. Default 0. */
  target?: number | undefined;
}

/**
 * Sums of rows by group, a {@link GramAccumulator} each: one model for each customer, sensor or shop, of more rows than memory holds or that
 * arrive over time. Of each group the sums are held, p² numbers and more, and the rows of a block that is not full.
 *
 * @example
 * const byShop = new GroupedAccumulator(2);
 * byShop.add([[1, 2], [2, 1], [3, 5], [4, 3], [0, 1], [5, 2]], [1, 2, 3, 4, 5, 6], ["a", "b", "a", "b", "b", "a"]);
 * byShop.fitMany({ lambda: 0.1 }).at("b").coefficients;
 */
export class GroupedAccumulator extends Printable {
  /** All that is common to the groups; no rows are added to it. */
  #shared: SumsState;
  readonly #groups = new Map<Label, GramAccumulator>();

  /**
   * @param p - The number of columns.
   * @param options - As of {@link GramAccumulator}.
   */
  constructor(p: number, options: AccumulatorOptions = {}) {
    super();
    this.#shared = readAccumulator("GroupedAccumulator", p, options);
  }

  /**
   * Adds rows to the sums of their groups.
   *
   * @param groups - The group of each row, a finite number or a string; 1 and "1" differ.
   * @returns This.
   * @throws RangeError and TypeError as {@link GramAccumulator.add}, and for other keys. Nothing has been added then.
   */
  add(
    X: MatrixLike | TableLike,
    y: VectorLike | MatrixLike,
    groups: ArrayLike<number | string>,
    options: AddOptions = {},
  ): this {
    checkOptions("add", options, ["weights", "fold"]);
    const { p, targets, named } = this.#shared;
    const batch = readBatch(X, y, options, p, targets, named);
    const read = readGroups(groups, batch.X.rows);
    const { rows, starts } = rowsByGroup(read);
    // Of many groups all are added to, or none is.
    checkValues(batch.X);
    batch.isChecked = true;
    this.#shared.named = batch.named;
    read.labels.forEach((label, g) => {
      this.#stateOf(label).add(batch, rows.subarray(starts[g], starts[g + 1]));
    });
    return this;
  }

  /** The state of a group, a new one if there is none yet. */
  #stateOf(key: Label): SumsState {
    const known = GramAccumulator.stateOf(this.#groups.get(key));
    if (known !== undefined) return known;
    const { p, targets, named } = this.#shared;
    const state = new SumsState(p, targets, named);
    this.#groups.set(key, GramAccumulator.of(state));
    return state;
  }

  /**
   * Adds the rows that others are the sums of, group by group; groups that are new come after those that are there.
   *
   * @param other - Sums of the same columns and targets, left unchanged.
   * @returns This.
   * @throws RangeError and TypeError as {@link GramAccumulator.merge}.
   */
  merge(other: GroupedAccumulator): this {
    if (!(typeof other === "object" && other !== null && #groups in other)) {
      throw typeError("ERR_TYPE", `"other" must be a GroupedAccumulator, got ${describe(other)}`);
    }
    this.#shared.checkAlike(other.#shared);
    if (this.#shared.named.names === undefined) this.#shared.named = other.#shared.named;
    for (const [key, sums] of [...other.#groups]) {
      this.#stateOf(key).merge(GramAccumulator.stateOf(sums) as SumsState);
    }
    return this;
  }

  /** The sums of a group, which go on with it; undefined if no row of it was added. */
  get(key: Label): GramAccumulator | undefined {
    return this.#groups.get(key);
  }

  /** The groups, in order of first appearance. */
  get keys(): readonly Label[] {
    return [...this.#groups.keys()];
  }

  /** The number of rows of all groups. */
  get rows(): number {
    let rows = 0;
    for (const sums of this.#groups.values()) rows += sums.rows;
    return rows;
  }

  /**
   * One model for each group, with `keys`, `at(key)` and `predict` as of {@link fitMany} with `groups`.
   *
   * @param options - `lambda`, a number, one for each key, or `"cv"` with `rule`; `target`; and the options of {@link GramAccumulator.path}.
   * @throws RangeError and TypeError as {@link fitMany}, and without groups. A group that cannot be fitted marks itself.
   */
  fitMany(options: GroupedManyOptions): ManyModels {
    const { keys } = this;
    if (keys.length === 0) throw rangeError("ERR_LENGTH", "fitMany needs sums of at least one group, got none");
    const { target = 0 } = readable("fitMany", options);
    const problems = keys.map((key) => ({ data: this.#stateOf(key), target, name: `group ${describe(key)}` }));
    return fitManySums(problems, options, "target", keys);
  }

  /** A plain object for JSON, of which {@link fromJSON} makes equal sums. */
  toJSON(): SumsJSON {
    return sumsToJSON("grouped-sums", this.#shared, this.#states(), this.keys);
  }

  /** @throws TypeError and RangeError for what `toJSON` does not make. */
  static fromJSON(json: SumsJSON): GroupedAccumulator {
    return GroupedAccumulator.#of(readSums("grouped-sums", json));
  }

  /** The same as bytes, without any rows: {@link GramAccumulator.toBytes}. */
  toBytes(): Uint8Array {
    return packSums("grouped-sums", this.#shared, this.#states(), this.keys);
  }

  /** @throws TypeError if they are no bytes, or those of other results; RangeError if they are of something else, cut short or changed. */
  static fromBytes(bytes: Uint8Array | ArrayBuffer): GroupedAccumulator {
    return GroupedAccumulator.#of(unpackSums("grouped-sums", bytes));
  }

  static #of({ p, targets, named, states, keys }: ReadSums): GroupedAccumulator {
    const grouped = new GroupedAccumulator(1);
    grouped.#shared = new SumsState(p, targets, named);
    keys.forEach((key, g) => {
      grouped.#groups.set(key, GramAccumulator.of(states[g]));
    });
    return grouped;
  }

  #states(): SumsState[] {
    return this.keys.map((key) => this.#stateOf(key));
  }

  /** A summary: groups, and how many rows each has. */
  override toString(): string {
    return groupedSummary(this.#shared.p, this.#groups);
  }
}
