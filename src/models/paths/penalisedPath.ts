import type { Matrix } from "../../data/Matrix.js";
import { SparseMatrix } from "../../data/SparseMatrix.js";
import { bytesOf } from "../../kernels/arena.js";
import { stepsInMemory } from "../../kernels/pool.js";
import type { Steps } from "../../kernels/steps.js";
import { GaussianSolver } from "../../solvers/GaussianSolver.js";
import { PenalisedSolver } from "../../solvers/PenalisedSolver.js";
import { plan } from "../../solvers/plan.js";
import { newtonPlan } from "../../solvers/problems/smooth/smoothPlan.js";
import { ridgeWing } from "../../solvers/ridge/ridgePath.js";
import type { Solver } from "../../solvers/Solver.js";
import type { Fit, PathFit } from "../options/Fit.js";
import type { Path } from "../results/Path.js";
import { fitPath } from "./fitPath.js";
import { shapeOf } from "./gaussianPath.js";
import { dataFor, smoothPath } from "./smoothPath.js";

/** Fits any family with a penalty that is no elastic net, for each lambda in descending order. */
export function* penalisedPath(X: Matrix, y: Float64Array, given: PathFit): Steps<Path> {
  const data = dataFor(X, given);
  const { fields, makeOf } = given.penalty as NonNullable<Fit["penalty"]>;
  const fit = withFree(given);
  const { settings, l1Ratio } = fit;
  const make = makeOf(fields);
  const isGaussian = fit.response.family === "gaussian";
  const strategy = data instanceof SparseMatrix ? "sparse" : "newton";
  const walk = (base: Solver): Steps<Path> =>
    fitPath(new PenalisedSolver(base, l1Ratio, isGaussian, strategy, make), fit);
  if (!isGaussian) return yield* smoothPath(data, y, fit, newtonPlan(data), PenalisedSolver.layout, walk);
  // Working models are many.
  const shape = shapeOf(data, fit, true);
  const chosen = plan(shape, "auto");
  return yield* stepsInMemory(
    bytesOf([GaussianSolver.layout(shape, chosen), PenalisedSolver.layout(X.columns)]),
    "the problem",
    (arena) => walk(new GaussianSolver(arena, data, y, settings, l1Ratio, chosen, ridgeWing)),
  );
}

/** The fit with penalty factors of 0 where groups have no penalty of any kind. */
function withFree(fit: PathFit): PathFit {
  const fields = fit.penalty?.fields;
  if (fields?.name !== "groupLasso" || fields.l1Share > 0 || fit.l1Ratio < 1 || !fields.factors.includes(0)) return fit;
  const { settings } = fit;
  const order = [...new Set(fields.groups)];
  const penaltyFactor = Float64Array.from(fields.groups, (label, j) => {
    const factor = settings.penaltyFactor?.[j] ?? 1;
    return factor < Number.POSITIVE_INFINITY && fields.factors[order.indexOf(label)] === 0 ? 0 : factor;
  });
  return { ...fit, settings: { ...settings, penaltyFactor } };
}
