import { alignedBytes } from "../kernels/arena.js";
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
  /** The columns outside of which coefficients are 0, until the next solution; all if undefined. */
  support?: Int32Array;
}

/** A problem whose gradients can be had for some of its columns. */
export interface ScreenedProblem extends Problem {
  /** Recomputes the residual at b, which is 0 outside of the listed columns, all unless told, and returns its sum of squares. */
  residual(count?: number, columns?: Int32Array): number;
  /** Recomputes z for the listed columns. */
  gradient(count: number, columns: Int32Array): void;
  /** Whether every column may as well be in the working set. */
  isSmall?: boolean;
  /** Recomputes z for the listed columns; where b_j = 0 and |z_j| is surely below l1_j, it may stay rough. */
  screen(count: number, columns: Int32Array): void;
  /** Makes |z_j| of columns without a coefficient the largest that it may be, where it is not known exactly. */
  widen?(): void;
  /** Takes that back, before anything else has changed. */
  narrow?(): void;
}

/** A problem whose columns are at hand: they can be multiplied with each other and with the response. */
export interface DataProblem extends ScreenedProblem {
  /** out ← Xᵀy in the eligible columns; returns ‖y‖² */
  responseProducts(out: Float64Array): number;
  /** G[places[a], c] = x_j·x_k for j = rows[a], k = columns[c]; the rows of G lie `stride` apart. */
  crossGram(
    rowCount: number,
    rows: Int32Array,
    places: Int32Array,
    columnCount: number,
    columns: Int32Array,
    G: Float64Array,
    stride: number,
  ): void;
}

/** A way to minimise over a working set. */
export interface Method {
  /** The largest working set that it takes. */
  readonly capacity: number;
  /** Whether it prefers its columns in ascending order, that of memory; otherwise new ones are added at the end. */
  readonly isSorted?: boolean;
  /** Whether the residual is all that it starts from, not the gradients. */
  readonly startsFromResidual?: boolean;
  /** Whether it leaves z of the working set as it has it, near enough to start from. */
  readonly leavesGradients?: boolean;
  /** Forgets the working set: the next one shares nothing with it. */
  reset(): void;
  /** The penalty has changed. */
  begin?(): void;
  /**
   * Lowers the objective over the first `count` listed columns until an epoch lowers it by no more than `accuracy`, or `budget`
   * epochs are done. The residual and the gradients of these columns are those at b when it starts, the latter unless it can do
   * without; b is what it leaves behind. Columns only ever join the list, unless it is reset. Returns the epochs done.
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
/** Columns whose |z_j| was at least this share of their l1 are those that may be strong at the next penalty. */
const NEAR = 0.75;
/** The share of columns that may join the working set before the others are gathered anew. */
const FEW = 0.05;
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
 * penalty >= 2·l1_j − previous l1_j, whenever the working set is solved; all of them once these are at peace.
 * Tibshirani et al., Strong rules for discarding predictors in lasso-type problems (2012).
 */
export class WorkingSet {
  readonly #problem: ScreenedProblem;
  readonly #methods: readonly Method[];
  #method: Method;
  readonly #working: List;
  /** All others, and those of them that may well enter, or were near to it when all were looked at. */
  readonly #outside: List;
  readonly #strong: List;
  readonly #near: List;
  /** How many of the working set have their z at the present residual. */
  #known = 0;
  /** The l1 of the first column outside, when all were looked at with their z as it is now; NaN if it has changed since. */
  #lookedAt = Number.NaN;
  readonly #isWorking: Uint8Array;
  readonly #best: Float64Array;

  static bytes(p: number): number {
    return 4 * alignedBytes(4 * p) + alignedBytes(8 * p);
  }

  /** @param methods - From the one to prefer to one that takes any working set. */
  constructor(problem: ScreenedProblem, methods: readonly [Method, ...Method[]]) {
    const { arena, p } = problem;
    this.#problem = problem;
    this.#methods = methods;
    this.#method = methods[0];
    this.#working = { count: 0, columns: arena.int32(p) };
    this.#strong = { count: 0, columns: arena.int32(p) };
    this.#outside = { count: 0, columns: arena.int32(p) };
    this.#near = { count: 0, columns: arena.int32(p) };
    this.#isWorking = new Uint8Array(p);
    this.#best = arena.raw64(p);
  }

  /**
   * Solves the problem with the penalty that it holds, from its b, with the residual there and z as far as screening has it.
   *
   * @param shrinkage - The lambda that b solves over this one, b being 0 or what the last call has left; otherwise 1.
   */
  solve(goal: Goal, shrinkage: number): Solution {
    const problem = this.#problem;
    const { tolerance, maxIterations } = goal;
    const scale = problem.convergenceScale;
    const strong = this.#strong;
    // No start is worse than 0, and what is worse than that is not kept.
    const limit = problem.nullLoss + RISE * scale;
    let best = Number.POSITIVE_INFINITY;
    let patience = PATIENCE;
    let isPlain = false;
    let accuracy = 0.01 * tolerance * scale;
    let iterations = 0;
    this.#best.set(problem.b);
    this.#method.begin?.();
    if (shrinkage === 1) this.#known = 0;
    this.#divide(shrinkage);
    for (;;) {
      const { count, columns } = this.#working;
      const budget = Math.min(DRIFT, maxIterations - iterations);
      const epochs = this.#method.minimise(count, columns, accuracy, budget, isPlain);
      iterations += epochs;
      settle(problem, count, columns);
      const squares = problem.residual(count, columns);
      this.#known = this.#method.leavesGradients ? count : 0;
      const isLast = iterations >= maxIterations;
      let inside: Certificate | undefined;
      if (problem.loss(squares) <= limit) {
        problem.screen(strong.count, strong.columns);
        if (!isLast && this.#admit(strong)) {
          this.#start();
          continue;
        }
        this.#known = 0;
        if (this.#method.startsFromResidual) problem.screen(count, columns);
        else this.#start();
        inside = assess(problem, squares, count, columns);
      }
      if (inside === undefined || !(inside.objective <= limit)) {
        const certificate = this.#restore();
        if (isPlain || isLast) return { certificate, converged: false, iterations, support: this.#support() };
        isPlain = true;
        continue;
      }

      // What the other columns have to add cannot make a certificate better, so that they can wait for this one.
      const distance = inside.kind === "gap" ? inside.gap : inside.violation;
      if (distance < 0.999 * best) patience = PATIENCE;
      else patience -= 1;
      if (isLast || patience === 0 || isConverged(inside, tolerance, scale)) {
        this.#look();
        const hasMore = this.#isOpen(this.#near);
        const certificate = hasMore ? assess(problem, squares) : inside;
        const converged = isConverged(certificate, tolerance, scale);
        if (converged) {
          problem.narrow?.();
          return { certificate, converged, iterations, support: this.#support() };
        }
        if (!isLast && hasMore && this.#admit(this.#near)) {
          this.#select(strong, 0, strong);
          this.#start();
          best = Number.POSITIVE_INFINITY;
          patience = PATIENCE;
          continue;
        }
      }
      if (distance < best) {
        best = distance;
        this.#best.set(problem.b);
      }
      if (patience === 0 || isLast) {
        return { certificate: this.#restore(), converged: false, iterations, support: this.#support() };
      }
      if (epochs < budget) accuracy *= 0.1;
    }
  }

  /** Goes back to the best b so far, and returns its certificate, everything recomputed. */
  #restore(): Certificate {
    const problem = this.#problem;
    problem.b.set(this.#best);
    this.#lookedAt = Number.NaN;
    this.#addSupport();
    const squares = problem.refresh();
    problem.gradient(this.#working.count, this.#working.columns);
    this.#known = this.#working.count;
    problem.widen?.();
    const certificate = assess(problem, squares);
    problem.narrow?.();
    return certificate;
  }

  /** Sorts the columns into the working set, the strong set and the others. */
  #divide(shrinkage: number): void {
    const { eligible, isSmall } = this.#problem;
    const strong = this.#strong;
    strong.count = 0;
    if (this.#working.count === eligible.length) return;
    // What this working set has solved has no coefficients outside of it.
    if (isSmall || shrinkage === 1) this.#addSupport();
    const keep = 2 - shrinkage;
    const isNear = shrinkage > 1 && NEAR * shrinkage <= keep && this.#hasLookedAt(shrinkage);
    this.#select(isNear ? this.#near : this.#gather(), keep, strong);
    this.#admit(strong);
    this.#start();
  }

  /** Sees to it that all columns with a coefficient are in the working set; all columns of a small problem. */
  #addSupport(): void {
    const { eligible, b, isSmall } = this.#problem;
    const before = this.#working.count;
    for (let k = 0; k < eligible.length; ++k) {
      const j = eligible[k];
      if ((b[j] !== 0 || isSmall) && this.#isWorking[j] === 0) this.#add(j);
    }
    if (this.#working.count > before) this.#join(before);
  }

  /** Whether all columns outside were looked at with their z as it is and `shrinkage` times their l1. */
  #hasLookedAt(shrinkage: number): boolean {
    const l1 = shrinkage * this.#problem.l1[this.#outside.columns[0]];
    return l1 > 0 && Math.abs(l1 - this.#lookedAt) <= 1e-9 * l1;
  }

  /** The columns outside of the working set, but for a few that have joined it since they were last gathered. */
  #gather(): List {
    const { eligible } = this.#problem;
    const isWorking = this.#isWorking;
    const { columns } = this.#outside;
    let count = this.#outside.count;
    const joined = count - (eligible.length - this.#working.count);
    if (count > 0 && joined <= FEW * count) return this.#outside;
    count = 0;
    for (let k = 0; k < eligible.length; ++k) {
      const j = eligible[k];
      columns[count] = j;
      if (isWorking[j] === 0) count += 1;
    }
    this.#outside.count = count;
    return this.#outside;
  }

  /** Lists the columns of `list` that are not in the working set and have |z_j| >= share·l1_j. */
  #select({ count, columns }: List, share: number, out: List): void {
    const { z, l1 } = this.#problem;
    const isWorking = this.#isWorking;
    const selected = out.columns;
    let found = 0;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (!(Math.abs(z[j]) < share * l1[j]) && isWorking[j] === 0) selected[found++] = j;
    }
    out.count = found;
  }

  /** Recomputes z outside of the working set, as wide as it may be, and lists the columns that are near to entering it. */
  #look(): void {
    const { count, columns } = this.#gather();
    this.#problem.screen(count, columns);
    this.#problem.widen?.();
    this.#select(this.#outside, NEAR, this.#near);
    this.#lookedAt = count > 0 ? this.#problem.l1[columns[0]] : Number.NaN;
  }

  /** Gives the method what it starts from. */
  #start(): void {
    if (this.#method.startsFromResidual) return;
    const { count, columns } = this.#working;
    const known = this.#known;
    this.#problem.gradient(count - known, columns.subarray(known, count));
    this.#known = count;
  }

  #support(): Int32Array {
    return this.#working.columns.subarray(0, this.#working.count);
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

  /** Whether a column without a coefficient has a say in the certificate. */
  #isOpen({ count, columns }: List): boolean {
    const { z, l1 } = this.#problem;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (!(Math.abs(z[j]) <= l1[j] && l1[j] > 0)) return true;
    }
    return false;
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
      const excesses = new Float64Array(violations);
      for (let k = 0, at = 0; k < count; ++k) {
        const excess = this.#excess(columns[k]);
        if (excess > 0) excesses[at++] = excess;
      }
      least = excesses.sort()[violations - limit - 1];
    }
    list.count = 0;
    const before = this.#working.count;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (this.#excess(j) > least) this.#add(j);
      else columns[list.count++] = j;
    }
    this.#join(before);
    return true;
  }

  /** Makes those that were added after the first `before` part of the working set. */
  #join(before: number): void {
    if (this.#method.isSorted) {
      const { count, columns } = this.#working;
      const entrants = columns.slice(before, count);
      let i = before - 1;
      let k = entrants.length - 1;
      for (let at = count - 1; k >= 0; --at)
        columns[at] = i >= 0 && columns[i] > entrants[k] ? columns[i--] : entrants[k--];
      this.#known = 0;
    }
    this.#fit();
  }

  /** Sees to it that the method takes the working set: without the columns that are 0 and at peace, or else by another method. */
  #fit(): void {
    const working = this.#working;
    if (working.count <= this.#method.capacity) return;
    const { count, columns } = working;
    const { b } = this.#problem;
    working.count = 0;
    this.#known = 0;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (b[j] !== 0 || this.#excess(j) > 0) columns[working.count++] = j;
      else {
        this.#isWorking[j] = 0;
        this.#outside.count = 0;
        this.#strong.columns[this.#strong.count++] = j;
      }
    }
    const method = this.#methods.find(({ capacity }) => working.count <= capacity);
    this.#method = method ?? this.#method;
    this.#method.reset();
  }
}
