import { rangeError } from "../../../errors.js";
import { float64, type Heap, int32, type Layout, raw16, raw64, take } from "../../../kernels/arena.js";
import type { Loss } from "../../../losses/Loss.js";
import { LossRows } from "../../../losses/LossRows.js";
import type { Drift } from "../../../losses/RowsLoss.js";
import { type Active, coordinates, coordinatesLayout, type Projection } from "../../designs/coordinates.js";
import { DenseDesign } from "../../designs/DenseDesign.js";
import type { CrossGram, Design } from "../../designs/Design.js";
import type { FitSettings } from "../../designs/rows.js";
import { quantizeColumns, Screening } from "../../designs/screening.js";
import type { Root } from "../Problem.js";
import { GlmDual } from "./GlmDual.js";
import { type Divide, diagonalMetric, SampledGram } from "./SampledGram.js";
import { SmoothProblem, smoothProblemLayout } from "./SmoothProblem.js";
import type { SmoothPlan } from "./smoothPlan.js";

/** What projections of one η a row have to say of squares. */
const NOTHING_TAKEN = { squares: Number.NaN, taken: 0 };

const ownLayout = (n: number, P: number, screened: boolean) =>
  [float64(n), raw16(screened ? n * P : 0), int32(P), raw64(P)] as const;

/**
 * A problem of a family with one linear predictor: with v_i = s_i/W, columns centred (if there is an intercept) and scaled as in
 * {@link Problem}, the intercept a last column of ones without penalty, and b_j = d_j·w_j,
 *
 * ```text
 * F = Σ_i v_i·loss(y_i, η_i) + Σ_j l1_j·|b_j| + l2_j/2·b_j²,   η = o + X·b
 * ```
 *
 * Its dual points are θ_i = v_i·(y_i − μ_i), whose gradients are z = Xᵀθ. The offset o is centred if there is an intercept.
 */
export class GlmProblem extends SmoothProblem {
  readonly #design: Design;
  readonly #rows: LossRows;
  readonly #dual: GlmDual;
  readonly #isPiecewise: boolean;
  readonly #isQuasi: boolean;
  /** The columns where they are screened, and as integers, once they are wanted. */
  readonly #screened: DenseDesign | undefined;
  readonly #integers: Int16Array;
  #screening: Screening | undefined;
  readonly #sample: SampledGram | undefined;
  /** The curvatures of the quadratic model, and the products of columns with them, NaN until they are wanted. */
  readonly #model: Float64Array;
  readonly #levers: Float64Array;
  readonly #list: Int32Array;
  readonly #steps: Float64Array;

  /** Of P columns, that of the intercept among them. */
  static layout(n: number, P: number, { isScreened, isSampled }: SmoothPlan): Layout {
    return [
      LossRows.layout(n),
      coordinatesLayout(P),
      smoothProblemLayout(n, P),
      ownLayout(n, P, isScreened),
      isScreened ? Screening.layout(n, P) : [],
      isSampled ? SampledGram.layout(n, P, 1) : [],
    ];
  }

  constructor(
    arena: Heap,
    design: Design,
    loss: Loss,
    y: Float64Array,
    settings: FitSettings,
    { isQuasi, isScreened, isSampled }: SmoothPlan,
  ) {
    const { rows, size: P, traits } = design;
    const { n } = rows;
    const { intercept } = settings;
    const dense = design instanceof DenseDesign ? design : undefined;
    const p = intercept ? P - 1 : P;
    const lossRows = new LossRows(arena, loss, rows, y, settings);
    const { nullLoss, convergenceScale, centre: yMean, norm: responseNorm } = lossRows;
    const summary = { n, yPivot: 0, yMean, nullLoss, convergenceScale };
    const own = coordinates(arena, traits, summary, intercept ? withIntercept(settings, p) : settings);
    if (!(nullLoss < Number.POSITIVE_INFINITY && convergenceScale < Number.POSITIVE_INFINITY)) {
      throw rangeError("ERR_VALUE", '"y" and "offset" must not have a loss that overflows');
    }
    const isPiecewise = loss.steepest !== undefined;
    super({ ...own, features: p, responseNorm }, design, lossRows, isPiecewise);
    if (intercept) this.b[p] = lossRows.start;
    this.#design = design;
    this.#rows = lossRows;
    this.#isPiecewise = isPiecewise;
    this.#isQuasi = isQuasi;
    this.#dual = new GlmDual(lossRows, design, P - p, this.point);
    this.#screened = isScreened ? dense : undefined;
    this.isRough = this.#screened !== undefined;
    [this.#model, this.#integers, this.#list, this.#steps] = take(arena, ownLayout(n, P, isScreened));
    this.#levers = design.noLevers();
    if (isSampled && dense !== undefined) this.#sample = new SampledGram(arena, n, P, 1, dense.X);
  }

  override refresh(): number {
    if (!this.#isQuasi && this.#screened !== undefined) return super.refresh();
    const fit = this.residual();
    this.gradient(this.eligible.length, this.eligible);
    return fit;
  }

  override screen(count: number, columns: Int32Array): void {
    const screening = this.#screener();
    const open = screening === undefined ? count : screening.run(count, columns, this.#list);
    this.blur(count, columns);
    this.#design.products(open, screening === undefined ? columns : this.#list, this.point, this.z);
  }

  override project(
    columns: readonly number[],
    _residualSquares: number,
    count: number,
    listed: Int32Array,
    active?: Active,
  ): Projection | undefined {
    this.leaveTheta();
    const isMean =
      this.features < this.p && columns.length === 1 && columns[0] === this.features && active === undefined;
    const near = isMean && !this.#isPiecewise ? this.#dual.centreBy(this.#model) : undefined;
    if (near !== undefined) return { z: this.#gradientNear(count, listed, near.move), ...NOTHING_TAKEN, ...near };
    const moved = this.#isPiecewise
      ? this.#dual.fit(this.#rows.loss, columns)
      : isMean
        ? this.#dual.centre()
        : this.#dual.orthogonalise(columns, active ?? { columns: [], slopes: [] });
    return moved && { z: this.gradientOfDual(count, listed), ...NOTHING_TAKEN, ...moved };
  }

  /** {@link gradientOfDual} of θ less `move` times the curvatures of the model. */
  #gradientNear(count: number, listed: Int32Array, move: number): Float64Array {
    const levers = this.#levers;
    const missing = this.#list;
    let open = 0;
    for (let k = 0; k < count; ++k) if (Number.isNaN(levers[listed[k]])) missing[open++] = listed[k];
    this.#design.products(open, missing, this.#model, levers);
    const z = this.exactGradient(count, listed);
    for (let k = 0; k < count; ++k) z[listed[k]] -= move * levers[listed[k]];
    return z;
  }

  override root(columns: Int32Array, reach: number): Root {
    const rows = this.#rows;
    return this.#dual.rootOf(
      Array.from(columns),
      rows.h.map((_, i) => rows.curvature(i, reach)),
    );
  }

  override remodel(reach: number): void {
    for (let i = 0; i < this.n; ++i) this.#model[i] = this.#rows.curvature(i, reach);
    this.#levers.fill(Number.NaN);
  }

  override modelDrift(): Drift {
    return this.#rows.drift(this.#model, this.moves);
  }

  protected override hessian(h: Float64Array): void {
    h.set(this.#model);
  }

  protected override curve(u: Float64Array): void {
    this.kernels.multiply(this.n, u, 0, this.#model, 0, u, 0);
  }

  override metric(count: number, columns: Int32Array): Divide {
    const { h } = this.#rows;
    const places = [columns.slice(0, count)];
    this.#sample?.measure(h, places[0]);
    return this.#sample?.metric(this.l2, places, () => 1) ?? diagonalMetric(this, places, [sum(h)]);
  }

  override slopes(columns: Int32Array, d: Float64Array): (t: number) => number {
    this.move(columns.length, columns, d);
    return (t) => this.#rows.slope(this.moves, t);
  }

  override along(count: number, columns: Int32Array, start: Float64Array): ((t: number) => number) | undefined {
    if (!this.#isPiecewise) return undefined;
    const steps = this.#steps;
    for (let k = 0; k < count; ++k) steps[columns[k]] = this.b[columns[k]] - start[columns[k]];
    return this.slopes(columns.subarray(0, count), steps);
  }

  override readonly crossGram: CrossGram = (rowCount, rows, places, columnCount, columns, G, stride) => {
    const { kernels, n, moves } = this;
    const model = this.#model;
    const screening = this.isRough ? this.#screener() : undefined;
    if (screening === undefined || this.#screened === undefined) {
      this.#design.weightedGram(model, rowCount, rows, places, columnCount, columns, G, stride, this.#levers);
      return;
    }
    const { X } = this.#screened;
    for (let a = 0; a < rowCount; ++a) {
      kernels.multiply(n, X, rows[a] * n, model, 0, moves, 0);
      screening.estimate(moves, columnCount, columns, G, places[a] * stride);
    }
  };

  /** What screens columns by integers, where there is enough to be screened; made when it is first wanted. */
  #screener(): Screening | undefined {
    if (this.#screening !== undefined || this.#screened === undefined) return this.#screening;
    const { kernels, n, p } = this;
    const { X, squares } = this.#screened;
    quantizeColumns(kernels, n, X, squares, 0, p, this.#integers);
    this.#screening = new Screening(this, this.#integers, this.point, squares);
    return this.#screening;
  }
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

/** The settings of p columns, for those and an intercept. */
function withIntercept(settings: FitSettings, p: number): FitSettings {
  const extend = (values: Float64Array | undefined, last: number): Float64Array | undefined =>
    values && Float64Array.of(...values, last);
  return {
    ...settings,
    penaltyFactor: extend(settings.penaltyFactor ?? new Float64Array(p).fill(1), 0),
    lowerBounds: extend(settings.lowerBounds, Number.NEGATIVE_INFINITY),
    upperBounds: extend(settings.upperBounds, Number.POSITIVE_INFINITY),
  };
}
