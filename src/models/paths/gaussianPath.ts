import type { Matrix } from "../../data/Matrix.js";
import { compress, SparseMatrix } from "../../data/SparseMatrix.js";
import { bytesOf } from "../../kernels/arena.js";
import { stepsInMemory } from "../../kernels/pool.js";
import type { Steps } from "../../kernels/steps.js";
import { countUnpenalised } from "../../solvers/designs/rows.js";
import { storedEntries } from "../../solvers/designs/sparse/sparseColumns.js";
import { GaussianSolver } from "../../solvers/GaussianSolver.js";
import { plan, type Shape } from "../../solvers/plan.js";
import { ridgeWing } from "../../solvers/ridge/ridgePath.js";
import type { PathFit } from "../options/Fit.js";
import type { Path } from "../results/Path.js";
import { fitPath } from "./fitPath.js";
import { gramPath, isLong, isWorthIt } from "./gramPath.js";
import { countOf } from "./lambdas.js";
import { isWorthForeseeing, tallPath } from "./tallPath.js";

/** Ways that not every fit may take. */
export interface GaussianWays {
  /** From rows of the Gram that a sample foretells: only for paths that go far down. */
  tall?: typeof tallPath;
  /** What may be wanted where there is no L1 part. */
  ridge?: typeof ridgeWing;
  /** Whether the whole Gram has been tried, and is not accurate enough. */
  isBeyondGram?: boolean;
}

/** For callers that may be asked for any path. */
export const anyWays: GaussianWays = { tall: tallPath, ridge: ridgeWing };

/**
 * Fits the gaussian family for each lambda in descending order, by the strategy that the data's shape or the fit asks for.
 *
 * @param ways - So that a bundle of lasso alone does without.
 */
export function* gaussianPath(
  data: Matrix,
  y: Float64Array,
  fit: PathFit,
  { tall, ridge, isBeyondGram = false }: GaussianWays = {},
): Steps<Path> {
  if (fit.penalty !== undefined) return yield* fit.penalty.path(data, y, fit) as Steps<Path>;
  const { settings, l1Ratio } = fit;
  const X = fit.strategy === "sparse" ? compress(data) : data;
  const shape = shapeOf(X, fit, isLong(X, fit));
  const isFree = !isBeyondGram && shape.entries === undefined && fit.strategy === "auto" && shape.smallestLambda > 0;
  if (isFree) {
    let path: Path | undefined;
    if (tall && shape.isLong && l1Ratio > 0 && isWorthForeseeing(shape.n, shape.p, fit)) path = yield* tall(X, y, fit);
    else if (isWorthIt(shape, ridge !== undefined)) path = yield* gramPath(X, y, fit, ridge);
    if (path !== undefined) return path;
  }
  const chosen = plan(shape, fit.strategy);
  return yield* stepsInMemory(bytesOf(GaussianSolver.layout(shape, chosen)), "the problem", (arena) =>
    fitPath(new GaussianSolver(arena, X, y, settings, l1Ratio, chosen, ridge), fit),
  );
}

/** What the choice of a solver of the gaussian family depends on. */
export const shapeOf = (X: Matrix, { settings, l1Ratio, lambdas }: PathFit, isLong: boolean): Shape => ({
  n: X.rows,
  p: X.columns,
  l1Ratio,
  smallestLambda: lambdas.given === undefined ? 1 : Math.min(...lambdas.given),
  steps: countOf(lambdas),
  isLong,
  tolerance: settings.tolerance,
  unpenalised: countUnpenalised(settings),
  bounded: settings.lowerBounds !== undefined || settings.upperBounds !== undefined,
  entries: X instanceof SparseMatrix ? storedEntries(X, settings) : undefined,
});
