import { normalQuantile } from "../../arithmetic/normalQuantile.js";
import { checkLength, checkOptions, describe, typeError } from "../../errors.js";
import type { PenaltyFields } from "../../penalties/Penalty.js";
import { SortedNorm } from "../../penalties/SortedNorm.js";
import { type PenaltyKind, penaltyKind, readQ, readSortedWeights } from "../options/penalty.js";
import { penalisedPath } from "../paths/penalisedPath.js";

/** The options of {@link sortedL1}: weights or q. */
export interface SortedL1Options {
  /** c, one for each column: not ascending, not negative, the first positive. */
  weights?: readonly number[] | Float64Array | Float32Array | undefined;
  /** The false discovery rate that the weights are for, between 0 and 1. Default 0.1. */
  q?: number | undefined;
}

/**
 * Sorted L1, SLOPE: the larger a coefficient is among all, the more it is penalised, which gives correlated columns the same one. With
 * |t|_(k) the k-th largest of all |sd_j·w_j| (|w_j| if not standardised) it takes the place of the elastic net's L1 part:
 *
 * ```text
 * lambda·l1Ratio·Σ_k c_k·|t|_(k),   c_k = Φ⁻¹(1 − q·k/(2p))/Φ⁻¹(1 − q/(2p)) unless weights are given
 * ```
 *
 * Penalty factors scale the ridge part alone, 0 is refused, and Infinity leaves a column out. Fits are convex, and certified by their duality
 * gap. There are no bounds beside it, and no multinomial family.
 *
 * @param options - `weights` or `q`.
 * @returns The `penalty` of fits.
 * @throws RangeError and TypeError for values of the wrong kind, and unknown options; from fits for weights of the wrong length, penalty
 *   factors of 0, and bounds.
 * @see Bogdan, van den Berg, Sabatti, Su & Candès, SLOPE – adaptive variable selection via convex optimization (2015).
 * @example
 * elasticNet(X, y, { lambda: 0.1, penalty: sortedL1({ q: 0.05 }) }).nonzeros;
 */
export function sortedL1(options: SortedL1Options = {}): PenaltyKind {
  checkOptions("sortedL1", options, ["weights", "q"]);
  const { weights: given, q = 0.1 } = options;
  if (given !== undefined && options.q !== undefined) {
    throw typeError("ERR_OPTION", `"q" must not be given beside "weights", got ${describe(q)}`);
  }
  const weights = given === undefined ? undefined : Object.freeze(readSortedWeights(given));
  const fields = weights ? ({ name: "sortedL1", weights } as const) : ({ name: "sortedL1", q: readQ(q) } as const);
  return penaltyKind(fields, {
    fieldsOf: (p): PenaltyFields => {
      if (weights !== undefined) checkLength("weights", weights, p);
      return fields;
    },
    makeOf: () => (problem) =>
      new SortedNorm("q" in fields ? quantiles(problem.columns, fields.q) : Float64Array.from(fields.weights), problem),
    path: penalisedPath,
  });
}

/** c for p columns. */
function quantiles(p: number, q: number): Float64Array {
  const at = (k: number): number => -normalQuantile((q * k) / (2 * p));
  return Float64Array.from({ length: p }, (_, k) => at(k + 1) / at(1));
}
