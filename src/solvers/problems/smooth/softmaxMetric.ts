import type { SoftmaxLoss } from "../../../losses/SoftmaxLoss.js";
import type { Coordinates } from "../../designs/coordinates.js";
import type { KroneckerDesign } from "../../designs/KroneckerDesign.js";
import { type Divide, diagonalMetric, type SampledGram } from "./SampledGram.js";

/**
 * {@link SmoothProblem.metric} of the multinomial family: each class by itself, but for what all classes share. That moves no probability, so
 * that its penalty is all there is to it, which is the same for each class.
 */
export function softmaxMetric(
  { curvatures, l2 }: Pick<Coordinates, "curvatures" | "l2">,
  loss: SoftmaxLoss,
  design: KroneckerDesign,
  sample: SampledGram | undefined,
  count: number,
  list: Int32Array,
  isEarly: boolean,
): Divide {
  const { n, K, v, p } = loss;
  const places = design.byClass(count, list);
  const columns = places[0].map((c) => design.columnOf(c));
  const weightsOf = (k: number): Float64Array => loss.weights(p, k, k).subarray(0, n);
  const totalOf = (k: number): number => weightsOf(k).reduce((sum, h) => sum + h, 0);
  // Early on the curvatures of a class are about the same share of all weights.
  if (isEarly) sample?.measure(v, columns);
  const scaleOf = (k: number): number => {
    if (isEarly) return totalOf(k);
    sample?.measure(weightsOf(k), columns);
    return 1;
  };
  const divide =
    sample?.metric(l2, places, scaleOf) ??
    diagonalMetric(
      { curvatures, l2 },
      places,
      places.map((_, k) => totalOf(k)),
    );
  const takeMean = (g: Float64Array, a: number): number => {
    let mean = 0;
    for (const own of places) mean += g[own[a]] / K;
    for (const own of places) g[own[a]] -= mean;
    return mean;
  };
  return (g) => {
    const means = Float64Array.from(columns, (_, a) => takeMean(g, a));
    divide(g);
    means.forEach((mean, a) => {
      takeMean(g, a);
      const penalty = l2[places[0][a]];
      if (penalty > 0) for (const own of places) g[own[a]] += mean / penalty;
    });
  };
}
