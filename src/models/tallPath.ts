import type { Matrix } from "../data/Matrix.js";
import type { Heap } from "../kernels/arena.js";
import { withMemory } from "../kernels/select.js";
import { emptySums, gramSumsBytes, rowSummer, rowSummerBytes } from "../solvers/gramSums.js";
import { gramSolver, gramSolverBytes } from "../solvers/strategy.js";
import { sumsProblem, sumsProblemBytes } from "../solvers/sumsProblem.js";
import { tallProblem, tallProblemBytes } from "../solvers/tallProblem.js";
import { fitAccurately, fitUnpenalised, type Lambdas } from "./fitPath.js";
import type { Fit } from "./options.js";
import type { Path } from "./Path.js";

/** Rows of the sample for each column, and in each of its runs of neighbours. */
const SAMPLE = 40;
const RUN = 64;
/** Steps of the sample's path, their ratio and tolerance, and how far above its noise it ends. */
const STEPS = 16;
const SHRINK = 0.6;
const ROUGH = 1e-3;
const NOISE = 2;

/** Whether X is so tall that it is better read twice than held. */
export function isTall(n: number, p: number, l1Ratio: number): boolean {
  return l1Ratio > 0 && n >= 4 * SAMPLE * p && n * p >= 1_000_000 && p <= 1000;
}

/**
 * The path of a tall X, from rows of its Gram. Which rows, a sample of the data tells: what is active there, as far down as its
 * noise allows, is read in one pass. Undefined where the Gram is not accurate enough for the tolerance.
 */
export function tallPath(X: Matrix, y: Float64Array, fit: Fit, l1Ratio: number, lambdas: Lambdas): Path | undefined {
  const { rows: n, columns: p } = X;
  const sampled = sampleRows(n, Math.min(n, SAMPLE * p), fit.settings.weights);
  const bytes =
    tallProblemBytes(n, p) +
    gramSolverBytes(p) +
    gramSumsBytes(p) +
    rowSummerBytes(sampled.length, p) +
    sumsProblemBytes(p);
  return withMemory(bytes, "the problem", (arena) => {
    const sample = arena.scoped(() => study(arena, X, y, fit, l1Ratio, lambdas, sampled));
    if (sample === undefined) return undefined;
    const problem = tallProblem(arena, X, y, fit.settings, sample.means, sample.active);
    return problem && fitAccurately(problem, gramSolver(problem, l1Ratio), fit, l1Ratio, lambdas);
  });
}

/** About `count` rows of positive weight, in runs spread evenly over the data. */
function sampleRows(n: number, count: number, weights: Float64Array | undefined): Int32Array {
  const runs = Math.max(1, Math.floor(count / RUN));
  const rows: number[] = [];
  for (let run = 0; run < runs; ++run) {
    const start = Math.floor((run * (n - RUN)) / Math.max(1, runs - 1));
    for (let i = start; i < start + RUN; ++i) if (weights === undefined || weights[i] > 0) rows.push(i);
  }
  return Int32Array.from(rows);
}

/** The sample's column means, and the columns that are active on its path. */
function study(
  arena: Heap,
  X: Matrix,
  y: Float64Array,
  fit: Fit,
  l1Ratio: number,
  lambdas: Lambdas,
  rows: Int32Array,
): { means: Float64Array; active: Int32Array } | undefined {
  const { settings } = fit;
  const p = X.columns;
  if (rows.length === 0) return undefined;
  const pivots = new Float64Array(p + 1);
  X.copyRows(pivots.subarray(0, p), rows.subarray(0, 1));
  if (!pivots.every(Number.isFinite)) return undefined;
  const sums = emptySums(arena, p);
  rowSummer(arena, X, y, settings.offset, settings.weights, pivots, rows.length).sum(rows, sums);
  const problem = sumsProblem(arena, sums, pivots, rows.length, settings, true);
  if (problem === undefined) return undefined;
  const solver = gramSolver(problem, l1Ratio);
  const { largest, steepest } = fitUnpenalised(solver, l1Ratio);
  const goal = { tolerance: ROUGH, maxIterations: settings.maxIterations, lambdaMax: largest || steepest || 1 };
  const smallest =
    lambdas.given === undefined ? largest * (lambdas.minRatio ?? 1e-4) : lambdas.given[lambdas.given.length - 1];
  const { eligible, b, curvatures } = problem;
  const isActive = new Uint8Array(p);
  const norm = Math.sqrt(eligible.reduce((most, j) => Math.max(most, curvatures[j]), 0));
  let lambda = largest;
  for (let step = 0; step < STEPS && lambda > smallest; ++step) {
    lambda = Math.max(lambda * SHRINK, smallest);
    const { certificate } = solver.solveFor(lambda, goal, false);
    for (const j of eligible) if (b[j] !== 0) isActive[j] = 1;
    if (lambda * l1Ratio < NOISE * norm * Math.sqrt(certificate.residualSquares / rows.length)) break;
  }
  const means = pivots.slice(0, p).map((pivot, j) => pivot + sums.means[j]);
  return { means, active: Int32Array.from(eligible.filter((j) => isActive[j] === 1)) };
}
