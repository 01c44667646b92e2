import type { DenseProblem } from "./denseProblem.js";
import type { Method } from "./workingSet.js";

/** Below this share of the null loss, what descent leaves is left to the other method too: its steps are too short to tell. */
const FINE = 1e-13;
/** Epochs after which slow progress is left to another method, where there is one. */
const SLOW = 50;

/**
 * Coordinate descent on the residual r = y − X·b: n operations for each coordinate, whatever p is.
 * Friedman, Hastie & Tibshirani, Regularization paths for generalized linear models via coordinate descent (2010).
 *
 * @param rescue - Takes over where columns are so correlated that descent is slow.
 */
export function residualDescent(problem: DenseProblem, rescue: Method): Method {
  const { kernels, n, p, X, b, r, curvatures, l1, l2, lower, upper, convergenceScale } = problem;
  const epoch = (count: number, columns: Int32Array): number =>
    kernels.residualEpoch(count, columns, 0, n, X, 0, r, 0, b, 0, curvatures, 0, l1, 0, l2, 0, lower, 0, upper, 0);
  return {
    capacity: p,
    startsFromResidual: true,
    reset: () => rescue.reset(),
    minimise: (count, columns, accuracy, budget, isPlain) => {
      const hasRescue = !isPlain && count <= rescue.capacity;
      const limit = hasRescue ? Math.min(SLOW, budget) : budget;
      let epochs = 0;
      let change = Number.POSITIVE_INFINITY;
      for (; epochs < limit && change > accuracy; ++epochs) change = epoch(count, columns);
      const isFine = change <= accuracy && accuracy > FINE * convergenceScale;
      if (!hasRescue || isFine || epochs === budget) return epochs;
      problem.residual(count, columns);
      problem.gradient(count, columns);
      return epochs + rescue.minimise(count, columns, accuracy, budget - epochs, isPlain);
    },
  };
}
