/**
 * A penalty of |b| that is quadratic in pieces and flat in the end, in units of its strength a: from t = knots[i]·a on its slope is
 * slopes[i]·a + bends[i]·(t − knots[i]·a). Slopes are continuous, and the first knot is 0, the first slope 1.
 */
export interface Pieces {
  readonly knots: readonly number[];
  readonly slopes: readonly number[];
  readonly bends: readonly number[];
}

/** a²·H(t/a) for t >= 0, H made of pieces, its slope, its curvature, and the least of it with a parabola. */
export class PiecewiseQuadratic {
  readonly #pieces: Pieces;
  /** H at the knots. */
  readonly #values: readonly number[];

  constructor(pieces: Pieces) {
    const { knots, slopes, bends } = pieces;
    const values = [0];
    for (let i = 1; i < knots.length; ++i) {
      const width = knots[i] - knots[i - 1];
      values.push(values[i - 1] + width * (slopes[i - 1] + 0.5 * bends[i - 1] * width));
    }
    this.#pieces = pieces;
    this.#values = values;
  }

  /** H(∞) */
  get most(): number {
    return this.#values[this.#values.length - 1];
  }

  value(t: number, a: number): number {
    const { knots, slopes, bends } = this.#pieces;
    const i = this.#pieceOf(t, a);
    const beyond = t - knots[i] * a;
    return this.#values[i] * a * a + beyond * (slopes[i] * a + 0.5 * bends[i] * beyond);
  }

  slope(t: number, a: number): number {
    const { knots, slopes, bends } = this.#pieces;
    const i = this.#pieceOf(t, a);
    return slopes[i] * a + bends[i] * (t - knots[i] * a);
  }

  curvature(t: number, a: number): number {
    return this.#pieces.bends[this.#pieceOf(t, a)];
  }

  /** argmin over 0 <= t <= limit of w/2·t² − u·t + a²·H(t/a), of several minima the least. */
  minimum(u: number, w: number, a: number, limit: number): number {
    const { knots, slopes, bends } = this.#pieces;
    const last = knots.length - 1;
    let at = 0;
    let least = 0;
    for (let i = 0; i <= last; ++i) {
      const from = knots[i] * a;
      if (from >= limit) break;
      const to = i < last ? Math.min(knots[i + 1] * a, limit) : limit;
      const rises = w * from + slopes[i] * a - u;
      const ends = i < last && to < limit ? w * to + slopes[i + 1] * a - u : w * to + this.slope(to, a) - u;
      // Where it is concave it may rise first, and be least at the limit.
      if (!(ends < 0 ? to === limit : rises < 0)) continue;
      const bend = w + bends[i];
      const t = bend > 0 ? Math.min(from - rises / bend, to) : to;
      const value = t * (0.5 * w * t - u) + this.value(t, a);
      if (value < least) {
        least = value;
        at = t;
      }
    }
    return at;
  }

  #pieceOf(t: number, a: number): number {
    const { knots } = this.#pieces;
    let i = knots.length - 1;
    while (i > 0 && t < knots[i] * a) i -= 1;
    return i;
  }
}
