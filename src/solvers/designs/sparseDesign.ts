import type { SparseMatrix } from "../../data/SparseMatrix.js";
import { type Heap, int32, type Layout, raw64, take } from "../../kernels/arena.js";
import type { Design } from "./Design.js";
import { traitsLayout, withIntercept } from "./denseDesign.js";
import { exactDependence } from "./dependence.js";
import { type Columns, type FitSettings, type Rows, refuseOverflow } from "./rows.js";
import { sparseColumnsLayout, standardizeSparse } from "./sparseColumns.js";

const ownLayout = (n: number, p: number) => [int32(p + 1), raw64(n)] as const;

export const sparseDesignLayout = (n: number, p: number, entries: number): Layout => [
  sparseColumnsLayout(p, entries),
  traitsLayout(p + 1),
  ownLayout(n, p),
];

/**
 * Copies a sparse X and brings it into standard form. X is checked here, everything else before. Column j is x_j − μ_j·e, and x_j
 * alone is stored; e, of ones in the rows of positive weight, is the intercept's column. Columns that are more than half full are
 * stored centred, with μ_j = 0.
 */
export function sparseDesign(
  arena: Heap,
  X: SparseMatrix,
  rows: Rows,
  settings: FitSettings,
): Design & { traits: Columns } {
  const { rows: n, columns: p } = X;
  const { kernels } = arena;
  const { weights, totalWeight, rowScales: e } = rows;
  const stored = standardizeSparse(arena, X, rows, settings);
  const { values, rowIndices, columnPointers, implicitMeans: means } = stored;
  const { squares: products, ...traits } = withIntercept(arena, stored, settings.intercept);
  const columns = settings.intercept ? p + 1 : p;
  const { dot, axpy } = kernels.float64;
  const [list, column] = take(arena, ownLayout(n, p));
  for (let j = 0; j < p; ++j) {
    let sum = 0;
    for (let k = columnPointers[j]; k < columnPointers[j + 1]; ++k)
      sum += weights[rowIndices[k]] * values[k] * values[k];
    // The mean takes of a column that is not centred at most half of its squares.
    traits.curvatures[j] = sum / totalWeight - means[j] * means[j];
    if (!(sum < Number.POSITIVE_INFINITY)) refuseOverflow(kernels.float64.absMax(values.length, values, 0), j);
  }
  if (settings.intercept) traits.curvatures[p] = 1;

  /** Lists the columns of X among the listed ones; returns how many there are. */
  const select = (count: number, listed: Int32Array): number => {
    let found = 0;
    for (let k = 0; k < count; ++k) if (listed[k] < p) list[found++] = listed[k];
    return found;
  };
  /** products_j ← x_j·r for the listed columns. */
  const multiply = (count: number, listed: Int32Array, r: Float64Array): void => {
    const found = select(count, listed);
    const operands = [values, 0, rowIndices, 0, columnPointers, 0] as const;
    kernels.sparseListTransposedProduct(found, list, 0, ...operands, r, 0, products, 0);
    const sum = settings.intercept ? dot(n, e, 0, r, 0) : 0;
    for (let k = 0; k < found; ++k) products[list[k]] -= means[list[k]] * sum;
    if (settings.intercept) products[p] = sum;
  };
  /** out ← x_j */
  const unpack = (j: number, out: Float64Array, at: number): void => {
    for (let i = 0; i < n; ++i) out[at + i] = j === p ? e[i] : -means[j] * e[i];
    if (j === p) return;
    for (let k = columnPointers[j]; k < columnPointers[j + 1]; ++k) out[at + rowIndices[k]] += values[k];
  };
  return {
    columns,
    traits,
    dependence: exactDependence(X, weights, settings.intercept, traits.scales),
    addProduct: (count, listed, b, out) => {
      const found = select(count, listed);
      const operands = [values, 0, rowIndices, 0, columnPointers, 0] as const;
      kernels.sparseListProduct(found, list, 0, ...operands, 1, b, 0, out, 0);
      if (!settings.intercept) return;
      let shift = found < count ? b[p] : 0;
      for (let k = 0; k < found; ++k) shift -= means[list[k]] * b[list[k]];
      axpy(n, shift, e, 0, out, 0);
    },
    products: (count, listed, r, z) => {
      multiply(count, listed, r);
      for (let k = 0; k < count; ++k) z[listed[k]] = products[listed[k]];
    },
    weightedGram: (h, rowCount, listedRows, places, columnCount, listed, G, stride) => {
      for (let a = 0; a < rowCount; ++a) {
        unpack(listedRows[a], column, 0);
        for (let i = 0; i < n; ++i) column[i] *= h[i];
        multiply(columnCount, listed, column);
        const row = places[a] * stride;
        for (let c = 0; c < columnCount; ++c) G[row + c] = products[listed[c]];
      }
    },
    fill: (listed) => {
      const filled = new Float64Array(n * listed.length);
      listed.forEach((j, k) => {
        unpack(j, filled, k * n);
      });
      return filled;
    },
  };
}
