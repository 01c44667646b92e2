import { exp, log } from "../arithmetic/transcendental.js";
import { float64, int32, type Layout, raw64, take } from "../kernels/arena.js";
import { pulse } from "../kernels/pulse.js";
import type { Penalised, Penalty } from "../penalties/Penalty.js";
import { Extrapolation } from "./algebra/extrapolation.js";
import { ROUNDINGS, setPenalty } from "./designs/coordinates.js";
import { NOISE } from "./methods/Method.js";
import { blockDescent, penaltyOn } from "./penalised/blockDescent.js";
import { ConjugateStep } from "./penalised/conjugateStep.js";
import { CoordinateSearch } from "./penalised/coordinateSearch.js";
import { penaltyGap } from "./penalised/penaltyGap.js";
import { type ProximalOracle, proximalGradient } from "./penalised/proximalGradient.js";
import { type GramableProblem, WorkingBlocks } from "./penalised/WorkingBlocks.js";
import { type Certificate, type Goal, settle } from "./problems/certificate.js";
import type { SmoothProblem } from "./problems/Problem.js";
import type { Solver, StrategySolution } from "./Solver.js";

/** The accuracy of a first attempt, relative to the tolerance. */
const ACCURACY = 0.01;
/** What the next attempt asks for. */
const FINER = 0.01;
/** Attempts without progress after which there is none to come. */
const PATIENCE = 6;
/** The model is made anew when curvatures have changed by this share. */
const DRIFT = 0.1;
/** How far rows may move where the model has led too far. */
const REACH = 2;
/** What the model is raised by then, what of its decrease is enough, and how often it may fail. */
const RAISE = 4;
const ENOUGH = 0.1;
const MOST_FAILURES = 40;
/** A step is shortened by this, and down to that before. */
const SHORTER = 0.25;
const SHORTEST = 0.1;
/** Where a step gains so many times as much as it should, the model is too old. */
const MORE = 1.5;
/** The accuracy of a step of Newton's method, relative to what the last one has gained. */
const INNER = 1e-3;
/** A working set that takes up this share of its capacity is left by what is 0, if that makes room. */
const ROOM = 0.75;
/** Of blocks, whose Gram stays, sets of more than this are left by what is 0 once that is half of them. */
const FEW = 256;
/** Steps from the null model to a lambda on its own where there may be many minima: at least so many, of at most this ratio. */
const STEPS = 10;
const RATIO = 0.7;
const ROUGH = 1e-3;

function ownLayout(p: number) {
  const capacity = WorkingBlocks.capacity(p);
  const packed = [int32(capacity), raw64(capacity), raw64(capacity)] as const;
  return [float64(p), raw64(p), ...packed, int32(p), int32(p)] as const;
}

/** For a problem of p coordinates, intercepts for each predictor among them. */
export const penalisedLayout = (p: number, predictors = 1): Layout => [
  WorkingBlocks.layout(p),
  Extrapolation.layout(p),
  ConjugateStep.layout(p, WorkingBlocks.capacity(p)),
  ownLayout(p),
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
  const working = new WorkingBlocks(arena, problem);
  const extrapolation = new Extrapolation(arena, p);
  const newton = new ConjugateStep(arena, problem, working);
  const [u, start, places, packed, products, strong, outside] = take(arena, ownLayout(p));
  const scale = problem.convergenceScale;
  const isBlocks = penalty.kind === "blocks";
  const count = isBlocks ? penalty.starts.length - 1 : 0;
  const search =
    isBlocks && !penalty.isConvex && !isGaussian
      ? new CoordinateSearch(arena, problem as SmoothProblem, penalty)
      : undefined;
  const membersOf = (g: number): Int32Array =>
    isBlocks ? penalty.members.subarray(penalty.starts[g], penalty.starts[g + 1]) : new Int32Array(0);
  const isBounded = (j: number): boolean => lower[j] > Number.NEGATIVE_INFINITY || upper[j] < Number.POSITIVE_INFINITY;
  /** Whether a class has a bound for the column of j. */
  const isBeside = (j: number): boolean => {
    const size = features / predictors;
    for (let at = j % size; j < features && at < features; at += size) if (isBounded(at)) return true;
    return false;
  };
  let curvature = 0;
  let previous = Number.POSITIVE_INFINITY;
  let hasModel = false;

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
  const penaltyAt = (): number =>
    isBlocks ? penaltyOn(working, penalty, b) : penalty.value(working.count, working.columns, b);
  const violationOf = (): number => {
    let worst = 0;
    if (isBlocks) for (const g of working.blocks) worst = Math.max(worst, penalty.violation(g, b, z));
    return worst;
  };

  /** Adds what has a coefficient, or no penalty that keeps it at 0. */
  const addSupport = (): void => {
    if (isBlocks) {
      for (let g = 0; g < count; ++g) {
        const from: number = penalty.starts[g];
        if (working.isWorking[penalty.members[from]] === 1) continue;
        let isIn = false;
        for (let k: number = from; k < penalty.starts[g + 1]; ++k) {
          const j = penalty.members[k];
          if (b[j] !== 0 || l1[j] === 0) isIn = true;
        }
        if (isIn) working.add(membersOf(g), g);
      }
    } else working.add(eligible.filter((j) => working.isWorking[j] === 0 && (b[j] !== 0 || l1[j] === 0)));
  };
  /** Admits blocks of a list that would not stay at 0; of all if there is none. */
  const admit = (list: readonly number[] | undefined): boolean => {
    const before = working.count;
    if (!isBlocks) {
      const found = penalty.admit(working.isWorking, z, outside);
      working.add(outside.subarray(0, found));
    } else {
      const worst: [number, number][] = [];
      const look = (g: number): void => {
        const j = penalty.members[penalty.starts[g]];
        if (working.isWorking[j] === 1) return;
        const excess = penalty.excess(g, z, 1);
        if (excess > 0) worst.push([excess, g]);
      };
      if (list === undefined) for (let g = 0; g < count; ++g) look(g);
      else list.forEach(look);
      const most = Math.max(64, working.blocks.length);
      if (worst.length > most) worst.sort(([a], [c]) => c - a);
      for (const [, g] of worst.slice(0, most)) working.add(membersOf(g), g);
    }
    if (working.count === before) return false;
    problem.gradient(working.count - before, working.columns.subarray(before, working.count));
    return true;
  };
  /** The blocks outside that may well enter: those that would at 2·lambda less the last one. */
  const listStrong = (shrinkage: number): number[] => {
    const found: number[] = [];
    if (!isBlocks) return found;
    const share = shrinkage < 2 ? 1 / (2 - shrinkage) : Number.POSITIVE_INFINITY;
    for (let g = 0; g < count; ++g) {
      if (working.isWorking[penalty.members[penalty.starts[g]]] === 1) continue;
      if (share === Number.POSITIVE_INFINITY || penalty.excess(g, z, share) > 0) found.push(g);
    }
    return found;
  };
  const gradientOf = (blocks: readonly number[]): void => {
    let listed = 0;
    for (const g of blocks) {
      const members = membersOf(g);
      if (working.isWorking[members[0]] === 1) continue;
      for (const j of members) strong[listed++] = j;
    }
    problem.gradient(listed, strong);
  };
  /** z of all, exact but where it surely keeps a block at 0. */
  const look = (): void => {
    if (!isBlocks) {
      problem.gradient(eligible.length, eligible);
      return;
    }
    let listed = 0;
    for (const j of eligible) if (working.isWorking[j] === 0) outside[listed++] = j;
    problem.screen(listed, outside);
    let open = 0;
    for (let g = 0; g < count; ++g) {
      if (penalty.starts[g + 1] - penalty.starts[g] === 1) continue;
      const members = membersOf(g);
      if (working.isWorking[members[0]] === 1) continue;
      if (members.some((j) => Math.abs(z[j]) > l1[j])) for (const j of members) strong[open++] = j;
    }
    problem.gradient(open, strong);
  };

  /** The curvatures of coordinates without a penalty over the largest of all others. */
  const metricOf = (curvatureAt: (i: number) => number): Float64Array => {
    const metric = new Float64Array(working.count).fill(1);
    if (isBlocks) return metric;
    let most = 0;
    const isFree = (i: number): boolean => working.columns[i] >= features;
    for (let i = 0; i < metric.length; ++i) if (!isFree(i)) most = Math.max(most, curvatureAt(i));
    for (let i = 0; i < metric.length && most > 0; ++i) if (isFree(i)) metric[i] = curvatureAt(i) / most;
    return metric;
  };
  const modelOracle = (): ProximalOracle => {
    const { count, columns, q, G, stride } = working;
    const at = start.slice(0, count);
    const ridge = (i: number): number => (isBlocks ? 0 : l2[columns[i]] * at[i]);
    const first = q.slice(0, count);
    const moved = new Float64Array(count);
    const slopes = new Float64Array(count);
    const product = (d: Float64Array, out: Float64Array): void => {
      let moves = 0;
      for (let i = 0; i < count; ++i) {
        if (d[i] === 0) continue;
        places[moves] = i;
        packed[moves++] = d[i];
      }
      products.fill(0, 0, count);
      problem.kernels.listProduct(count, moves, places, 0, G, 0, stride, working.scale, packed, 0, products, 0);
      for (let i = 0; i < count; ++i) out[i] = products[i] + (isBlocks ? 0 : l2[columns[i]] * d[i]);
    };
    const image = new Float64Array(count);
    const metric = metricOf((i) => working.scale * G[i * stride + i]);
    return {
      count,
      columns,
      b,
      slopes,
      metric,
      image,
      gradient: () => {
        for (let i = 0; i < count; ++i) moved[i] = b[columns[i]] - at[i];
        product(moved, image);
        for (let i = 0; i < count; ++i) slopes[i] = first[i] - image[i] - ridge(i);
      },
      minimum: (u, v) => minimum(u, v),
      isBelow: (d, v) => {
        product(d, image);
        let [curved, squares] = [0, 0];
        for (let i = 0; i < count; ++i) {
          curved += d[i] * image[i];
          squares += metric[i] * d[i] * d[i];
        }
        return curved <= v * squares * (1 + NOISE);
      },
    };
  };
  const dataOracle = (): ProximalOracle => {
    const { count, columns } = working;
    const slopes = new Float64Array(count);
    const metric = metricOf((i) => curvatures[columns[i]]);
    let before = 0;
    const ridge = (j: number): number => (isBlocks ? 0 : l2[j] * b[j]);
    const smooth = (): number => {
      let sum = problem.loss(problem.residual(count, columns));
      for (let i = 0; i < count; ++i) sum += 0.5 * ridge(columns[i]) * b[columns[i]];
      return sum;
    };
    return {
      count,
      columns,
      b,
      slopes,
      metric,
      gradient: () => {
        before = smooth();
        problem.gradient(count, columns);
        for (let i = 0; i < count; ++i) slopes[i] = z[columns[i]] - ridge(columns[i]);
      },
      minimum: (u, v) => minimum(u, v),
      isBelow: (d, v) => {
        let most = before;
        for (let i = 0; i < count; ++i) most += d[i] * (0.5 * v * metric[i] * d[i] - slopes[i]);
        return smooth() <= most + NOISE * Math.abs(before);
      },
    };
  };
  const minimum = (u: Float64Array, v: number): void => {
    if (isBlocks) for (const g of working.blocks) penalty.minimum(g, u, v, b);
    else penalty.minimum(working.count, working.columns, u, v, b);
  };

  /** Lowers the quadratic model of the working set; returns the epochs done. */
  const descend = (accuracy: number, budget: number): number => {
    if (isBlocks) return blockDescent(problem, working, penalty, extrapolation, u, accuracy, budget, newton);
    const { count, columns, G, stride } = working;
    let trace = 0;
    for (let i = 0; i < count; ++i) trace = Math.max(trace, working.scale * G[i * stride + i]);
    const done = proximalGradient(modelOracle(), u, Math.max(curvature, trace), accuracy, budget, true);
    curvature = done.curvature;
    for (let i = 0; i < count; ++i) {
      const d = b[columns[i]] - start[i];
      if (d !== 0) working.move(i, d);
    }
    return done.steps;
  };

  /**
   * Minimises over the working set, with residual and gradients there as they are at b, until a step lowers the objective by no more than
   * `accuracy`; leaves them at the new b. Returns the epochs done, and what was gained.
   */
  const minimise = (accuracy: number, budget: number, isFirst: boolean): number => {
    const smooth = problem as SmoothProblem;
    const { columns } = working;
    if (working.count > working.capacity) {
      const { steps } = proximalGradient(dataOracle(), u, maxCurvature(), accuracy, budget, penalty.isConvex);
      settle(problem, working.count, columns);
      problem.residual(working.count, columns);
      problem.gradient(working.count, columns);
      return steps;
    }
    let epochs = 0;
    let inner = isGaussian || !isFirst ? accuracy : Math.max(accuracy, INNER * scale);
    let failures = 0;
    let reach = Number.POSITIVE_INFINITY;
    let before = problem.loss(problem.residual(working.count, columns)) + penaltyAt();
    for (;;) {
      pulse();
      if (!isGaussian) {
        if (hasModel && working.count > 1) {
          const { scale: ratio, drift } = smooth.modelDrift();
          if (drift <= DRIFT) working.scale = Math.max(ratio, failures > 0 ? working.scale : 0);
          else hasModel = false;
        } else hasModel = false;
        if (!hasModel) {
          const raised = failures > 1 ? working.scale : 1;
          smooth.remodel(reach);
          working.forget();
          working.scale = raised;
          hasModel = true;
        }
      }
      const m = working.count;
      for (let i = 0; i < m; ++i) start[i] = b[columns[i]];
      working.load(penalty);
      const slopes = working.q.slice(0, m);
      const penaltyBefore = penaltyAt();
      epochs += descend(inner, Math.max(1, budget - epochs));
      let expected = penaltyBefore - penaltyAt();
      for (let i = 0; i < m; ++i) expected += 0.5 * (slopes[i] + working.q[i]) * (b[columns[i]] - start[i]);
      settle(problem, m, columns);
      const valueHere = (): number => problem.loss(problem.residual(m, columns)) + penaltyAt();
      let after = valueHere();
      const noise = NOISE * (Math.abs(before) + scale);
      if (isGaussian) {
        problem.gradient(m, columns);
        return epochs;
      }
      const isEnough = (length: number): boolean =>
        after <= before + noise - (expected > noise ? ENOUGH * length * expected : 0);
      // Where the model has led too far, a part of the way may do.
      const end = Float64Array.from({ length: m }, (_, i) => b[columns[i]]);
      let length = 1;
      for (; !isEnough(length) && length > SHORTEST; length *= SHORTER) {
        for (let i = 0; i < m; ++i) b[columns[i]] = start[i] + SHORTER * length * (end[i] - start[i]);
        settle(problem, m, columns);
        after = valueHere();
      }
      if (!isEnough(length)) {
        failures += 1;
        for (let i = 0; i < m; ++i) b[columns[i]] = start[i];
        problem.residual(m, columns);
        problem.gradient(m, columns);
        if (failures > MOST_FAILURES || epochs >= budget) return epochs;
        if (failures === 1 && reach !== REACH) {
          reach = REACH;
          hasModel = false;
        } else working.scale *= RAISE;
        continue;
      }
      problem.gradient(m, columns);
      const gained = before - after;
      if (length < 1) hasModel = false;
      if (failures > 0 && expected > noise) {
        failures = 0;
        hasModel = false;
      }
      // The model is far too steep where the step led, however little its curvatures differ as a whole.
      if (gained > MORE * expected) hasModel = false;
      before = Math.min(before, after);
      if (!(gained > accuracy) || !(gained > noise) || epochs >= budget) return epochs;
      inner = Math.max(accuracy, INNER * gained);
    }
  };
  const maxCurvature = (): number => {
    let most = 0;
    for (let i = 0; i < working.count; ++i) most = Math.max(most, curvatures[working.columns[i]]);
    return most;
  };
  /** Leaves out what is 0 and would stay so. */
  const prune = (): void => {
    const isUsed = (j: number): boolean => b[j] !== 0 || l1[j] === 0;
    if (isBlocks) working.keep((g) => membersOf(g).some(isUsed));
    else {
      const columns = working.columns.slice(0, working.count).filter(isUsed);
      working.clear();
      working.add(columns);
    }
  };

  const certify = (goal: Goal, fit: number): { certificate: Certificate; converged: boolean } => {
    const value = penaltyAt();
    let violation = penalty.isConvex ? violationOf() : 0;
    const objective = problem.loss(fit) + value;
    if (!penalty.isConvex) {
      // The slopes by w, whose columns are not centred.
      const slopes = z.slice();
      for (let j = 0; j < features && features < p; ++j) {
        slopes[j] += ((pivots[j] + means[j]) / scales[j]) * z[features + Math.floor((j * predictors) / features)];
      }
      for (let g = 0; isBlocks && g < count; ++g) violation = Math.max(violation, penalty.violation(g, b, slopes));
      const converged = violation <= goal.tolerance * goal.lambdaMax;
      return { certificate: { kind: "stationary", objective, gap: Number.NaN, violation, fit }, converged };
    }
    const gap = penaltyGap(problem, penalty, fit, value);
    return gap !== undefined && gap < Number.POSITIVE_INFINITY
      ? { certificate: { kind: "gap", objective, gap, violation, fit }, converged: gap <= goal.tolerance * scale }
      : { certificate: { kind: "kkt", objective, gap: Number.NaN, violation, fit }, converged: false };
  };

  const solve = (goal: Goal, shrinkage: number, isFinal = true): StrategySolution => {
    const { tolerance, maxIterations } = goal;
    if (working.count > (isBlocks ? FEW : ROOM * working.capacity)) {
      const active = eligible.reduce((sum, j) => sum + (b[j] !== 0 ? 1 : 0), 0);
      if (active < 0.5 * (isBlocks ? Math.min(working.count, working.capacity) : working.capacity)) prune();
    }
    addSupport();
    let accuracy = penalty.isConvex
      ? ACCURACY * tolerance * scale
      : ACCURACY * tolerance * goal.lambdaMax * tolerance * goal.lambdaMax;
    let fit = problem.residual(working.count, working.columns);
    problem.gradient(working.count, working.columns);
    const list = listStrong(shrinkage);
    gradientOf(list);
    admit(list);
    let iterations = 0;
    let patience = PATIENCE;
    let nearest = Number.POSITIVE_INFINITY;
    for (;;) {
      iterations += Math.max(1, minimise(accuracy, Math.max(1, maxIterations - iterations), iterations === 0));
      const isLast = iterations >= maxIterations;
      gradientOf(list);
      if (!isLast && isBlocks && admit(list)) continue;
      look();
      if (!isLast && admit(undefined)) continue;
      // The slopes of columns that are far from 0 have those of intercepts in them, many times.
      search?.centre(working.count, working.columns);
      if (search !== undefined) hasModel = false;
      fit = problem.residual(working.count, working.columns);
      if (search !== undefined) problem.gradient(working.count, working.columns);
      let { certificate, converged } = certify(goal, fit);
      if (!penalty.isConvex && !isGaussian && isFinal && (converged || isLast)) {
        if (improve()) {
          converged = false;
          if (!isLast) continue;
          fit = problem.residual(working.count, working.columns);
          look();
          certificate = certify(goal, fit).certificate;
        }
      }
      const distance = certificate.kind === "gap" ? certificate.gap : certificate.violation;
      patience = distance < 0.9 * nearest ? PATIENCE : patience - 1;
      nearest = Math.min(nearest, distance);
      if (converged || isLast || patience <= 0) {
        const support = working.columns.slice(0, working.count);
        return { certificate, converged, iterations, support, strategy };
      }
      accuracy *= FINER;
    }
  };

  /** Moves each coordinate that is better off elsewhere, alone, in turn; whether there is one. */
  const improve = (): boolean => {
    if (!isBlocks || search === undefined) return false;
    problem.gradient(eligible.length, eligible);
    search.begin();
    hasModel = false;
    let isBetter = false;
    for (let g = 0; g < count; ++g) {
      const j = penalty.members[g];
      if (penaltyFactor[j] === 0 || !search.mayMove(g, j, u)) continue;
      const moves = search.find(g, j, working.count, working.columns);
      if (moves && working.isWorking[j] === 0) working.add(membersOf(g), g);
      isBetter ||= moves;
      if (moves) problem.gradient(eligible.length, eligible);
    }
    settle(problem, working.count, working.columns);
    problem.residual(working.count, working.columns);
    problem.gradient(working.count, working.columns);
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
      return search.mayMove(g, j, u) && search.find(g, j, eligible.length, eligible, true);
    };
    if (lambda === 0) return lambda;
    search?.begin();
    for (let g = 0; g < count; ++g) {
      if (!leaves(g, lambda)) continue;
      let [low, high] = [lambda, 2 * lambda];
      while (leaves(g, high)) [low, high] = [high, 2 * high];
      for (let step = 0; step < 50 && high - low > 1e-13 * high; ++step) {
        const middle = 0.5 * (low + high);
        if (leaves(g, middle)) low = middle;
        else high = middle;
      }
      lambda = high;
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
