/**
 * The elastic net of one coordinate on an interval that contains 0:
 *
 * ```text
 * h(b) = l1·|b| + l2/2·b²  for lower <= b <= upper, otherwise ∞
 * ```
 *
 * Its value, Fenchel gap and feasible dual scale are those of the kernels that sum them over coordinates.
 */
export { feasibleScale, fenchelGap, value } from "../kernels/js/fits/penalties.js";

/** The smallest l1 for which b = 0 is optimal at z: |z| where b can move to that side, otherwise 0. */
export function l1Max(z: number, lower: number, upper: number): number {
  return Math.max(0, upper > 0 ? z : 0, lower < 0 ? -z : 0);
}
