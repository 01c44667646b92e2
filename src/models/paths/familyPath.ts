import type { Matrix } from "../../data/Matrix.js";
import type { Steps } from "../../kernels/steps.js";
import { hasEtas, lossOf } from "../../losses/families.js";
import { newtonPlan, smoothPlan } from "../../solvers/problems/smooth/smoothPlan.js";
import type { PathFit } from "../options/Fit.js";
import type { AnyModel } from "../results/Model.js";
import type { Path } from "../results/Path.js";
import { fitPath } from "./fitPath.js";
import { type GaussianWays, gaussianPath } from "./gaussianPath.js";
import { countOf } from "./lambdas.js";
import { dataFor, smoothPath } from "./smoothPath.js";

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
  const data = dataFor(X, fit);
  const { settings, l1Ratio, lambdas } = fit;
  const isOne = !hasEtas(family);
  const plan =
    isOne && lossOf(family, fit.response).steepest !== undefined
      ? newtonPlan(data)
      : smoothPlan(data, settings, l1Ratio, countOf(lambdas), isOne ? 1 : (classes?.length ?? 0));
  const path = yield* smoothPath(
    data,
    y,
    fit,
    plan,
    () => [],
    (solver) => fitPath(solver, fit),
  );
  return path as Path<AnyModel> as Path<M>;
}
