import { alignedBytes } from "../kernels/arena.js";
import { loss } from "../losses/gaussian.js";
import { assess, type Certificate, isConverged, settle } from "./certificate.js";
import type { Problem } from "./problem.js";

/** When a solver may stop. */
export interface Goal {
  tolerance: number;
  maxIterations: number;
  /** What violations are relative to. */
  lambdaMax: number;
}

/** Where a solver stopped; the coefficients are `problem.b`. */
export interface Solution {
  certificate: Certificate;
  converged: boolean;
  /** Passes over coordinates; 1 for a direct solver. */
  iterations: number;
}

/** A problem whose gradients can be had for some of its columns. */
export interface ScreenedProblem extends Problem {
  /** Recomputes the residual at b, and returns its sum of squares. */
  residual(): number;
  /** Recomputes z for the listed columns. */
  gradient(count: number, columns: Int32Array): void;
  /** Whether every column may as well be in the working set. */
  isSmall?: boolean;
  /** Recomputes z for the listed columns; where b_j = 0 and |z_j| is surely below l1_j, it may stay rough. */
  screen(count: number, columns: Int32Array): void;
}

/** A way to minimise over a working set. */
export interface Method {
  /** The largest working set that it takes. */
  readonly capacity: number;
  /** Forgets the working set: the next one shares nothing with it. */
  reset(): void;
  /**
   * Lowers the objective over the first `count` listed columns until an epoch lowers it by no more than `accuracy`, or `budget`
   * epochs are done. The residual and the gradients of these columns are those at b when it starts; b is what it leaves behind.
   * Columns are only ever added at the end of the list, unless it is reset. Returns the epochs done.
   *
   * @param isPlain - Whether to do without Newton's method, because rounding errors have led it astray.
   */
  minimise(count: number, columns: Int32Array, accuracy: number, budget: number, isPlain: boolean): number;
}

/** Rounds without progress that double precision can show, after which there is none to come. */
const PATIENCE = 8;
/** Epochs after which residual and gradients are recomputed, so that rounding errors do not grow without end. */
const DRIFT = 200;
/** A point that is worse than b = 0 by more than this share of the null loss is an accident. */
const RISE = 1e-3;
/** Columns that may join the working set at once, if it is not larger already. */
const ENTRANTS = 64;

/** Columns in a list of their own, the first `count` of `columns`. */
interface List {
  count: number;
  readonly columns: Int32Array;
}

/**
 * Solves a problem on a working set of columns that grows until no other column violates its optimality condition, then holds
 * the whole to its certificate; again with more accuracy until that is within the tolerance, no progress is left in double
 * precision, or maxIterations. The set is kept from one penalty to the next.
 *
 * Columns outside of it are looked at in two steps: those that may well enter by the sequential strong rule, |z_j| at the previous
 * penalty >= 2·l1_j − previous l1_j, whenever the working set is solved; the rest once these are at peace.
 * Tibshirani et al., Strong rules for discarding predictors in lasso-type problems (2012).
 */
export class WorkingSet {
  readonly #problem: ScreenedProblem;
  readonly #methods: readonly Method[];
  #method: Method;
  readonly #working: List;
  readonly #strong: List;
  readonly #rest: List;
  readonly #isWorking: Uint8Array;
  readonly #best: Float64Array;

  static bytes(p: number): number {
    return 3 * alignedBytes(4 * p) + alignedBytes(8 * p);
  }

  /** @param methods - From the one to prefer to one that takes any working set. */
  constructor(problem: ScreenedProblem, methods: readonly [Method, ...Method[]]) {
    const { arena, p } = problem;
    this.#problem = problem;
    this.#methods = methods;
    this.#method = methods[0];
    this.#working = { count: 0, columns: arena.int32(p) };
    this.#strong = { count: 0, columns: arena.int32(p) };
    this.#rest = { count: 0, columns: arena.int32(p) };
    this.#isWorking = new Uint8Array(p);
    this.#best = arena.raw64(p);
  }

  /**
   * Solves the problem with the penalty that it holds, from its b, with the residual there and z as far as screening has it.
   *
   * @param shrinkage - The lambda that b solves over this one; 1 if b solves none.
   */
  solve(goal: Goal, shrinkage: number): Solution {
    const problem = this.#problem;
    const { tolerance, maxIterations } = goal;
    const scale = problem.convergenceScale;
    const strong = this.#strong;
    const rest = this.#rest;
    // No start is worse than 0, and what is worse than that is not kept.
    const limit = problem.nullLoss + RISE * scale;
    let best = Number.POSITIVE_INFINITY;
    let patience = PATIENCE;
    let isPlain = false;
    let accuracy = 0.01 * tolerance * scale;
    let iterations = 0;
    this.#best.set(problem.b);
    this.#divide(2 - shrinkage);
    for (;;) {
      const working = this.#working;
      const budget = Math.min(DRIFT, maxIterations - iterations);
      const epochs = this.#method.minimise(working.count, working.columns, accuracy, budget, isPlain);
      iterations += epochs;
      settle(problem);
      const squares = problem.residual();
      const isLast = iterations >= maxIterations;
      let certificate: Certificate | undefined;
      if (loss(squares) <= limit) {
        problem.gradient(working.count, working.columns);
        problem.screen(strong.count, strong.columns);
        if (!isLast && this.#admit(strong)) continue;
        problem.screen(rest.count, rest.columns);
        certificate = assess(problem, squares);
      }
      if (certificate === undefined || !(certificate.objective <= limit)) {
        problem.b.set(this.#best);
        const known = this.#recall();
        if (isPlain || isLast) return { certificate: known, converged: false, iterations };
        isPlain = true;
        continue;
      }
      const converged = isConverged(certificate, tolerance, scale);
      if (converged) return { certificate, converged, iterations };
      if (!isLast && this.#admit(rest)) continue;

      const distance = certificate.kind === "gap" ? certificate.gap : certificate.violation;
      if (distance < 0.999 * best) patience = PATIENCE;
      else patience -= 1;
      if (distance < best) {
        best = distance;
        this.#best.set(problem.b);
      }
      if (patience === 0 || isLast) {
        problem.b.set(this.#best);
        return { certificate: this.#recall(), converged: false, iterations };
      }
      if (epochs < budget) accuracy *= 0.1;
    }
  }

  /** The certificate of b, everything recomputed. */
  #recall(): Certificate {
    const problem = this.#problem;
    const squares = problem.refresh();
    problem.gradient(this.#working.count, this.#working.columns);
    return assess(problem, squares);
  }

  /** Sorts the columns into the working set, the strong set and the rest. */
  #divide(keep: number): void {
    const { eligible, z, b, l1, isSmall } = this.#problem;
    const { working, strong, rest } = { working: this.#working, strong: this.#strong, rest: this.#rest };
    strong.count = 0;
    rest.count = 0;
    if (working.count === eligible.length) return;
    const before = working.count;
    for (let k = 0; k < eligible.length; ++k) {
      const j = eligible[k];
      if (this.#isWorking[j] === 1) continue;
      if (b[j] !== 0 || isSmall) this.#add(j);
      else if (Math.abs(z[j]) >= keep * l1[j]) strong.columns[strong.count++] = j;
      else rest.columns[rest.count++] = j;
    }
    if (working.count > before) this.#fit();
    this.#admit(strong);
    this.#problem.gradient(working.count, working.columns);
  }

  #add(j: number): void {
    this.#isWorking[j] = 1;
    this.#working.columns[this.#working.count++] = j;
  }

  /** How far the gradient of a column without a coefficient is beyond what keeps it there. */
  #excess(j: number): number {
    const { z, l1, lower, upper } = this.#problem;
    return Math.max(upper[j] > 0 ? z[j] - l1[j] : 0, lower[j] < 0 ? -z[j] - l1[j] : 0);
  }

  /** Moves the columns that violate their optimality condition from a list to the working set, the worst first if there are many. */
  #admit(list: List): boolean {
    const { columns, count } = list;
    const limit = Math.max(ENTRANTS, this.#working.count);
    let least = 0;
    let violations = 0;
    for (let k = 0; k < count; ++k) if (this.#excess(columns[k]) > 0) violations += 1;
    if (violations === 0) return false;
    if (violations > limit) {
      const excesses = Float64Array.from(columns.subarray(0, count), (j) => this.#excess(j)).sort();
      least = excesses[count - limit - 1];
    }
    list.count = 0;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (this.#excess(j) > least) this.#add(j);
      else columns[list.count++] = j;
    }
    this.#fit();
    return true;
  }

  /** Sees to it that the method takes the working set: without the columns that are 0 and at peace, or else by another method. */
  #fit(): void {
    const working = this.#working;
    if (working.count <= this.#method.capacity) return;
    const { count, columns } = working;
    const { b } = this.#problem;
    working.count = 0;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (b[j] !== 0 || this.#excess(j) > 0) columns[working.count++] = j;
      else {
        this.#isWorking[j] = 0;
        this.#strong.columns[this.#strong.count++] = j;
      }
    }
    const method = this.#methods.find(({ capacity }) => working.count <= capacity);
    this.#method = method ?? this.#method;
    this.#method.reset();
  }
}
