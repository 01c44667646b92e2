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
export class SortedNorm implements SortedPenalty {
  readonly kind = "sorted";
  readonly isConvex = true;
  readonly free: Int32Array;
  readonly #weights: Float64Array;
  readonly #columns: number;
  readonly #l2: Float64Array;
  readonly #penalised: Int32Array;
  /** Coordinates from the largest on, and how large each is. */
  readonly #sorted: Int32Array;
  readonly #magnitudes: Float64Array;
  /** The means of pooled blocks, and where they start. */
  readonly #means: Float64Array;
  readonly #froms: Int32Array;
  #strength = 0;

  constructor(weights: Float64Array, { eligible, p, columns, l2 }: Penalised) {
    this.free = eligible.filter((j) => j >= columns);
    this.#weights = weights;
    this.#columns = columns;
    this.#l2 = l2;
    this.#penalised = eligible.filter((j) => j < columns);
    this.#sorted = new Int32Array(p);
    this.#magnitudes = new Float64Array(p);
    this.#means = new Float64Array(p);
    this.#froms = new Int32Array(p + 1);
  }

  set(strength: number): void {
    this.#strength = strength;
  }

  value(count: number, columns: Int32Array, b: Float64Array): number {
    const [sorted, magnitudes, l2] = [this.#sorted, this.#magnitudes, this.#l2];
    const found = this.#sort(count, columns, b);
    let sum = 0;
    for (let k = 0; k < found; ++k) {
      const t = magnitudes[sorted[k]];
      sum += t * (this.#strength * this.#weights[k] + 0.5 * l2[sorted[k]] * t);
    }
    return sum;
  }

  minimum(count: number, columns: Int32Array, u: Float64Array, curvature: number, b: Float64Array): void {
    const [sorted, means, froms] = [this.#sorted, this.#means, this.#froms];
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (j >= this.#columns) b[j] = u[j] / curvature;
    }
    const blocks = this.#pool(this.#sort(count, columns, u));
    for (let block = 0; block < blocks; ++block) {
      const t = Math.max(0, means[block]) / curvature;
      for (let k = froms[block]; k < froms[block + 1]; ++k) b[sorted[k]] = u[sorted[k]] < 0 ? -t : t;
    }
  }

  admit(isWorking: Uint8Array, z: Float64Array, out: Int32Array): number {
    const [sorted, magnitudes] = [this.#sorted, this.#magnitudes];
    const found = this.#sort(this.#penalised.length, this.#penalised, z);
    let [excess, last] = [0, 0];
    for (let k = 0; k < found; ++k) {
      excess += magnitudes[sorted[k]] - this.#strength * this.#weights[k];
      if (!(excess > 0)) continue;
      last = k + 1;
      excess = 0;
    }
    let count = 0;
    for (let k = 0; k < last; ++k) if (isWorking[sorted[k]] === 0) out[count++] = sorted[k];
    return count;
  }

  /** The largest Σ_{i <= k} |z|_(i)/Σ_{i <= k} c_i: the dual norm. */
  strength(z: Float64Array): number {
    const [sorted, magnitudes] = [this.#sorted, this.#magnitudes];
    const found = this.#sort(this.#penalised.length, this.#penalised, z);
    let [sum, total, most] = [0, 0, 0];
    for (let k = 0; k < found; ++k) {
      sum += magnitudes[sorted[k]];
      total += this.#weights[k];
      most = Math.max(most, sum / total);
    }
    return most;
  }

  feasibleScale(u: Float64Array): number {
    const norm = this.strength(u);
    return norm > this.#strength ? (this.#strength / norm) * ROUNDED : 1;
  }

  /** Sorts the coordinates of a list by |values|, the largest first; returns how many there are without those of no penalty. */
  #sort(count: number, columns: Int32Array, values: Float64Array): number {
    const [sorted, magnitudes] = [this.#sorted, this.#magnitudes];
    let found = 0;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (j >= this.#columns) continue;
      magnitudes[j] = Math.abs(values[j]);
      sorted[found++] = j;
    }
    sorted.subarray(0, found).sort((i, j) => magnitudes[j] - magnitudes[i] || i - j);
    return found;
  }

  /** Pools the sorted magnitudes less strength·c until their means do not ascend; returns how many blocks that makes. */
  #pool(found: number): number {
    const [means, froms] = [this.#means, this.#froms];
    let blocks = 0;
    for (let k = 0; k < found; ++k) {
      froms[blocks] = k;
      means[blocks] = this.#magnitudes[this.#sorted[k]] - this.#strength * this.#weights[k];
      froms[++blocks] = k + 1;
      while (blocks > 1 && means[blocks - 2] <= means[blocks - 1]) {
        const left = froms[blocks - 1] - froms[blocks - 2];
        const right = froms[blocks] - froms[blocks - 1];
        means[blocks - 2] = (left * means[blocks - 2] + right * means[blocks - 1]) / (left + right);
        froms[blocks - 1] = froms[blocks];
        blocks -= 1;
      }
    }
    return blocks;
  }
}
