import type { Matrix } from "../../data/Matrix.js";
import { type Heap, int32, type Layout, raw16, raw64, take } from "../../kernels/arena.js";
import { coordinates, coordinatesLayout, pack } from "../designs/coordinates.js";
import type { CrossGram } from "../designs/Design.js";
import { denseColumnsLayout, listedColumns, standardizeColumns } from "../designs/denseColumns.js";
import { exactDependence } from "../designs/dependence.js";
import { type FitSettings, responseLayout, standardizeResponse } from "../designs/rows.js";
import { quantizeColumns, Screening } from "../designs/screening.js";
import { DataProblem } from "./DataProblem.js";

const ownLayout = (n: number, p: number, screened: boolean) =>
  [raw64(n * p), raw16(screened ? n * p : 0), raw64(p), raw64(n), raw64(p), int32(p)] as const;

/** A problem whose X lies in memory as a dense matrix in standard form. */
export class DenseProblem extends DataProblem {
  /** Column-major, n × p. */
  readonly X: Float64Array;
  /** Xᵀy */
  readonly #products: Float64Array;
  /** Coefficients or gradients of listed columns, one after the other. */
  readonly #packed: Float64Array;
  readonly #list: Int32Array;
  readonly #screening: Screening | undefined;

  static layout(n: number, p: number, screened: boolean): Layout {
    return [
      ownLayout(n, p, screened),
      responseLayout(n),
      denseColumnsLayout(p),
      coordinatesLayout(p),
      screened ? Screening.layout(n, p) : [],
    ];
  }

  /**
   * Copies X and brings it into standard form, with y and the settings. X is checked here, everything else before.
   *
   * @param screened - Whether to keep a copy of X in 16-bit integers, from which gradients are estimated at a quarter of the memory traffic.
   */
  constructor(arena: Heap, X: Matrix, y: Float64Array, settings: FitSettings, screened = false) {
    const { rows: n, columns: p } = X;
    const { kernels } = arena;
    const [data, integers, products, r, packed, list] = take(arena, ownLayout(n, p, screened));
    const response = standardizeResponse(arena, y, settings);
    const columns = standardizeColumns(arena, X, data, response, settings, (from, to, curvatures) => {
      kernels.transposedProduct(n, to - from, data, from * n, response.y, 0, products, from);
      if (screened) quantizeColumns(kernels, n, data, curvatures, from, to, integers);
    });
    const dependence = exactDependence(X, response.weights, settings.intercept, columns.scales);
    super(coordinates(arena, columns, response, settings), response.y, r, dependence);
    this.X = data;
    this.#products = products;
    this.#packed = packed;
    this.#list = list;
    if (screened) this.#screening = new Screening(this, integers, r);
  }

  override residual(count = this.eligible.length, columns = this.eligible): number {
    const { kernels, n, b, r } = this;
    const [packed, list] = [this.#packed, this.#list];
    r.set(this.y);
    this.rounding.measure(this, count, columns);
    const moved = pack(count, columns, b, list, packed);
    kernels.listProduct(n, moved, list, 0, this.X, 0, n, -1, packed, 0, r, 0);
    return kernels.float64.sumSquares(n, r, 0);
  }

  override gradient(count: number, columns: Int32Array): void {
    if (this.#isStart()) for (let k = 0; k < count; ++k) this.z[columns[k]] = this.#products[columns[k]];
    else this.#multiply(count, columns, this.z);
  }

  override screen(count: number, columns: Int32Array): void {
    if (this.#screening === undefined) this.gradient(count, columns);
    else this.gradient(this.#screening.run(count, columns, this.#list), this.#list);
  }

  override fill(columns: readonly number[]): Float64Array {
    return listedColumns(this.n, this.X, columns);
  }

  override responseProducts(out: Float64Array): number {
    out.set(this.#products);
    return this.kernels.float64.sumSquares(this.n, this.y, 0);
  }

  override readonly crossGram: CrossGram = (rowCount, rows, places, columnCount, columns, G, stride) => {
    const { kernels, n, X } = this;
    kernels.crossGram(n, X, 0, rowCount, rows, 0, places, 0, columnCount, columns, 0, G, 0, stride);
  };

  protected override products(): Float64Array {
    const out = new Float64Array(this.p);
    this.#multiply(this.eligible.length, this.eligible, out);
    return out;
  }

  /** Whether the residual is y. */
  #isStart(): boolean {
    const { n, y, r } = this;
    for (let i = 0; i < n; ++i) if (r[i] !== y[i]) return false;
    return true;
  }

  /** out ← Xᵀr in the listed columns. */
  #multiply(count: number, columns: Int32Array, out: Float64Array): void {
    const packed = this.#packed;
    this.kernels.listTransposedProduct(this.n, count, columns, 0, this.X, 0, this.r, 0, packed, 0);
    for (let k = 0; k < count; ++k) out[columns[k]] = packed[k];
  }
}
