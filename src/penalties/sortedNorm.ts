import type { Penalised, SortedPenalty } from "./Penalty.js";

/** What rounding errors of sums may take a point out of its ball by. */
const ROUNDED = 1 - 16 * Number.EPSILON;

/**
 * Sorted L1, and the ridge part:
 *
 * ```text
 * h(b) = strength·Σ_k c_k·|b|_(k) + Σ_j l2_j/2·b_j²,   |b| sorted from the largest on, c not ascending
 * ```
 *
 * z is in the dual ball if Σ_{i <= k} |z|_(i) <= strength·Σ_{i <= k} c_i for each k. The minimum, without the ridge part, takes the
 * sorted |u| less strength·c, made not ascending by pooling adjacent violators, its negative parts 0.
 * Bogdan, van den Berg, Sabatti, Su & Candès, SLOPE – adaptive variable selection via convex optimization (2015), §2.2.
 */
export function sortedNorm(weights: Float64Array, problem: Penalised): SortedPenalty {
  const { eligible, p, columns } = problem;
  const penalised = eligible.filter((j) => j < columns);
  let strength = 0;
  const list = new Int32Array(p);
  const magnitudes = new Float64Array(p);
  /** Sorts the coordinates of a list by |values|, the largest first, into `list`; returns how many there are without those of no penalty. */
  const sort = (count: number, listed: Int32Array, values: Float64Array): number => {
    let found = 0;
    for (let k = 0; k < count; ++k) {
      const j = listed[k];
      if (j >= columns) continue;
      magnitudes[j] = Math.abs(values[j]);
      list[found++] = j;
    }
    list.subarray(0, found).sort((i, j) => magnitudes[j] - magnitudes[i] || i - j);
    return found;
  };
  /** The means of pooled blocks, and where they start. */
  const means = new Float64Array(p);
  const froms = new Int32Array(p + 1);
  /** The largest Σ_{i <= k} |u|_(i)/Σ_{i <= k} c_i */
  const dualNorm = (u: Float64Array): number => {
    const found = sort(penalised.length, penalised, u);
    let [sum, total, most] = [0, 0, 0];
    for (let k = 0; k < found; ++k) {
      sum += magnitudes[list[k]];
      total += weights[k];
      most = Math.max(most, sum / total);
    }
    return most;
  };
  return {
    kind: "sorted",
    isConvex: true,
    free: eligible.filter((j) => j >= columns),
    set: (value) => {
      strength = value;
    },
    value: (count, listed, b) => {
      const found = sort(count, listed, b);
      let sum = 0;
      for (let k = 0; k < found; ++k) {
        const t = magnitudes[list[k]];
        sum += t * (strength * weights[k] + 0.5 * problem.l2[list[k]] * t);
      }
      return sum;
    },
    minimum: (count, listed, u, curvature, b) => {
      for (let k = 0; k < count; ++k) if (listed[k] >= columns) b[listed[k]] = u[listed[k]] / curvature;
      const found = sort(count, listed, u);
      let blocks = 0;
      for (let k = 0; k < found; ++k) {
        froms[blocks] = k;
        means[blocks] = magnitudes[list[k]] - strength * weights[k];
        froms[++blocks] = k + 1;
        while (blocks > 1 && means[blocks - 2] <= means[blocks - 1]) {
          const left = froms[blocks - 1] - froms[blocks - 2];
          const right = froms[blocks] - froms[blocks - 1];
          means[blocks - 2] = (left * means[blocks - 2] + right * means[blocks - 1]) / (left + right);
          froms[blocks - 1] = froms[blocks];
          blocks -= 1;
        }
      }
      for (let block = 0; block < blocks; ++block) {
        const t = Math.max(0, means[block]) / curvature;
        for (let k = froms[block]; k < froms[block + 1]; ++k) b[list[k]] = u[list[k]] < 0 ? -t : t;
      }
    },
    admit: (isWorking, z, out) => {
      const found = sort(penalised.length, penalised, z);
      let [excess, last] = [0, 0];
      for (let k = 0; k < found; ++k) {
        excess += magnitudes[list[k]] - strength * weights[k];
        if (!(excess > 0)) continue;
        last = k + 1;
        excess = 0;
      }
      let count = 0;
      for (let k = 0; k < last; ++k) if (isWorking[list[k]] === 0) out[count++] = list[k];
      return count;
    },
    strength: dualNorm,
    feasibleScale: (u) => {
      const norm = dualNorm(u);
      return norm > strength ? (strength / norm) * ROUNDED : 1;
    },
  };
}
