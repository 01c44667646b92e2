import type { Matrix } from "../../data/Matrix.js";
import { float64, type Heap, raw64, take } from "../../kernels/arena.js";
import { type Dependence, exactDependence } from "./dependence.js";
import type { ColumnTraits, FitSettings, Rows } from "./rows.js";
import type { SparseColumns } from "./sparse/sparseColumns.js";

/** Makes rows of a Gram: G[places[a], c] = x_j·x_k for j = rows[a], k = columns[c]; the rows of G lie `stride` apart. */
export type CrossGram = (
  rowCount: number,
  rows: Int32Array,
  places: Int32Array,
  columnCount: number,
  columns: Int32Array,
  G: Float64Array,
  stride: number,
) => void;

/** Of so many columns. */
export const traitsLayout = (size: number) => [float64(size), float64(size), float64(size), raw64(size)] as const;

/** X in standard form, as families without a Gram that stays the same see it: columns centred and scaled, an intercept's the last. */
export abstract class Design {
  readonly rows: Rows;
  /** Of the columns of X. */
  readonly dependence: Dependence;
  /** The number of columns, with the intercept's. */
  readonly size: number;
  readonly hasIntercept: boolean;
  /** Their curvatures are Σ_i v_i·x_ij². */
  readonly traits: ColumnTraits;
  /** The columns as they are stored, where X is sparse. */
  readonly stored: SparseColumns | undefined = undefined;
  protected readonly arena: Heap;

  /** @param own - The columns of X in standard form. */
  constructor(arena: Heap, X: Matrix, rows: Rows, { intercept }: FitSettings, own: ColumnTraits) {
    const { columns: p } = X;
    const size = intercept ? p + 1 : p;
    const [pivots, means, scales, curvatures] = take(arena, traitsLayout(size));
    pivots.set(own.pivots);
    means.set(own.means);
    scales.set(own.scales);
    if (intercept) scales[p] = 1;
    const isConstant = (j: number): boolean => j < p && own.isConstant(j);
    this.arena = arena;
    this.rows = rows;
    this.size = size;
    this.hasIntercept = intercept;
    this.traits = { pivots, means, scales, curvatures, isConstant, moments: own.moments };
    this.dependence = exactDependence(X, rows.weights, intercept, scales);
  }

  /** out ← out + Σ b_j·x_j for the listed columns. */
  abstract addProduct(count: number, columns: Int32Array, b: Float64Array, out: Float64Array): void;
  /** z_j = x_j·r for the listed columns. */
  abstract products(count: number, columns: Int32Array, r: Float64Array, z: Float64Array): void;
  /**
   * {@link CrossGram} with h_i for row i: G[places[a], c] = Σ_i h_i·x_ij·x_ik.
   *
   * @param levers - x_j'·H·e of the columns of sparse X, NaN until it has been wanted: from one call to the next with the same h.
   */
  abstract weightedGram(h: Float64Array, ...of: [...Parameters<CrossGram>, levers?: Float64Array]): void;
  /** Levers of which none is known. */
  noLevers(): Float64Array {
    return new Float64Array(this.size).fill(Number.NaN);
  }

  /** The listed columns, filled in, one after the other. */
  abstract fill(columns: readonly number[]): Float64Array;
}

/** Working sets larger than this are left to descent on the residual. */
const LARGEST = 1536;

/** Columns that enter the Gram at a time: by the symmetry of the others, half the work. */
export const NEWTON_BLOCK = 64;

/** The largest working set that has a Gram of its own. */
export function newtonCapacity(n: number, p: number): number {
  return Math.min(p, LARGEST, 2 * n + 64);
}
