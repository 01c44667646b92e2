import { float64, type Heap, type Layout, raw64, take } from "../../kernels/arena.js";
import { loss } from "../../losses/gaussian.js";
import { coordinates, coordinatesLayout, ROUNDINGS } from "../designs/coordinates.js";
import { LEAST_SQUARE, LEAST_WEIGHT } from "../designs/magnitudes.js";
import { convergenceScale, type FitSettings } from "../designs/rows.js";
import type { GramSums } from "../sums/GramSums.js";
import { GramProblem } from "./GramProblem.js";

function ownLayout(p: number) {
  const [raw, vector] = [raw64(p), float64(p)];
  return [vector, vector, raw, raw, raw64(p * p), raw, raw, raw, vector] as const;
}

export const sumsProblemLayout = (p: number): Layout => [ownLayout(p), coordinatesLayout(p), GramProblem.layout(p)];

/** Where the sd of a column is less than this share of its mean, the sums may owe it to rounding. */
const LOST = 9.094947017729282e-13; // 2⁻⁴⁰

/** How accurate sums are. */
export interface Accuracy {
  /** Where the sd of a column is less than this share of its mean, they may owe it to rounding. */
  lost: number;
  /** Their rounding errors relative to the norms of the columns. */
  roundings: number;
}

/**
 * A problem in standard form from the sums of its n rows about `pivots`, `isKept` as in {@link GramProblem}; undefined where squares
 * overflow or underflow, or a column may be constant but for rounding. `isFlat` says whether all rows have the same value in a column.
 */
export function sumsProblem(
  arena: Heap,
  sums: GramSums,
  pivots: Float64Array,
  n: number,
  settings: FitSettings,
  isKept: boolean,
  isFlat: (column: number) => boolean,
  { lost, roundings }: Accuracy = { lost: LOST, roundings: ROUNDINGS },
): GramProblem | undefined {
  const { intercept, standardize } = settings;
  const { weight, products } = sums;
  const size = pivots.length;
  const p = size - 1;
  // Without an intercept, second moments are about 0.
  const centre = (j: number): number => (intercept ? 0 : pivots[j] + sums.means[j]);
  const moment = (j: number, k: number): number => products[j * size + k] / weight + centre(j) * centre(k);
  const [centres, means, scales, curvatures, G, c, inverses, shares, zeros] = take(arena, ownLayout(p));
  scales.fill(1);
  const moments = { means: new Float64Array(p), sds: new Float64Array(p) };
  if (weight < LEAST_WEIGHT) return undefined;
  for (let j = 0; j < p; ++j) {
    const variance = products[j * size + j] / weight;
    const hasLost =
      variance < LEAST_SQUARE || Math.sqrt(variance) <= lost * (Math.abs(pivots[j]) + Math.abs(sums.means[j]));
    if (hasLost && !(variance === 0 && isFlat(j))) return undefined;
    if (!(intercept || standardize || moment(j, j) >= LEAST_SQUARE || (variance === 0 && centre(j) === 0)))
      return undefined;
    moments.means[j] = pivots[j] + sums.means[j];
    moments.sds[j] = Math.sqrt(variance);
    if (standardize && variance > 0) scales[j] = moments.sds[j];
    if (intercept) {
      centres[j] = pivots[j];
      means[j] = sums.means[j];
    }
  }
  for (let j = 0; j < p; ++j) {
    inverses[j] = 1 / scales[j];
    shares[j] = inverses[j] / weight;
    G.set(products.subarray(j * size, j * size + p), j * p);
  }
  arena.kernels.transform(p, p, G, 0, zeros, 0, zeros, 0, shares, 0, inverses, 0);
  for (let j = 0; j < p; ++j) {
    if (!intercept) for (let k = 0; k < p; ++k) G[j * p + k] += centre(j) * inverses[j] * centre(k) * inverses[k];
    c[j] = moment(j, p) / scales[j];
    curvatures[j] = G[j * p + j];
    if (!(curvatures[j] < Number.POSITIVE_INFINITY)) return undefined;
  }
  const squares = moment(p, p);
  const nullLoss = loss(squares);
  if (!(Math.max(squares, sums.squares / weight) >= LEAST_SQUARE)) return undefined;
  const summary = {
    n,
    yPivot: intercept ? pivots[p] : 0,
    yMean: intercept ? sums.means[p] : 0,
    nullLoss,
    convergenceScale: convergenceScale(nullLoss, loss(sums.squares / weight)),
  };
  if (!(summary.convergenceScale < Number.POSITIVE_INFINITY)) return undefined;
  const isConstant = (j: number) => (intercept || standardize) && products[j * size + j] === 0;
  const columns = { pivots: centres, means, scales, curvatures, isConstant, moments };
  return new GramProblem(coordinates(arena, columns, summary, settings), G, c, squares, isKept, roundings);
}
