import { type Heap, type Layout, raw64, take } from "../../kernels/arena.js";
import { addSums, copySums, emptySums, type GramSums, gramSumsLayout } from "../../solvers/sums/GramSums.js";

const workLayout = (p: number) => [raw64(p + 1)] as const;

/** From the sums of each fold's rows those of all rows and of all but a fold's, without cancellation. */
export class TrainingSums {
  readonly own: readonly GramSums[];
  readonly #arena: Heap;
  /** Of the folds from k on, and of those before the latest one that was left out. */
  readonly #after: readonly GramSums[];
  readonly #before: GramSums;
  #left = 0;
  readonly #training: GramSums;
  readonly #work: Float64Array;

  /** For so many folds. */
  static layout(p: number, count: number): Layout {
    return [workLayout(p), new Array<Layout>(2 * (count + 1)).fill(gramSumsLayout(p))];
  }

  constructor(arena: Heap, p: number, count: number) {
    const empty = (): GramSums => emptySums(arena, p);
    this.#arena = arena;
    this.own = Array.from({ length: count }, empty);
    [this.#work] = take(arena, workLayout(p));
    this.#after = Array.from({ length: count }, empty);
    this.#before = empty();
    this.#training = empty();
  }

  /** Takes the sums of all folds: its own, or equal ones from elsewhere. All that follows is of these. */
  take(own: readonly GramSums[]): void {
    const after = this.#after;
    for (let fold = own.length - 1; fold >= 0; --fold) {
      if (own[fold] !== this.own[fold]) copySums(own[fold], this.own[fold]);
      if (fold + 1 < own.length) copySums(after[fold + 1], after[fold]);
      addSums(this.#arena.kernels, after[fold], this.own[fold], this.#work);
    }
  }

  /** Of all rows. */
  get all(): GramSums {
    return this.#after[0];
  }

  /** Of all rows but the fold's, until the next call: quickest for one fold after the other. */
  without(fold: number): GramSums {
    const { kernels } = this.#arena;
    const training = this.#training;
    if (fold < this.#left) {
      this.#before.weight = 0;
      this.#before.squares = 0;
      this.#left = 0;
    }
    while (this.#left < fold) addSums(kernels, this.#before, this.own[this.#left++], this.#work);
    copySums(this.#before, training);
    if (fold + 1 < this.own.length) addSums(kernels, training, this.#after[fold + 1], this.#work);
    return training;
  }
}
