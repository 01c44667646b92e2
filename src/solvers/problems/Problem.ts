import type { Active, Coordinates, Projection } from "../designs/coordinates.js";
import { NEWTON_BLOCK } from "../designs/Design.js";

/**
 * A gaussian problem in standard form. With v_i = s_i/W, column j centred (if there is an intercept) and divided by
 * d_j = scales[j] (its sd if standardised, else 1), rows multiplied by √v_i, and b_j = d_j·w_j, the objective is
 *
 * ```text
 * F = ‖y − X·b‖²/2 + Σ_j l1_j·|b_j| + l2_j/2·b_j²   on  lower <= b <= upper
 * ```
 *
 * All arrays lie in one memory.
 */
export interface Problem extends Coordinates {
  /** Recomputes z at b from the data, and returns ‖y − X·b‖². Where b_j = 0 and |z_j| is surely below l1_j, z_j may be rough. */
  refresh(): number;
  /**
   * The residual without all that the listed columns can take of it, b moving for no other; undefined where rounding errors hide
   * it. z and ‖r‖² are those at b, and stay. With `active` columns, what these can take of it but for their slopes is taken too.
   */
  project(
    columns: readonly number[],
    residualSquares: number,
    count: number,
    listed: Int32Array,
    active?: Active,
  ): Projection | undefined;
}

/** Such η are as good as infinite in an exponential, and rounding of η alone moves that. */
export const FAR = 1e6;

/** Rounding errors of standardised data, and of a product of them, relative to their norms. */
export const UNITS = 4 * Number.EPSILON;

/**
 * What rounding may hide from a gap whose dual point s·r is made of a residual r that was computed from X in standard form. With ε the
 * rounding errors of a column relative to its norm, S = ‖y‖ + Σ|b_j|·‖x_j‖, and r' what a projection has left of r,
 *
 * - the exact residual is off by ε·S at most,
 * - z_j by δ_j = (ε·‖r'‖ + d)·‖x_j‖, where the projection still owes r' a part of norm d.
 */
export class Rounding {
  readonly #problem: Coordinates;
  /** Σ ‖x_j‖²/f_j of the eligible columns with a penalty. */
  readonly #steepness: number;
  /** Σ |b_j|·‖x_j‖ as of the latest residual, of all columns and of those with a penalty. */
  #all = 0;
  #penalised = 0;

  constructor(problem: Coordinates) {
    const { eligible, curvatures, penaltyFactor } = problem;
    this.#problem = problem;
    let steepness = 0;
    for (const j of eligible) if (penaltyFactor[j] > 0) steepness += curvatures[j] / penaltyFactor[j];
    this.#steepness = steepness;
  }

  /** Σ |b_j|·‖x_j‖ as of the latest residual. */
  get size(): number {
    return this.#all;
  }

  /** Takes in the coefficients of the listed columns alone. */
  measure(
    { b, l1, l2, curvatures }: Pick<Coordinates, "b" | "l1" | "l2" | "curvatures">,
    count: number,
    columns: Int32Array,
  ): void {
    this.#all = 0;
    this.#penalised = 0;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (b[j] === 0) continue;
      const size = Math.abs(b[j]) * Math.sqrt(curvatures[j]);
      this.#all += size;
      if (l1[j] > 0 || l2[j] > 0) this.#penalised += size;
    }
  }

  /** {@link Coordinates.shrinkageGap} of the exact problem: half the squared distance of the dual point from the residual. */
  shrinkageGap(scale: number, squares: number, projection?: Projection): number {
    const taken = projection ? Math.sqrt(projection.taken) + Math.sqrt(projection.doubt) : 0;
    const shrunk = (1 - scale) * Math.sqrt(squares);
    const off = UNITS * (this.#problem.responseNorm + this.#all);
    const distance = (projection?.isOblique ? taken + shrunk : Math.sqrt(taken * taken + shrunk * shrunk)) + off;
    return 0.5 * distance * distance;
  }

  /**
   * What the errors of z may add to the Fenchel gaps, whose sum is `fenchel`. They move s·z_j·b_j by δ_j·|b_j|, and let the dual point
   * violate its constraints, which is worth δ_j times the |b_j| of the minimum: about as much again. Or, where an l2 makes h_j* smooth,
   * half of (√(2·fenchel) + √(Σ δ_j²/l2_j))² − 2·fenchel.
   */
  slack(scale: number, squares: number, fenchel: number, projection?: Projection): number {
    const { l2, penaltyFactor, eligible } = this.#problem;
    const owed = projection ? Math.sqrt(projection.doubt) : 0;
    const error = scale * (UNITS * Math.sqrt(squares) + owed);
    const linear = 2 * error * this.#penalised;
    const j = eligible.find((k) => penaltyFactor[k] > 0);
    if (j === undefined || !(l2[j] > 0)) return linear;
    const smooth = error * Math.sqrt((this.#steepness * penaltyFactor[j]) / l2[j]);
    return Math.min(linear, smooth * (Math.sqrt(2 * fenchel) + 0.5 * smooth));
  }
}

/** Columns, one after the other, and a vector, whose products are a part of the Hessian X'HX and of z. */
export interface Root {
  rows: number;
  X: Float64Array;
  r: Float64Array;
}

/** A problem whose gradients can be had for some of its columns. */
export interface ScreenedProblem extends Problem {
  /** Recomputes the residual at b, which is 0 outside of the listed columns, all unless told, and returns its sum of squares. */
  residual(count?: number, columns?: Int32Array): number;
  /** Recomputes z for the listed columns. */
  gradient(count: number, columns: Int32Array): void;
  /** Whether every column may as well be in the working set. */
  isSmall: boolean;
  /** Recomputes z for the listed columns; where b_j = 0 and |z_j| is surely below l1_j, it may stay rough. */
  screen(count: number, columns: Int32Array): void;
  /** Makes |z_j| of columns without a coefficient the largest that it may be, where it is not known exactly. */
  widen(): void;
  /** Takes that back, before anything else has changed. */
  narrow(): void;
}

/** What most problems have: columns that enter where they are needed, and gradients that are known. */
export const KNOWN = { isSmall: false, widen: () => {}, narrow: () => {} };

/** A problem whose columns can be had. */
export interface RootedProblem extends ScreenedProblem {
  /** The listed columns of √H·X, filled in, and θ/√H, as of the latest residual, with `reach` as {@link SmoothProblem.remodel} has it. */
  root(columns: Int32Array, reach: number): Root;
}

/** A problem whose columns are at hand: they can be multiplied with each other and with the response. */
export interface DataProblem extends RootedProblem {
  /** out ← Xᵀy in the eligible columns; returns ‖y‖² */
  responseProducts(out: Float64Array): number;
  /** G[places[a], c] = x_j·x_k for j = rows[a], k = columns[c]; the rows of G lie `stride` apart. */
  crossGram(
    rowCount: number,
    rows: Int32Array,
    places: Int32Array,
    columnCount: number,
    columns: Int32Array,
    G: Float64Array,
    stride: number,
  ): void;
}

/** Completes a Gram that has the `first` of `count` listed columns, `all` being 0, 1, 2, …; returns how many it has then. */
export function completeGram(
  problem: Pick<DataProblem, "crossGram">,
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
    for (let i = 0; i < known; ++i) for (let k = known; k < to; ++k) G[i * stride + k] = G[k * stride + i];
  }
  return known;
}

/** A problem whose curvature changes with b. */
export interface SmoothProblem extends RootedProblem {
  /**
   * What divides vectors by a rough X'·H·X + diag(l2) for the H at b, as of the latest residual, in the listed coordinates: all eligible ones.
   *
   * @param isEarly - Whether b is far from the solution.
   */
  metric(count: number, columns: Int32Array, isEarly: boolean): (g: Float64Array) => void;
  /** X'·H·X as of the latest {@link remodel}, otherwise as in {@link DataProblem}. */
  crossGram: DataProblem["crossGram"];
  /** out_j = x_j'·H·X·d for the listed columns, d being 0 for all others. */
  hessianProduct(count: number, columns: Int32Array, d: Float64Array, out: Float64Array): void;
  /** Whether X'HX may be off by rounding to integers, which costs steps but no accuracy. Set to false where it does not do. */
  isRough: boolean;
  /**
   * Takes the curvatures H at b, as of the latest residual, for those of the quadratic model, none of them so small that the
   * loss of a row alone would have its η moved by more than about `reach`.
   */
  remodel(reach: number): void;
  /**
   * What the slope of the loss is at start + t·(b − start) as a function of t, b being other than `start` in the listed columns alone, where the latest
   * residual is. Of losses whose curvature ends, for which a line search needs it.
   */
  along?(count: number, columns: Int32Array, start: Float64Array): (t: number) => number;
  /** The slope of the loss t·d away, where d is 0 but for the listed coordinates, which are of one class: as a function of t, until the next. */
  slopes(columns: Int32Array, d: Float64Array): (t: number) => number;
  /** What multiplies those curvatures to have the sum of those at b, and by what share of that the two differ then. */
  modelDrift(): { scale: number; drift: number };
}
