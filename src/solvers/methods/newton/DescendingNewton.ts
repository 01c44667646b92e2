import { MixedNewton } from "./MixedNewton.js";

/** The accuracy, relative to the scale of the objective, from which on hardly any coefficient is left to enter or to leave. */
const FINE = 1e-12;
/** The epochs that take as long as a Gram of the largest working set that is worth one, and its factor: of others, in proportion to the square of their size. */
const WORTH = 100;

/**
 * Newton's method for columns of few values: of working sets that are not worth a Gram by coordinate descent, until that has become slow or comes to
 * its end. Near the solution, Newton's with a Gram ends it in a few steps; far from it, it would take a Gram and a factor for each of many.
 */
export class DescendingNewton extends MixedNewton {
  /** The epochs of descent at this penalty. */
  #spent = 0;

  override begin(): boolean {
    this.#spent = 0;
    return false;
  }

  minimise(count: number, columns: Int32Array, accuracy: number, budget: number, isPlain: boolean): number {
    const least = FINE * this.scale;
    const left = (WORTH * count * count) / (this.most * this.most) - this.#spent;
    if (count <= this.most || left < 1 || (this.#spent > 0 && accuracy < least))
      return this.newton.minimise(count, columns, accuracy, budget, isPlain);
    const spent = this.truncate(count, columns, Math.max(accuracy, least), Math.min(budget, Math.floor(left)));
    this.#spent += spent;
    return spent;
  }
}
