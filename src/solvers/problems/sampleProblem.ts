import { alignedBytes, type Heap } from "../../kernels/arena.js";
import { loss } from "../../losses/gaussian.js";
import { coordinates, coordinatesBytes } from "../designs/coordinates.js";
import { LEAST_SQUARE } from "../designs/magnitudes.js";
import { convergenceScale, type FitSettings } from "../designs/rows.js";
import type { TallSums } from "../sums/tallSums.js";
import { type GramProblem, gramProblem, gramProblemBytes } from "./gramProblem.js";

/** The bytes that {@link sampleProblem} takes from its arena. */
export function sampleProblemBytes(p: number): number {
  return alignedBytes(8 * p * p) + 8 * alignedBytes(8 * p) + coordinatesBytes(p) + gramProblemBytes(p);
}

/** The problem of the sample's rows, from rough products, and ‖e_j‖ of its columns; undefined if it has no rows. */
export function sampleProblem(
  arena: Heap,
  sums: TallSums,
  settings: FitSettings,
): { problem: GramProblem; errors: Float64Array } | undefined {
  const { intercept, standardize } = settings;
  const { sampled, sampleSize: n, sampleWeight: weight, unit } = sums;
  if (!(weight > 0)) return undefined;
  const p = sums.products.length;
  const share = (unit * unit) / weight;
  const means = sums.means.map((mean) => mean * share);
  const variance = (j: number): number => sampled[j * p + j] * share - means[j] * means[j];
  const columns = {
    pivots: arena.float64(p),
    means: arena.float64(p),
    scales: arena.raw64(p).fill(1),
    curvatures: arena.raw64(p),
    isConstant: (j: number) => (intercept || standardize) && !(variance(j) > LEAST_SQUARE),
    moments: { means, sds: means.map((_, j) => Math.sqrt(Math.max(0, variance(j)))) },
  };
  const { scales, curvatures } = columns;
  if (standardize) for (let j = 0; j < p; ++j) if (variance(j) > 0) scales[j] = Math.sqrt(variance(j));
  const { float64, transform } = arena.kernels;
  const c = arena.raw64(p);
  const inverses = arena.raw64(p);
  const shares = arena.raw64(p);
  const centre = arena.raw64(p);
  centre.set(means);
  const G = arena.raw64(p * p);
  G.set(sampled);
  for (let j = 0; j < p; ++j) {
    inverses[j] = 1 / scales[j];
    shares[j] = share * inverses[j];
    if (intercept) float64.axpy(p, -centre[j] / share, centre, 0, G, j * p);
  }
  transform(p, p, G, 0, columns.pivots, 0, columns.means, 0, shares, 0, inverses, 0);
  for (let j = 0; j < p; ++j) curvatures[j] = G[j * p + j];
  const yMean = intercept ? sums.sampleMean / weight : 0;
  for (let j = 0; j < p; ++j) c[j] = ((sums.products[j] * unit) / weight - means[j] * yMean) / scales[j];
  const squares = sums.sampleSquares / weight - yMean * yMean;
  const nullLoss = loss(squares);
  const summary = { n, yPivot: 0, yMean: 0, nullLoss, convergenceScale: convergenceScale(nullLoss, nullLoss) };
  const problem = gramProblem(coordinates(arena, columns, summary, settings), G, c, squares, undefined, true);
  return { problem, errors: sums.errors.map((error, j) => Math.sqrt(error * share) / scales[j]) };
}
