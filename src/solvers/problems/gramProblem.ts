import { int32, raw64, take } from "../../kernels/arena.js";
import { loss, shrinkageGap } from "../../losses/gaussian.js";
import { pivotedCholesky } from "../algebra/pivotedCholesky.js";
import { type Coordinates, type Projection, ROUNDINGS } from "../designs/coordinates.js";
import { KNOWN, type ScreenedProblem } from "./Problem.js";

/** A problem by its Gram G = XᵀX, c = Xᵀy and ‖y‖²: n no longer matters. */
export interface GramProblem extends ScreenedProblem {
  /** p × p */
  G: Float64Array;
  /** Whether all its rows are there, not just those that were asked for. */
  isComplete: boolean;
  /** Sees to it that the rows of the listed columns are there. */
  complete(count: number, columns: Int32Array): void;
  /** Σ h_j(b_j) as of the latest residual. */
  penalty(): number;
  /** Whether the rounding errors of the Gram cannot matter to a certificate at b that is held to the tolerance. */
  isAccurate(tolerance: number): boolean;
}

/** The share of a tolerance that the rounding errors of a gap may take up. */
const SHARE = 0.1;

export const gramProblemLayout = (p: number) => [raw64(p), raw64(p), int32(p), raw64(3)] as const;

/**
 * A problem whose residual sum of squares and gradients come from the Gram:
 *
 * ```text
 * z = c − G·b,   ‖y − X·b‖² = ‖y‖² − b·c − b·z
 * ```
 *
 * Rounding errors of z_j are about δ_j = ε·‖x_j‖·S, S = ‖y‖ + Σ|b_k|·‖x_k‖. They move the sum of squares and Σ z_j·b_j by ε·S² each.
 * Where there is no l2, the dual point has to be scaled by another 1/(1 + max δ_j/l1_j), at the price of that times
 * Σ l1_j·|b_j| + ‖r‖². All of this is added to the gap, unless z is kept.
 *
 * @param complete - Fills in rows of G; undefined if all are there.
 * @param roundings - What rounding errors of the Gram are relative to the norms of its columns.
 * @param isKept - Whether z is kept up to date by whoever changes b, so that only a refresh recomputes it.
 */
export function gramProblem(
  coordinates: Coordinates,
  G: Float64Array,
  c: Float64Array,
  squares: number,
  complete?: (count: number, columns: Int32Array) => void,
  isKept = false,
  roundings = ROUNDINGS,
): GramProblem {
  const { arena, kernels, p, b, z, l1, l2, eligible, curvatures, convergenceScale } = coordinates;
  const [packed, norms, list, fit] = take(arena, gramProblemLayout(p));
  for (let j = 0; j < p; ++j) norms[j] = Math.sqrt(curvatures[j]);
  const norm = Math.sqrt(squares);
  /** S, and what rounding may have added to or taken from the gap at b as it was when the residual was last summed. */
  let size = norm;
  let doubt = 0;
  const residualSquares = (): number => {
    kernels.gramFit(eligible.length, eligible, 0, b, 0, c, 0, z, 0, norms, 0, l1, 0, l2, 0, fit, 0);
    const residual = Math.max(0, squares - fit[0]);
    size = norm + fit[1];
    doubt = roundings * size * (2 * size + costOfScaling(residual));
    return residual;
  };
  /** Σ l1_j·|b_j| + ‖r‖² for each ‖x_j‖/l1_j at the most, if there is no l2. */
  const costOfScaling = (residual: number): number => {
    if (eligible.length === 0 || l2[eligible[0]] > 0) return 0;
    let steepest = 0;
    for (let k = 0; k < eligible.length; ++k) {
      const j = eligible[k];
      if (l1[j] > 0) steepest = Math.max(steepest, norms[j] / l1[j]);
    }
    return steepest * (fit[2] + residual);
  };
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
  /** Whether rounding errors have hidden a projection. */
  let isHidden = false;
  const project = (columns: readonly number[], residualSquares: number): Projection | undefined => {
    const projection = projectByGram(coordinates, G, columns, residualSquares, size, roundings, complete);
    isHidden ||= projection === undefined;
    return projection;
  };
  return {
    ...coordinates,
    ...KNOWN,
    G,
    isComplete: complete === undefined,
    isSmall: complete === undefined,
    complete: complete ?? (() => {}),
    penalty: () => fit[2],
    isAccurate: (tolerance) => !isHidden && doubt <= SHARE * tolerance * convergenceScale,
    // The errors of z are in the doubt.
    shrinkageGap: (scale, residual, projection) =>
      shrinkageGap(scale, residual) +
      (projection ? loss(projection.taken + projection.doubt) : 0) +
      (isKept ? 0 : doubt),
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
  roundings: number,
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
  const isNoise = (j: number): boolean => Math.abs(projected[j]) <= roundings * size * Math.sqrt(curvatures[j]);
  if (!columns.every(isNoise)) return undefined;
  const magnified = roundings * size;
  return {
    z: projected,
    squares: Math.max(0, residualSquares - taken),
    taken: Math.max(0, taken),
    doubt: (magnified * magnified) / least,
  };
}
