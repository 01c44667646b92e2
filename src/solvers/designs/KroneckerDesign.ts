import { type Heap, int32, raw64, take } from "../../kernels/arena.js";
import { type Design, NEWTON_BLOCK, newtonCapacity } from "./Design.js";
import type { ColumnTraits, FitSettings } from "./rows.js";
import type { SparseColumns } from "./sparse/sparseColumns.js";

/**
 * X ⊗ I_K: the columns of a design once for each of K classes, whose rows lie one class after the other. Column j of class k is coordinate
 * k·p + j, its intercept K·p + k.
 */
export class KroneckerDesign {
  readonly n: number;
  readonly K: number;
  /** Columns without the intercept's. */
  readonly p: number;
  readonly size: number;
  readonly traits: ColumnTraits;
  readonly #design: Design;
  /** Coordinates by class: those of class k from starts[k] on, their places in the list, and their columns. */
  readonly #starts: Int32Array;
  readonly #places: Int32Array;
  readonly #listed: Int32Array;
  readonly #packed: Float64Array;
  readonly #ordinals: Int32Array;
  readonly #block: Float64Array;

  static layout(n: number, own: number, K: number) {
    const size = K * own;
    const traits = [raw64(size), raw64(size), raw64(size), raw64(size)] as const;
    const lists = [int32(size), int32(size), raw64(own), int32(NEWTON_BLOCK)] as const;
    return [...traits, ...lists, raw64(NEWTON_BLOCK * newtonCapacity(K * n, size))] as const;
  }

  constructor(arena: Heap, design: Design, K: number) {
    const { rows, size, traits } = design;
    this.#design = design;
    this.n = rows.n;
    this.K = K;
    this.p = design.hasIntercept ? size - 1 : size;
    this.size = K * size;
    const arrays = take(arena, KroneckerDesign.layout(rows.n, size, K));
    const [pivots, means, scales, curvatures, places, listed, packed, ordinals, block] = arrays;
    const spread = (values: Float64Array, out: Float64Array): Float64Array => {
      for (let c = 0; c < this.size; ++c) out[c] = values[this.columnOf(c)];
      return out;
    };
    this.traits = {
      pivots: spread(traits.pivots, pivots),
      means: spread(traits.means, means),
      scales: spread(traits.scales, scales),
      curvatures: spread(traits.curvatures, curvatures),
      isConstant: (c) => traits.isConstant(this.columnOf(c)),
      moments: traits.moments,
    };
    this.#starts = new Int32Array(K + 1);
    this.#places = places;
    this.#listed = listed;
    this.#packed = packed;
    this.#ordinals = ordinals;
    this.#block = block;
    for (let a = 0; a < NEWTON_BLOCK; ++a) this.#ordinals[a] = a;
  }

  /** Settings of the columns, for each class. */
  spread(settings: FitSettings): FitSettings {
    const { p } = this;
    const spread = (values: Float64Array, ofIntercept: number): Float64Array =>
      Float64Array.from({ length: this.size }, (_, c) => (c < this.K * p ? values[c % p] : ofIntercept));
    const { penaltyFactor = new Float64Array(p).fill(1), lowerBounds, upperBounds } = settings;
    return {
      ...settings,
      penaltyFactor: spread(penaltyFactor, 0),
      lowerBounds: lowerBounds && spread(lowerBounds, Number.NEGATIVE_INFINITY),
      upperBounds: upperBounds && spread(upperBounds, Number.POSITIVE_INFINITY),
    };
  }

  /** {@link Design.stored} of X. */
  get stored(): SparseColumns | undefined {
    return this.#design.stored;
  }

  classOf(c: number): number {
    const end = this.K * this.p;
    return c < end ? Math.floor(c / this.p) : c - end;
  }

  columnOf(c: number): number {
    return c < this.K * this.p ? c % this.p : this.p;
  }

  /** The listed coordinates of each class. */
  byClass(count: number, list: Int32Array): Int32Array[] {
    this.#sort(count, list);
    const starts = this.#starts;
    return Array.from({ length: this.K }, (_, k) =>
      this.#places.slice(starts[k], starts[k + 1]).map((place) => list[place]),
    );
  }

  /** The rows of class k. */
  of(values: Float64Array, k: number): Float64Array {
    return values.subarray(k * this.n, (k + 1) * this.n);
  }

  #sort(count: number, list: Int32Array): void {
    const starts = this.#starts.fill(0);
    for (let a = 0; a < count; ++a) starts[this.classOf(list[a]) + 1] += 1;
    for (let k = 0; k < this.K; ++k) starts[k + 1] += starts[k];
    const next = starts.slice();
    for (let a = 0; a < count; ++a) {
      const at = next[this.classOf(list[a])]++;
      this.#places[at] = a;
      this.#listed[at] = this.columnOf(list[a]);
    }
  }

  /** Visits the classes of the listed coordinates, and where those of each are once they are sorted. */
  #eachClass(count: number, list: Int32Array, visit: (k: number, start: number, end: number) => void): void {
    this.#sort(count, list);
    for (let k = 0; k < this.K; ++k) {
      const [start, end] = [this.#starts[k], this.#starts[k + 1]];
      if (start < end) visit(k, start, end);
    }
  }

  /** out_c = x_c·r for the listed coordinates. */
  products(count: number, list: Int32Array, r: Float64Array, out: Float64Array): void {
    const [places, listed, packed] = [this.#places, this.#listed, this.#packed];
    this.#eachClass(count, list, (k, start, end) => {
      this.#design.products(end - start, listed.subarray(start, end), this.of(r, k), packed);
      for (let at = start; at < end; ++at) out[list[places[at]]] = packed[listed[at]];
    });
  }

  /** out ← out + Σ d_c·x_c for the listed coordinates. */
  addProduct(count: number, list: Int32Array, d: Float64Array, out: Float64Array): void {
    const [places, listed, packed] = [this.#places, this.#listed, this.#packed];
    this.#eachClass(count, list, (k, start, end) => {
      for (let at = start; at < end; ++at) packed[listed[at]] = d[list[places[at]]];
      this.#design.addProduct(end - start, listed.subarray(start, end), packed, this.of(out, k));
    });
  }

  /**
   * G[places[a], c] = x_j'·H·x_c for j = rows[a] and the listed c, at most {@link NEWTON_BLOCK} rows; those of G lie `stride` apart. H is diagonal
   * for each pair of classes.
   *
   * @param weightsOf - Its diagonal, until the next; where it is none, G stays.
   * @param adds - Whether G is added to.
   */
  weightedGram(
    weightsOf: (k: number, m: number) => Float64Array | undefined,
    rowCount: number,
    rows: Int32Array,
    rowPlaces: Int32Array | undefined,
    count: number,
    list: Int32Array,
    G: Float64Array,
    stride: number,
    adds: boolean,
  ): void {
    const ordinals = this.#ordinals;
    this.#sort(rowCount, rows);
    const rowStarts = this.#starts.slice();
    const rowListed = this.#listed.slice(0, rowCount);
    const rowOrder = this.#places.slice(0, rowCount);
    this.#sort(count, list);
    const [starts, places, listed, block] = [this.#starts, this.#places, this.#listed, this.#block];
    for (let k = 0; k < this.K; ++k) {
      const height = rowStarts[k + 1] - rowStarts[k];
      if (height === 0) continue;
      const own = rowListed.subarray(rowStarts[k], rowStarts[k + 1]);
      for (let m = 0; m < this.K; ++m) {
        const width = starts[m + 1] - starts[m];
        const h = width === 0 ? undefined : weightsOf(k, m);
        if (h === undefined) continue;
        const others = listed.subarray(starts[m], starts[m + 1]);
        this.#design.weightedGram(h, height, own, ordinals, width, others, block, width);
        for (let a = 0; a < height; ++a) {
          const r = rowOrder[rowStarts[k] + a];
          const row = (rowPlaces?.[r] ?? r) * stride;
          for (let c = 0; c < width; ++c) {
            const to = row + places[starts[m] + c];
            G[to] = block[a * width + c] + (adds ? G[to] : 0);
          }
        }
      }
    }
  }

  /** The columns of the listed coordinates, filled in, n numbers each. */
  fill(list: readonly number[]): Float64Array {
    return this.#design.fill(list.map((c) => this.columnOf(c)));
  }

  /**
   * Whether Σ d_c·x_c is the same for any two classes in the rows that have both, whatever rounding errors are.
   *
   * @param isIn - Whether a row has a class.
   * @param rounding - Differences up to this share are none.
   */
  isAlike(
    list: ArrayLike<number>,
    d: Float64Array,
    isIn: (k: number, row: number) => boolean,
    rounding: number,
  ): boolean {
    const { K, p } = this;
    const sums = new Float64Array(this.size);
    d.forEach((value, a) => {
      sums[list[a]] = value;
    });
    const columns = Array.from({ length: p }, (_, j) => j);
    const isPair = (k: number, m: number): boolean => {
      const difference = Float64Array.from(columns, (j) => {
        const [own, other] = [sums[k * p + j], sums[m * p + j]];
        return Math.abs(own - other) <= rounding * Math.abs(own) ? 0 : own - other;
      });
      return this.#design.dependence.vanishes(columns, difference, (i) => isIn(k, i) && isIn(m, i));
    };
    for (let k = 0; k < K; ++k) for (let m = 0; m < k; ++m) if (!isPair(k, m)) return false;
    return true;
  }
}
