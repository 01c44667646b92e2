import { byFour, type Field, float64, type Heap, int32, type Layout, take } from "../../kernels/arena.js";
import type { Kernels } from "../../kernels/contract.js";
import { loss, shrinkageGap } from "../../losses/gaussian.js";
import { feasibleScale, fenchelGap, value } from "../../penalties/elasticNet.js";
import { isLeftOver, NEGLIGIBLE } from "../designs/magnitudes.js";

/** Epochs of descent between two certificates. */
const EPOCHS = 12;
/** The same where there is a start near the minimum. */
const NEAR_EPOCHS = 2;
/** Rounds of descent, Newton's step and certificate, after which another solver had better have a look. */
const ROUNDS = 10;
/** What the coefficients that a fit starts from may be. */
export type Start = "far" | "near" | "there";

/** How much of ‖y‖² rounding may cost at the most. */
const LOST_DIGITS = 1e-10;
/** Half an ulp of 1. */
const UNIT = Number.EPSILON / 2;

const FREE = Number.POSITIVE_INFINITY;

/**
 * One elastic net after the other, each of few columns and given by G = XᵀX, c = Xᵀy and ‖y‖², without bounds and unpenalised
 * columns, on the original scale of the columns, rows and y scaled by √(s_i/W):
 *
 * ```text
 * F = ‖y‖²/2 − c·b + b·G·b/2 + Σ_j l1_j·|b_j| + l2_j/2·b_j²
 * ```
 *
 * Nothing is allocated for a fit. Operands are offsets into one memory, as the kernels take them quickest. A fit that does not
 * reach its goal, or cannot show it for rounding, says so: it is for a solver that works on the residual.
 */
export class SmallGram {
  readonly kernels: Kernels;
  /** The whole memory, in which everything below is an offset. */
  readonly memory: Float64Array;
  readonly #integers: Int32Array;
  /** p rows, `ld` apart; a multiple of 4, what is beyond p being 0. */
  readonly G: number;
  /** `ld` values. */
  c: number;
  readonly b: number;
  /** Weighted variances of the columns. */
  readonly variances: number;
  /** ‖x_j‖ */
  readonly #norms: number;
  /** d_j */
  readonly #scales: number;
  readonly #z: number;
  readonly #l1: number;
  readonly #l2: number;
  readonly #inverses: number;
  readonly #U: number;
  readonly #x: number;
  readonly #eligible: number;
  readonly #active: number;
  #eligibleCount = 0;
  /** max_j ‖x_j‖/l1_j */
  #steepness = 0;
  #l1Ratio = 1;
  #goal = 0;
  #penaltyFactor: Float64Array | undefined;
  /** What U is the factor of: a ridge penalty, or NaN; or the columns of the support, and their L2 part. */
  #factored = Number.NaN;
  #supportCount = -1;
  #supportL2 = 0;
  /** How often U became that of another support. */
  supports = 0;
  /** Strength of the L2 part that is in the arrays; NaN if none is. */
  #strength2 = Number.NaN;

  p = 0;
  ld = 0;
  /** ‖y‖² */
  squares = 0;
  /** Bound on the relative rounding error of an entry of G or c, against ‖x_j‖·‖x_k‖. */
  rounding = 0;

  /** How much of what rounding may add to the gap of a lasso is let pass. */
  spare = 0;
  /** Bound on F − min F at b, rounding included. */
  gap = 0;
  objective = 0;
  /** ‖y − X·b‖² */
  residual = 0;
  iterations = 0;

  static layout(p: number): Layout {
    return [arraysOf(p), listsOf(p)];
  }

  constructor(heap: Heap, p: number) {
    this.kernels = heap.kernels;
    this.memory = heap.kernels.memory?.float64 ?? new Float64Array(heap.buffer);
    this.#integers = new Int32Array(heap.buffer);
    [
      this.G,
      this.#U,
      this.c,
      this.b,
      this.variances,
      this.#norms,
      this.#scales,
      this.#z,
      this.#l1,
      this.#l2,
      this.#inverses,
      this.#x,
    ] = placesOf(heap, arraysOf(p));
    [this.#eligible, this.#active] = take(heap, listsOf(p)).map(({ byteOffset }) => byteOffset >>> 2);
  }

  /**
   * Takes note of a new G and new variances: scales, norms, and the columns that can have a coefficient. Returns whether the
   * columns are of a size for which squares keep their digits.
   */
  measure(standardize: boolean, constantIsOrdinary: boolean, penaltyFactor: Float64Array | undefined): boolean {
    const { memory, p, ld, G } = this;
    let count = 0;
    this.#factored = Number.NaN;
    this.#supportCount = -1;
    this.#strength2 = Number.NaN;
    this.#penaltyFactor = penaltyFactor;
    for (let j = 0; j < p; ++j) {
      const square = memory[G + j * ld + j];
      const variance = memory[this.variances + j];
      if (!keepsDigits(square) || !keepsDigits(variance)) return false;
      memory[this.#norms + j] = Math.sqrt(square);
      memory[this.#scales + j] = standardize ? Math.sqrt(variance) : 1;
      if (square === 0 || (variance === 0 && !constantIsOrdinary) || penaltyFactor?.[j] === FREE) {
        // A threshold of ∞ keeps the coefficient at 0.
        memory[this.#l1 + j] = FREE;
        memory[this.#l2 + j] = 0;
        memory[this.#inverses + j] = 0;
      } else this.#integers[this.#eligible + count++] = j;
    }
    this.#eligibleCount = count;
    return true;
  }

  /** The largest |c_j|/(d_j·f_j): the strength of an L1 part that leaves no coefficient. */
  get steepest(): number {
    const { memory, c } = this;
    let largest = 0;
    for (let k = 0; k < this.#eligibleCount; ++k) {
      const j = this.#integers[this.#eligible + k];
      const limit = Math.abs(memory[c + j] / memory[this.#scales + j]);
      largest = Math.max(largest, limit / (this.#penaltyFactor?.[j] ?? 1));
    }
    return largest;
  }

  /**
   * Minimises F from the b that is there, until its gap is at most `goal`. Returns whether it is for certain.
   *
   * @param start - What b may be: `"far"` from the minimum; `"near"`, of another lambda, whose support may be the same; `"there"`.
   */
  solve(lambda: number, l1Ratio: number, goal: number, maxIterations: number, start: Start = "far"): boolean {
    this.#setPenalty(lambda, l1Ratio);
    this.#l1Ratio = l1Ratio;
    this.#goal = goal;
    this.iterations = 0;
    return l1Ratio === 0 ? this.#solveRidge(lambda) : this.#descend(maxIterations, start);
  }

  /** b ← start, where there can be a coefficient. */
  start(coefficients: Float64Array | undefined): void {
    const { memory, b } = this;
    memory.fill(0, b, b + this.ld);
    if (coefficients === undefined) return;
    for (let k = 0; k < this.#eligibleCount; ++k) {
      const j = this.#integers[this.#eligible + k];
      memory[b + j] = coefficients[j];
    }
  }

  #setPenalty(lambda: number, l1Ratio: number): void {
    const { memory, ld, G } = this;
    const integers = this.#integers;
    const penaltyFactor = this.#penaltyFactor;
    const [first, scales, norms, inverses] = [this.#eligible, this.#scales, this.#norms, this.#inverses];
    const [strengths, ridges, count] = [this.#l1, this.#l2, this.#eligibleCount];
    const strength1 = lambda * l1Ratio;
    const strength2 = lambda * (1 - l1Ratio);
    const isOther = this.#strength2 !== strength2;
    this.#strength2 = strength2;
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
    this.#steepness = steepest;
  }

  /** Without an L1 part: (G + diag(l2))·b = c, and a step of refinement if need be. */
  #solveRidge(lambda: number): boolean {
    const { kernels, memory, p, ld, G, c, b } = this;
    const count = this.#eligibleCount;
    const right = this.#x;
    if (this.#factored !== lambda) {
      this.#factored = Number.NaN;
      this.#supportCount = -1;
      if (
        kernels.gramFactor(count, this.#integers, this.#eligible, ld, memory, G, memory, this.#l2, memory, this.#U) <
        count
      )
        return false;
      this.#factored = lambda;
    }
    memory.fill(0, b, b + ld);
    this.iterations = 1;
    for (let step = 0; step < 2; ++step) {
      const gradient = step === 0 ? c : this.#z;
      for (let k = 0; k < count; ++k) {
        const j = this.#integers[this.#eligible + k];
        memory[right + k] = memory[gradient + j] - memory[this.#l2 + j] * memory[b + j];
      }
      kernels.gramSubstitute(count, ld, memory, this.#U, memory, right);
      for (let k = 0; k < count; ++k) memory[b + this.#integers[this.#eligible + k]] += memory[right + k];
      kernels.gramGradient(p, ld, memory, G, memory, c, memory, b, memory, this.#z);
      if (this.#certify()) return true;
    }
    return false;
  }

  /** Epochs of coordinate descent and Newton's method on the support in turn, each followed by a certificate. */
  #descend(maxIterations: number, start: Start): boolean {
    const { kernels, memory, p, ld, G, b } = this;
    const z = this.#z;
    let threshold = 0.01 * this.#goal;
    const isNear = start !== "far";
    if (start === "near") this.#newton();
    this.#refresh();
    if (isNear && this.#certify()) return true;
    for (let round = 0; round < ROUNDS && this.iterations < maxIterations; ++round, threshold *= 0.1) {
      const limit = Math.min(isNear ? NEAR_EPOCHS : EPOCHS, maxIterations - this.iterations);
      this.iterations += kernels.gramEpochs(
        p,
        ld,
        memory,
        G,
        memory,
        z,
        memory,
        b,
        memory,
        this.#inverses,
        memory,
        this.#l1,
        threshold,
        limit,
      );
      // Next to the minimum, two epochs only show what the support is.
      if (!isNear) {
        this.#refresh();
        if (this.#certify()) return true;
      }
      if (!this.#newton() && !isNear) continue;
      this.#refresh();
      if (this.#certify()) return true;
    }
    return false;
  }

  /** z at b, of which what {@link isLeftOver} is taken. */
  #refresh(): void {
    const { kernels, memory, p, ld, G, c, b } = this;
    const [strengths, norms] = [this.#l1, this.#norms];
    const least = NEGLIGIBLE * this.squares;
    for (let j = 0; j < p; ++j) {
      const moved = memory[norms + j] * memory[b + j];
      if (isLeftOver(memory[strengths + j], moved * moved, least)) memory[b + j] = 0;
    }
    kernels.gramGradient(p, ld, memory, G, memory, c, memory, b, memory, this.#z);
  }

  /**
   * b on its support ← (G + diag(l2))⁻¹·(c − l1·sign(b)), or as far towards it as no sign changes, where the coefficient that
   * would becomes 0. Returns false where the support is linearly dependent.
   */
  #newton(): boolean {
    const { kernels, memory, ld, G, c, b } = this;
    const integers = this.#integers;
    const active = this.#active;
    const x = this.#x;
    const [first, strengths, eligibleCount] = [this.#eligible, this.#l1, this.#eligibleCount];
    let count = 0;
    let isKnown = this.#supportL2 === this.#strength2;
    for (let k = 0; k < eligibleCount; ++k) {
      const j = integers[first + k];
      const value = memory[b + j];
      if (value === 0) continue;
      isKnown &&= integers[active + count] === j;
      integers[active + count] = j;
      memory[x + count] = memory[c + j] - (value > 0 ? memory[strengths + j] : -memory[strengths + j]);
      ++count;
    }
    if (!(isKnown && count === this.#supportCount)) {
      this.#factored = Number.NaN;
      this.#supportCount = -1;
      if (kernels.gramFactor(count, integers, active, ld, memory, G, memory, this.#l2, memory, this.#U) < count)
        return false;
      this.#supportCount = count;
      this.supports += 1;
      this.#supportL2 = this.#strength2;
    }
    kernels.gramSubstitute(count, ld, memory, this.#U, memory, x);
    let step = 1;
    let blocked = -1;
    for (let k = 0; k < count; ++k) {
      const from = memory[b + integers[active + k]];
      const to = memory[x + k];
      if (from > 0 ? to > 0 : to < 0) continue;
      const reach = from / (from - to);
      if (blocked < 0 || reach < step) {
        step = reach;
        blocked = k;
      }
    }
    for (let k = 0; k < count; ++k) {
      const j = integers[active + k];
      memory[b + j] =
        k === blocked ? 0 : step === 1 ? memory[x + k] : memory[b + j] + step * (memory[x + k] - memory[b + j]);
    }
    return true;
  }

  /**
   * Whether the duality gap at b is at most what is asked for, in exact arithmetic too. z = c − G·b is known to within
   *
   * ```text
   * δ_j = ε·‖x_j‖·S,  S = ‖y‖ + Σ_k ‖x_k‖·|b_k|
   * ```
   *
   * and ‖r‖² = ‖y‖² − b·c − b·z to within 3·ε·S². Without an l2, the dual point r is scaled until |z_j| <= l1_j; the exact one has
   * to be scaled by 1/(1 + e) more, e = max_j δ_j/l1_j, which costs at most e·(Σ l1_j·|b_j| + ‖r‖²) + 8·ε·S². With an l2, h_j*(z_j)
   * is finite everywhere and smooth: z_j moves the gap by at most |b*_j − b_j|·δ_j + δ_j²/(2·l2_j), b*_j the minimiser at z_j.
   */
  #certify(): boolean {
    const { memory, c, b, squares } = this;
    const integers = this.#integers;
    const [first, z, strengths, ridges, norms] = [this.#eligible, this.#z, this.#l1, this.#l2, this.#norms];
    const count = this.#eligibleCount;
    let size = Math.sqrt(squares);
    let explained = 0;
    let penalty = 0;
    let penalty1 = 0;
    let feasible = 1;
    for (let k = 0; k < count; ++k) {
      const j = integers[first + k];
      const w = memory[b + j];
      const gradient = memory[z + j];
      const l1 = memory[strengths + j];
      if (w === 0 && Math.abs(gradient) <= l1) continue;
      const l2 = memory[ridges + j];
      if (w !== 0) {
        penalty += value(w, l1, l2);
        penalty1 += l1 * Math.abs(w);
        size += memory[norms + j] * Math.abs(w);
        explained += w * (memory[c + j] + gradient);
      }
      // Seen as a lasso on [X; √l2·I] where there is an l2, whose gradient is z_j − l2_j·b_j.
      feasible = Math.min(feasible, feasibleScale(gradient - l2 * w, l1, -FREE, FREE));
    }
    const residual = Math.max(0, squares - explained);
    this.residual = residual;
    const error = (this.rounding + (this.p + 8) * UNIT) * size;
    const lost = 8 * error * size;
    if (!(lost <= LOST_DIGITS * squares)) return false;
    this.objective = loss(residual) + penalty;
    if (this.#l1Ratio === 1) {
      const infeasible = error * this.#steepness;
      const slack = infeasible * (penalty1 + residual) + lost;
      const gap = this.#gapAt(feasible, residual, 0);
      this.gap = gap + slack;
      return infeasible < 0.5 && gap + Math.max(0, slack - this.spare) <= this.#goal;
    }
    this.gap = this.#gapAt(1, residual, error);
    if (!(this.gap <= this.#goal) && this.#l1Ratio > 0)
      this.gap = Math.min(this.gap, this.#gapAt(feasible, residual, error) + lost);
    return this.gap <= this.#goal;
  }

  /**
   * The intercept for coefficients b: mean of y − Σ b_j·mean of x_j, each mean in two parts and the sum compensated. What rounding it
   * costs goes to the gap; undefined where that is too much.
   */
  intercept(yPivot: number, yMean: number, pivots: number, means: number): number | undefined {
    const { memory, b, p } = this;
    let total = yPivot;
    let error = yMean;
    let size = Math.sqrt(this.squares) + Math.abs(yMean);
    for (let j = 0; j < p; ++j) {
      const w = memory[b + j];
      if (w === 0) continue;
      const term = -w * memory[pivots + j];
      const sum = total + term;
      const part = sum - total;
      error += total - (sum - part) + (term - part) - w * memory[means + j];
      // The products with pivots are rounded.
      size += Math.abs(term) + Math.abs(w) * (Math.abs(memory[means + j]) + memory[this.#norms + j]);
      total = sum;
    }
    const intercept = total + error;
    const slip = Math.abs(total - intercept + error) + Number.EPSILON * size;
    this.objective += 0.5 * slip * slip;
    this.gap += 0.5 * slip * slip;
    return this.gap <= this.#goal ? intercept : undefined;
  }

  /** The gap at the dual point scale·r, and what z being off by `error`·‖x_j‖ may add to it where there is an l2. */
  #gapAt(scale: number, residual: number, error: number): number {
    const { memory, b } = this;
    const integers = this.#integers;
    const [first, z, strengths, ridges] = [this.#eligible, this.#z, this.#l1, this.#l2];
    const count = this.#eligibleCount;
    let gap = shrinkageGap(scale, residual);
    for (let k = 0; k < count; ++k) {
      const j = integers[first + k];
      const w = memory[b + j];
      const gradient = scale * memory[z + j];
      const l1 = memory[strengths + j];
      if (error === 0 && w === 0 && Math.abs(gradient) <= l1) continue;
      const l2 = memory[ridges + j];
      gap += fenchelGap(w, gradient, l1, l2, -FREE, FREE);
      if (error === 0) continue;
      const delta = error * memory[this.#norms + j];
      const excess = gradient - Math.min(Math.max(gradient, -l1), l1);
      gap += delta * Math.abs(excess / l2 - w) + (0.5 * delta * delta) / l2;
    }
    return gap;
  }
}

/** Whether a sum of squares, and products of a few like it, neither overflow nor lose digits. */
export function keepsDigits(square: number): boolean {
  return square === 0 || (square > 1e-100 && square < 1e100);
}

function arraysOf(p: number) {
  const ld = byFour(p);
  const [matrix, vector] = [float64(ld * ld), float64(ld)];
  return [matrix, matrix, ...new Array<typeof vector>(10).fill(vector)];
}

const listsOf = (p: number) => [int32(byFour(p)), int32(byFour(p))] as const;

/** The elements at which new values of the heap lie. */
export function placesOf(heap: Heap, layout: readonly Field<"float64">[]): number[] {
  // A shift, not a division: a number that the engine knows to be an integer keeps the kernels' index arithmetic quick.
  return take(heap, layout).map(({ byteOffset }) => byteOffset >>> 3);
}
