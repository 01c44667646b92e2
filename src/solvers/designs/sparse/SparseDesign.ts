import type { SparseMatrix } from "../../../data/SparseMatrix.js";
import { type Heap, int32, type Layout, raw64, take } from "../../../kernels/arena.js";
import { type CrossGram, Design, traitsLayout } from "../Design.js";
import { type FitSettings, type Rows, refuseOverflow } from "../rows.js";
import { SparseGram } from "./SparseGram.js";
import { type SparseColumns, sparseColumnsLayout, standardizeSparse } from "./sparseColumns.js";

const ownLayout = (p: number) => [int32(p + 1), raw64(p + 1)] as const;

/**
 * A copy of a sparse X in standard form. X is checked here, everything else before. Column j is x_j − μ_j·e, and x_j
 * alone is stored; e, of ones in the rows of positive weight, is the intercept's column. Columns that are more than half full are
 * stored centred, with μ_j = 0.
 */
export class SparseDesign extends Design {
  override readonly stored: SparseColumns;
  /** The columns of X among those that are listed. */
  readonly #list: Int32Array;
  /** x_j·r of these. */
  readonly #products: Float64Array;
  readonly #gram: SparseGram;

  /** Of p columns, without that of an intercept. */
  static layout(n: number, p: number, entries: number): Layout {
    return [sparseColumnsLayout(p, entries), traitsLayout(p + 1), ownLayout(p), SparseGram.layout(n, p, entries)];
  }

  constructor(arena: Heap, X: SparseMatrix, rows: Rows, settings: FitSettings) {
    const stored = standardizeSparse(arena, X, rows, settings);
    super(arena, X, rows, settings, stored);
    this.stored = stored;
    [this.#list, this.#products] = take(arena, ownLayout(X.columns));
    this.#gram = new SparseGram(arena, X.rows, stored);
    this.#measure(X.columns);
  }

  #measure(p: number): void {
    const { weights, totalWeight } = this.rows;
    const { curvatures } = this.traits;
    const { values, rowIndices, columnPointers, implicitMeans: means } = this.stored;
    for (let j = 0; j < p; ++j) {
      let sum = 0;
      for (let k = columnPointers[j]; k < columnPointers[j + 1]; ++k)
        sum += weights[rowIndices[k]] * values[k] * values[k];
      // The mean takes of a column that is not centred at most half of its squares.
      curvatures[j] = sum / totalWeight - means[j] * means[j];
      if (!(sum < Number.POSITIVE_INFINITY))
        refuseOverflow(this.arena.kernels.float64.absMax(values.length, values, 0), j);
    }
    if (this.hasIntercept) curvatures[p] = 1;
  }

  override addProduct(count: number, columns: Int32Array, b: Float64Array, out: Float64Array): void {
    const { kernels } = this.arena;
    const { n, rowScales: e } = this.rows;
    const { implicitMeans: means, values, rowIndices, columnPointers } = this.stored;
    const list = this.#list;
    const found = this.#select(count, columns);
    const operands = [values, 0, rowIndices, 0, columnPointers, 0] as const;
    kernels.sparseListProduct(found, list, 0, ...operands, 1, b, 0, out, 0);
    if (!this.hasIntercept) return;
    let shift = found < count ? b[this.size - 1] : 0;
    for (let k = 0; k < found; ++k) shift -= means[list[k]] * b[list[k]];
    kernels.float64.axpy(n, shift, e, 0, out, 0);
  }

  override products(count: number, columns: Int32Array, r: Float64Array, z: Float64Array): void {
    const products = this.#multiply(count, columns, r);
    for (let k = 0; k < count; ++k) z[columns[k]] = products[columns[k]];
  }

  override weightedGram(
    h: Float64Array,
    ...[rowCount, rows, places, columnCount, columns, G, stride, levers = this.noLevers()]: [
      ...Parameters<CrossGram>,
      levers?: Float64Array,
    ]
  ): void {
    const { implicitMeans: means } = this.stored;
    const p = means.length;
    const leversOf = (count: number, listed: Int32Array): Float64Array => {
      const wanted = listed.subarray(0, count);
      const missing = wanted.filter((j) => Number.isNaN(levers[j]));
      this.products(missing.length, missing, h, levers);
      return Float64Array.from(wanted, (j) => levers[j]);
    };
    const own = leversOf(rowCount, rows);
    const others = leversOf(columnCount, columns);
    const total = this.hasIntercept ? this.arena.kernels.float64.dot(this.rows.n, this.rows.rowScales, 0, h, 0) : 0;
    const fill = (a: number, sums: Float64Array): void => {
      const j = rows[a];
      const row = places[a] * stride;
      for (let c = 0; c < columnCount; ++c) {
        const k = columns[c];
        G[row + c] =
          k === p ? own[a] : sums[k] - means[j] * others[c] - means[k] * own[a] - means[j] * means[k] * total;
      }
    };
    const listed = rows.subarray(0, rowCount);
    // The intercept's row is that of its levers.
    const at = listed.indexOf(p);
    if (at >= 0) G.set(others, places[at] * stride);
    const stored = at < 0 ? listed : listed.filter((j) => j < p);
    const found = this.#select(columnCount, columns);
    this.#gram.rows(stored.length, stored, h, found, this.#list, (k, sums) => {
      fill(at < 0 || k < at ? k : k + 1, sums);
    });
  }

  override fill(columns: readonly number[]): Float64Array {
    const { n } = this.rows;
    const filled = new Float64Array(n * columns.length);
    columns.forEach((j, k) => {
      this.#unpack(j, filled, k * n);
    });
    return filled;
  }

  /** Lists the columns of X among the listed ones; returns how many there are. */
  #select(count: number, columns: Int32Array): number {
    const p = this.stored.implicitMeans.length;
    const list = this.#list;
    let found = 0;
    for (let k = 0; k < count; ++k) if (columns[k] < p) list[found++] = columns[k];
    return found;
  }

  /** x_j·r for the listed columns, at their places. */
  #multiply(count: number, columns: Int32Array, r: Float64Array): Float64Array {
    const { kernels } = this.arena;
    const { n, rowScales: e } = this.rows;
    const { implicitMeans: means, values, rowIndices, columnPointers } = this.stored;
    const [list, products] = [this.#list, this.#products];
    const found = this.#select(count, columns);
    const operands = [values, 0, rowIndices, 0, columnPointers, 0] as const;
    kernels.sparseListTransposedProduct(found, list, 0, ...operands, r, 0, products, 0);
    const sum = this.hasIntercept ? kernels.float64.dot(n, e, 0, r, 0) : 0;
    for (let k = 0; k < found; ++k) products[list[k]] -= means[list[k]] * sum;
    if (this.hasIntercept) products[this.size - 1] = sum;
    return products;
  }

  /** out ← x_j */
  #unpack(j: number, out: Float64Array, at: number): void {
    const { n, rowScales: e } = this.rows;
    const { implicitMeans: means, values, rowIndices, columnPointers } = this.stored;
    const isOfIntercept = j === means.length;
    for (let i = 0; i < n; ++i) out[at + i] = isOfIntercept ? e[i] : -means[j] * e[i];
    if (isOfIntercept) return;
    for (let k = columnPointers[j]; k < columnPointers[j + 1]; ++k) out[at + rowIndices[k]] += values[k];
  }
}
