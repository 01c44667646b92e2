/** Comparison bit for bit, with one exception: any NaN equals any NaN. */

export type NumberArray = Float64Array | Float32Array | Int32Array;

const words = (array: NumberArray): Uint32Array =>
  new Uint32Array(array.buffer, array.byteOffset, array.byteLength / 4);

/** The first index at which two arrays of one type differ in a bit, or -1. */
function firstDifference(a: NumberArray, b: NumberArray): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  const x = words(a);
  const y = words(b);
  const perElement = a.BYTES_PER_ELEMENT / 4;
  for (let i = 0; i < x.length; ++i) {
    if (x[i] === y[i]) continue;
    const k = Math.floor(i / perElement);
    if (!(Number.isNaN(a[k]) && Number.isNaN(b[k]))) return k;
  }
  return -1;
}

/** Throws with index and values where two arrays differ in a bit. */
export function assertSameBits(actual: NumberArray, expected: NumberArray, what = "element"): void {
  const i = firstDifference(actual, expected);
  if (i >= 0) throw new Error(`${what} ${i} of ${expected.length}: ${show(actual[i])} instead of ${show(expected[i])}`);
}

/** Throws where two numbers differ: -0 is not 0, NaN is NaN. */
export function assertSameNumber(actual: unknown, expected: unknown, what = "result"): void {
  if (!Object.is(actual, expected)) throw new Error(`${what}: ${show(actual)} instead of ${show(expected)}`);
}

const show = (value: unknown): string => (Object.is(value, -0) ? "-0" : String(value));

const scratch = new DataView(new ArrayBuffer(8));

/** The double after x > 0, or before it for -1. */
export function adjacent64(x: number, direction: 1 | -1): number {
  if (!(x > 0)) return direction * 5e-324;
  scratch.setFloat64(0, x);
  scratch.setBigUint64(0, scratch.getBigUint64(0) + BigInt(direction));
  return scratch.getFloat64(0);
}

/** The float after x > 0, or before it for -1; x must be a float. */
export function adjacent32(x: number, direction: 1 | -1): number {
  if (!(x > 0)) return Math.fround(direction * 1.401298464324817e-45);
  scratch.setFloat32(0, x);
  scratch.setUint32(0, scratch.getUint32(0) + direction);
  return scratch.getFloat32(0);
}
