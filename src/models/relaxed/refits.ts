import type { Matrix } from "../../data/Matrix.js";
import { SparseMatrix } from "../../data/SparseMatrix.js";
import { takeColumns } from "../../data/takeColumns.js";
import { finish, type Steps } from "../../kernels/steps.js";
import type { Fit, PathFit } from "../options/Fit.js";
import { familyPath } from "../paths/familyPath.js";
import { gaussianPath } from "../paths/gaussianPath.js";
import { supportOf } from "../results/coefficientRows.js";
import type { AnyModel } from "../results/Model.js";
import type { Path } from "../results/Path.js";
import type { Relaxation } from "../results/PathFields.js";

/** Entries up to which sparse columns are filled in, to find whether they depend on each other. */
const MOST_FILLED = 16777216;

/** The fits without penalty, and the moments of their columns. */
export interface Refits extends Pick<Relaxation, "coefficients" | "intercepts" | "converged"> {
  means: Float64Array;
  sds: Float64Array;
}

/** Told of each lambda which columns its fit without penalty has, and X in these. */
type VisitColumns = (k: number, columns: Int32Array, part: Matrix, refits: Refits) => void;

/**
 * For each lambda of a path the fit without penalty on the columns with a coefficient there, for any class, and those without a penalty;
 * bounds hold for it too. Not converged where these columns depend on each other. Rests after each lambda.
 */
export function* refits(
  X: Matrix,
  y: Float64Array,
  fit: Fit,
  path: Path<AnyModel>,
  visit: VisitColumns,
): Steps<Refits> {
  const p = X.columns;
  const steps = path.lambdas.length;
  const K = path.intercepts.length / steps;
  const { penaltyFactor } = fit.settings;
  const own: Refits = {
    coefficients: new Float64Array(path.coefficients.length),
    intercepts: path.intercepts.slice(),
    converged: path.converged.slice(),
    means: path.means.slice(),
    sds: path.sds.slice(),
  };
  let before: Int32Array | undefined;
  let part = takeColumns(X, new Int32Array());
  for (let k = 0; k < steps; ++k) {
    const penalised = path.coefficients.subarray(k * K * p, (k + 1) * K * p);
    const isIn = new Set(supportOf(penalised, p));
    const columns = Int32Array.from({ length: p }, (_, j) => j).filter((j) => isIn.has(j) || penaltyFactor?.[j] === 0);
    if (before !== undefined && isSame(columns, before)) {
      own.coefficients.copyWithin(k * K * p, (k - 1) * K * p, k * K * p);
      own.intercepts.copyWithin(k * K, (k - 1) * K, k * K);
      own.converged[k] = own.converged[k - 1];
    } else if (columns.length > 0) {
      part = takeColumns(X, columns);
      const refit = withoutPenalty(part, y, fit, columns, penalised, p);
      columns.forEach((j, c) => {
        own.means[j] = refit.means[c];
        own.sds[j] = refit.sds[c];
        for (let m = 0; m < K; ++m) own.coefficients[(k * K + m) * p + j] = refit.coefficients[m * columns.length + c];
      });
      own.intercepts.set(refit.intercepts, k * K);
      own.converged[k] = refit.converged[0];
    }
    visit(k, columns, part, own);
    yield 0;
    before = columns;
  }
  return own;
}

const isSame = (a: Int32Array, b: Int32Array): boolean => a.length === b.length && a.every((j, k) => j === b[k]);

/** The fit of `part`, the listed columns of X, without penalty. */
function withoutPenalty(
  part: Matrix,
  y: Float64Array,
  fit: Fit,
  columns: Int32Array,
  penalised: Float64Array,
  p: number,
): Path<AnyModel> {
  const { lowerBounds, upperBounds } = fit.settings;
  const isBounded = lowerBounds !== undefined || upperBounds !== undefined;
  const take = (values: Float64Array, from = 0): Float64Array => Float64Array.from(columns, (j) => values[from + j]);
  const sets = Array.from({ length: penalised.length / p }, (_, m) => Array.from(take(penalised, m * p)));
  const settings = {
    ...fit.settings,
    penaltyFactor: undefined,
    lowerBounds: lowerBounds && take(lowerBounds),
    upperBounds: upperBounds && take(upperBounds),
  };
  const own: PathFit = {
    ...fit,
    settings,
    penalty: undefined,
    columns: {},
    strategy: "auto",
    warmStart: Float64Array.from(sets.flat()),
    l1Ratio: 1,
    lambdas: { given: Float64Array.of(0) },
  };
  const isByQr = fit.response.family === "gaussian" && !isBounded && !(part instanceof SparseMatrix);
  const isDependent = !isByQr && hasDependentColumns(part, y, own);
  const path = isByQr
    ? (independent(() => finish(familyPath(part, y, own))) ??
      finish(familyPath(part, y, { ...own, strategy: "newton" })))
    : finish(familyPath(part, y, own));
  if (isDependent || (isByQr && path.strategies[0] !== "qr")) path.converged[0] = 0;
  return path;
}

/** Whether columns, centred if there is an intercept, depend on each other to working precision; unless they are too many to tell. */
function hasDependentColumns(part: Matrix, y: Float64Array, fit: PathFit): boolean {
  const { rows: n, columns: s } = part;
  if (s >= n + (fit.settings.intercept ? 0 : 1)) return true;
  if (n * s > MOST_FILLED) return false;
  const settings = { ...fit.settings, offset: undefined, lowerBounds: undefined, upperBounds: undefined };
  const plain: PathFit = { ...fit, settings, penalty: undefined, warmStart: undefined, strategy: "qr" };
  return independent(() => finish(gaussianPath(part, y, plain))) === undefined;
}

/** What a fit by QR returns; undefined where it refuses columns that depend on each other. */
function independent<T>(byQr: () => T): T | undefined {
  try {
    return byQr();
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_RANK") return undefined;
    throw error;
  }
}
