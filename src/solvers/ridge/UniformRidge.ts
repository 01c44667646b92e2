import { float64, type Layout, take } from "../../kernels/arena.js";
import type { DenseProblem } from "../problems/DenseProblem.js";

/** The independent ones of the columns that are not penalised, orthonormalised: X_U = Q·R. */
interface Unpenalised {
  columns: Int32Array;
  /** n × q */
  Q: Float64Array;
  /** Column k of the upper triangle is R[k]. */
  R: readonly (readonly number[])[];
  /** XᵀQ, p × q */
  H: Float64Array;
  /** Room for q coefficients. */
  work: Float64Array;
}

const ownLayout = (p: number) => [float64(p), float64(p)] as const;

const basisLayout = (n: number, p: number, q: number) =>
  [float64(n * (Math.min(n, q) + 1)), float64(p * q), float64(q)] as const;

/** For q columns without a penalty. No part of the class, so that who only counts bytes does without that. */
export const uniformRidgeLayout = (n: number, p: number, q: number): Layout => [
  ownLayout(p),
  q > 0 ? basisLayout(n, p, q) : [],
];

/**
 * Ridge with one penalty for all coefficients, which its fast solvers need: a problem with b_j = d_j·a_j, d_j = 1/√(unit·f_j),
 *
 * ```text
 * F = ‖M·(y − X·D·a)‖²/2 + mu/2·‖a‖²,   mu = lambda/unit
 * ```
 *
 * The unit is such that no column of X·D is longer than 1. M = I − Q·Qᵀ takes the unpenalised columns out, whose coefficients
 * follow from the others.
 */
export class UniformRidge {
  readonly problem: DenseProblem;
  readonly unit: number;
  /** Xᵀy */
  readonly c: Float64Array;
  /** ‖y‖² */
  readonly squares: number;
  /** d_j; 0 for columns that have no coefficient or no penalty. */
  readonly d: Float64Array;
  readonly unpenalised: Unpenalised | undefined;

  /** Undefined if a factor is too small to divide by. */
  static of(problem: DenseProblem): UniformRidge | undefined {
    const { eligible, curvatures, penaltyFactor } = problem;
    let unit = 0;
    for (const j of eligible) if (penaltyFactor[j] > 0) unit = Math.max(unit, curvatures[j] / penaltyFactor[j]);
    return unit === Number.POSITIVE_INFINITY ? undefined : new UniformRidge(problem, unit === 0 ? 1 : unit);
  }

  private constructor(problem: DenseProblem, unit: number) {
    const { arena, p, eligible, penaltyFactor } = problem;
    this.problem = problem;
    this.unit = unit;
    [this.d, this.c] = take(arena, ownLayout(p));
    for (const j of eligible) if (penaltyFactor[j] > 0) this.d[j] = 1 / (Math.sqrt(unit) * Math.sqrt(penaltyFactor[j]));
    this.squares = problem.responseProducts(this.c);
    const columns = Array.from(eligible.filter((j) => penaltyFactor[j] === 0));
    this.unpenalised = columns.length === 0 ? undefined : orthonormalise(problem, columns);
  }

  /** x ← M·x */
  takeOut(x: Float64Array): void {
    if (this.unpenalised === undefined) return;
    const { kernels, n } = this.problem;
    const { Q, columns, work } = this.unpenalised;
    kernels.transposedProduct(n, columns.length, Q, 0, x, 0, work, 0);
    kernels.product(n, columns.length, Q, 0, -1, work, 0, x, 0);
  }

  /** out ← D·Xᵀ·M·x, given w = Xᵀ·x. `out` may be `w`. */
  reduceGradient(x: Float64Array, w: Float64Array, out: Float64Array): void {
    const { kernels, n, p } = this.problem;
    const { d, unpenalised } = this;
    if (out !== w) out.set(w);
    if (unpenalised !== undefined) {
      const { columns, Q, H, work } = unpenalised;
      kernels.transposedProduct(n, columns.length, Q, 0, x, 0, work, 0);
      kernels.product(p, columns.length, H, 0, -1, work, 0, out, 0);
    }
    for (let j = 0; j < p; ++j) out[j] *= d[j];
  }

  /**
   * b ← D·a, but 0 where the penalty overflows; the coefficients of the unpenalised columns move to what then fits best, `r` being the
   * residual at the old b. Leaves R times their move in `work`.
   */
  moveCoefficients(a: Float64Array, r: Float64Array): void {
    const { kernels, n, p, b, l2 } = this.problem;
    const { d, unpenalised } = this;
    const moves = new Float64Array(unpenalised === undefined ? 0 : p);
    for (let j = 0; j < p; ++j) {
      if (!(d[j] > 0)) continue;
      const next = l2[j] < Number.POSITIVE_INFINITY ? d[j] * a[j] : 0;
      if (unpenalised !== undefined) moves[j] = next - b[j];
      b[j] = next;
    }
    if (unpenalised === undefined) return;
    // Qᵀ·(r − X·moves) = R·(the move of the others)
    const { columns, Q, R, H, work } = unpenalised;
    const q = columns.length;
    kernels.transposedProduct(n, q, Q, 0, r, 0, work, 0);
    for (let k = 0; k < q; ++k) for (let j = 0; j < p; ++j) work[k] -= H[k * p + j] * moves[j];
    const step = new Float64Array(q);
    for (let k = q - 1; k >= 0; --k) {
      let sum = work[k];
      for (let i = k + 1; i < q; ++i) sum -= R[i][k] * step[i];
      step[k] = sum / R[k][k];
      b[columns[k]] += step[k];
    }
  }
}

/**
 * Gram–Schmidt, each column twice. Columns that depend on those before them are left out: without a penalty, their
 * coefficients may as well be 0. Björck, Numerics of Gram–Schmidt orthogonalization (1994).
 */
function orthonormalise({ arena, kernels, n, p, X }: DenseProblem, candidates: readonly number[]): Unpenalised {
  const { sumSquares, decay } = kernels.float64;
  const { transposedProduct } = kernels;
  const most = candidates.length;
  const [Q, H, work] = take(arena, basisLayout(n, p, most));
  const columns: number[] = [];
  const R: number[][] = [];
  for (const j of candidates) {
    const q = columns.length;
    if (q === n) break;
    const start = q * n;
    Q.set(X.subarray(j * n, (j + 1) * n), start);
    const before = Math.sqrt(sumSquares(n, Q, start));
    const entries = new Array<number>(q).fill(0);
    for (let pass = 0; pass < 2; ++pass) {
      transposedProduct(n, q, Q, 0, Q, start, work, 0);
      kernels.product(n, q, Q, 0, -1, work, 0, Q, start);
      for (let i = 0; i < q; ++i) entries[i] += work[i];
    }
    const norm = Math.sqrt(sumSquares(n, Q, start));
    if (!(norm > before * Math.max(n, most) * Number.EPSILON)) continue;
    decay(n, Q, start, 1 / norm, Q, start);
    transposedProduct(n, p, X, 0, Q, start, H, q * p);
    columns.push(j);
    R.push([...entries, norm]);
  }
  return { columns: Int32Array.from(columns), Q, R, H, work };
}

/**
 * How far rounding may take the length of a gradient, on the uniform scale, that was put together from products computed
 * before: some roundings of c, and of A times the coefficients.
 */
export function gradientNoise(lengthOfC: number, normOfA: number, lengthOfCoefficients: number): number {
  return 16 * Number.EPSILON * (lengthOfC + normOfA * lengthOfCoefficients);
}
