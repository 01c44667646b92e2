import type { Stream } from "./data.js";
import { type Method, settings } from "./gates.js";

/**
 * The weights of eager updates, in double-double arithmetic. Weights in columns that a step does not touch are caught up with in closed
 * form, in the same arithmetic: 1e12 updates would take hours. That the closed form is that of eager updates, `test/online` shows.
 *
 *   sgd:  u = |w|/P + S when touched, later |w| = P·max(0, u − S);  P = ∏ (1 − 2·rate·l2), S = Σ rate·l1/P
 *   ftrl: z, n, from which w follows; no l2
 */
export function oracle(method: Method, stream: Stream, batch: number): Float64Array {
  const { p, rows, nonzeros, indices, values, y } = stream;
  const { learningRate, l1, l2 } = settings[method];
  const [first, firstLow, second, secondLow, g, gLow] = Array.from({ length: 6 }, () => new Float64Array(p));
  const signs = new Int8Array(p);
  const etas = new Float64Array(batch);
  const etaLows = new Float64Array(batch);
  const seen = new Int32Array(p).fill(-1);
  const b = new DoubleDouble();
  const [bz, bn] = [new DoubleDouble(), new DoubleDouble()];
  const [P, S, a, c] = Array.from({ length: 4 }, () => new DoubleDouble());
  const [w, t, slope, root, next] = Array.from({ length: 5 }, () => new DoubleDouble());
  P.set(1, 0);
  // a = 1 − 2·rate·l2, c = rate·l1
  a.set(2 * learningRate, 0)
    .times(l2, 0)
    .negate()
    .plus(1, 0);
  c.set(learningRate, 0).times(l1, 0);

  /** w ← the weight of column j */
  const weight = (j: number): void => {
    if (method === "ftrl") {
      root.set(second[j], secondLow[j]).sqrt().plus(1, 0);
      w.set(first[j], firstLow[j]).soften(l1, 0).negate().times(learningRate, 0).over(root.high, root.low);
      return;
    }
    w.set(first[j], firstLow[j]).plus(-S.high, -S.low);
    if (signs[j] === 0 || w.high <= 0) w.set(0, 0);
    else w.times(signs[j] * P.high, signs[j] * P.low);
  };

  /** A step of ftrl for z and n, of which the weight is x, with the gradient (high, low). */
  const follow = (z: DoubleDouble, n: DoubleDouble, x: DoubleDouble, high: number, low: number): void => {
    root.copy(n).sqrt();
    next.set(high, low).times(high, low).plus(n.high, n.low);
    n.copy(next);
    next.sqrt().plus(-root.high, -root.low).over(learningRate, 0).times(x.high, x.low);
    z.plus(high, low).plus(-next.high, -next.low);
  };
  const z = new DoubleDouble();
  const n = new DoubleDouble();

  for (let from = 0; from < rows; from += batch) {
    const to = Math.min(from + batch, rows);
    const touched: number[] = [];
    slope.set(0, 0);
    for (let i = from; i < to; ++i) {
      t.copy(b).plus(-y[i], 0);
      for (let k = i * nonzeros; k < (i + 1) * nonzeros; ++k) {
        weight(indices[k]);
        w.times(values[k], 0);
        t.plus(w.high, w.low);
      }
      t.over(to - from, 0);
      etas[i - from] = t.high;
      etaLows[i - from] = t.low;
      slope.plus(t.high, t.low);
    }
    for (let i = from; i < to; ++i) {
      for (let k = i * nonzeros; k < (i + 1) * nonzeros; ++k) {
        const j = indices[k];
        if (seen[j] !== from) {
          seen[j] = from;
          g[j] = 0;
          gLow[j] = 0;
          touched.push(j);
        }
        t.set(etas[i - from], etaLows[i - from])
          .times(values[k], 0)
          .plus(g[j], gLow[j]);
        g[j] = t.high;
        gLow[j] = t.low;
      }
    }
    if (method === "ftrl") {
      for (const j of touched) {
        weight(j);
        t.copy(w);
        z.set(first[j], firstLow[j]);
        n.set(second[j], secondLow[j]);
        follow(z, n, t, g[j], gLow[j]);
        [first[j], firstLow[j], second[j], secondLow[j]] = [z.high, z.low, n.high, n.low];
      }
      follow(bz, bn, b, slope.high, slope.low);
      root.copy(bn).sqrt().plus(1, 0);
      b.copy(bz).negate().times(learningRate, 0).over(root.high, root.low);
      continue;
    }
    // w ← soft(a·w − rate·g, c), not yet in terms of the next P and S
    for (const j of touched) {
      weight(j);
      t.set(g[j], gLow[j]).times(-learningRate, 0);
      w.times(a.high, a.low).plus(t.high, t.low).soften(c.high, c.low);
      [first[j], firstLow[j]] = [w.high, w.low];
    }
    P.times(a.high, a.low);
    t.copy(c).over(P.high, P.low);
    S.plus(t.high, t.low);
    for (const j of touched) {
      signs[j] = Math.sign(first[j]);
      t.set(first[j], firstLow[j]);
      if (signs[j] < 0) t.negate();
      t.over(P.high, P.low).plus(S.high, S.low);
      [first[j], firstLow[j]] = [t.high, t.low];
    }
    slope.times(-learningRate, 0);
    b.plus(slope.high, slope.low);
  }
  return Float64Array.from({ length: p }, (_, j) => {
    weight(j);
    return w.high;
  });
}

/** high + low, in place, so that nothing is allocated. Hida, Li & Bailey, Library for double-double and quad-double arithmetic (2007). */
class DoubleDouble {
  high = 0;
  low = 0;

  set(high: number, low: number): this {
    this.high = high;
    this.low = low;
    return this;
  }

  copy({ high, low }: DoubleDouble): this {
    return this.set(high, low);
  }

  negate(): this {
    return this.set(-this.high, -this.low);
  }

  plus(high: number, low: number): this {
    const sum = this.high + high;
    const part = sum - this.high;
    const rest = this.high - (sum - part) + (high - part) + (this.low + low);
    return this.#normalised(sum, rest);
  }

  times(high: number, low: number): this {
    const product = this.high * high;
    const a = 134217729 * this.high;
    const aHigh = a - (a - this.high);
    const aLow = this.high - aHigh;
    const c = 134217729 * high;
    const bHigh = c - (c - high);
    const bLow = high - bHigh;
    const error = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
    return this.#normalised(product, error + (this.high * low + this.low * high));
  }

  over(high: number, low: number): this {
    const { high: x, low: xLow } = this;
    const guess = x / high;
    this.set(high, low).times(guess, 0);
    const rest = x - this.high + (xLow - this.low);
    return this.#normalised(guess, rest / high);
  }

  sqrt(): this {
    const { high: x, low: xLow } = this;
    if (x === 0) return this;
    const guess = Math.sqrt(x);
    this.set(guess, 0).times(guess, 0);
    const rest = x - this.high + (xLow - this.low);
    return this.#normalised(guess, rest / (2 * guess));
  }

  /** soft(x, threshold) */
  soften(high: number, low: number): this {
    if (this.high < 0) return this.negate().soften(high, low).negate();
    this.plus(-high, -low);
    return this.high > 0 ? this : this.set(0, 0);
  }

  #normalised(high: number, low: number): this {
    const sum = high + low;
    return this.set(sum, low - (sum - high));
  }
}
