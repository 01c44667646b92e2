import type { Matrix } from "../../data/Matrix.js";
import { compress } from "../../data/SparseMatrix.js";
import { checkChoice } from "../../errors.js";
import { bytesOf } from "../../kernels/arena.js";
import { stepsInMemory } from "../../kernels/pool.js";
import type { Steps } from "../../kernels/steps.js";
import { hasEtas, lossOf } from "../../losses/families.js";
import { newtonPlan, smoothPlan } from "../../solvers/problems/smooth/smoothPlan.js";
import { glmSolver, glmSolverLayout, softmaxSolver, softmaxSolverLayout } from "../../solvers/SmoothSolver.js";
import type { PathFit } from "../options/Fit.js";
import type { AnyModel } from "../results/Model.js";
import type { Path } from "../results/Path.js";
import { fillIn } from "./fillIn.js";
import { fitPath } from "./fitPath.js";
import { type GaussianWays, gaussianPath } from "./gaussianPath.js";
import { countOf } from "./lambdas.js";

/** Fits for each lambda in descending order, with rests in between. */
export type PathOf<M extends AnyModel> = (X: Matrix, y: Float64Array, fit: PathFit) => Steps<Path<M>>;

/** Fits a family for each lambda in descending order; `ways` as {@link gaussianPath} takes them. */
export function* familyPath<M extends AnyModel>(
  X: Matrix,
  y: Float64Array,
  fit: PathFit,
  ways?: GaussianWays,
): Steps<Path<M>> {
  const { family, classes } = fit.response;
  if (fit.penalty !== undefined) return (yield* fit.penalty.path(X, y, fit) as Steps<Path<AnyModel>>) as Path<M>;
  if (family === "gaussian") return (yield* gaussianPath(X, y, fit, ways)) as Path<AnyModel> as Path<M>;
  checkChoice("strategy", fit.strategy, ["auto", "newton", "sparse"]);
  const data = fit.strategy === "sparse" ? compress(X) : fit.strategy === "newton" ? fillIn(X) : X;
  const K = classes?.length ?? 0;
  const { settings, l1Ratio } = fit;
  const loss = hasEtas(family) ? undefined : lossOf(family, fit.response);
  const plan =
    loss?.steepest === undefined
      ? smoothPlan(data, settings, l1Ratio, countOf(fit.lambdas), loss === undefined ? K : 1)
      : newtonPlan(data);
  const path = yield* loss === undefined
    ? stepsInMemory(bytesOf(softmaxSolverLayout(data, K, settings, plan)), "the problem", (arena) =>
        fitPath(softmaxSolver(arena, data, y, K, settings, l1Ratio, plan), fit),
      )
    : stepsInMemory(bytesOf(glmSolverLayout(data, settings, plan)), "the problem", (arena) =>
        fitPath(glmSolver(arena, data, y, loss, settings, l1Ratio, plan), fit),
      );
  return path as Path<AnyModel> as Path<M>;
}
