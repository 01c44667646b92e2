import type { Matrix } from "../../data/Matrix.js";
import { bytesOf, float64, type Heap, take } from "../../kernels/arena.js";
import { stepsInMemory } from "../../kernels/pool.js";
import type { Steps } from "../../kernels/steps.js";
import { responseLayout, standardizeResponse } from "../../solvers/designs/rows.js";
import { GramSolver } from "../../solvers/GramSolver.js";
import { GRAM_COLUMNS } from "../../solvers/plan.js";
import { sampleProblem, sampleProblemLayout } from "../../solvers/problems/sampleProblem.js";
import { mayAllBeRough, TallGram } from "../../solvers/problems/TallGram.js";
import { TallProblem } from "../../solvers/problems/TallProblem.js";
import { RoughProblem, RoughSolver } from "../../solvers/RoughSolver.js";
import { doubtOf } from "../../solvers/sums/tall/doubtOf.js";
import { TallSums } from "../../solvers/sums/tall/TallSums.js";
import { isTall } from "../../solvers/sums/tall/tallRows.js";
import type { Lambdas, PathFit } from "../options/Fit.js";
import type { Path } from "../results/Path.js";
import { fitAccurately, fitPath, fitUnpenalised } from "./fitPath.js";
import { gramPath, lastOf } from "./gramPath.js";
import { countOf } from "./lambdas.js";

/** What a sample tells of a tall problem. */
interface Foresight {
  /** Columns that are likely to have a coefficient. */
  active: Int32Array;
  /** The last l1 of a column with penalty factor 1. */
  lastL1: number;
  /** The last l1 down to which the sample tells what is active. */
  knownL1: number;
  /** Whether what rounding leaves of columns is worth a look, to know better how large it is. */
  isFine: boolean;
}

/** Rows that tell where the columns are. */
const PILOTS = 32;
/** Steps of the sample's path, their ratio and tolerance, and how far above its noise it ends. */
const STEPS = 16;
const SHRINK = 0.6;
const ROUGH = 1e-3;
const NOISE = 2.5;

/** Tolerances that rough products may be good enough for, of paths that end at this share of their first lambda. */
const LOOSE = 2e-3;
const ROUGHLY_FAR = 1 / 2000;
/** What they are thought to leave open must be this share of the tolerance. */
const HOPE = 0.25;

/** The products of a whole Gram that take as long as a sample's path. */
const SAMPLE_PRODUCTS = 1.5e8;
/** Rows for each column from which on all of them may be the sample, of paths that end at this share of their first lambda: further down most columns are active. */
const MEDIUM = 20;
const NOT_FAR = 1 / 200;

/** Whether a sample saves more of the Gram than it costs. */
export function isWorthForeseeing(n: number, p: number, fit: PathFit): boolean {
  if (n * p * p <= SAMPLE_PRODUCTS) return false;
  return isTall(n, p) || (n >= p && p <= GRAM_COLUMNS && (isMedium(n, p, fit.lambdas) || mayBeRough(p, fit)));
}

/** The share of the first lambda that the last one is. */
const reachOf = (lambdas: Lambdas): number => {
  const first = lambdas.given?.[0] ?? 1;
  return lastOf(lambdas, first) / first;
};

const isMedium = (n: number, p: number, lambdas: Lambdas): boolean => n >= MEDIUM * p && reachOf(lambdas) >= NOT_FAR;

/** Whether rough products may be good enough for all of a path. */
function mayBeRough(p: number, { settings, lambdas, warmStart }: PathFit): boolean {
  const isLoose = settings.tolerance >= LOOSE && reachOf(lambdas) >= ROUGHLY_FAR && warmStart === undefined;
  return isLoose && countOf(lambdas) <= p && mayAllBeRough(p, settings);
}

/** The share of the columns that are active, from which on the whole Gram is cheaper than what is wanted of it; and how far beyond the sample's path that is not known. */
const MOST = 0.4;
const BEYOND = 0.2;
/** Where all rows are the sample, columns whose gradients come this near to their last l1 are likely to be wanted too. */
const NEAR = 0.95;

/**
 * The path of a tall X, from rows of its Gram. Which rows, a sample of the data tells: what is active there, as far down as its
 * noise allows, is read in one pass; and if that is most of them, the whole Gram. Undefined where the Gram is not accurate enough for the tolerance.
 */
export function* tallPath(X: Matrix, y: Float64Array, fit: PathFit): Steps<Path | undefined> {
  const { rows: n, columns: p } = X;
  const { settings, l1Ratio, lambdas } = fit;
  const pivotsLayout = [float64(p)] as const;
  const all = [responseLayout(n), pivotsLayout, TallSums.layout(n, p), GramSolver.layout(p)];
  const rest = [sampleProblemLayout(p), TallProblem.layout(p), RoughProblem.layout(p)];
  const bytes = bytesOf(all) + Math.max(...rest.map(bytesOf));
  let wantsMost = false;
  const path = yield* stepsInMemory(bytes, "the problem", function* (arena): Steps<Path | undefined> {
    const response = standardizeResponse(arena, y, settings);
    const [pivots] = take(arena, pivotsLayout);
    if (settings.intercept) pivots.set(pilotMeans(X, response.weights));
    const sums = new TallSums(arena, X, response, pivots, settings);
    if (!pivots.every(Number.isFinite)) return undefined;
    let isRough = sums.isWhole && mayBeRough(p, fit);
    const isElse = !sums.isWhole || isMedium(n, p, lambdas);
    const isWorthIt = (): boolean => {
      const doubt = doubtOf(sums, (largest) => lastOf(lambdas, largest / l1Ratio) * l1Ratio);
      isRough &&= doubt <= HOPE * settings.tolerance;
      wantsMost = !isRough && !isElse;
      return !wantsMost;
    };
    if (!sums.readSample(isWorthIt)) return undefined;
    if (isRough) {
      const rough = yield* arena.scopedSteps(() => roughPath(arena, sums, fit));
      wantsMost = rough === undefined && !isElse;
      if (rough !== undefined || wantsMost) return rough;
    }
    const foresight = arena.scoped(() => study(sampleProblem(arena, sums, settings), n, fit));
    const { active, lastL1, knownL1, isFine } = foresight;
    wantsMost = active.length >= MOST * p || lastL1 < BEYOND * knownL1;
    if (wantsMost) return undefined;
    const gram = new TallGram(arena, sums, isFine);
    if (!gram.fetch(active, true)) return undefined;
    const problem = new TallProblem(gram, lastL1);
    return yield* fitAccurately(problem, new GramSolver(problem, l1Ratio), fit);
  });
  return wantsMost ? yield* gramPath(X, y, fit) : path;
}

/** The path by rough products alone; undefined where they are not good enough. */
function* roughPath(arena: Heap, sums: TallSums, fit: PathFit): Steps<Path | undefined> {
  const gram = new TallGram(arena, sums, false);
  if (!gram.takeSample()) return undefined;
  const solver = new RoughSolver(gram, fit.l1Ratio);
  const path = yield* fitPath(solver, fit);
  return solver.isGood ? path : undefined;
}

/** The column means of a few rows of positive weight, spread over the data. */
function pilotMeans(X: Matrix, weights: Float64Array): Float64Array {
  const { rows: n, columns: p } = X;
  const rows: number[] = [];
  for (let k = 0; k < PILOTS; ++k) {
    let i = Math.floor((k * n) / PILOTS);
    while (i < n && !(weights[i] > 0)) i += 1;
    if (i < n && !rows.includes(i)) rows.push(i);
  }
  const count = rows.length;
  const values = new Float64Array(count * p);
  X.copyRows(values, Int32Array.from(rows));
  const means = new Float64Array(p);
  for (let j = 0; j < p; ++j) for (let k = 0; k < count; ++k) means[j] += values[j * count + k] / count;
  return means;
}

/** The columns that are active on the sample's path, and where that ends. */
function study(
  sample: ReturnType<typeof sampleProblem>,
  rows: number,
  { settings, l1Ratio, lambdas }: PathFit,
): Foresight {
  if (sample === undefined) {
    const lastL1 = lastOf(lambdas, 0) * l1Ratio;
    return { active: new Int32Array(0), lastL1, knownL1: lastL1, isFine: true };
  }
  const { problem, errors } = sample;
  const { eligible, b, z, l1, curvatures, n, convergenceScale } = problem;
  const { tolerance, maxIterations } = settings;
  const solver = new GramSolver(problem, l1Ratio);
  const { largest, steepest } = fitUnpenalised(solver, l1Ratio, maxIterations);
  const goal = { tolerance: ROUGH, maxIterations, lambdaMax: largest || steepest || 1 };
  const smallest = lastOf(lambdas, largest);
  const isActive = new Uint8Array(problem.p);
  const norm = Math.sqrt(eligible.reduce((most, j) => Math.max(most, curvatures[j]), 0));
  let lambda = largest;
  let noise = 0;
  let count = 0;
  for (let step = 0; step < STEPS && lambda > Math.max(smallest, noise) && count < MOST * problem.p; ++step) {
    lambda = Math.max(lambda * SHRINK, smallest, noise);
    const { certificate } = solver.solveFor(lambda, goal, false);
    for (const j of eligible) {
      if (b[j] === 0 || isActive[j] === 1) continue;
      isActive[j] = 1;
      count += 1;
    }
    // All rows have none.
    if (n < rows) noise = (NOISE * norm * Math.sqrt(certificate.fit / n)) / l1Ratio;
  }
  // What a gradient may be off by, at worst, counts as often as there are coefficients to pay for it.
  const doubt = norm * eligible.reduce((sum, j) => sum + Math.abs(b[j]) * errors[j], 0);
  const size = eligible.reduce((sum, j) => sum + Math.abs(b[j]), 0);
  if (n === rows) for (const j of eligible) if (Math.abs(z[j]) > NEAR * l1[j]) isActive[j] = 1;
  return {
    active: eligible.filter((j) => isActive[j] === 1),
    lastL1: smallest * l1Ratio,
    knownL1: lambda * l1Ratio,
    isFine: doubt * size > tolerance * convergenceScale,
  };
}
