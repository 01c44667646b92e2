/**
 * Numbers to about 32 digits, as the sums of two doubles: the arithmetic of the oracles that follow a long recursion. Values above
 * 1e290 overflow. Hida, Li & Bailey, Library for double-double and quad-double arithmetic (2007).
 */
export class DD {
  readonly high: number;
  readonly low: number;

  constructor(high: number, low = 0) {
    this.high = high;
    this.low = low;
  }

  static of(x: DD | number): DD {
    return typeof x === "number" ? new DD(x) : x;
  }

  plus(other: DD | number): DD {
    const { high, low } = DD.of(other);
    const [sum, error] = twoSum(this.high, other instanceof DD ? high : (other as number));
    const [lows, lowError] = twoSum(this.low, low);
    const [top, rest] = quickTwoSum(sum, error + lows);
    return new DD(...quickTwoSum(top, rest + lowError));
  }

  minus(other: DD | number): DD {
    return this.plus(DD.of(other).negated());
  }

  times(other: DD | number): DD {
    const { high, low } = DD.of(other);
    const [product, error] = twoProduct(this.high, high);
    return new DD(...quickTwoSum(product, error + (this.high * low + this.low * high)));
  }

  over(other: DD | number): DD {
    const divisor = DD.of(other);
    const first = this.high / divisor.high;
    let rest = this.minus(divisor.times(first));
    const second = rest.high / divisor.high;
    rest = rest.minus(divisor.times(second));
    return new DD(...quickTwoSum(first, second)).plus(rest.high / divisor.high);
  }

  sqrt(): DD {
    if (this.high === 0) return new DD(0);
    const root = Math.sqrt(this.high);
    const rest = this.minus(new DD(root).times(root));
    return new DD(root).plus(rest.high / (2 * root));
  }

  negated(): DD {
    return new DD(-this.high, -this.low);
  }

  abs(): DD {
    return this.sign() < 0 ? this.negated() : this;
  }

  sign(): number {
    return Math.sign(this.high) || Math.sign(this.low);
  }

  /** e^x: x = k·ln 2 + 512·r, e^r by its series, squared nine times. */
  exp(): DD {
    const k = Math.round(this.high / LN2.high);
    const r = this.minus(LN2.times(k)).over(512);
    let term = r;
    let sum = r;
    for (let i = 2; i < 12; ++i) {
      term = term.times(r).over(i);
      sum = sum.plus(term);
    }
    // e^2r − 1 = (e^r − 1)·(2 + (e^r − 1)) keeps small results accurate
    for (let i = 0; i < 9; ++i) sum = sum.times(sum.plus(2));
    const power = 2 ** k;
    const value = sum.plus(1);
    return new DD(value.high * power, value.low * power);
  }

  get value(): number {
    return this.high + this.low;
  }
}

const LN2 = new DD(0.6931471805599453, 2.3190468138462996e-17);

function twoSum(a: number, b: number): [number, number] {
  const sum = a + b;
  const part = sum - a;
  return [sum, a - (sum - part) + (b - part)];
}

function quickTwoSum(a: number, b: number): [number, number] {
  const sum = a + b;
  return [sum, b - (sum - a)];
}

function twoProduct(a: number, b: number): [number, number] {
  const product = a * b;
  const [aHigh, aLow] = halves(a);
  const [bHigh, bLow] = halves(b);
  return [product, aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow)];
}

/** a as a sum of two numbers of 26 bits each. Veltkamp (1968). */
function halves(a: number): [number, number] {
  const shifted = 134217729 * a;
  const high = shifted - (shifted - a);
  return [high, a - high];
}
