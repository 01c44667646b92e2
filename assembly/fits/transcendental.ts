/** 1.5·2^52: adding it rounds a small number to the nearest integer, ties to even, and leaves that integer in the low bits. */
const ROUND: f64 = 6755399441055744.0;
const LOG2_E: f64 = 1.4426950408889634;
/** ln 2 = LN2_HIGH + LN2_LOW; the low 21 bits of LN2_HIGH are 0, so its product with an exponent is exact. */
const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;

/**
 * e^v: v = k·ln 2 + r with |r| <= ln 2/2, e^r by its Taylor polynomial of degree 13 (truncation 4e-18), then ·2^k in two
 * halves, so that subnormal results round once. Below 1 ulp of error.
 */
export function expLanes(x: v128): v128 {
  // pmin and pmax in this operand order keep a NaN of x.
  const v = f64x2.pmax(f64x2.pmin(x, f64x2.splat(710)), f64x2.splat(-746));
  const shifted = f64x2.add(f64x2.mul(v, f64x2.splat(LOG2_E)), f64x2.splat(ROUND));
  const k = f64x2.sub(shifted, f64x2.splat(ROUND));
  const r = f64x2.sub(f64x2.sub(v, f64x2.mul(k, f64x2.splat(LN2_HIGH))), f64x2.mul(k, f64x2.splat(LN2_LOW)));
  let q = f64x2.splat(1.0 / 6227020800.0);
  q = f64x2.add(f64x2.mul(q, r), f64x2.splat(1.0 / 479001600.0));
  q = f64x2.add(f64x2.mul(q, r), f64x2.splat(1.0 / 39916800.0));
  q = f64x2.add(f64x2.mul(q, r), f64x2.splat(1.0 / 3628800.0));
  q = f64x2.add(f64x2.mul(q, r), f64x2.splat(1.0 / 362880.0));
  q = f64x2.add(f64x2.mul(q, r), f64x2.splat(1.0 / 40320.0));
  q = f64x2.add(f64x2.mul(q, r), f64x2.splat(1.0 / 5040.0));
  q = f64x2.add(f64x2.mul(q, r), f64x2.splat(1.0 / 720.0));
  q = f64x2.add(f64x2.mul(q, r), f64x2.splat(1.0 / 120.0));
  q = f64x2.add(f64x2.mul(q, r), f64x2.splat(1.0 / 24.0));
  q = f64x2.add(f64x2.mul(q, r), f64x2.splat(1.0 / 6.0));
  q = f64x2.add(f64x2.mul(q, r), f64x2.splat(0.5));
  const e = f64x2.add(f64x2.add(f64x2.mul(f64x2.mul(r, r), q), r), f64x2.splat(1));
  const exponent = i64x2.sub(shifted, f64x2.splat(ROUND));
  const half = i64x2.shr_s(exponent, 1);
  return f64x2.mul(f64x2.mul(e, power(half)), power(i64x2.sub(exponent, half)));
}

/** 2^k for -1023 < k < 1024 */
function power(k: v128): v128 {
  return i64x2.shl(i64x2.add(k, i64x2.splat(1023)), 52);
}

/** High word of √½: subtracting it from a number's bits leaves the exponent for which the significand lies in [√½, √2). */
const SQRT_HALF_BITS: i64 = 0x3fe6a09e00000000;

/**
 * ln v for v >= 1: v = 2^k·(1 + f) with 1 + f in [√½, √2), s = f/(2 + f),
 * ln(1 + f) = f − (f²/2 − s·(f²/2 + R)), R = Σ_{i>=1} 2·s^{2i}/(2i + 1) to i = 11 (truncation 1e-17). Below 1 ulp of error.
 */
export function logLanes(v: v128): v128 {
  const exponent = i64x2.shr_s(i64x2.sub(v, i64x2.splat(SQRT_HALF_BITS)), 52);
  const m = i64x2.sub(v, i64x2.shl(exponent, 52));
  const k = f64x2.sub(i64x2.add(exponent, f64x2.splat(ROUND)), f64x2.splat(ROUND));
  const f = f64x2.sub(m, f64x2.splat(1));
  const s = f64x2.div(f, f64x2.add(f, f64x2.splat(2)));
  const z = f64x2.mul(s, s);
  let R = f64x2.splat(2.0 / 23.0);
  R = f64x2.add(f64x2.mul(R, z), f64x2.splat(2.0 / 21.0));
  R = f64x2.add(f64x2.mul(R, z), f64x2.splat(2.0 / 19.0));
  R = f64x2.add(f64x2.mul(R, z), f64x2.splat(2.0 / 17.0));
  R = f64x2.add(f64x2.mul(R, z), f64x2.splat(2.0 / 15.0));
  R = f64x2.add(f64x2.mul(R, z), f64x2.splat(2.0 / 13.0));
  R = f64x2.add(f64x2.mul(R, z), f64x2.splat(2.0 / 11.0));
  R = f64x2.add(f64x2.mul(R, z), f64x2.splat(2.0 / 9.0));
  R = f64x2.add(f64x2.mul(R, z), f64x2.splat(2.0 / 7.0));
  R = f64x2.add(f64x2.mul(R, z), f64x2.splat(2.0 / 5.0));
  R = f64x2.add(f64x2.mul(R, z), f64x2.splat(2.0 / 3.0));
  R = f64x2.mul(R, z);
  const halfSquare = f64x2.mul(f64x2.mul(f64x2.splat(0.5), f), f);
  // k·ln 2 + ln(1 + f), small parts first
  const low = f64x2.add(f64x2.mul(s, f64x2.add(halfSquare, R)), f64x2.mul(k, f64x2.splat(LN2_LOW)));
  const value = f64x2.sub(f64x2.mul(k, f64x2.splat(LN2_HIGH)), f64x2.sub(f64x2.sub(halfSquare, low), f));
  // ln ∞ = ∞, NaN stays
  return v128.bitselect(value, v, f64x2.lt(v, f64x2.splat(Infinity)));
}
