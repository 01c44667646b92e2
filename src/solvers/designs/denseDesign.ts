import type { Matrix } from "../../data/Matrix.js";
import { alignedBytes, type Heap } from "../../kernels/arena.js";
import type { Design } from "./Design.js";
import { standardizeColumns } from "./denseColumns.js";
import { exactDependence } from "./dependence.js";
import { type Columns, type FitSettings, type Rows, refuseOverflow } from "./rows.js";

/** Columns that are weighted at a time, behind those of X. */
const WEIGHTED = 32;

/** The bytes that {@link denseDesign} takes from its arena. */
export function denseDesignBytes(n: number, p: number): number {
  return alignedBytes(8 * n * (p + 1 + WEIGHTED)) + 8 * alignedBytes(8 * (p + 1)) + 2 * alignedBytes(4 * (p + 1));
}

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
  const data = arena.raw64(n * (p + 1 + WEIGHTED));
  const { squares, ...traits } = withIntercept(
    arena,
    standardizeColumns(arena, X, data, rows, settings),
    settings.intercept,
  );
  if (settings.intercept) data.set(rows.rowScales, p * n);
  const { weights, totalWeight } = rows;
  const isUniform = weights.every((weight) => weight === weights[0]);
  for (let j = 0; j < columns; ++j) {
    squares[j] = kernels.float64.sumSquares(n, data, j * n);
    let sum = isUniform ? weights[0] * squares[j] : 0;
    if (!isUniform) for (let i = 0; i < n; ++i) sum += weights[i] * data[j * n + i] * data[j * n + i];
    traits.curvatures[j] = sum / totalWeight;
    if (!(sum < Number.POSITIVE_INFINITY)) refuseOverflow(kernels.float64.absMax(n, data, j * n), j);
  }
  const list = arena.int32(p + 1);
  const packed = arena.raw64(p + 1);
  const weighted = arena.int32(WEIGHTED);
  for (let k = 0; k < WEIGHTED; ++k) weighted[k] = columns + k;
  return {
    columns,
    X: data,
    squares,
    traits,
    dependence: exactDependence(X, rows.weights, settings.intercept, traits.scales),
    addProduct: (count, listed, b, out) => {
      let moved = 0;
      for (let k = 0; k < count; ++k) {
        const j = listed[k];
        if (b[j] === 0) continue;
        packed[moved] = b[j];
        list[moved++] = j;
      }
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
    fill: (listed) => {
      const filled = new Float64Array(n * listed.length);
      listed.forEach((j, k) => {
        filled.set(data.subarray(j * n, j * n + n), k * n);
      });
      return filled;
    },
  };
}

/** Room for the traits of an intercept's column behind those of X. */
export function withIntercept(
  arena: Heap,
  { pivots, means, scales, isConstant, moments }: Columns,
  intercept: boolean,
) {
  const p = scales.length;
  const columns = intercept ? p + 1 : p;
  const extend = (values: Float64Array): Float64Array => {
    const extended = arena.float64(columns);
    extended.set(values);
    return extended;
  };
  const extended = { pivots: extend(pivots), means: extend(means), scales: extend(scales) };
  if (intercept) extended.scales[p] = 1;
  return {
    ...extended,
    curvatures: arena.raw64(columns),
    squares: arena.raw64(columns),
    isConstant: (j: number) => j < p && isConstant(j),
    moments,
  };
}
