/**
 * The elastic net of one coordinate on an interval that contains 0:
 *
 *   h(b) = l1·|b| + l2/2·b²  for lower <= b <= upper, otherwise ∞
 *
 * Products of 0 and Infinity count as 0 wherever b = 0.
 */

/** h(b) for b within its bounds */
function value(b: f64, l1: f64, l2: f64): f64 {
  return b == 0 ? 0 : l1 * abs<f64>(b) + 0.5 * l2 * b * b;
}

/**
 * The Fenchel gap h(b) + h*(z) − z·b >= 0, zero exactly when z is a subgradient of h at b. h*(z) = max_c z·c − h(c) is
 * attained at c = clamp(soft(z, l1)/l2, lower, upper). Written as a product of differences, so that it is exact to
 * rounding near 0. Infinity where h*(z) is.
 */
function fenchelGap(b: f64, z: f64, l1: f64, l2: f64, lower: f64, upper: f64): f64 {
  const excess = abs<f64>(z) - l1;
  const size = abs<f64>(b);
  const sameSide = b == 0 || z > 0 == b > 0;
  const limit = z > 0 ? upper : -lower;
  if (!(excess > 0) || limit == 0) {
    if (b == 0) return 0;
    return size * (l1 + (sameSide ? -abs<f64>(z) : abs<f64>(z))) + 0.5 * l2 * b * b;
  }
  const unbounded = l2 > 0 ? excess / l2 : Infinity;
  const c = unbounded < limit ? unbounded : limit;
  if (c == Infinity) return c;
  if (sameSide) return max<f64>(0, (c - size) * (excess - 0.5 * l2 * (c + size)));
  return size * (l1 + abs<f64>(z)) + 0.5 * l2 * b * b + c * excess - 0.5 * l2 * c * c;
}

/** The distance of z from the subgradients of h at b: the coordinate's violation of the optimality (KKT) condition. */
function violation(b: f64, z: f64, l1: f64, l2: f64, lower: f64, upper: f64): f64 {
  if (b > 0) {
    const gradient = z - l1 - l2 * b;
    return b >= upper ? max<f64>(0, -gradient) : abs<f64>(gradient);
  }
  if (b < 0) {
    const gradient = z + l1 - l2 * b;
    return b <= lower ? max<f64>(0, gradient) : abs<f64>(gradient);
  }
  return max<f64>(0, max<f64>(upper > 0 ? z - l1 : 0, lower < 0 ? -z - l1 : 0));
}

/**
 * The largest s <= 1, but for two roundings, with |s·z| <= l1 wherever b could grow without end: h*(s·z) is finite there
 * even without an l2.
 */
function feasibleScale(z: f64, l1: f64, lower: f64, upper: f64): f64 {
  const size = abs<f64>(z);
  const limit = z > 0 ? upper : -lower;
  return size > l1 && limit == Infinity ? (l1 / size) * (1 - 4.440892098500626e-16) : 1;
}

/**
 * What a certificate has to know of the listed coordinates, into `out`: Σ h(b), the largest violation, 1 if h* is finite at no
 * z ≠ 0 for some coordinate (neither penalty nor bound) or else 0, and the smallest feasible scales: for z where l2 = 0, and for
 * z − l2·b everywhere.
 */
export function optimality(
  count: i32,
  indices: usize,
  b: usize,
  z: usize,
  l1: usize,
  l2: usize,
  lower: usize,
  upper: usize,
  out: usize,
): void {
  let penalty: f64 = 0;
  let worst: f64 = 0;
  let free: f64 = 0;
  let finite: f64 = 1;
  let augmented: f64 = 1;
  for (const end = indices + ((<usize>count) << 2); indices < end; indices += 4) {
    const at = (<usize>load<u32>(indices)) << 3;
    const bj = load<f64>(b + at);
    const zj = load<f64>(z + at);
    const l1j = load<f64>(l1 + at);
    // Most columns are 0 and at peace: they add nothing.
    if (bj == 0 && abs<f64>(zj) <= l1j && l1j > 0) continue;
    const l2j = load<f64>(l2 + at);
    const low = load<f64>(lower + at);
    const high = load<f64>(upper + at);
    penalty += value(bj, l1j, l2j);
    worst = max<f64>(worst, violation(bj, zj, l1j, l2j, low, high));
    if (l1j == 0 && l2j == 0 && (low == -Infinity || high == Infinity)) free = 1;
    if (l2j == 0) finite = min<f64>(finite, feasibleScale(zj, l1j, low, high));
    augmented = min<f64>(augmented, feasibleScale(bj == 0 ? zj : zj - l2j * bj, l1j, low, high));
  }
  store<f64>(out, penalty);
  store<f64>(out, worst, 8);
  store<f64>(out, free, 16);
  store<f64>(out, finite, 24);
  store<f64>(out, augmented, 32);
}

/** Σ of the listed coordinates' Fenchel gaps h(b) + h*(scale·z) − scale·z·b */
export function fenchelGaps(
  count: i32,
  indices: usize,
  scale: f64,
  b: usize,
  z: usize,
  l1: usize,
  l2: usize,
  lower: usize,
  upper: usize,
): f64 {
  let gap: f64 = 0;
  for (const end = indices + ((<usize>count) << 2); indices < end; indices += 4) {
    const at = (<usize>load<u32>(indices)) << 3;
    const bj = load<f64>(b + at);
    const zj = scale * load<f64>(z + at);
    const l1j = load<f64>(l1 + at);
    if (bj == 0 && abs<f64>(zj) <= l1j) continue;
    gap += fenchelGap(bj, zj, l1j, load<f64>(l2 + at), load<f64>(lower + at), load<f64>(upper + at));
  }
  return gap;
}

/**
 * What is known of a fit by its Gram: Σ b·(c + z), which is ‖y‖² − ‖y − X·b‖²; Σ |b|·norm, what rounding errors are relative to; and
 * Σ h(b); of the listed coordinates, into `out`.
 */
export function gramFit(
  count: i32,
  indices: usize,
  b: usize,
  c: usize,
  z: usize,
  norms: usize,
  l1: usize,
  l2: usize,
  out: usize,
): void {
  let explained: f64 = 0;
  let size: f64 = 0;
  let penalty: f64 = 0;
  for (const end = indices + ((<usize>count) << 2); indices < end; indices += 4) {
    const at = (<usize>load<u32>(indices)) << 3;
    const bj = load<f64>(b + at);
    if (bj == 0) continue;
    explained += bj * (load<f64>(c + at) + load<f64>(z + at));
    size += abs<f64>(bj) * load<f64>(norms + at);
    penalty += value(bj, load<f64>(l1 + at), load<f64>(l2 + at));
  }
  store<f64>(out, explained);
  store<f64>(out, size, 8);
  store<f64>(out, penalty, 16);
}
