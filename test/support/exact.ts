/** Exact arithmetic on doubles by BigInt, the slow oracle of the reductions, and e^x and ln x to 1300 binary places. */

/** A double as a whole multiple of 2^-1074. */
export function toUnits(x: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  if (exponent === 0x7ff) throw new Error(`${x} is not finite`);
  const magnitude = exponent === 0 ? fraction : (fraction | 0x10000000000000n) << BigInt(exponent - 1);
  return bits >> 63n === 0n ? magnitude : -magnitude;
}

export const UNIT_BITS = 1074n;

export const absolute = (x: bigint): bigint => (x < 0n ? -x : x);

/** Σ x·y in units of 2^-2148. */
export function exactDot(x: ArrayLike<number>, y: ArrayLike<number>): bigint {
  let sum = 0n;
  for (let i = 0; i < x.length; ++i) sum += toUnits(x[i] as number) * toUnits(y[i] as number);
  return sum;
}

/** Σ |x·y| in units of 2^-2148. */
function exactAbsoluteDot(x: ArrayLike<number>, y: ArrayLike<number>): bigint {
  let sum = 0n;
  for (let i = 0; i < x.length; ++i) sum += absolute(toUnits(x[i] as number) * toUnits(y[i] as number));
  return sum;
}

/** a/b as a double, for b > 0, to about 1e-30 absolutely. */
export function ratio(a: bigint, b: bigint): number {
  return Number((a << 100n) / b) / 2 ** 100;
}

/** Whether `value` is Σ x·y within the bound of any order of summation, (n + 1)·unit·Σ|x·y|. */
export function isDot(value: number, x: ArrayLike<number>, y: ArrayLike<number>, unit: number): boolean {
  const error = absolute((toUnits(value) << UNIT_BITS) - exactDot(x, y));
  return error * BigInt(1 / unit) <= BigInt(x.length + 1) * exactAbsoluteDot(x, y);
}

const PLACES = 1300n;
const ONE = 1n << PLACES;
const LN2 = 2n * atanh(1n, 3n);

/** artanh(a/b) for |a/b| <= 1/3, in units of 2^-1300. */
function atanh(a: bigint, b: bigint): bigint {
  const q = (a << PLACES) / b;
  const square = (q * q) >> PLACES;
  let power = q;
  let sum = 0n;
  for (let k = 1n; power !== 0n && power !== -1n; k += 2n) {
    sum += power / k;
    power = (power * square) >> PLACES;
  }
  return sum;
}

/** x in units of 2^-1300. */
const fixed = (x: number): bigint => toUnits(x) << (PLACES - UNIT_BITS);

/** e^x in units of 2^-1300. */
export function exactExp(x: number): bigint {
  const v = fixed(x);
  const k = v / LN2;
  const r = v - k * LN2;
  let term = ONE;
  let sum = 0n;
  for (let i = 1n; term !== 0n && term !== -1n; ++i) {
    sum += term;
    term = ((term * r) >> PLACES) / i;
  }
  return k >= 0n ? sum << k : sum >> -k;
}

/** ln x in units of 2^-1300, x > 0. */
export function exactLog(x: number): bigint {
  let m = toUnits(x);
  const length = m.toString(2).length;
  let exponent = length - 1074;
  // m/2^length in [1/2, 1); below 2/3 it is doubled, so that |(m − 1)/(m + 1)| <= 1/5
  let one = 1n << BigInt(length);
  if (3n * m < 2n * one) {
    one >>= 1n;
    exponent -= 1;
  }
  m -= one;
  return BigInt(exponent) * LN2 + 2n * atanh(m, m + 2n * one);
}

/** |value − exact| in units in the last place of `exact`, which counts in 2^-1300. */
export function ulps(value: number, exact: bigint): number {
  const leading = absolute(exact).toString(2).length - 1 - Number(PLACES);
  const ulp = 1n << BigInt(Math.max(leading - 52, -1074) + Number(PLACES));
  return ratio(absolute(fixed(value) - exact), ulp);
}
