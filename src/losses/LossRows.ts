import { difference } from "../arithmetic/subtractOffset.js";
import { float64, type Heap, int32, raw64, take } from "../kernels/arena.js";
import type { Loss } from "./Loss.js";
import { nullIntercept } from "./nullIntercept.js";
import { BLOCK, type Drift, driftOf, type RowSums, type RowsLoss, smoothSlip } from "./RowsLoss.js";

/** Differences up to this share of the curvature are small: the divergence is bounded by a few powers of that. */
const NEAR = 0.25;
/** The least curvature of rows that are confined: what a penalty pulls them by has to end somewhere too. */
export const LEAST = 1e-10;
/** By how much the curvature of a row that has none may be below that of a parabola. */
const FLATTEST = 1e6;

/** Values that are kept of a function, by the y that they are of. */
const KEPT = 64;

/** A function of a row that is computed once where y, and whatever else it depends on, is what it was for that y before. */
function kept(of: (y: number, eta: number, difference: number) => number): typeof of {
  const table = new Float64Array(4 * KEPT).fill(Number.NaN);
  return (y, eta, difference) => {
    const at = 4 * (y & (KEPT - 1));
    if (table[at] !== y || table[at + 1] !== eta || table[at + 2] !== difference) {
      table[at] = y;
      table[at + 1] = eta;
      table[at + 2] = difference;
      table[at + 3] = of(y, eta, difference);
    }
    return table[at + 3];
  };
}

/** The sum of a loss over n rows, with v_i = s_i/W. Rows of weight 0 add nothing, whatever they hold. */
export class LossRows implements RowsLoss {
  readonly n: number;
  readonly loss: Loss;
  readonly v: Float64Array;
  /** y; less the offset, and centred if there is an intercept, where the loss is one of y − η. */
  readonly y: Float64Array;
  /** Centred if there is an intercept; 0 where y has it. */
  readonly offset: Float64Array;
  readonly eta: Float64Array;
  readonly theta: Float64Array;
  /** The curvatures, v·loss''. */
  readonly h: Float64Array;
  /** What is to be added to an intercept, as y or the offset is centred. */
  readonly centre: number;
  /** The best intercept alone, 0 without one. */
  readonly start: number;
  readonly nullLoss: number;
  readonly saturatedLoss: number;
  readonly convergenceScale: number;
  /** The norm of y and of its means at the null loss. */
  readonly norm: number;
  readonly #arena: Heap;
  /** 1/v, or 0 */
  readonly #perWeight: Float64Array;
  /** What the rounding of η is relative to, besides X·b: the offset where y does not have it. */
  readonly #sizes: Float64Array;
  readonly #sums: Float64Array;
  /** Rows whose divergences are not small. */
  readonly #far: Int32Array;

  static layout(n: number) {
    const sums = [float64(n), raw64(n), raw64(6), int32(n + 1)] as const;
    return [raw64(n), float64(n), float64(n), raw64(n), raw64(n), raw64(n), ...sums] as const;
  }

  /** @throws RangeError if there is no best intercept. */
  constructor(
    arena: Heap,
    loss: Loss,
    { n, weights, totalWeight }: { n: number; weights: Float64Array; totalWeight: number },
    y: Float64Array,
    { intercept, offset }: { intercept: boolean; offset: Float64Array | undefined },
  ) {
    this.#arena = arena;
    this.n = n;
    this.loss = loss;
    const arrays = take(arena, LossRows.layout(n));
    [this.v, this.y, this.offset, this.eta, this.theta, this.h] = arrays;
    [, , , , , , this.#perWeight, this.#sizes, this.#sums, this.#far] = arrays;
    const { v } = this;
    for (let i = 0; i < n; ++i) {
      v[i] = weights[i] / totalWeight;
      if (v[i] > 0) this.#perWeight[i] = 1 / v[i];
    }
    this.centre = this.#centre(y, intercept, offset);
    for (let i = 0; i < n; ++i)
      this.#sizes[i] = loss.steepest === undefined ? 1 + Math.abs(this.offset[i]) : Math.abs(this.y[i]);
    this.start = intercept ? nullIntercept(loss, this.y, v, this.offset) : 0;
    for (let i = 0; i < n; ++i) this.eta[i] = this.offset[i] + this.start;
    this.nullLoss = this.evaluate();
    let squares = 0;
    let saturated = 0;
    let atZero = 0;
    // The slope for y = 0 is the mean: of most models, without an offset, the same in all rows.
    let mean = Number.NaN;
    let last = Number.NaN;
    const valueAtZero = kept(loss.value);
    const leastValue = kept(loss.saturated);
    for (let i = 0; i < n; ++i) {
      saturated += v[i] * leastValue(this.y[i], 0, 0);
      if (!(v[i] > 0)) continue;
      if (this.eta[i] !== last) {
        last = this.eta[i];
        mean = loss.gradient(0, last);
      }
      squares += v[i] * (this.y[i] * this.y[i] + mean * mean);
      atZero += v[i] * valueAtZero(y[i], 0, 0);
    }
    this.norm = Math.sqrt(squares);
    this.saturatedLoss = saturated;
    const { gaps } = this.sums(0, this.theta, kept(loss.divergence));
    this.convergenceScale = Math.max(gaps, Number.EPSILON * atZero);
  }

  /** Copies y, less the offset where the loss is one of y − η, or beside it, and centres what has the offset. Returns {@link centre}. */
  #centre(y: Float64Array, intercept: boolean, offset: Float64Array | undefined): number {
    const { n, v, loss } = this;
    const ofRow = (i: number): number => offset?.[i] ?? 0;
    const isOfDifference = loss.steepest !== undefined;
    let centre = 0;
    if (isOfDifference) {
      this.y.set(y.map((value, i) => value - ofRow(i)));
      if (intercept) centre = nullIntercept(loss, this.y, v, this.offset);
    } else if (intercept && offset !== undefined) {
      for (let i = 0; i < n; ++i) centre -= v[i] * offset[i];
    }
    for (let i = 0; i < n; ++i) {
      if (!(v[i] > 0)) this.y[i] = 0;
      else if (isOfDifference) this.y[i] = difference(y[i], ofRow(i), centre);
      else {
        this.y[i] = y[i];
        if (offset !== undefined) this.offset[i] = offset[i] + centre;
      }
    }
    return centre;
  }

  evaluate(): number {
    const { n } = this;
    let sum = 0;
    for (let i = 0; i < n; i += BLOCK) sum += this.#evaluate(i, Math.min(i + BLOCK, n));
    return sum;
  }

  #evaluate(from: number, to: number): number {
    const { y, v, eta, theta, h, loss } = this;
    if (loss.kernel !== undefined) {
      const kernel = this.#arena.kernels[loss.kernel];
      return kernel(to - from, eta, from, y, from, v, from, theta, from, h, from);
    }
    let sum = 0;
    for (let i = from; i < to; ++i) {
      const counts = v[i] > 0;
      if (counts) sum += v[i] * loss.value(y[i], eta[i]);
      theta[i] = counts ? -v[i] * loss.gradient(y[i], eta[i]) : 0;
      h[i] = counts ? v[i] * loss.curvature(y[i], eta[i]) : 0;
    }
    return sum;
  }

  sums(scale: number, dual: Float64Array, divergence = this.loss.divergence): RowSums {
    const { n, loss, v, y, eta, theta, h } = this;
    const [sums, far] = [this.#sums, this.#far];
    const isSmooth = loss.steepest === undefined;
    const steepness = isSmooth ? h : v;
    const sizes = [this.#perWeight, 0, this.#sizes, 0] as const;
    const near = isSmooth ? NEAR : 0;
    const { dualSums } = this.#arena.kernels;
    const count = dualSums(n, scale, near, theta, 0, dual, 0, h, 0, steepness, 0, ...sizes, far, 0, sums, 0);
    let [gaps] = sums;
    for (let k = 0; k < count; ++k) {
      const i = far[k];
      gaps += v[i] * divergence(y[i], eta[i], (theta[i] - scale * dual[i]) / v[i]);
    }
    const [, lever, shiftSquares, dualSquares, steepest, offsetSquares] = sums;
    const most = loss.steepest ?? 1;
    return { gaps, lever, shiftSquares, dualSquares, steepest: most * steepest, offsetSquares: most * offsetSquares };
  }

  /**
   * out ← θ − c·m, orthogonal to ones but for rounding errors, for curvatures m of these rows. Returns c, c²·Σ m and Σ out²/h.
   */
  centreDual(out: Float64Array, m: Float64Array): { move: number; taken: number; squares: number } {
    const { n, h } = this;
    const { sum, weighedSquares, float64 } = this.#arena.kernels;
    const total = sum(n, m, 0);
    let move = 0;
    out.set(this.theta);
    for (let step = 0; step < 2; ++step) {
      const c = sum(n, out, 0) / total;
      float64.axpy(n, -c, m, 0, out, 0);
      move += c;
    }
    return { move, taken: move * move * total, squares: weighedSquares(n, out, 0, h, 0) };
  }

  /** Whether `move` times curvatures m is a small share of those that are there, in all rows. */
  isNear(move: number, m: Float64Array): boolean {
    const { n, h } = this;
    return this.#arena.kernels.largestExcess(n, Math.abs(move) / NEAR, m, 0, h, 0) <= 0;
  }

  /** What the same error of η in all rows may add to the loss. */
  slip([error]: Float64Array): number {
    const { n, theta, h, loss } = this;
    const { sum } = this.#arena.kernels;
    const slope = sum(n, theta, 0);
    if (loss.steepest === undefined) return smoothSlip(error, slope, sum(n, h, 0));
    return Math.abs(slope) * error + 0.5 * loss.steepest * error * error;
  }

  /** The curvature of row i, not so small that it alone would move η by more than about `reach`. */
  curvature(i: number, reach: number): number {
    const { h, theta } = this;
    if (this.loss.steepest === undefined) {
      return reach < Number.POSITIVE_INFINITY ? Math.max(h[i], Math.abs(theta[i]) / reach, LEAST * this.v[i]) : h[i];
    }
    if (h[i] > 0 || theta[i] === 0) return h[i];
    // That of the parabola about y which touches the loss at η, and is nowhere below it, or less: `reach` is relative to y − η.
    return theta[i] / (Math.min(reach, FLATTEST) * (this.y[i] - this.eta[i]));
  }

  /** How far curvatures of a model are from those here, in `room` for as many numbers. */
  drift(model: Float64Array, room: Float64Array): Drift {
    room.set(this.h);
    return driftOf(this.#arena.kernels, model, room);
  }

  /** The slope of the loss along the moves of η, at t times them. */
  slope(moves: Float64Array, t: number): number {
    const { n, loss, v, y, eta } = this;
    let slope = 0;
    for (let i = 0; i < n; ++i) if (v[i] > 0) slope += v[i] * moves[i] * loss.gradient(y[i], eta[i] + t * moves[i]);
    return slope;
  }
}
