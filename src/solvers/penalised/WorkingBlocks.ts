import { byFour, type Heap, int32, raw64, take } from "../../kernels/arena.js";
import type { Penalty } from "../../penalties/Penalty.js";
import { NEWTON_BLOCK } from "../designs/Design.js";
import type { DataProblem, SmoothProblem } from "../problems/Problem.js";

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
  readonly #problem: GramableProblem;
  readonly #all: Int32Array;
  /** How many have their place in the Gram. */
  #known = 0;

  static capacity(p: number): number {
    return Math.min(p, LARGEST);
  }

  static layout(p: number) {
    const capacity = WorkingBlocks.capacity(p);
    return [int32(p), int32(capacity), raw64(capacity * byFour(capacity)), raw64(capacity)] as const;
  }

  constructor(arena: Heap, problem: GramableProblem) {
    const { p } = problem;
    this.#problem = problem;
    this.capacity = WorkingBlocks.capacity(p);
    this.stride = byFour(this.capacity);
    [this.columns, this.#all, this.G, this.q] = take(arena, WorkingBlocks.layout(p));
    this.isWorking = new Uint8Array(p);
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

  /** Leaves out all other blocks, with their part of the Gram. */
  keep(isKept: (block: number) => boolean): void {
    const { blocks, places, columns, curvatures, isWorking, G, stride, count } = this;
    const from: number[] = [];
    const starts: number[] = [];
    let [kept, known, bounded] = [0, 0, 0];
    for (let k = 0; k < blocks.length; ++k) {
      const stays = isKept(blocks[k]);
      if (stays) starts.push(from.length);
      for (let i = places[k]; i < (places[k + 1] ?? count); ++i) {
        if (!stays) isWorking[columns[i]] = 0;
        else from.push(i);
      }
      if (!stays) continue;
      if (k < curvatures.length) curvatures[bounded++] = curvatures[k];
      blocks[kept++] = blocks[k];
    }
    blocks.length = kept;
    places.splice(0, places.length, ...starts);
    curvatures.length = bounded;
    for (let i = 0; i < from.length; ++i) {
      columns[i] = columns[from[i]];
      if (from[i] < this.#known) known = i + 1;
    }
    for (let i = 0; i < known; ++i) for (let k = 0; k < known; ++k) G[i * stride + k] = G[from[i] * stride + from[k]];
    this.#known = known;
    this.count = from.length;
  }

  /** Forgets the Gram, because curvatures have changed. */
  forget(): void {
    this.#known = 0;
    this.curvatures.length = 0;
    this.scale = 1;
  }

  /** Completes the Gram, and takes the problem's gradient. */
  load({ kind }: Penalty): void {
    const { count, columns, G, stride, q } = this;
    const { z } = this.#problem;
    for (let known = this.#known; known < count; ) {
      const to = Math.min(known + NEWTON_BLOCK, count);
      this.#problem.crossGram(
        to - known,
        columns.subarray(known, to),
        this.#all.subarray(known),
        to,
        columns,
        G,
        stride,
      );
      for (let i = 0; i < known; ++i) for (let k = known; k < to; ++k) G[i * stride + k] = G[k * stride + i];
      known = to;
    }
    this.#known = count;
    for (let i = 0; i < count; ++i) q[i] = z[columns[i]];
    for (let k = this.curvatures.length; kind === "blocks" && k < this.blocks.length; ++k) {
      const from = this.places[k];
      const to = this.places[k + 1] ?? count;
      let largest = 0;
      for (let i = from; i < to; ++i) {
        let sum = 0;
        for (let c = from; c < to; ++c) sum += Math.abs(G[i * stride + c]);
        largest = Math.max(largest, sum);
      }
      this.curvatures.push(largest);
    }
  }

  /** q ← q − scale·G·d, where coordinate i moves by d. */
  move(i: number, d: number): void {
    this.#problem.kernels.float64.axpy(this.count, -this.scale * d, this.G, i * this.stride, this.q, 0);
  }
}
