import { float64, int32, raw64, take } from "../../kernels/arena.js";
import { assess, type Certificate, settle } from "../problems/certificate.js";
import type { SparseCoordinates, SparseProblem } from "../problems/SparseProblem.js";
import { Workspace } from "./Workspace.js";

/** The most values that are copied: 12 MB with their rows. */
const MOST = 1 << 20;
/** Columns of as many blocks or more are not told apart. */
const CLASSES = 32;
/** Once so many times as many columns as were sorted are there, all are sorted anew. */
const GROWTH = 2;

/**
 * Copies of the columns of a working set, and of all that belongs to them, one after the other: they stay in the caches while
 * epochs, gradients and certificates go over them again and again. Columns of as many values lie together, so that processors foresee where their
 * loops end.
 */
export class PackedColumns extends Workspace implements SparseCoordinates {
  override readonly isCheap = true;
  readonly #problem: SparseProblem;
  readonly values: Float64Array;
  readonly rowIndices: Int32Array;
  readonly columnPointers: Int32Array;
  /** 0, 1, 2 … */
  readonly all: Int32Array;
  readonly b: Float64Array;
  readonly z: Float64Array;
  /** Anything, of which each column keeps its own; 0 at first. */
  readonly previous: Float64Array;
  readonly l1: Float64Array;
  readonly l2: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly curvatures: Float64Array;
  readonly implicitMeans: Float64Array;
  /** 1, until a column has another. */
  readonly scales: Float64Array;
  readonly #isScaled: boolean;
  readonly #isCentred: boolean;
  readonly #isBounded: boolean;
  /** The columns that are here. */
  readonly #columns: Int32Array;
  readonly #before: Int32Array;
  /** What columns that are not here have kept. */
  readonly #kept: Float64Array;
  #count = 0;
  #sorted = 0;
  /** Whether b is here, rather than in the problem. */
  #isCurrent = false;
  /** Where columns have moved to other places, their number goes up. */
  moves = 0;

  /** For p columns of `entries` stored values. */
  static layout(p: number, entries: number) {
    const room = Math.min(entries, MOST);
    const stored = [raw64(room), int32(room), int32(p + 1), int32(p), int32(p), int32(p)] as const;
    const [raw, vector] = [raw64(p), float64(p)];
    return [...stored, raw, raw, raw, raw, raw, raw, raw, raw, raw, vector, vector] as const;
  }

  constructor(problem: SparseProblem) {
    super(problem);
    const { arena, p, scales, eligible, columns } = problem;
    this.#problem = problem;
    [
      this.values,
      this.rowIndices,
      this.columnPointers,
      this.#columns,
      this.#before,
      this.all,
      this.b,
      this.z,
      this.l1,
      this.l2,
      this.lower,
      this.upper,
      this.curvatures,
      this.implicitMeans,
      this.scales,
      this.previous,
      this.#kept,
    ] = take(arena, PackedColumns.layout(p, columns.values.length));
    for (let k = 0; k < p; ++k) this.all[k] = k;
    this.scales.fill(1);
    this.#isScaled = eligible.some((j) => scales[j] !== 1);
    this.#isCentred = eligible.some((j) => columns.implicitMeans[j] !== 0);
    this.#isBounded = eligible.some(
      (j) => problem.lower[j] > Number.NEGATIVE_INFINITY || problem.upper[j] < Number.POSITIVE_INFINITY,
    );
  }

  reset(): void {
    this.#count = 0;
    this.#sorted = 0;
    this.#isCurrent = false;
    this.moves += 1;
  }

  override load(): void {
    this.#isCurrent = false;
  }

  #fetch(count: number): void {
    const { b } = this.#problem;
    for (let k = 0; k < count; ++k) this.b[k] = b[this.#columns[k]];
    this.#isCurrent = true;
  }

  /** Takes the listed columns, of which the first ones are here already; false if there is no room. May bring them into another order. */
  take(count: number, columns: Int32Array): boolean {
    if (count > GROWTH * this.#sorted) {
      const { b } = this.#problem;
      const kept = this.#kept;
      for (let k = 0; k < this.#count; ++k) {
        kept[this.#columns[k]] = this.previous[k];
        if (this.#isCurrent) b[this.#columns[k]] = this.b[k];
      }
      this.#sort(count, columns);
      this.reset();
      this.#sorted = count;
    }
    for (; this.#count < count; ++this.#count) if (!this.#append(columns[this.#count])) return false;
    if (!this.#isCurrent) this.#fetch(count);
    return true;
  }

  /** The penalty has changed. */
  setPenalty(): void {
    const { l1, l2, hasFactors } = this.#problem;
    if (!hasFactors) {
      this.l1.fill(l1[0], 0, this.#count);
      this.l2.fill(l2[0], 0, this.#count);
      return;
    }
    for (let k = 0; k < this.#count; ++k) {
      const j = this.#columns[k];
      this.l1[k] = l1[j];
      this.l2[k] = l2[j];
    }
  }

  override store(): void {
    if (!this.#isCurrent) return;
    const { b } = this.#problem;
    for (let k = 0; k < this.#count; ++k) b[this.#columns[k]] = this.b[k];
  }

  override keep(count: number, _: Int32Array, out: Float64Array): void {
    out.set(this.b.subarray(0, count));
  }

  override residual(count: number): number {
    settle(this.#problem, count, this.all, this);
    return this.#problem.residualOf(this, count, this.all);
  }

  override screen(count: number): void {
    const { kernels, r } = this.#problem;
    const X = [this.values, 0, this.rowIndices, 0, this.columnPointers, 0] as const;
    kernels.sparseListTransposedProduct(count, this.all, 0, ...X, r, 0, this.z, 0);
  }

  /** The z of the others are the problem's. */
  override certificate(squares: number, count: number, others: number, columns: Int32Array): Certificate {
    const { z } = this.#problem;
    for (let k = 0; k < others; ++k) {
      const j = columns[count + k];
      this.#put(count + k, j);
      this.b[count + k] = 0;
      this.z[count + k] = z[j];
    }
    return assess(this.#problem, squares, count + others, this.all, false, this);
  }

  #append(j: number): boolean {
    const { values, rowIndices, columnPointers } = this.#problem.columns;
    const k = this.#count;
    const start = columnPointers[j];
    const end = columnPointers[j + 1];
    let at = this.columnPointers[k];
    if (at + end - start > this.values.length) return false;
    for (let from = start; from < end; ++from, ++at) {
      this.values[at] = values[from];
      this.rowIndices[at] = rowIndices[from];
    }
    this.columnPointers[k + 1] = at;
    this.#columns[k] = j;
    this.#put(k, j);
    this.b[k] = this.#problem.b[j];
    this.previous[k] = this.#kept[j];
    this.#kept[j] = 0;
    return true;
  }

  /** Each array that is read costs a miss of the caches. */
  #put(k: number, j: number): void {
    const { l1, l2, lower, upper, curvatures, scales, columns, hasFactors } = this.#problem;
    this.l1[k] = l1[hasFactors ? j : 0];
    this.l2[k] = l2[hasFactors ? j : 0];
    this.lower[k] = this.#isBounded ? lower[j] : Number.NEGATIVE_INFINITY;
    this.upper[k] = this.#isBounded ? upper[j] : Number.POSITIVE_INFINITY;
    this.curvatures[k] = curvatures[j];
    if (this.#isScaled) this.scales[k] = scales[j];
    this.implicitMeans[k] = this.#isCentred ? columns.implicitMeans[j] : 0;
  }

  /** Sorts columns by how many blocks of values they have, otherwise in the order in which they come. */
  #sort(count: number, columns: Int32Array): void {
    const { columnPointers } = this.#problem.columns;
    const classOf = (j: number): number => Math.min((columnPointers[j + 1] - columnPointers[j]) >> 2, CLASSES - 1);
    const places = new Int32Array(CLASSES + 1);
    for (let k = 0; k < count; ++k) places[classOf(columns[k]) + 1] += 1;
    for (let c = 0; c < CLASSES; ++c) places[c + 1] += places[c];
    const before = this.#before;
    before.set(columns.subarray(0, count));
    for (let k = 0; k < count; ++k) columns[places[classOf(before[k])]++] = before[k];
  }
}
