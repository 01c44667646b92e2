import { rangeError } from "../../../errors.js";
import { float64, type Heap, type Layout, take } from "../../../kernels/arena.js";
import type { Drift } from "../../../losses/RowsLoss.js";
import { SoftmaxLoss } from "../../../losses/SoftmaxLoss.js";
import { type Active, coordinates, coordinatesLayout, type Projection } from "../../designs/coordinates.js";
import { DenseDesign } from "../../designs/DenseDesign.js";
import { type CrossGram, type Design, newtonCapacity } from "../../designs/Design.js";
import { KroneckerDesign } from "../../designs/KroneckerDesign.js";
import type { FitSettings } from "../../designs/rows.js";
import { ScaledColumns } from "../../designs/ScaledColumns.js";
import type { Root } from "../Problem.js";
import { type Divide, SampledGram } from "./SampledGram.js";
import { SmoothProblem, smoothProblemLayout } from "./SmoothProblem.js";
import { SoftmaxDual } from "./SoftmaxDual.js";
import { SoftmaxHessian } from "./SoftmaxHessian.js";
import { searchIntercepts, startAtShares } from "./softmaxIntercepts.js";
import { softmaxMetric } from "./softmaxMetric.js";

/** Problems of more numbers than this in the columns of all classes have products of pairs of classes made in one. */
const LARGE = 32768;
/** Up to so many numbers of these. */
const MOST_FACTORED = 8388608;

/** For how many coordinates. */
function factorCapacity(n: number, p: number, K: number): number {
  const size = K * (p + 1);
  if (n * size <= LARGE) return 0;
  return Math.min(newtonCapacity(K * n, size), Math.floor(MOST_FACTORED / n));
}

const ownLayout = (n: number, K: number) => [float64(K * n), float64(K * n)] as const;

/** The most operations for the Hessian of the columns without a penalty. */
const MOST_PROJECTED = 2e9;

/**
 * A multinomial problem: with v_i = s_i/W, columns as in {@link GlmProblem}, b_c the coefficient of column j for class k at
 * c = k·p + j, intercepts from c = K·p on,
 *
 * ```text
 * F = Σ_i v_i·loss(y_i, η_i) + Σ_c l1_c·|b_c| + l2_c/2·b_c²,   η_ik = o_ik + x_i·b_k
 * ```
 *
 * Its dual points are θ_ik = v_i·(e_y − p)_k, with gradients z_c = x_j·θ_k.
 */
export class SoftmaxProblem extends SmoothProblem {
  readonly #design: KroneckerDesign;
  readonly #loss: SoftmaxLoss;
  readonly #hessian: SoftmaxHessian;
  readonly #dual: SoftmaxDual;
  readonly #isBounded: boolean;
  /** The probabilities of the quadratic model. */
  readonly #model: Float64Array;
  /** {@link SoftmaxLoss.curvatures} of these. */
  readonly #curvatures: Float64Array;
  /** Of dense columns the Hessian is its parts for each class alone, less the products of columns √v·q_k·x_j. */
  readonly #scaled: ScaledColumns | undefined;
  readonly #sample: SampledGram | undefined;
  /** How many classes have a coefficient for each column. */
  readonly #active: Int32Array;

  static layout(n: number, p: number, K: number, isSampled: boolean): Layout {
    const size = K * (p + 1);
    return [
      SoftmaxLoss.layout(n, K),
      KroneckerDesign.layout(n, p + 1, K),
      coordinatesLayout(size),
      smoothProblemLayout(K * n, size),
      ownLayout(n, K),
      ScaledColumns.layout(n, size, factorCapacity(n, p, K)),
      isSampled ? SampledGram.layout(n, p + 1, K) : [],
    ];
  }

  /**
   * @param codes - The class of each row, 0 to K − 1.
   * @param isSampled - Whether quasi-Newton steps have a metric from some rows.
   */
  constructor(arena: Heap, single: Design, K: number, codes: Float64Array, settings: FitSettings, isSampled: boolean) {
    const { rows } = single;
    const { n } = rows;
    const X = single instanceof DenseDesign ? single.X : undefined;
    const { intercept, offset, lowerBounds, upperBounds } = settings;
    const loss = new SoftmaxLoss(arena, rows, codes, K, offset);
    const design = new KroneckerDesign(arena, single, K);
    const { p } = design;
    const summary = { n: K * n, yPivot: 0, yMean: 0, nullLoss: 0, convergenceScale: 0 };
    const own = coordinates(arena, design.traits, summary, design.spread(settings));
    super({ ...own, features: K * p, predictors: K, responseNorm: Math.SQRT2 }, design, loss, false);
    this.#design = design;
    this.#loss = loss;
    this.#isBounded = lowerBounds !== undefined || upperBounds !== undefined;
    [this.#model, this.#curvatures] = take(arena, ownLayout(n, K));
    this.#scaled = X && new ScaledColumns(arena, design, X, loss.roots, this.#model, factorCapacity(n, p, K));
    this.#hessian = new SoftmaxHessian(loss, design, this);
    this.#dual = new SoftmaxDual(loss, this.#hessian, this.point, this.moves);
    this.#active = new Int32Array(p);
    if (isSampled && X !== undefined) this.#sample = new SampledGram(arena, n, p + 1, K, X);
    this.#begin(intercept, offset !== undefined);
  }

  /** Takes b to the best intercepts, of which the loss is the null loss. */
  #begin(hasIntercept: boolean, hasOffset: boolean): void {
    const { b, z, features } = this;
    const loss = this.#loss;
    const { K } = loss;
    const intercepts = Int32Array.from({ length: hasIntercept ? K : 0 }, (_, k) => features + k);
    if (hasIntercept) startAtShares(loss, b, features);
    this.nullLoss = this.residual(intercepts.length, intercepts);
    if (hasOffset && hasIntercept) {
      this.nullLoss = searchIntercepts(loss, b, z, features, this.nullLoss, {
        residual: () => this.residual(K, intercepts),
        gradient: () => this.gradient(K, intercepts),
      });
    }
    loss.nullLoss = this.nullLoss;
    this.convergenceScale = loss.convergenceScale;
    if (!(this.convergenceScale < Number.POSITIVE_INFINITY)) {
      throw rangeError("ERR_VALUE", '"y" and "offset" must not have a loss that overflows');
    }
  }

  override residual(count = this.eligible.length, list = this.eligible): number {
    this.#recentre(count, list);
    return super.residual(count, list);
  }

  /**
   * Where all coefficients of a column are there, and have an L1 penalty alone, one of their medians taken from each costs nothing,
   * and leaves one of them 0: the Hessian of the others is not singular by what classes share.
   */
  #recentre(count: number, list: Int32Array): void {
    if (this.#isBounded) return;
    const { b, l1, l2, scales, features, predictors: K } = this;
    const p = features / K;
    const active = this.#active.fill(0);
    for (let a = 0; a < count; ++a) {
      const c = list[a];
      if (c >= features || b[c] === 0 || !(l1[c] > 0 && l2[c] === 0)) continue;
      const j = this.#design.columnOf(c);
      active[j] += 1;
      if (active[j] < K) continue;
      const values = Float64Array.from({ length: K }, (_, k) => b[k * p + j]).sort();
      const [low, high] = [values[(K - 1) >> 1], values[K >> 1]];
      const median = Math.abs(low) < Math.abs(high) ? low : high;
      for (let at = j; at < features; at += p) b[at] = ((b[at] - median) / scales[at]) * scales[at];
    }
  }

  override project(
    columns: readonly number[],
    _residualSquares: number,
    count: number,
    listed: Int32Array,
    active?: Active,
  ): Projection | undefined {
    this.leaveTheta();
    const width = columns.length + (active?.columns.length ?? 0);
    if (this.#loss.n * width * width > MOST_PROJECTED) return undefined;
    const left = this.#dual.orthogonalise(Int32Array.from(columns), active);
    if (left === undefined) return undefined;
    return { z: this.gradientOfDual(count, listed), squares: Number.NaN, taken: 0, doubt: 0.5 * left };
  }

  override root(columns: Int32Array, reach: number): Root {
    const loss = this.#loss;
    return this.#dual.rootOf(Array.from(columns), loss.blend(loss.p.slice(), reach));
  }

  override remodel(reach: number): void {
    this.#model.set(this.#loss.p);
    this.#loss.blend(this.#model, reach);
    this.#loss.curvatures(this.#model, this.#curvatures);
    this.#scaled?.reset();
  }

  override modelDrift(): Drift {
    return this.#loss.drift(this.#curvatures, this.moves);
  }

  protected override hessian(h: Float64Array, q: Float64Array): void {
    const { n, K, v } = this.#loss;
    q.set(this.#model);
    for (let k = 0, at = 0; k < K; ++k) for (let i = 0; i < n; ++i, ++at) h[at] = v[i] * q[at];
  }

  protected override curve(u: Float64Array): void {
    this.#loss.curve(this.#model, u);
  }

  override metric(count: number, list: Int32Array, isEarly: boolean): Divide {
    return softmaxMetric(this, this.#loss, this.#design, this.#sample, count, list, isEarly);
  }

  override slopes(list: Int32Array, d: Float64Array): (t: number) => number {
    const design = this.#design;
    const k = design.classOf(list[0]);
    this.move(list.length, list, d);
    return (t) => this.#loss.slope(k, design.of(this.moves, k), t);
  }

  override readonly crossGram: CrossGram = (rowCount, rows, places, columnCount, columns, G, stride) => {
    const scaled = this.#scaled;
    const isScaled = scaled !== undefined && columnCount <= scaled.capacity;
    if (isScaled) scaled.negativeGram(rowCount, rows, places, columnCount, columns, G, stride);
    this.#hessian.gram(this.#model, rowCount, rows, places, columnCount, columns, G, stride, isScaled);
  };
}
