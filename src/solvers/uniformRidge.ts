import { alignedBytes } from "../kernels/arena.js";
import type { Problem } from "./problem.js";

/** Columns that are not penalised, orthonormalised: X_U = Q·R. */
export interface Unpenalised {
  columns: Int32Array;
  /** n × q */
  Q: Float64Array;
  /** q × q, upper triangle, column-major */
  R: Float64Array;
  /** XᵀQ, p × q */
  H: Float64Array;
  /** Qᵀy */
  target: Float64Array;
  /** Room for q coefficients. */
  work: Float64Array;
}

/** Ridge with one penalty for all coefficients, which its fast solvers need. */
export interface UniformRidge {
  /** mu = lambda/unit */
  unit: number;
  /** Xᵀy */
  c: Float64Array;
  /** ‖y‖² */
  squares: number;
  /** d_j; 0 for columns that have no coefficient or no penalty. */
  d: Float64Array;
  unpenalised: Unpenalised | undefined;
}

/** The bytes that {@link uniformRidge} takes from the problem's arena for q columns without a penalty. */
export function uniformRidgeBytes(n: number, p: number, q: number): number {
  return 2 * alignedBytes(8 * p) + alignedBytes(8 * n * q) + alignedBytes(8 * p * q) + 2 * alignedBytes(8 * q);
}

/**
 * The problem with b_j = d_j·a_j, d_j = 1/√(unit·f_j), which makes the penalty uniform:
 *
 *   F = ‖M·(y − X·D·a)‖²/2 + mu/2·‖a‖²,   mu = lambda/unit
 *
 * The unit is such that no column of X·D is longer than 1. M = I − Q·Qᵀ takes the unpenalised columns out, whose coefficients
 * follow from the others.
 *
 * @returns undefined if the unpenalised columns are linearly dependent, or factors too small to divide by.
 */
export function uniformRidge(problem: Problem): UniformRidge | undefined {
  const { arena, kernels, n, p, X, y, eligible, curvatures, penaltyFactor } = problem;
  let unit = 0;
  const columns: number[] = [];
  for (const j of eligible) {
    if (penaltyFactor[j] === 0) columns.push(j);
    else unit = Math.max(unit, curvatures[j] / penaltyFactor[j]);
  }
  if (unit === 0) unit = 1;
  if (unit === Number.POSITIVE_INFINITY) return undefined;
  const d = arena.float64(p);
  for (const j of eligible) if (penaltyFactor[j] > 0) d[j] = 1 / (Math.sqrt(unit) * Math.sqrt(penaltyFactor[j]));
  const c = arena.float64(p);
  kernels.float64.transposedProduct(n, p, X, 0, y, 0, c, 0);
  const form = { unit, d, c, squares: kernels.float64.sumSquares(n, y, 0), unpenalised: undefined };
  if (columns.length === 0) return form;
  const unpenalised = orthonormalise(problem, columns);
  return unpenalised === undefined ? undefined : { ...form, unpenalised };
}

/** Gram–Schmidt, each column twice. Björck, Numerics of Gram–Schmidt orthogonalization (1994). */
function orthonormalise({ arena, kernels, n, p, X, y }: Problem, columns: number[]): Unpenalised | undefined {
  const { sumSquares, transposedProduct } = kernels.float64;
  const q = columns.length;
  const Q = arena.float64(n * q);
  const H = arena.float64(p * q);
  const target = arena.float64(q);
  const work = arena.float64(q);
  const R = new Float64Array(q * q);
  for (let k = 0; k < q; ++k) {
    const column = Q.subarray(k * n, (k + 1) * n);
    column.set(X.subarray(columns[k] * n, (columns[k] + 1) * n));
    const before = Math.sqrt(sumSquares(n, column, 0));
    for (let pass = 0; pass < 2; ++pass) {
      transposedProduct(n, k, Q, 0, column, 0, work, 0);
      kernels.product(n, k, Q, 0, -1, work, 0, column, 0);
      for (let i = 0; i < k; ++i) R[k * q + i] += work[i];
    }
    const norm = Math.sqrt(sumSquares(n, column, 0));
    if (!(norm > before * Math.max(n, q) * Number.EPSILON)) return undefined;
    R[k * q + k] = norm;
    kernels.float64.decay(n, column, 0, 1 / norm, column, 0);
    transposedProduct(n, p, X, 0, column, 0, H, k * p);
  }
  transposedProduct(n, q, Q, 0, y, 0, target, 0);
  return { columns: Int32Array.from(columns), Q, R, H, target, work };
}

/** out ← D·Xᵀ·M·x, given w = Xᵀ·x. `out` may be `w`. */
export function reduceGradient({ kernels, p }: Problem, form: UniformRidge, w: Float64Array, out: Float64Array): void {
  const { d, unpenalised } = form;
  if (out !== w) out.set(w.subarray(0, p));
  if (unpenalised !== undefined) {
    // Qᵀx = R⁻ᵀ·X_Uᵀx
    const { columns, R, H, work } = unpenalised;
    const q = columns.length;
    for (let k = 0; k < q; ++k) {
      let sum = w[columns[k]];
      for (let i = 0; i < k; ++i) sum -= R[k * q + i] * work[i];
      work[k] = sum / R[k * q + k];
    }
    kernels.product(p, q, H, 0, -1, work, 0, out, 0);
  }
  for (let j = 0; j < p; ++j) out[j] *= d[j];
}

/** b ← D·a, but 0 where the penalty overflows, and of the unpenalised columns what fits best with that. Leaves R·b_U in their `work`. */
export function expandCoefficients({ kernels, p, b, l2 }: Problem, form: UniformRidge, a: Float64Array): void {
  const { d, unpenalised } = form;
  for (let j = 0; j < p; ++j) b[j] = l2[j] < Number.POSITIVE_INFINITY ? d[j] * a[j] : 0;
  if (unpenalised === undefined) return;
  const { columns, R, H, target, work } = unpenalised;
  const q = columns.length;
  kernels.float64.transposedProduct(p, q, H, 0, b, 0, work, 0);
  for (let k = 0; k < q; ++k) work[k] = target[k] - work[k];
  for (let k = q - 1; k >= 0; --k) {
    let sum = work[k];
    for (let i = k + 1; i < q; ++i) sum -= R[i * q + k] * b[columns[i]];
    b[columns[k]] = sum / R[k * q + k];
  }
}

/**
 * How far rounding may take the length of a gradient, on the uniform scale, that was put together from products computed
 * before: some roundings of c, and of A times the coefficients.
 */
export function gradientNoise(lengthOfC: number, normOfA: number, lengthOfCoefficients: number): number {
  return 16 * Number.EPSILON * (lengthOfC + normOfA * lengthOfCoefficients);
}
