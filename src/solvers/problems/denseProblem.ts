import type { Matrix } from "../../data/Matrix.js";
import { type Heap, int32, type Layout, raw16, raw64, take } from "../../kernels/arena.js";
import { coordinates, coordinatesLayout } from "../designs/coordinates.js";
import { denseColumnsLayout, standardizeColumns } from "../designs/denseColumns.js";
import { exactDependence } from "../designs/dependence.js";
import { type FitSettings, responseLayout, standardizeResponse } from "../designs/rows.js";
import { quantizeColumns, Screening } from "../designs/screening.js";
import { ColumnBasis, wideBasis } from "./columnBasis.js";
import { type DataProblem, KNOWN, Rounding } from "./Problem.js";

/** A problem whose X lies in memory as a dense matrix in standard form. */
export interface DenseProblem extends DataProblem {
  /** Column-major, n × p. */
  X: Float64Array;
  y: Float64Array;
  /** The residual y − X·b, as of the latest refresh. */
  r: Float64Array;
}

const ownLayout = (n: number, p: number, screened: boolean) =>
  [raw64(n * p), raw16(screened ? n * p : 0), raw64(p), raw64(n), raw64(p), int32(p)] as const;

export const denseProblemLayout = (n: number, p: number, screened: boolean): Layout => [
  ownLayout(n, p, screened),
  responseLayout(n),
  denseColumnsLayout(p),
  coordinatesLayout(p),
  screened ? Screening.layout(n, p) : [],
];

/**
 * Copies X and brings it into standard form, with y and the settings. X is checked here, everything else before.
 *
 * @param screened - Whether to keep a copy of X in 16-bit integers, from which gradients are estimated at a quarter of the memory traffic.
 */
export function denseProblem(
  arena: Heap,
  X: Matrix,
  y: Float64Array,
  settings: FitSettings,
  screened = false,
): DenseProblem {
  const { rows: n, columns: p } = X;
  const { kernels } = arena;
  const { sumSquares } = kernels.float64;
  const { listTransposedProduct } = kernels;
  // Of these, `products` are Xᵀy, and `packed` and `list` coefficients or gradients of listed columns, one after the other.
  const [data, integers, products, r, packed, list] = take(arena, ownLayout(n, p, screened));
  const response = standardizeResponse(arena, y, settings);
  const columns = standardizeColumns(arena, X, data, response, settings, (from, to, curvatures) => {
    kernels.transposedProduct(n, to - from, data, from * n, response.y, 0, products, from);
    if (screened) quantizeColumns(kernels, n, data, curvatures, from, to, integers);
  });
  const problem = coordinates(arena, columns, response, settings);
  const { b, z, eligible } = problem;
  const rounding = new Rounding(problem);
  const screening = screened ? new Screening(problem, integers, r) : undefined;

  const isStart = (): boolean => {
    for (let i = 0; i < n; ++i) if (r[i] !== response.y[i]) return false;
    return true;
  };
  const residual = (count = eligible.length, columns = eligible): number => {
    r.set(response.y);
    rounding.measure(problem, count, columns);
    let moved = 0;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (b[j] === 0) continue;
      packed[moved] = b[j];
      list[moved++] = j;
    }
    kernels.listProduct(n, moved, list, 0, data, 0, n, -1, packed, 0, r, 0);
    return sumSquares(n, r, 0);
  };
  const gradient = (count: number, listed: Int32Array): void => {
    if (isStart()) {
      for (let k = 0; k < count; ++k) z[listed[k]] = products[listed[k]];
      return;
    }
    listTransposedProduct(n, count, listed, 0, data, 0, r, 0, packed, 0);
    for (let k = 0; k < count; ++k) z[listed[k]] = packed[k];
  };
  const screen = (count: number, listed: Int32Array): void => {
    if (screening === undefined) gradient(count, listed);
    else gradient(screening.run(count, listed, list), list);
  };
  const dependence = exactDependence(X, response.weights, settings.intercept, columns.scales);
  let basis: { of: string; columns: ColumnBasis } | undefined;
  const project: DenseProblem["project"] = (columns, residualSquares, _, __, active) => {
    const of = columns.join();
    if (basis?.of !== of) basis = { of, columns: new ColumnBasis(n, data, columns) };
    const products = (): Float64Array => {
      listTransposedProduct(n, eligible.length, eligible, 0, data, 0, r, 0, packed, 0);
      const projected = new Float64Array(p);
      for (let k = 0; k < eligible.length; ++k) projected[eligible[k]] = packed[k];
      return projected;
    };
    const wide = active && wideBasis(n, data, [...columns, ...active.columns], active);
    return basis.columns.project(r, residualSquares, products, dependence, wide);
  };
  return {
    ...problem,
    ...KNOWN,
    X: data,
    y: response.y,
    r,
    residual,
    gradient,
    screen,
    project,
    shrinkageGap: (...dual) => rounding.shrinkageGap(...dual),
    slack: (...dual) => rounding.slack(...dual),
    refresh: () => {
      const squares = residual();
      screen(eligible.length, eligible);
      return squares;
    },
    root: (columns) => {
      const filled = new Float64Array(n * columns.length);
      columns.forEach((j, k) => {
        filled.set(data.subarray(j * n, j * n + n), k * n);
      });
      return { rows: n, X: filled, r: r.slice() };
    },
    responseProducts: (out) => {
      out.set(products);
      return sumSquares(n, response.y, 0);
    },
    crossGram: (rowCount, rows, places, columnCount, columns, G, stride) => {
      kernels.crossGram(n, data, 0, rowCount, rows, 0, places, 0, columnCount, columns, 0, G, 0, stride);
    },
  };
}
