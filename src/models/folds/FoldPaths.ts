import type { Matrix } from "../../data/Matrix.js";
import { SparseMatrix } from "../../data/SparseMatrix.js";
import { bytesOf, type Heap } from "../../kernels/arena.js";
import { acquire, release } from "../../kernels/pool.js";
import type { Steps } from "../../kernels/steps.js";
import { GramSolver } from "../../solvers/GramSolver.js";
import { isSparseGramCheaper } from "../../solvers/plan.js";
import type { GramProblem } from "../../solvers/problems/GramProblem.js";
import { sumsProblem, sumsProblemLayout } from "../../solvers/problems/sumsProblem.js";
import { ridgeWing } from "../../solvers/ridge/ridgePath.js";
import { type GramSums, gramSumsLayout } from "../../solvers/sums/GramSums.js";
import { type Folds, largestOf } from "../dealing/Folds.js";
import type { Fit, Lambdas, PathFit } from "../options/Fit.js";
import type { Measure } from "../options/measure.js";
import { fitAccurately, visitPath } from "../paths/fitPath.js";
import { gaussianPath } from "../paths/gaussianPath.js";
import type { Path } from "../results/Path.js";
import { ErrorForm } from "./ErrorForm.js";
import { FoldSums } from "./FoldSums.js";
import { type FoldPoint, fitsOf, pointOf } from "./fitsOf.js";
import type { Grid } from "./foldErrors.js";
import { foldTester } from "./foldTester.js";
import { withRows } from "./heldOut.js";

/** Memory for the sums and solutions of all folds at the most. */
const MOST_BYTES = 1073741824;

/** What the rounding errors of a Gram may cost the fit of a fold, and tolerances for which that would be too much. */
const FOLD_ACCURACY = 1e-10;
const FINEST = 1e-13;
/** The share of the tolerance that fits of folds are held to, and the finest that a gap of sums can be. */
const SHARE = 0.01;
const FINEST_GAP = 1e-12;

/** The tolerance of a fold's fit on sums: its error answers to the first order to what moves a gap to the second. */
export const foldTolerance = (tolerance: number): number => Math.max(SHARE * tolerance, FINEST_GAP);

/** What the path without a fold has to give: the error of each lambda, and b of each, with what these are on. */
export interface SummedFold {
  errors: Float64Array;
  solutions: Float64Array;
  point: FoldPoint;
}

/** Whether the sums of all folds are cheaper to have than a fit of each. */
export function canFoldSums(X: Matrix, folds: Folds, ratios: readonly number[], steps: number): boolean {
  const { rows: n, columns: p } = X;
  const isCheaper =
    !(X instanceof SparseMatrix) || isSparseGramCheaper(n, p, X.values.length, steps * ratios.length * folds.count);
  const bytes = 2 * folds.count * bytesOf(gramSumsLayout(p)) + ratios.length * 8 * folds.count * p * steps;
  return n >= 2 * p && isCheaper && bytes <= MOST_BYTES;
}

/**
 * The paths on all rows and on all but each fold, from one pass over X: the sums of a fold's training rows are those of the folds
 * before it plus those of the folds after it, and its error is a quadratic form of its own sums. In a memory of its own, until it is closed.
 */
export class FoldPaths {
  readonly #X: Matrix;
  readonly #y: Float64Array;
  readonly #fit: Fit;
  readonly #heap: Heap;
  readonly #sums: FoldSums;
  readonly #form: ErrorForm;

  constructor(X: Matrix, y: Float64Array, fit: Fit, folds: Folds) {
    const p = X.columns;
    const sums = FoldSums.layoutOf(X, folds.count, largestOf(folds));
    const layout = [sums, ErrorForm.layout(p), sumsProblemLayout(p), GramSolver.layout(p)];
    this.#X = X;
    this.#y = y;
    this.#fit = fit;
    this.#heap = acquire(bytesOf(layout), "cross-validation");
    this.#sums = new FoldSums(this.#heap, X, y, fit.settings, folds);
    this.#form = new ErrorForm(this.#heap, this.#sums.pivots);
  }

  close(): void {
    release(this.#heap);
  }

  /** The sums of a fold's own rows. @throws RangeError for values that are not finite. */
  sum(fold: number): GramSums {
    return this.#sums.sum(fold);
  }

  /** Takes the sums of all folds, which the paths are made of. */
  take(own: readonly GramSums[]): void {
    this.#sums.take(own);
  }

  /** The path on all rows. */
  *path(l1Ratio: number, lambdas: Lambdas): Steps<Path> {
    const fit = { ...this.#fit, l1Ratio, lambdas };
    const path = yield* this.#heap.scopedSteps(() => this.#byGram(fit));
    const ways = { ridge: ridgeWing, isBeyondGram: true };
    return path ?? (yield* gaussianPath(this.#X, this.#y, fit, ways));
  }

  *#byGram(fit: PathFit): Steps<Path | undefined> {
    const problem = this.#problem(this.#sums.all, this.#X.rows, false);
    return problem && (yield* fitAccurately(problem, new GramSolver(problem, fit.l1Ratio), fit));
  }

  /** The paths of some grids without a fold. Undefined where they are not as accurate as a fit would be. */
  *fold(fold: number, grids: readonly Grid[], measure: Measure): Steps<SummedFold[] | undefined> {
    const training = this.#sums.without(fold);
    const found: SummedFold[] = [];
    for (const grid of grids) {
      const summed = yield* this.#heap.scopedSteps(() => this.#without(fold, training, grid));
      if (summed === undefined) return undefined;
      found.push(summed);
      if (measure !== "meanAbsoluteError") continue;
      const { errors, solutions, point } = summed;
      const fitOf = fitsOf(point, solutions, this.#fit.settings);
      const rows = this.#sums.rows[fold];
      withRows(this.#X, rows, (tested) => {
        const test = foldTester(this.#y, this.#fit, measure, "", rows, tested);
        for (let k = 0; k < errors.length; ++k) errors[k] = test(fitOf(k)).error;
      });
    }
    return found;
  }

  *#without(fold: number, training: GramSums, { lambdas, l1Ratio }: Grid): Steps<SummedFold | undefined> {
    const { rows: n, columns: p } = this.#X;
    const { settings } = this.#fit;
    const { tolerance } = settings;
    // The fits of folds return no certificate: what rounding leaves of their accuracy is enough for an error.
    const accuracy = tolerance < FINEST ? tolerance : Math.max(tolerance, FOLD_ACCURACY);
    const finer = tolerance < FINEST ? tolerance : foldTolerance(tolerance);
    const foldFit = { ...this.#fit, settings: { ...settings, tolerance: finer }, l1Ratio, lambdas: { given: lambdas } };
    const problem = this.#problem(training, n - this.#sums.rows[fold].length, true, fold);
    if (problem === undefined) return undefined;
    const solver = new GramSolver(problem, l1Ratio, true);
    const errorOf = this.#form.of(this.#sums.own[fold], settings.intercept ? training : undefined);
    const errors = new Float64Array(lambdas.length);
    const solutions = new Float64Array(lambdas.length * p);
    const point = pointOf(problem);
    const isComplete = yield* visitPath(solver, foldFit, (_, k) => {
      errors[k] = errorOf(problem);
      solutions.set(problem.b, k * p);
      return errors[k] < Number.POSITIVE_INFINITY && problem.isAccurate(accuracy);
    });
    return isComplete ? { errors, solutions, point } : undefined;
  }

  #problem(of: GramSums, count: number, isKept: boolean, without = -1): GramProblem | undefined {
    const sums = this.#sums;
    return sumsProblem(this.#heap, of, sums.pivots, count, this.#fit.settings, isKept, (column) =>
      sums.isFlat(column, without),
    );
  }
}
