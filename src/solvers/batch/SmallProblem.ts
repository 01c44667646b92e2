import { byFour, type Field, float64, type Heap, int32, type Layout, take } from "../../kernels/arena.js";
import type { Kernels } from "../../kernels/contract.js";
import { isLeftOver, NEGLIGIBLE } from "../designs/magnitudes.js";

const FREE = Number.POSITIVE_INFINITY;

/**
 * One elastic net after the other, each of few columns and given by G = XᵀX, c = Xᵀy and ‖y‖², without bounds and unpenalised
 * columns, on the original scale of the columns, rows and y scaled by √(s_i/W):
 *
 * ```text
 * F = ‖y‖²/2 − c·b + b·G·b/2 + Σ_j l1_j·|b_j| + l2_j/2·b_j²
 * ```
 *
 * Nothing is allocated for any of them. Operands are offsets into one memory, as the kernels take them quickest.
 */
export class SmallProblem {
  readonly kernels: Kernels;
  /** The whole memory, in which everything below is an offset; and the same for the lists of columns. */
  readonly memory: Float64Array;
  readonly integers: Int32Array;
  /** p rows, `ld` apart; a multiple of 4, what is beyond p being 0. */
  readonly G: number;
  /** `ld` values. */
  c: number;
  readonly b: number;
  /** c − G·b, as of the latest gradient. */
  readonly z: number;
  /** Weighted variances of the columns. */
  readonly variances: number;
  /** ‖x_j‖ */
  readonly norms: number;
  /** d_j */
  readonly #scales: number;
  readonly l1: number;
  readonly l2: number;
  /** 1/(G_jj + l2_j) */
  readonly inverses: number;
  /** The columns that can have a coefficient. */
  readonly eligible: number;
  eligibleCount = 0;
  /** max_j ‖x_j‖/l1_j */
  steepness = 0;
  /** Strength of the L2 part; NaN if there is none yet. */
  strength2 = Number.NaN;
  l1Ratio = 1;
  #penaltyFactor: Float64Array | undefined;

  p = 0;
  ld = 0;
  /** ‖y‖² */
  squares = 0;
  /** Bound on the relative rounding error of an entry of G or c, against ‖x_j‖·‖x_k‖. */
  rounding = 0;

  static layout(p: number): Layout {
    return [arraysOf(p), listOf(p)];
  }

  constructor(heap: Heap, p: number) {
    this.kernels = heap.kernels;
    this.memory = heap.kernels.memory?.float64 ?? new Float64Array(heap.buffer);
    this.integers = new Int32Array(heap.buffer);
    [this.G, this.c, this.b, this.z, this.variances, this.norms, this.#scales, this.l1, this.l2, this.inverses] =
      placesOf(heap, arraysOf(p));
    this.eligible = listAt(heap, p);
  }

  /**
   * Takes note of a new G and new variances: scales, norms, and the columns that can have a coefficient. Returns whether the
   * columns are of a size for which squares keep their digits.
   */
  measure(standardize: boolean, constantIsOrdinary: boolean, penaltyFactor: Float64Array | undefined): boolean {
    const { memory, p, ld, G } = this;
    let count = 0;
    this.strength2 = Number.NaN;
    this.#penaltyFactor = penaltyFactor;
    for (let j = 0; j < p; ++j) {
      const square = memory[G + j * ld + j];
      const variance = memory[this.variances + j];
      if (!keepsDigits(square) || !keepsDigits(variance)) return false;
      memory[this.norms + j] = Math.sqrt(square);
      memory[this.#scales + j] = standardize ? Math.sqrt(variance) : 1;
      if (square === 0 || (variance === 0 && !constantIsOrdinary) || penaltyFactor?.[j] === FREE) {
        // A threshold of ∞ keeps the coefficient at 0.
        memory[this.l1 + j] = FREE;
        memory[this.l2 + j] = 0;
        memory[this.inverses + j] = 0;
      } else this.integers[this.eligible + count++] = j;
    }
    this.eligibleCount = count;
    return true;
  }

  /** The largest |c_j|/(d_j·f_j): the strength of an L1 part that leaves no coefficient. */
  get steepest(): number {
    const { memory, c } = this;
    let largest = 0;
    for (let k = 0; k < this.eligibleCount; ++k) {
      const j = this.integers[this.eligible + k];
      const limit = Math.abs(memory[c + j] / memory[this.#scales + j]);
      largest = Math.max(largest, limit / (this.#penaltyFactor?.[j] ?? 1));
    }
    return largest;
  }

  /** b ← start, where there can be a coefficient. */
  start(coefficients: Float64Array | undefined): void {
    const { memory, b } = this;
    memory.fill(0, b, b + this.ld);
    if (coefficients === undefined) return;
    for (let k = 0; k < this.eligibleCount; ++k) {
      const j = this.integers[this.eligible + k];
      memory[b + j] = coefficients[j];
    }
  }

  setPenalty(lambda: number, l1Ratio: number): void {
    const { memory, integers, ld, G, norms, inverses } = this;
    const { l1: strengths, l2: ridges, eligible: first, eligibleCount: count } = this;
    const penaltyFactor = this.#penaltyFactor;
    const scales = this.#scales;
    const strength1 = lambda * l1Ratio;
    const strength2 = lambda * (1 - l1Ratio);
    const isOther = this.strength2 !== strength2;
    this.strength2 = strength2;
    this.l1Ratio = l1Ratio;
    let steepest = 0;
    for (let k = 0; k < count; ++k) {
      const j = integers[first + k];
      const scale = memory[scales + j];
      const weight = penaltyFactor === undefined ? scale : scale * penaltyFactor[j];
      const l1 = strength1 * weight;
      memory[strengths + j] = l1;
      steepest = Math.max(steepest, memory[norms + j] / l1);
      if (!isOther) continue;
      const l2 = strength2 * weight * scale;
      memory[ridges + j] = l2;
      memory[inverses + j] = 1 / (memory[G + j * ld + j] + l2);
    }
    this.steepness = steepest;
  }

  /** Recomputes z at b. */
  gradient(): void {
    const { kernels, memory, p, ld, G, c, b } = this;
    kernels.gramGradient(p, ld, memory, G, memory, c, memory, b, memory, this.z);
  }

  /** Recomputes z at b, of which what {@link isLeftOver} is taken. */
  refresh(): void {
    const { memory, p, b, l1, norms } = this;
    const least = NEGLIGIBLE * this.squares;
    for (let j = 0; j < p; ++j) {
      const w = memory[b + j];
      if (w === 0) continue;
      const moved = memory[norms + j] * w;
      if (isLeftOver(memory[l1 + j], moved * moved, least)) memory[b + j] = 0;
    }
    this.gradient();
  }
}

/** Whether a sum of squares, and products of a few like it, neither overflow nor lose digits. */
export function keepsDigits(square: number): boolean {
  return square === 0 || (square > 1e-100 && square < 1e100);
}

function arraysOf(p: number) {
  const ld = byFour(p);
  const [matrix, vector] = [float64(ld * ld), float64(ld)];
  return [matrix, ...new Array<typeof vector>(9).fill(vector)];
}

/** A list of up to p columns. */
export const listOf = (p: number) => [int32(byFour(p))] as const;

/** The element at which a new list lies. */
export const listAt = (heap: Heap, p: number): number => take(heap, listOf(p))[0].byteOffset >>> 2;

/** The elements at which new values of the heap lie. */
export function placesOf(heap: Heap, layout: readonly Field<"float64">[]): number[] {
  // A shift, not a division: a number that the engine knows to be an integer keeps the kernels' index arithmetic quick.
  return take(heap, layout).map(({ byteOffset }) => byteOffset >>> 3);
}
