import { int32, raw64, take } from "../kernels/arena.js";
import { pulse } from "../kernels/pulse.js";
import type { LookAhead } from "./lookAhead.js";
import type { Method } from "./methods/Method.js";
import { DRIFT, Progress } from "./Progress.js";
import { assess, type Certificate, type Goal, type Solution } from "./problems/certificate.js";
import type { Problem } from "./problems/Problem.js";

/** How often the last resort may fail. */
const MOST_FAILURES = 3;
/**
 * Columns whose |z_j| was at least this share of their l1 are those that may be strong at the next penalty, if nothing better is
 * known of that.
 */
const NEAR = 0.75;
const NEAREST = 0.95;
/** What rounding of lambdas takes. */
const SAME = 1 - 1e-6;
/** The share of columns that may join the working set before the others are gathered anew. */
const FEW = 0.05;
/** Columns that may join the working set at once, if it is not larger already. */
const ENTRANTS = 64;

/** The share of what the preferred method takes that must be left for columns to enter. */
const ROOM = 0.1;

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
  readonly #problem: Problem;
  readonly #methods: readonly Method[];
  #method: Method;
  /** Where these come to their end before the tolerance, because columns are close to each other; and how often that was no help. */
  readonly #lastResort: Method | undefined;
  #failures = 0;
  readonly #ahead: LookAhead | undefined;
  readonly #working: List;
  /** All others, and those of them that may well enter, or were near to it when all were looked at. */
  readonly #outside: List;
  readonly #strong: List;
  readonly #near: List;
  /** How many of the working set have their z at the present residual. */
  #known = 0;
  /** A column with a penalty, if there is one, and its l1 when all were looked at with their z as it is now; NaN if it has changed since. */
  readonly #probe: number;
  #lookedAt = Number.NaN;
  /** What share of its l1 a column had to come up to then. */
  #share = NEAR;
  readonly #isWorking: Uint8Array;
  /** The best b so far, and the columns that it belongs to. */
  readonly #best: Float64Array;
  readonly #kept: List;

  static layout(p: number) {
    const list = int32(p);
    return [list, list, list, list, raw64(p), list] as const;
  }

  /**
   * @param methods - From the one to prefer to one that takes any working set.
   * @param lastResort - Where these come to their end before the tolerance.
   * @param ahead - What tells of columns outside of the working set without a look at each.
   */
  constructor(problem: Problem, methods: readonly [Method, ...Method[]], lastResort?: Method, ahead?: LookAhead) {
    const { arena, p, eligible, penaltyFactor } = problem;
    this.#problem = problem;
    this.#methods = methods;
    this.#method = methods[0];
    this.#lastResort = lastResort;
    this.#ahead = ahead;
    const [working, strong, outside, near, best, kept] = take(arena, WorkingSet.layout(p));
    this.#working = { count: 0, columns: working };
    this.#strong = { count: 0, columns: strong };
    this.#outside = { count: 0, columns: outside };
    this.#near = { count: 0, columns: near };
    this.#isWorking = new Uint8Array(p);
    this.#best = best;
    this.#kept = { count: 0, columns: kept };
    this.#probe = eligible.find((j) => penaltyFactor[j] > 0) ?? 0;
  }

  /**
   * Solves the problem with the penalty that it holds, from its b, with the residual there and z as far as screening has it.
   *
   * @param shrinkage - The lambda that b solves over this one, b being 0 or what the last call has left; otherwise 1.
   */
  solve(goal: Goal, shrinkage: number): Solution {
    const progress = new Progress(this.#problem, goal, this.#failures < MOST_FAILURES);
    if (shrinkage === 1) this.#known = 0;
    this.#divide(shrinkage);
    this.#keep();
    for (;;) {
      const solution = this.#attempt(progress);
      if (solution !== undefined) return solution;
    }
  }

  /** Minimises over the working set, and holds what that gives to its certificate; undefined where there is more to do. */
  #attempt(progress: Progress): Solution | undefined {
    pulse();
    const { count, columns } = this.#working;
    const { budget } = progress;
    const epochs = this.#method.minimise(count, columns, progress.accuracy, budget, progress.isPlain);
    progress.iterations += epochs;
    const squares = this.#residual();
    this.#known = this.#method.leavesGradients ? count : 0;
    if (progress.isSound(this.#problem.loss(squares))) {
      const inside = this.#certify(squares, progress);
      if (inside === undefined) return undefined;
      if (progress.isSound(inside.objective)) return this.#judge(inside, squares, epochs < budget, progress);
    }
    if (progress.isPlain || progress.isLast) return this.#end(progress);
    this.#restore();
    progress.isPlain = true;
    return undefined;
  }

  /** The certificate of the working set, once no strong column has to join it; undefined where some have. */
  #certify(squares: number, progress: Progress): Certificate | undefined {
    const strong = this.#strong;
    this.#problem.screen(strong.count, strong.columns);
    // Where certificates are cheap, columns that violate their condition a little are no reason for more.
    const inside = this.#method.workspace.isCheap ? this.#inside(squares) : undefined;
    const isEnough =
      inside !== undefined &&
      progress.isConverged(inside) &&
      (!this.#hasOpen(strong) || progress.isConverged(this.#outer(squares, strong)));
    if (!progress.isLast && !isEnough && this.#admit(strong)) {
      this.#start();
      return undefined;
    }
    return inside ?? this.#inside(squares);
  }

  /**
   * The solution, if the other columns have nothing to add to a certificate of the working set, or nothing more is to be expected.
   *
   * @param isDone - Whether the method has come to its accuracy.
   */
  #judge(inside: Certificate, squares: number, isDone: boolean, progress: Progress): Solution | undefined {
    progress.weigh(inside);
    // What the other columns have to add cannot make a certificate better, so that they can wait for this one.
    if (progress.isOver || progress.isConverged(inside)) {
      this.#look();
      const hasMore = this.#hasOpen(this.#near);
      const certificate = hasMore ? this.#outer(squares, this.#near) : inside;
      if (progress.isConverged(certificate)) {
        this.#problem.narrow();
        this.#method.workspace.store();
        return this.#solution(certificate, true, progress);
      }
      if (!progress.isLast && hasMore && this.#admit(this.#near)) {
        this.#start();
        progress.forget();
        return undefined;
      }
    }
    if (progress.take(inside)) this.#keep();
    if (progress.isOver || progress.isLate) {
      const solution = this.#end(progress);
      if (solution === undefined || progress.isOver || solution.converged) return solution;
    }
    if (isDone) progress.accuracy *= 0.1;
    return undefined;
  }

  /** The best so far; undefined where the last resort has more to try. */
  #end(progress: Progress): Solution | undefined {
    const certificate = this.#restore((plain) => !progress.isConverged(plain));
    const converged = progress.isConverged(certificate);
    if (progress.wantsMore(certificate)) {
      progress.isOpen = false;
      progress.iterations += this.#turnToLastResort(progress.accuracy);
      if (this.#isRescued) {
        progress.rescue();
        return undefined;
      }
    }
    if (!converged && this.#isRescued) this.#failures += 1;
    return this.#solution(certificate, converged, progress);
  }

  #solution(certificate: Certificate, converged: boolean, { iterations }: Progress): Solution {
    const { count, columns } = this.#working;
    return { certificate, converged, iterations, support: columns.subarray(0, count) };
  }

  get #isRescued(): boolean {
    return this.#method === this.#lastResort;
  }

  /** Has the last resort go on from b, with the residual and the gradients there, if it can; returns its steps. */
  #turnToLastResort(accuracy: number): number {
    const { count, columns } = this.#working;
    this.#method.workspace.store();
    const lastResort = this.#lastResort;
    if (lastResort === undefined) return 0;
    lastResort.reset();
    const steps = lastResort.minimise(count, columns, accuracy, DRIFT, false);
    if (steps > 0) this.#method = lastResort;
    return steps;
  }

  /** Takes b as the best so far. */
  #keep(): void {
    const { count, columns } = this.#working;
    this.#kept.columns.set(columns.subarray(0, count));
    this.#kept.count = count;
    this.#method.workspace.keep(count, columns, this.#best);
  }

  /** Goes back to the best b so far, and returns its certificate, everything recomputed; a finer one if that is wanted. */
  #restore(isFine: (plain: Certificate) => boolean = () => false): Certificate {
    const problem = this.#problem;
    const { count, columns } = this.#kept;
    problem.b.fill(0);
    for (let k = 0; k < count; ++k) problem.b[columns[k]] = this.#best[k];
    this.#method.workspace.load();
    this.#lookedAt = Number.NaN;
    this.#addSupport();
    const squares = problem.refresh();
    problem.gradient(this.#working.count, this.#working.columns);
    this.#known = this.#working.count;
    problem.widen();
    let certificate = assess(problem, squares);
    if (isFine(certificate)) certificate = assess(problem, squares, undefined, undefined, true);
    problem.narrow();
    return certificate;
  }

  /** Back to the preferred method, where that takes the columns with a coefficient and has room for more, or else to the one that takes any. */
  #goBack(): void {
    const working = this.#working;
    const [preferred] = this.#methods;
    if (this.#method === preferred) return;
    let size = 0;
    for (let k = 0; k < working.count; ++k) if (this.#problem.b[working.columns[k]] !== 0) size += 1;
    const hasRoom = size <= (1 - ROOM) * preferred.capacity;
    const method = hasRoom ? preferred : this.#methods[this.#methods.length - 1];
    if (this.#method === method) return;
    this.#method.workspace.store();
    this.#lookedAt = Number.NaN;
    this.#prune(() => false);
    this.#method = method;
    this.#method.reset();
  }

  /** Sorts the columns into the working set, the strong set and the others. */
  #divide(shrinkage: number): void {
    const { eligible, isSmall } = this.#problem;
    const strong = this.#strong;
    strong.count = 0;
    if (shrinkage > 1 || this.#isRescued) this.#goBack();
    // A next penalty as far from this one as the last one was finds its strong columns among the near ones.
    const share = this.#share;
    this.#share = shrinkage > 1 ? Math.max(NEAR, Math.min(NEAREST, (SAME * (2 - shrinkage)) / shrinkage)) : NEAR;
    const hasMoved = this.#method.begin(this.#working.count, this.#working.columns, shrinkage > 1);
    if (this.#working.count === eligible.length) return;
    // What this working set has solved has no coefficients outside of it.
    if (isSmall || shrinkage === 1 || this.#working.count === 0) this.#addSupport();
    const keep = 2 - shrinkage;
    const isNear = shrinkage > 1 && share * shrinkage <= keep && this.#hasLookedAt(shrinkage);
    if (isNear) this.#select(this.#near, keep, strong);
    else this.#list(keep, strong);
    if (hasMoved) this.#problem.screen(strong.count, strong.columns);
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
    if (this.#working.count > before) this.#fit();
  }

  /** Whether all columns outside were looked at with their z as it is and `shrinkage` times their l1. */
  #hasLookedAt(shrinkage: number): boolean {
    const l1 = shrinkage * this.#problem.l1[this.#probe];
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

  /** Lists the columns outside of the working set with |z_j| >= share·l1_j, z being what is known of it. */
  #list(share: number, out: List): void {
    if (this.#ahead === undefined) {
      this.#select(this.#gather(), share, out);
      return;
    }
    out.count = this.#ahead.look(share, this.#isWorking, out.columns);
    this.#select(out, share, out);
  }

  /** Recomputes z outside of the working set, as wide as it may be, and lists the columns that are near to entering it. */
  #look(): void {
    const problem = this.#problem;
    if (this.#ahead === undefined) {
      const { count, columns } = this.#gather();
      problem.screen(count, columns);
    }
    problem.widen();
    this.#list(this.#share, this.#near);
    this.#lookedAt = problem.l1[this.#probe];
  }

  /** Settles the coefficients, and recomputes the residual there. */
  #residual(): number {
    const { count, columns } = this.#working;
    return this.#method.workspace.residual(count, columns);
  }

  /** The certificate of the problem of the working set. */
  #inside(squares: number): Certificate {
    const { count, columns } = this.#working;
    const { startsFromResidual, workspace } = this.#method;
    this.#known = 0;
    if (startsFromResidual) workspace.screen(count, columns);
    else this.#start();
    return workspace.certificate(squares, count, 0, columns, this.#isRescued);
  }

  /** The certificate of the working set and the listed columns outside of it, to which those that are not open have nothing to add. */
  #outer(squares: number, others: List): Certificate {
    const problem = this.#problem;
    if (problem.screensDual) return assess(problem, squares, undefined, undefined, this.#isRescued);
    const { count, columns } = this.#working;
    let end = count;
    for (let k = 0; k < others.count; ++k) {
      const j = others.columns[k];
      if (this.#isOpen(j)) columns[end++] = j;
    }
    return this.#method.workspace.certificate(squares, count, end - count, columns, this.#isRescued);
  }

  /** Gives the method what it starts from. */
  #start(): void {
    if (this.#method.startsFromResidual) return;
    const { count, columns } = this.#working;
    const known = this.#known;
    this.#problem.gradient(count - known, columns.subarray(known, count));
    this.#known = count;
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
  #isOpen(j: number): boolean {
    const { z, l1 } = this.#problem;
    return !(Math.abs(z[j]) <= l1[j] && l1[j] > 0);
  }

  #hasOpen({ count, columns }: List): boolean {
    for (let k = 0; k < count; ++k) if (this.#isOpen(columns[k])) return true;
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
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (this.#excess(j) > least) this.#add(j);
      else columns[list.count++] = j;
    }
    if (list !== this.#strong) this.#select(this.#strong, 0, this.#strong);
    this.#fit();
    return true;
  }

  /** Sees to it that the method takes the working set: without the columns that are 0 and at peace, or else by another method. */
  #fit(): void {
    const working = this.#working;
    if (working.count <= this.#method.capacity) return;
    this.#method.workspace.store();
    this.#prune((j) => this.#excess(j) > 0);
    const most = this.#methods[0].capacity;
    if (working.count > most) this.#makeRoom(most);
    const method = this.#methods.find(({ capacity }) => working.count <= capacity);
    this.#method = method ?? this.#method;
    this.#method.reset();
  }

  /** Leaves columns without a coefficient out of the working set unless they are to be kept: they become strong ones. */
  #prune(isKept: (j: number) => boolean): void {
    const working = this.#working;
    const { count, columns } = working;
    const { b } = this.#problem;
    working.count = 0;
    this.#known = 0;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (b[j] !== 0 || isKept(j)) columns[working.count++] = j;
      else {
        this.#isWorking[j] = 0;
        this.#outside.count = 0;
        this.#strong.columns[this.#strong.count++] = j;
      }
    }
  }

  /** Keeps no more than `most` columns, those without a coefficient that violate their condition the most, if there is room enough for these. */
  #makeRoom(most: number): void {
    const { count, columns } = this.#working;
    const { b } = this.#problem;
    const entrants = columns.slice(0, count).filter((j) => b[j] === 0);
    const room = most - (count - entrants.length);
    if (room < ROOM * most) return;
    const worst = new Set(entrants.sort((i, j) => this.#excess(j) - this.#excess(i) || i - j).subarray(0, room));
    this.#prune((j) => worst.has(j));
  }
}
