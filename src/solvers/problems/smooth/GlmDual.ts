import type { Loss } from "../../../losses/Loss.js";
import type { LossRows } from "../../../losses/LossRows.js";
import { fitColumns } from "../../algebra/columnFit.js";
import { type Active, type Projection, ROUNDINGS } from "../../designs/coordinates.js";
import type { Design } from "../../designs/Design.js";
import { projectRows, type RowRoot } from "../columnBasis.js";

/** A dual point is no longer within the domain, or the optimum at infinity, where the columns without a penalty would move η by as much. */
const FARTHEST = 0.5;
/** Curvatures up to this size have vanished. */
const TINY = 1e-290;

/** What a move of the dual point leaves open of its gap. */
type Moved = Pick<Projection, "doubt" | "slack">;

/**
 * The dual point of a problem of one η a row: θ, or θ less what makes it orthogonal to some columns, along the tangent of what moving their
 * coefficients would do to it. With the curvatures H,
 *
 * ```text
 * θ' = θ − H·X·a,   X'·θ' = 0 in these columns.
 * ```
 */
export class GlmDual {
  readonly point: Float64Array;
  readonly #rows: LossRows;
  readonly #design: Design;
  readonly #intercepts: number;

  /**
   * @param intercepts - How many of the columns are intercepts.
   * @param point - The dual point's place, n numbers.
   */
  constructor(rows: LossRows, design: Design, intercepts: number, point: Float64Array) {
    this.#rows = rows;
    this.#design = design;
    this.#intercepts = intercepts;
    this.point = point;
  }

  /** θ' ← θ − c·H·1 for the mean residual c: orthogonal to ones. Undefined where that moves it too far. */
  centre(): Moved | undefined {
    const { move, squares } = this.#rows.centreDual(this.point, this.#rows.h);
    return Math.abs(move) <= FARTHEST ? { doubt: doubtOf(squares) } : undefined;
  }

  /**
   * The same by other curvatures m, and c, by which X'·θ' follows from X'·θ and X'·m. Undefined where these differ so much from H that
   * the gap would not be as small, or where so much is taken of θ that θ' has less of its digits.
   */
  centreBy(m: Float64Array): (Moved & { move: number }) | undefined {
    const { move, taken, squares } = this.#rows.centreDual(this.point, m);
    if (!(taken <= squares && this.#rows.isNear(move, m))) return undefined;
    return { doubt: doubtOf(squares), move };
  }

  /**
   * {@link projectRows}, if need be without the rows that are fitted but for rounding errors: a θ of 0 costs no more there.
   */
  orthogonalise(columns: readonly number[], active: Active): Moved | undefined {
    const { v, h, theta } = this.#rows;
    // Free columns have taken a row to where its curvature vanishes: its optimum is at infinity.
    if (v.some((share, i) => share > 0 && !(h[i] > TINY))) return undefined;
    let doubt = this.#attempt(columns, active, h);
    if (doubt === Number.POSITIVE_INFINITY) {
      const others = h.map((value, i) => (Math.abs(theta[i]) <= ROUNDINGS * (columns.length + 1) ? 0 : value));
      doubt = others.some((value) => value > 0) ? this.#attempt(columns, active, others) : undefined;
    }
    return doubt === undefined || doubt === Number.POSITIVE_INFINITY ? undefined : { doubt: 0.5 * doubt };
  }

  /** For losses in pieces: along the way itself, not its tangent, from which pieces bend away. */
  fit(loss: Loss, columns: readonly number[]): Moved {
    const { eta, v, y } = this.#rows;
    const u = eta.map((value, i) => y[i] - value);
    const slack = fitColumns(loss, this.#design.fill(columns), v, u, this.point);
    // Where there is none that is any better, θ' = 0, of which the gap is F less the saturated loss.
    if (slack === undefined) this.point.fill(0);
    return { doubt: 0, slack: slack ?? 0 };
  }

  /** √H·X in the listed columns, H being the curvatures, and θ/√H. */
  rootOf(columns: readonly number[], curvatures: Float64Array): RowRoot {
    const n = curvatures.length;
    const u = curvatures.map(Math.sqrt);
    const X = this.#design.fill(columns);
    for (let at = 0; at < X.length; ++at) X[at] *= u[at % n];
    return { rows: n, X, r: this.#rows.theta.map((value, i) => (u[i] > 0 ? value / u[i] : 0)), u };
  }

  #attempt(columns: readonly number[], active: Active, curvatures: Float64Array): number | undefined {
    const { v, theta } = this.#rows;
    const counts = (i: number): boolean => v[i] > 0 && curvatures[i] > 0;
    const { vanishes, rank } = this.#design.dependence;
    const root = this.rootOf([...columns, ...active.columns], curvatures);
    return projectRows(root, v.length, theta, this.point, columns, active, {
      vanishes: (listed, d) => vanishes(listed, d, counts),
      rank: (listed) => rank(listed, counts) + this.#intercepts,
    });
  }
}

/** What rounding errors leave of a sum of θ' hides so much of the gap, Σ θ'²/h being `squares`. */
const doubtOf = (squares: number): number => 0.5 * (ROUNDINGS * ROUNDINGS * squares);
