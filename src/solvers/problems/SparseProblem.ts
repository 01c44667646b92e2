import type { SparseMatrix } from "../../data/SparseMatrix.js";
import { float64, type Heap, type Layout, raw64, take } from "../../kernels/arena.js";
import { type Active, coordinates, coordinatesLayout, type Projection } from "../designs/coordinates.js";
import type { CrossGram } from "../designs/Design.js";
import { exactDependence } from "../designs/dependence.js";
import { type FitSettings, responseLayout, standardizeResponse } from "../designs/rows.js";
import { SparseGram } from "../designs/sparse/SparseGram.js";
import { type SparseColumns, sparseColumnsLayout, standardizeSparse } from "../designs/sparse/sparseColumns.js";
import { DataProblem } from "./DataProblem.js";

/** Columns with their coordinates, under whatever numbers. */
export interface SparseCoordinates extends SparseColumns {
  b: Float64Array;
  curvatures: Float64Array;
  l1: Float64Array;
  l2: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
}

const ownLayout = (n: number, p: number) => [raw64(n), float64(1), raw64(n), raw64(p)] as const;

/** What an epoch has to read. */
const HAS_MEANS = 1;
const HAS_L2 = 2;
const HAS_BOUNDS = 4;

/** The most operations for a basis of columns that are unpenalised: these are filled in. */
const MOST_PROJECTED = 1e9;

/**
 * A problem whose X lies in memory in compressed sparse columns, centred only by what its descent knows of the means.
 *
 * With e_i = √v_i, a vector of norm 1 that the residual is orthogonal to if there is an intercept, the
 * column is x_j − μ_j·e, and x_j alone is stored. So a gradient is a sparse dot product, and only norms and products of
 * columns lose digits to their means: at most one bit, because columns that are more than half full are stored centred, with μ_j = 0.
 */
export class SparseProblem extends DataProblem {
  readonly columns: SparseCoordinates;
  /** The column with the largest penalty factor: where it has no l1 or no l2, none has. */
  readonly mostPenalised: number;
  readonly #hasIntercept: boolean;
  /** What epochs have to read, but for an l2. */
  readonly #traits: number;
  readonly #e: Float64Array;
  /** What r is to have of e besides, as epochs keep it apart until it is flattened. */
  readonly #shift: Float64Array;
  readonly #gram: SparseGram;
  readonly #ones: Float64Array;
  /** Of a column with others. */
  readonly #products: Float64Array;

  /** @param entries - Of {@link storedEntries}. */
  static layout(n: number, p: number, entries: number): Layout {
    return [
      responseLayout(n),
      sparseColumnsLayout(p, entries),
      coordinatesLayout(p),
      ownLayout(n, p),
      SparseGram.layout(n, p, entries),
    ];
  }

  /** Copies a sparse X and brings it into standard form, with y and the settings. X is checked here, everything else before. */
  constructor(arena: Heap, X: SparseMatrix, y: Float64Array, settings: FitSettings) {
    const { intercept, lowerBounds, upperBounds } = settings;
    const response = standardizeResponse(arena, y, settings);
    const stored = standardizeSparse(arena, X, response, settings);
    const own = coordinates(arena, stored, response, settings);
    const [r, shift, ones, products] = take(arena, ownLayout(X.rows, X.columns));
    super(own, response.y, r, exactDependence(X, response.weights, intercept, own.scales));
    const { values, rowIndices, columnPointers, implicitMeans } = stored;
    const { b, curvatures, l1, l2, lower, upper, eligible, penaltyFactor } = own;
    const stores = { values, rowIndices, columnPointers, implicitMeans };
    this.columns = { ...stores, b, curvatures, l1, l2, lower, upper };
    this.mostPenalised = eligible.reduce((most, j) => (penaltyFactor[j] > penaltyFactor[most] ? j : most), eligible[0]);
    this.#hasIntercept = intercept;
    const isBounded = lowerBounds !== undefined || upperBounds !== undefined;
    this.#traits = (intercept ? HAS_MEANS : 0) + (isBounded ? HAS_BOUNDS : 0);
    this.#e = response.rowScales;
    this.#shift = shift;
    this.#gram = new SparseGram(arena, X.rows, stored);
    this.#ones = ones.fill(1);
    this.#products = products;
  }

  override residual(count = this.eligible.length, columns = this.eligible): number {
    return this.residualOf(this.columns, count, columns);
  }

  /** {@link residual} at a b which is 0 but for the listed ones of some columns. */
  residualOf(of: SparseCoordinates, count: number, listed: Int32Array): number {
    const { kernels, n, r } = this;
    const { dot, axpy, sumSquares } = kernels.float64;
    const e = this.#e;
    r.set(this.y);
    this.rounding.measure(of, count, listed);
    this.#shift[0] = 0;
    kernels.sparseListProduct(count, listed, 0, ...storedOf(of), -1, of.b, 0, r, 0);
    if (this.#hasIntercept) {
      let mean = 0;
      for (let k = 0; k < count; ++k) mean += of.implicitMeans[listed[k]] * of.b[listed[k]];
      axpy(n, mean, e, 0, r, 0);
      axpy(n, -dot(n, e, 0, r, 0), e, 0, r, 0);
    }
    return sumSquares(n, r, 0);
  }

  override gradient(count: number, columns: Int32Array): void {
    this.#multiply(count, columns, this.r, this.z);
  }

  override screen(count: number, columns: Int32Array): void {
    this.gradient(count, columns);
  }

  override project(
    columns: readonly number[],
    residualSquares: number,
    count: number,
    listed: Int32Array,
    active?: Active,
  ): Projection | undefined {
    const size = columns.length;
    if (this.n * size * Math.min(this.n, size) > MOST_PROJECTED) return undefined;
    return super.project(columns, residualSquares, count, listed, active);
  }

  /** Makes r the residual, which it is after epochs but for a multiple of e. */
  flatten(): void {
    this.kernels.float64.axpy(this.n, this.#shift[0], this.#e, 0, this.r, 0);
    this.#shift[0] = 0;
  }

  /** One epoch of coordinate descent over the listed ones of some columns; returns the largest ‖x_j‖²·Δ_j². */
  epochOf(of: SparseCoordinates, count: number, listed: Int32Array): number {
    const { b, curvatures, l1, l2, lower, upper, implicitMeans } = of;
    const X = [...storedOf(of), this.r, 0, this.#shift, 0, implicitMeans, 0] as const;
    const own = [b, 0, curvatures, 0, l1, 0, l2, 0, lower, 0, upper, 0] as const;
    const traits = this.#traits + (this.l2[this.mostPenalised] === 0 ? 0 : HAS_L2);
    return this.kernels.sparseEpoch(count, listed, 0, ...X, ...own, traits);
  }

  override fill(columns: readonly number[]): Float64Array {
    const { n } = this;
    const { values, rowIndices, columnPointers, implicitMeans } = this.columns;
    const e = this.#e;
    const filled = new Float64Array(n * columns.length);
    columns.forEach((j, k) => {
      for (let i = 0; i < n; ++i) filled[k * n + i] = -implicitMeans[j] * e[i];
      for (let at = columnPointers[j]; at < columnPointers[j + 1]; ++at) filled[k * n + rowIndices[at]] += values[at];
    });
    return filled;
  }

  override responseProducts(out: Float64Array): number {
    this.#multiply(this.eligible.length, this.eligible, this.y, out);
    return this.kernels.float64.sumSquares(this.n, this.y, 0);
  }

  override readonly crossGram: CrossGram = (rowCount, rows, places, columnCount, columns, G, stride) => {
    const { implicitMeans } = this.columns;
    this.#gram.rows(rowCount, rows, this.#ones, columnCount, columns, (a, sums) => {
      const row = places[a] * stride;
      for (let c = 0; c < columnCount; ++c) {
        G[row + c] = sums[columns[c]] - implicitMeans[rows[a]] * implicitMeans[columns[c]];
      }
    });
  };

  protected override products(): Float64Array {
    this.#multiply(this.eligible.length, this.eligible, this.r, this.#products);
    return this.#products.slice();
  }

  /** out ← Xᵀv in the listed columns; with an intercept, their means are left out, which a v orthogonal to e has nothing of. */
  #multiply(count: number, columns: Int32Array, v: Float64Array, out: Float64Array): void {
    this.kernels.sparseListTransposedProduct(count, columns, 0, ...storedOf(this.columns), v, 0, out, 0);
  }
}

/** What kernels take of columns. */
const storedOf = ({ values, rowIndices, columnPointers }: SparseColumns) =>
  [values, 0, rowIndices, 0, columnPointers, 0] as const;
