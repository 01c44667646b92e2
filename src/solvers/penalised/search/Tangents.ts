/** A point on the way: c, the convex part of F there, and its slope. */
export interface Point {
  c: number;
  value: number;
  slope: number;
}

/** The tangents of a convex function of one coordinate, at some points between bounds. */
export class Tangents {
  /** In their order. */
  readonly #points: Point[];
  readonly #lower: number;
  readonly #upper: number;
  readonly #farthest: number;
  readonly #step: number;

  /**
   * @param farthest - How far from 0 to look at the most.
   * @param step - How far beyond the outermost points to go at the least.
   */
  constructor(first: Point, lower: number, upper: number, farthest: number, step: number) {
    this.#points = [first];
    this.#lower = lower;
    this.#upper = upper;
    this.#farthest = farthest;
    this.#step = step;
  }

  get count(): number {
    return this.#points.length;
  }

  add(point: Point): void {
    this.#points.push(point);
    this.#points.sort((left, right) => left.c - right.c);
  }

  clamp(c: number): number {
    return Math.min(Math.max(c, this.#lower), this.#upper);
  }

  /**
   * Where to look next: what the tangents and a function that is concave on both sides of 0 are at the least there is below `most`. undefined
   * if there is no such place, or one that has been looked at.
   */
  lowest(most: number, height: (c: number) => number): number | undefined {
    const points = this.#points;
    let lowest = most;
    let next = Number.NaN;
    const look = (c: number, value: number, to = c): void => {
      const bound = value + height(c);
      if (!(bound < lowest)) return;
      lowest = bound;
      next = to;
    };
    for (let i = 1; i < points.length; ++i) {
      const [left, right] = [points[i - 1], points[i]];
      const meet =
        (left.value - right.value + right.slope * right.c - left.slope * left.c) / (right.slope - left.slope);
      if (meet > left.c && meet < right.c) look(meet, left.value + left.slope * (meet - left.c));
    }
    this.#lookBeyond(points[0], -1, look);
    this.#lookBeyond(points[points.length - 1], 1, look);
    return Number.isNaN(next) || points.some(({ c }) => c === next) ? undefined : next;
  }

  /** Beyond an end, as far as the convex part falls there, the sum is concave, and least at its far end. */
  #lookBeyond(end: Point, sign: number, look: (c: number, value: number, to: number) => void): void {
    const far = this.clamp(sign * this.#farthest);
    if (!(end.slope * sign < 0) || !((far - end.c) * sign > 0)) return;
    const beyond = this.clamp(end.c + sign * Math.max(Math.abs(end.c), this.#step));
    look(far, end.value + end.slope * (far - end.c), (far - beyond) * sign > 0 ? beyond : far);
  }
}
