import type { SoftmaxLoss } from "../../../losses/SoftmaxLoss.js";
import type { Coordinates } from "../../designs/coordinates.js";
import type { KroneckerDesign } from "../../designs/KroneckerDesign.js";

/** The Hessian of a multinomial loss in the coefficients of all classes. */
export class SoftmaxHessian {
  readonly design: KroneckerDesign;
  readonly #loss: SoftmaxLoss;
  readonly #penalty: Pick<Coordinates, "l1" | "l2">;

  constructor(loss: SoftmaxLoss, design: KroneckerDesign, penalty: Pick<Coordinates, "l1" | "l2">) {
    this.#loss = loss;
    this.design = design;
    this.#penalty = penalty;
  }

  /** At probabilities q, in some rows and columns, whose places in G are those in the list unless given; or its part for each class alone, which is added to G. */
  gram(
    q: Float64Array,
    rowCount: number,
    rowList: Int32Array,
    rowPlaces: Int32Array | undefined,
    count: number,
    list: Int32Array,
    G: Float64Array,
    stride: number,
    isAlone = false,
  ): void {
    const { design } = this;
    const { K } = this.#loss;
    const { l1, l2 } = this.#penalty;
    const weightsOf = (k: number, m: number): Float64Array | undefined =>
      isAlone && k !== m ? undefined : this.#loss.weights(q, k, m, isAlone);
    design.weightedGram(weightsOf, rowCount, rowList, rowPlaces, count, list, G, stride, isAlone);
    // What moves all classes alike moves no probability: without a penalty, any curvature there will do.
    for (let a = 0; a < rowCount; ++a) {
      const c = rowList[a];
      if (!(l1[c] === 0 && l2[c] === 0)) continue;
      const row = (rowPlaces?.[a] ?? a) * stride;
      const j = design.columnOf(c);
      for (let k = 0; k < count; ++k) {
        if (design.columnOf(list[k]) === j) G[row + k] += design.traits.curvatures[c] / (K * K);
      }
    }
  }
}
