import type { Layout } from "../../kernels/arena.js";
import type { GramProblem } from "../problems/gramProblem.js";
import { ActiveNewton } from "./activeNewton.js";
import { type Method, methodOn } from "./Method.js";
import { LEFT_OUT, MOST_GAIN } from "./newtonDescent.js";

/** The largest active set on which Newton's method runs. */
const LARGEST = 512;

export const gramDescentLayout = (p: number): Layout => ActiveNewton.layout(Math.min(p, LARGEST), p);

/**
 * Coordinate descent, and Newton's method on the active set, on the Gram of all columns and the gradient z:
 * p operations for each coordinate that moves, whatever n is.
 */
export function gramDescent(problem: GramProblem): Method {
  const { arena, kernels, p, G, isComplete, b, z, l1, l2, lower, upper } = problem;
  const system = { G, isComplete, stride: p, q: z, b, l1, l2, lower, upper };
  const newton = new ActiveNewton(arena, system, Math.min(p, LARGEST), p, MOST_GAIN * problem.convergenceScale);
  return {
    ...methodOn(problem),
    capacity: p,
    reset: () => newton.reset(),
    minimise: (count, columns, accuracy, budget, isPlain) => {
      problem.complete(count, columns);
      let epochs = 0;
      for (let change = Number.POSITIVE_INFINITY; change > accuracy && epochs < budget; ++epochs) {
        if (!isPlain) newton.run(p, count, columns, accuracy);
        const least = (LEFT_OUT * accuracy) / count;
        change = kernels.gramEpoch(count, columns, 0, p, G, 0, p, z, 0, b, 0, l1, 0, l2, 0, lower, 0, upper, 0, least);
      }
      return epochs;
    },
  };
}
