import { int32, raw64, take } from "../../../kernels/arena.js";
import type { Drift, RowsLoss } from "../../../losses/RowsLoss.js";
import type { Coordinates, Projection } from "../../designs/coordinates.js";
import type { CrossGram, Design } from "../../designs/Design.js";
import { NEGLIGIBLE } from "../../designs/magnitudes.js";
import type { SparseColumns } from "../../designs/sparse/sparseColumns.js";
import { Problem, type Root, type RootedProblem } from "../Problem.js";
import { SmoothRounding } from "./SmoothRounding.js";

/** Such η are as good as infinite in an exponential, and rounding of η alone moves that. */
export const FAR = 1e6;

/** The share of the scale of tolerances that a loss may be changed by without anybody's notice, 2⁻⁶⁰. */
const UNNOTICED = 8.673617379884035e-19;

/** @param etas - How many η there are. */
export const smoothProblemLayout = (etas: number, p: number) => [raw64(etas), raw64(etas), int32(p)] as const;

/** A problem of a loss whose curvature changes with b, η = o + X·b. Residual and gradients are computed anew only where b has moved. */
export abstract class SmoothProblem extends Problem implements RootedProblem {
  override readonly saturatedLoss: number;
  override readonly screensDual = true;
  override readonly farthest: number;
  /** Whether X'HX may be off by rounding to integers, which costs steps but no accuracy. Set to false where it does not do. */
  isRough = false;
  protected readonly design: Pick<Design, "addProduct" | "products" | "stored">;
  /** The dual point: θ, until a projection moves it. */
  protected readonly point: Float64Array;
  /** Room for as many numbers as there are η. */
  protected readonly moves: Float64Array;
  readonly #loss: RowsLoss;
  readonly #rounding: SmoothRounding;
  readonly #isPiecewise: boolean;
  /** The b of the latest residual, its loss, how many residuals there were, and for which of them each z_j is exact. */
  readonly #at: Float64Array;
  #value = 0;
  #now = 0;
  readonly #exactAt: Int32Array;
  /** Whether the dual point is θ of the latest residual. */
  #isTheta = false;
  readonly #stale: Int32Array;

  /** @param isPiecewise - Whether curvatures are the largest anywhere, and end. */
  constructor(
    coordinates: Coordinates,
    design: Pick<Design, "addProduct" | "products" | "stored">,
    loss: RowsLoss,
    isPiecewise: boolean,
  ) {
    super(coordinates);
    const { arena, p } = coordinates;
    this.saturatedLoss = loss.saturatedLoss;
    this.farthest = isPiecewise ? Number.POSITIVE_INFINITY : FAR;
    this.design = design;
    this.#loss = loss;
    this.#isPiecewise = isPiecewise;
    [this.point, this.moves, this.#stale] = take(arena, smoothProblemLayout(loss.eta.length, p));
    this.#rounding = new SmoothRounding(coordinates, loss.v, loss.offset, isPiecewise);
    this.#at = new Float64Array(p).fill(Number.NaN);
    this.#exactAt = new Int32Array(p);
  }

  /** η of other losses than those in pieces has no units; what moves it counts the more the larger the response, and the less there is to explain. */
  override get negligible(): number {
    const { convergenceScale, responseNorm } = this;
    if (this.#isPiecewise) return super.negligible;
    return Math.min(NEGLIGIBLE, (UNNOTICED * convergenceScale) / Math.max(1, responseNorm));
  }

  override residual(count = this.eligible.length, columns = this.eligible): number {
    const { b } = this;
    const { eta, theta, offset } = this.#loss;
    if (!this.#isCurrent()) {
      eta.set(offset);
      this.design.addProduct(count, columns, b, eta);
      this.#value = this.#loss.evaluate();
      this.#at.set(b);
      this.#now += 1;
      this.#isTheta = false;
    }
    this.#rounding.measure(this, count, columns);
    if (!this.#isTheta) this.point.set(theta);
    this.#isTheta = true;
    return this.#value;
  }

  override gradient(count: number, columns: Int32Array): void {
    const missing = this.#listStale(count, columns);
    for (let k = 0; k < missing; ++k) this.#exactAt[this.#stale[k]] = this.#now;
    this.design.products(missing, this.#stale, this.#loss.theta, this.z);
  }

  /** X'θ for the listed columns, z staying as it is. */
  protected exactGradient(count: number, columns: Int32Array): Float64Array {
    const gradient = this.z.slice();
    this.design.products(this.#listStale(count, columns), this.#stale, this.#loss.theta, gradient);
    return gradient;
  }

  /** Lists the columns whose z are not those of the latest residual; returns how many there are. */
  #listStale(count: number, columns: Int32Array): number {
    let stale = 0;
    for (let k = 0; k < count; ++k) if (this.#exactAt[columns[k]] !== this.#now) this.#stale[stale++] = columns[k];
    return stale;
  }

  override screen(count: number, columns: Int32Array): void {
    this.gradient(count, columns);
  }

  #isCurrent(): boolean {
    const { b, p } = this;
    for (let j = 0; j < p; ++j) if (b[j] !== this.#at[j]) return false;
    return true;
  }

  /** A projection is about to move the dual point. */
  protected leaveTheta(): void {
    this.#isTheta = false;
  }

  /** z of the listed columns is no longer exact. */
  protected blur(count: number, columns: Int32Array): void {
    for (let k = 0; k < count; ++k) this.#exactAt[columns[k]] = 0;
  }

  override loss(fit: number): number {
    return fit;
  }

  override shrinkageGap(scale: number, _fit: number, projection?: Projection): number {
    return this.#rounding.shrinkageGap(this.#loss.sums(scale, this.point), projection);
  }

  override slack(scale: number, _fit: number, fenchel: number, projection?: Projection): number {
    return this.#rounding.slack(scale, fenchel, projection);
  }

  override slip(errors: Float64Array): number {
    this.residual();
    return this.#loss.slip(errors);
  }

  /** out_j = x_j'·H·X·d for the listed columns, d being 0 for all others. */
  hessianProduct(count: number, columns: Int32Array, d: Float64Array, out: Float64Array): void {
    this.move(count, columns, d);
    this.curve(this.moves);
    this.design.products(count, columns, this.moves, out);
  }

  /** moves ← X·d, d being 0 but for the listed columns. */
  protected move(count: number, columns: Int32Array, d: Float64Array): void {
    this.moves.fill(0);
    this.design.addProduct(count, columns, d, this.moves);
  }

  /** How many η there are. */
  get etas(): number {
    return this.#loss.eta.length;
  }

  /** The columns of X as they are stored, where it is sparse. */
  get stored(): SparseColumns | undefined {
    return this.design.stored;
  }

  /** r ← θ, as of the latest residual, and H of the quadratic model is diag(h) − h·q' for each row. */
  rowModel(r: Float64Array, h: Float64Array, q: Float64Array): void {
    r.set(this.#loss.theta);
    this.hessian(h, q);
  }

  /** Sets h, and q where it is not 0, as {@link rowModel} has them. */
  protected abstract hessian(h: Float64Array, q: Float64Array): void;

  /** u ← H·u, for the curvatures of the quadratic model. */
  protected abstract curve(u: Float64Array): void;

  /** {@link Projection.z} of the dual point, for the listed columns. */
  protected gradientOfDual(count: number, listed: Int32Array): Float64Array {
    const projected = new Float64Array(this.p);
    this.design.products(count, listed, this.point, projected);
    return projected;
  }

  /**
   * Takes the curvatures H at b, as of the latest residual, for those of the quadratic model, none of them so small that the
   * loss of a row alone would have its η moved by more than about `reach`.
   */
  abstract remodel(reach: number): void;

  /** How far those curvatures are from those at b. */
  abstract modelDrift(): Drift;

  abstract root(columns: Int32Array, reach: number): Root;

  /** X'·H·X as of the latest {@link remodel}. */
  abstract readonly crossGram: CrossGram;

  /**
   * What divides vectors by a rough X'·H·X + diag(l2) for the H at b, as of the latest residual, in the listed coordinates: all eligible ones.
   *
   * @param isEarly - Whether b is far from the solution.
   */
  abstract metric(count: number, columns: Int32Array, isEarly: boolean): (g: Float64Array) => void;

  /** The slope of the loss t·d away, where d is 0 but for the listed coordinates, which are of one class: as a function of t, until the next. */
  abstract slopes(columns: Int32Array, d: Float64Array): (t: number) => number;

  /**
   * What the slope of the loss is at start + t·(b − start) as a function of t, b being other than `start` in the listed columns alone, where the latest
   * residual is. Of losses whose curvature ends, for which a line search needs it.
   */
  along(_count: number, _columns: Int32Array, _start: Float64Array): ((t: number) => number) | undefined {
    return undefined;
  }
}
