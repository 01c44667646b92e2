import type { SparseMatrix } from "../../data/SparseMatrix.js";
import { float64, type Heap, type Layout, raw64, take } from "../../kernels/arena.js";
import { coordinates, coordinatesLayout } from "../designs/coordinates.js";
import { exactDependence } from "../designs/dependence.js";
import { type FitSettings, responseLayout, standardizeResponse } from "../designs/rows.js";
import { type SparseColumns, sparseColumnsLayout, standardizeSparse } from "../designs/sparseColumns.js";
import { ColumnBasis, wideBasis } from "./columnBasis.js";
import { type DataProblem, KNOWN, Rounding } from "./Problem.js";

/** Columns with their coordinates, under whatever numbers. */
export interface SparseCoordinates extends SparseColumns {
  b: Float64Array;
  curvatures: Float64Array;
  l1: Float64Array;
  l2: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
}

/** A problem whose X lies in memory in compressed sparse columns, centred only by what its descent knows of the means. */
export interface SparseProblem extends DataProblem {
  columns: SparseColumns;
  /** One epoch of coordinate descent over the listed ones of some columns; returns the largest ‖x_j‖²·Δ_j². */
  epochOf(of: SparseCoordinates, count: number, listed: Int32Array): number;
  /** {@link residual} at a b which is 0 but for the listed ones of some columns. */
  residualOf(of: SparseCoordinates, count: number, listed: Int32Array): number;
  /** The residual, but for a multiple of e that epochs keep apart, until it is flattened. */
  r: Float64Array;
  flatten(): void;
  /** The column with the largest penalty factor: where it has no l1 or no l2, none has. */
  mostPenalised: number;
}

const ownLayout = (n: number, p: number) => [raw64(n), float64(1), float64(n), raw64(p)] as const;

/** Of {@link storedEntries}. */
export const sparseProblemLayout = (n: number, p: number, entries: number): Layout => [
  responseLayout(n),
  sparseColumnsLayout(p, entries),
  coordinatesLayout(p),
  ownLayout(n, p),
];

/** What an epoch has to read. */
const HAS_MEANS = 1;
const HAS_L2 = 2;
const HAS_BOUNDS = 4;

/** The most operations for a basis of columns that are unpenalised: these are filled in. */
const MOST_PROJECTED = 1e9;

/**
 * Copies a sparse X and brings it into standard form, with y and the settings. X is checked here, everything else before.
 *
 * Its values are scaled in place. With e_i = √v_i, a vector of norm 1 that the residual is orthogonal to if there is an intercept, the
 * column is x_j − μ_j·e, and x_j alone is stored. So a gradient is a sparse dot product, and only norms and products of
 * columns lose digits to their means: at most one bit, because columns that are more than half full are stored centred, with μ_j = 0.
 */
export function sparseProblem(arena: Heap, X: SparseMatrix, y: Float64Array, settings: FitSettings): SparseProblem {
  const { rows: n, columns: p } = X;
  const { kernels } = arena;
  const { dot, axpy, sumSquares } = kernels.float64;
  const response = standardizeResponse(arena, y, settings);
  const stored = standardizeSparse(arena, X, response, settings);
  const { values, rowIndices, columnPointers, implicitMeans } = stored;
  const problem = coordinates(arena, stored, response, settings);
  const { z, l2, eligible, penaltyFactor } = problem;
  const isBounded = settings.lowerBounds !== undefined || settings.upperBounds !== undefined;
  const traits = (settings.intercept ? HAS_MEANS : 0) + (isBounded ? HAS_BOUNDS : 0);
  /** Where this one has no l2, none has. */
  const mostPenalised = eligible.reduce((most, j) => (penaltyFactor[j] > penaltyFactor[most] ? j : most), eligible[0]);
  const e = response.rowScales;
  const rounding = new Rounding(problem);
  // Of these, `column` is one filled in, and `products` are its products with others.
  const [r, shift, column, products] = take(arena, ownLayout(n, p));

  const residualOf: SparseProblem["residualOf"] = (of, count, listed) => {
    r.set(response.y);
    rounding.measure(of, count, listed);
    shift[0] = 0;
    const X = [of.values, 0, of.rowIndices, 0, of.columnPointers, 0] as const;
    kernels.sparseListProduct(count, listed, 0, ...X, -1, of.b, 0, r, 0);
    if (settings.intercept) {
      let mean = 0;
      for (let k = 0; k < count; ++k) mean += of.implicitMeans[listed[k]] * of.b[listed[k]];
      axpy(n, mean, e, 0, r, 0);
      axpy(n, -dot(n, e, 0, r, 0), e, 0, r, 0);
    }
    return sumSquares(n, r, 0);
  };
  const columns = { values, rowIndices, columnPointers, implicitMeans };
  const own = { ...problem, ...columns };
  const residual = (count = eligible.length, listed = eligible): number => residualOf(own, count, listed);
  /** out ← Xᵀv in the eligible columns, for a v orthogonal to e. */
  const multiply = (v: Float64Array, out: Float64Array): void => {
    const list = [eligible.length, eligible, 0] as const;
    kernels.sparseListTransposedProduct(...list, values, 0, rowIndices, 0, columnPointers, 0, v, 0, out, 0);
  };
  const gradient = (count: number, columns: Int32Array): void => {
    const list = [count, columns, 0] as const;
    kernels.sparseListTransposedProduct(...list, values, 0, rowIndices, 0, columnPointers, 0, r, 0, z, 0);
  };
  const fill = (columns: readonly number[]): Float64Array => {
    const filled = new Float64Array(n * columns.length);
    columns.forEach((j, k) => {
      for (let i = 0; i < n; ++i) filled[k * n + i] = -implicitMeans[j] * e[i];
      for (let at = columnPointers[j]; at < columnPointers[j + 1]; ++at) filled[k * n + rowIndices[at]] += values[at];
    });
    return filled;
  };
  const dependence = exactDependence(X, response.weights, settings.intercept, problem.scales);
  let basis: { of: string; columns: ColumnBasis } | undefined;
  const project: SparseProblem["project"] = (columns, residualSquares, _, __, active) => {
    const count = columns.length;
    const all = [...columns, ...(active?.columns ?? [])];
    if (n * count * Math.min(n, count) > MOST_PROJECTED) return undefined;
    const of = columns.join();
    if (basis?.of !== of)
      basis = { of, columns: new ColumnBasis(n, fill(columns), Array.from(columns.keys()), columns) };
    const wide = active && wideBasis(n, fill(all), Array.from(all.keys()), active);
    return basis.columns.project(
      r,
      residualSquares,
      () => {
        multiply(r, products);
        return products.slice();
      },
      dependence,
      wide,
    );
  };
  return {
    ...problem,
    ...KNOWN,
    residual,
    gradient,
    screen: gradient,
    project,
    shrinkageGap: (...dual) => rounding.shrinkageGap(...dual),
    slack: (...dual) => rounding.slack(...dual),
    refresh: () => {
      const squares = residual();
      gradient(eligible.length, eligible);
      return squares;
    },
    r,
    flatten: () => {
      axpy(n, shift[0], e, 0, r, 0);
      shift[0] = 0;
    },
    columns,
    mostPenalised,
    residualOf,
    epochOf: (of, count, listed) =>
      kernels.sparseEpoch(
        count,
        listed,
        0,
        of.values,
        0,
        of.rowIndices,
        0,
        of.columnPointers,
        0,
        r,
        0,
        shift,
        0,
        of.implicitMeans,
        0,
        of.b,
        0,
        of.curvatures,
        0,
        of.l1,
        0,
        of.l2,
        0,
        of.lower,
        0,
        of.upper,
        0,
        traits + (l2[mostPenalised] === 0 ? 0 : HAS_L2),
      ),
    root: (columns) => ({ rows: n, X: fill(Array.from(columns)), r: r.slice() }),
    responseProducts: (out) => {
      multiply(response.y, out);
      return sumSquares(n, response.y, 0);
    },
    crossGram: (rowCount, rows, places, columnCount, columns, G, stride) => {
      const list = [columnCount, columns, 0] as const;
      for (let a = 0; a < rowCount; ++a) {
        const j = rows[a];
        const row = places[a] * stride;
        const start = columnPointers[j];
        const end = columnPointers[j + 1];
        for (let k = start; k < end; ++k) column[rowIndices[k]] += values[k];
        kernels.sparseListTransposedProduct(
          ...list,
          values,
          0,
          rowIndices,
          0,
          columnPointers,
          0,
          column,
          0,
          products,
          0,
        );
        for (let k = start; k < end; ++k) column[rowIndices[k]] = 0;
        for (let c = 0; c < columnCount; ++c) {
          G[row + c] = products[columns[c]] - implicitMeans[j] * implicitMeans[columns[c]];
        }
      }
    },
  };
}
