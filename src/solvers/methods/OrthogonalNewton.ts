import { dot64 } from "../../kernels/js/vectors/reductions.js";
import { penaltyOf } from "../designs/coordinates.js";
import { settle } from "../problems/certificate.js";
import { ColumnBasis } from "../problems/columnBasis.js";
import type { RootedProblem } from "../problems/Problem.js";
import { UNITS } from "../problems/Rounding.js";
import { Method } from "./Method.js";
import { nextReach } from "./newton/reach.js";

/** Numbers to multiply at the most in one run. */
const MOST = 3e8;
/** Where so much is left of every column by those before it, a Gram has not lost the difference. */
const APART = 1e-5;
/** Steps that gain more than this share of what the last did gain rounding errors. */
const SLOWEST = 0.5;
/** What the penalty along a dependency has to add up to, relative to its parts, to be more than rounding errors. */
const SLOPE = 1e-9;
/** The share of the scale that F may seem to rise by, where coefficients are so large that rounding errors move it. */
const RISE = 1e-6;
const SHRINK = 0.25;
const SHORTEST = 1e-6;

/** A direction, the length to go along it unless a coefficient has to stop before, and what that gains. */
interface Way {
  d: Float64Array;
  longest: number;
  gain: number;
}

/**
 * Newton's method on the active set by an orthonormal basis of its columns. It is for columns so close to each other that a Gram, which
 * squares their condition number, has lost what they differ by. The direction is the d of
 *
 * ```text
 * min ‖r − A·d‖²/2 + g·d,   A = [√H·X; √l2],   r = [θ/√H; −√l2·b],   g = l1·sign(b)
 * ```
 *
 * or a dependency A·d = 0 that the penalty falls along. A step ends where a coefficient comes to 0 or to a bound, and the next one does
 * without it; once none does, the coefficient that is pulled the most from its place there goes along.
 *
 * Björck, Numerical Methods for Least Squares Problems (1996), §2.4 and §5.3.
 *
 * It takes no step where columns are not that close, or too many.
 */
export class OrthogonalNewton extends Method {
  readonly capacity: number;
  readonly #problem: RootedProblem;
  /** Coefficients that others keep where they are. */
  readonly #isShut: Uint8Array;
  /** The way that coefficients are to go from 0. */
  readonly #heading: Int8Array;
  /** Since the last reset. */
  #work = 0;

  constructor(problem: RootedProblem) {
    super(problem);
    this.#problem = problem;
    this.capacity = problem.p;
    this.#isShut = new Uint8Array(problem.p);
    this.#heading = new Int8Array(problem.p);
  }

  override reset(): void {
    this.#work = 0;
  }

  minimise(count: number, columns: Int32Array, accuracy: number, budget: number): number {
    const problem = this.#problem;
    const { convergenceScale, saturatedLoss, n } = problem;
    const isShut = this.#isShut;
    const measure = (): number => {
      settle(problem, count, columns);
      const fit = problem.residual(count, columns);
      return problem.loss(fit) + penaltyOf(problem, count, columns);
    };
    let isClose = this.#work > 0;
    let F = measure();
    let reach = Number.POSITIVE_INFINITY;
    let last = Number.POSITIVE_INFINITY;
    let guest = -1;
    isShut.fill(0);
    for (let step = 0; ; ++step) {
      const active = columns.slice(0, count).filter((j) => j === guest || !this.#isAtRest(j));
      this.#work += n * active.length * active.length;
      if (this.#work > MOST || step === budget) return isClose ? step : 0;
      const { ways, left, least } = this.#aim(active, reach);
      isClose ||= least <= APART;
      if (!isClose && guest >= 0) return 0;
      if (isClose) {
        const moved = this.#go(active, ways, F + RISE * convergenceScale, measure);
        if (moved === undefined) return step;
        const { gain, share, stopped } = moved;
        F = moved.F;
        if (gain > accuracy) reach = nextReach(reach, share);
        if (stopped >= 0) {
          last = Number.POSITIVE_INFINITY;
          if (stopped !== guest) continue;
          isShut[guest] = 1;
        } else if (gain > accuracy && gain < SLOWEST * last && F > saturatedLoss) {
          last = gain;
          isShut.fill(0);
          continue;
        }
      }
      const resting = columns.slice(0, count).filter((j) => j !== guest && this.#isAtRest(j));
      this.#work += n * resting.length;
      guest = this.#work > MOST ? -1 : this.#entrant(resting, reach, left);
      if (guest < 0) return isClose ? step + 1 : 0;
      last = Number.POSITIVE_INFINITY;
    }
  }

  /** Goes the first way on which F, as it is measured, comes to no more than `most`, by which share of it that is; undefined if there is none. */
  #go(active: Int32Array, ways: readonly Way[], most: number, measure: () => number) {
    const { b } = this.#problem;
    const start = Float64Array.from(active, (j) => b[j]);
    for (const { d, longest, gain } of ways) {
      const { far, blocked, end } = this.#reachOf(active, d, longest);
      if (far === Number.POSITIVE_INFINITY) continue;
      const move = (length: number): number => {
        active.forEach((j, k) => {
          b[j] = j === blocked && length === far ? end : start[k] + length * d[k];
        });
        return measure();
      };
      let length = far;
      let F = move(length);
      for (; !(F <= most) && length > SHORTEST * far; F = move(length)) length *= SHRINK;
      if (F <= most) return { F, gain, share: length / far, stopped: length === far ? blocked : -1 };
      move(0);
    }
    return undefined;
  }

  /**
   * The one of some coefficients at rest that is pulled the most from there, by more than rounding errors; −1 if there is none. `left` is what the
   * active ones should have left of the residual, as rounding errors of coefficients leave more along columns that are all alike.
   */
  #entrant(resting: Int32Array, reach: number, left: Float64Array): number {
    const problem = this.#problem;
    const { b, l1, l2, lower, upper, curvatures } = problem;
    const { rows, X } = problem.root(resting, reach);
    let most = UNITS * problem.responseNorm;
    let found = -1;
    resting.forEach((j, k) => {
      const slope = dot64(rows, X, k * rows, left, 0) - l2[j] * b[j];
      const sign = Math.sign(b[j]) || Math.sign(slope);
      const pull = (b[j] === 0 ? Math.abs(slope) - l1[j] : Math.abs(slope - sign * l1[j])) / Math.sqrt(curvatures[j]);
      const canMove = slope - sign * l1[j] > 0 ? b[j] < upper[j] : b[j] > lower[j];
      if (!(pull > most && canMove) || this.#isShut[j] === 1) return;
      most = pull;
      found = j;
      this.#heading[j] = sign;
    });
    return found;
  }

  /** Where to go from the active coefficients, what to try first coming first, and what is left of the least of their columns. */
  #aim(active: Int32Array, reach: number) {
    const { b, l1, l2, screensDual: isCurved } = this.#problem;
    const { rows, X, r } = this.#problem.root(active, reach);
    const size = active.length;
    const height = rows + (active.some((j) => l2[j] > 0) ? size : 0);
    const A = new Float64Array(height * size);
    const right = new Float64Array(height);
    right.set(r);
    for (let k = 0; k < size; ++k) {
      A.set(X.subarray(k * rows, (k + 1) * rows), k * height);
      if (height === rows) continue;
      const root = Math.sqrt(l2[active[k]]);
      A[k * height + rows + k] = root;
      right[rows + k] = -root * b[active[k]];
    }
    const basis = new ColumnBasis(height, A, Array.from(active.keys()));
    const { least } = basis;
    const g = Float64Array.from(active, (j) => l1[j] * this.#signOf(j));
    const ways: Way[] = basis.dependencies(size).flatMap((d) => {
      let rise = 0;
      let parts = 0;
      g.forEach((slope, k) => {
        rise += slope * d[k];
        parts += Math.abs(slope * d[k]);
      });
      if (isCurved || !(Math.abs(rise) > SLOPE * parts)) return [];
      const down = d.map((value) => (rise > 0 ? -value : value));
      return [{ d: down, longest: Number.POSITIVE_INFINITY, gain: Number.POSITIVE_INFINITY }];
    });
    const { d, gain, left } = basis.solve(right, g);
    ways.push({ d, gain, longest: 1 });
    return { ways, left, least };
  }

  /** How far it goes along d, and which coefficient stops it where; −1 if none does. */
  #reachOf(active: Int32Array, d: Float64Array, longest: number): { far: number; blocked: number; end: number } {
    const { b, l1, lower, upper } = this.#problem;
    let far = longest;
    let blocked = -1;
    let end = 0;
    active.forEach((j, k) => {
      if (d[k] === 0) return;
      const isInward = l1[j] > 0 && d[k] > 0 !== this.#signOf(j) > 0;
      const stop = isInward ? 0 : d[k] > 0 ? upper[j] : lower[j];
      const length = (stop - b[j]) / d[k];
      if (!(length < far)) return;
      far = length;
      blocked = j;
      end = stop;
    });
    return { far, blocked, end };
  }

  #signOf(j: number): number {
    return Math.sign(this.#problem.b[j]) || this.#heading[j];
  }

  #isAtRest(j: number): boolean {
    const { b, l1, lower, upper } = this.#problem;
    return (b[j] === 0 && l1[j] > 0) || b[j] === lower[j] || b[j] === upper[j];
  }
}
