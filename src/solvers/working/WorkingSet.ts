import { int32, type Layout, raw64, take } from "../../kernels/arena.js";
import { pulse } from "../../kernels/pulse.js";
import type { Method } from "../methods/Method.js";
import { assess, type Certificate, type Goal, type Solution } from "../problems/certificate.js";
import type { Problem } from "../problems/Problem.js";
import type { LookAhead } from "./lookAhead.js";
import { DRIFT, Progress } from "./Progress.js";
import { type List, ScreenedColumns } from "./ScreenedColumns.js";

/** How often the last resort may fail. */
const MOST_FAILURES = 3;
/** The share of what the preferred method takes that must be left for columns to enter. */
const ROOM = 0.1;

const ownLayout = (p: number) => [raw64(p), int32(p)] as const;

/**
 * Solves a problem on a working set of columns that grows until no other column violates its optimality condition, then holds
 * the whole to its certificate; again with more accuracy until that is within the tolerance, no progress is left in double
 * precision, or maxIterations. The set is kept from one penalty to the next.
 */
export class WorkingSet extends ScreenedColumns {
  #method: Method;
  readonly #methods: readonly Method[];
  readonly #makeLastResort: (() => Method) | undefined;
  /** Once it has been turned to. */
  #lastResort: Method | undefined;
  /** How often the last resort was no help. */
  #failures = 0;
  /** The best b so far, and the columns that it belongs to. */
  readonly #best: Float64Array;
  readonly #kept: List;

  static override layout(p: number): Layout {
    return [ScreenedColumns.layout(p), ownLayout(p)];
  }

  /**
   * @param methods - From the one to prefer to one that takes any working set.
   * @param lastResort - Makes what is for columns so close to each other that these come to their end before the tolerance.
   * @param ahead - As {@link ScreenedColumns} has it.
   */
  constructor(problem: Problem, methods: readonly [Method, ...Method[]], lastResort?: () => Method, ahead?: LookAhead) {
    super(problem, ahead);
    const [best, columns] = take(problem.arena, ownLayout(problem.p));
    this.#methods = methods;
    this.#method = methods[0];
    this.#makeLastResort = lastResort;
    this.#best = best;
    this.#kept = { count: 0, columns };
  }

  /**
   * Solves the problem with the penalty that it holds, from its b, with the residual there and z as far as screening has it.
   *
   * @param shrinkage - The lambda that b solves over this one, b being 0 or what the last call has left; otherwise 1.
   */
  solve(goal: Goal, shrinkage: number): Solution {
    const progress = new Progress(this.problem, goal, this.#failures < MOST_FAILURES);
    if (shrinkage === 1) this.known = 0;
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
    const { count, columns } = this.working;
    const { budget } = progress;
    const epochs = this.#method.minimise(count, columns, progress.accuracy, budget, progress.isPlain);
    progress.iterations += epochs;
    const squares = this.#residual();
    this.known = this.#method.leavesGradients ? count : 0;
    if (progress.isSound(this.problem.loss(squares))) {
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
    const strong = this.strong;
    this.problem.screen(strong.count, strong.columns);
    // Where certificates are cheap, columns that violate their condition a little are no reason for more.
    const inside = this.#method.workspace.isCheap ? this.#inside(squares) : undefined;
    const isEnough =
      inside !== undefined &&
      progress.isConverged(inside) &&
      (!this.hasOpen(strong) || progress.isConverged(this.#outer(squares, strong)));
    if (!progress.isLast && !isEnough && this.admit(strong)) {
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
      this.look();
      const hasMore = this.hasOpen(this.near);
      const certificate = hasMore ? this.#outer(squares, this.near) : inside;
      if (progress.isConverged(certificate)) {
        this.problem.narrow();
        this.#method.workspace.store();
        return this.#solution(certificate, true, progress);
      }
      if (!progress.isLast && hasMore && this.admit(this.near)) {
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
    const { count, columns } = this.working;
    return { certificate, converged, iterations, support: columns.subarray(0, count) };
  }

  /** Takes b as the best so far. */
  #keep(): void {
    const { count, columns } = this.working;
    this.#kept.columns.set(columns.subarray(0, count));
    this.#kept.count = count;
    this.#method.workspace.keep(count, columns, this.#best);
  }

  /** Goes back to the best b so far, and returns its certificate, everything recomputed; a finer one if that is wanted. */
  #restore(isFine: (plain: Certificate) => boolean = () => false): Certificate {
    const problem = this.problem;
    const { count, columns } = this.#kept;
    problem.b.fill(0);
    for (let k = 0; k < count; ++k) problem.b[columns[k]] = this.#best[k];
    this.#method.workspace.load();
    this.lookedAt = Number.NaN;
    this.addSupport();
    const squares = problem.refresh();
    problem.gradient(this.working.count, this.working.columns);
    this.known = this.working.count;
    problem.widen();
    let certificate = assess(problem, squares);
    if (isFine(certificate)) certificate = assess(problem, squares, undefined, undefined, true);
    problem.narrow();
    return certificate;
  }

  /** Sorts the columns into the working set, the strong set and the others. */
  #divide(shrinkage: number): void {
    const { eligible, isSmall } = this.problem;
    const strong = this.strong;
    strong.count = 0;
    if (shrinkage > 1 || this.#isRescued) this.#goBack();
    const share = this.aim(shrinkage);
    const hasMoved = this.#method.begin(this.working.count, this.working.columns, shrinkage > 1);
    if (this.working.count === eligible.length) return;
    // What this working set has solved has no coefficients outside of it.
    if (isSmall || shrinkage === 1 || this.working.count === 0) this.addSupport();
    this.listStrong(shrinkage, share);
    if (hasMoved) this.problem.screen(strong.count, strong.columns);
    this.admit(strong);
    this.#start();
  }

  /** Settles the coefficients, and recomputes the residual there. */
  #residual(): number {
    const { count, columns } = this.working;
    return this.#method.workspace.residual(count, columns);
  }

  /** The certificate of the problem of the working set. */
  #inside(squares: number): Certificate {
    const { count, columns } = this.working;
    const { startsFromResidual, workspace } = this.#method;
    this.known = 0;
    if (startsFromResidual) workspace.screen(count, columns);
    else this.#start();
    return workspace.certificate(squares, count, 0, columns, this.#isRescued);
  }

  /** The certificate of the working set and the listed columns outside of it, to which those that are not open have nothing to add. */
  #outer(squares: number, others: List): Certificate {
    const problem = this.problem;
    if (problem.screensDual) return assess(problem, squares, undefined, undefined, this.#isRescued);
    const { count, columns } = this.working;
    let end = count;
    for (let k = 0; k < others.count; ++k) {
      const j = others.columns[k];
      if (this.isOpen(j)) columns[end++] = j;
    }
    return this.#method.workspace.certificate(squares, count, end - count, columns, this.#isRescued);
  }

  get #isRescued(): boolean {
    return this.#method === this.#lastResort;
  }

  /** Has the last resort go on from b, with the residual and the gradients there, if it can; returns its steps. */
  #turnToLastResort(accuracy: number): number {
    const { count, columns } = this.working;
    this.#method.workspace.store();
    this.#lastResort ??= this.#makeLastResort?.();
    const lastResort = this.#lastResort;
    if (lastResort === undefined) return 0;
    lastResort.reset();
    const steps = lastResort.minimise(count, columns, accuracy, DRIFT, false);
    if (steps > 0) this.#method = lastResort;
    return steps;
  }

  /** Back to the preferred method, where that takes the columns with a coefficient and has room for more, or else to the one that takes any. */
  #goBack(): void {
    const working = this.working;
    const [preferred] = this.#methods;
    if (this.#method === preferred) return;
    let size = 0;
    for (let k = 0; k < working.count; ++k) if (this.problem.b[working.columns[k]] !== 0) size += 1;
    const hasRoom = size <= (1 - ROOM) * preferred.capacity;
    const method = hasRoom ? preferred : this.#methods[this.#methods.length - 1];
    if (this.#method === method) return;
    this.#method.workspace.store();
    this.lookedAt = Number.NaN;
    this.prune(() => false);
    this.#method = method;
    this.#method.reset();
  }

  /** Gives the method what it starts from. */
  #start(): void {
    if (this.#method.startsFromResidual) return;
    const { count, columns } = this.working;
    const known = this.known;
    this.problem.gradient(count - known, columns.subarray(known, count));
    this.known = count;
  }

  /** Sees to it that the method takes the working set: without the columns that are 0 and at peace, or else by another method. */
  protected override fit(): void {
    const working = this.working;
    if (working.count <= this.#method.capacity) return;
    this.#method.workspace.store();
    this.prune((j) => this.excess(j) > 0);
    const most = this.#methods[0].capacity;
    if (working.count > most) this.#makeRoom(most);
    const method = this.#methods.find(({ capacity }) => working.count <= capacity);
    this.#method = method ?? this.#method;
    this.#method.reset();
  }

  /** Keeps no more than `most` columns, those without a coefficient that violate their condition the most, if there is room enough for these. */
  #makeRoom(most: number): void {
    const { count, columns } = this.working;
    const { b } = this.problem;
    const entrants = columns.slice(0, count).filter((j) => b[j] === 0);
    const room = most - (count - entrants.length);
    if (room < ROOM * most) return;
    const worst = new Set(entrants.sort((i, j) => this.excess(j) - this.excess(i) || i - j).subarray(0, room));
    this.prune((j) => worst.has(j));
  }
}
