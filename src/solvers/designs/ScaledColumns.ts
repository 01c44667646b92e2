import { type Heap, int32, raw64, take } from "../../kernels/arena.js";
import type { KroneckerDesign } from "./KroneckerDesign.js";

/** Columns u·q_k·x_j of coordinates, of which each is made once, when it is asked for. */
export class ScaledColumns {
  readonly capacity: number;
  readonly #arena: Heap;
  readonly #design: KroneckerDesign;
  readonly #X: Float64Array;
  readonly #u: Float64Array;
  readonly #q: Float64Array;
  #count = 0;
  readonly #place: Int32Array;
  readonly #columns: Float64Array;
  readonly #rowList: Int32Array;
  readonly #list: Int32Array;

  static layout(n: number, size: number, capacity: number) {
    return [raw64(n * capacity), int32(size), int32(size)] as const;
  }

  /**
   * @param X - The columns of the design, one after the other.
   * @param u - A number for each row.
   * @param q - One for each row of each class.
   */
  constructor(
    arena: Heap,
    design: KroneckerDesign,
    X: Float64Array,
    u: Float64Array,
    q: Float64Array,
    capacity: number,
  ) {
    this.#arena = arena;
    this.#design = design;
    this.#X = X;
    this.#u = u;
    this.#q = q;
    this.capacity = capacity;
    this.#place = new Int32Array(design.size).fill(-1);
    const arrays = take(arena, ScaledColumns.layout(design.n, design.size, capacity));
    [this.#columns, this.#rowList, this.#list] = arrays;
  }

  /** After q has changed. */
  reset(): void {
    this.#count = 0;
    this.#place.fill(-1);
  }

  #placeOf(c: number): number {
    if (this.#place[c] >= 0) return this.#place[c];
    const design = this.#design;
    const { n } = design;
    const [X, u, out] = [this.#X, this.#u, this.#columns];
    const place = this.#count++;
    const q = design.of(this.#q, design.classOf(c));
    const from = design.columnOf(c) * n;
    for (let i = 0, to = place * n; i < n; ++i, ++to) out[to] = u[i] * q[i] * X[from + i];
    this.#place[c] = place;
    return place;
  }

  /** G[places[a], c] ← −y_j·y_c for j = rows[a] and the listed c, y being these columns; the rows of G lie `stride` apart. */
  negativeGram(
    rowCount: number,
    rows: Int32Array,
    places: Int32Array,
    count: number,
    list: Int32Array,
    G: Float64Array,
    stride: number,
  ): void {
    const [own, others] = [this.#rowList, this.#list];
    for (let a = 0; a < count; ++a) others[a] = this.#placeOf(list[a]);
    for (let a = 0; a < rowCount; ++a) own[a] = this.#placeOf(rows[a]);
    const { kernels } = this.#arena;
    kernels.crossGram(this.#design.n, this.#columns, 0, rowCount, own, 0, places, 0, count, others, 0, G, 0, stride);
    for (let a = 0; a < rowCount; ++a) {
      const row = places[a] * stride;
      for (let c = 0; c < count; ++c) G[row + c] = -G[row + c];
    }
  }
}
