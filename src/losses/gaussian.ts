import type { Loss } from "./Loss.js";

/**
 * The gaussian family: half squares,
 *
 * ```text
 * loss(y, η) = (y − η)²/2,   gradient η − y, curvature 1, saturated value 0, null value half the variance of y
 * conjugate g²/2 + g·y
 * ```
 */
export const gaussian: Loss = {
  value: (y, eta) => loss((y - eta) * (y - eta)),
  gradient: (y, eta) => eta - y,
  curvature: () => 1,
  steepest: 1,
  saturated: () => 0,
  divergence: (_y, _eta, difference) => 0.5 * difference * difference,
  deviance: (y, mean) => (y - mean) * (y - mean),
  nullRange: (y, v, offset) => {
    const start = y.reduce((sum, value, i) => (v[i] > 0 ? sum + v[i] * (value - offset[i]) : sum), 0);
    return { from: start, to: start, start };
  },
};

/** The mean loss from the residual's sum of squares, of rows scaled by √(s_i/W): half of that. */
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
