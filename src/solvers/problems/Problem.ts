import { loss } from "../../losses/gaussian.js";
import { type Active, Coordinates, type Projection } from "../designs/coordinates.js";
import { type CrossGram, NEWTON_BLOCK } from "../designs/Design.js";
import { NEGLIGIBLE } from "../designs/magnitudes.js";

/**
 * A gaussian problem in standard form. With v_i = s_i/W, column j centred (if there is an intercept) and divided by
 * d_j = scales[j] (its sd if standardised, else 1), rows multiplied by √v_i, and b_j = d_j·w_j, the objective is
 *
 * ```text
 * F = ‖y − X·b‖²/2 + Σ_j l1_j·|b_j| + l2_j/2·b_j²   on  lower <= b <= upper
 * ```
 *
 * All arrays lie in one memory. Problems of other losses say what is otherwise with them.
 */
export abstract class Problem extends Coordinates {
  /** The smallest mean loss that any η could have: 0 of the gaussian family. */
  readonly saturatedLoss: number = 0;
  /** Whether every column may as well be in the working set. */
  isSmall = false;
  /** Whether columns are screened at the dual point that a projection has left, which needs z for the listed ones alone then. */
  readonly screensDual: boolean = false;
  /** Coefficients that move η farther are none to start from: the loss there is a matter of rounding. */
  readonly farthest: number = Number.POSITIVE_INFINITY;

  /** b_j²·‖x_j‖² of a coefficient that rounding may have left over: relative to the response, whose units fitted values have here. */
  get negligible(): number {
    return NEGLIGIBLE * this.responseNorm * this.responseNorm;
  }

  /** Recomputes the residual at b, which is 0 outside of the listed columns, all unless told, and returns the fit: its sum of squares. */
  abstract residual(count?: number, columns?: Int32Array): number;

  /** Recomputes z for the listed columns. */
  abstract gradient(count: number, columns: Int32Array): void;

  /** Recomputes z for the listed columns; where b_j = 0 and |z_j| is surely below l1_j, it may stay rough. */
  abstract screen(count: number, columns: Int32Array): void;

  /**
   * The residual without all that the listed columns can take of it, b moving for no other; undefined where rounding errors hide
   * it. z and the fit are those at b, and stay. With `active` columns, what these can take of it but for their slopes is taken too.
   */
  abstract project(
    columns: readonly number[],
    fit: number,
    count: number,
    listed: Int32Array,
    active?: Active,
  ): Projection | undefined;

  /** Recomputes z at b from the data, and returns the fit. Where b_j = 0 and |z_j| is surely below l1_j, z_j may be rough. */
  refresh(): number {
    const fit = this.residual();
    this.screen(this.eligible.length, this.eligible);
    return fit;
  }

  /** The mean loss at b, from the fit there. */
  loss(fit: number): number {
    return loss(fit);
  }

  /**
   * What the dual point s·θ costs in the duality gap, without the penalty's share: Σ_i loss_i(η_i) + loss_i*(−s·θ_i) + s·θ_i·η_i. Of
   * a projection, what that has taken from θ is in it, too.
   */
  abstract shrinkageGap(scale: number, fit: number, projection?: Projection): number;

  /** What rounding errors of z may add to the Fenchel gaps of the coordinates, where that is not in the former. */
  abstract slack(scale: number, fit: number, fenchel: number, projection?: Projection): number;

  /** What F may lose at b to errors of the intercepts, one for each predictor: the slope of F is 0 at the best one, and its curvature 1. */
  slip([error]: Float64Array): number {
    return 0.5 * error * error;
  }

  /** Makes |z_j| of columns without a coefficient the largest that it may be, where it is not known exactly. */
  widen(): void {}

  /** Takes that back, before anything else has changed. */
  narrow(): void {}
}

/** Columns, one after the other, and a vector, whose products are a part of the Hessian X'HX and of z. */
export interface Root {
  rows: number;
  X: Float64Array;
  r: Float64Array;
}

/** A problem whose columns can be had. */
export interface RootedProblem extends Problem {
  /** The listed columns of √H·X, filled in, and θ/√H, as of the latest residual, with `reach` as `SmoothProblem.remodel` has it. */
  root(columns: Int32Array, reach: number): Root;
}

/** Rows of a Gram that are mirrored at a time. */
const MIRRORED = 8;

/** Completes a Gram that has the `first` of `count` listed columns, `all` being 0, 1, 2, …; returns how many it has then. */
export function completeGram(
  problem: { crossGram: CrossGram },
  first: number,
  count: number,
  columns: Int32Array,
  all: Int32Array,
  G: Float64Array,
  stride: number,
): number {
  let known = first;
  for (; known < count; known = Math.min(known + NEWTON_BLOCK, count)) {
    const to = Math.min(known + NEWTON_BLOCK, count);
    problem.crossGram(to - known, columns.subarray(known, to), all.subarray(known), to, columns, G, stride);
    // So few rows at a time that they stay near, though they lie a power of 2 apart.
    for (let from = known; from < to; from += MIRRORED) {
      const end = Math.min(from + MIRRORED, to);
      for (let i = 0; i < known; ++i) for (let k = from; k < end; ++k) G[i * stride + k] = G[k * stride + i];
    }
  }
  return known;
}
