import { gramWork, type Heap, raw64, take } from "../../../kernels/arena.js";
import { factor, solve } from "../../algebra/cholesky.js";

/** So many rows for each column leave the sample's eigenvalues within a factor of two of all rows'. */
const ROWS_PER_COLUMN = 8;
/** Or as many as take about as long as a gradient: so many for each row over the number of columns. */
const SHARE = 8;
/** They are so many runs of neighbours, each of which is read at one go. */
const RUNS = 64;
/** The squared number of columns over the number of rows, above which a sample takes longer than the gradients that it saves. */
const WIDEST = 8;

/** What a sampled Gram is for: n rows, and P columns, the intercept's among them. */
const sampleSize = (n: number, P: number): number =>
  Math.min(n, Math.max(ROWS_PER_COLUMN * P, Math.ceil((SHARE * n) / P)));

/** Whether that pays. */
export const isWorthSampling = (n: number, P: number): boolean => P * P <= WIDEST * n;

/** Divides vectors by a matrix in some of their places. */
export type Divide = (g: Float64Array) => void;

/** By diag(weights[k]·curvatures + l2), for each group of places its weight. */
export function diagonalMetric(
  { curvatures, l2 }: { curvatures: Float64Array; l2: Float64Array },
  groups: readonly Int32Array[],
  weights: readonly number[],
): Divide {
  return (g) => {
    groups.forEach((places, k) => {
      for (const c of places) g[c] /= weights[k] * curvatures[c] + l2[c];
    });
  };
}

/**
 * X'·H·X about, from some rows spread over all, for a metric: A = c·X'·H·X + diag(l2), factored for several c.
 */
export class SampledGram {
  readonly #arena: Heap;
  readonly #n: number;
  readonly #X: Float64Array;
  readonly #sampled: Int32Array;
  readonly #rows: Float64Array;
  readonly #gram: Float64Array;
  readonly #factors: Float64Array;
  readonly #work: Float64Array;
  readonly #g: Float64Array;
  #count = 0;

  static layout(n: number, P: number, factors: number) {
    const m = sampleSize(n, P);
    return [raw64(m * P), raw64(P * P), raw64(factors * P * P), gramWork(m, P), raw64(P)] as const;
  }

  /** @param X - The columns, n rows each. */
  constructor(arena: Heap, n: number, P: number, factors: number, X: Float64Array) {
    this.#arena = arena;
    this.#n = n;
    this.#X = X;
    const m = sampleSize(n, P);
    const length = Math.ceil(m / RUNS);
    this.#sampled = new Int32Array(m).map((_, k) => Math.floor(((k - (k % length)) * n) / m) + (k % length));
    [this.#rows, this.#gram, this.#factors, this.#work, this.#g] = take(arena, SampledGram.layout(n, P, factors));
  }

  /** Takes the sample of H = diag(h) in the listed columns, so that its trace is that of all rows. */
  measure(h: Float64Array, columns: Int32Array): void {
    const count = columns.length;
    const [n, X, rows, sampled] = [this.#n, this.#X, this.#rows, this.#sampled];
    const m = sampled.length;
    let all = 0;
    for (let i = 0; i < n; ++i) all += h[i];
    let own = 0;
    for (let k = 0; k < m; ++k) own += h[sampled[k]];
    const roots = new Float64Array(m);
    for (let k = 0; k < m; ++k) roots[k] = Math.sqrt((h[sampled[k]] * all) / own);
    for (let a = 0, to = 0; a < count; ++a) {
      const from = columns[a] * n;
      for (let k = 0; k < m; ++k, ++to) rows[to] = roots[k] * X[from + sampled[k]];
    }
    this.#arena.kernels.gram(m, count, rows, 0, this.#gram, 0, this.#work, 0);
    this.#count = count;
  }

  /**
   * What divides by c·X'·H·X + diag(l2) in each group of places, which are of the columns measured; undefined where one is not positive definite.
   *
   * @param scaleOf - c, asked for one group after the other, each of which may be measured anew then.
   */
  metric(l2: Float64Array, groups: readonly Int32Array[], scaleOf: (k: number) => number): Divide | undefined {
    if (!groups.every((places, k) => this.#factor(k, scaleOf(k), l2, places))) return undefined;
    return (g) => {
      groups.forEach((places, k) => {
        this.#divide(k, g, places);
      });
    };
  }

  #factorOf(k: number): Float64Array {
    const size = this.#count * this.#count;
    return this.#factors.subarray(k * size, (k + 1) * size);
  }

  #factor(k: number, scale: number, l2: Float64Array, places: Int32Array): boolean {
    const count = this.#count;
    const A = this.#factorOf(k);
    for (let at = 0; at < A.length; ++at) A[at] = scale * this.#gram[at];
    for (let a = 0; a < count; ++a) A[a * count + a] += l2[places[a]];
    return factor(this.#arena.kernels, count, A, count) === count;
  }

  #divide(k: number, g: Float64Array, places: Int32Array): void {
    const own = this.#g;
    for (let a = 0; a < places.length; ++a) own[a] = g[places[a]];
    solve(this.#arena.kernels, this.#count, this.#factorOf(k), this.#count, own);
    for (let a = 0; a < places.length; ++a) g[places[a]] = own[a];
  }
}
