import { int32, type Layout, take } from "../../kernels/arena.js";
import type { Problem } from "../problems/Problem.js";
import type { LookAhead } from "./lookAhead.js";

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

/** Columns in a list of their own, the first `count` of `columns`. */
export interface List {
  count: number;
  readonly columns: Int32Array;
}

const listsLayout = (p: number) => [int32(p), int32(p), int32(p), int32(p)] as const;

/**
 * The columns of a problem by what screening knows of them: a working set, and those outside of it. These are looked at in two steps: the ones
 * that may well enter by the sequential strong rule, |z_j| at the previous penalty >= 2·l1_j − previous l1_j, whenever the working set is solved;
 * all of them once these are at peace.
 *
 * Tibshirani et al., Strong rules for discarding predictors in lasso-type problems (2012).
 */
export abstract class ScreenedColumns {
  protected readonly problem: Problem;
  protected readonly working: List;
  /** How many of the working set have their z at the present residual. */
  protected known = 0;
  /** Those outside that may well enter, or were near to it when all were looked at. */
  protected readonly strong: List;
  protected readonly near: List;
  readonly #outside: List;
  readonly #isWorking: Uint8Array;
  readonly #ahead: LookAhead | undefined;
  /** A column with a penalty, if there is one. */
  readonly #probe: number;
  /** Its l1 when all columns were looked at with their z as it is now; NaN if that has changed since. */
  protected lookedAt = Number.NaN;
  /** What share of its l1 a column had to come up to then. */
  #share = NEAR;

  static layout(p: number): Layout {
    return listsLayout(p);
  }

  /** @param ahead - What tells of columns outside of the working set without a look at each. */
  constructor(problem: Problem, ahead: LookAhead | undefined) {
    const { arena, p, eligible, penaltyFactor } = problem;
    const [working, strong, outside, near] = take(arena, listsLayout(p)).map((columns) => ({ count: 0, columns }));
    this.problem = problem;
    this.#ahead = ahead;
    this.working = working;
    this.strong = strong;
    this.#outside = outside;
    this.near = near;
    this.#isWorking = new Uint8Array(p);
    this.#probe = eligible.find((j) => penaltyFactor[j] > 0) ?? 0;
  }

  /** Lists the strong columns. @param share - As {@link aim} has returned it. */
  protected listStrong(shrinkage: number, share: number): void {
    const keep = 2 - shrinkage;
    const isNear = shrinkage > 1 && share * shrinkage <= keep && this.#hasLookedAt(shrinkage);
    if (isNear) this.#select(this.near, keep, this.strong);
    else this.#list(keep, this.strong);
  }

  /** Sets how near to entering a column has to come to be a near one; returns what that was. */
  protected aim(shrinkage: number): number {
    const share = this.#share;
    // A next penalty as far from this one as the last one was finds its strong columns among the near ones.
    this.#share = shrinkage > 1 ? Math.max(NEAR, Math.min(NEAREST, (SAME * (2 - shrinkage)) / shrinkage)) : NEAR;
    return share;
  }

  /** Sees to it that there is a method that takes the working set. */
  protected abstract fit(): void;

  /** Sees to it that all columns with a coefficient are in the working set; all columns of a small problem. */
  protected addSupport(): void {
    const { eligible, b, isSmall } = this.problem;
    const before = this.working.count;
    for (let k = 0; k < eligible.length; ++k) {
      const j = eligible[k];
      if ((b[j] !== 0 || isSmall) && this.#isWorking[j] === 0) this.#add(j);
    }
    if (this.working.count > before) this.fit();
  }

  /** Whether all columns outside were looked at with their z as it is and `shrinkage` times their l1. */
  #hasLookedAt(shrinkage: number): boolean {
    const l1 = shrinkage * this.problem.l1[this.#probe];
    return l1 > 0 && Math.abs(l1 - this.lookedAt) <= 1e-9 * l1;
  }

  /** The columns outside of the working set, but for a few that have joined it since they were last gathered. */
  #gather(): List {
    const { eligible } = this.problem;
    const isWorking = this.#isWorking;
    const { columns } = this.#outside;
    let count = this.#outside.count;
    const joined = count - (eligible.length - this.working.count);
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
    const { z, l1 } = this.problem;
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
  protected look(): void {
    const problem = this.problem;
    if (this.#ahead === undefined) {
      const { count, columns } = this.#gather();
      problem.screen(count, columns);
    }
    problem.widen();
    this.#list(this.#share, this.near);
    this.lookedAt = problem.l1[this.#probe];
  }

  #add(j: number): void {
    this.#isWorking[j] = 1;
    this.working.columns[this.working.count++] = j;
  }

  /** How far the gradient of a column without a coefficient is beyond what keeps it there. */
  protected excess(j: number): number {
    const { z, l1, lower, upper } = this.problem;
    return Math.max(upper[j] > 0 ? z[j] - l1[j] : 0, lower[j] < 0 ? -z[j] - l1[j] : 0);
  }

  /** Whether a column without a coefficient has a say in the certificate. */
  protected isOpen(j: number): boolean {
    const { z, l1 } = this.problem;
    return !(Math.abs(z[j]) <= l1[j] && l1[j] > 0);
  }

  protected hasOpen({ count, columns }: List): boolean {
    for (let k = 0; k < count; ++k) if (this.isOpen(columns[k])) return true;
    return false;
  }

  /** Moves the columns that violate their optimality condition from a list to the working set, the worst first if there are many. */
  protected admit(list: List): boolean {
    const { columns, count } = list;
    const limit = Math.max(ENTRANTS, this.working.count);
    let least = 0;
    // Of those that violate it by just that much, as equal columns do, there is room for some.
    let room = 0;
    let violations = 0;
    for (let k = 0; k < count; ++k) if (this.excess(columns[k]) > 0) violations += 1;
    if (violations === 0) return false;
    if (violations > limit) {
      const excesses = new Float64Array(violations);
      for (let k = 0, at = 0; k < count; ++k) {
        const excess = this.excess(columns[k]);
        if (excess > 0) excesses[at++] = excess;
      }
      least = excesses.sort()[violations - limit];
      for (let k = violations - limit; excesses[k] === least; ++k) room += 1;
    }
    list.count = 0;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      const excess = this.excess(j);
      if (excess > least || (excess === least && --room >= 0)) this.#add(j);
      else columns[list.count++] = j;
    }
    if (list !== this.strong) this.#select(this.strong, 0, this.strong);
    this.fit();
    return true;
  }

  /** Leaves columns without a coefficient out of the working set unless they are to be kept: they become strong ones. */
  protected prune(isKept: (j: number) => boolean): void {
    const working = this.working;
    const { count, columns } = working;
    const { b } = this.problem;
    working.count = 0;
    this.known = 0;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (b[j] !== 0 || isKept(j)) columns[working.count++] = j;
      else {
        this.#isWorking[j] = 0;
        this.#outside.count = 0;
        this.strong.columns[this.strong.count++] = j;
      }
    }
  }
}
