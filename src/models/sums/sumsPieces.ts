import type { Piece, Workshop } from "../calls/Call.js";
import { BAD_VALUE, type Batch, BLOCK_ROWS, RowStream, withSummer } from "./RowStream.js";
import { checkValues, type FoldedBatch } from "./readBatch.js";
import { rowsOfFolds } from "./SumsState.js";

/** Rows to be summed, and how many numbers and targets each has. */
interface SumsData {
  batch: FoldedBatch;
  size: number;
  targets: number;
}

/** So many rows of one of the folds, that fill blocks. */
export interface BlocksPiece extends Piece {
  readonly do: "blocks";
  /** The place of the fold among those that the batch has. */
  readonly place: number;
  readonly from: number;
  readonly to: number;
}

/** About what a piece costs, in operations: of rows that are there, and of those that come in chunks, which wait until they fill one. */
const PIECE = 1e8;
export const CHUNKED_PIECE = 1e7;

export const rowsOf = (level: number): number => BLOCK_ROWS * (1 << level);

/** Pieces are of 2^level blocks, so that each is a whole branch of the tree that blocks are merged in. */
export function levelOf(size: number, cost = PIECE): number {
  let level = 0;
  while (rowsOf(level + 1) * size * size <= cost) level += 1;
  return level;
}

export const allRows = ({ X }: Batch): Int32Array => new Int32Array(X.rows).map((_, i) => i);

export function openSums({ batch, size, targets }: SumsData): Workshop {
  const folds = rowsOfFolds(batch, allRows(batch));
  return {
    *work(given) {
      const { place, from, to } = given as BlocksPiece;
      const stream = new RowStream(size, targets);
      withSummer(size, targets, (summer) => {
        try {
          stream.add(batch, folds[place].counted.subarray(from, to), summer);
        } catch (error) {
          if (error === BAD_VALUE) checkValues(batch.X);
          throw error;
        }
      });
      yield to - from;
      return stream.total();
    },
  };
}
