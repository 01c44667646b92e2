import type { Matrix } from "../../data/Matrix.js";
import { SparseMatrix } from "../../data/SparseMatrix.js";
import { countUnpenalised } from "../../solvers/designs/rows.js";
import { storedEntries } from "../../solvers/designs/sparse/sparseColumns.js";
import type { Shape } from "../../solvers/plan.js";
import type { PathFit } from "../options/Fit.js";
import { countOf } from "./lambdas.js";

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
