import type { Matrix } from "../data/Matrix.js";
import { withMemory } from "../kernels/select.js";
import { makeSolver, plan, planBytes, type Shape } from "../solvers/strategy.js";
import { fitPath, type Lambdas } from "./fitPath.js";
import type { Fit } from "./options.js";
import type { Path } from "./Path.js";
import { isTall, tallPath } from "./tallPath.js";

/** Fits the gaussian family for each lambda in descending order, by the strategy that the data's shape or the fit asks for. */
export function gaussianPath(X: Matrix, y: Float64Array, fit: Fit, l1Ratio: number, lambdas: Lambdas): Path {
  const { settings } = fit;
  const shape: Shape = {
    n: X.rows,
    p: X.columns,
    l1Ratio,
    smallestLambda: lambdas.given === undefined ? 1 : Math.min(...lambdas.given),
    unpenalised: settings.penaltyFactor?.reduce((count, factor) => count + (factor === 0 ? 1 : 0), 0) ?? 0,
    bounded: settings.lowerBounds !== undefined || settings.upperBounds !== undefined,
  };
  if (fit.strategy === "auto" && shape.smallestLambda > 0 && isTall(shape.n, shape.p, l1Ratio)) {
    const path = tallPath(X, y, fit, l1Ratio, lambdas);
    if (path !== undefined) return path;
  }
  const chosen = plan(shape, fit.strategy);
  return withMemory(planBytes(shape, chosen), "the problem", (arena) =>
    fitPath(makeSolver(arena, X, y, settings, shape, chosen), fit, l1Ratio, lambdas),
  );
}
