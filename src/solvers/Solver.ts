import type { Goal, Solution } from "./problems/certificate.js";
import type { Problem } from "./problems/Problem.js";

/** The solvers of the gaussian family by name. */
export const STRATEGIES = ["residual", "newton", "gram", "cholesky", "ridge", "qr", "sparse"] as const;

export type Strategy = (typeof STRATEGIES)[number];

/** A solution and the solver that found it. */
export interface StrategySolution extends Solution {
  strategy: Strategy;
}

/** A problem with the solvers of a plan, each set up when it is first called for. */
export interface Solver {
  problem: Problem;
  /** Solves with the penalty that the problem holds, without regard to any lambda, from its b, with r and z to match. */
  solve(goal: Goal): StrategySolution;
  /** Solves for a lambda, from the solution before, or from what problem.b holds if `isWarm`. */
  solveFor(lambda: number, goal: Goal, isWarm: boolean): StrategySolution;
  /** lambdaMax, given z at the fit of the unpenalised columns alone, where the penalty is no elastic net. */
  largest?(): number;
  /**
   * Solves for all lambdas together, descending, where that is cheaper: `add` is called for one after the other, with undefined for
   * those that are left to {@link solveFor}, until it returns false.
   */
  solveAll?(lambdas: Float64Array, goal: Goal, add: (solution: StrategySolution | undefined) => boolean): void;
}
