import { float64, int32, type Layout, raw64, take } from "../../kernels/arena.js";
import type { Active, Projection } from "../designs/coordinates.js";
import type { DataProblem } from "./DataProblem.js";
import { GramProblem } from "./GramProblem.js";
import type { Root, RootedProblem } from "./Problem.js";

const ownLayout = (p: number) => [raw64(p * p), float64(p), int32(p), int32(p)] as const;

/**
 * A problem by its Gram, the rows of that computed when their columns enter. Where it is not accurate enough, residual and gradients
 * come from the data.
 */
export class LazyGramProblem extends GramProblem implements RootedProblem {
  override readonly isComplete = false;
  override isSmall = false;
  readonly #data: DataProblem;
  readonly #tolerance: number;
  /** 0, 1, 2, … */
  readonly #all: Int32Array;
  readonly #absent: Int32Array;
  /** Whether the row of a column is there. */
  readonly #isThere: Uint8Array;
  #isFromData = false;

  static override layout(p: number): Layout {
    return [ownLayout(p), GramProblem.layout(p)];
  }

  /** Shares its coordinates with `data`. */
  constructor(data: DataProblem, tolerance: number) {
    const { arena, p } = data;
    const [G, c, all, absent] = take(arena, ownLayout(p));
    super(data.coordinates, G, c, data.responseProducts(c));
    for (let j = 0; j < p; ++j) all[j] = j;
    this.#data = data;
    this.#tolerance = tolerance;
    this.#all = all;
    this.#absent = absent;
    this.#isThere = new Uint8Array(p);
  }

  override complete(count: number, columns: Int32Array): void {
    const { G, p } = this;
    const [isThere, absent] = [this.#isThere, this.#absent];
    let missing = 0;
    for (let k = 0; k < count; ++k) {
      if (isThere[columns[k]] === 1) continue;
      isThere[columns[k]] = 1;
      absent[missing++] = columns[k];
    }
    if (missing > 0) this.#data.crossGram(missing, absent, absent, p, this.#all, G, p);
  }

  override refresh(): number {
    const squares = super.refresh();
    this.#isFromData = !this.isAccurate(this.#tolerance);
    return this.#isFromData ? this.#data.refresh() : squares;
  }

  override project(
    columns: readonly number[],
    _residualSquares: number,
    count: number,
    listed: Int32Array,
    active?: Active,
  ): Projection | undefined {
    return this.#data.project(columns, this.#data.residual(), count, listed, active);
  }

  root(columns: Int32Array): Root {
    this.#data.residual();
    return this.#data.root(columns);
  }

  override shrinkageGap(...dual: Parameters<GramProblem["shrinkageGap"]>): number {
    return this.#isFromData ? this.#data.shrinkageGap(...dual) : super.shrinkageGap(...dual);
  }

  override slack(...dual: Parameters<GramProblem["slack"]>): number {
    return this.#isFromData ? this.#data.slack(...dual) : 0;
  }
}
