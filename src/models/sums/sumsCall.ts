import { type MatrixLike, toMatrix } from "../../data/toMatrix.js";
import type { VectorLike } from "../../data/toVector.js";
import { isArray, reading } from "../../errors.js";
import type { MergedSums } from "../../solvers/sums/MergedSums.js";
import type { Call, Plan } from "../calls/Call.js";
import { readMatrix } from "../options/options.js";
import { GramAccumulator } from "./GramAccumulator.js";
import { type AddOptions, type FoldedBatch, readBatch } from "./readBatch.js";
import { rowsOfFolds, SumsState } from "./SumsState.js";
import { allRows, type BlocksPiece, levelOf, openSums, rowsOf } from "./sumsPieces.js";

/** The sums of rows, as one `add` of an empty {@link GramAccumulator} makes them: blocks side by side, and merged in the same tree. */
export function sumsCall(X: MatrixLike, y: VectorLike | MatrixLike, options: AddOptions): Call<GramAccumulator> {
  const matrix = readMatrix(X);
  const isVector =
    ArrayBuffer.isView(y) || (isArray(y) && reading('"y"', () => y.length === 0 || typeof y[0] === "number"));
  const targets = isVector ? 1 : toMatrix("y", y).columns;
  const batch = readBatch(matrix as never, y, options, matrix.columns, targets, {});
  const state = new SumsState(matrix.columns, targets, {});
  return {
    ...addCall(state, batch),
    *plan() {
      const rest = yield* addPlan(state, batch);
      state.add(batch, rest);
      return GramAccumulator.of(state);
    },
  };
}

/** What works on the blocks of a batch. */
export function addCall({ p, targets }: SumsState, batch: FoldedBatch): Omit<Call, "plan"> {
  const data = { batch, size: p + targets, targets };
  return { kind: "gram", open: () => openSums(data), data: () => data, unit: "rows", total: batch.X.rows };
}

/** Adds the rows of a batch that fill pieces, given that those before did, and returns all others. */
export function* addPlan(
  state: SumsState,
  batch: FoldedBatch,
  level = levelOf(state.p + state.targets),
): Plan<Int32Array> {
  const rows = allRows(batch);
  const folds = rowsOfFolds(batch, rows);
  const size = rowsOf(level);
  const pieces = folds.flatMap(({ counted }, place) =>
    Array.from({ length: Math.floor(counted.length / size) }, (_, k): BlocksPiece => {
      const from = k * size;
      return { do: "blocks", units: size, place, from, to: from + size };
    }),
  );
  if (pieces.length === 0) return rows;
  const isDone = new Uint8Array(rows.length);
  const sums = (yield { pieces }) as MergedSums[];
  pieces.forEach(({ place, from, to }, k) => {
    const { fold, counted } = folds[place];
    state.pushBlocks(fold, sums[k], level);
    for (let i = from; i < to; ++i) isDone[counted[i]] = 1;
  });
  return rows.filter((row) => isDone[row] === 0);
}
