import type { Matrix } from "../../data/Matrix.js";
import { type Heap, int32, type Layout, raw64, take } from "../../kernels/arena.js";
import { pack } from "./coordinates.js";
import { type CrossGram, Design, traitsLayout } from "./Design.js";
import { denseColumnsLayout, listedColumns, standardizeColumns } from "./denseColumns.js";
import { type FitSettings, type Rows, refuseOverflow } from "./rows.js";

/** Columns that are weighted at a time, behind those of X. */
const WEIGHTED = 32;

const ownLayout = (n: number, p: number) =>
  [raw64(n * (p + 1 + WEIGHTED)), raw64(p + 1), int32(p + 1), raw64(p + 1), int32(WEIGHTED)] as const;

/** A copy of X in standard form. X is checked here, everything else before. */
export class DenseDesign extends Design {
  /** Column-major, n rows. */
  readonly X: Float64Array;
  /** ‖x_j‖² */
  readonly squares: Float64Array;
  readonly #list: Int32Array;
  readonly #packed: Float64Array;
  /** The places of weighted columns. */
  readonly #weighted: Int32Array;

  /** Of p columns, without that of an intercept. */
  static layout(n: number, p: number): Layout {
    return [ownLayout(n, p), denseColumnsLayout(p), traitsLayout(p + 1)];
  }

  constructor(arena: Heap, X: Matrix, rows: Rows, settings: FitSettings) {
    const { rows: n, columns: p } = X;
    const arrays = take(arena, ownLayout(n, p));
    const own = standardizeColumns(arena, X, arrays[0], rows, settings);
    super(arena, X, rows, settings, own);
    [this.X, this.squares, this.#list, this.#packed, this.#weighted] = arrays;
    if (settings.intercept) this.X.set(rows.rowScales, p * n);
    this.squares.set(own.curvatures);
    this.#measure();
    for (let k = 0; k < WEIGHTED; ++k) this.#weighted[k] = this.size + k;
  }

  /** Finds curvatures, given the squares of the columns of X. */
  #measure(): void {
    const { n, weights, totalWeight } = this.rows;
    const { X, size, squares, traits } = this;
    const { sumSquares, absMax } = this.arena.kernels.float64;
    if (this.hasIntercept) squares[size - 1] = sumSquares(n, X, (size - 1) * n);
    const isUniform = weights.every((weight) => weight === weights[0]);
    for (let j = 0; j < size; ++j) {
      let sum = isUniform ? weights[0] * squares[j] : 0;
      if (!isUniform) for (let i = 0; i < n; ++i) sum += weights[i] * X[j * n + i] * X[j * n + i];
      traits.curvatures[j] = sum / totalWeight;
      if (!(sum < Number.POSITIVE_INFINITY)) refuseOverflow(absMax(n, X, j * n), j);
    }
  }

  override addProduct(count: number, columns: Int32Array, b: Float64Array, out: Float64Array): void {
    const { n } = this.rows;
    const [list, packed] = [this.#list, this.#packed];
    const moved = pack(count, columns, b, list, packed);
    this.arena.kernels.listProduct(n, moved, list, 0, this.X, 0, n, 1, packed, 0, out, 0);
  }

  override products(count: number, columns: Int32Array, r: Float64Array, z: Float64Array): void {
    const packed = this.#packed;
    this.arena.kernels.listTransposedProduct(this.rows.n, count, columns, 0, this.X, 0, r, 0, packed, 0);
    for (let k = 0; k < count; ++k) z[columns[k]] = packed[k];
  }

  override weightedGram(
    h: Float64Array,
    ...[rowCount, rows, places, columnCount, columns, G, stride]: Parameters<CrossGram>
  ): void {
    const { kernels } = this.arena;
    const { n } = this.rows;
    const { X } = this;
    const weighted = this.#weighted;
    for (let from = 0; from < rowCount; from += WEIGHTED) {
      const count = Math.min(WEIGHTED, rowCount - from);
      for (let k = 0; k < count; ++k) {
        kernels.multiply(n, X, rows[from + k] * n, h, 0, X, weighted[k] * n);
      }
      kernels.crossGram(n, X, 0, count, weighted, 0, places, from, columnCount, columns, 0, G, 0, stride);
    }
  }

  override fill(columns: readonly number[]): Float64Array {
    return listedColumns(this.rows.n, this.X, columns);
  }
}
