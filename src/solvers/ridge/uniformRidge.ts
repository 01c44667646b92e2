import { float64, type Layout, take } from "../../kernels/arena.js";
import type { DenseProblem } from "../problems/DenseProblem.js";

/** The independent ones of the columns that are not penalised, orthonormalised: X_U = Q·R. */
export interface Unpenalised {
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

const ownLayout = (p: number) => [float64(p), float64(p)] as const;

const basisLayout = (n: number, p: number, q: number) =>
  [float64(n * (Math.min(n, q) + 1)), float64(p * q), float64(q)] as const;

/** For q columns without a penalty. */
export const uniformRidgeLayout = (n: number, p: number, q: number): Layout => [
  ownLayout(p),
  q > 0 ? basisLayout(n, p, q) : [],
];

/**
 * The problem with b_j = d_j·a_j, d_j = 1/√(unit·f_j), which makes the penalty uniform:
 *
 * ```text
 * F = ‖M·(y − X·D·a)‖²/2 + mu/2·‖a‖²,   mu = lambda/unit
 * ```
 *
 * The unit is such that no column of X·D is longer than 1. M = I − Q·Qᵀ takes the unpenalised columns out, whose coefficients
 * follow from the others.
 *
 * @returns undefined if a factor is too small to divide by.
 */
export function uniformRidge(problem: DenseProblem): UniformRidge | undefined {
  const { arena, kernels, n, p, X, y, eligible, curvatures, penaltyFactor } = problem;
  let unit = 0;
  const columns: number[] = [];
  for (const j of eligible) {
    if (penaltyFactor[j] === 0) columns.push(j);
    else unit = Math.max(unit, curvatures[j] / penaltyFactor[j]);
  }
  if (unit === 0) unit = 1;
  if (unit === Number.POSITIVE_INFINITY) return undefined;
  const [d, c] = take(arena, ownLayout(p));
  for (const j of eligible) if (penaltyFactor[j] > 0) d[j] = 1 / (Math.sqrt(unit) * Math.sqrt(penaltyFactor[j]));
  kernels.transposedProduct(n, p, X, 0, y, 0, c, 0);
  const form: UniformRidge = { unit, d, c, squares: kernels.float64.sumSquares(n, y, 0), unpenalised: undefined };
  return columns.length === 0 ? form : { ...form, unpenalised: orthonormalise(problem, columns) };
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

/** x ← M·x */
export function takeOut({ kernels, n }: DenseProblem, { unpenalised }: UniformRidge, x: Float64Array): void {
  if (unpenalised === undefined) return;
  const { Q, columns, work } = unpenalised;
  kernels.transposedProduct(n, columns.length, Q, 0, x, 0, work, 0);
  kernels.product(n, columns.length, Q, 0, -1, work, 0, x, 0);
}

/** out ← D·Xᵀ·M·x, given w = Xᵀ·x. `out` may be `w`. */
export function reduceGradient(
  { kernels, n, p }: DenseProblem,
  { d, unpenalised }: UniformRidge,
  x: Float64Array,
  w: Float64Array,
  out: Float64Array,
): void {
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
export function moveCoefficients(
  { kernels, n, p, b, l2 }: DenseProblem,
  { d, unpenalised }: UniformRidge,
  a: Float64Array,
  r: Float64Array,
): void {
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

/**
 * How far rounding may take the length of a gradient, on the uniform scale, that was put together from products computed
 * before: some roundings of c, and of A times the coefficients.
 */
export function gradientNoise(lengthOfC: number, normOfA: number, lengthOfCoefficients: number): number {
  return 16 * Number.EPSILON * (lengthOfC + normOfA * lengthOfCoefficients);
}
