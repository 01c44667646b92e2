import type { Matrix } from "../../src/data/Matrix.js";
import { SparseMatrix } from "../../src/data/SparseMatrix.js";
import { bytesOf } from "../../src/kernels/arena.js";
import { stepsInMemory } from "../../src/kernels/pool.js";
import { finish, type Steps } from "../../src/kernels/steps.js";
import { lossOf } from "../../src/losses/families.js";
import type { Fit } from "../../src/models/options/Fit.js";
import { readFitInputs } from "../../src/models/options/options.js";
import { PATH_OPTIONS } from "../../src/models/options/pathOptions.js";
import { familyPath } from "../../src/models/paths/familyPath.js";
import { fitPath } from "../../src/models/paths/fitPath.js";
import { anyWays } from "../../src/models/paths/gaussianPath.js";
import { gramPath } from "../../src/models/paths/gramPath.js";
import { tallPath } from "../../src/models/paths/tallPath.js";
import type { AnyModel } from "../../src/models/results/Model.js";
import type { Path } from "../../src/models/results/Path.js";
import { newtonPlan, type SmoothPlan } from "../../src/solvers/problems/smooth/smoothPlan.js";
import { ridgeWing } from "../../src/solvers/ridge/ridgePath.js";
import { glmSolver, glmSolverLayout } from "../../src/solvers/SmoothSolver.js";
import { logarithmicGrid } from "../solvers/data.js";
import type { Shape } from "./shapes.js";

/** Work that may be given up between lambdas; undefined where this way cannot do it. */
export type Way = () => Steps<Path<AnyModel> | undefined>;

export interface Ways {
  /** What a call does. */
  auto: Way;
  /** What it could have done. */
  forced: ReadonlyMap<string, Way>;
}

/** All that could be done about a shape. */
export function waysOf({ family, X, y, l1Ratio, lambdas, end }: Shape, tolerance: number): Ways {
  const { matrix, target, fit } = readFitInputs("bench", family, X, y, { tolerance }, PATH_OPTIONS);
  const [largest] = finish(
    familyPath(matrix, target, { ...fit, l1Ratio, lambdas: { count: 1, minRatio: undefined } }),
  ).lambdas;
  const given = lambdas === 1 ? Float64Array.of(end * largest) : logarithmicGrid(largest, end * largest, lambdas);
  const asked = { ...fit, l1Ratio, lambdas: { given } };
  const ways = lambdas > 1 ? anyWays : { ridge: ridgeWing };
  const by = (strategy: Fit["strategy"]): Way => {
    return () => familyPath(matrix, target, { ...asked, strategy }, ways);
  };
  const isSparse = matrix instanceof SparseMatrix;
  const forced = new Map<string, Way>();
  if (isSparse) for (const strategy of ["sparse", "gram", "newton"] as const) forced.set(strategy, by(strategy));
  else if (family !== "gaussian") for (const [name, plan] of plans(matrix, l1Ratio)) forced.set(name, byPlan(plan));
  else if (l1Ratio === 0) {
    for (const strategy of ["ridge", "cholesky", "gram", "newton"] as const) forced.set(strategy, by(strategy));
  } else {
    for (const strategy of ["gram", "newton", "residual"] as const) forced.set(strategy, by(strategy));
    if (X.rows > X.columns) forced.set("rows foreseen", () => tallPath(matrix, target, asked));
  }
  if (family === "gaussian" && !isSparse && X.columns <= MOST_COLUMNS) {
    forced.set("whole Gram", () => gramPath(matrix, target, asked, ridgeWing));
  }
  return { auto: by("auto"), forced };

  function byPlan(plan: SmoothPlan): Way {
    const loss = lossOf(family, fit.response);
    return () =>
      stepsInMemory(bytesOf(glmSolverLayout(matrix, fit.settings, plan)), "the problem", (arena) =>
        fitPath(glmSolver(arena, matrix, target, loss, fit.settings, l1Ratio, plan), asked),
      );
  }
}

/** A Gram of more takes longer than any of the grid's fits. */
const MOST_COLUMNS = 2000;

function plans(X: Matrix, l1Ratio: number): Map<string, SmoothPlan> {
  const newton = newtonPlan(X);
  const { isScreened } = newton;
  return new Map<string, SmoothPlan>([
    ["newton", newton],
    ["truncated", { ...newton, mostModelled: 0 }],
    [isScreened ? "newton, exact" : "newton, rough", { ...newton, isScreened: !isScreened }],
    ...(l1Ratio === 0
      ? ([
          ["quasi-Newton, diagonal", { ...newton, isQuasi: true }],
          ["quasi-Newton, sampled", { ...newton, isQuasi: true, isSampled: true, isScreened: false }],
        ] as const)
      : []),
  ]);
}
