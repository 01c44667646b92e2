import { alignedBytes } from "../kernels/arena.js";
import { pivotedCholesky } from "./pivotedCholesky.js";
import { type Coordinates, type Projection, ROUNDINGS } from "./problem.js";
import type { DataProblem, ScreenedProblem } from "./workingSet.js";

/** A problem by its Gram G = XᵀX, c = Xᵀy and ‖y‖²: n no longer matters. */
export interface GramProblem extends ScreenedProblem {
  /** p × p */
  G: Float64Array;
  /** Whether all its rows are there, not just those that were asked for. */
  isComplete: boolean;
  /** Sees to it that the rows of the listed columns are there. */
  complete(count: number, columns: Int32Array): void;
  /** Whether the rounding errors of the Gram cannot matter to a certificate at b that is held to the tolerance. */
  isAccurate(tolerance: number): boolean;
}

/** The share of a tolerance that roundings in z_j, relative to ‖x_j‖·(‖y‖ + Σ|b_k|·‖x_k‖), may take up. */
const SHARE = 0.01;

/** The bytes that {@link gramProblem} takes from its arena. */
export function gramProblemBytes(p: number): number {
  return alignedBytes(8 * p) + alignedBytes(4 * p);
}

/**
 * A problem whose residual sum of squares and gradients come from the Gram:
 *
 *   z = c − G·b,   ‖y − X·b‖² = ‖y‖² − b·c − b·z
 *
 * @param complete - Fills in rows of G; undefined if all are there.
 * @param isKept - Whether z is kept up to date by whoever changes b, so that only a refresh recomputes it.
 */
export function gramProblem(
  coordinates: Coordinates,
  G: Float64Array,
  c: Float64Array,
  squares: number,
  complete?: (count: number, columns: Int32Array) => void,
  isKept = false,
): GramProblem {
  const { arena, kernels, p, b, z, eligible, curvatures, convergenceScale } = coordinates;
  const { dot } = kernels.float64;
  const packed = arena.raw64(p);
  const list = arena.int32(p);
  const residualSquares = (): number => Math.max(0, squares - dot(p, b, 0, c, 0) - dot(p, b, 0, z, 0));
  const refresh = (): number => {
    let count = 0;
    for (let k = 0; k < eligible.length; ++k) {
      const j = eligible[k];
      if (b[j] === 0) continue;
      packed[count] = b[j];
      list[count++] = j;
    }
    complete?.(count, list);
    z.set(c);
    kernels.listProduct(p, count, list, 0, G, 0, p, -1, packed, 0, z, 0);
    return residualSquares();
  };
  /** ‖y‖ + Σ|b_j|·‖x_j‖: what rounding errors are relative to. */
  const size = (): number => {
    let sum = Math.sqrt(squares);
    for (let k = 0; k < eligible.length; ++k) {
      const j = eligible[k];
      if (b[j] !== 0) sum += Math.abs(b[j]) * Math.sqrt(curvatures[j]);
    }
    return sum;
  };
  /** Whether rounding errors have hidden a projection. */
  let isHidden = false;
  const project = (columns: readonly number[], residualSquares: number): Projection | undefined => {
    const projection = projectByGram(coordinates, G, columns, residualSquares, size(), complete);
    isHidden ||= projection === undefined;
    return projection;
  };
  return {
    ...coordinates,
    G,
    isComplete: complete === undefined,
    isSmall: complete === undefined,
    complete: complete ?? (() => {}),
    isAccurate: (tolerance) => {
      const most = size();
      return !isHidden && ROUNDINGS * most * most <= SHARE * tolerance * convergenceScale;
    },
    project,
    residual: isKept ? residualSquares : refresh,
    refresh,
    gradient: () => {},
    screen: () => {},
  };
}

/** Steps of refinement of a projection. */
const REFINEMENTS = 3;

/**
 * z' = z − G·d, where d = (G_VV)⁻¹·z_V for the listed columns V, in steps of refinement, those that depend on others left at 0.
 *
 * @param size - What rounding errors of z_j are relative to, over ‖x_j‖.
 */
function projectByGram(
  { p, z, eligible, curvatures }: Coordinates,
  G: Float64Array,
  columns: readonly number[],
  residualSquares: number,
  size: number,
  complete?: (count: number, columns: Int32Array) => void,
): Projection | undefined {
  complete?.(columns.length, Int32Array.from(columns));
  const { order, least, solve } = pivotedCholesky(G, p, columns);
  const projected = z.slice();
  let taken = 0;
  for (let step = 0; step < REFINEMENTS; ++step) {
    const before = order.map((j) => projected[j]);
    const d = solve(before);
    order.forEach((j, k) => {
      for (const i of eligible) projected[i] -= G[j * p + i] * d[k];
    });
    // ‖r'‖² falls by d·(z'_V before + z'_V after).
    d.forEach((value, k) => {
      taken += value * (before[k] + projected[order[k]]);
    });
  }
  const isNoise = (j: number): boolean => Math.abs(projected[j]) <= ROUNDINGS * size * Math.sqrt(curvatures[j]);
  if (!columns.every(isNoise)) return undefined;
  const magnified = ROUNDINGS * size;
  return {
    z: projected,
    squares: Math.max(0, residualSquares - taken),
    taken: Math.max(0, taken),
    doubt: (magnified * magnified) / least,
  };
}

/** The bytes that {@link lazyGramProblem} takes from the problem's arena. */
export function lazyGramProblemBytes(p: number): number {
  return gramProblemBytes(p) + alignedBytes(8 * p * p) + alignedBytes(8 * p) + 2 * alignedBytes(4 * p);
}

/**
 * A problem by its Gram, the rows of that computed when their columns enter. Where it is not accurate enough, residual and gradients
 * come from the data.
 */
export function lazyGramProblem(data: DataProblem, tolerance: number): GramProblem {
  const { arena, p } = data;
  const G = arena.raw64(p * p);
  const c = arena.float64(p);
  const all = arena.int32(p);
  for (let j = 0; j < p; ++j) all[j] = j;
  const absent = arena.int32(p);
  const isThere = new Uint8Array(p);
  const squares = data.responseProducts(c);

  const complete = (count: number, columns: Int32Array): void => {
    let missing = 0;
    for (let k = 0; k < count; ++k) {
      if (isThere[columns[k]] === 1) continue;
      isThere[columns[k]] = 1;
      absent[missing++] = columns[k];
    }
    if (missing > 0) data.crossGram(missing, absent, absent, p, all, G, p);
  };
  const problem = gramProblem(data, G, c, squares, complete);
  const residual = (): number => (problem.isAccurate(tolerance) ? problem.residual() : data.refresh());
  const project: GramProblem["project"] = (columns, _, ...listed) => data.project(columns, data.residual(), ...listed);
  return { ...problem, residual, refresh: residual, project };
}
