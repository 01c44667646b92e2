/**
 * The gaussian family: half squares,
 *
 * ```text
 * loss(y, η) = (y − η)²/2,   gradient η − y, curvature 1, saturated value 0, null value half the variance of y
 * ```
 *
 * The solvers work on rows scaled by √(s_i/W), so that the mean loss of the problem is half a plain sum of squares.
 */

/** The mean loss from the residual's sum of squares. */
export function loss(residualSquares: number): number {
  return 0.5 * residualSquares;
}

/**
 * What shrinking the dual point from the residual r to s·r costs in the duality gap: (1 − s)²·‖r‖²/2. The rest of the gap is
 * the sum of the penalty's Fenchel gaps at s·Xᵀr.
 */
export function shrinkageGap(scale: number, residualSquares: number): number {
  return 0.5 * (1 - scale) * (1 - scale) * residualSquares;
}
