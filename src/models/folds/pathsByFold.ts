import type { Matrix } from "../../data/Matrix.js";
import { SparseMatrix } from "../../data/SparseMatrix.js";
import { alignedBytes } from "../../kernels/arena.js";
import { withMemory } from "../../kernels/pool.js";
import { gramSolver, gramSolverBytes } from "../../solvers/gramSolver.js";
import { GRAM_ENTRIES } from "../../solvers/plan.js";
import { sumsProblem, sumsProblemBytes } from "../../solvers/problems/sumsProblem.js";
import { type GramSums, gramSumsBytes } from "../../solvers/sums/GramSums.js";
import { type Folds, largestOf } from "../dealing/Folds.js";
import type { Measure } from "../options/measure.js";
import type { Fit, Lambdas } from "../options/options.js";
import { fitAccurately, visitPath } from "../paths/fitPath.js";
import { gaussianPath } from "../paths/gaussianPath.js";
import type { Path } from "../results/Path.js";
import { ErrorForm } from "./ErrorForm.js";
import { FoldSums } from "./FoldSums.js";
import { fitsOf } from "./fitsOf.js";
import { foldTester } from "./foldTester.js";
import { type FoldFit, type FoldResults, withRows } from "./heldOut.js";

/** Memory for the sums and solutions of all folds at the most. */
const MOST_BYTES = 1073741824;

/** What the rounding errors of a Gram may cost the fit of a fold, and tolerances for which that would be too much. */
const FOLD_ACCURACY = 1e-10;
const FINEST = 1e-13;
/** An error of a fold answers to the first order to what moves a gap to the second, so that folds are fitted to this share of the tolerance. */
const SHARE = 0.01;
/** The finest tolerance that a gap of sums can be held to. */
const FINEST_GAP = 1e-12;

/** Takes a path on all rows, and what the folds had to give for each of its lambdas. */
export type Add = (path: Path, results: FoldResults) => void;

/** Bytes for the solutions of all folds for one l1Ratio. */
function solutionBytes(p: number, { count }: Folds, lambdas: Lambdas): number {
  return alignedBytes(8 * count * p * (lambdas.given === undefined ? lambdas.count : lambdas.given.length));
}

/** Whether the sums of all folds are cheaper to have than a fit of each. */
export function canFoldSums(X: Matrix, folds: Folds, ratios: readonly number[], lambdas: Lambdas): boolean {
  const { rows: n, columns: p } = X;
  const isDense = !(X instanceof SparseMatrix) || X.values.length >= GRAM_ENTRIES * p * p;
  const bytes = 2 * folds.count * gramSumsBytes(p) + ratios.length * solutionBytes(p, folds, lambdas);
  return n >= 2 * p && isDense && bytes <= MOST_BYTES;
}

/**
 * The paths on all rows and on all but each fold, from one pass over X: the sums of a fold's training rows are those of the folds
 * before it plus those of the folds after it, and its error is a quadratic form of its own sums. False, and nothing added, where that is
 * not as accurate as a fit of each would be.
 */
export function pathsByFold(
  X: Matrix,
  y: Float64Array,
  fit: Fit,
  ratios: readonly number[],
  lambdas: Lambdas,
  folds: Folds,
  measure: Measure,
  add: Add,
): boolean {
  const { rows: n, columns: p } = X;
  const { settings } = fit;
  const bytes =
    FoldSums.bytes(X, folds.count, largestOf(folds)) +
    sumsProblemBytes(p) +
    gramSolverBytes(p) +
    ErrorForm.bytes(p) +
    ratios.length * solutionBytes(p, folds, lambdas);
  return withMemory(bytes, "cross-validation", (arena) => {
    const sums = new FoldSums(arena, X, y, settings, folds);
    if (!sums.isOrdinary) return false;
    const { own, pivots, rows } = sums;
    const problemOf = (of: GramSums, count: number, isKept: boolean, without = -1) =>
      sumsProblem(arena, of, pivots, count, settings, isKept, (column) => sums.isFlat(column, without));
    const pathOf = (l1Ratio: number) =>
      arena.scoped(() => {
        const problem = problemOf(sums.all, n, false);
        return problem && fitAccurately(problem, gramSolver(problem, l1Ratio), fit, l1Ratio, lambdas);
      });
    const { tolerance } = settings;
    // The fits of folds return no certificate: what rounding leaves of their accuracy is enough for an error.
    const accuracy = tolerance < FINEST ? tolerance : Math.max(tolerance, FOLD_ACCURACY);
    const foldTolerance = tolerance < FINEST ? tolerance : Math.max(SHARE * tolerance, FINEST_GAP);
    const foldFit = { ...fit, settings: { ...settings, tolerance: foldTolerance } };

    const found = ratios.map((l1Ratio) => {
      const path = pathOf(l1Ratio) ?? gaussianPath(X, y, fit, l1Ratio, lambdas);
      const size = folds.count * path.lambdas.length;
      return {
        path,
        errors: new Float64Array(size),
        fits: [] as ((place: number) => FoldFit)[],
        solutions: arena.raw64(size * p),
      };
    });
    const form = new ErrorForm(arena, pivots);
    for (let fold = 0; fold < folds.count; ++fold) {
      const training = sums.without(fold);
      for (const { path, errors, fits, solutions } of found) {
        const { lambdas: given, l1Ratio } = path;
        const isComplete = arena.scoped(() => {
          const problem = problemOf(training, n - rows[fold].length, true, fold);
          if (problem === undefined) return false;
          const solver = gramSolver(problem, l1Ratio, true);
          const errorOf = form.of(own[fold], settings.intercept ? training : undefined);
          const solved = solutions.subarray(fold * given.length * p);
          fits.push(fitsOf(problem, solved, settings));
          return visitPath(solver, foldFit, l1Ratio, given, (_, k) => {
            const error = errorOf(problem);
            errors[fold * given.length + k] = error;
            solved.set(problem.b, k * p);
            return error < Number.POSITIVE_INFINITY && problem.isAccurate(accuracy);
          });
        });
        if (!isComplete) return false;
        if (measure !== "meanAbsoluteError") continue;
        withRows(X, rows[fold], (tested) => {
          const test = foldTester(y, fit, measure, "", rows[fold], tested);
          for (let k = 0; k < given.length; ++k) errors[fold * given.length + k] = test(fits[fold](k)).error;
        });
      }
    }
    for (const { path, errors, fits } of found) add(path, { errors, fitOf: (fold, place) => fits[fold](place) });
    return true;
  });
}
