import { type Heap, raw32, raw64, take } from "../../kernels/arena.js";
import type { Kernels } from "../../kernels/contract.js";

/** Rows that are appended together; room for as many as fill the last group is left behind the factor. */
export const GROUP = 4;

/**
 * A Cholesky factor that follows a symmetric matrix A as rows are appended and taken out, in single precision: half the memory
 * traffic, twice as many numbers to a vector. It is that of A scaled to a diagonal of ones, so that the range of floats is no limit.
 */
export class SingleFactor {
  readonly #kernels: Kernels;
  readonly #capacity: number;
  readonly #group: number;
  /** L, its rows `capacity` apart. */
  readonly #L: Float32Array;
  /** 1/√A_kk */
  readonly #scales: Float64Array;
  readonly #vector: Float32Array;
  readonly #work: Float32Array;

  static layout(capacity: number) {
    return [raw32((capacity + GROUP) * capacity), raw64(capacity), raw32(capacity), raw32(2 * capacity)] as const;
  }

  /** @param group - How many rows are appended at a time: those of a group wait for each other's columns. */
  constructor(arena: Heap, capacity: number, group = capacity) {
    this.#kernels = arena.kernels;
    this.#capacity = capacity;
    this.#group = group;
    [this.#L, this.#scales, this.#vector, this.#work] = take(arena, SingleFactor.layout(capacity));
  }

  /**
   * Sets row n of A, of which `row` has the elements at `places` and the last one is `diagonal`, before {@link extend} makes it one
   * of L.
   */
  set(n: number, row: Float64Array, rowOffset: number, places: Int32Array, diagonal: number): void {
    const L = this.#L;
    const scales = this.#scales;
    const scale = 1 / Math.sqrt(diagonal);
    const at = n * this.#capacity;
    for (let k = 0; k < n; ++k) L[at + k] = row[rowOffset + places[k]] * scale * scales[k];
    L[at + n] = 1;
    scales[n] = scale;
  }

  /** Makes the rows n to n + m those of L. Returns the least of their pivots over A_kk. */
  extend(n: number, m: number): number {
    let least = 1;
    for (let r = 0; r < m; r += this.#group) {
      const pivot = this.#kernels.choleskyExtend(n + r, Math.min(this.#group, m - r), this.#L, 0, this.#capacity);
      if (!(pivot >= least)) least = pivot;
    }
    return least;
  }

  /** Takes row and column k out of the n × n matrix. */
  drop(n: number, k: number): void {
    this.#kernels.choleskyDropSingle(n, k, this.#L, 0, this.#capacity, this.#work, 0);
    this.#scales.copyWithin(k, k + 1, n);
  }

  /** What is left of A_kk by the rows before. */
  pivot(k: number): number {
    const root = this.#L[k * (this.#capacity + 1)] / this.#scales[k];
    return root * root;
  }

  /** A·x = b, about. */
  solve(n: number, b: Float64Array, x: Float64Array): void {
    const kernels = this.#kernels;
    const scales = this.#scales;
    const vector = this.#vector;
    let largest = 0;
    for (let k = 0; k < n; ++k) largest = Math.max(largest, Math.abs(b[k] * scales[k]));
    const size = largest > 0 ? largest : 1;
    for (let k = 0; k < n; ++k) vector[k] = (b[k] * scales[k]) / size;
    kernels.choleskySolveSingle(n, this.#L, 0, this.#capacity, vector, 0);
    for (let k = 0; k < n; ++k) x[k] = vector[k] * size * scales[k];
  }
}
