import { bytesOf } from "../../kernels/arena.js";
import { stepsInMemory } from "../../kernels/pool.js";
import { setPenalty } from "../../solvers/designs/coordinates.js";
import { GramSolver } from "../../solvers/GramSolver.js";
import { GRAM_COLUMNS } from "../../solvers/plan.js";
import type { GramProblem } from "../../solvers/problems/GramProblem.js";
import { sumsProblem, sumsProblemLayout } from "../../solvers/problems/sumsProblem.js";
import { gramCholeskyLayout, ridgeCholesky } from "../../solvers/ridge/ridgeCholesky.js";
import { ridgeWing } from "../../solvers/ridge/ridgeWing.js";
import type { Solver } from "../../solvers/Solver.js";
import { emptySums, gramSumsLayout } from "../../solvers/sums/GramSums.js";
import { isFlatIn, pivotsAt, rowSummer, rowSummerLayout, sharesOf } from "../../solvers/sums/rowSums.js";
import { fitAccurately } from "./fitPath.js";
import type { GaussianWays } from "./gaussianPath.js";
import { isTall, type WholePath } from "./tallPath.js";

/** A path of so many lambdas, from the largest to one of this share of it or less, comes to want most of the Gram. */
const MANY = 20;
const FAR = 0.02;
/** Up to this many columns, the Gram takes less time than bringing X into standard form. */
const FEW = 150;

/** The path from the whole Gram, which one pass over X sums up: what the fits cost then does not grow with n. */
export const gramPath: WholePath = {
  isWorthIt: ({ n, p, l1Ratio, bounded }, lambdas) => {
    if (l1Ratio === 0) return !bounded && p <= FEW && isTall(n, p);
    const { given } = lambdas;
    const steps = given === undefined ? lambdas.count : given.length;
    const ratio = given === undefined ? (lambdas.minRatio ?? 1e-4) : given[steps - 1] / given[0];
    return n >= p && p <= GRAM_COLUMNS && steps >= MANY && ratio <= FAR;
  },
  *fit(X, y, fit, l1Ratio, lambdas) {
    const { rows: n, columns: p } = X;
    const { settings } = fit;
    const { offset, weights } = settings;
    const counts = (row: number): boolean => weights === undefined || weights[row] > 0;
    const solving = [GramSolver.layout(p), l1Ratio === 0 ? gramCholeskyLayout(p) : []];
    const layout = [gramSumsLayout(p), rowSummerLayout(n, p), sumsProblemLayout(p), solving];
    return yield* stepsInMemory(bytesOf(layout), "the problem", function* (arena) {
      const rows = rowsThatCount(n, counts);
      const pivots = pivotsAt(rows[0], X, y, offset);
      const sums = emptySums(arena, p);
      rowSummer(arena, X, y, offset, weights && sharesOf(weights), pivots, n).sum(rows, sums);
      const problem = sumsProblem(arena, sums, pivots, n, settings, false, (column) => isFlatIn(X, column, counts));
      return problem && (yield* fitAccurately(problem, solverOf(problem, l1Ratio), fit, l1Ratio, lambdas));
    });
  },
};

/** Descent, or a factorisation for each lambda where the penalty is ridge alone: no fit without an L1 part has bounds here. */
function solverOf(problem: GramProblem, l1Ratio: number): Solver {
  const descent = new GramSolver(problem, l1Ratio);
  if (l1Ratio > 0) return descent;
  const direct = ridgeCholesky(problem);
  return {
    problem,
    solve: (goal) => descent.solve(goal),
    solveFor: (lambda, goal, isWarm) => {
      setPenalty(problem, lambda, l1Ratio);
      return { strategy: "cholesky", ...(direct(goal) ?? descent.solveFor(lambda, goal, isWarm)) };
    },
  };
}

function rowsThatCount(n: number, counts: (row: number) => boolean): Int32Array {
  const rows = new Int32Array(n);
  let count = 0;
  for (let i = 0; i < n; ++i) if (counts(i)) rows[count++] = i;
  return rows.subarray(0, count);
}

export const anyWays: GaussianWays = { whole: gramPath, ridge: ridgeWing };
