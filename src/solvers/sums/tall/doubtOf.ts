import type { TallSums } from "./TallSums.js";

/** The least share of y that a fit is thought to leave, and what gradients are off by then, relative to errors of columns. */
const LEFT = 0.02;
const DOUBTS = 1.5;

/**
 * About what rounding columns to integers adds to the gap of a fit, relative to half of ‖y‖², where all rows are the sample and columns were orthogonal:
 * then ‖y‖² − Σ(x_j·y)² is left, and b_j is x_j·y − l1.
 *
 * @param l1Of - Its l1, given the largest x_j·y.
 */
export function doubtOf(sums: TallSums, l1Of: (largest: number) => number): number {
  const { squares, products, errors, settings, unit } = sums;
  const { squares: total } = sums.totals();
  let left = total;
  let largest = 0;
  let coarsest = 0;
  const norms = squares.map(Math.sqrt);
  const scaleOf = (j: number): number => (settings.standardize ? 1 : norms[j] * unit);
  const correlations = products.map((product, j) => Math.abs(product / norms[j]));
  correlations.forEach((correlation, j) => {
    left -= correlation * correlation;
    largest = Math.max(largest, scaleOf(j) * correlation);
    coarsest = Math.max(coarsest, (scaleOf(j) * Math.sqrt(errors[j])) / norms[j]);
  });
  const l1 = l1Of(largest);
  const size = correlations.reduce((sum, c, j) => sum + Math.max(0, c - l1 / scaleOf(j)) / scaleOf(j), 0);
  left = Math.max(left, LEFT * total);
  const shrinkage = 1 - 1 / (1 + (DOUBTS * Math.sqrt(left) * coarsest) / l1);
  return (2 * shrinkage * l1 * size + shrinkage * shrinkage * left) / total;
}
