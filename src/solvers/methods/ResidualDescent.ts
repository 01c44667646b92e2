import type { DenseProblem } from "../problems/DenseProblem.js";
import { Method } from "./Method.js";
import { rescuedDescent } from "./rescuedDescent.js";

/**
 * Coordinate descent on the residual r = y − X·b: n operations for each coordinate, whatever p is.
 * Friedman, Hastie & Tibshirani, Regularization paths for generalized linear models via coordinate descent (2010).
 */
export class ResidualDescent extends Method {
  readonly capacity: number;
  override readonly startsFromResidual = true;
  readonly minimise: Method["minimise"];
  readonly #rescue: Method;

  /**
   * @param rescue - Takes over where columns are so correlated that descent is slow.
   */
  constructor(problem: DenseProblem, rescue: Method) {
    super(problem);
    const { kernels, n, p, X, b, r, curvatures, l1, l2, lower, upper, convergenceScale } = problem;
    this.capacity = p;
    this.#rescue = rescue;
    const epoch = (count: number, columns: Int32Array): number =>
      kernels.residualEpoch(count, columns, 0, n, X, 0, r, 0, b, 0, curvatures, 0, l1, 0, l2, 0, lower, 0, upper, 0);
    this.minimise = rescuedDescent(convergenceScale, rescue.capacity, epoch, (count, columns, accuracy, budget) => {
      problem.residual(count, columns);
      problem.gradient(count, columns);
      return rescue.minimise(count, columns, accuracy, budget, false);
    });
  }

  override reset(): void {
    this.#rescue.reset();
  }
}
