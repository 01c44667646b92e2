import { bisect } from "../arithmetic/bisect.js";
import { exp, log } from "../arithmetic/transcendental.js";
import type { Layout } from "../kernels/arena.js";
import type { Penalised, Penalty } from "../penalties/Penalty.js";
import { ROUNDINGS, setPenalty } from "./designs/coordinates.js";
import { BlockDescent, penaltyOn } from "./penalised/BlockDescent.js";
import { CoordinateSearch } from "./penalised/CoordinateSearch.js";
import { membersOf, outsideLayout, outsideOf } from "./penalised/outside.js";
import { penaltyGap } from "./penalised/penaltyGap.js";
import { type GramableProblem, WorkingBlocks } from "./penalised/WorkingBlocks.js";
import { workingModels } from "./penalised/workingModels.js";
import { type Certificate, type Goal, settle } from "./problems/certificate.js";
import type { SmoothProblem } from "./problems/Problem.js";
import type { Solver, StrategySolution } from "./Solver.js";

/** The accuracy of a first attempt, relative to the tolerance. */
const ACCURACY = 0.01;
/** Of penalties that are not convex, whose accuracy is of one coefficient: relative to the square of the violation that may be. */
const NEAR = 0.1;
/**
 * What the next attempt asks for: changes fall with the square of the distance from what is wanted, of which that is to leave a share. And how
 * much more than it took before is enough to begin with.
 */
const FINER = 0.01;
const LITTLE = 0.1;
const SHARE = 0.3;
const RELAXED = 4;
/** Attempts without progress after which there is none to come. */
const PATIENCE = 6;
/** Working sets of more than this are left by what is 0 once that is half of them. */
const FEW = 256;
/** Steps from the null model to a lambda on its own where there may be many minima: at least so many, of at most this ratio. */
const STEPS = 10;
const RATIO = 0.7;
const ROUGH = 1e-3;
/** What makes twice an interval as narrow as it has to be, of lambdas. */
const HALVINGS = 44;

/** For a problem of p coordinates, intercepts for each predictor among them. */
export const penalisedLayout = (p: number, predictors = 1): Layout => [
  WorkingBlocks.layout(p),
  BlockDescent.layout(p),
  outsideLayout(p),
  CoordinateSearch.layout(p, predictors),
];

/**
 * Solves problems whose penalty is no elastic net, on a working set of blocks: by block descent, or for norms of all coordinates by
 * accelerated proximal gradient, on the Gram of the working set; of losses whose curvature changes, on one quadratic model after
 * the other. Blocks join the set that violate their optimality condition: those that may by the strong rule are looked at each time, all others
 * once these are at peace.
 *
 * @param base - A solver of the same problem for elastic nets, which fits the columns without a penalty, and what has no norm in it.
 */
export function penalisedSolver(
  base: Solver,
  l1Ratio: number,
  isGaussian: boolean,
  strategy: "newton" | "sparse",
  make: (problem: Penalised) => Penalty,
): Solver & Required<Pick<Solver, "largest">> {
  const problem = base.problem as GramableProblem;
  const { arena, p, features, predictors, penaltyFactor, lower, upper, l1, l2, eligible, b, z, curvatures } = problem;
  const { pivots, means, scales } = problem;
  const penalty = make({
    eligible,
    p,
    columns: predictors > 1 ? p : features,
    penaltyFactor,
    lower,
    upper,
    l2,
    curvatures: isGaussian ? curvatures : undefined,
  });
  const working = new WorkingBlocks(arena, problem, isGaussian);
  const models = workingModels(problem, working, penalty, isGaussian);
  const outside = outsideOf(problem, penalty, working);
  const scale = problem.convergenceScale;
  const isBlocks = penalty.kind === "blocks";
  const count = isBlocks ? penalty.starts.length - 1 : 0;
  const search =
    isBlocks && !penalty.isConvex && !isGaussian
      ? new CoordinateSearch(arena, problem as SmoothProblem, penalty)
      : undefined;
  const isBounded = (j: number): boolean => lower[j] > Number.NEGATIVE_INFINITY || upper[j] < Number.POSITIVE_INFINITY;
  /** Whether a class has a bound for the column of j. */
  const isBeside = (j: number): boolean => {
    const size = features / predictors;
    for (let at = j % size; j < features && at < features; at += size) if (isBounded(at)) return true;
    return false;
  };
  let previous = Number.POSITIVE_INFINITY;
  let enough = Number.POSITIVE_INFINITY;

  const set = (lambda: number): void => {
    setPenalty(problem, lambda, l1Ratio);
    penalty.set(lambda * l1Ratio);
    if (isBlocks) for (const j of eligible) l1[j] = penalty.kinks[j];
    else for (const j of penalty.free) l1[j] = 0;
    // What classes share may not be taken from their coefficients but where the penalty is l1.
    // Nor from those beside one at a bound, as what all others share is something then.
    if (predictors > 1)
      for (const j of eligible) if (l2[j] === 0 && (l1[j] > 0 || isBeside(j))) l2[j] = Number.MIN_VALUE;
  };

  const certify = (goal: Goal): { certificate: Certificate; converged: boolean } => {
    const { fit } = working;
    const value = penaltyOn(working, penalty, b);
    const objective = problem.loss(fit) + value;
    const slopes = penalty.isConvex || features === p ? z : z.slice();
    // Those by w, whose columns are not centred.
    for (let j = 0; slopes !== z && j < features; ++j) {
      slopes[j] += ((pivots[j] + means[j]) / scales[j]) * z[features + Math.floor((j * predictors) / features)];
    }
    let violation = 0;
    for (let g = 0; isBlocks && g < count; ++g) {
      const j = penalty.members[g];
      const mayBe = penalty.isConvex || b[j] !== 0 || Math.abs(slopes[j]) > penalty.kinks[j];
      if (mayBe) violation = Math.max(violation, penalty.violation(g, b, slopes));
    }
    if (!penalty.isConvex) {
      const converged = violation <= goal.tolerance * goal.lambdaMax;
      return { certificate: { kind: "stationary", objective, gap: Number.NaN, violation, fit }, converged };
    }
    const gap = penaltyGap(problem, penalty, fit, value);
    return gap !== undefined && gap < Number.POSITIVE_INFINITY
      ? { certificate: { kind: "gap", objective, gap, violation, fit }, converged: gap <= goal.tolerance * scale }
      : { certificate: { kind: "kkt", objective, gap: Number.NaN, violation, fit }, converged: false };
  };

  /** Whether something is admitted, of a list of blocks or of all; its gradients are there then. */
  const admit = (blocks?: readonly number[]): boolean => {
    const before = working.count;
    outside.admit(blocks);
    if (working.count === before) return false;
    problem.gradient(working.count - before, working.columns.subarray(before, working.count));
    return true;
  };

  const solve = (goal: Goal, shrinkage: number, isFinal = true): StrategySolution => {
    const { tolerance, maxIterations } = goal;
    const active = b.reduce((sum, value) => sum + (value !== 0 ? 1 : 0), 0);
    if (working.count > FEW && 2 * active < Math.min(working.count, working.capacity)) working.clear();
    outside.addSupport();
    const near = tolerance * (penalty.isConvex ? scale : goal.lambdaMax);
    let accuracy = penalty.isConvex ? ACCURACY * near : (isGaussian ? NEAR : ACCURACY) * near * near;
    if (isGaussian) accuracy = Math.min(accuracy, RELAXED * enough);
    working.update();
    const list = outside.listStrong(shrinkage);
    outside.gradient(list);
    admit(list);
    let iterations = 0;
    let patience = PATIENCE;
    let nearest = Number.POSITIVE_INFINITY;
    for (;;) {
      iterations += Math.max(1, models.minimise(accuracy, Math.max(1, maxIterations - iterations), iterations === 0));
      const isLast = iterations >= maxIterations;
      outside.gradient(list);
      if (!isLast && isBlocks && admit(list)) continue;
      outside.look();
      if (!isLast && admit()) continue;
      // The slopes of columns that are far from 0 have those of intercepts in them, many times.
      search?.centre(working.count, working.columns);
      if (search !== undefined) models.forget();
      if (!isGaussian) working.update();
      let { certificate, converged } = certify(goal);
      if (isFinal && (converged || isLast) && improve()) {
        if (!isLast) continue;
        outside.look();
        ({ certificate } = certify(goal));
        converged = false;
      }
      const distance = certificate.kind === "gap" ? certificate.gap : certificate.violation;
      patience = distance < 0.9 * nearest ? PATIENCE : patience - 1;
      nearest = Math.min(nearest, distance);
      if (converged || isLast || patience <= 0) {
        enough = accuracy;
        const support = working.columns.slice(0, working.count);
        return { certificate, converged, iterations, support, strategy };
      }
      // Losses whose curvature changes get there in few steps, however near they ask for.
      const off = near / distance;
      accuracy *= isGaussian ? Math.min(LITTLE, Math.max(FINER, SHARE * off * off)) : FINER;
    }
  };

  /** Moves each coordinate that is better off elsewhere, alone, in turn; whether there is one. */
  const improve = (): boolean => {
    if (!isBlocks || search === undefined) return false;
    problem.gradient(eligible.length, eligible);
    search.begin();
    models.forget();
    let isBetter = false;
    for (let g = 0; g < count; ++g) {
      const j = penalty.members[g];
      if (penaltyFactor[j] === 0 || !search.mayMove(g, j, working.u)) continue;
      const moves = search.find(g, j, working.count, working.columns);
      if (moves && working.isWorking[j] === 0) working.add(membersOf(penalty, g), g);
      isBetter ||= moves;
      if (moves) problem.gradient(eligible.length, eligible);
    }
    settle(problem, working.count, working.columns);
    working.update();
    return isBetter;
  };

  /** The smallest lambda at which nothing that is penalised has a coefficient, z being as the others leave it. */
  const largest = (): number => {
    const hasFit = eligible.some((j) => b[j] !== 0 && penaltyFactor[j] === 0);
    let size = problem.responseNorm;
    for (const j of eligible) size += Math.abs(b[j]) * Math.sqrt(curvatures[j]);
    const slopes = z.slice();
    for (const j of eligible)
      if (hasFit && Math.abs(z[j]) <= ROUNDINGS * size * Math.sqrt(curvatures[j])) slopes[j] = 0;
    let most = 0;
    if (!isBlocks) most = penalty.strength(slopes);
    else for (let g = 0; g < count; ++g) most = Math.max(most, penalty.strength(g, slopes));
    const ratio = Math.max(l1Ratio, 1e-3);
    let lambda = most / ratio;
    if (!isBlocks || penalty.isConvex || l1Ratio === 0) return lambda;
    let held = Number.NaN;
    /** Whether block g is better off elsewhere than at 0. */
    const leaves = (g: number, at: number): boolean => {
      if (at !== held) {
        setPenalty(problem, at, l1Ratio);
        penalty.set(at * l1Ratio);
        held = at;
      }
      if (penaltyFactor[penalty.members[penalty.starts[g]]] === 0) return false;
      if (search === undefined) return penalty.excess(g, slopes, 1) > 0;
      const j = penalty.members[penalty.starts[g]];
      z[j] = slopes[j];
      return search.mayMove(g, j, working.u) && search.find(g, j, eligible.length, eligible, true);
    };
    if (lambda === 0) return lambda;
    search?.begin();
    for (let g = 0; g < count; ++g) {
      if (!leaves(g, lambda)) continue;
      let [low, high] = [lambda, 2 * lambda];
      while (leaves(g, high)) [low, high] = [high, 2 * high];
      [, lambda] = bisect(low, high, (middle) => leaves(g, middle), HALVINGS);
    }
    return lambda;
  };

  return {
    problem: base.problem,
    largest,
    solve: base.solve,
    solveFor: (lambda, goal, isWarm) => {
      if (lambda * l1Ratio === 0) {
        previous = lambda;
        const solution = base.solveFor(lambda, goal, isWarm);
        if (penalty.isConvex) return solution;
      }
      let left = goal.maxIterations;
      if (!penalty.isConvex && !isWarm && previous === Number.POSITIVE_INFINITY && lambda < goal.lambdaMax) {
        const target = lambda > 0 ? lambda : 1e-4 * goal.lambdaMax;
        const way = log(target / goal.lambdaMax);
        const steps = Math.max(STEPS, Math.ceil(way / log(RATIO)));
        for (let step = 1; step < steps && left > 1; ++step) {
          const at = goal.lambdaMax * exp((step / steps) * way);
          set(at);
          left -= solve(
            { ...goal, tolerance: Math.max(goal.tolerance, ROUGH), maxIterations: left },
            Number.POSITIVE_INFINITY,
            false,
          ).iterations;
          previous = at;
        }
      }
      set(lambda);
      const shrinkage = isWarm || lambda === 0 ? Number.POSITIVE_INFINITY : Math.min(previous, goal.lambdaMax) / lambda;
      previous = lambda;
      const solution = solve({ ...goal, maxIterations: Math.max(1, left) }, shrinkage);
      return { ...solution, iterations: solution.iterations + goal.maxIterations - left };
    },
  };
}
