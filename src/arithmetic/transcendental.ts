/** 1.5·2^52: adding it rounds a small number to the nearest integer, ties to even. */
const ROUND = 6755399441055744;
const LOG2_E = 1.4426950408889634;
/** ln 2 = LN2_HIGH + LN2_LOW; the low 21 bits of LN2_HIGH are 0, so its product with an exponent is exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** POWERS[k + POWERS_ZERO] = 2^k for the halves of all exponents that e^x can have, −1076 to 1025. */
const POWERS_ZERO = 538;
const POWERS = /* @__PURE__ */ powersOfTwo();

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(POWERS_ZERO + 514);
  powers[POWERS_ZERO] = 1;
  for (let k = POWERS_ZERO + 1; k < powers.length; ++k) powers[k] = powers[k - 1] * 2;
  for (let k = POWERS_ZERO - 1; k >= 0; --k) powers[k] = powers[k + 1] / 2;
  return powers;
}

/** e^x, the same bits on every engine; below 1 ulp of error. */
export function exp(x: number): number {
  const clipped = x > 710 ? 710 : x;
  const v = clipped < -746 ? -746 : clipped;
  const k = v * LOG2_E + ROUND - ROUND;
  const r = v - k * LN2_HIGH - k * LN2_LOW;
  let q = 1 / 6227020800;
  q = q * r + 1 / 479001600;
  q = q * r + 1 / 39916800;
  q = q * r + 1 / 3628800;
  q = q * r + 1 / 362880;
  q = q * r + 1 / 40320;
  q = q * r + 1 / 5040;
  q = q * r + 1 / 720;
  q = q * r + 1 / 120;
  q = q * r + 1 / 24;
  q = q * r + 1 / 6;
  q = q * r + 0.5;
  const e = r * r * q + r + 1;
  const exponent = k | 0;
  const half = exponent >> 1;
  return e * POWERS[POWERS_ZERO + half] * POWERS[POWERS_ZERO + exponent - half];
}

/** High word of √½: subtracting it from a number's high word leaves the exponent for which the significand lies in [√½, √2). */
const SQRT_HALF_HIGH = 0x3fe6a09e;

const bits = /* @__PURE__ */ new Float64Array(1);
const words = /* @__PURE__ */ wordsOf(bits);
/** Where the sign and the exponent are: word 1 on every little-endian machine. */
const HIGH = /* @__PURE__ */ highWord();

function wordsOf({ buffer }: Float64Array): Int32Array {
  return new Int32Array(buffer);
}

function highWord(): number {
  return new Uint8Array(new Uint16Array([1]).buffer)[0];
}

/** ln x, the same bits on every engine; below 1 ulp of error. */
export function log(x: number): number {
  const subnormal = x < 2.2250738585072014e-308;
  bits[0] = subnormal ? x * 18014398509481984 : x;
  const exponent = (words[HIGH] - SQRT_HALF_HIGH) >> 20;
  words[HIGH] -= exponent << 20;
  const k = subnormal ? exponent - 54 : exponent;
  const f = bits[0] - 1;
  const s = f / (f + 2);
  const z = s * s;
  let R = 2 / 23;
  R = R * z + 2 / 21;
  R = R * z + 2 / 19;
  R = R * z + 2 / 17;
  R = R * z + 2 / 15;
  R = R * z + 2 / 13;
  R = R * z + 2 / 11;
  R = R * z + 2 / 9;
  R = R * z + 2 / 7;
  R = R * z + 2 / 5;
  R = R * z + 2 / 3;
  R = R * z;
  const halfSquare = 0.5 * f * f;
  const low = s * (halfSquare + R) + k * LN2_LOW;
  const value = k * LN2_HIGH - (halfSquare - low - f);
  if (x > 0) return x < Infinity ? value : x;
  return x === 0 ? -Infinity : Number.NaN;
}

/** ln(1 + t) for 0 <= t <= 1 */
export function log1p(t: number): number {
  const u = 1 + t;
  return log(u) + (t - (u - 1)) / u;
}
