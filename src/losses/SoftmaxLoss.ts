import { exp, log } from "../arithmetic/transcendental.js";
import { type Heap, raw64, take } from "../kernels/arena.js";
import { LEAST } from "./LossRows.js";
import { type RowSums, type RowsLoss, smoothSlip } from "./RowsLoss.js";
import { divergence, evaluate, type SoftmaxRows } from "./softmax.js";

/** The dual point may be moved within the simplex by this share of a probability. */
const FARTHEST = 0.5;

/** The multinomial loss of n rows of K η each, one class after the other, with v_i = s_i/W. */
export class SoftmaxLoss implements SoftmaxRows, RowsLoss {
  readonly n: number;
  readonly K: number;
  readonly codes: Float64Array;
  readonly v: Float64Array;
  /** √v */
  readonly roots: Float64Array;
  readonly offset: Float64Array;
  readonly eta: Float64Array;
  readonly p: Float64Array;
  readonly theta: Float64Array;
  readonly logSums: Float64Array;
  readonly work: Float64Array;
  readonly saturatedLoss = 0;
  nullLoss = Number.NaN;
  readonly #arena: Heap;

  static layout(n: number, K: number) {
    const [row, all] = [raw64(n), raw64(K * n)];
    return [row, row, row, all, all, all, all, row, raw64(3 * n)] as const;
  }

  constructor(
    arena: Heap,
    { n, weights, totalWeight }: { n: number; weights: Float64Array; totalWeight: number },
    codes: Float64Array,
    K: number,
    offset: Float64Array | undefined,
  ) {
    this.#arena = arena;
    this.n = n;
    this.K = K;
    const arrays = take(arena, SoftmaxLoss.layout(n, K));
    [this.codes, this.v, this.roots, this.offset, this.eta, this.p, this.theta, this.logSums, this.work] = arrays;
    this.codes.set(codes);
    for (let i = 0; i < n; ++i) {
      this.v[i] = weights[i] / totalWeight;
      this.roots[i] = Math.sqrt(this.v[i]);
      // What the offsets of all classes share moves no probability.
      const own = offset?.length === K * n && this.v[i] > 0 ? offset.subarray(i * K, i * K + K) : undefined;
      const most = own?.reduce((top, value) => Math.max(top, value)) ?? 0;
      for (let k = 0; k < K; ++k) this.offset[k * n + i] = own === undefined ? 0 : own[k] - most;
    }
  }

  get convergenceScale(): number {
    return Math.max(this.nullLoss, Number.EPSILON * log(this.K));
  }

  evaluate(): number {
    return evaluate(this.#arena.kernels, this);
  }

  /** A Hessian is at most diag(p). */
  sums(scale: number, dual: Float64Array): RowSums {
    const { n, K, v, theta, p, offset } = this;
    let lever = 0;
    let shiftSquares = 0;
    let dualSquares = 0;
    let offsetSquares = 0;
    for (let k = 0, at = 0; k < K; ++k) {
      for (let i = 0; i < n; ++i, ++at) {
        if (!(v[i] > 0)) continue;
        const size = 1 + Math.abs(offset[at]);
        const shift = Math.abs(theta[at] - scale * dual[at]);
        lever += shift * size;
        shiftSquares += (shift * shift) / v[i];
        dualSquares += (dual[at] * dual[at]) / v[i];
        offsetSquares += v[i] * p[at] * size * size;
      }
    }
    return { gaps: divergence(this, scale, dual), lever, shiftSquares, dualSquares, steepest: 1, offsetSquares };
  }

  /** The slope of the loss along moves of η of class k, at t times them. */
  slope(k: number, moves: Float64Array, t: number): number {
    const { n, v, p, codes } = this;
    let slope = 0;
    for (let i = 0; i < n; ++i) {
      if (!(v[i] > 0) || moves[i] === 0) continue;
      // Of e^t/(1 + e^t), t the move and what the odds of the class were.
      const share = p[k * n + i];
      const odds = exp(-t * moves[i]) * ((1 - share) / share);
      slope += v[i] * moves[i] * (1 / (1 + odds) - (codes[i] === k ? 1 : 0));
    }
    return slope;
  }

  /** What the same errors of η in all rows, one of each class, may add to the loss. */
  slip(errors: Float64Array): number {
    const { n, theta } = this;
    return errors.reduce((sum, error, k) => {
      const slope = theta.subarray(k * n, (k + 1) * n).reduce((total, value) => total + value, 0);
      return sum + smoothSlip(error, slope, 1);
    }, 0);
  }

  /** The diagonal of the Hessian at probabilities q for two classes, v·(δ_km·q_k − q_k·q_m), or its first part, v·q_k. Until the next. */
  weights(q: Float64Array, k: number, m: number, isAlone = false): Float64Array {
    const { n, v, work: h } = this;
    const own = k === m ? 1 : 0;
    for (let i = 0, a = k * n, c = m * n; i < n; ++i, ++a, ++c) h[i] = v[i] * q[a] * (isAlone ? 1 : own - q[c]);
    return h;
  }

  /** u ← v·(diag(q) − q·qᵀ)·u for each row; whether no u is farther than {@link FARTHEST} from the mean of its row. */
  curve(q: Float64Array, u: Float64Array): boolean {
    const { n, K, v } = this;
    const means = this.work.fill(0, 0, n);
    let farthest = 0;
    for (let k = 0, at = 0; k < K; ++k) for (let i = 0; i < n; ++i, ++at) means[i] += q[at] * u[at];
    for (let k = 0, at = 0; k < K; ++k) {
      for (let i = 0; i < n; ++i, ++at) {
        const move = u[at] - means[i];
        if (v[i] > 0 && !(Math.abs(move) <= farthest)) farthest = Math.abs(move);
        u[at] = v[i] * q[at] * move;
      }
    }
    return farthest <= FARTHEST;
  }

  /** Blends the probabilities q with equal ones: the more, the farther 1/reach of a row's error is from the curvature of its class. */
  blend(q: Float64Array, reach: number): Float64Array {
    const { n, K, v, theta, codes } = this;
    for (let i = 0; i < n && reach < Number.POSITIVE_INFINITY; ++i) {
      const error = v[i] > 0 ? theta[codes[i] * n + i] / v[i] : 0;
      const share = Math.min(1, Math.max((K * error) / reach, LEAST));
      for (let at = i; at < K * n; at += n) q[at] += share * (1 / K - q[at]);
    }
    return q;
  }

  /** What multiplies the curvatures at q to have the sum of those here, and by what share of that the two differ then. */
  drift(q: Float64Array): { scale: number; drift: number } {
    const { n, K, v, p } = this;
    const curvature = (of: Float64Array, at: number): number => v[at % n] * of[at] * (1 - of[at]);
    let before = 0;
    let total = 0;
    for (let at = 0; at < K * n; ++at) {
      before += curvature(q, at);
      total += curvature(p, at);
    }
    const scale = total / before;
    let drift = 0;
    for (let at = 0; at < K * n; ++at) drift += Math.abs(curvature(p, at) - scale * curvature(q, at));
    return { scale, drift: drift / total };
  }

  /** The Hessian for a number that is added to η of each class in all rows; what moves them all alike has curvature too. */
  interceptHessian(): Float64Array {
    const { n, K } = this;
    const M = new Float64Array(K * K);
    for (let k = 0; k < K; ++k) {
      for (let m = 0; m <= k; ++m) {
        const h = this.weights(this.p, k, m);
        let sum = 1 / (K * K);
        for (let i = 0; i < n; ++i) sum += h[i];
        M[k * K + m] = sum;
        M[m * K + k] = sum;
      }
    }
    return M;
  }

  /**
   * w = √q over its norm in a row, and u = √(v·q): the Hessian of a row is B·B' for B = diag(u)·(I − w·w'), and B·(θ/u) = θ, as the θ of a row sum
   * to 0. A q of 0 leaves a class out of its row.
   */
  root(q: Float64Array): { w: Float64Array; u: Float64Array } {
    const { n, K, roots } = this;
    const w = new Float64Array(K * n);
    const u = new Float64Array(K * n);
    for (let i = 0; i < n; ++i) {
      let sum = 0;
      for (let at = i; at < K * n; at += n) sum += q[at];
      for (let at = i; at < K * n; at += n) {
        w[at] = Math.sqrt(q[at] / sum);
        u[at] = roots[i] * Math.sqrt(q[at]);
      }
    }
    return { w, u };
  }
}
