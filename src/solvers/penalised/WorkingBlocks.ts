import { byFour, type Heap, int32, raw64, take } from "../../kernels/arena.js";
import type { Penalty } from "../../penalties/Penalty.js";
import type { DataProblem } from "../problems/DataProblem.js";
import type { DenseProblem } from "../problems/DenseProblem.js";
import { completeGram } from "../problems/Problem.js";
import type { SmoothProblem } from "../problems/smooth/SmoothProblem.js";

/** Working sets of more coordinates have no Gram. */
const LARGEST = 2048;

/** A problem whose columns can be multiplied with each other. */
export type GramableProblem = DataProblem | SmoothProblem;

/**
 * A working set of coordinates, whole blocks one after the other, and the quadratic model of the loss on it:
 *
 * ```text
 * −q·d + d'·(scale·G)·d/2,   q being the gradient at b
 * ```
 *
 * Of a dense X whose loss is that model, q comes from the residual until epochs on that have cost about as much as what is missing of G.
 */
export class WorkingBlocks {
  readonly capacity: number;
  readonly columns: Int32Array;
  readonly isWorking: Uint8Array;
  count = 0;
  /** The blocks, where coordinates come and go by them, and the place of each one's first. */
  readonly blocks: number[] = [];
  readonly places: number[] = [];
  readonly stride: number;
  readonly G: Float64Array;
  readonly q: Float64Array;
  /** At least the largest eigenvalue of each block of G. */
  readonly curvatures: number[] = [];
  scale = 1;
  /** ‖r‖², or the loss, as of the latest update. */
  fit = 0;
  /** Whether q is only known where it has been looked up, and the residual is moved instead. */
  isDirect = false;
  /** How far the coordinates of a block move. */
  readonly steps: Float64Array;
  /** Room for what a penalty is asked about each coordinate. */
  readonly u: Float64Array;
  readonly #problem: GramableProblem;
  readonly #dense: DenseProblem | undefined;
  readonly #all: Int32Array;
  readonly #list: Int32Array;
  /** How many have their place in the Gram. */
  #known = 0;
  /** Epochs on the residual since it was complete. */
  #epochs = 0;

  static capacity(p: number): number {
    return Math.min(p, LARGEST);
  }

  static layout(p: number) {
    const capacity = WorkingBlocks.capacity(p);
    const lists = [int32(p), int32(p), int32(capacity)] as const;
    return [...lists, raw64(capacity * byFour(capacity)), raw64(capacity), raw64(p)] as const;
  }

  constructor(arena: Heap, problem: GramableProblem, isGaussian: boolean) {
    const { p } = problem;
    this.#problem = problem;
    this.#dense = isGaussian && "X" in problem ? (problem as DenseProblem) : undefined;
    this.capacity = WorkingBlocks.capacity(p);
    this.stride = byFour(this.capacity);
    [this.columns, this.#list, this.#all, this.G, this.q, this.steps] = take(arena, WorkingBlocks.layout(p));
    this.isWorking = new Uint8Array(p);
    this.u = new Float64Array(p);
    this.#all.forEach((_, i, all) => {
      all[i] = i;
    });
  }

  /** Adds coordinates: those of a block if there is one. */
  add(members: Int32Array, block?: number): void {
    if (block !== undefined) {
      this.blocks.push(block);
      this.places.push(this.count);
    }
    for (const j of members) {
      this.isWorking[j] = 1;
      this.columns[this.count++] = j;
    }
  }

  /** Empties it. */
  clear(): void {
    for (let i = 0; i < this.count; ++i) this.isWorking[this.columns[i]] = 0;
    this.count = 0;
    this.blocks.length = 0;
    this.places.length = 0;
    this.forget();
  }

  /** Forgets the Gram, because curvatures have changed. */
  forget(): void {
    this.#known = 0;
    this.curvatures.length = 0;
    this.scale = 1;
  }

  /** Brings the residual to b, and z of the working set; returns the `fit`. */
  update(): number {
    this.fit = this.#problem.residual(this.count, this.columns);
    this.#problem.gradient(this.count, this.columns);
    return this.fit;
  }

  /** Takes the problem's gradient, which is that at b as the residual is, and completes the Gram where that pays. */
  load({ kind }: Penalty): void {
    const { count, columns, q, G, stride, blocks, places, curvatures } = this;
    const { z } = this.#problem;
    for (let i = 0; i < count; ++i) q[i] = z[columns[i]];
    this.isDirect = kind === "blocks" && this.#dense !== undefined && !this.#isPaid();
    if (!this.isDirect) this.#complete();
    for (let k = curvatures.length; kind === "blocks" && k < blocks.length; ++k) {
      const first = places[k];
      const size = (places[k + 1] ?? count) - first;
      // A block's own Gram, which is a part of the whole one or stands where that will be.
      const list = columns.subarray(first, first + size);
      if (this.isDirect) this.#problem.crossGram(size, list, this.#all.subarray(first), size, list, G, stride);
      let largest = 0;
      for (let i = 0; i < size; ++i) {
        const from = (first + i) * stride + (this.isDirect ? 0 : first);
        let sum = 0;
        for (let c = from; c < from + size; ++c) sum += Math.abs(G[c]);
        largest = Math.max(largest, sum);
      }
      curvatures.push(largest);
    }
  }

  /** An epoch on the residual is done. */
  pass(): void {
    this.#epochs += 1;
    if (!this.#isPaid()) return;
    this.look(0, this.count);
    this.isDirect = false;
    this.#complete();
  }

  /** Whether the Gram is there, or epochs on the residual have cost as much as what is missing. */
  #isPaid(): boolean {
    const missing = this.count - this.#known;
    return this.#epochs * this.count >= missing * (this.count - 0.5 * missing);
  }

  #complete(): void {
    this.#known = completeGram(this.#problem, this.#known, this.count, this.columns, this.#all, this.G, this.stride);
    this.#epochs = 0;
  }

  /** What q is, or comes from: q − scale·G·d or r − X·d where b moves by d. */
  get state(): Float64Array {
    return this.isDirect ? (this.#dense as DenseProblem).r : this.q.subarray(0, this.count);
  }

  /** Looks up q of a block, `size` coordinates from place i on. */
  look(i: number, size: number): void {
    if (!this.isDirect) return;
    const { n, X, r, kernels } = this.#dense as DenseProblem;
    kernels.listTransposedProduct(n, size, this.columns, i, X, 0, r, 0, this.q, i);
  }

  /** Takes in that those of a block have moved by `steps`. */
  move(i: number, size: number, list = this.isDirect ? this.columns : this.#all): void {
    const { count, G, stride, q, steps } = this;
    const { n, X, r } = this.#dense ?? ({} as DenseProblem);
    const { listProduct } = this.#problem.kernels;
    if (this.isDirect) listProduct(n, size, list, i, X, 0, n, -1, steps, 0, r, 0);
    else listProduct(count, size, list, i, G, 0, stride, -this.scale, steps, 0, q, 0);
  }

  /** Takes in that any coordinates have moved, the one in place i by d(i). */
  moveBy(d: (i: number) => number): void {
    let moves = 0;
    for (let i = 0; i < this.count; ++i) {
      this.steps[moves] = d(i);
      if (this.steps[moves] !== 0) this.#list[moves++] = this.isDirect ? this.columns[i] : i;
    }
    this.move(0, moves, this.#list);
  }

  /** `height`, and by how much the model has changed from where its state was `before` and b was `start`. */
  rise(height: number, before: Float64Array, start: Float64Array): number {
    const { state, columns, isDirect } = this;
    const { b } = this.#problem;
    return state.reduce((sum, value, i) => {
      const d = isDirect ? before[i] - value : b[columns[i]] - start[columns[i]];
      return sum - 0.5 * (before[i] + value) * d;
    }, height);
  }
}
