import type { Matrix } from "../../data/Matrix.js";
import { SparseMatrix } from "../../data/SparseMatrix.js";
import type { Heap, Layout } from "../../kernels/arena.js";
import { LEAST_WEIGHT } from "../../solvers/designs/magnitudes.js";
import type { FitSettings } from "../../solvers/designs/rows.js";
import type { GramSums, RowSummer } from "../../solvers/sums/GramSums.js";
import { isFlatIn, pivotsAt, rowSummer, rowSummerLayout, sharesOf } from "../../solvers/sums/rowSums.js";
import { hasSparseColumns, sparseSummer, sparseSummerLayout } from "../../solvers/sums/sparseSums.js";
import { type Folds, rowsByFold } from "../dealing/Folds.js";
import { TrainingSums } from "./TrainingSums.js";

/** The sums of each fold's rows from one pass over X, and from them those of all rows and of all but a fold's, without cancellation. */
export class FoldSums extends TrainingSums {
  /** A row of positive weight, and its y − offset: numbers near which the data are. */
  readonly pivots: Float64Array;
  /** The rows of positive weight of each fold. */
  readonly rows: readonly Int32Array[];
  readonly #X: Matrix;
  readonly #folds: Folds;
  readonly #weights: Float64Array | undefined;
  readonly #summer: RowSummer;

  /** For so many folds, none of more rows than `largest`. */
  static layoutOf(X: Matrix | { columns: number }, count: number, largest: number): Layout {
    const p = X.columns;
    return [
      TrainingSums.layout(p, count),
      X instanceof SparseMatrix && hasSparseColumns(X) ? sparseSummerLayout(X, largest) : rowSummerLayout(largest, p),
    ];
  }

  constructor(
    arena: Heap,
    X: Matrix,
    y: Float64Array,
    { offset, weights }: Pick<FitSettings, "offset" | "weights">,
    folds: Folds,
  ) {
    const p = X.columns;
    super(arena, p, folds.count);
    this.#X = X;
    this.#folds = folds;
    this.#weights = weights;
    this.rows = rowsByFold(folds, (row) => weights === undefined || weights[row] > 0);
    const first = this.rows.reduce((least, [row]) => Math.min(least, row), Number.POSITIVE_INFINITY);
    this.pivots = pivotsAt(first, X, y, offset);
    const sparse = X instanceof SparseMatrix && hasSparseColumns(X) ? X : undefined;
    if (sparse) this.pivots.fill(0, 0, p);
    const shares = weights && sharesOf(weights);
    const largest = this.rows.reduce((most, { length }) => Math.max(most, length), 0);
    this.#summer = sparse
      ? sparseSummer(arena, sparse, y, offset, shares, this.pivots[p], largest)
      : rowSummer(arena, X, y, offset, shares, this.pivots, largest);
  }

  /** Sums up the rows of a fold. @throws RangeError for values that are not finite. */
  sum(fold: number): GramSums {
    this.#summer.sum(this.rows[fold], this.own[fold]);
    return this.own[fold];
  }

  /** Whether a column has one value in all rows of positive weight, those of a fold left out. */
  isFlat(column: number, without = -1): boolean {
    const weights = this.#weights;
    const { of } = this.#folds;
    return isFlatIn(this.#X, column, (i) => of[i] !== without && (weights === undefined || weights[i] > 0));
  }
}

/** Whether every fold has a share of the weight with which products keep their digits. */
export const areOrdinary = (own: readonly GramSums[]): boolean => own.every(({ weight }) => weight >= LEAST_WEIGHT);
