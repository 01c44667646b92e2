import { float64, type Heap, int32, type Layout, raw64, take } from "../../kernels/arena.js";
import type { Kernels } from "../../kernels/contract.js";
import type { SingleFactor } from "../algebra/singleFactor.js";
import { wallOf } from "../designs/coordinates.js";
import { type GramSystem, isActive, slopeOf } from "./GramSystem.js";
import { joinTwin } from "./twins.js";

/** Newton steps at the most in one run. */
const ROUNDS = 40;
/** Rounding errors of a pivot for each row before it, relative to its diagonal. */
const ROUNDINGS = 4 * Number.EPSILON;
/** The longest way along a direction of no curvature, relative to the largest coefficient: beyond it, rounding errors set the end. */
const FAR = 1e6;
/**
 * A factor is made anew when an l2 has changed by more than this share of it, unless told another, and of the smallest pivot; smaller changes
 * cost an extra step or two. One that has grown must not have tripled.
 */
const STALE = 0.25;
const GROWN = 2 / 3;
const NEGLIGIBLE = 0.03;
/** Accuracies below this share of the most that can be gained are met with more to spare, by this factor. */
const FINE = 1e-13;
const SHARE = 1e-5;
/** Pivots below this share of their diagonal are beyond single precision, and so are factors that this many rows were taken out of. */
const DEPENDENT = 1e-3;
const MANY_DROPS = 256;
/** What a step with another l2 leaves of the error is at most its difference over the smallest eigenvalue, here the smallest pivot over this. */
const SAFETY = 4;

function ownLayout(capacity: number, size: number) {
  const vector = raw64(capacity);
  const vectors = [raw64(capacity * capacity), vector, vector, vector, raw64(2 * capacity)] as const;
  return [...vectors, float64(size), raw64(size), int32(capacity), int32(size)] as const;
}

/**
 * Newton's method on the active set A, the coefficients that are neither 0 nor at a bound. As long as no sign changes,
 * the objective is quadratic there, and its minimiser is one linear system away:
 *
 * ```text
 * (G_AA + diag(l2))·d = q_A − l1·sign(b_A) − l2·b_A
 * ```
 *
 * A step that would carry a coefficient across 0 or a bound ends there, and the next one does without it. The Cholesky factor
 * follows the active set: a row is appended for each coefficient that enters, rotations take out each that leaves. Where
 * columns are linearly dependent, the step goes along the dependency instead, which leaves the fit as it is and does not
 * raise the penalty, until a coefficient is 0.
 *
 * Osborne, Presnell & Turlach, A new approach to variable selection in least squares problems (2000).
 */
export class ActiveNewton {
  readonly #kernels: Kernels;
  readonly #system: GramSystem;
  readonly #capacity: number;
  /** L, its rows `capacity` apart. */
  readonly #factor: Float64Array;
  readonly #slopes: Float64Array;
  readonly #direction: Float64Array;
  /** The direction in all coordinates, and G times it. */
  readonly #spread: Float64Array;
  readonly #image: Float64Array;
  readonly #work: Float64Array;
  /** The coordinates in the factor's order, and the place of each in it, −1 for none. */
  readonly #order: Int32Array;
  readonly #place: Int32Array;
  /** The l2 that the factor has on its diagonal. */
  readonly #shift: Float64Array;
  #count = 0;
  /** Used in place of the other factor while it is there. */
  #single: SingleFactor | undefined;
  readonly #stale: number;
  #leastPivot = 1;
  /** Rows taken out of the factor since it was last made anew. */
  #drops = 0;
  /** About what share of the error in b a step with the factor as it is leaves. */
  #error = 0;
  /** More than any step can gain, were it not for rounding errors. */
  readonly #mostGain: number;

  /** For active sets up to `capacity` of `size` coordinates. */
  static layout(capacity: number, size: number): Layout {
    return ownLayout(capacity, size);
  }

  /**
   * @param mostGain - More than a step from a point that is no worse than 0 can lower the objective by.
   * @param single - The factor until {@link widen} is called; one in double precision otherwise.
   * @param stale - The share of an l2 by which it may change before the factor is made anew.
   */
  constructor(
    arena: Heap,
    system: GramSystem,
    capacity: number,
    size: number,
    mostGain: number,
    { single, stale = STALE }: { single?: SingleFactor; stale?: number } = {},
  ) {
    this.#single = single;
    this.#stale = stale;
    this.#mostGain = mostGain;
    this.#kernels = arena.kernels;
    this.#system = system;
    this.#capacity = capacity;
    [
      this.#factor,
      this.#slopes,
      this.#direction,
      this.#shift,
      this.#work,
      this.#spread,
      this.#image,
      this.#order,
      this.#place,
    ] = take(arena, ownLayout(capacity, size));
    this.#place.fill(-1);
  }

  /** Forgets the factor, as is due when coordinates are renumbered. */
  reset(): void {
    for (let k = 0; k < this.#count; ++k) this.#place[this.#order[k]] = -1;
    this.#count = 0;
    this.#leastPivot = 1;
    this.#drops = 0;
  }

  /** From now on with a factor in double precision. */
  widen(): void {
    this.reset();
    this.#single = undefined;
  }

  /** Whether columns have come so near to linear dependence that single precision does not do. */
  get isDependent(): boolean {
    return !(this.#leastPivot >= DEPENDENT);
  }

  /**
   * Minimises over the active ones of the listed coordinates, as far as it goes in a few steps, until a step lowers the objective
   * by no more than `accuracy`. Keeps q up to date for the first `size` coordinates. In single precision it does nothing where
   * columns are {@link isDependent}.
   */
  run(size: number, count: number, list: Int32Array, accuracy: number): void {
    this.#follow(size, count, list);
    if (this.#single !== undefined && this.isDependent) return;
    // Where little is left to gain, b has to be exact too, of whose error a gain is the square.
    const enough = accuracy > FINE * this.#mostGain ? accuracy : SHARE * accuracy;
    for (let round = 0; round < ROUNDS && this.#count > 0; ++round) {
      const isExact = this.#aim();
      const { length, gain } = this.#bestStep(size);
      if (!(gain > 0)) return;
      // A gain that cannot be is a rounding error, divided by next to nothing: it shows the way, but not where to stop.
      const blocked = this.#move(size, gain <= this.#mostGain ? length : Number.POSITIVE_INFINITY);
      if (blocked >= 0) this.#drop(this.#place[blocked]);
      else if (isExact || gain * this.#error * this.#error <= enough) return;
    }
  }

  /** Brings the factor up to date with the active set and its l2. */
  #follow(size: number, count: number, list: Int32Array): void {
    const { b, l2 } = this.#system;
    const place = this.#place;
    for (let k = 0; k < count; ++k) {
      const i = list[k];
      if (place[i] < 0 && isActive(this.#system, i)) joinTwin(this.#system, size, i, count, list);
    }
    let change = 0;
    let drift = 0;
    let smallest = Number.POSITIVE_INFINITY;
    for (let k = this.#count - 1; k >= 0; --k) {
      const i = this.#order[k];
      if (!isActive(this.#system, i)) {
        this.#drop(k);
        continue;
      }
      const pivot = this.#pivot(k);
      const difference = Math.abs(this.#shift[k] - l2[i]);
      drift = Math.max(drift, difference);
      const share = l2[i] > this.#shift[k] ? Math.min(this.#stale, GROWN) : this.#stale;
      change = Math.max(change, difference - share * l2[i]);
      smallest = Math.min(smallest, pivot);
    }
    if (change > NEGLIGIBLE * smallest || (this.#single !== undefined && this.#drops > MANY_DROPS)) this.reset();
    this.#error = (SAFETY * drift) / smallest;
    if (this.#single !== undefined) {
      this.#extend(this.#single, count, list);
      return;
    }
    for (let k = 0; k < count; ++k) {
      const i = list[k];
      if (b[i] === 0) continue;
      // Along a dependency one coefficient after the other leaves, until the rest are independent.
      while (place[i] < 0 && isActive(this.#system, i) && this.#count < this.#capacity) {
        if (this.#append(i)) break;
        const blocked = this.#slide(size, i);
        if (blocked < 0 || blocked === i) break;
        this.#drop(this.#place[blocked]);
      }
    }
  }

  #pivot(k: number): number {
    if (this.#single !== undefined) return this.#single.pivot(k);
    const root = this.#factor[k * (this.#capacity + 1)];
    return root * root;
  }

  /** Appends all active coordinates that are not in the factor, unless they are dependent. */
  #extend(single: SingleFactor, count: number, list: Int32Array): void {
    const { G, stride, l2 } = this.#system;
    const before = this.#count;
    const order = this.#order;
    let next = before;
    for (let k = 0; k < count && next < this.#capacity; ++k) {
      const i = list[k];
      if (this.#place[i] >= 0 || !isActive(this.#system, i)) continue;
      single.set(next, G, i * stride, order, G[i * stride + i] + l2[i]);
      order[next] = i;
      this.#shift[next] = l2[i];
      next += 1;
    }
    if (next === before) return;
    const pivot = single.extend(before, next - before);
    if (!(pivot >= this.#leastPivot)) this.#leastPivot = pivot;
    if (this.isDependent) return;
    for (let k = before; k < next; ++k) this.#place[order[k]] = k;
    this.#count = next;
  }

  /** Appends a coordinate to the factor; false if its column depends on those that are there, to working precision. */
  #append(i: number): boolean {
    const { G, stride, l2 } = this.#system;
    const count = this.#count;
    const order = this.#order;
    const row = count * this.#capacity;
    const column = i * stride;
    for (let k = 0; k < count; ++k) this.#factor[row + k] = G[column + order[k]];
    const diagonal = G[column + i] + l2[i];
    this.#factor[row + count] = diagonal;
    const pivot = this.#kernels.choleskyAppend(count, this.#factor, 0, this.#capacity);
    // What is left of the diagonal must be more than its rounding errors.
    if (!(pivot > diagonal * (count + 1) * ROUNDINGS)) return false;
    order[count] = i;
    this.#place[i] = count;
    this.#shift[count] = l2[i];
    this.#count += 1;
    return true;
  }

  #drop(k: number): void {
    const order = this.#order;
    if (this.#single !== undefined) this.#single.drop(this.#count, k);
    else this.#kernels.choleskyDrop(this.#count, k, this.#factor, 0, this.#capacity, this.#work, 0);
    this.#drops += 1;
    this.#place[order[k]] = -1;
    this.#count -= 1;
    for (let next = k; next < this.#count; ++next) {
      order[next] = order[next + 1];
      this.#shift[next] = this.#shift[next + 1];
      this.#place[order[next]] = next;
    }
  }

  /** Sets the Newton direction; returns whether the factor was that of the matrix as it is now. */
  #aim(): boolean {
    const { l2 } = this.#system;
    const { choleskyForward, choleskyBackward } = this.#kernels;
    const count = this.#count;
    let isExact = true;
    for (let k = 0; k < count; ++k) {
      const i = this.#order[k];
      this.#slopes[k] = slopeOf(this.#system, i);
      this.#direction[k] = this.#slopes[k];
      if (this.#shift[k] !== l2[i]) isExact = false;
    }
    if (this.#single !== undefined) this.#single.solve(count, this.#slopes, this.#direction);
    else {
      choleskyForward(count, this.#factor, 0, this.#capacity, this.#direction, 0);
      choleskyBackward(count, this.#factor, 0, this.#capacity, this.#direction, 0);
    }
    return isExact;
  }

  /**
   * The step along the direction that minimises the quadratic, 1 with an exact factor, and how much it gains. Sets the image G·d,
   * which is slope − shift·d on the active set, as the direction solves (G + shift)·d = slope there.
   */
  #bestStep(size: number): { length: number; gain: number } {
    const { G, stride, l2, isComplete } = this.#system;
    const { dot } = this.#kernels.float64;
    const count = this.#count;
    const direction = this.#direction;
    const image = this.#image;
    const order = this.#order;
    if (!isComplete || size > 2 * count) this.#setImage(size);
    else if (size > count) {
      const spread = this.#spread;
      for (let k = 0; k < count; ++k) spread[order[k]] = direction[k];
      for (let i = 0; i < size; ++i) if (this.#place[i] < 0) image[i] = dot(size, G, i * stride, spread, 0);
      for (let k = 0; k < count; ++k) spread[order[k]] = 0;
    }
    let slope = 0;
    let curvature = 0;
    for (let k = 0; k < count; ++k) {
      const i = order[k];
      const d = direction[k];
      image[i] = this.#slopes[k] - this.#shift[k] * d;
      slope += this.#slopes[k] * d;
      curvature += d * (image[i] + l2[i] * d);
    }
    const length = slope / curvature;
    return { length, gain: 0.5 * slope * length };
  }

  #setImage(size: number): void {
    const { G, stride } = this.#system;
    const image = this.#image.fill(0, 0, size);
    this.#kernels.listProduct(size, this.#count, this.#order, 0, G, 0, stride, 1, this.#direction, 0, image, 0);
  }

  /**
   * Moves along the dependency of coordinate i on those of the factor, down the slope, until a coefficient is 0 or at a bound. Returns its
   * coordinate, or −1 if there is none.
   */
  #slide(size: number, i: number): number {
    const { G, stride } = this.#system;
    const { kernels, count, direction } = { kernels: this.#kernels, count: this.#count, direction: this.#direction };
    // Column i is the combination L⁻ᵀ·l of the others, l its row of L.
    const row = count * this.#capacity;
    for (let k = 0; k < count; ++k) direction[k] = -this.#factor[row + k];
    kernels.choleskyBackward(count, this.#factor, 0, this.#capacity, direction, 0);
    let slope = slopeOf(this.#system, i);
    for (let k = 0; k < count; ++k) slope += slopeOf(this.#system, this.#order[k]) * direction[k];
    const sign = slope < 0 ? -1 : 1;
    for (let k = 0; k < count; ++k) direction[k] *= sign;
    const image = this.#image;
    for (let k = 0; k < size; ++k) image[k] = sign * G[i * stride + k];
    kernels.listProduct(size, count, this.#order, 0, G, 0, stride, 1, direction, 0, image, 0);
    return this.#move(size, Number.POSITIVE_INFINITY, i, sign);
  }

  /**
   * Moves `longest` times along the direction, coordinate `extra` by `extraDirection`, or until the first coefficient has to stop.
   * Returns that one's coordinate, or −1. Moves nothing if there is no end in sight.
   */
  #move(size: number, longest: number, extra = -1, extraDirection = 0): number {
    const { b, l1, q } = this.#system;
    const { order, direction, count } = { order: this.#order, direction: this.#direction, count: this.#count };
    let step = longest;
    let blocked = -1;
    let wall = 0;
    let largest = 0;
    let steepest = 0;
    for (let k = extra < 0 ? 0 : -1; k < count; ++k) {
      const i = k < 0 ? extra : order[k];
      const d = k < 0 ? extraDirection : direction[k];
      if (d === 0) continue;
      largest = Math.max(largest, Math.abs(b[i]));
      steepest = Math.max(steepest, Math.abs(d));
      // The coefficient can go to 0, or from 0 away to its bound; one without an L1 penalty passes 0, unless it slides.
      const ahead = wallOf(this.#system, i, d, l1[i] > 0 || extra >= 0);
      const reach = (ahead - b[i]) / d;
      if (reach < step) {
        step = reach;
        blocked = i;
        wall = ahead;
      }
    }
    if (longest === Number.POSITIVE_INFINITY && !(step * steepest <= FAR * largest)) return -1;
    for (let k = 0; k < count; ++k) b[order[k]] += step * direction[k];
    if (extra >= 0) b[extra] += step * extraDirection;
    if (blocked >= 0) b[blocked] = wall;
    this.#kernels.float64.axpy(size, -step, this.#image, 0, q, 0);
    return blocked;
  }
}
