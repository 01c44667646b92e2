import { type LabelsLike, toLabels } from "../../data/toLabels.js";
import type { VectorLike } from "../../data/toVector.js";
import { toWeights } from "../../data/toWeights.js";
import { checkInteger, checkLength, checkOptions } from "../../errors.js";
import { modelNames } from "../../names/modelNames.js";
import type { Dealt, FoldOptions } from "./makeFolds.js";

/** How rows are dealt without a fit. */
export interface DealOptions extends Pick<FoldOptions, "seed" | "groups"> {
  /**
   * What to stratify by, the y of a fit: labels, of which every part has its share of each, floor or ceil of it; or numbers, of which
   * it has its share of any stretch in their order. With `groups`, as even as they allow. Default: none.
   */
  stratify?: LabelsLike | undefined;
  /** The weights of a fit: where some are 0, the others are stratified on their own too. Default 1. */
  weights?: VectorLike | undefined;
}

/** Rows that can be dealt: a few lists of them are 2 GB. */
const MOST_ROWS = 134217728;

/** Checks the options. */
export function readRows(owner: string, n: number, options: DealOptions, own: string): Dealt {
  checkOptions(owner, options, [own, "seed", "groups", "stratify", "weights"], modelNames);
  checkInteger("n", n, 2, MOST_ROWS);
  const { stratify } = options;
  const weights = toWeights(options.weights, n);
  if (stratify === undefined) return { y: new Float64Array(n), weights };
  const { codes, classes } = toLabels("stratify", stratify);
  checkLength("stratify", codes, n);
  return { y: codes, hasClasses: typeof classes[0] === "string", weights };
}
