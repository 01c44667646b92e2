import { log } from "../../arithmetic/transcendental.js";
import { rangeError } from "../../errors.js";
import { float64, type Heap, int32, type Layout, raw64, take } from "../../kernels/arena.js";
import { SoftmaxLoss } from "../../losses/SoftmaxLoss.js";
import { pivotedCholesky } from "../algebra/pivotedCholesky.js";
import { type Active, coordinates, coordinatesLayout, ROUNDINGS } from "../designs/coordinates.js";
import { type Design, NEWTON_BLOCK, newtonCapacity } from "../designs/Design.js";
import { KroneckerDesign } from "../designs/KroneckerDesign.js";
import type { Columns, FitSettings, Rows } from "../designs/rows.js";
import { ScaledColumns } from "../designs/ScaledColumns.js";
import { projectRows } from "./columnBasis.js";
import { FAR, KNOWN, type SmoothProblem, UNITS } from "./Problem.js";
import { SmoothRounding } from "./SmoothRounding.js";

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

export function softmaxProblemLayout(n: number, p: number, K: number): Layout {
  const size = K * (p + 1);
  return [
    SoftmaxLoss.layout(n, K),
    KroneckerDesign.layout(n, p + 1, K),
    ownLayout(n, K, size),
    coordinatesLayout(size),
    ScaledColumns.layout(n, size, factorCapacity(n, p, K)),
  ];
}

/** Corrections of the dual point. */
const CORRECTIONS = 3;
/** The most columns without a penalty for which what rounding hides of their slopes is looked at. */
const MOST_HIDDEN = 128;
/** Steps of the search for intercepts. */
const STEPS = 100;
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
  X?: Float64Array,
): SmoothProblem {
  const { n } = rows;
  const { intercept, offset } = settings;
  const loss = new SoftmaxLoss(arena, rows, codes, K, offset);
  const { v, eta, theta, offsets } = loss;
  const design = new KroneckerDesign(arena, single, columns, n, K, intercept);
  const { p, size, traits } = design;
  // Of these, `model` are the probabilities of the quadratic model.
  const [dual, moves, model, stale] = take(arena, ownLayout(n, K, size));
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

  /** The Hessian at probabilities q, or its part for each class alone, which is added to G. */
  const hessian = (
    q: Float64Array,
    rowCount: number,
    rowList: Int32Array,
    rowPlaces: Int32Array | undefined,
    count: number,
    list: Int32Array,
    G: Float64Array,
    stride: number,
    isAlone = false,
  ): void => {
    const weightsOf = (k: number, m: number): Float64Array | undefined =>
      isAlone && k !== m ? undefined : loss.weights(q, k, m, isAlone);
    design.weightedGram(weightsOf, rowCount, rowList, rowPlaces, count, list, G, stride, isAlone);
    // What moves all classes alike moves no probability: without a penalty, any curvature there will do.
    for (let a = 0; a < rowCount; ++a) {
      const c = rowList[a];
      if (!(l1[c] === 0 && l2[c] === 0)) continue;
      const row = (rowPlaces?.[a] ?? a) * stride;
      const j = design.columnOf(c);
      for (let k = 0; k < count; ++k) {
        if (design.columnOf(list[k]) === j) G[row + k] += traits.curvatures[c] / (K * K);
      }
    }
  };
  /** Of dense columns the Hessian is its parts for each class alone, less the products of columns √v·q_k·x_j. */
  const scaled = X && new ScaledColumns(arena, design, X, loss.roots, model, factorCapacity(n, p, K));
  const crossGram: SmoothProblem["crossGram"] = (rowCount, rowList, rowPlaces, count, list, G, stride) => {
    const isScaled = scaled !== undefined && count <= scaled.capacity;
    if (isScaled) scaled.negativeGram(rowCount, rowList, rowPlaces, count, list, G, stride);
    hessian(model, rowCount, rowList, rowPlaces, count, list, G, stride, isScaled);
  };

  const intercepts = Int32Array.from({ length: intercept ? K : 0 }, (_, k) => K * p + k);
  /** What slopes that are rounding errors may be worth in the metric of the Hessian M: g'M⁻¹g <= (Σ |g_k|·√(M⁻¹)_kk)². */
  const hidden = (
    order: readonly number[],
    solve: (right: readonly number[]) => number[],
    free: Int32Array,
    norm: number,
  ): number => {
    if (order.length > MOST_HIDDEN) return 0;
    let sum = 0;
    order.forEach((a, k) => {
      const inverse = solve(order.map((_, m) => (m === k ? 1 : 0)))[k];
      sum += UNITS * norm * Math.sqrt(traits.curvatures[free[a]] * Math.max(inverse, 0));
    });
    return sum * sum;
  };
  /**
   * B'·X in the listed coordinates, and θ/u, with the roots B of the Hessians at q of {@link SoftmaxLoss.root}.
   */
  const rootOf = (list: readonly number[], q: Float64Array) => {
    const { w, u } = loss.root(q);
    const filled = design.fill(list);
    const X = new Float64Array(K * n * list.length);
    list.forEach((c, a) => {
      const own = design.classOf(c) * n;
      for (let at = 0, to = a * K * n; at < K * n; ++at, ++to) {
        const i = at % n;
        X[to] = ((at === own + i ? 1 : 0) - w[at] * w[own + i]) * u[own + i] * filled[a * n + i];
      }
    });
    return { rows: K * n, X, r: theta.map((value, at) => (u[at] > 0 ? value / u[at] : 0)), w, u };
  };
  /**
   * As {@link orthogonalise}, by an orthonormal basis: for columns that the Hessian, which squares them, cannot tell apart, and with active ones. Classes whose
   * curvature in a row is a rounding error of the Hessian are left out there: a dual point of 0 costs no more than their probability.
   */
  const orthogonaliseByBasis = (free: readonly number[], active: Active = { columns: [], slopes: [] }) => {
    const others = Array.from({ length: K - 1 }, (_, k) => k + 1);
    const q = loss.p.slice();
    for (let at = 0; at < K * n; ++at) if (theta[at] <= 0 && -theta[at] <= ROUNDINGS * (free.length + 1)) q[at] = 0;
    const isBent = (k: number, i: number): boolean => v[i] > 0 && q[k * n + i] > 0;
    // As the θ of a row sum to 0, what holds for all other classes holds for the last one.
    const isImplied = (c: number): boolean =>
      design.classOf(c) === K - 1 && others.every((k) => free.includes(c - k * (c < K * p ? p : 1)));
    const own = free.filter((c) => !isImplied(c));
    const root = rootOf([...own, ...active.columns], q);
    // Where all classes are apart, the optimum is at infinity.
    if (!root.w.some((share, at) => share > 0 && share < 1 && v[at % n] > 0)) return undefined;
    const doubt = projectRows(root, n, theta, dual, own, active, {
      vanishes: (list, d) => design.isAlike(list, d, isBent, UNITS * size),
      rank: () => Number.POSITIVE_INFINITY,
    });
    return doubt === Number.POSITIVE_INFINITY ? undefined : doubt;
  };
  /**
   * Moves the dual point to H·(X·a) less, so that z is 0 for the given coordinates: along the tangent of what moving these by a
   * would do to it. Returns what is left of ‖z‖² in the metric of the Hessian; undefined where the simplex ends before.
   */
  const orthogonalise = (free: Int32Array, active?: Active): number | undefined => {
    const count = free.length;
    const areIntercepts = free.length === intercepts.length && free.every((c) => c >= K * p);
    const M = areIntercepts ? loss.interceptHessian() : new Float64Array(count * count);
    for (let from = 0; from < count && !areIntercepts; from += NEWTON_BLOCK) {
      const to = Math.min(from + NEWTON_BLOCK, count);
      const target = M.subarray(from * count);
      hessian(loss.p, to - from, free.subarray(from, to), undefined, count, free, target, count);
    }
    const { order, solve } = pivotedCholesky(M, count, Array.from(free.keys()));
    if (order.length < count || active !== undefined) return orthogonaliseByBasis(Array.from(free), active);
    let squares = 0;
    for (let at = 0; at < K * n; ++at) if (v[at % n] > 0) squares += (theta[at] * theta[at]) / v[at % n];
    const norm = Math.sqrt(squares);
    const g = new Float64Array(size);
    const steps = new Float64Array(size);
    for (let round = 0; ; ++round) {
      design.products(count, free, dual, g);
      const slopes = order.map((a) => g[free[a]]);
      const d = solve(slopes);
      // What is left must be rounding errors, in columns that depend on others too.
      if (free.every((c) => Math.abs(g[c]) <= ROUNDINGS * Math.sqrt(traits.curvatures[c]) * norm)) {
        const left = slopes.reduce((sum, slope, k) => sum + slope * d[k], 0);
        const least = hidden(order, solve, free, norm);
        return Math.max(left, least);
      }
      if (round === CORRECTIONS) return undefined;
      order.forEach((a, k) => {
        steps[free[a]] = d[k];
      });
      moves.fill(0);
      design.addProduct(count, free, steps, moves);
      if (!loss.curve(loss.p, moves)) return undefined;
      for (let at = 0; at < K * n; ++at) dual[at] -= moves[at];
    }
  };

  for (let k = 0; intercept && k < K; ++k) {
    let share = 0;
    for (let i = 0; i < n; ++i) if (codes[i] === k) share += v[i];
    if (!(share > 0)) {
      throw rangeError(
        "ERR_VALUE",
        `"y" must have every class among the rows of positive weight, got none of classes[${k}]`,
      );
    }
    b[K * p + k] = log(share);
  }
  let nullLoss = residual(intercepts.length, intercepts);
  // Newton's method for the best intercepts, of which those without an offset are found already.
  for (let step = 0; step < STEPS && offset !== undefined && intercept; ++step) {
    const { order, solve } = pivotedCholesky(loss.interceptHessian(), K, Array.from(intercepts.keys()));
    gradient(K, intercepts);
    const d = solve(order.map((k) => z[K * p + k]));
    const before = b.slice(K * p);
    const last = nullLoss;
    for (let length = 1; length > 1e-9; length *= 0.5) {
      order.forEach((k, a) => {
        b[K * p + k] = before[k] + length * d[a];
      });
      nullLoss = residual(K, intercepts);
      if (nullLoss < last) break;
    }
    if (nullLoss < last) continue;
    b.set(before, K * p);
    nullLoss = residual(K, intercepts);
    break;
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
      rounding.shrinkageGap(loss.sums(scale, isProjected ? dual : theta), projection),
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
      dual.set(theta);
      isProjected = true;
      const left = orthogonalise(Int32Array.from(free), active);
      if (left === undefined) return undefined;
      const projected = new Float64Array(size);
      design.products(count, list, dual, projected);
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
    root: (list, reach) => rootOf(Array.from(list), loss.blend(loss.p.slice(), reach)),
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
    isRough: false,
    crossGram,
  };
}
