import type { LabelsLike } from "../data/toLabels.js";
import type { VectorLike } from "../data/toVector.js";
import { rangeError } from "../errors.js";
import { type ClassMetricOptions, readScores } from "./probabilities.js";
import { proportions } from "./weightedMean.js";

/**
 * Area under the ROC curve: the probability that a row of `classes[1]` scores above one of `classes[0]`, ties counting half,
 *
 * ```text
 * Σ s_i·s_j·([score_i > score_j] + [score_i = score_j]/2)/(W₀·W₁)   over rows i of classes[1], j of classes[0]
 * ```
 *
 * which is the Mann–Whitney statistic of midranks.
 *
 * @param y - n labels of two classes.
 * @param scores - n numbers that are larger where `classes[1]` is likelier: probabilities or `decision` values; infinities allowed.
 * @throws RangeError for other lengths, NaN, or a class without weight; TypeError for the wrong kind.
 * @see Hanley & McNeil, The meaning and use of the area under a ROC curve (1982).
 * @example
 * rocAuc([0, 0, 1, 1], [0.1, 0.4, 0.4, 0.8]); // 0.875
 */
export function rocAuc(y: LabelsLike, scores: VectorLike, options: ClassMetricOptions = {}): number {
  const { codes, scores: values, weights } = readScores("rocAuc", "scores", y, scores, options);
  const area = areaUnderCurve(codes, values, weights && proportions(weights));
  if (area === area) return area;
  throw rangeError("ERR_VALUE", '"y" must have rows of positive weight in both classes, got none in one');
}

/** The same of rows of code 0 and 1; NaN where one of them has no weight. */
export function areaUnderCurve(
  codes: ArrayLike<number>,
  scores: Float64Array,
  weights: ArrayLike<number> | undefined,
): number {
  const order = Array.from(scores.keys()).sort((i, j) => (scores[i] < scores[j] ? -1 : +(scores[i] > scores[j])));
  let area = 0;
  const below = [0, 0];
  for (let start = 0; start < order.length; ) {
    const tied = [0, 0];
    const score = scores[order[start]];
    for (; start < order.length && scores[order[start]] === score; ++start) {
      const row = order[start];
      tied[codes[row]] += weights === undefined ? 1 : weights[row];
    }
    area += tied[1] * (below[0] + 0.5 * tied[0]);
    below[0] += tied[0];
    below[1] += tied[1];
  }
  // Not above 1, to which the sums round where all is in order.
  return Math.min(1, area / (below[0] * below[1]));
}
