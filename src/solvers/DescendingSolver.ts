import { approach } from "./approach.js";
import { setPenalty } from "./designs/coordinates.js";
import type { Goal } from "./problems/certificate.js";
import type { Problem } from "./problems/Problem.js";
import type { Solver, Strategy, StrategySolution } from "./Solver.js";
import type { WorkingSet } from "./WorkingSet.js";

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
    if (this.#approaches && !isWarm) {
      const step = (rough: Goal, shrinkage: number): StrategySolution => this.solve(rough, shrinkage);
      last = approach(problem, step, this.#l1Ratio, last, lambda, goal);
    }
    this.#last = lambda;
    setPenalty(problem, lambda, this.#l1Ratio);
    return this.direct(lambda, goal, isWarm) ?? this.solve(goal, isWarm || lambda === 0 ? 1 : last / lambda);
  }
}
