import { float64, type Heap, type Layout, raw64, take } from "../../kernels/arena.js";
import { loss } from "../../losses/gaussian.js";
import { coordinates, coordinatesLayout } from "../designs/coordinates.js";
import { LEAST_SQUARE } from "../designs/magnitudes.js";
import { convergenceScale, type FitSettings } from "../designs/rows.js";
import type { TallSums } from "../sums/tall/TallSums.js";
import { GramProblem } from "./GramProblem.js";

function ownLayout(p: number) {
  const [raw, vector] = [raw64(p), float64(p)];
  return [vector, vector, raw, raw, raw, raw, raw64(p * p)] as const;
}

export const sampleProblemLayout = (p: number): Layout => [ownLayout(p), coordinatesLayout(p), GramProblem.layout(p)];

/** The problem of the sample's rows, from rough products, and ‖e_j‖ of its columns; undefined if it has no rows. */
export function sampleProblem(
  arena: Heap,
  sums: TallSums,
  settings: FitSettings,
): { problem: GramProblem; errors: Float64Array } | undefined {
  const { intercept, standardize } = settings;
  const { sampled, unit } = sums;
  const { n, weight, mean, squares: total } = sums.totals();
  if (!(weight > 0)) return undefined;
  const p = sums.products.length;
  const share = (unit * unit) / weight;
  const means = sums.means.map((own) => own * share);
  const variance = (j: number): number => sampled[j * p + j] * share - means[j] * means[j];
  const [zeros, noMeans, scales, curvatures, c, centre, G] = take(arena, ownLayout(p));
  const columns = {
    pivots: zeros,
    means: noMeans,
    scales: scales.fill(1),
    curvatures,
    isConstant: (j: number) => (intercept || standardize) && !(variance(j) > LEAST_SQUARE),
    moments: { means, sds: means.map((_, j) => Math.sqrt(Math.max(0, variance(j)))) },
  };
  if (standardize) for (let j = 0; j < p; ++j) if (variance(j) > 0) scales[j] = Math.sqrt(variance(j));
  centre.set(means);
  sums.standardise(G, share, centre, scales);
  for (let j = 0; j < p; ++j) curvatures[j] = G[j * p + j];
  const yMean = intercept ? mean / weight : 0;
  for (let j = 0; j < p; ++j) c[j] = ((sums.products[j] * unit) / weight - means[j] * yMean) / scales[j];
  const squares = total / weight - yMean * yMean;
  const nullLoss = loss(squares);
  const summary = { n, yPivot: 0, yMean: 0, nullLoss, convergenceScale: convergenceScale(nullLoss, nullLoss) };
  const problem = new GramProblem(coordinates(arena, columns, summary, settings), G, c, squares, true);
  return { problem, errors: sums.errors.map((error, j) => Math.sqrt(error * share) / scales[j]) };
}
