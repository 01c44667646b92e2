import { certify } from "./certificate.js";
import type { Descent } from "./descent.js";
import type { Problem } from "./problem.js";

/** Coordinate descent on the residual r = y − X·b: n operations for each coordinate, whatever p is. */
export function residualDescent(problem: Problem): Descent {
  const { kernels, n, X, b, r, curvatures, l1, l2, lower, upper } = problem;
  const { dot, axpy } = kernels.float64;
  return {
    epoch: (count, columns) =>
      kernels.residualEpoch(count, columns, 0, n, X, 0, r, 0, b, 0, curvatures, 0, l1, 0, l2, 0, lower, 0, upper, 0),
    gradient: (j) => dot(n, X, j * n, r, 0),
    product: (j, k) => dot(n, X, j * n, X, k * n),
    move: (j, delta) => {
      b[j] += delta;
      axpy(n, -delta, X, j * n, r, 0);
    },
    // A full gradient is what the certificate costs, so it may as well be the real one.
    estimate: () => certify(problem),
  };
}
