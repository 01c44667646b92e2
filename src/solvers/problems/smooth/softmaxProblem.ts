import { rangeError } from "../../../errors.js";
import { float64, type Heap, int32, type Layout, raw64, take } from "../../../kernels/arena.js";
import { SoftmaxLoss } from "../../../losses/SoftmaxLoss.js";
import { coordinates, coordinatesLayout } from "../../designs/coordinates.js";
import { type Design, newtonCapacity } from "../../designs/Design.js";
import { KroneckerDesign } from "../../designs/KroneckerDesign.js";
import type { Columns, FitSettings, Rows } from "../../designs/rows.js";
import { ScaledColumns } from "../../designs/ScaledColumns.js";
import { FAR, KNOWN, type SmoothProblem } from "../Problem.js";
import { SampledGram } from "./SampledGram.js";
import { SmoothRounding } from "./SmoothRounding.js";
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

const ownLayout = (n: number, K: number, size: number) =>
  [raw64(K * n), raw64(K * n), float64(K * n), int32(size)] as const;

export function softmaxProblemLayout(n: number, p: number, K: number, isSampled: boolean): Layout {
  const size = K * (p + 1);
  return [
    SoftmaxLoss.layout(n, K),
    KroneckerDesign.layout(n, p + 1, K),
    ownLayout(n, K, size),
    coordinatesLayout(size),
    ScaledColumns.layout(n, size, factorCapacity(n, p, K)),
    isSampled ? SampledGram.layout(n, p + 1, K) : [],
  ];
}

/** The most operations for the Hessian of the columns without a penalty. */
const MOST_PROJECTED = 2e9;

/**
 * A multinomial problem: with v_i = s_i/W, columns as in {@link glmProblem}, b_c the coefficient of column j for class k at
 * c = k·p + j, intercepts from c = K·p on,
 *
 * ```text
 * F = Σ_i v_i·loss(y_i, η_i) + Σ_c l1_c·|b_c| + l2_c/2·b_c²,   η_ik = o_ik + x_i·b_k
 * ```
 *
 * Its dual points are θ_ik = v_i·(e_y − p)_k, with gradients z_c = x_j·θ_k.
 *
 * @param codes - The class of each row, 0 to K − 1.
 * @param isSampled - Whether quasi-Newton steps have a metric from some rows.
 * @param X - The columns of the design, where it is dense.
 */
export function softmaxProblem(
  arena: Heap,
  single: Design,
  columns: Columns,
  K: number,
  rows: Rows,
  codes: Float64Array,
  settings: FitSettings,
  isSampled: boolean,
  X?: Float64Array,
): SmoothProblem {
  const { n } = rows;
  const { intercept, offset } = settings;
  const loss = new SoftmaxLoss(arena, rows, codes, K, offset);
  const { v, eta, theta, offsets } = loss;
  const design = new KroneckerDesign(arena, single, columns, n, K, intercept);
  const { p, size, traits } = design;
  // Of these, `model` are the probabilities of the quadratic model.
  const [point, moves, model, stale] = take(arena, ownLayout(n, K, size));
  const summary = { n: K * n, yPivot: 0, yMean: 0, nullLoss: 0, convergenceScale: 0 };
  const problem = coordinates(arena, traits, summary, design.spread(settings));
  const { b, z, eligible, l1, l2 } = problem;

  /** The b of the latest residual, its loss, how many there were, and which of them each z_c belongs to. */
  const last = new Float64Array(size).fill(Number.NaN);
  const isAt = new Int32Array(size);
  let value = 0;
  let now = 0;
  /** Whether the dual point is another than θ. */
  let isProjected = false;
  const isCurrent = (): boolean => {
    for (let c = 0; c < size; ++c) if (b[c] !== last[c]) return false;
    return true;
  };
  const isBounded = settings.lowerBounds !== undefined || settings.upperBounds !== undefined;
  const { scales } = problem;
  const active = new Int32Array(p);
  /**
   * Where all coefficients of a column are there, and have an L1 penalty alone, one of their medians taken from each costs nothing,
   * and leaves one of them 0: the Hessian of the others is not singular by what classes share.
   */
  const recentre = (count: number, list: Int32Array): void => {
    if (isBounded) return;
    active.fill(0);
    for (let a = 0; a < count; ++a) {
      const c = list[a];
      if (c >= K * p || b[c] === 0 || !(l1[c] > 0 && l2[c] === 0)) continue;
      const j = design.columnOf(c);
      active[j] += 1;
      if (active[j] < K) continue;
      const values = Float64Array.from({ length: K }, (_, k) => b[k * p + j]).sort();
      const [low, high] = [values[(K - 1) >> 1], values[K >> 1]];
      const median = Math.abs(low) < Math.abs(high) ? low : high;
      for (let at = j; at < K * p; at += p) b[at] = ((b[at] - median) / scales[at]) * scales[at];
    }
  };
  const rounding = new SmoothRounding(problem, v, offsets);
  const residual = (count = eligible.length, list = eligible): number => {
    isProjected = false;
    recentre(count, list);
    rounding.measure(problem, count, list);
    if (isCurrent()) return value;
    eta.set(offsets);
    design.addProduct(count, list, b, eta);
    value = loss.evaluate();
    last.set(b);
    now += 1;
    return value;
  };
  const gradient = (count: number, list: Int32Array): void => {
    let missing = 0;
    for (let a = 0; a < count; ++a) {
      const c = list[a];
      if (isAt[c] === now) continue;
      isAt[c] = now;
      stale[missing++] = c;
    }
    design.products(missing, stale, theta, z);
  };

  const hessian = new SoftmaxHessian(loss, design, problem);
  /** Of dense columns the Hessian is its parts for each class alone, less the products of columns √v·q_k·x_j. */
  const scaled = X && new ScaledColumns(arena, design, X, loss.roots, model, factorCapacity(n, p, K));
  const dual = new SoftmaxDual(loss, hessian, point, moves);

  const sample = isSampled && X !== undefined ? new SampledGram(arena, n, p + 1, K, X) : undefined;
  const intercepts = Int32Array.from({ length: intercept ? K : 0 }, (_, k) => K * p + k);
  if (intercept) startAtShares(loss, b, K * p);
  let nullLoss = residual(intercepts.length, intercepts);
  if (offset !== undefined && intercept) {
    nullLoss = searchIntercepts(loss, b, z, K * p, nullLoss, {
      residual: () => residual(K, intercepts),
      gradient: () => gradient(K, intercepts),
    });
  }
  loss.nullLoss = nullLoss;
  const { convergenceScale } = loss;
  if (!(convergenceScale < Number.POSITIVE_INFINITY)) {
    throw rangeError("ERR_VALUE", '"y" and "offset" must not have a loss that overflows');
  }
  return {
    ...problem,
    ...KNOWN,
    nullLoss,
    convergenceScale,
    features: K * p,
    predictors: K,
    responseNorm: Math.SQRT2,
    loss: (fit) => fit,
    shrinkageGap: (scale, _, projection) =>
      rounding.shrinkageGap(loss.sums(scale, isProjected ? point : theta), projection),
    slack: (scale, _, fenchel, projection) => rounding.slack(scale, fenchel, projection),
    slip: (errors) => {
      residual();
      return loss.slip(errors);
    },
    screensDual: true,
    farthest: FAR,
    residual,
    gradient,
    screen: gradient,
    project: (free, _, count, list, active) => {
      const width = free.length + (active?.columns.length ?? 0);
      if (n * width * width > MOST_PROJECTED) return undefined;
      isProjected = true;
      const left = dual.orthogonalise(Int32Array.from(free), active);
      if (left === undefined) return undefined;
      const projected = new Float64Array(size);
      design.products(count, list, point, projected);
      return { z: projected, squares: Number.NaN, taken: 0, doubt: 0.5 * left };
    },
    refresh: () => {
      const value = residual();
      gradient(eligible.length, eligible);
      return value;
    },
    remodel: (reach) => {
      model.set(loss.p);
      loss.blend(model, reach);
      scaled?.reset();
    },
    root: (list, reach) => dual.rootOf(Array.from(list), loss.blend(loss.p.slice(), reach)),
    slopes: (list, d) => {
      const k = design.classOf(list[0]);
      moves.fill(0);
      design.addProduct(list.length, list, d, moves);
      return (t) => loss.slope(k, design.of(moves, k), t);
    },
    modelDrift: () => loss.drift(model),
    hessianProduct: (count, list, d, out) => {
      moves.fill(0);
      design.addProduct(count, list, d, moves);
      loss.curve(model, moves);
      design.products(count, list, moves, out);
    },
    metric: (...from) => softmaxMetric(problem, loss, design, sample, ...from),
    isRough: false,
    crossGram: (rowCount, rowList, rowPlaces, count, list, G, stride) => {
      const isScaled = scaled !== undefined && count <= scaled.capacity;
      if (isScaled) scaled.negativeGram(rowCount, rowList, rowPlaces, count, list, G, stride);
      hessian.gram(model, rowCount, rowList, rowPlaces, count, list, G, stride, isScaled);
    },
  };
}
