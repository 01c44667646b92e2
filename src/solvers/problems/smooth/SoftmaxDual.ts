import type { SoftmaxLoss } from "../../../losses/SoftmaxLoss.js";
import { pivotedCholesky } from "../../algebra/pivotedCholesky.js";
import { type Active, ROUNDINGS } from "../../designs/coordinates.js";
import { NEWTON_BLOCK } from "../../designs/Design.js";
import { projectRows } from "../columnBasis.js";
import { UNITS } from "../Rounding.js";
import type { SoftmaxHessian } from "./SoftmaxHessian.js";

/** Corrections of the dual point. */
const CORRECTIONS = 3;
/** The most columns without a penalty for which what rounding hides of their slopes is looked at. */
const MOST_HIDDEN = 128;

/** The dual point of a multinomial problem: θ less what makes z 0 for some coordinates. */
export class SoftmaxDual {
  readonly #loss: SoftmaxLoss;
  readonly #hessian: SoftmaxHessian;
  readonly #point: Float64Array;
  readonly #moves: Float64Array;

  /**
   * @param point - Its place, K·n numbers.
   * @param moves - Room for as many.
   */
  constructor(loss: SoftmaxLoss, hessian: SoftmaxHessian, point: Float64Array, moves: Float64Array) {
    this.#loss = loss;
    this.#hessian = hessian;
    this.#point = point;
    this.#moves = moves;
  }

  /**
   * Moves the dual point to H·(X·a) less than θ, so that z is 0 for the given coordinates: along the tangent of what moving these by a
   * would do to it. Returns what is left of ‖z‖² in the metric of the Hessian; undefined where the simplex ends before.
   */
  orthogonalise(free: Int32Array, active?: Active): number | undefined {
    const loss = this.#loss;
    const { K, theta } = loss;
    const { design } = this.#hessian;
    const { p, size, traits } = design;
    const point = this.#point;
    const moves = this.#moves;
    const count = free.length;
    point.set(theta);
    const areIntercepts = free.length === K && free.every((c) => c >= K * p);
    const M = areIntercepts ? loss.interceptHessian() : new Float64Array(count * count);
    for (let from = 0; from < count && !areIntercepts; from += NEWTON_BLOCK) {
      const to = Math.min(from + NEWTON_BLOCK, count);
      const target = M.subarray(from * count);
      this.#hessian.gram(loss.p, to - from, free.subarray(from, to), undefined, count, free, target, count);
    }
    const { order, solve } = pivotedCholesky(M, count, Array.from(free.keys()));
    if (order.length < count || active !== undefined) return this.#orthogonaliseByBasis(Array.from(free), active);
    const norm = Math.sqrt(loss.squares);
    const g = new Float64Array(size);
    const steps = new Float64Array(size);
    for (let round = 0; ; ++round) {
      design.products(count, free, point, g);
      const slopes = order.map((a) => g[free[a]]);
      const d = solve(slopes);
      // What is left must be rounding errors, in columns that depend on others too.
      if (free.every((c) => Math.abs(g[c]) <= ROUNDINGS * Math.sqrt(traits.curvatures[c]) * norm)) {
        const left = slopes.reduce((sum, slope, k) => sum + slope * d[k], 0);
        return Math.max(left, this.#hidden(order, solve, free, norm));
      }
      if (round === CORRECTIONS) return undefined;
      order.forEach((a, k) => {
        steps[free[a]] = d[k];
      });
      moves.fill(0);
      design.addProduct(count, free, steps, moves);
      if (!loss.curve(loss.p, moves)) return undefined;
      loss.subtract(moves, point);
    }
  }

  /** B'·X in the listed coordinates, and θ/u, with the roots B of the Hessians at q of {@link SoftmaxLoss.root}. */
  rootOf(list: readonly number[], q: Float64Array) {
    const { n, K, theta } = this.#loss;
    const { design } = this.#hessian;
    const { w, u } = this.#loss.root(q);
    const filled = design.fill(list);
    const X = new Float64Array(K * n * list.length);
    list.forEach((c, a) => {
      const own = design.classOf(c) * n;
      for (let at = 0, to = a * K * n; at < K * n; ++at, ++to) {
        const i = at % n;
        X[to] = ((at === own + i ? 1 : 0) - w[at] * w[own + i]) * u[own + i] * filled[a * n + i];
      }
    });
    return { rows: K * n, X, r: theta.map((value, at) => (u[at] > 0 ? value / u[at] : 0)), w, u };
  }

  /**
   * As {@link orthogonalise}, by an orthonormal basis: for columns that the Hessian, which squares them, cannot tell apart, and with active ones. Classes whose
   * curvature in a row is a rounding error of the Hessian are left out there: a dual point of 0 costs no more than their probability.
   */
  #orthogonaliseByBasis(free: readonly number[], active: Active = { columns: [], slopes: [] }): number | undefined {
    const { n, K, v, p: probabilities, theta } = this.#loss;
    const { design } = this.#hessian;
    const { p, size } = design;
    const others = Array.from({ length: K - 1 }, (_, k) => k + 1);
    const q = probabilities.slice();
    for (let at = 0; at < K * n; ++at) if (theta[at] <= 0 && -theta[at] <= ROUNDINGS * (free.length + 1)) q[at] = 0;
    const isBent = (k: number, i: number): boolean => v[i] > 0 && q[k * n + i] > 0;
    // As the θ of a row sum to 0, what holds for all other classes holds for the last one.
    const isImplied = (c: number): boolean =>
      design.classOf(c) === K - 1 && others.every((k) => free.includes(c - k * (c < K * p ? p : 1)));
    const own = free.filter((c) => !isImplied(c));
    const root = this.rootOf([...own, ...active.columns], q);
    // Where all classes are apart, the optimum is at infinity.
    if (!root.w.some((share, at) => share > 0 && share < 1 && v[at % n] > 0)) return undefined;
    const doubt = projectRows(root, n, theta, this.#point, own, active, {
      vanishes: (list, d) => design.isAlike(list, d, isBent, UNITS * size),
      rank: () => Number.POSITIVE_INFINITY,
    });
    return doubt === Number.POSITIVE_INFINITY ? undefined : doubt;
  }

  /** What slopes that are rounding errors may be worth in the metric of the Hessian M: g'M⁻¹g <= (Σ |g_k|·√(M⁻¹)_kk)². */
  #hidden(
    order: readonly number[],
    solve: (right: readonly number[]) => number[],
    free: Int32Array,
    norm: number,
  ): number {
    if (order.length > MOST_HIDDEN) return 0;
    const { curvatures } = this.#hessian.design.traits;
    let sum = 0;
    order.forEach((a, k) => {
      const inverse = solve(order.map((_, m) => (m === k ? 1 : 0)))[k];
      sum += UNITS * norm * Math.sqrt(curvatures[free[a]] * Math.max(inverse, 0));
    });
    return sum * sum;
  }
}
