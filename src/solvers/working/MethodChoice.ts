import type { Method } from "../methods/Method.js";
import type { Problem } from "../problems/Problem.js";
import type { LookAhead } from "./lookAhead.js";
import { DRIFT } from "./Progress.js";
import { ScreenedColumns } from "./ScreenedColumns.js";

/** The share of what the preferred method takes that must be left for columns to enter. */
const ROOM = 0.1;

/** A working set with the methods that may minimise over it, and which of them does. */
export class MethodChoice extends ScreenedColumns {
  protected method: Method;
  readonly #methods: readonly Method[];
  readonly #lastResort: Method | undefined;

  /**
   * @param methods - From the one to prefer to one that takes any working set.
   * @param lastResort - Where these come to their end before the tolerance, because columns are close to each other.
   * @param ahead - As {@link ScreenedColumns} has it.
   */
  constructor(problem: Problem, methods: readonly [Method, ...Method[]], lastResort?: Method, ahead?: LookAhead) {
    super(problem, ahead);
    this.#methods = methods;
    this.method = methods[0];
    this.#lastResort = lastResort;
  }

  protected get isRescued(): boolean {
    return this.method === this.#lastResort;
  }

  /** Has the last resort go on from b, with the residual and the gradients there, if it can; returns its steps. */
  protected turnToLastResort(accuracy: number): number {
    const { count, columns } = this.working;
    this.method.workspace.store();
    const lastResort = this.#lastResort;
    if (lastResort === undefined) return 0;
    lastResort.reset();
    const steps = lastResort.minimise(count, columns, accuracy, DRIFT, false);
    if (steps > 0) this.method = lastResort;
    return steps;
  }

  /** Back to the preferred method, where that takes the columns with a coefficient and has room for more, or else to the one that takes any. */
  protected goBack(): void {
    const working = this.working;
    const [preferred] = this.#methods;
    if (this.method === preferred) return;
    let size = 0;
    for (let k = 0; k < working.count; ++k) if (this.problem.b[working.columns[k]] !== 0) size += 1;
    const hasRoom = size <= (1 - ROOM) * preferred.capacity;
    const method = hasRoom ? preferred : this.#methods[this.#methods.length - 1];
    if (this.method === method) return;
    this.method.workspace.store();
    this.lookedAt = Number.NaN;
    this.prune(() => false);
    this.method = method;
    this.method.reset();
  }

  /** Gives the method what it starts from. */
  protected start(): void {
    if (this.method.startsFromResidual) return;
    const { count, columns } = this.working;
    const known = this.known;
    this.problem.gradient(count - known, columns.subarray(known, count));
    this.known = count;
  }

  /** Sees to it that the method takes the working set: without the columns that are 0 and at peace, or else by another method. */
  protected override fit(): void {
    const working = this.working;
    if (working.count <= this.method.capacity) return;
    this.method.workspace.store();
    this.prune((j) => this.excess(j) > 0);
    const most = this.#methods[0].capacity;
    if (working.count > most) this.#makeRoom(most);
    const method = this.#methods.find(({ capacity }) => working.count <= capacity);
    this.method = method ?? this.method;
    this.method.reset();
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
