import { pulse } from "../../../kernels/pulse.js";
import { penaltyOf } from "../../designs/coordinates.js";
import type { SmoothProblem } from "../../problems/smooth/SmoothProblem.js";
import { Method, NOISE } from "../Method.js";
import { CoordinateModel } from "./CoordinateModel.js";
import { takeStep } from "./lineSearch.js";
import { QuadraticModel } from "./QuadraticModel.js";
import { nextReach } from "./reach.js";

const SHRINK = 0.25;
/**
 * The residual of a model without corners need not shrink more than by this, or than the gradient has. Eisenstat & Walker, Choosing the
 * forcing terms in an inexact Newton method (1996).
 */
const FORCING = 0.25;

/**
 * Proximal Newton for working sets that are too large for a Gram, with nothing but products with the Hessian.
 *
 * Nocedal & Wright, Numerical Optimization (2006), §7.1; Lee, Sun & Saunders, Proximal Newton-type methods (2014).
 */
export class TruncatedNewton extends Method {
  readonly capacity: number;
  readonly #problem: SmoothProblem;
  readonly #model: QuadraticModel;
  /** The same by descent. */
  readonly #coordinates: CoordinateModel | undefined;
  /** Below, nothing is left to gain: where the optimum is at infinity, there would be no end of it. */
  readonly #floor: number;
  /** How far rows may move in the model at this penalty. */
  #reach = Number.POSITIVE_INFINITY;
  #lastPenalty = Number.NaN;

  static layout(size: number) {
    return [QuadraticModel.layout(size), CoordinateModel.layout(size)];
  }

  /** @param descends - Whether columns have so few values that descent is what minimises models with corners. */
  constructor(problem: SmoothProblem, descends: boolean) {
    super(problem);
    this.#problem = problem;
    this.#model = new QuadraticModel(problem);
    if (descends && problem.stored !== undefined) this.#coordinates = new CoordinateModel(problem, problem.stored);
    this.capacity = problem.p;
    this.#floor = problem.saturatedLoss + NOISE * problem.convergenceScale;
  }

  minimise(count: number, list: Int32Array, accuracy: number, budget: number): number {
    const problem = this.#problem;
    const { l1, l2 } = problem;
    let smooth = problem.residual(count, list);
    let penalty = penaltyOf(problem, count, list);
    let epochs = 0;
    const isQuadratic = this.#hasNoCorners(count, list);
    const key = l1[list[count - 1]] + l2[list[count - 1]];
    if (key !== this.#lastPenalty) this.#reach = Number.POSITIVE_INFINITY;
    this.#lastPenalty = key;
    let first = 0;
    const share = (squares: number): number => {
      first ||= squares;
      return Math.min(FORCING, Math.sqrt(squares / first));
    };
    while (epochs < budget) {
      pulse();
      problem.remodel(this.#reach);
      const left = budget - epochs;
      const model = (!isQuadratic && this.#coordinates?.begin(count, list)) || this.#model.begin(count, list);
      epochs += isQuadratic ? this.#model.solve(count, list, share, left) : model.minimise(count, list, accuracy, left);
      const step = takeStep(problem, count, list, model.start, smooth, penalty, () => SHRINK);
      // Without any curvature steps are infinite, and their decrease no number; where curvatures are too far apart for a solution, negative.
      if (!step.isNoise) this.#reach = nextReach(this.#reach, step.length);
      if (!step.isLower || !(step.decrease > accuracy)) break;
      smooth = step.smooth;
      penalty = step.penalty;
      if (smooth + penalty <= this.#floor) break;
      problem.gradient(count, list);
    }
    return Math.min(epochs, budget);
  }

  /** Whether the listed coefficients have neither an L1 penalty nor bounds. */
  #hasNoCorners(count: number, list: Int32Array): boolean {
    const { l1, lower, upper } = this.#problem;
    for (let a = 0; a < count; ++a) {
      const j = list[a];
      if (l1[j] > 0 || lower[j] > Number.NEGATIVE_INFINITY || upper[j] < Number.POSITIVE_INFINITY) return false;
    }
    return true;
  }
}
