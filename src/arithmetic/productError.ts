/** a·b − product, where product is a·b rounded: exact but for numbers near overflow or underflow, for which it may be 0. */
export function productError(a: number, b: number, product: number): number {
  const aHigh = leadingHalf(a);
  const bHigh = leadingHalf(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow) || 0;
}

/** The leading 26 bits of a number. Dekker, A floating-point technique for extending the available precision (1971). */
function leadingHalf(value: number): number {
  const scaled = 134217729 * value;
  return scaled - (scaled - value);
}
