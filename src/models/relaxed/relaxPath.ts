import { DenseMatrix } from "../../data/DenseMatrix.js";
import type { Matrix } from "../../data/Matrix.js";
import { finish, type Steps } from "../../kernels/steps.js";
import { foldTester } from "../folds/foldTester.js";
import type { Fit, PathFit } from "../options/Fit.js";
import { familyPath } from "../paths/familyPath.js";
import type { AnyModel } from "../results/Model.js";
import { Path } from "../results/Path.js";
import { mixAt } from "./mixAt.js";
import { refits } from "./refits.js";

/** The path with the mixes that `relax` asks for, if any. */
export function* relaxPath(
  X: Matrix,
  y: Float64Array,
  fit: Fit,
  path: Path<AnyModel>,
  gammas: readonly number[],
): Steps<Path<AnyModel>> {
  if (gammas.length === 0) return path;
  const steps = path.lambdas.length;
  const rows = Int32Array.from({ length: X.rows }, (_, i) => i);
  const nullDeviance = nullDevianceOf(y, fit, rows);
  const devianceRatios = new Float64Array(gammas.length * steps);
  const { means, sds, coefficients, intercepts, converged } = yield* refits(
    X,
    y,
    fit,
    path,
    (k, columns, part, own) => {
      const test = foldTester(y, fit, "deviance", "", rows, part);
      gammas.forEach((gamma, g) => {
        const { error } = test(mixAt(path, own, k, gamma, columns));
        devianceRatios[g * steps + k] = nullDeviance > 0 ? 1 - error / nullDeviance : 0;
      });
    },
  );
  const relaxation = { gammas: [...gammas], coefficients, intercepts, converged, devianceRatios };
  return new Path<AnyModel>({ ...path, means, sds, relaxation });
}

/** Twice the loss of the intercept alone, above the saturated one. */
function nullDevianceOf(y: Float64Array, fit: Fit, rows: Int32Array): number {
  const nothing = new DenseMatrix(new Float64Array(y.length), y.length, 1, "column");
  const settings = { ...fit.settings, penaltyFactor: undefined, lowerBounds: undefined, upperBounds: undefined };
  const bare: PathFit = {
    ...fit,
    settings,
    penalty: undefined,
    columns: {},
    strategy: "auto",
    warmStart: undefined,
    l1Ratio: 1,
    lambdas: { given: Float64Array.of(1) },
  };
  const { coefficients, intercepts } = finish(familyPath<AnyModel>(nothing, y, bare));
  return foldTester(y, fit, "deviance", "", rows, nothing)({ coefficients, intercepts }).error;
}
