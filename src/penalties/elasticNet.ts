/**
 * The elastic net of one coordinate on an interval that contains 0:
 *
 *   h(b) = l1·|b| + l2/2·b²  for lower <= b <= upper, otherwise ∞
 *
 * Its value, conjugate and optimality conditions over many coordinates are kernels: kernels/js/penalties.ts.
 */

/** The smallest l1 for which b = 0 is optimal at z: |z| where b can move to that side, otherwise 0. */
export function l1Max(z: number, lower: number, upper: number): number {
  return Math.max(0, upper > 0 ? z : 0, lower < 0 ? -z : 0);
}
