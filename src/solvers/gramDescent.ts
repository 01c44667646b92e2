import { alignedBytes } from "../kernels/arena.js";
import { assess } from "./certificate.js";
import type { Descent } from "./descent.js";
import type { Problem } from "./problem.js";

/** The bytes that {@link gramDescent} takes from the problem's arena. */
export function gramDescentBytes(p: number): number {
  return alignedBytes(8 * p * p) + alignedBytes(8 * p);
}

/** Coordinate descent on the Gram G = XᵀX and the gradient z: p operations for each coordinate that moves, whatever n is. */
export function gramDescent(problem: Problem): Descent {
  const { arena, kernels, n, p, X, y, b, z, l1, l2, lower, upper } = problem;
  const { dot, axpy, sumSquares, transposedProduct } = kernels.float64;
  const G = arena.float64(p * p);
  const c = arena.float64(p);
  kernels.gram(n, p, X, 0, G, 0);
  transposedProduct(n, p, X, 0, y, 0, c, 0);
  const squares = sumSquares(n, y, 0);
  return {
    epoch: (count, columns) =>
      kernels.gramEpoch(count, columns, 0, p, G, 0, p, z, 0, b, 0, l1, 0, l2, 0, lower, 0, upper, 0),
    gradient: (j) => z[j],
    product: (j, k) => G[j * p + k],
    move: (j, delta) => {
      b[j] += delta;
      axpy(p, -delta, G, j * p, z, 0);
    },
    // ‖r‖² = ‖y‖² − b·c − b·z, as z = c − G·b
    estimate: () => assess(problem, Math.max(0, squares - dot(p, b, 0, c, 0) - dot(p, b, 0, z, 0))),
  };
}
