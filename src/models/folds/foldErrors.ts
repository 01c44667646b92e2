import { compensatedSum } from "../../arithmetic/compensatedSum.js";
import { log } from "../../arithmetic/transcendental.js";
import type { Matrix } from "../../data/Matrix.js";
import { checkChoice, named, rangeError } from "../../errors.js";
import { families, losses } from "../../losses/families.js";
import { softmax } from "../../losses/softmax.js";
import { areaUnderCurve } from "../../metrics/rocAuc.js";
import { rescaleWeights } from "../../solvers/designs/magnitudes.js";
import { type Family, hasClasses, hasEtas } from "../options/families.js";
import type { Fit } from "../options/options.js";
import { familyPath } from "../paths/familyPath.js";
import type { AnyModel } from "../results/Model.js";
import type { Path } from "../results/Path.js";
import { type Folds, foldName } from "./folds.js";

/** What cross-validation measures: the deviance, the share that is put into a wrong class, or 1 − AUC. */
export type Measure = "deviance" | "misclassification" | "auc";

/** @throws RangeError or TypeError for a measure that the family does not have. */
export function readMeasure(family: Family, measure: Measure = "deviance"): Measure {
  const choices: Measure[] = ["deviance"];
  if (hasClasses(family)) choices.push("misclassification");
  if (family === "binomial") choices.push("auc");
  checkChoice("measure", measure, choices);
  return measure;
}

/** The place of the largest value. */
const largest = (values: Float64Array): number =>
  values.reduce((best, value, k) => (value > values[best] ? k : best), 0);

/** The error of one row from its η: 2·(loss − saturated loss), the squared residual of the gaussian family. */
function devianceOf(family: Family): (y: number, eta: Float64Array) => number {
  if (!hasEtas(family)) {
    const loss = losses[family];
    const { mean = (eta: number) => eta } = families[family];
    return (y, [eta]) => loss.deviance(y, mean(eta), eta);
  }
  return (y, eta) => {
    const own = eta[y];
    const most = eta[largest(eta)];
    // As −ln p where p does not underflow.
    const p = eta.slice();
    softmax(p);
    return 2 * (p[y] > 0 ? -log(p[y]) : most - own);
  };
}

const misclassified = (y: number, eta: Float64Array): number =>
  (eta.length === 1 ? (eta[0] > 0 ? 1 : 0) : largest(eta)) === y ? 0 : 1;

/** The error of each fold for each lambda of the path, fitted without the fold. */
export function foldErrors(
  X: Matrix,
  y: Float64Array,
  fit: Fit,
  path: Path<AnyModel>,
  { of, count }: Folds,
  measure: Measure,
): Float64Array {
  const { rows: n, columns: p } = X;
  const { settings, response } = fit;
  const { offset } = settings;
  const all = settings.weights ?? new Float64Array(n).fill(1);
  const lambdas = path.lambdas;
  const errors = new Float64Array(count * lambdas.length);
  const error = measure === "misclassification" ? misclassified : devianceOf(response.family);
  for (let fold = 0; fold < count; ++fold) {
    // Rows of weight 0 take no part in a fit, in its centring or in its scaling.
    const weights = all.map((weight, i) => (of[i] === fold ? 0 : weight));
    let fitted: Path<AnyModel>;
    try {
      fitted = familyPath(X, y, { ...fit, settings: { ...settings, weights } }, path.l1Ratio, { given: lambdas });
    } catch (error) {
      throw named(foldName(fold, count), error);
    }
    const rows = Int32Array.from(of.keys()).filter((i) => of[i] === fold);
    const tested = X.takeRows(rows);
    const m = rows.length;
    const K = fitted.intercepts.length / lambdas.length;
    const etas = Array.from({ length: K }, () => new Float64Array(m));
    const own = Float64Array.from(rows, (row) => all[row]);
    rescaleWeights(own, compensatedSum(own));
    const codes = Float64Array.from(rows, (row) => y[row]);
    const eta = new Float64Array(K);
    for (let k = 0; k < lambdas.length; ++k) {
      etas.forEach((column, c) => {
        column.fill(fitted.intercepts[k * K + c]);
        tested.addProduct(fitted.coefficients, (k * K + c) * p, column);
        if (offset === undefined) return;
        for (let i = 0; i < m; ++i) column[i] += offset[offset.length === n ? rows[i] : rows[i] * K + c];
      });
      let value: number;
      if (measure === "auc") {
        value = 1 - areaUnderCurve(codes, etas[0], own);
        if (value !== value) {
          const place = foldName(fold, count);
          throw rangeError(
            "ERR_VALUE",
            `${place}: "weights" must not have products that underflow or overflow, for an AUC`,
          );
        }
      } else {
        let sum = 0;
        let total = 0;
        for (let i = 0; i < m; ++i) {
          for (let c = 0; c < K; ++c) eta[c] = etas[c][i];
          if (own[i] > 0) sum += own[i] * error(codes[i], eta);
          total += own[i];
        }
        value = sum / total;
      }
      errors[fold * lambdas.length + k] = value;
    }
  }
  return errors;
}
