import { isSameList } from "../../data/columnsOf.js";
import type { ColumnNames } from "../../data/Matrix.js";
import { describe, rangeError } from "../../errors.js";
import { bytesOf } from "../../kernels/arena.js";
import { acquire, release } from "../../kernels/pool.js";
import { copyMerged, type MergedSums, mergeAll } from "../../solvers/sums/MergedSums.js";
import type { FoldedSums } from "./fitSums.js";
import { BAD_VALUE, RowStream, Summer } from "./RowStream.js";
import { checkValues, type FoldedBatch } from "./readBatch.js";

/** The sums of an accumulator: a stream of rows for each fold. */
export class SumsState implements FoldedSums {
  readonly p: number;
  readonly targets: number;
  named: ColumnNames;
  readonly #streams = new Map<number, RowStream>();
  /** What the streams are, until they change. */
  #folds: FoldedSums["folds"] | undefined;
  #all: { sums: MergedSums | undefined } | undefined;

  constructor(p: number, targets: number, named: ColumnNames) {
    this.p = p;
    this.targets = targets;
    this.named = named;
  }

  get rows(): number {
    let rows = 0;
    for (const stream of this.#streams.values()) rows += stream.rows;
    return rows;
  }

  get folds(): FoldedSums["folds"] {
    this.#folds ??= [...this.#streams]
      .sort(([a], [b]) => a - b)
      .map(([fold, stream]) => ({ fold, rows: stream.rows, sums: stream.total() }));
    return this.#folds;
  }

  /** Of all rows; undefined if none has weight. */
  get all(): MergedSums | undefined {
    this.#all ??= { sums: mergeAll(this.folds.map(({ sums }) => sums)) };
    return this.#all.sums;
  }

  #stream(fold: number): RowStream {
    const known = this.#streams.get(fold);
    if (known !== undefined) return known;
    const stream = new RowStream(this.p + this.targets, this.targets);
    this.#streams.set(fold, stream);
    return stream;
  }

  #change(named: ColumnNames): void {
    this.#folds = undefined;
    this.#all = undefined;
    if (this.named.names === undefined) this.named = named;
  }

  /** Adds the listed rows of a batch. @throws RangeError for values that sums do not take; nothing has been added then. */
  add(batch: FoldedBatch & { named: ColumnNames }, rows: Int32Array): void {
    const byFold = rowsOfFolds(batch, rows).map((part) => {
      const stream = this.#streams.get(part.fold) ?? new RowStream(this.p + this.targets, this.targets);
      return { ...part, stream, isFilled: stream.isFilledBy(part.counted.length) };
    });
    const size = this.p + this.targets;
    const heap = byFold.some((part) => part.isFilled)
      ? acquire(bytesOf(Summer.layout(size)), "a block of rows")
      : undefined;
    const restores: (() => void)[] = [];
    try {
      const summer = heap && new Summer(heap, size, this.targets);
      for (const { stream, total, counted, isFilled } of byFold) {
        restores.push(stream.save(isFilled));
        stream.add(batch, counted, summer);
        stream.rows += total;
      }
    } catch (error) {
      for (const restore of restores) restore();
      if (error === BAD_VALUE) checkValues(batch.X);
      throw error;
    } finally {
      if (heap) release(heap);
    }
    for (const { fold, stream } of byFold) this.#streams.set(fold, stream);
    this.#change(batch.named);
  }

  /** Adds the sums of the rows of a fold, its own then. */
  push(fold: number, sums: MergedSums | undefined, rows: number): void {
    this.#change({});
    const stream = this.#stream(fold);
    if (sums) stream.push(sums, rows);
    else stream.rows += rows;
  }

  /** Adds blocks of rows of a fold: {@link RowStream.pushBlocks}. */
  pushBlocks(fold: number, sums: MergedSums, level: number): void {
    this.#change({});
    this.#stream(fold).pushBlocks(sums, level);
  }

  /** @throws RangeError for sums of other columns. */
  checkAlike(other: { p: number; targets: number; named: ColumnNames }): void {
    for (const [what, own, its] of [
      ["columns", this.p, other.p],
      ["targets", this.targets, other.targets],
    ]) {
      if (own !== its) throw rangeError("ERR_LENGTH", `"other" must have ${own} ${what}, got ${its}`);
    }
    const { names } = this.named;
    if (names === undefined || other.named.names === undefined || isSameList(other.named.names, names)) return;
    const place = names.findIndex((name, j) => name !== other.named.names?.[j]);
    throw rangeError(
      "ERR_VALUE",
      `"other" must have the same columns, got ${describe(other.named.names[place])} as column ${place} in place of ${describe(names[place])}`,
    );
  }

  /** Adds the sums of others of the same columns. */
  merge(other: SumsState): void {
    const { folds, named } = other;
    this.#change(named);
    for (const { fold, rows, sums } of folds) this.push(fold, sums && copyMerged(sums), rows);
  }
}

/** Of the listed rows those of each fold, and among them those with weight. */
export function rowsOfFolds({ fold, weights }: FoldedBatch, rows: Int32Array) {
  const counts = (row: number): boolean => weights === undefined || weights[row] > 0;
  if (typeof fold === "number") {
    return [{ fold, total: rows.length, counted: weights ? rows.filter(counts) : rows }].filter(
      ({ total }) => total > 0,
    );
  }
  const sizes = new Int32Array(256);
  const totals = new Int32Array(256);
  for (const row of rows) {
    totals[fold[row]] += 1;
    if (counts(row)) sizes[fold[row]] += 1;
  }
  const lists = Array.from(sizes, (size) => new Int32Array(size));
  const next = new Int32Array(256);
  for (const row of rows) if (counts(row)) lists[fold[row]][next[fold[row]]++] = row;
  return Array.from(totals.keys(), (k) => ({ fold: k, total: totals[k], counted: lists[k] })).filter(
    ({ total }) => total > 0,
  );
}
