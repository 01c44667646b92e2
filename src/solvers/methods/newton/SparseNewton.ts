import { MixedNewton } from "./MixedNewton.js";

/** Runs in a row that end without the accuracy that is asked for, after which a Gram and its factor are cheaper whatever their size. */
const PATIENCE = 3;

/** Newton's method for sparse columns: truncated for working sets that are not worth a Gram, unless it has been slow. */
export class SparseNewton extends MixedNewton {
  #unfinished = 0;

  minimise(count: number, columns: Int32Array, accuracy: number, budget: number, isPlain: boolean): number {
    if (this.#unfinished === PATIENCE || count <= this.most)
      return this.newton.minimise(count, columns, accuracy, budget, isPlain);
    const spent = this.truncate(count, columns, accuracy, budget);
    this.#unfinished = spent < budget ? 0 : this.#unfinished + 1;
    return spent;
  }
}
