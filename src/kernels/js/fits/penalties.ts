const { abs, max, min } = Math;

/** h(b) for b within its bounds */
export function value(b: number, l1: number, l2: number): number {
  return b === 0 ? 0 : l1 * abs(b) + 0.5 * l2 * b * b;
}

/** h(b) + h*(z) − z·b */
export function fenchelGap(b: number, z: number, l1: number, l2: number, lower: number, upper: number): number {
  const excess = abs(z) - l1;
  const size = abs(b);
  const sameSide = b === 0 || z > 0 === b > 0;
  const limit = z > 0 ? upper : -lower;
  if (!(excess > 0) || limit === 0) {
    if (b === 0) return 0;
    return size * (l1 + (sameSide ? -abs(z) : abs(z))) + 0.5 * l2 * b * b;
  }
  const unbounded = l2 > 0 ? excess / l2 : Number.POSITIVE_INFINITY;
  const c = unbounded < limit ? unbounded : limit;
  if (c === Number.POSITIVE_INFINITY) return c;
  if (sameSide) return max(0, (c - size) * (excess - 0.5 * l2 * (c + size)));
  return size * (l1 + abs(z)) + 0.5 * l2 * b * b + c * excess - 0.5 * l2 * c * c;
}

/** The distance of z from the subgradients of h at b */
function violation(b: number, z: number, l1: number, l2: number, lower: number, upper: number): number {
  if (b > 0) {
    const gradient = z - l1 - l2 * b;
    return b >= upper ? max(0, -gradient) : abs(gradient);
  }
  if (b < 0) {
    const gradient = z + l1 - l2 * b;
    return b <= lower ? max(0, gradient) : abs(gradient);
  }
  return max(0, max(upper > 0 ? z - l1 : 0, lower < 0 ? -z - l1 : 0));
}

/** The largest s <= 1, but for two roundings, with |s·z| <= l1 wherever b could grow without end */
export function feasibleScale(z: number, l1: number, lower: number, upper: number): number {
  const size = abs(z);
  const limit = z > 0 ? upper : -lower;
  return size > l1 && limit === Number.POSITIVE_INFINITY ? (l1 / size) * (1 - 4.440892098500626e-16) : 1;
}

/** Of the listed coordinates, into `out`: Σ h(b), the largest KKT violation, 1 if one is free, and two feasible dual scales. */
export function optimality(
  count: number,
  indices: Int32Array,
  indicesOffset: number,
  b: Float64Array,
  bOffset: number,
  z: Float64Array,
  zOffset: number,
  l1: Float64Array,
  l1Offset: number,
  l2: Float64Array,
  l2Offset: number,
  lower: Float64Array,
  lowerOffset: number,
  upper: Float64Array,
  upperOffset: number,
  out: Float64Array,
  outOffset: number,
): void {
  let penalty = 0;
  let worst = 0;
  let free = 0;
  let finite = 1;
  let augmented = 1;
  for (let k = 0; k < count; ++k) {
    const j = indices[indicesOffset + k];
    const bj = b[bOffset + j];
    const zj = z[zOffset + j];
    const l1j = l1[l1Offset + j];
    if (bj === 0 && abs(zj) <= l1j && l1j > 0) continue;
    const l2j = l2[l2Offset + j];
    const low = lower[lowerOffset + j];
    const high = upper[upperOffset + j];
    penalty += value(bj, l1j, l2j);
    worst = max(worst, violation(bj, zj, l1j, l2j, low, high));
    if (l1j === 0 && l2j === 0 && (low === Number.NEGATIVE_INFINITY || high === Number.POSITIVE_INFINITY)) free = 1;
    if (l2j === 0) finite = min(finite, feasibleScale(zj, l1j, low, high));
    augmented = min(augmented, feasibleScale(bj === 0 ? zj : zj - l2j * bj, l1j, low, high));
  }
  out[outOffset] = penalty;
  out[outOffset + 1] = worst;
  out[outOffset + 2] = free;
  out[outOffset + 3] = finite;
  out[outOffset + 4] = augmented;
}

/** Σ of the listed coordinates' Fenchel gaps h(b) + h*(scale·z) − scale·z·b */
export function fenchelGaps(
  count: number,
  indices: Int32Array,
  indicesOffset: number,
  scale: number,
  b: Float64Array,
  bOffset: number,
  z: Float64Array,
  zOffset: number,
  l1: Float64Array,
  l1Offset: number,
  l2: Float64Array,
  l2Offset: number,
  lower: Float64Array,
  lowerOffset: number,
  upper: Float64Array,
  upperOffset: number,
): number {
  let gap = 0;
  for (let k = 0; k < count; ++k) {
    const j = indices[indicesOffset + k];
    const bj = b[bOffset + j];
    const zj = scale * z[zOffset + j];
    const l1j = l1[l1Offset + j];
    if (bj === 0 && abs(zj) <= l1j) continue;
    gap += fenchelGap(bj, zj, l1j, l2[l2Offset + j], lower[lowerOffset + j], upper[upperOffset + j]);
  }
  return gap;
}

/** Of the listed coordinates, into `out`: Σ b·(c + z), Σ |b|·norm and Σ h(b). */
export function gramFit(
  count: number,
  indices: Int32Array,
  indicesOffset: number,
  b: Float64Array,
  bOffset: number,
  c: Float64Array,
  cOffset: number,
  z: Float64Array,
  zOffset: number,
  norms: Float64Array,
  normsOffset: number,
  l1: Float64Array,
  l1Offset: number,
  l2: Float64Array,
  l2Offset: number,
  out: Float64Array,
  outOffset: number,
): void {
  let explained = 0;
  let size = 0;
  let penalty = 0;
  for (let k = 0; k < count; ++k) {
    const j = indices[indicesOffset + k];
    const bj = b[bOffset + j];
    if (bj === 0) continue;
    explained += bj * (c[cOffset + j] + z[zOffset + j]);
    size += abs(bj) * norms[normsOffset + j];
    penalty += value(bj, l1[l1Offset + j], l2[l2Offset + j]);
  }
  out[outOffset] = explained;
  out[outOffset + 1] = size;
  out[outOffset + 2] = penalty;
}
