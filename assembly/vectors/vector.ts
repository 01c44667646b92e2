/** What every kernel shares: the shape of its loops. One block is four vectors, 64 bytes: 8 doubles or 16 floats. */

/** Bytes that the unrolled loop of an array of n elements covers; the rest is its tail. */
export function blockBytes<T>(n: i32): usize {
  return ((<usize>n) << alignof<T>()) & ~63;
}

/** One element in lane 0. The other lanes are zero, and what is computed in them is never stored. */
export function loadLane<T>(pointer: usize): v128 {
  return sizeof<T>() == 8 ? v128.load64_zero(pointer) : v128.load32_zero(pointer);
}

/** Stores lane 0. */
export function storeLane<T>(pointer: usize, v: v128): void {
  if (sizeof<T>() == 8) v128.store64_lane(pointer, v, 0);
  else v128.store32_lane(pointer, v, 0);
}

/** All lanes for V = v128, otherwise one element of type V in lane 0: one loop's text serves vectors and the tail after them. */
export function loadSome<V>(pointer: usize): v128 {
  return sizeof<V>() == 16 ? v128.load(pointer) : loadLane<V>(pointer);
}

/** Stores what {@link loadSome} loads. */
export function storeSome<V>(pointer: usize, v: v128): void {
  if (sizeof<V>() == 16) v128.store(pointer, v);
  else storeLane<V>(pointer, v);
}

// #region soften
/** v − clamp(v, −t, t): soft-thresholding by Moreau's decomposition. NaN stays NaN, zeros are +0. */
export function soften<T>(v: v128, t: v128, minusT: v128): v128 {
  return v128.sub<T>(v, v128.pmin<T>(v128.pmax<T>(v, minusT), t));
}
// #endregion soften

/** t·sign(w), 0 where w is ±0 or NaN: the sign bit of w on t, masked by |w| > 0. */
export function signed<T>(t: v128, w: v128, zero: v128, signBit: v128): v128 {
  return v128.and(v128.or(v128.and(w, signBit), t), v128.gt<T>(v128.abs<T>(w), zero));
}

/** l0 + l1 of doubles, (l0 + l1) + (l2 + l3) of floats. */
export function sumLanes<T>(v: v128): T {
  if (sizeof<T>() == 8) return <T>(f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1));
  return <T>(
    (f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3)))
  );
}
