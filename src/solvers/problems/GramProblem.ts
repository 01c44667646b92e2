import { int32, type Layout, raw64, take } from "../../kernels/arena.js";
import { loss, shrinkageGap } from "../../losses/gaussian.js";
import { pivotedCholesky } from "../algebra/pivotedCholesky.js";
import { type Active, type Coordinates, type Projection, pack, ROUNDINGS } from "../designs/coordinates.js";
import { Problem } from "./Problem.js";

/** The share of a tolerance that the rounding errors of a gap may take up. */
const SHARE = 0.1;

const ownLayout = (p: number) => [raw64(p), raw64(p), int32(p), raw64(3)] as const;

/**
 * A problem by its Gram G = XᵀX, c = Xᵀy and ‖y‖²: n no longer matters. The residual sum of squares and gradients are
 *
 * ```text
 * z = c − G·b,   ‖y − X·b‖² = ‖y‖² − b·c − b·z
 * ```
 *
 * Rounding errors of z_j are about δ_j = ε·‖x_j‖·S, S = ‖y‖ + Σ|b_k|·‖x_k‖. They move the sum of squares and Σ z_j·b_j by ε·S² each.
 * Where there is no l2, the dual point has to be scaled by another 1/(1 + max δ_j/l1_j), at the price of that times
 * Σ l1_j·|b_j| + ‖r‖². All of this is added to the gap, unless z is kept.
 */
export class GramProblem extends Problem {
  /** p × p */
  readonly G: Float64Array;
  /** Whether all its rows are there, not just those that were asked for. */
  readonly isComplete: boolean = true;
  override isSmall = true;
  readonly #c: Float64Array;
  readonly #squares: number;
  readonly #isKept: boolean;
  readonly #roundings: number;
  readonly #packed: Float64Array;
  readonly #list: Int32Array;
  /** ‖x_j‖ */
  readonly #norms: Float64Array;
  /** What has been summed up at b: what it explains of ‖y‖², Σ|b_j|·‖x_j‖ and the penalty. */
  readonly #sums: Float64Array;
  /** S, and what rounding may have added to or taken from the gap at b as it was when the residual was last summed. */
  #size: number;
  #doubt = 0;
  /** Whether rounding errors have hidden a projection. */
  #isHidden = false;

  static layout(p: number): Layout {
    return ownLayout(p);
  }

  /**
   * @param isKept - Whether z is kept up to date by whoever changes b, so that only a refresh recomputes it.
   * @param roundings - What rounding errors of the Gram are relative to the norms of its columns.
   */
  constructor(
    coordinates: Coordinates,
    G: Float64Array,
    c: Float64Array,
    squares: number,
    isKept = false,
    roundings = ROUNDINGS,
  ) {
    super(coordinates);
    const { arena, p, curvatures } = coordinates;
    this.G = G;
    this.#c = c;
    this.#squares = squares;
    this.#isKept = isKept;
    this.#roundings = roundings;
    [this.#packed, this.#norms, this.#list, this.#sums] = take(arena, ownLayout(p));
    for (let j = 0; j < p; ++j) this.#norms[j] = Math.sqrt(curvatures[j]);
    this.#size = Math.sqrt(squares);
  }

  /** Sees to it that the rows of the listed columns are there. */
  complete(_count: number, _columns: Int32Array): void {}

  /** Σ h_j(b_j) as of the latest residual. */
  penalty(): number {
    return this.#sums[2];
  }

  /** Whether the rounding errors of the Gram cannot matter to a certificate at b that is held to the tolerance. */
  isAccurate(tolerance: number): boolean {
    return !this.#isHidden && this.#doubt <= SHARE * tolerance * this.convergenceScale;
  }

  override residual(): number {
    return this.#isKept ? this.#sum() : this.refresh();
  }

  override refresh(): number {
    const { kernels, p, b, z, eligible } = this;
    const [packed, list] = [this.#packed, this.#list];
    const count = pack(eligible.length, eligible, b, list, packed);
    this.complete(count, list);
    z.set(this.#c);
    kernels.listProduct(p, count, list, 0, this.G, 0, p, -1, packed, 0, z, 0);
    return this.#sum();
  }

  /** They are there with the residual. */
  override gradient(_count: number, _columns: Int32Array): void {}

  override screen(_count: number, _columns: Int32Array): void {}

  override project(
    columns: readonly number[],
    residualSquares: number,
    _count: number,
    _listed: Int32Array,
    _active?: Active,
  ): Projection | undefined {
    this.complete(columns.length, Int32Array.from(columns));
    const projection = projectByGram(this, this.G, columns, residualSquares, this.#roundings * this.#size);
    this.#isHidden ||= projection === undefined;
    return projection;
  }

  override shrinkageGap(scale: number, fit: number, projection?: Projection): number {
    const taken = projection ? loss(projection.taken + projection.doubt) : 0;
    return shrinkageGap(scale, fit) + taken + (this.#isKept ? 0 : this.#doubt);
  }

  /** The errors of z are in the doubt. */
  override slack(_scale: number, _fit: number, _fenchel: number, _projection?: Projection): number {
    return 0;
  }

  /** ‖y − X·b‖², z being that at b. */
  #sum(): number {
    const { kernels, b, z, l1, l2, eligible } = this;
    const sums = this.#sums;
    kernels.gramFit(eligible.length, eligible, 0, b, 0, this.#c, 0, z, 0, this.#norms, 0, l1, 0, l2, 0, sums, 0);
    const residual = Math.max(0, this.#squares - sums[0]);
    this.#size = Math.sqrt(this.#squares) + sums[1];
    this.#doubt = this.#roundings * this.#size * (2 * this.#size + this.#costOfScaling(residual));
    return residual;
  }

  /** Σ l1_j·|b_j| + ‖r‖² for each ‖x_j‖/l1_j at the most, if there is no l2. */
  #costOfScaling(residual: number): number {
    const { l1, l2, eligible } = this;
    if (eligible.length === 0 || l2[eligible[0]] > 0) return 0;
    let steepest = 0;
    for (let k = 0; k < eligible.length; ++k) {
      const j = eligible[k];
      if (l1[j] > 0) steepest = Math.max(steepest, this.#norms[j] / l1[j]);
    }
    return steepest * (this.#sums[2] + residual);
  }
}

/** Steps of refinement of a projection. */
const REFINEMENTS = 3;

/**
 * z' = z − G·d, where d = (G_VV)⁻¹·z_V for the listed columns V, in steps of refinement, those that depend on others left at 0.
 *
 * @param errors - What rounding errors of z_j are, over ‖x_j‖.
 */
function projectByGram(
  { p, z, eligible, curvatures }: Coordinates,
  G: Float64Array,
  columns: readonly number[],
  residualSquares: number,
  errors: number,
): Projection | undefined {
  const { order, least, solve } = pivotedCholesky(G, p, columns);
  const projected = z.slice();
  let taken = 0;
  for (let step = 0; step < REFINEMENTS; ++step) {
    const before = order.map((j) => projected[j]);
    const d = solve(before);
    order.forEach((j, k) => {
      for (const i of eligible) projected[i] -= G[j * p + i] * d[k];
    });
    // ‖r'‖² falls by d·(z'_V before + z'_V after).
    d.forEach((value, k) => {
      taken += value * (before[k] + projected[order[k]]);
    });
  }
  const isNoise = (j: number): boolean => Math.abs(projected[j]) <= errors * Math.sqrt(curvatures[j]);
  if (!columns.every(isNoise)) return undefined;
  return {
    z: projected,
    squares: Math.max(0, residualSquares - taken),
    taken: Math.max(0, taken),
    doubt: (errors * errors) / least,
  };
}
