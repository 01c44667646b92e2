import { float64, type Heap, raw64, take } from "../../kernels/arena.js";
import { pivotedCholesky } from "./pivotedCholesky.js";

/** Differences between iterates that an extrapolation is made from. */
const DEPTH = 3;
/** Raises the diagonal of M by this share of it, so that dependent changes, which are what an affine map of few coordinates has, do no harm. */
const RIDGE = 1e-12;
const DIFFERENCES = /* @__PURE__ */ Array.from({ length: DEPTH }, (_, k) => k);

/**
 * Anderson's extrapolation of the iterates b_0, b_1, … b_K of coordinate descent, K = 3. Once no sign changes, an epoch is an
 * affine map, whose fixed point the affine combination with the smallest change in an epoch comes near to:
 *
 * ```text
 * b = Σ_k c_k·b_k,   c = argmin ‖Σ_k c_k·(b_k − b_{k−1})‖  with  Σ_k c_k = 1,   k = 1 … K
 * ```
 *
 * Bertrand & Massias, Anderson acceleration of coordinate descent (2021).
 */
export class Extrapolation {
  readonly #arena: Heap;
  /** b_0, … b_K of all coordinates, `stride` apart: 0 where they have never been listed. */
  readonly #iterates: Float64Array;
  /** b_K, which an extrapolation takes the place of. */
  readonly last: Float64Array;
  /** b_k − b_{k−1} of those listed now, one after the other. */
  readonly #changes: Float64Array;
  readonly #stride: number;
  #count = 0;
  /** Coordinates from here on have never been listed. */
  #end = 0;
  readonly #gram = new Float64Array(DEPTH * DEPTH);

  /** For p coordinates, each iterate from a multiple of 64 bytes on. */
  static layout(p: number) {
    const stride = Math.ceil(p / 8) * 8;
    return [float64((DEPTH + 1) * stride), raw64(DEPTH * stride)] as const;
  }

  constructor(arena: Heap, p: number) {
    this.#arena = arena;
    [this.#iterates, this.#changes] = take(arena, Extrapolation.layout(p));
    this.#stride = this.#changes.length / DEPTH;
    this.last = this.#iterates.subarray(DEPTH * this.#stride);
  }

  /** Forgets the iterates. */
  restart(): void {
    this.#count = 0;
  }

  /** Forgets the coordinates that were listed too. */
  reset(): void {
    this.#count = 0;
    for (let k = 0; k <= DEPTH; ++k) this.#iterates.fill(0, k * this.#stride, k * this.#stride + this.#end);
    this.#end = 0;
  }

  /**
   * Takes b as the next iterate; it is 0 outside of the list, which only grows. With the last one that it needs, it puts the
   * extrapolated point in its place, but for coefficients that would change their sign, which become 0; then it returns true, and
   * starts anew.
   */
  next(count: number, list: Int32Array, b: Float64Array): boolean {
    const iterates = this.#iterates;
    const at = this.#count * this.#stride;
    for (let i = 0; i < count; ++i) {
      const j = list[i];
      iterates[at + j] = b[j];
      if (j >= this.#end) this.#end = j + 1;
    }
    this.#count += 1;
    if (this.#count <= DEPTH) return false;
    this.#count = 0;
    const shares = this.#shares(count, list);
    if (shares === undefined) return false;
    for (let i = 0; i < count; ++i) {
      let value = 0;
      for (let k = 1; k <= DEPTH; ++k) value += shares[k - 1] * iterates[k * this.#stride + list[i]];
      b[list[i]] = value * b[list[i]] > 0 ? value : 0;
    }
    return true;
  }

  /** c = M⁻¹·1, scaled to sum to 1, where M_jk is the product of changes j and k; undefined where one is 0. */
  #shares(count: number, list: Int32Array): Float64Array | undefined {
    const { dot } = this.#arena.kernels.float64;
    const [iterates, changes, stride, gram] = [this.#iterates, this.#changes, this.#stride, this.#gram];
    for (let k = 0; k < DEPTH; ++k) {
      const at = k * stride;
      for (let i = 0; i < count; ++i) changes[at + i] = iterates[at + stride + list[i]] - iterates[at + list[i]];
      for (let j = 0; j <= k; ++j) {
        gram[j * DEPTH + k] = dot(count, changes, j * stride, changes, at);
        gram[k * DEPTH + j] = gram[j * DEPTH + k];
      }
      gram[k * DEPTH + k] *= 1 + RIDGE;
    }
    const { order, solve } = pivotedCholesky(gram, DEPTH, DIFFERENCES);
    if (order.length < DEPTH) return undefined;
    const solved = solve(order.map(() => 1));
    const total = solved.reduce((sum, c) => sum + c, 0);
    if (!(total > 0 && total < Number.POSITIVE_INFINITY)) return undefined;
    const shares = new Float64Array(DEPTH);
    order.forEach((k, at) => {
      shares[k] = solved[at] / total;
    });
    return shares;
  }
}
