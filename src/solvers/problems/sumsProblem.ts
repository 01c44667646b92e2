import { float64, type Heap, type Layout, raw64, take } from "../../kernels/arena.js";
import { loss } from "../../losses/gaussian.js";
import { coordinates, coordinatesLayout, ROUNDINGS } from "../designs/coordinates.js";
import { LEAST_SQUARE, LEAST_WEIGHT } from "../designs/magnitudes.js";
import { type ColumnTraits, convergenceScale, type FitSettings } from "../designs/rows.js";
import type { GramSums } from "../sums/GramSums.js";
import { GramProblem } from "./GramProblem.js";

const columnsLayout = (p: number) => [float64(p), float64(p), raw64(p), raw64(p)] as const;
const gramLayout = (p: number) => [raw64(p * p), raw64(p), raw64(p), raw64(p), float64(p)] as const;

export const sumsProblemLayout = (p: number): Layout => [
  columnsLayout(p),
  gramLayout(p),
  coordinatesLayout(p),
  GramProblem.layout(p),
];

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
  if (sums.weight < LEAST_WEIGHT) return undefined;
  const { intercept } = settings;
  const p = pivots.length - 1;
  // Without an intercept, second moments are about 0.
  const centres = pivots.map((pivot, j) => (intercept ? 0 : pivot + sums.means[j]));
  const columns = columnsOf(arena, sums, pivots, centres, settings, lost, isFlat);
  if (columns === undefined) return undefined;
  const [G, c] = gramOf(arena, sums, centres, columns);
  if (!columns.curvatures.every((square) => square < Number.POSITIVE_INFINITY)) return undefined;
  const squares = moment(sums, centres, p, p);
  const zeroSquares = sums.squares / sums.weight;
  const nullLoss = loss(squares);
  const scale = convergenceScale(nullLoss, loss(zeroSquares));
  if (!(Math.max(squares, zeroSquares) >= LEAST_SQUARE && scale < Number.POSITIVE_INFINITY)) return undefined;
  const [yPivot, yMean] = intercept ? [pivots[p], sums.means[p]] : [0, 0];
  const response = { n, yPivot, yMean, nullLoss, convergenceScale: scale };
  return new GramProblem(coordinates(arena, columns, response, settings), G, c, squares, isKept, roundings);
}

/** What is added to moments about the means is the product of the centres. */
const moment = ({ weight, products }: GramSums, centres: Float64Array, j: number, k: number): number =>
  products[j * centres.length + k] / weight + centres[j] * centres[k];

/** Centres and scales, without curvatures; undefined where rounding may be all that is left of a column. */
function columnsOf(
  arena: Heap,
  sums: GramSums,
  pivots: Float64Array,
  centres: Float64Array,
  { intercept, standardize }: FitSettings,
  lost: number,
  isFlat: (column: number) => boolean,
): ColumnTraits | undefined {
  const size = pivots.length;
  const p = size - 1;
  const [ownPivots, means, scales, curvatures] = take(arena, columnsLayout(p));
  const moments = { means: new Float64Array(p), sds: new Float64Array(p) };
  for (let j = 0; j < p; ++j) {
    const variance = sums.products[j * size + j] / sums.weight;
    const sd = Math.sqrt(variance);
    const hasLost = variance < LEAST_SQUARE || sd <= lost * (Math.abs(pivots[j]) + Math.abs(sums.means[j]));
    if (hasLost && !(variance === 0 && isFlat(j))) return undefined;
    const isZero = variance === 0 && centres[j] === 0;
    if (!(intercept || standardize || isZero || moment(sums, centres, j, j) >= LEAST_SQUARE)) return undefined;
    moments.means[j] = pivots[j] + sums.means[j];
    moments.sds[j] = sd;
    scales[j] = standardize && variance > 0 ? sd : 1;
    if (!intercept) continue;
    ownPivots[j] = pivots[j];
    means[j] = sums.means[j];
  }
  const isConstant = (j: number): boolean => (intercept || standardize) && sums.products[j * size + j] === 0;
  return { pivots: ownPivots, means, scales, curvatures, isConstant, moments };
}

/** The Gram and Xᵀy in standard form, and the curvatures of the columns. */
function gramOf(
  arena: Heap,
  sums: GramSums,
  centres: Float64Array,
  { scales, curvatures }: ColumnTraits,
): [G: Float64Array, c: Float64Array] {
  const p = scales.length;
  const [G, c, inverses, shares, zeros] = take(arena, gramLayout(p));
  for (let j = 0; j < p; ++j) {
    inverses[j] = 1 / scales[j];
    shares[j] = inverses[j] / sums.weight;
    G.set(sums.products.subarray(j * (p + 1), j * (p + 1) + p), j * p);
  }
  arena.kernels.transform(p, p, G, 0, zeros, 0, zeros, 0, shares, 0, inverses, 0);
  for (let j = 0; j < p; ++j) {
    const centre = centres[j] * inverses[j];
    for (let k = 0; k < p && centre !== 0; ++k) G[j * p + k] += centre * centres[k] * inverses[k];
    c[j] = moment(sums, centres, j, p) / scales[j];
    curvatures[j] = G[j * p + j];
  }
  return [G, c];
}
