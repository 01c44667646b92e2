import { alignedBytes } from "../kernels/arena.js";
import { factor, solve, solveTransposed } from "./cholesky.js";
import type { Problem } from "./problem.js";

/** Active sets larger than this are left to coordinate descent. */
const CAP = 512;
/** Steps at the most before coordinate descent has another look. */
const ROUNDS = 20;

/** What Newton's method needs of the solver that it speeds up. */
export interface ActiveSet {
  /** The gradient x_j·r of a listed column. */
  gradient(j: number): number;
  /** x_j·x_k */
  product(j: number, k: number): number;
  /** b_j ← b_j + delta, with all that depends on it. */
  move(j: number, delta: number): void;
}

/**
 * Newton's method on the active set A, the coefficients that are neither 0 nor at a bound. As long as no sign changes,
 * the objective is quadratic there, and its minimiser is one linear system away:
 *
 *   (X_A'X_A + diag(l2))·d = z_A − l1·sign(b_A) − l2·b_A
 *
 * A step that would carry a coefficient across 0 or a bound ends there, and the next one does without it. Where columns
 * are linearly dependent, the step goes along the dependency instead, which leaves the fit as it is and does not raise the
 * penalty, until a coefficient is 0.
 */
export class ActiveNewton {
  readonly #problem: Problem;
  readonly #cap: number;
  readonly #matrix: Float64Array;
  readonly #direction: Float64Array;

  static bytes(p: number): number {
    const cap = Math.min(p, CAP);
    return alignedBytes(8 * cap * cap) + alignedBytes(8 * cap);
  }

  constructor(problem: Problem) {
    this.#problem = problem;
    this.#cap = Math.min(problem.p, CAP);
    this.#matrix = problem.arena.float64(this.#cap * this.#cap);
    this.#direction = problem.arena.float64(this.#cap);
  }

  /** Minimises over the active set, as far as it goes in a few steps. Does nothing where that is too large. */
  run(set: ActiveSet): void {
    let finished = false;
    for (let round = 0; round < ROUNDS && !finished; ++round) {
      const active = this.#activeSet();
      if (active.length === 0 || active.length > this.#cap) return;
      const independent = this.#aim(active, set);
      finished = this.#move(active, set, independent ? 1 : Number.POSITIVE_INFINITY);
    }
  }

  #activeSet(): number[] {
    const { eligible, b, lower, upper } = this.#problem;
    const active: number[] = [];
    for (const j of eligible) if (b[j] !== 0 && b[j] > lower[j] && b[j] < upper[j]) active.push(j);
    return active;
  }

  /** Finds the Newton direction and returns true, or the direction of a linear dependency and returns false. */
  #aim(active: readonly number[], set: ActiveSet): boolean {
    const { kernels, b, l1, l2 } = this.#problem;
    const matrix = this.#matrix;
    const direction = this.#direction;
    const size = active.length;
    active.forEach((j, row) => {
      for (let column = 0; column <= row; ++column) matrix[row * size + column] = set.product(j, active[column]);
      matrix[row * size + row] += l2[j];
      direction[row] = set.gradient(j) - (b[j] > 0 ? l1[j] : -l1[j]) - l2[j] * b[j];
    });
    const rank = factor(kernels, size, matrix, size);
    if (rank === size) {
      solve(kernels, size, matrix, size, direction);
      return true;
    }
    // Column `rank` is the combination L⁻ᵀ·l of those before it, l its row of L.
    const slope = direction.slice(0, size);
    direction.fill(0);
    for (let k = 0; k < rank; ++k) direction[k] = -matrix[rank * size + k];
    solveTransposed(kernels, rank, matrix, size, direction);
    direction[rank] = 1;
    const descent = direction.reduce((sum, d, k) => (k < size ? sum + d * slope[k] : sum), 0);
    if (descent < 0) for (let k = 0; k < size; ++k) direction[k] *= -1;
    return false;
  }

  /**
   * Moves along the direction, `longest` times its length or until the first coefficient has to stop. Returns whether it
   * came to the end, or there is none.
   */
  #move(active: readonly number[], set: ActiveSet, longest: number): boolean {
    const { b, lower, upper } = this.#problem;
    const direction = this.#direction;
    let step = longest;
    let blocked = -1;
    let wall = 0;
    active.forEach((j, k) => {
      const d = direction[k];
      if (d === 0) return;
      // The coefficient can go to 0, or from 0 away to its bound.
      const ahead = d > 0 === b[j] < 0 ? 0 : d > 0 ? upper[j] : lower[j];
      const reach = (ahead - b[j]) / d;
      if (reach < step) {
        step = reach;
        blocked = j;
        wall = ahead;
      }
    });
    if (step === Number.POSITIVE_INFINITY) return true;
    active.forEach((j, k) => {
      set.move(j, j === blocked ? wall - b[j] : step * direction[k]);
    });
    if (blocked < 0) return true;
    b[blocked] = wall;
    return false;
  }
}
