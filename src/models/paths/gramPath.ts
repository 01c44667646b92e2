import type { Matrix } from "../../data/Matrix.js";
import { bytesOf } from "../../kernels/arena.js";
import { stepsInMemory } from "../../kernels/pool.js";
import type { Steps } from "../../kernels/steps.js";
import { GramSolver } from "../../solvers/GramSolver.js";
import { GRAM_COLUMNS, ROUGH, type Shape } from "../../solvers/plan.js";
import { sumsProblem, sumsProblemLayout } from "../../solvers/problems/sumsProblem.js";
import { gramCholeskyLayout } from "../../solvers/ridge/ridgeCholesky.js";
import type { ridgeWing } from "../../solvers/ridge/ridgePath.js";
import { emptySums, gramSumsLayout } from "../../solvers/sums/GramSums.js";
import { isFlatIn, pivotsAt, rowSummer, rowSummerLayout, sharesOf } from "../../solvers/sums/rowSums.js";
import { isTall } from "../../solvers/sums/tall/tallRows.js";
import type { Lambdas, PathFit } from "../options/Fit.js";
import type { Path } from "../results/Path.js";
import { fitAccurately } from "./fitPath.js";

/** A path of so many lambdas, from the largest to one of this share of it or less, comes to want most of the Gram. */
const MANY = 20;
const FAR = 0.02;
/** Of so many columns, with few more rows than columns, Newton's method does better unless it goes further down, or its penalty has little of an L1 part. */
const LARGE = 800;
const SQUARE = 4 / 3;
const FURTHER = 0.0099;
const MOSTLY_L1 = 0.5;
/** Up to this many columns, the Gram of many values takes less time than bringing X into standard form, for a fit, and for paths of ridge. */
const FEW = 100;
const FEW_OF_RIDGE = 150;
const MANY_VALUES = 200_000;

/** Whether so many lambdas go so far down that most columns will be wanted again and again. */
export function isLong({ rows: n, columns: p }: Pick<Matrix, "rows" | "columns">, fit: PathFit): boolean {
  const { lambdas, l1Ratio, settings } = fit;
  const { given } = lambdas;
  const [count, first] = given === undefined ? [lambdas.count, 1] : [given.length, given[0]];
  const isSquare = p >= LARGE && n <= SQUARE * p && l1Ratio >= MOSTLY_L1 && settings.tolerance < ROUGH;
  return count >= MANY && lastOf(lambdas, first) <= (isSquare ? FURTHER : FAR) * first;
}

/** The last lambda of a path whose first is this one, of no fewer rows than columns. */
export function lastOf(lambdas: Lambdas, first: number): number {
  const { given } = lambdas;
  return given === undefined ? first * (lambdas.minRatio ?? 1e-4) : given[given.length - 1];
}

/** Whether the whole Gram is cheaper to have at once than what else there is. */
export function isWorthIt({ n, p, l1Ratio, bounded, isLong }: Shape, hasRidge: boolean): boolean {
  if (l1Ratio === 0) return hasRidge && !bounded && p <= FEW_OF_RIDGE && isTall(n, p);
  return n >= p && (isLong ? p <= GRAM_COLUMNS : p <= FEW && n * p >= MANY_VALUES);
}

/**
 * The path from the whole Gram, which one pass over X sums up: what the fits cost then does not grow with n. Undefined where that is
 * not accurate enough for the tolerance.
 */
export function* gramPath(X: Matrix, y: Float64Array, fit: PathFit, ridge?: typeof ridgeWing): Steps<Path | undefined> {
  const { rows: n, columns: p } = X;
  const { settings, l1Ratio } = fit;
  const { offset, weights } = settings;
  const counts = (row: number): boolean => weights === undefined || weights[row] > 0;
  // No fit without an L1 part has bounds here.
  const own = l1Ratio === 0 ? ridge : undefined;
  const solving = [GramSolver.layout(p), own ? gramCholeskyLayout(p) : []];
  const layout = [gramSumsLayout(p), rowSummerLayout(n, p), sumsProblemLayout(p), solving];
  return yield* stepsInMemory(bytesOf(layout), "the problem", function* (arena) {
    const rows = rowsThatCount(n, counts);
    const pivots = pivotsAt(rows[0], X, y, offset);
    const sums = emptySums(arena, p);
    rowSummer(arena, X, y, offset, weights && sharesOf(weights), pivots, n).sum(rows, sums);
    const problem = sumsProblem(arena, sums, pivots, n, settings, false, (column) => isFlatIn(X, column, counts));
    return problem && (yield* fitAccurately(problem, new GramSolver(problem, l1Ratio, false, own), fit));
  });
}

function rowsThatCount(n: number, counts: (row: number) => boolean): Int32Array {
  const rows = new Int32Array(n);
  let count = 0;
  for (let i = 0; i < n; ++i) if (counts(i)) rows[count++] = i;
  return rows.subarray(0, count);
}
