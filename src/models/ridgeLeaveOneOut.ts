import type { Matrix } from "../data/Matrix.js";
import { rangeError } from "../errors.js";
import { withMemory } from "../kernels/select.js";
import { denseProblem, denseProblemBytes } from "../solvers/denseProblem.js";
import { leverages, leveragesBytes } from "../solvers/leverages.js";
import { compensatedSum, setPenalty } from "../solvers/problem.js";
import type { Fit } from "./options.js";
import type { Path } from "./Path.js";

/**
 * Ridge's squared leave-one-out errors without refitting, row after row for each lambda of the path:
 *
 *   e_i = r_i/(1 − h_ii),   h_ii the leverage of row i, s_i/W of it the intercept's
 *
 * exactly the error of a fit without row i that keeps W·lambda and the standard deviations of all rows.
 * Golub, Heath & Wahba, Generalized cross-validation as a method for choosing a good ridge parameter (1979).
 */
export function ridgeLeaveOneOut(X: Matrix, y: Float64Array, fit: Fit, path: Path): Float64Array {
  const { rows: n, columns: p } = X;
  const { settings } = fit;
  const { lambdas } = path;
  const errors = new Float64Array(n * lambdas.length);
  const weight = settings.weights === undefined ? n : compensatedSum(settings.weights);
  const share = (i: number): number => (settings.intercept ? (settings.weights?.[i] ?? 1) / weight : 0);
  withMemory(denseProblemBytes(n, p, false) + leveragesBytes(n, p), "leave-one-out", (arena) => {
    const problem = denseProblem(arena, X, y, settings);
    const leverage = leverages(problem);
    const h = new Float64Array(n);
    const eta = new Float64Array(n);
    lambdas.forEach((lambda, k) => {
      setPenalty(problem, lambda, 0);
      if (!leverage(h)) {
        throw rangeError("ERR_RANK", `"lambda" must be large enough for a unique fit in leave-one-out, got ${lambda}`);
      }
      eta.fill(path.intercepts[k]);
      X.addProduct(path.coefficients, k * p, eta);
      for (let i = 0; i < n; ++i) {
        const residual = y[i] - eta[i] - (settings.offset?.[i] ?? 0);
        const error = residual / (1 - h[i] - share(i));
        errors[i * lambdas.length + k] = error * error;
      }
    });
  });
  return errors;
}
