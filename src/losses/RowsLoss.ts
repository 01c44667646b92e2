import { exp } from "../arithmetic/transcendental.js";
import type { Kernels } from "../kernels/contract.js";

/** Rows whose losses are summed up by themselves: rounding errors of one long sum would hide what the last steps of a fit gain. */
export const BLOCK = 1024;

/** A loss of all rows, convex: what a smooth problem has besides its penalty. */
export interface RowsLoss {
  /** η of all rows, those of one predictor after the other. */
  readonly eta: Float64Array;
  /** What η is without coefficients. */
  readonly offset: Float64Array;
  readonly v: Float64Array;
  /** −∇ of the loss as of the latest evaluation: what a dual point is made of. */
  readonly theta: Float64Array;
  /** With the best intercepts alone, or without an intercept at the offset. */
  readonly nullLoss: number;
  /** The smallest loss that any η could have. */
  readonly saturatedLoss: number;
  /** Null loss − saturated loss, at least 2⁻⁵² times the loss at η = 0. */
  readonly convergenceScale: number;
  /** The mean loss at η; sets θ. */
  evaluate(): number;
  /** What the certificate of the dual point s·θ' has to know of the rows. */
  sums(scale: number, dual: Float64Array): RowSums;
  /** What the loss may be off by where the η of each predictor have an error, the same in all rows. */
  slip(errors: Float64Array): number;
}

/** What a pass over the rows sums up for the dual point s·θ'. */
export interface RowSums {
  /** The Fenchel gaps of the rows. */
  gaps: number;
  /** Σ |θ − s·θ'|·(1 + |o|) */
  lever: number;
  /** Σ (θ − s·θ')²/v */
  shiftSquares: number;
  /** Σ θ'²/v */
  dualSquares: number;
  /** The largest h/v of a row, h being its curvature. */
  steepest: number;
  /** Σ h·(1 + |o|)² */
  offsetSquares: number;
}

/** What errors of η that are the same in all rows may add to a smooth loss, for its slope and curvature, which grows by e^2·error at most. */
export function smoothSlip(error: number, slope: number, curvature: number): number {
  return Math.abs(slope) * error + 0.5 * curvature * error * error * exp(Math.min(2 * error, 100));
}

/** What multiplies the curvatures of a quadratic model to have the sum of those that are there, and by what share of that the two differ then. */
export interface Drift {
  scale: number;
  drift: number;
}

/** {@link Drift} of a model from curvatures h, in whose place what is left of them is computed. */
export function driftOf({ sum, float64 }: Kernels, model: Float64Array, h: Float64Array): Drift {
  const { length } = h;
  const total = sum(length, h, 0);
  const scale = total / sum(length, model, 0);
  float64.axpy(length, -scale, model, 0, h, 0);
  return { scale, drift: float64.asum(length, h, 0) / total };
}
