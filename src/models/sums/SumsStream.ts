import { DenseMatrix } from "../../data/DenseMatrix.js";
import type { TableChunk } from "../../data/tables/readTable.js";
import type { VectorLike } from "../../data/toVector.js";
import {
  checkName,
  checkOptions,
  describe,
  inRowsFrom,
  isArray,
  isRecord,
  rangeError,
  reading,
  typeError,
} from "../../errors.js";
import type { Encoding } from "../../tables/Encoding.js";
import type { Call } from "../calls/Call.js";
import { foldOf } from "../dealing/foldOf.js";
import { GramAccumulator } from "./GramAccumulator.js";
import { GroupedAccumulator } from "./GroupedAccumulator.js";
import { checkValues, type FoldedBatch, NO_FOLD, readBatch } from "./readBatch.js";
import { SumsState } from "./SumsState.js";
import { addCall, addPlan } from "./sumsCall.js";
import { allRows, CHUNKED_PIECE, levelOf } from "./sumsPieces.js";

/** Rows of fewer numbers are summed sooner than sent. */
const LONG = 64;

/** How chunks of columns become sums of rows. */
export interface GramOfOptions {
  /** Makes X of a chunk: that of `encodingOf`, or of `designMatrix`. */
  encoding: Encoding;
  /** The column that is y. */
  target: string;
  /** The column of the rows' weights. Default 1 for each. */
  weights?: string | undefined;
  /** The column of their groups: then sums of each group. */
  groups?: string | undefined;
  /** Into how many folds rows are dealt, each by its position alone: {@link foldOf}. Default: none. */
  folds?: number | undefined;
  seed?: number | undefined;
}

/** Sums of rows that come in chunks. */
export class SumsStream {
  readonly #options: GramOfOptions;
  readonly #state: SumsState;
  readonly #grouped: GroupedAccumulator | undefined;
  /** Rows that do not fill a piece yet. */
  #rest: FoldedBatch | undefined;
  /** Whether rows are sent: no more once some have come that are none for pieces. */
  #isSent: boolean;
  #rows = 0;

  constructor(options: GramOfOptions) {
    checkOptions("gramOf", options, ["encoding", "target", "weights", "groups", "folds", "seed"]);
    const { encoding, target, weights, groups, folds, seed } = options;
    const isEncoding = (value: Partial<Encoding> | undefined): boolean =>
      typeof value?.apply === "function" && isArray(value.names);
    if (!reading('"encoding"', () => isEncoding(encoding))) {
      throw typeError("ERR_TYPE", `"encoding" must be of encodingOf or designMatrix, got ${describe(encoding)}`);
    }
    checkName("target", target);
    if (weights !== undefined) checkName("weights", weights);
    if (groups !== undefined) checkName("groups", groups);
    if (folds !== undefined) foldOf(0, folds, seed);
    this.#options = options;
    const p = encoding.names.length;
    this.#state = new SumsState(p, 1, { names: encoding.names, encoding });
    this.#isSent = p >= LONG;
    this.#grouped = groups === undefined ? undefined : new GroupedAccumulator(p);
  }

  /**
   * Adds the rows of a chunk: what of them fills pieces is a call, the rest waits.
   *
   * @throws RangeError and TypeError that name the row in the stream.
   */
  add(chunk: TableChunk): Call<void> | undefined {
    const before = this.#rows;
    try {
      return this.#add(chunk, before);
    } catch (error) {
      throw inRowsFrom(before, error);
    }
  }

  #add(chunk: TableChunk, before: number): Call<void> | undefined {
    const { encoding, target, weights: weightsOf, groups, folds, seed } = this.#options;
    const X = encoding.apply(chunk, "chunks");
    const { columns } = chunk as { columns: unknown };
    if (!isRecord(columns)) {
      throw typeError("ERR_TYPE", `"chunks" must hold chunks of readers, got ${describe(chunk)}`);
    }
    const column = (name: string): VectorLike => {
      const values = (columns as Record<string, VectorLike | undefined>)[name];
      if (values === undefined)
        throw rangeError("ERR_VALUE", `"chunks" must have the column ${describe(name)}, got none`);
      return values;
    };
    const y = column(target);
    const weights = weightsOf === undefined ? undefined : column(weightsOf);
    const fold =
      folds === undefined ? undefined : Uint8Array.from({ length: X.rows }, (_, i) => foldOf(before + i, folds, seed));
    this.#rows += X.rows;
    if (this.#grouped !== undefined) {
      this.#grouped.add(X, y, column(groups as string) as ArrayLike<number>, { weights, fold });
      return undefined;
    }
    const state = this.#state;
    const batch = readBatch(X, y, { weights, fold }, state.p, 1, state.named);
    if (!this.#isSent || !(X instanceof DenseMatrix)) {
      this.#flush();
      this.#isSent = false;
      state.add(batch, allRows(batch));
      return undefined;
    }
    // While rows are those of the chunk.
    checkValues(batch.X);
    batch.isChecked = true;
    const all = this.#rest === undefined ? batch : joined(this.#rest, allRows(this.#rest), batch);
    const take = (rows: Int32Array): void => {
      this.#rest = joined(all, rows);
    };
    return {
      ...addCall(state, all),
      *plan() {
        take(yield* addPlan(state, all, levelOf(state.p + 1, CHUNKED_PIECE)));
      },
    };
  }

  sums(): GramAccumulator | GroupedAccumulator {
    this.#flush();
    return this.#grouped ?? GramAccumulator.of(this.#state);
  }

  #flush(): void {
    if (this.#rest !== undefined) this.#state.add({ ...this.#rest, named: this.#state.named }, allRows(this.#rest));
    this.#rest = undefined;
  }
}

/** The listed rows of a dense batch, and all of another one. */
function joined(first: FoldedBatch, rows: Int32Array, second?: FoldedBatch): FoldedBatch {
  const p = first.X.columns;
  const more = second?.X.rows ?? 0;
  const n = rows.length + more;
  const data = new Float64Array(n * p);
  const y = new Float64Array(n);
  const fold = new Uint8Array(n).fill(NO_FOLD);
  const weights = first.weights || second?.weights ? new Float64Array(n).fill(1) : undefined;
  const add = (batch: FoldedBatch, list: Int32Array, at: number): void => {
    const part = (batch.X as DenseMatrix).takeRows(list);
    data.set(part.data, at * p);
    list.forEach((row, i) => {
      y[at + i] = batch.y[row];
      fold[at + i] = typeof batch.fold === "number" ? batch.fold : batch.fold[row];
      if (weights && batch.weights) weights[at + i] = batch.weights[row];
    });
  };
  add(first, rows, 0);
  if (second) add(second, allRows(second), rows.length);
  return { X: new DenseMatrix(data, n, p, "row"), byRow: undefined, y, weights, fold, isChecked: true };
}
