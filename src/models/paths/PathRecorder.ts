import { rangeError } from "../../errors.js";
import type { Moments } from "../../solvers/designs/rows.js";
import type { Problem } from "../../solvers/problems/Problem.js";
import type { StrategySolution } from "../../solvers/Solver.js";
import type { PathFit } from "../options/Fit.js";
import type { CertificateKind, StopReason } from "../results/ModelFields.js";
import { Path } from "../results/Path.js";
import { toOriginal } from "./toOriginal.js";

/** Without a dual point, a loss as close to its least possible is on its way there: the minimum is at infinite coefficients. */
const UNBOUNDED = 1e-6;
/** So do coefficients of which one sd moves η by more. */
const RUNAWAY = 1e9;

/** What is recorded of the fit for one lambda, besides its coefficients. */
interface Step {
  objective: number;
  dualityGap: number;
  violation: number;
  certificate: CertificateKind;
  nonzeros: number;
  devianceRatio: number;
  iterations: number;
  strategy: string;
  converged: boolean;
  stopReason: StopReason | "";
}

/** Collects the solutions of a path, back on the original scale. */
export class PathRecorder {
  readonly #problem: Problem;
  readonly #grid: Float64Array;
  readonly #fit: PathFit;
  readonly #largest: number;
  readonly #coefficients: Float64Array;
  readonly #intercepts: Float64Array;
  readonly #steps: Step[] = [];
  /** Whether a column has a coefficient somewhere. */
  readonly #used: Uint8Array;

  /** @param largest - What violations are relative to. */
  constructor(problem: Problem, grid: Float64Array, fit: PathFit, largest: number) {
    const { features, predictors } = problem;
    this.#problem = problem;
    this.#grid = grid;
    this.#fit = fit;
    this.#largest = largest;
    this.#coefficients = new Float64Array(grid.length * features);
    this.#intercepts = new Float64Array(grid.length * predictors);
    this.#used = new Uint8Array(features / predictors);
  }

  /** Takes the solution for the next lambda, whose coefficients are `problem.b`; returns its deviance ratio. */
  add(solution: StrategySolution): number {
    const problem = this.#problem;
    const { features: p, predictors, saturatedLoss } = problem;
    const { settings } = this.#fit;
    const { certificate, iterations, strategy, support = problem.eligible } = solution;
    const k = this.#steps.length;
    const w = this.#coefficients.subarray(k * p, (k + 1) * p);
    const intercepts = this.#intercepts.subarray(k * predictors, (k + 1) * predictors);
    const { nonzeros, errors } = toOriginal(problem, support, settings, w, intercepts, this.#used);
    const slip = errors ? problem.slip(errors) : 0;
    const { objective, kind } = certificate;
    if (!(Number.isFinite(objective + slip) && isFiniteAt(w, support) && intercepts.every(Number.isFinite))) {
      const lambda = this.#grid[k];
      throw rangeError("ERR_VALUE", `"X" and "y" must not have a fit that overflows, got one for lambda ${lambda}`);
    }
    const dualityGap = certificate.gap + slip;
    const deviance = problem.loss(certificate.fit) - saturatedLoss;
    const nullDeviance = problem.nullLoss - saturatedLoss;
    const devianceRatio = nullDeviance > 0 ? 1 - deviance / nullDeviance : 0;
    const isStillClose = kind === "stationary" || dualityGap <= settings.tolerance * problem.convergenceScale;
    const converged = solution.converged && isStillClose;
    this.#steps.push({
      objective,
      dualityGap,
      violation: kind === "gap" ? Number.NaN : certificate.violation / this.#largest,
      certificate: kind,
      nonzeros,
      devianceRatio,
      iterations,
      strategy,
      converged,
      stopReason: converged ? "" : this.#reasonOf(solution, w, deviance),
    });
    return devianceRatio;
  }

  /** The path of the solutions so far. */
  path(saturated: boolean): Path {
    const { response, columns, penalty, settings, l1Ratio } = this.#fit;
    const { features, predictors, moments } = this.#problem;
    const steps = this.#steps;
    const fitted = steps.length;
    const coefficients = this.#coefficients;
    const all = <K extends keyof Step>(name: K): Step[K][] => steps.map((step) => step[name]);
    const converged = new Uint8Array(all("converged").map(Number));
    return new Path({
      ...response,
      ...columns,
      ...ofUsed(moments, this.#used),
      l1Ratio,
      ...(penalty && { penalty: penalty.fields }),
      tolerance: settings.tolerance,
      lambdas: this.#grid.slice(0, fitted),
      coefficients: fitted === this.#grid.length ? coefficients : coefficients.slice(0, fitted * features),
      intercepts: this.#intercepts.slice(0, fitted * predictors),
      objectives: new Float64Array(all("objective")),
      dualityGaps: new Float64Array(all("dualityGap")),
      violations: new Float64Array(all("violation")),
      certificates: all("certificate"),
      nonzeros: new Int32Array(all("nonzeros")),
      devianceRatios: new Float64Array(all("devianceRatio")),
      iterations: new Int32Array(all("iterations")),
      strategies: all("strategy"),
      ...(!settings.standardize && { standardize: false }),
      ...(settings.offset && { hasOffset: true }),
      converged,
      ...(converged.includes(0) && { stopReasons: all("stopReason") }),
      saturated,
    });
  }

  /** Why a fit has not converged. */
  #reasonOf({ certificate, iterations }: StrategySolution, w: Float64Array, deviance: number): StopReason {
    const { convergenceScale, moments } = this.#problem;
    const { sds } = moments;
    const isRunaway = (): boolean => w.some((value, j) => Math.abs(value) * sds[j % sds.length] > RUNAWAY);
    const isNearInfimum = deviance <= UNBOUNDED * convergenceScale;
    if (certificate.kind !== "gap" && (isNearInfimum || isRunaway())) return "unbounded";
    return iterations >= this.#fit.settings.maxIterations ? "maxIterations" : "precision";
  }
}

// A loop of its own, so that it is compiled soon, whoever calls.
/** Whether the listed ones of w are numbers. */
function isFiniteAt(w: Float64Array, support: Int32Array): boolean {
  for (let at = 0; at < support.length; ++at)
    if (!(Math.abs(w[support[at]] ?? 0) < Number.POSITIVE_INFINITY)) return false;
  return true;
}

/** The moments of columns that are used, NaN for all others. */
function ofUsed({ means, sds }: Moments, used: Uint8Array): Moments {
  const only = (values: Float64Array): Float64Array => values.map((value, j) => (used[j] === 1 ? value : Number.NaN));
  return { means: only(means), sds: only(sds) };
}
