import type { Matrix } from "../../data/Matrix.js";
import { float64, type Heap, int32, type Layout, raw64, take } from "../../kernels/arena.js";
import { pack } from "./coordinates.js";
import type { Design } from "./Design.js";
import { denseColumnsLayout, listedColumns, standardizeColumns } from "./denseColumns.js";
import { exactDependence } from "./dependence.js";
import { type Columns, type FitSettings, type Rows, refuseOverflow } from "./rows.js";

/** Columns that are weighted at a time, behind those of X. */
const WEIGHTED = 32;

const ownLayout = (n: number, p: number) =>
  [raw64(n * (p + 1 + WEIGHTED)), int32(p + 1), raw64(p + 1), int32(WEIGHTED)] as const;

export const denseDesignLayout = (n: number, p: number): Layout => [
  ownLayout(n, p),
  denseColumnsLayout(p),
  traitsLayout(p + 1),
];

/** A dense design, with what is known of its columns. */
export interface DenseDesign extends Design {
  /** Column-major, n rows. */
  X: Float64Array;
  /** ‖x_j‖² */
  squares: Float64Array;
  /** Their curvatures are Σ_i v_i·x_ij². */
  traits: Columns;
}

/** Copies X and brings it into standard form. X is checked here, everything else before. */
export function denseDesign(arena: Heap, X: Matrix, rows: Rows, settings: FitSettings): DenseDesign {
  const { rows: n, columns: p } = X;
  const { kernels } = arena;
  const columns = settings.intercept ? p + 1 : p;
  const [data, list, packed, weighted] = take(arena, ownLayout(n, p));
  const standard = standardizeColumns(arena, X, data, rows, settings);
  const { squares, ...traits } = withIntercept(arena, standard, settings.intercept);
  if (settings.intercept) data.set(rows.rowScales, p * n);
  const { weights, totalWeight } = rows;
  const isUniform = weights.every((weight) => weight === weights[0]);
  for (let j = 0; j < columns; ++j) {
    squares[j] = j < p ? standard.curvatures[j] : kernels.float64.sumSquares(n, data, j * n);
    let sum = isUniform ? weights[0] * squares[j] : 0;
    if (!isUniform) for (let i = 0; i < n; ++i) sum += weights[i] * data[j * n + i] * data[j * n + i];
    traits.curvatures[j] = sum / totalWeight;
    if (!(sum < Number.POSITIVE_INFINITY)) refuseOverflow(kernels.float64.absMax(n, data, j * n), j);
  }
  for (let k = 0; k < WEIGHTED; ++k) weighted[k] = columns + k;
  return {
    columns,
    X: data,
    squares,
    traits,
    dependence: exactDependence(X, rows.weights, settings.intercept, traits.scales),
    addProduct: (count, listed, b, out) => {
      const moved = pack(count, listed, b, list, packed);
      kernels.listProduct(n, moved, list, 0, data, 0, n, 1, packed, 0, out, 0);
    },
    products: (count, listed, r, z) => {
      kernels.listTransposedProduct(n, count, listed, 0, data, 0, r, 0, packed, 0);
      for (let k = 0; k < count; ++k) z[listed[k]] = packed[k];
    },
    weightedGram: (h, rowCount, listedRows, places, columnCount, listed, G, stride) => {
      for (let from = 0; from < rowCount; from += WEIGHTED) {
        const count = Math.min(WEIGHTED, rowCount - from);
        for (let k = 0; k < count; ++k) {
          const x = listedRows[from + k] * n;
          const out = weighted[k] * n;
          for (let i = 0; i < n; ++i) data[out + i] = h[i] * data[x + i];
        }
        kernels.crossGram(n, data, 0, count, weighted, 0, places, from, columnCount, listed, 0, G, 0, stride);
      }
    },
    fill: (listed) => listedColumns(n, data, listed),
  };
}

export const traitsLayout = (columns: number) =>
  [float64(columns), float64(columns), float64(columns), raw64(columns), raw64(columns)] as const;

/** Room for the traits of an intercept's column behind those of X. */
export function withIntercept(arena: Heap, { isConstant, moments, ...own }: Columns, intercept: boolean) {
  const p = own.scales.length;
  const [pivots, means, scales, curvatures, squares] = take(arena, traitsLayout(intercept ? p + 1 : p));
  pivots.set(own.pivots);
  means.set(own.means);
  scales.set(own.scales);
  if (intercept) scales[p] = 1;
  return {
    pivots,
    means,
    scales,
    curvatures,
    squares,
    isConstant: (j: number) => j < p && isConstant(j),
    moments,
  };
}
