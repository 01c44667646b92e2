import { compensatedSum } from "../../arithmetic/compensatedSum.js";
import type { Matrix } from "../../data/Matrix.js";
import { SparseMatrix } from "../../data/SparseMatrix.js";
import { alignedBytes, type Heap } from "../../kernels/arena.js";
import { LEAST_WEIGHT } from "../../solvers/designs/magnitudes.js";
import type { FitSettings } from "../../solvers/designs/rows.js";
import {
  addSums,
  copySums,
  emptySums,
  type GramSums,
  gramSumsBytes,
  type RowSummer,
} from "../../solvers/sums/GramSums.js";
import { rowSummer, rowSummerBytes } from "../../solvers/sums/rowSums.js";
import { hasSparseColumns, sparseSummer, sparseSummerBytes } from "../../solvers/sums/sparseSums.js";
import { type Folds, rowsByFold } from "../dealing/Folds.js";

type Rows = Pick<FitSettings, "offset" | "weights">;

/** The sums of each fold's rows from one pass over X, and from them those of all rows and of all but a fold's, without cancellation. */
export class FoldSums {
  /** A row of positive weight, and its y − offset: numbers near which the data are. */
  readonly pivots: Float64Array;
  /** The rows of positive weight of each fold. */
  readonly rows: readonly Int32Array[];
  readonly own: readonly GramSums[];
  readonly #arena: Heap;
  readonly #X: Matrix;
  readonly #folds: Folds;
  readonly #weights: Float64Array | undefined;
  readonly #summer: RowSummer;
  /** Of the folds from k on, and of those before the latest one that was left out. */
  readonly #after: readonly GramSums[];
  readonly #before: GramSums;
  #left = 0;
  readonly #training: GramSums;
  readonly #work: Float64Array;

  /** Bytes for so many folds, none of more rows than `largest`. */
  static bytes(X: Matrix | { columns: number }, count: number, largest: number): number {
    const p = X.columns;
    return (
      2 * (count + 1) * gramSumsBytes(p) +
      alignedBytes(8 * (p + 1)) +
      (X instanceof SparseMatrix && hasSparseColumns(X) ? sparseSummerBytes(X, largest) : rowSummerBytes(largest, p))
    );
  }

  constructor(arena: Heap, X: Matrix, y: Float64Array, { offset, weights }: Rows, folds: Folds) {
    const p = X.columns;
    this.#arena = arena;
    this.#X = X;
    this.#folds = folds;
    this.#weights = weights;
    this.rows = rowsByFold(folds, (row) => weights === undefined || weights[row] > 0);
    this.pivots = firstRow(X, y, offset, this.rows);
    const sparse = X instanceof SparseMatrix && hasSparseColumns(X) ? X : undefined;
    if (sparse) this.pivots.fill(0, 0, p);
    const shares = weights && sharesOf(weights);
    const largest = this.rows.reduce((most, { length }) => Math.max(most, length), 0);
    this.#summer = sparse
      ? sparseSummer(arena, sparse, y, offset, shares, this.pivots[p], largest)
      : rowSummer(arena, X, y, offset, shares, this.pivots, largest);
    this.own = this.rows.map(() => emptySums(arena, p));
    this.#work = arena.raw64(p + 1);
    this.#after = this.rows.map(() => emptySums(arena, p));
    this.#before = emptySums(arena, p);
    this.#training = emptySums(arena, p);
  }

  /** Sums up the rows of a fold. @throws RangeError for values that are not finite. */
  sum(fold: number): GramSums {
    this.#summer.sum(this.rows[fold], this.own[fold]);
    return this.own[fold];
  }

  /** Takes the sums of all folds: its own, or equal ones from elsewhere. All that follows is of these. */
  take(own: readonly GramSums[]): void {
    const after = this.#after;
    for (let fold = own.length - 1; fold >= 0; --fold) {
      if (own[fold] !== this.own[fold]) copySums(own[fold], this.own[fold]);
      if (fold + 1 < own.length) copySums(after[fold + 1], after[fold]);
      addSums(this.#arena.kernels, after[fold], this.own[fold], this.#work);
    }
  }

  /** Of all rows. */
  get all(): GramSums {
    return this.#after[0];
  }

  /** Of all rows but the fold's, until the next call: quickest for one fold after the other. */
  without(fold: number): GramSums {
    const { kernels } = this.#arena;
    const training = this.#training;
    if (fold < this.#left) {
      this.#before.weight = 0;
      this.#before.squares = 0;
      this.#left = 0;
    }
    while (this.#left < fold) addSums(kernels, this.#before, this.own[this.#left++], this.#work);
    copySums(this.#before, training);
    if (fold + 1 < this.own.length) addSums(kernels, training, this.#after[fold + 1], this.#work);
    return training;
  }

  /** Whether a column has one value in all rows of positive weight, those of a fold left out. */
  isFlat(column: number, without = -1): boolean {
    const values = new Float64Array(this.#X.rows);
    this.#X.copyColumns(values, column, column + 1);
    let first = -1;
    for (let i = 0; i < values.length; ++i) {
      if (this.#folds.of[i] === without || (this.#weights !== undefined && !(this.#weights[i] > 0))) continue;
      if (first < 0) first = i;
      if (values[i] !== values[first]) return false;
    }
    return true;
  }
}

/** Whether every fold has a share of the weight with which products keep their digits. */
export const areOrdinary = (own: readonly GramSums[]): boolean => own.every(({ weight }) => weight >= LEAST_WEIGHT);

/** Weights that sum to 1. */
function sharesOf(weights: Float64Array): Float64Array {
  const total = compensatedSum(weights);
  return weights.map((weight) => weight / total);
}

function firstRow(X: Matrix, y: Float64Array, offset: Float64Array | undefined, rows: readonly Int32Array[]) {
  const row = rows.reduce((least, [first]) => Math.min(least, first), Number.POSITIVE_INFINITY);
  const values = new Float64Array(X.columns + 1);
  X.copyRows(values.subarray(0, X.columns), Int32Array.of(row));
  values[X.columns] = y[row] - (offset?.[row] ?? 0);
  return values.map((value) => (Number.isFinite(value) ? value : 0));
}
