/**
 * The objective in some coordinates, as coordinate descent and Newton's method on a Gram see it:
 *
 * ```text
 * ½·b'G·b − c'b + Σ l1_i·|b_i| + l2_i/2·b_i²  on  lower <= b <= upper,   q = c − G·b
 * ```
 */
export interface GramSystem {
  /** Both triangles, its rows `stride` apart. */
  G: Float64Array;
  /** Whether all its rows are there, not just those of active coordinates. */
  isComplete: boolean;
  stride: number;
  q: Float64Array;
  b: Float64Array;
  l1: Float64Array;
  l2: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
}

/** Whether a coefficient is neither 0 nor at a bound. */
export function isActive({ b, lower, upper }: GramSystem, i: number): boolean {
  return b[i] !== 0 && b[i] > lower[i] && b[i] < upper[i];
}

/** The downward slope of the objective in an active coordinate. */
export function slopeOf({ q, b, l1, l2 }: GramSystem, i: number): number {
  return q[i] - (b[i] > 0 ? l1[i] : -l1[i]) - l2[i] * b[i];
}
