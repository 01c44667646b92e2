import type { Method } from "./Method.js";

/** Below this share of the null loss, what descent leaves is left to the other method too: its steps are too short to tell. */
const FINE = 1e-13;
/** Epochs after which slow progress is left to another method. */
const SLOW = 50;

/**
 * Epochs until one lowers the objective by no more than the accuracy, as {@link Method.minimise} has it. Where columns are so
 * correlated that this is slow, or so little is left that it cannot be told, the rest is left to another method.
 *
 * @param mostRescued - The largest working set that the other method takes.
 * @param epoch - One epoch; returns by about how much it lowered the objective.
 * @param rescue - Runs the other method from b as it is, and returns its epochs.
 */
export function rescuedDescent(
  convergenceScale: number,
  mostRescued: number,
  epoch: (count: number, columns: Int32Array, accuracy: number) => number,
  rescue: (count: number, columns: Int32Array, accuracy: number, budget: number) => number,
): Method["minimise"] {
  return (count, columns, accuracy, budget, isPlain) => {
    const hasRescue = !isPlain && count <= mostRescued;
    const limit = hasRescue ? Math.min(SLOW, budget) : budget;
    let epochs = 0;
    let change = Number.POSITIVE_INFINITY;
    for (; epochs < limit && change > accuracy; ++epochs) change = epoch(count, columns, accuracy);
    const isFine = change <= accuracy && accuracy > FINE * convergenceScale;
    if (!hasRescue || isFine || epochs === budget) return epochs;
    return epochs + rescue(count, columns, accuracy, budget - epochs);
  };
}
