import { setPenalty } from "./designs/coordinates.js";
import type { Goal } from "./problems/certificate.js";
import type { Problem } from "./problems/Problem.js";
import type { Solver, Strategy, StrategySolution } from "./Solver.js";
import type { WorkingSet } from "./working/WorkingSet.js";

/** Problems with fewer columns are solved from scratch for any lambda. */
const FEW_COLUMNS = 256;
/** Without a solution at a lambda near by, one is approached in steps of this ratio, each solved roughly, all within the iterations of one. */
const RATIO = 0.5;
const STEPS = 16;
const TOLERANCE = 1e-3;

/** Solves for one lambda after the other by a working set, each from the solution of the one before. */
export abstract class DescendingSolver implements Solver {
  abstract readonly problem: Problem;
  readonly #l1Ratio: number;
  readonly #strategy: Strategy;
  /** Whether there are steps on the way to a lambda that is far from the last one. */
  readonly #approaches: boolean;
  /** The lambda of the last solution. */
  #last = Number.POSITIVE_INFINITY;

  constructor(l1Ratio: number, strategy: Strategy, approaches: boolean) {
    this.#l1Ratio = l1Ratio;
    this.#strategy = strategy;
    this.#approaches = approaches;
  }

  protected abstract get set(): WorkingSet;

  /** Another way to the solution, if there is one: the penalty is that of lambda. */
  protected direct(_lambda: number, _goal: Goal, _isWarm: boolean): StrategySolution | undefined {
    return undefined;
  }

  /** @param shrinkage - As {@link WorkingSet.solve} has it. */
  solve(goal: Goal, shrinkage = 1): StrategySolution {
    return { ...this.set.solve(goal, shrinkage), strategy: this.#strategy };
  }

  solveFor(lambda: number, goal: Goal, isWarm: boolean): StrategySolution {
    const { problem } = this;
    let last = Math.min(this.#last, goal.lambdaMax);
    if (this.#approaches && !isWarm) last = this.#approach(last, lambda, goal);
    this.#last = lambda;
    setPenalty(problem, lambda, this.#l1Ratio);
    return this.direct(lambda, goal, isWarm) ?? this.solve(goal, isWarm || lambda === 0 ? 1 : last / lambda);
  }

  /** Steps from the solution at `previous` to one from which lambda is not far; returns where the last one is. */
  #approach(previous: number, lambda: number, goal: Goal): number {
    const { problem } = this;
    if (problem.eligible.length <= FEW_COLUMNS) return previous;
    const tolerance = Math.max(goal.tolerance, TOLERANCE);
    let at = previous;
    let left = goal.maxIterations;
    for (let step = 0; step < STEPS && lambda < RATIO * at && left > 0; ++step) {
      at *= RATIO;
      setPenalty(problem, at, this.#l1Ratio);
      left -= this.solve({ ...goal, tolerance, maxIterations: left }, 1 / RATIO).iterations;
    }
    return at;
  }
}
