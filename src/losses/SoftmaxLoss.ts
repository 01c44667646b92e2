import { exp, log } from "../arithmetic/transcendental.js";
import { float64, type Heap, int32, raw64, take } from "../kernels/arena.js";
import { relativeEntropy } from "./entropy.js";
import { LEAST } from "./LossRows.js";
import { BLOCK, type Drift, driftOf, type RowSums, type RowsLoss, smoothSlip } from "./RowsLoss.js";

/** The dual point may be moved within the simplex by this share of a probability. */
const FARTHEST = 0.5;
/** Differences up to this share of a probability are small: their divergence is bounded by a few powers of that. */
const NEAR = 1 / 16;

/**
 * The multinomial loss of n rows, y being one of K classes, with an η for each of them, one class after the other, and v_i = s_i/W:
 *
 * ```text
 * loss(y, η) = ln Σ_k e^η_k − η_y,   p_k = e^η_k/Σ_m e^η_m,   gradient p − e_y,   Hessian diag(p) − p·pᵀ
 * ```
 *
 * It stays the same when all η of a row move by the same. Its saturated value is 0; its conjugate is Σ_k u_k·ln u_k for u = e_y + g in the
 * simplex, otherwise Infinity.
 */
export class SoftmaxLoss implements RowsLoss {
  readonly n: number;
  readonly K: number;
  /** The class of each row. */
  readonly codes: Float64Array;
  readonly v: Float64Array;
  /** √v */
  readonly roots: Float64Array;
  readonly offset: Float64Array;
  readonly eta: Float64Array;
  readonly p: Float64Array;
  /** v·(e_y − p) */
  readonly theta: Float64Array;
  /** v·p */
  readonly h: Float64Array;
  readonly saturatedLoss = 0;
  nullLoss = Number.NaN;
  readonly #arena: Heap;
  /** ln Σ_k e^η_k */
  readonly #logSums: Float64Array;
  /** Room for n numbers. */
  readonly #work: Float64Array;
  /** 1/v, or 0 */
  readonly #perWeight: Float64Array;
  /** 1 + |o| of each η. */
  readonly #sizes: Float64Array;
  readonly #sums: Float64Array;
  /** Rows of a class whose probabilities are moved far. */
  readonly #far: Int32Array;

  static layout(n: number, K: number) {
    const [row, all] = [raw64(n), raw64(K * n)];
    const sums = [float64(n), all, raw64(6), int32(n + 1)] as const;
    return [row, row, row, all, all, all, all, all, row, row, ...sums] as const;
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
    [this.codes, this.v, this.roots, this.offset, this.eta, this.p, this.theta, this.h] = arrays;
    [, , , , , , , , this.#logSums, this.#work, this.#perWeight, this.#sizes, this.#sums, this.#far] = arrays;
    this.codes.set(codes);
    for (let i = 0; i < n; ++i) {
      this.v[i] = weights[i] / totalWeight;
      this.roots[i] = Math.sqrt(this.v[i]);
      if (this.v[i] > 0) this.#perWeight[i] = 1 / this.v[i];
      // What the offsets of all classes share moves no probability.
      const own = offset?.length === K * n && this.v[i] > 0 ? offset.subarray(i * K, i * K + K) : undefined;
      const most = own?.reduce((top, value) => Math.max(top, value)) ?? 0;
      for (let k = 0; k < K; ++k) this.offset[k * n + i] = own === undefined ? 0 : own[k] - most;
    }
    for (let at = 0; at < K * n; ++at) this.#sizes[at] = 1 + Math.abs(this.offset[at]);
  }

  get convergenceScale(): number {
    return Math.max(this.nullLoss, Number.EPSILON * log(this.K));
  }

  evaluate(): number {
    const { n, K, codes, v, eta, p, theta, h } = this;
    const { softmaxLoss } = this.#arena.kernels;
    let sum = 0;
    for (let i = 0; i < n; i += BLOCK) {
      const rows = Math.min(BLOCK, n - i);
      sum += softmaxLoss(rows, K, n, eta, i, codes, i, v, i, p, i, theta, i, h, i, this.#logSums, i);
    }
    return sum;
  }

  /**
   * Of a share t of its own that a probability is moved by, the divergence is v·p·((1 + t)·ln(1 + t) − t): what the pass over rows bounds. A Hessian is
   * at most diag(p).
   */
  sums(scale: number, dual: Float64Array): RowSums {
    const { n, K, v, theta, p, h, eta } = this;
    const [sums, far, perWeight] = [this.#sums, this.#far, this.#perWeight];
    const { dualSums } = this.#arena.kernels;
    const all = { gaps: 0, lever: 0, shiftSquares: 0, dualSquares: 0, steepest: 1, offsetSquares: 0 };
    for (let at = 0; at < K * n; at += n) {
      const sizes = [perWeight, 0, this.#sizes, at] as const;
      const count = dualSums(n, scale, NEAR, theta, at, dual, at, h, at, h, at, ...sizes, far, 0, sums, 0);
      all.gaps += sums[0];
      all.lever += sums[1];
      all.shiftSquares += sums[2];
      all.dualSquares += sums[3];
      all.offsetSquares += sums[5];
      for (let k = 0; k < count; ++k) {
        const i = far[k];
        const shift = theta[at + i] - scale * dual[at + i];
        all.gaps += v[i] * relativeEntropy(p[at + i], shift / v[i], eta[at + i] - this.#logSums[i]);
      }
    }
    return all;
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
    const { kernels } = this.#arena;
    return errors.reduce((sum, error, k) => sum + smoothSlip(error, kernels.sum(n, theta, k * n), 1), 0);
  }

  /** The diagonal of the Hessian at probabilities q for two classes, v·(δ_km·q_k − q_k·q_m), or its first part, v·q_k. Until the next. */
  weights(q: Float64Array, k: number, m: number, isAlone = false): Float64Array {
    const { n, v } = this;
    const h = this.#work;
    const own = k === m ? 1 : 0;
    for (let i = 0, a = k * n, c = m * n; i < n; ++i, ++a, ++c) h[i] = v[i] * q[a] * (isAlone ? 1 : own - q[c]);
    return h;
  }

  /** u ← v·(diag(q) − q·qᵀ)·u for each row; whether no u is farther than {@link FARTHEST} from the mean of its row. */
  curve(q: Float64Array, u: Float64Array): boolean {
    const { n, K, v } = this;
    const means = this.#work.fill(0);
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

  /** out ← v·q·(1 − q), the curvature along each η alone at probabilities q. */
  curvatures(q: Float64Array, out: Float64Array): void {
    const { n, K, v } = this;
    for (let k = 0, at = 0; k < K; ++k) for (let i = 0; i < n; ++i, ++at) out[at] = v[i] * q[at] * (1 - q[at]);
  }

  /** How far those of a model are from those here, in `room` for as many numbers. */
  drift(model: Float64Array, room: Float64Array): Drift {
    this.curvatures(this.p, room);
    return driftOf(this.#arena.kernels, model, room);
  }

  /** The Hessian for a number that is added to η of each class in all rows; what moves them all alike has curvature too. */
  interceptHessian(): Float64Array {
    const { n, K, p, h } = this;
    const { dot } = this.#arena.kernels.float64;
    const M = new Float64Array(K * K).fill(1 / (K * K));
    for (let k = 0; k < K; ++k) {
      for (let m = 0; m < k; ++m) {
        const shared = dot(n, h, k * n, p, m * n);
        M[k * K + m] -= shared;
        M[m * K + k] -= shared;
        M[k * K + k] += shared;
        M[m * K + m] += shared;
      }
    }
    return M;
  }

  /** from ← from − moves */
  subtract(moves: Float64Array, from: Float64Array): void {
    this.#arena.kernels.float64.axpy(from.length, -1, moves, 0, from, 0);
  }

  /** Σ θ²/v */
  get squares(): number {
    const { n, K, theta, v } = this;
    const { weighedSquares } = this.#arena.kernels;
    let sum = 0;
    for (let at = 0; at < K * n; at += n) sum += weighedSquares(n, theta, at, v, 0);
    return sum;
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
