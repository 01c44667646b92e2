import { byFour, float64, type Heap, type Layout } from "../../kernels/arena.js";
import { CertifiedProblem } from "./CertifiedProblem.js";
import { listAt, listOf, placesOf, SmallProblem } from "./SmallProblem.js";

/** Epochs of descent between two certificates. */
const EPOCHS = 12;
/** The same where there is a start near the minimum. */
const NEAR_EPOCHS = 2;
/** From far away, before the first step of Newton's method: mostly enough to show the support, which that step needs. */
const FIRST_EPOCHS = 6;
/** Rounds of descent, Newton's step and certificate, after which another solver had better have a look. */
const ROUNDS = 10;
/** What the coefficients that a fit starts from may be. */
export type Start = "far" | "near" | "there";

/** The triangular factor, and the right-hand side of a system. */
const ownLayout = (p: number) => [float64(byFour(p) * byFour(p)), float64(byFour(p))];

/**
 * Solves a {@link SmallProblem} by its Gram: directly without an L1 part, otherwise by descent and Newton's method in turn. A fit that does not
 * reach its goal, or cannot show it for rounding, says so: it is for a solver that works on the residual.
 */
export class SmallSolver extends CertifiedProblem {
  iterations = 0;
  /** How often U became that of another support. */
  supports = 0;
  readonly #U: number;
  readonly #x: number;
  readonly #active: number;
  /** What U is the factor of: a ridge penalty, or NaN; or the columns of the support, and their L2 part. All of one G. */
  #factored = Number.NaN;
  #supportCount = -1;
  #supportL2 = 0;

  static override layout(p: number): Layout {
    return [SmallProblem.layout(p), ownLayout(p), listOf(p)];
  }

  /** @param p - The most columns. */
  constructor(heap: Heap, p: number) {
    super(heap, p);
    [this.#U, this.#x] = placesOf(heap, ownLayout(p));
    this.#active = listAt(heap, p);
  }

  #forget(): void {
    this.#factored = Number.NaN;
    this.#supportCount = -1;
  }

  /**
   * Minimises F from the b that is there, until its gap is at most `goal`. Returns whether it is for certain.
   *
   * @param start - What b may be: `"far"` from the minimum; `"near"`, of another lambda, whose support may be the same; `"there"`.
   */
  solve(lambda: number, l1Ratio: number, goal: number, maxIterations: number, start: Start = "far"): boolean {
    // Of another G there is no penalty yet.
    if (Number.isNaN(this.strength2)) this.#forget();
    this.setPenalty(lambda, l1Ratio);
    this.goal = goal;
    this.iterations = 0;
    return l1Ratio === 0 ? this.#solveRidge(lambda) : this.#descend(maxIterations, start);
  }

  /** Without an L1 part: (G + diag(l2))·b = c, and a step of refinement if need be. */
  #solveRidge(lambda: number): boolean {
    const { kernels, memory, integers, ld, G, c, b, l2, eligible, eligibleCount: count } = this;
    const right = this.#x;
    if (this.#factored !== lambda) {
      this.#forget();
      if (kernels.gramFactor(count, integers, eligible, ld, memory, G, memory, l2, memory, this.#U) < count)
        return false;
      this.#factored = lambda;
    }
    memory.fill(0, b, b + ld);
    this.iterations = 1;
    for (let step = 0; step < 2; ++step) {
      const gradient = step === 0 ? c : this.z;
      for (let k = 0; k < count; ++k) {
        const j = integers[eligible + k];
        memory[right + k] = memory[gradient + j] - memory[l2 + j] * memory[b + j];
      }
      kernels.gramSubstitute(count, ld, memory, this.#U, memory, right);
      for (let k = 0; k < count; ++k) memory[b + integers[eligible + k]] += memory[right + k];
      this.gradient();
      if (this.certify()) return true;
    }
    return false;
  }

  /** Epochs of coordinate descent and Newton's method on the support in turn, each followed by a certificate. */
  #descend(maxIterations: number, start: Start): boolean {
    const { kernels, memory, p, ld, G, b, z, l1, inverses } = this;
    let threshold = 0.01 * this.goal;
    const isNear = start !== "far";
    if (start === "near") this.#newton();
    this.refresh();
    if (isNear && this.certify()) return true;
    for (let round = 0; round < ROUNDS && this.iterations < maxIterations; ++round, threshold *= 0.1) {
      const limit = Math.min(
        isNear ? NEAR_EPOCHS : round === 0 ? FIRST_EPOCHS : EPOCHS,
        maxIterations - this.iterations,
      );
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
        inverses,
        memory,
        l1,
        threshold,
        limit,
      );
      // Few epochs, next to the minimum or from far away, only show what the support is.
      if (!isNear && round > 0) {
        this.refresh();
        if (this.certify()) return true;
      }
      if (!this.#newton() && !isNear) continue;
      this.refresh();
      if (this.certify()) return true;
    }
    return false;
  }

  /**
   * b on its support ← (G + diag(l2))⁻¹·(c − l1·sign(b)), or as far towards it as no sign changes, where the coefficient that
   * would becomes 0. Returns false where the support is linearly dependent.
   */
  #newton(): boolean {
    const { kernels, memory, integers, ld, G, c, b, strength2 } = this;
    const active = this.#active;
    const x = this.#x;
    const { l1: strengths, eligible: first, eligibleCount } = this;
    let count = 0;
    let isKnown = this.#supportL2 === strength2;
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
      this.#forget();
      if (kernels.gramFactor(count, integers, active, ld, memory, G, memory, this.l2, memory, this.#U) < count)
        return false;
      this.#supportCount = count;
      this.supports += 1;
      this.#supportL2 = strength2;
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
}
