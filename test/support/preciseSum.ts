/**
 * Sums of products to about 32 digits, the parts `high + low` kept without rounding. Dekker, A floating-point technique for
 * extending the available precision (1971). Values above 1e290 overflow.
 */
export class PreciseSum {
  #high = 0;
  #low = 0;

  add(value: number): this {
    const sum = this.#high + value;
    const part = sum - this.#high;
    this.#low += this.#high - (sum - part) + (value - part);
    this.#high = sum;
    return this;
  }

  addProduct(a: number, b: number): this {
    const product = a * b;
    const [aHigh, aLow] = halves(a);
    const [bHigh, bLow] = halves(b);
    this.add(product);
    this.#low += aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
    return this;
  }

  get value(): number {
    return this.#high + this.#low;
  }
}

/** a as a sum of two numbers of 26 bits each. Veltkamp (1968). */
function halves(a: number): [high: number, low: number] {
  const shifted = 134217729 * a;
  const high = shifted - (shifted - a);
  return [high, a - high];
}
