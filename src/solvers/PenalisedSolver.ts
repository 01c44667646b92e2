import { bisect } from "../arithmetic/bisect.js";
import { exp, log } from "../arithmetic/transcendental.js";
import type { Layout } from "../kernels/arena.js";
import type { Penalised, Penalty } from "../penalties/Penalty.js";
import { ROUNDINGS, setPenalty } from "./designs/coordinates.js";
import { PenalisedSet } from "./penalised/PenalisedSet.js";
import type { GramableProblem } from "./penalised/WorkingBlocks.js";
import type { Goal } from "./problems/certificate.js";
import type { Solver, StrategySolution } from "./Solver.js";

/** Steps from the null model to a lambda on its own where there may be many minima: at least so many, of at most this ratio. */
const STEPS = 10;
const RATIO = 0.7;
const ROUGH = 1e-3;
/** What makes twice an interval as narrow as it has to be, of lambdas. */
const HALVINGS = 44;

/** Solves for one lambda after the other where the penalty is no elastic net. */
export class PenalisedSolver implements Solver {
  readonly problem: GramableProblem;
  readonly #base: Solver;
  readonly #l1Ratio: number;
  readonly #strategy: "newton" | "sparse";
  readonly #penalty: Penalty;
  readonly #set: PenalisedSet;
  #previous = Number.POSITIVE_INFINITY;

  /** For a problem of p coordinates, intercepts for each predictor among them. */
  static layout(p: number, predictors = 1): Layout {
    return PenalisedSet.layout(p, predictors);
  }

  /**
   * @param base - A solver of the same problem for elastic nets, which fits the columns without a penalty, and what has no norm in it.
   */
  constructor(
    base: Solver,
    l1Ratio: number,
    isGaussian: boolean,
    strategy: "newton" | "sparse",
    make: (problem: Penalised) => Penalty,
  ) {
    const problem = base.problem as GramableProblem;
    const { p, features, predictors, penaltyFactor, lower, upper, l2, eligible, curvatures } = problem;
    this.problem = problem;
    this.#base = base;
    this.#l1Ratio = l1Ratio;
    this.#strategy = strategy;
    this.#penalty = make({
      eligible,
      p,
      columns: predictors > 1 ? p : features,
      penaltyFactor,
      lower,
      upper,
      l2,
      curvatures: isGaussian ? curvatures : undefined,
    });
    this.#set = new PenalisedSet(problem, this.#penalty, isGaussian);
  }

  solve(goal: Goal): StrategySolution {
    return this.#base.solve(goal);
  }

  solveFor(lambda: number, goal: Goal, isWarm: boolean): StrategySolution {
    const { isConvex } = this.#penalty;
    if (lambda * this.#l1Ratio === 0) {
      this.#previous = lambda;
      const solution = this.#base.solveFor(lambda, goal, isWarm);
      if (isConvex) return solution;
    }
    const isAlone = !isWarm && this.#previous === Number.POSITIVE_INFINITY && lambda < goal.lambdaMax;
    const spent = !isConvex && isAlone ? this.#approach(lambda, goal) : 0;
    this.#setPenalty(lambda);
    const isFar = isWarm || lambda === 0;
    const shrinkage = isFar ? Number.POSITIVE_INFINITY : Math.min(this.#previous, goal.lambdaMax) / lambda;
    this.#previous = lambda;
    const maxIterations = Math.max(1, goal.maxIterations - spent);
    const solution = this.#set.solve({ ...goal, maxIterations }, shrinkage, true);
    return { ...solution, iterations: solution.iterations + spent, strategy: this.#strategy };
  }

  /** The smallest lambda at which nothing that is penalised has a coefficient, z being as the others leave it. */
  largest(): number {
    const { eligible, b, z, penaltyFactor, curvatures, responseNorm } = this.problem;
    const penalty = this.#penalty;
    const hasFit = eligible.some((j) => b[j] !== 0 && penaltyFactor[j] === 0);
    let size = responseNorm;
    for (const j of eligible) size += Math.abs(b[j]) * Math.sqrt(curvatures[j]);
    const slopes = z.slice();
    for (const j of eligible)
      if (hasFit && Math.abs(z[j]) <= ROUNDINGS * size * Math.sqrt(curvatures[j])) slopes[j] = 0;
    const ratio = Math.max(this.#l1Ratio, 1e-3);
    if (penalty.kind === "sorted") return penalty.strength(slopes) / ratio;
    const { starts, members, isConvex } = penalty;
    const blocks = starts.length - 1;
    let most = 0;
    for (let g = 0; g < blocks; ++g) most = Math.max(most, penalty.strength(g, slopes));
    let lambda = most / ratio;
    if (isConvex || this.#l1Ratio === 0 || lambda === 0) return lambda;
    let held = Number.NaN;
    /** Whether block g is better off elsewhere than at 0. */
    const leaves = (g: number, at: number): boolean => {
      if (at !== held) {
        setPenalty(this.problem, at, this.#l1Ratio);
        penalty.set(at * this.#l1Ratio);
        held = at;
      }
      return penaltyFactor[members[starts[g]]] !== 0 && this.#set.leaves(g, slopes);
    };
    this.#set.beginLeaves();
    for (let g = 0; g < blocks; ++g) {
      if (!leaves(g, lambda)) continue;
      let [low, high] = [lambda, 2 * lambda];
      while (leaves(g, high)) [low, high] = [high, 2 * high];
      [, lambda] = bisect(low, high, (middle) => leaves(g, middle), HALVINGS);
    }
    return lambda;
  }

  /** Solves roughly for lambdas on the way from the null model to this one; returns the iterations that took. */
  #approach(lambda: number, goal: Goal): number {
    const tolerance = Math.max(goal.tolerance, ROUGH);
    const way = log(lambda / goal.lambdaMax);
    const steps = Math.max(STEPS, Math.ceil(way / log(RATIO)));
    let left = goal.maxIterations;
    for (let step = 1; step < steps && left > 1; ++step) {
      const at = goal.lambdaMax * exp((step / steps) * way);
      this.#setPenalty(at);
      left -= this.#set.solve({ ...goal, tolerance, maxIterations: left }, Number.POSITIVE_INFINITY, false).iterations;
      this.#previous = at;
    }
    return goal.maxIterations - left;
  }

  #setPenalty(lambda: number): void {
    const { l1, l2, eligible, predictors } = this.problem;
    const penalty = this.#penalty;
    setPenalty(this.problem, lambda, this.#l1Ratio);
    penalty.set(lambda * this.#l1Ratio);
    if (penalty.kind === "blocks") for (const j of eligible) l1[j] = penalty.kinks[j];
    else for (const j of penalty.free) l1[j] = 0;
    // What classes share may not be taken from their coefficients but where the penalty is l1.
    // Nor from those beside one at a bound, as what all others share is something then.
    if (predictors > 1)
      for (const j of eligible) if (l2[j] === 0 && (l1[j] > 0 || this.#isBeside(j))) l2[j] = Number.MIN_VALUE;
  }

  /** Whether a class has a bound for the column of j. */
  #isBeside(j: number): boolean {
    const { lower, upper, features, predictors } = this.problem;
    const size = features / predictors;
    for (let at = j % size; j < features && at < features; at += size)
      if (lower[at] > Number.NEGATIVE_INFINITY || upper[at] < Number.POSITIVE_INFINITY) return true;
    return false;
  }
}
