import type { Layout } from "../kernels/arena.js";
import { DescendingSolver } from "./DescendingSolver.js";
import { GramDescent } from "./methods/GramDescent.js";
import { PathFollower } from "./PathFollower.js";
import type { Goal } from "./problems/certificate.js";
import type { GramProblem } from "./problems/GramProblem.js";
import type { ridgeWing } from "./ridge/ridgePath.js";
import type { StrategySolution } from "./Solver.js";
import { WorkingSet } from "./working/WorkingSet.js";

/** The solver of a problem of which the Gram is all that there is. */
export class GramSolver extends DescendingSolver {
  readonly problem: GramProblem;
  protected readonly set: WorkingSet;
  /** Where the Gram is complete. */
  readonly #follower: PathFollower | undefined;
  readonly #cholesky: ReturnType<typeof ridgeWing.cholesky> | undefined;

  static layout(p: number): Layout {
    return [GramDescent.layout(p), WorkingSet.layout(p), PathFollower.layout(p)];
  }

  /**
   * @param isQuick - Whether it may stop as soon as the tolerance is met, for fits of which only their error counts; the others end with a
   *   step of Newton's method, most of which go far beyond the tolerance.
   * @param ridge - What solves by a factorisation for each lambda, where there is no L1 part and no bounds.
   */
  constructor(problem: GramProblem, l1Ratio: number, isQuick = false, ridge?: typeof ridgeWing) {
    super(l1Ratio, "gram", false);
    const method = new GramDescent(problem);
    this.problem = problem;
    this.set = new WorkingSet(problem, [method]);
    this.#cholesky = ridge?.cholesky(problem);
    if (problem.isComplete) this.#follower = new PathFollower(problem, method, isQuick);
  }

  protected override direct(lambda: number, goal: Goal, isWarm: boolean): StrategySolution | undefined {
    const direct = this.#cholesky?.(goal);
    if (direct !== undefined) return { ...direct, strategy: "cholesky" };
    const solution = this.#follower?.solve(lambda, goal, isWarm);
    return solution && { ...solution, strategy: "gram" };
  }
}
