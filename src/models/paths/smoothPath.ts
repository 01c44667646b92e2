import { DenseMatrix } from "../../data/DenseMatrix.js";
import type { Matrix } from "../../data/Matrix.js";
import { compress, SparseMatrix } from "../../data/SparseMatrix.js";
import { checkChoice } from "../../errors.js";
import { bytesOf, type Layout } from "../../kernels/arena.js";
import { stepsInMemory } from "../../kernels/pool.js";
import type { Steps } from "../../kernels/steps.js";
import { hasEtas, lossOf } from "../../losses/families.js";
import type { SmoothPlan } from "../../solvers/problems/smooth/smoothPlan.js";
import { glmSolver, glmSolverLayout, softmaxSolver, softmaxSolverLayout } from "../../solvers/SmoothSolver.js";
import type { Solver } from "../../solvers/Solver.js";
import type { Fit, PathFit } from "../options/Fit.js";
import type { Path } from "../results/Path.js";

/** X as it is, or filled in if it is sparse. */
function fillIn(X: Matrix): Matrix {
  if (!(X instanceof SparseMatrix)) return X;
  const values = new Float64Array(X.rows * X.columns);
  X.copyColumns(values, 0, X.columns);
  return new DenseMatrix(values, X.rows, X.columns, "column");
}

/** X as a strategy wants it that is no gaussian one. */
export function dataFor(X: Matrix, { strategy }: Fit): Matrix {
  checkChoice("strategy", strategy, ["auto", "newton", "sparse"]);
  return strategy === "sparse" ? compress(X) : strategy === "newton" ? fillIn(X) : X;
}

/**
 * The path of a family whose curvature changes, in a memory of its own.
 *
 * @param more - What else is to fit there, for a problem of so many coordinates and predictors.
 * @param walk - Goes from lambda to lambda by the solver.
 */
export function smoothPath(
  X: Matrix,
  y: Float64Array,
  { response, settings, l1Ratio }: PathFit,
  plan: SmoothPlan,
  more: (size: number, predictors: number) => Layout,
  walk: (solver: Solver) => Steps<Path>,
): Steps<Path> {
  const { family, classes } = response;
  const K = classes?.length ?? 0;
  const size = X.columns + 1;
  return hasEtas(family)
    ? stepsInMemory(bytesOf([softmaxSolverLayout(X, K, settings, plan), more(K * size, K)]), "the problem", (arena) =>
        walk(softmaxSolver(arena, X, y, K, settings, l1Ratio, plan)),
      )
    : stepsInMemory(bytesOf([glmSolverLayout(X, settings, plan), more(size, 1)]), "the problem", (arena) =>
        walk(glmSolver(arena, X, y, lossOf(family, response), settings, l1Ratio, plan)),
      );
}
