import { compensatedSum } from "../../arithmetic/compensatedSum.js";
import type { Matrix } from "../../data/Matrix.js";
import { rangeError } from "../../errors.js";
import { bytesOf } from "../../kernels/arena.js";
import { withMemory } from "../../kernels/pool.js";
import { countUnpenalised } from "../../solvers/designs/rows.js";
import { DenseProblem } from "../../solvers/problems/DenseProblem.js";
import type { Centres } from "../../solvers/ridge/leaveOneOut/interceptTie.js";
import { leaveOneOut, leaveOneOutLayout } from "../../solvers/ridge/leaveOneOut/leaveOneOut.js";
import type { Fit } from "../options/Fit.js";
import type { Measure } from "../options/measure.js";
import { tabulate } from "./tabulate.js";

/** Standard deviations from 0 at which the squares of a column have lost two digits. */
const FAR = 10;

/** What leaving out each row has to give. */
export interface LeftOut {
  /** Row after row, for each lambda. */
  errors: Float64Array;
  gcvErrors: Float64Array;
  /** η of each row at the lambda of the smallest error, and at that of one standard error. */
  decisions: Float64Array[];
}

/**
 * Ridge's leave-one-out errors without refitting, squared or absolute, and what they become when each row's leverage is replaced by the mean:
 *
 * ```text
 * e_i = r_i/(1 − h_i),   GCV = Σ s_i/W·r_i² / (1 − Σ h_i/n)²
 * ```
 *
 * with h_i the leverage of row i, s_i/W of it the intercept's. e_i is exactly the error of a fit without row i that keeps W·lambda
 * and the standard deviations of all rows.
 * Golub, Heath & Wahba, Generalized cross-validation as a method for choosing a good ridge parameter (1979).
 */
export function ridgeLeaveOneOut(
  X: Matrix,
  y: Float64Array,
  fit: Fit,
  lambdas: Float64Array,
  measure: Measure,
  weightOf: Float64Array,
): LeftOut {
  const { rows: n, columns: p } = X;
  const { settings } = fit;
  const total = settings.weights === undefined ? n : compensatedSum(settings.weights);
  const shares = Float64Array.from(y, (_, i) => (settings.weights?.[i] ?? 1) / total);
  const unpenalised = countUnpenalised(settings);
  const bytes = bytesOf([DenseProblem.layout(n, p, false), leaveOneOutLayout(n, p, unpenalised)]);
  /** Undefined where columns as they are would lose digits. */
  const leaveOut = (isCentred: boolean): LeftOut | undefined =>
    withMemory(bytes, "leave-one-out", (arena) => {
      const problem = new DenseProblem(arena, X, y, { ...settings, intercept: isCentred });
      if (!isCentred && !isNearZero(problem)) return undefined;
      const found = leaveOneOut(
        problem,
        lambdas,
        isCentred ? shares.map(Math.sqrt) : undefined,
        isCentred && !settings.intercept ? centresOf(problem, settings.standardize) : undefined,
      );
      if (typeof found === "number") {
        throw rangeError(
          "ERR_RANK",
          `"lambda" must be large enough for a unique fit in leave-one-out, got ${lambdas[found]}`,
        );
      }
      const errors = new Float64Array(n * lambdas.length);
      const gcvErrors = lambdas.map((_, l) => {
        let squares = 0;
        let sum = 0;
        for (let i = 0; i < n; ++i) {
          const residual = found.residuals[l * n + i];
          const remainder = found.remainders[l * n + i];
          const error = residual / remainder;
          errors[i * lambdas.length + l] =
            measure === "meanAbsoluteError" ? Math.abs(error) / Math.sqrt(shares[i]) : (error * error) / shares[i];
          squares += residual * residual;
          sum += remainder;
        }
        return squares / ((sum / n) * (sum / n));
      });
      const deviation = (i: number, at: number): number =>
        found.residuals[at] / found.remainders[at] / Math.sqrt(shares[i]);
      const { indexMin, index1se } = tabulate(lambdas.length, errors, weightOf);
      const decisions = [indexMin, index1se].map((place) => y.map((value, i) => value - deviation(i, place * n + i)));
      return { errors, gcvErrors, decisions };
    });
  return (settings.intercept ? undefined : leaveOut(false)) ?? leaveOut(true)!;
}

/** Whether no column is far from 0 for its standard deviation, so that squares about 0 say what those about the mean would. */
function isNearZero({ moments: { means, sds } }: DenseProblem): boolean {
  return means.every((mean, j) => Math.abs(mean) <= FAR * sds[j]);
}

/** What centring takes of a problem. Constant columns have a coefficient unless they were to be standardised. */
function centresOf(problem: DenseProblem, standardize: boolean): Centres {
  const { p, eligible, penaltyFactor, pivots, means, scales, yPivot, yMean } = problem;
  const isEligible = new Uint8Array(p);
  for (const j of eligible) isEligible[j] = 1;
  const hasCoefficient = (j: number): boolean =>
    isEligible[j] === 1 || (!standardize && penaltyFactor[j] < Number.POSITIVE_INFINITY);
  return {
    means: means.map((mean, j) => (hasCoefficient(j) ? (pivots[j] + mean) / scales[j] : 0)),
    yMean: yPivot + yMean,
  };
}
