/**
 * The elastic net of one coordinate on an interval that contains 0:
 *
 *   h(b) = l1·|b| + l2/2·b²  for lower <= b <= upper, otherwise ∞
 *
 * Products of 0 and Infinity count as 0 wherever b = 0.
 */

/** h(b) for b within its bounds */
export function value(b: number, l1: number, l2: number): number {
  return b === 0 ? 0 : l1 * Math.abs(b) + 0.5 * l2 * b * b;
}

/**
 * The Fenchel gap h(b) + h*(z) − z·b >= 0, zero exactly when z is a subgradient of h at b. h*(z) = max_c z·c − h(c) is
 * attained at c = clamp(soft(z, l1)/l2, lower, upper). Written as a product of differences, so that it is exact to
 * rounding near 0. Infinity where h*(z) is.
 */
export function fenchelGap(b: number, z: number, l1: number, l2: number, lower: number, upper: number): number {
  const excess = Math.abs(z) - l1;
  const size = Math.abs(b);
  const sameSide = b === 0 || z > 0 === b > 0;
  const limit = z > 0 ? upper : -lower;
  if (!(excess > 0) || limit === 0) {
    if (b === 0) return 0;
    return size * (l1 + (sameSide ? -Math.abs(z) : Math.abs(z))) + 0.5 * l2 * b * b;
  }
  const c = Math.min(l2 > 0 ? excess / l2 : Number.POSITIVE_INFINITY, limit);
  if (c === Number.POSITIVE_INFINITY) return c;
  if (sameSide) return Math.max(0, (c - size) * (excess - 0.5 * l2 * (c + size)));
  return size * (l1 + Math.abs(z)) + 0.5 * l2 * b * b + c * excess - 0.5 * l2 * c * c;
}

/** The distance of z from the subgradients of h at b: the coordinate's violation of the optimality (KKT) condition. */
export function violation(b: number, z: number, l1: number, l2: number, lower: number, upper: number): number {
  if (b > 0) {
    const gradient = z - l1 - l2 * b;
    return b >= upper ? Math.max(0, -gradient) : Math.abs(gradient);
  }
  if (b < 0) {
    const gradient = z + l1 - l2 * b;
    return b <= lower ? Math.max(0, gradient) : Math.abs(gradient);
  }
  return Math.max(0, upper > 0 ? z - l1 : 0, lower < 0 ? -z - l1 : 0);
}

/** Whether h* is finite only at z = 0: no penalty, and an open side. */
export function isFree(l1: number, l2: number, lower: number, upper: number): boolean {
  return l1 === 0 && l2 === 0 && (lower === Number.NEGATIVE_INFINITY || upper === Number.POSITIVE_INFINITY);
}

/**
 * The largest s <= 1, but for two roundings, with |s·z| <= l1 wherever b could grow without end: h*(s·z) is finite there
 * even without an l2.
 */
export function feasibleScale(z: number, l1: number, lower: number, upper: number): number {
  const size = Math.abs(z);
  const limit = z > 0 ? upper : -lower;
  return size > l1 && limit === Number.POSITIVE_INFINITY ? (l1 / size) * (1 - 2 * Number.EPSILON) : 1;
}

/** The smallest l1 for which b = 0 is optimal at z: |z| where b can move to that side, otherwise 0. */
export function l1Max(z: number, lower: number, upper: number): number {
  return Math.max(0, upper > 0 ? z : 0, lower < 0 ? -z : 0);
}
