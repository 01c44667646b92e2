import type { Layout } from "../../kernels/arena.js";
import type { Goal } from "../problems/certificate.js";
import type { DenseProblem } from "../problems/DenseProblem.js";
import { type Add, canBeDirect, directLayout, directPath } from "./directPath.js";
import { krylovPath } from "./krylovPath.js";
import { ridgeCholesky } from "./ridgeCholesky.js";
import { krylovLayout } from "./ridgeKrylov.js";
import { UniformRidge, uniformRidgeLayout } from "./UniformRidge.js";

/** For q columns without a penalty. */
export const ridgePathLayout = (n: number, p: number, q: number): Layout => [
  uniformRidgeLayout(n, p, q),
  krylovLayout(n, p),
  canBeDirect(n, p) ? directLayout(n, p) : [],
];

/**
 * Ridge for all lambdas at once, descending, for l1 = 0 and no bounds: from one Krylov space as long as that converges at a
 * lower price than decomposing the smaller Gram matrix, from the decomposition for the lambdas that are left. Certificates
 * are of the coefficients as they are returned, their gradients put together from products that were really computed; where
 * rounding could make a difference to the verdict, the gradient is recomputed from X.
 *
 * @param record - Is told each solution, which is `problem.b` with its gradient in `problem.z`; `problem.r` holds anything. Where there is none, the
 *   system is singular, or lambda is 0: then b, r and z are at 0, for another solver.
 */
export function ridgePath(problem: DenseProblem, lambdas: Float64Array, goal: Goal, record: Add): void {
  const form = UniformRidge.of(problem);
  let index = 0;
  let open = true;
  const add: Add = (solution) => {
    if (solution === undefined) {
      problem.b.fill(0);
      problem.refresh();
    }
    open = record(solution);
    index += 1;
    return open && index < lambdas.length;
  };
  if (form !== undefined) {
    // Descending, so that a lambda of 0 comes last.
    const positive = lambdas.filter((lambda) => lambda > 0);
    if (positive.length > 0) krylovPath(form, positive, goal, add);
    if (open && index < positive.length && canBeDirect(problem.n, problem.p)) {
      directPath(form, positive.subarray(index), positive.length, goal, add);
    }
  }
  while (open && index < lambdas.length) add(undefined);
}

/** What solves without an L1 part and bounds by factorisations. Bundles that never have that do without: it is handed in where it may be wanted. */
export const ridgeWing = { cholesky: ridgeCholesky, path: ridgePath };
