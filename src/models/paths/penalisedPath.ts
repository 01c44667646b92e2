import type { Matrix } from "../../data/Matrix.js";
import { compress, SparseMatrix } from "../../data/SparseMatrix.js";
import { checkChoice } from "../../errors.js";
import { bytesOf } from "../../kernels/arena.js";
import { stepsInMemory } from "../../kernels/pool.js";
import type { Steps } from "../../kernels/steps.js";
import { hasEtas, lossOf } from "../../losses/families.js";
import { GaussianSolver } from "../../solvers/GaussianSolver.js";
import { PenalisedSolver } from "../../solvers/PenalisedSolver.js";
import { plan, planLayout } from "../../solvers/plan.js";
import { newtonPlan } from "../../solvers/problems/smooth/smoothPlan.js";
import { ridgeWing } from "../../solvers/ridge/ridgeWing.js";
import { glmSolver, glmSolverLayout, softmaxSolver, softmaxSolverLayout } from "../../solvers/SmoothSolver.js";
import type { Solver } from "../../solvers/Solver.js";
import type { Fit, PathFit } from "../options/Fit.js";
import type { Path } from "../results/Path.js";
import { fillIn } from "./fillIn.js";
import { fitPath } from "./fitPath.js";
import { shapeOf } from "./shapeOf.js";

/** Fits any family with a penalty that is no elastic net, for each lambda in descending order. */
export function* penalisedPath(X: Matrix, y: Float64Array, given: PathFit): Steps<Path> {
  checkChoice("strategy", given.strategy, ["auto", "newton", "sparse"]);
  const data = given.strategy === "sparse" ? compress(X) : given.strategy === "newton" ? fillIn(X) : X;
  const { fields, makeOf } = given.penalty as NonNullable<Fit["penalty"]>;
  const fit = withFree(given);
  const { settings, l1Ratio } = fit;
  const { family, classes } = fit.response;
  const K = classes?.length ?? 0;
  const make = makeOf(fields);
  const isSparse = data instanceof SparseMatrix;
  const walk = (base: Solver): Steps<Path> =>
    fitPath(new PenalisedSolver(base, l1Ratio, family === "gaussian", isSparse ? "sparse" : "newton", make), fit);
  const p = X.columns;
  if (family !== "gaussian") {
    const plan = newtonPlan(data);
    return yield* hasEtas(family)
      ? stepsInMemory(
          bytesOf([softmaxSolverLayout(data, K, settings, plan), PenalisedSolver.layout(K * (p + 1), K)]),
          "the problem",
          (arena) => walk(softmaxSolver(arena, data, y, K, settings, l1Ratio, plan)),
        )
      : stepsInMemory(
          bytesOf([glmSolverLayout(data, settings, plan), PenalisedSolver.layout(p + 1)]),
          "the problem",
          (arena) => walk(glmSolver(arena, data, y, lossOf(family, fit.response), settings, l1Ratio, plan)),
        );
  }
  // Working models are many.
  const shape = shapeOf(data, fit, true);
  const chosen = plan(shape, "auto");
  return yield* stepsInMemory(bytesOf([planLayout(shape, chosen), PenalisedSolver.layout(p)]), "the problem", (arena) =>
    walk(new GaussianSolver(arena, data, y, settings, shape, chosen, ridgeWing)),
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
