import type { Penalty, SortedPenalty } from "../../penalties/Penalty.js";
import { NOISE } from "../methods/Method.js";
import type { ProximalOracle } from "./proximalGradient.js";
import type { GramableProblem, WorkingBlocks } from "./WorkingBlocks.js";

/** The curvatures of coordinates without a penalty over the largest of all others, ridge part included. */
function metricOf(
  { features, l2 }: GramableProblem,
  { count, columns }: WorkingBlocks,
  curvatureAt: (i: number) => number,
): Float64Array {
  const metric = new Float64Array(count).fill(1);
  let most = 0;
  for (let i = 0; i < count; ++i) if (columns[i] < features) most = Math.max(most, curvatureAt(i) + l2[columns[i]]);
  for (let i = 0; i < count && most > 0; ++i) if (columns[i] >= features) metric[i] = curvatureAt(i) / most;
  return metric;
}

/** The oracle of the quadratic model of a working set, from where b and q are, for penalties that leave the ridge part to it. Leaves anything in q. */
export function modelOracle(problem: GramableProblem, working: WorkingBlocks, penalty: SortedPenalty): ProximalOracle {
  const { b, l2 } = problem;
  const { count, columns, q, G, stride } = working;
  const at = Float64Array.from({ length: count }, (_, i) => b[columns[i]]);
  const first = q.slice(0, count);
  const moved = new Float64Array(count);
  const slopes = new Float64Array(count);
  const image = new Float64Array(count);
  const metric = metricOf(problem, working, (i) => working.scale * G[i * stride + i]);
  const product = (d: Float64Array, out: Float64Array): void => {
    q.fill(0, 0, count);
    working.moveBy((i) => -d[i]);
    for (let i = 0; i < count; ++i) out[i] = q[i] + l2[columns[i]] * d[i];
  };
  return {
    count,
    columns,
    b,
    slopes,
    metric,
    image,
    gradient: () => {
      for (let i = 0; i < count; ++i) moved[i] = b[columns[i]] - at[i];
      product(moved, image);
      for (let i = 0; i < count; ++i) slopes[i] = first[i] - image[i] - l2[columns[i]] * at[i];
    },
    minimum: (u, v) => penalty.minimum(count, columns, u, v, b),
    isBelow: (d, v) => {
      product(d, image);
      let [curved, squares] = [0, 0];
      for (let i = 0; i < count; ++i) {
        curved += d[i] * image[i];
        squares += metric[i] * d[i] * d[i];
      }
      return curved <= v * squares * (1 + NOISE);
    },
  };
}

/** The oracle of the loss itself on a working set. */
export function dataOracle(problem: GramableProblem, working: WorkingBlocks, penalty: Penalty): ProximalOracle {
  const { b, z, l2, curvatures } = problem;
  const { count, columns } = working;
  const isBlocks = penalty.kind === "blocks";
  const slopes = new Float64Array(count);
  const metric = isBlocks ? new Float64Array(count).fill(1) : metricOf(problem, working, (i) => curvatures[columns[i]]);
  let before = 0;
  const ridge = (j: number): number => (isBlocks ? 0 : l2[j] * b[j]);
  const smooth = (): number => {
    let sum = problem.loss(problem.residual(count, columns));
    for (let i = 0; i < count; ++i) sum += 0.5 * ridge(columns[i]) * b[columns[i]];
    return sum;
  };
  return {
    count,
    columns,
    b,
    slopes,
    metric,
    gradient: () => {
      before = smooth();
      problem.gradient(count, columns);
      for (let i = 0; i < count; ++i) slopes[i] = z[columns[i]] - ridge(columns[i]);
    },
    minimum: (u, v) => {
      if (isBlocks) for (const g of working.blocks) penalty.minimum(g, u, v, b);
      else penalty.minimum(count, columns, u, v, b);
    },
    isBelow: (d, v) => {
      let most = before;
      for (let i = 0; i < count; ++i) most += d[i] * (0.5 * v * metric[i] * d[i] - slopes[i]);
      return smooth() <= most + NOISE * Math.abs(before);
    },
  };
}
