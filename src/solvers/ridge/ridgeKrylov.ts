import { float64, raw64, take } from "../../kernels/arena.js";
import { gradientNoise, type UniformRidge } from "./UniformRidge.js";

/** Vectors of the basis at the most. */
const CAP = 256;

/** The steps that memory allows: the basis and its products take at most a quarter of the room of X. */
export function krylovCap(n: number, p: number): number {
  return Math.min(CAP, p, Math.floor(n / 8));
}

/** No part of the class, so that who only counts bytes does without that. */
export function krylovLayout(n: number, p: number) {
  const cap = krylovCap(n, p);
  return [raw64(p * cap), raw64(p * cap), float64(p), float64(p), float64(cap)] as const;
}

/**
 * Ridge for any number of penalties from one Krylov space: that of A = D·Xᵀ·M·X·D and c = D·Xᵀ·M·y is the same for every
 * A + mu·I. Lanczos' orthonormal basis V makes A tridiagonal there, and the minimiser over the space is
 *
 * ```text
 * a = V·t,  (T + mu·I)·t = ‖c‖·e_1
 * ```
 *
 * A step costs one product with X and one with Xᵀ, whatever the number of penalties. The basis is orthogonalised in full, twice.
 * Lanczos (1950); Frommer & Maass, Fast CG-based methods for Tikhonov–Phillips regularization (1999).
 */
export class RidgeKrylov {
  readonly #form: UniformRidge;
  readonly #cap: number;
  /** p × cap */
  readonly #V: Float64Array;
  /** Xᵀ·X·D·v for each v, as computed: the gradients of solutions come from these. */
  readonly #W: Float64Array;
  readonly #next: Float64Array;
  readonly #a: Float64Array;
  readonly #t: Float64Array;
  readonly #alpha: number[] = [];
  readonly #beta: number[] = [];
  readonly #start: number;
  readonly #mus: Float64Array;
  /** Of each penalty: the last pivot of T + mu·I, and the last load after forward substitution. */
  readonly #pivots: Float64Array;
  readonly #loads: Float64Array;
  /** A bound on ‖A‖, good to a factor. */
  #norm = 0;

  constructor(form: UniformRidge, lambdas: Float64Array) {
    const { arena, kernels, n, p, y } = form.problem;
    this.#form = form;
    this.#cap = krylovCap(n, p);
    [this.#V, this.#W, this.#next, this.#a, this.#t] = take(arena, krylovLayout(n, p));
    this.#mus = lambdas.map((lambda) => lambda / form.unit);
    this.#pivots = new Float64Array(lambdas.length).fill(1);
    this.#loads = new Float64Array(lambdas.length);
    form.reduceGradient(y, form.c, this.#next);
    this.#start = Math.sqrt(kernels.float64.sumSquares(p, this.#next, 0));
  }

  /** Steps so far. */
  get size(): number {
    return this.#alpha.length;
  }

  /** One more step. False if there is none: the space holds all solutions, or is as large as it can be. */
  extend(): boolean {
    const { kernels, n, p, X, r } = this.#form.problem;
    const { d } = this.#form;
    const k = this.size;
    const length = k === 0 ? this.#start : this.#beta[k - 1];
    if (k === this.#cap || !(length > this.#norm * p * Number.EPSILON)) return false;
    const V = this.#V;
    const W = this.#W;
    const next = this.#next;
    const t = this.#t;
    const last = k * p;
    kernels.float64.decay(p, next, 0, 1 / length, V, last);
    for (let j = 0; j < p; ++j) next[j] = d[j] * V[last + j];
    r.fill(0);
    kernels.product(n, p, X, 0, 1, next, 0, r, 0);
    kernels.transposedProduct(n, p, X, 0, r, 0, W, last);
    next.set(W.subarray(last, last + p));
    this.#form.reduceGradient(r, next, next);
    const alpha = kernels.float64.dot(p, V, last, next, 0);
    for (let pass = 0; pass < 2; ++pass) {
      kernels.transposedProduct(p, k + 1, V, 0, next, 0, t, 0);
      kernels.product(p, k + 1, V, 0, -1, t, 0, next, 0);
    }
    const beta = Math.sqrt(kernels.float64.sumSquares(p, next, 0));
    this.#mus.forEach((mu, i) => {
      // L·D·Lᵀ of T + mu·I, one row further
      const below = k === 0 ? 0 : this.#beta[k - 1] / this.#pivots[i];
      this.#loads[i] = k === 0 ? this.#start : -below * this.#loads[i];
      this.#pivots[i] = alpha + mu - (k === 0 ? 0 : below * this.#beta[k - 1]);
    });
    this.#alpha.push(alpha);
    this.#beta.push(beta);
    this.#norm = Math.max(this.#norm, alpha + beta + (k === 0 ? 0 : this.#beta[k - 1]));
    return true;
  }

  /** The length of the gradient, on the uniform scale, at the solution for a penalty; Infinity where T + mu·I is singular. */
  gradientLength(i: number): number {
    if (this.size === 0) return this.#start;
    const pivot = this.#pivots[i];
    return pivot > 0 ? Math.abs((this.#beta[this.size - 1] * this.#loads[i]) / pivot) : Number.POSITIVE_INFINITY;
  }

  /**
   * b ← the solution for a penalty, and its gradient z = Xᵀ(y − X·b) from the products of the basis.
   *
   * @returns A bound on what rounding makes of the length of the gradient, on the uniform scale.
   */
  solve(i: number): number {
    const { kernels, p, y, b, z } = this.#form.problem;
    const { unpenalised } = this.#form;
    const size = this.size;
    const t = this.#t;
    const mu = this.#mus[i];
    const pivots = new Float64Array(size);
    for (let k = 0; k < size; ++k) {
      const below = k === 0 ? 0 : this.#beta[k - 1] / pivots[k - 1];
      pivots[k] = this.#alpha[k] + mu - (k === 0 ? 0 : below * this.#beta[k - 1]);
      t[k] = k === 0 ? this.#start : -below * t[k - 1];
    }
    for (let k = size - 1; k >= 0; --k) {
      t[k] = (t[k] - (k === size - 1 ? 0 : this.#beta[k] * t[k + 1])) / pivots[k];
    }
    const a = this.#a.fill(0);
    kernels.product(p, size, this.#V, 0, 1, t, 0, a, 0);
    b.fill(0);
    this.#form.moveCoefficients(a, y);
    z.set(this.#form.c);
    kernels.product(p, size, this.#W, 0, -1, t, 0, z, 0);
    if (unpenalised !== undefined) {
      // X_U·b_U = Q·(R·b_U)
      const { H, columns, work } = unpenalised;
      kernels.product(p, columns.length, H, 0, -1, work, 0, z, 0);
    }
    return gradientNoise(this.#start, this.#norm, Math.sqrt(kernels.float64.sumSquares(p, a, 0)));
  }
}
