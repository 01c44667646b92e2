import type { GramSums } from "./GramSums.js";

/**
 * What {@link GramSums} are, in a form that keeps its digits through merges of any number of sums, whose rows may lie anywhere: of rows z_i
 * with weights s_i, columns and then targets,
 *
 * ```text
 * weight = Σ s_i,   high + low = Σ s_i·z_i/weight,   products = Σ s_i·(z_i − high − low)·(z_i − high − low)ᵀ
 * ```
 */
export interface MergedSums {
  /** The rows in it, each of positive weight. */
  count: number;
  weight: number;
  /** The means, as unevaluated sums of two numbers. */
  high: Float64Array;
  low: Float64Array;
  /** The lower triangle, row after row. */
  products: Float64Array;
  /** Σ s_i·y_i² of each target. */
  squares: Float64Array;
  /** 1 for columns that have the same value in all rows, which is `high`. */
  level: Uint8Array;
  /** The most merges that a row has been through. */
  depth: number;
}

/** The length of the lower triangle of a matrix. */
export const triangle = (size: number): number => (size * (size + 1)) / 2;

/**
 * The sums of a block as they are about its pivots.
 *
 * @param centred - Its rows, centred and scaled, column after column.
 */
export function mergedOf(
  { weight, means, products }: GramSums,
  count: number,
  pivots: Float64Array,
  squares: Float64Array,
  centred: Float64Array,
): MergedSums {
  const size = pivots.length;
  const sums: MergedSums = {
    count,
    weight,
    high: new Float64Array(size),
    low: new Float64Array(size),
    products: new Float64Array(triangle(size)),
    squares: squares.slice(),
    level: new Uint8Array(size),
    depth: 0,
  };
  for (let j = 0, at = 0; j < size; ++j) {
    for (let k = 0; k <= j; ++k) sums.products[at++] = products[j * size + k];
    setMean(sums, j, pivots[j], means[j]);
    // Squares of what is not 0 may underflow.
    let isLevel = products[j * size + j] === 0;
    for (let i = j * count; isLevel && i < (j + 1) * count; ++i) isLevel = centred[i] === 0;
    if (isLevel) sums.level[j] = 1;
  }
  return sums;
}

/** high + low ← a + b, exactly but for what is below the last digit of low. Knuth's sum of two. */
function setMean({ high, low }: MergedSums, j: number, a: number, b: number, rest = 0): void {
  const sum = a + b;
  const part = sum - a;
  const lost = a - (sum - part) + (b - part) + rest;
  high[j] = sum + lost;
  low[j] = lost - (high[j] - sum);
}

export function copyMerged(sums: MergedSums): MergedSums {
  const { high, low, products, squares, level } = sums;
  return {
    ...sums,
    high: high.slice(),
    low: low.slice(),
    products: products.slice(),
    squares: squares.slice(),
    level: level.slice(),
  };
}

/**
 * Adds the sums of other rows, without cancellation: with d the difference of the means,
 *
 * ```text
 * products ← products + other + d·dᵀ·weight·otherWeight/(weight + otherWeight)
 * ```
 *
 * Chan, Golub & LeVeque, Algorithms for computing the sample variance: analysis and recommendations (1983).
 */
export function merge(sums: MergedSums, other: MergedSums): MergedSums {
  const { high, low, products, squares, level } = sums;
  const size = high.length;
  const total = sums.weight + other.weight;
  const ratio = other.weight / total;
  const share = sums.weight * ratio;
  const d = new Float64Array(size);
  for (let j = 0; j < size; ++j) {
    // The high parts may be close to each other: what their difference loses is put back.
    const step = other.high[j] - high[j];
    const part = step - other.high[j];
    const lost = other.high[j] - (step - part) - (high[j] + part);
    d[j] = step + (lost + (other.low[j] - low[j]));
    if (d[j] !== 0 || other.level[j] === 0) level[j] = 0;
  }
  for (let j = 0, at = 0; j < size; ++j) {
    const dj = share * d[j];
    for (let k = 0; k <= j; ++k, ++at) products[at] += other.products[at] + dj * d[k];
    setMean(sums, j, high[j], ratio * d[j], low[j]);
  }
  for (let t = 0; t < squares.length; ++t) squares[t] += other.squares[t];
  sums.count += other.count;
  sums.weight = total;
  sums.depth = Math.max(sums.depth, other.depth) + 1;
  return sums;
}

/** Sums of any number of parts, merged in pairs of as many parts each: which ones depends on their order alone. */
export class SumTree {
  /** Of 1, 2, 4, … parts, the larger ones of earlier parts. */
  #levels: (MergedSums | undefined)[] = [];
  /** Those that may have to be there again. */
  #saved: readonly (MergedSums | undefined)[] = [];

  /** Adds a part, or 2^level parts that were merged as they are here and come after as many times that; they are the tree's own then. */
  push(part: MergedSums, level = 0): void {
    let sums = part;
    let k = level;
    for (let earlier = this.#levels[level]; earlier !== undefined; earlier = this.#levels[k]) {
      sums = merge(this.#saved.includes(earlier) ? copyMerged(earlier) : earlier, sums);
      this.#levels[k++] = undefined;
    }
    this.#levels[k] = sums;
  }

  /** What makes the tree again what it is now, until it is saved again. */
  save(): () => void {
    const levels = [...this.#levels];
    this.#saved = levels;
    return () => {
      this.#levels = levels;
    };
  }

  /** All parts, the earliest first, in sums of their own; undefined for none. */
  total(): MergedSums | undefined {
    return mergeAll([...this.#levels].reverse());
  }
}

/** All that there are, one after the other, in sums of their own. */
export function mergeAll(list: readonly (MergedSums | undefined)[]): MergedSums | undefined {
  let all: MergedSums | undefined;
  for (const sums of list) {
    if (sums !== undefined) all = all === undefined ? copyMerged(sums) : merge(all, sums);
  }
  return all;
}

/** A column whose sd is at most this share of its mean has one value but for rounding. */
const LEVEL = 2 * Number.EPSILON;

/**
 * Writes the sums of the columns and of one target about the pivots, as solvers take them, all weights multiplied by `scale`; columns that
 * are constant but for rounding are constant.
 */
export function writeGram(
  sums: MergedSums,
  p: number,
  target: number,
  pivots: Float64Array,
  scale: number,
  out: GramSums,
): void {
  const { high, low, products, squares, level, weight } = sums;
  const size = p + 1;
  out.weight = weight * scale;
  out.squares = squares[target] * scale;
  for (let a = 0; a < size; ++a) {
    const j = a < p ? a : p + target;
    const row = triangle(j);
    for (let k = 0; k < Math.min(a + 1, p); ++k) {
      out.products[a * size + k] = products[row + k] * scale;
      out.products[k * size + a] = out.products[a * size + k];
    }
    if (a === p) out.products[p * size + p] = products[row + j] * scale;
    out.means[a] = high[j] - pivots[a] + low[j];
  }
  for (let j = 0; j < p; ++j) {
    const sd = Math.sqrt(products[triangle(j) + j] / weight);
    if (level[j] === 0 && !(sd <= LEVEL * Math.abs(high[j]))) continue;
    for (let k = 0; k < size; ++k) {
      out.products[j * size + k] = 0;
      out.products[k * size + j] = 0;
    }
  }
}
