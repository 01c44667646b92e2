import { log } from "../../arithmetic/transcendental.js";
import { rangeError } from "../../errors.js";
import { alignedBytes, type Heap } from "../../kernels/arena.js";
import { LEAST } from "../../losses/LossRows.js";
import { type RowSums, smoothSlip } from "../../losses/RowsLoss.js";
import { divergence, evaluate, type SoftmaxRows } from "../../losses/softmax.js";
import { pivotedCholesky } from "../algebra/pivotedCholesky.js";
import { type Active, coordinates, coordinatesBytes, ROUNDINGS } from "../designs/coordinates.js";
import { type Design, NEWTON_BLOCK, newtonCapacity } from "../designs/Design.js";
import type { Dependence } from "../designs/dependence.js";
import type { Columns, FitSettings, Rows } from "../designs/rows.js";
import { projectRows } from "./columnBasis.js";
import { FAR, type SmoothProblem, UNITS } from "./Problem.js";
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

/** The bytes that {@link softmaxProblem} takes from its arena. */
export function softmaxProblemBytes(n: number, p: number, K: number): number {
  const size = K * (p + 1);
  return (
    7 * alignedBytes(8 * K * n) +
    alignedBytes(8 * n * factorCapacity(n, p, K)) +
    4 * alignedBytes(8 * n) +
    alignedBytes(4 * NEWTON_BLOCK) +
    alignedBytes(24 * n) +
    3 * alignedBytes(8 * (p + 1)) +
    4 * alignedBytes(8 * size) +
    5 * alignedBytes(4 * size) +
    alignedBytes(8 * NEWTON_BLOCK * newtonCapacity(K * n, size)) +
    coordinatesBytes(size)
  );
}

/** Corrections of the dual point. */
const CORRECTIONS = 3;
/** The dual point may be moved within the simplex by this share of a probability. */
const FARTHEST = 0.5;
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
  design: Design,
  columns: Columns,
  K: number,
  { n, weights, totalWeight }: Rows,
  codes: Float64Array,
  settings: FitSettings,
  X?: Float64Array,
): SmoothProblem {
  const { kernels } = arena;
  const { intercept, offset } = settings;
  const P = design.columns;
  const p = intercept ? P - 1 : P;
  const size = K * P;
  const matrix = (): Float64Array => arena.raw64(K * n);
  const rows: SoftmaxRows = {
    n,
    K,
    codes: arena.raw64(n),
    v: arena.raw64(n),
    eta: matrix(),
    p: matrix(),
    theta: matrix(),
    logSums: arena.raw64(n),
    work: arena.raw64(3 * n),
  };
  const { v, eta, theta } = rows;
  rows.codes.set(codes);
  const offsets = matrix();
  const dual = matrix();
  const moves = matrix();
  /** The probabilities of the quadratic model. */
  const model = matrix().fill(0);
  const roots = arena.raw64(n);
  for (let i = 0; i < n; ++i) {
    v[i] = weights[i] / totalWeight;
    roots[i] = Math.sqrt(v[i]);
    // What the offsets of all classes share moves no probability.
    const own = offset?.length === K * n && v[i] > 0 ? offset.subarray(i * K, i * K + K) : undefined;
    const most = own?.reduce((top, value) => Math.max(top, value)) ?? 0;
    for (let k = 0; k < K; ++k) offsets[k * n + i] = own === undefined ? 0 : own[k] - most;
  }

  const classOf = (c: number): number => (c < K * p ? Math.floor(c / p) : c - K * p);
  const columnOf = (c: number): number => (c < K * p ? c % p : p);
  const spread = (values: ArrayLike<number>, ofIntercept: number): Float64Array =>
    Float64Array.from({ length: size }, (_, c) => (c < K * p ? values[c % p] : ofIntercept));
  const spreadBounds = (bounds: Float64Array | undefined, ofIntercept: number): Float64Array | undefined =>
    bounds && spread(bounds, ofIntercept);
  const spreadColumn = (values: Float64Array): Float64Array => {
    const out = arena.raw64(size);
    for (let c = 0; c < size; ++c) out[c] = values[columnOf(c)];
    return out;
  };
  const traits: Columns = {
    pivots: spreadColumn(columns.pivots),
    means: spreadColumn(columns.means),
    scales: spreadColumn(columns.scales),
    curvatures: spreadColumn(columns.curvatures),
    isConstant: (c) => columns.isConstant(columnOf(c)),
    moments: columns.moments,
  };
  const problem = coordinates(
    arena,
    traits,
    { n: K * n, yPivot: 0, yMean: 0, nullLoss: 0, convergenceScale: 0 },
    {
      ...settings,
      penaltyFactor: spread(settings.penaltyFactor ?? new Float64Array(p).fill(1), 0),
      lowerBounds: spreadBounds(settings.lowerBounds, Number.NEGATIVE_INFINITY),
      upperBounds: spreadBounds(settings.upperBounds, Number.POSITIVE_INFINITY),
    },
  );
  const { b, z, eligible, l1, l2 } = problem;

  /** Coordinates by class: those of class k from starts[k] on, their places in the list, and their columns. */
  const starts = new Int32Array(K + 1);
  const places = arena.int32(size);
  const listed = arena.int32(size);
  const packed = arena.raw64(P);
  const sort = (count: number, list: Int32Array): void => {
    starts.fill(0);
    for (let a = 0; a < count; ++a) starts[classOf(list[a]) + 1] += 1;
    for (let k = 0; k < K; ++k) starts[k + 1] += starts[k];
    const next = starts.slice();
    for (let a = 0; a < count; ++a) {
      const at = next[classOf(list[a])]++;
      places[at] = a;
      listed[at] = columnOf(list[a]);
    }
  };
  const of = (values: Float64Array, k: number): Float64Array => values.subarray(k * n, (k + 1) * n);

  const products = (count: number, list: Int32Array, r: Float64Array, out: Float64Array): void => {
    sort(count, list);
    for (let k = 0; k < K; ++k) {
      const [start, end] = [starts[k], starts[k + 1]];
      if (start === end) continue;
      design.products(end - start, listed.subarray(start, end), of(r, k), packed);
      for (let at = start; at < end; ++at) out[list[places[at]]] = packed[listed[at]];
    }
  };
  /** out ← out + X·b for the listed coordinates */
  const addProduct = (count: number, list: Int32Array, d: Float64Array, out: Float64Array): void => {
    sort(count, list);
    for (let k = 0; k < K; ++k) {
      const [start, end] = [starts[k], starts[k + 1]];
      if (start === end) continue;
      for (let at = start; at < end; ++at) packed[listed[at]] = d[list[places[at]]];
      design.addProduct(end - start, listed.subarray(start, end), packed, of(out, k));
    }
  };
  /** The b of the latest residual, its loss, how many there were, and which of them each z_c belongs to. */
  const last = new Float64Array(size).fill(Number.NaN);
  const isAt = new Int32Array(size);
  const stale = arena.int32(size);
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
      const j = columnOf(c);
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
    addProduct(count, list, b, eta);
    value = evaluate(kernels, rows);
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
    products(missing, stale, theta, z);
  };

  /** The weights of the part of the Hessian for two classes, v·(δ_km·q_k − q_k·q_m), or for one alone, v·q_k. */
  const h = rows.work;
  const setCurvatures = (q: Float64Array, k: number, m: number, isAlone: boolean): void => {
    const own = k === m ? 1 : 0;
    for (let i = 0, a = k * n, c = m * n; i < n; ++i, ++a, ++c) h[i] = v[i] * q[a] * (isAlone ? 1 : own - q[c]);
  };
  /** u ← v·(diag(q) − q·qᵀ)·u for each row; whether no u is farther than {@link FARTHEST} from the mean of its row. */
  const curve = (q: Float64Array, u: Float64Array): boolean => {
    const means = rows.work.fill(0, 0, n);
    let farthest = 0;
    for (let k = 0, at = 0; k < K; ++k) for (let i = 0; i < n; ++i, ++at) means[i] += q[at] * u[at];
    for (let k = 0, at = 0; k < K; ++k) {
      for (let i = 0; i < n; ++i, ++at) {
        const move = u[at] - means[i];
        if (v[i] > 0 && !(Math.abs(move) <= farthest)) farthest = Math.abs(move);
        u[at] = v[i] * q[at] * move;
      }
    }
    return farthest <= FARTHEST;
  };
  const ordinals = arena.int32(NEWTON_BLOCK);
  for (let a = 0; a < NEWTON_BLOCK; ++a) ordinals[a] = a;
  const block = arena.raw64(NEWTON_BLOCK * newtonCapacity(K * n, size));
  const hessian = (
    q: Float64Array,
    rowCount: number,
    rowList: Int32Array,
    rowPlaces: Int32Array,
    count: number,
    list: Int32Array,
    G: Float64Array,
    stride: number,
    isAlone = false,
  ): void => {
    sort(rowCount, rowList);
    const rowStarts = starts.slice();
    const rowListed = listed.slice(0, rowCount);
    const rowOrder = places.slice(0, rowCount);
    sort(count, list);
    for (let k = 0; k < K; ++k) {
      const height = rowStarts[k + 1] - rowStarts[k];
      if (height === 0) continue;
      const own = rowListed.subarray(rowStarts[k], rowStarts[k + 1]);
      for (let m = 0; m < K; ++m) {
        const width = starts[m + 1] - starts[m];
        if (width === 0) continue;
        const others = listed.subarray(starts[m], starts[m + 1]);
        const hasBlock = !isAlone || k === m;
        if (hasBlock) {
          setCurvatures(q, k, m, isAlone);
          design.weightedGram(h, height, own, ordinals, width, others, block, width);
        }
        for (let a = 0; a < height; ++a) {
          const r = rowOrder[rowStarts[k] + a];
          const row = rowPlaces[r] * stride;
          for (let c = 0; c < width && hasBlock; ++c) {
            const to = row + places[starts[m] + c];
            G[to] = block[a * width + c] + (isAlone ? G[to] : 0);
          }
          // What moves all classes alike moves no probability: without a penalty, any curvature there will do.
          if (!(l1[rowList[r]] === 0 && l2[rowList[r]] === 0)) continue;
          for (let c = 0; c < width; ++c) {
            if (others[c] === own[a]) G[row + places[starts[m] + c]] += columns.curvatures[own[a]] / (K * K);
          }
        }
      }
    }
  };

  /** Columns √v·q_k·x_j, which are made for every coordinate once: the Hessian is that of a class alone, less the products of these. */
  const capacity = X === undefined ? 0 : factorCapacity(n, p, K);
  const factored = { count: 0, place: new Int32Array(size).fill(-1), columns: arena.raw64(n * capacity) };
  const rowColumns = arena.int32(size);
  const listColumns = arena.int32(size);
  const factorOf = (c: number, data: Float64Array): number => {
    if (factored.place[c] >= 0) return factored.place[c];
    const place = factored.count++;
    const { columns: out } = factored;
    const q = of(model, classOf(c));
    const from = columnOf(c) * n;
    for (let i = 0, to = place * n; i < n; ++i, ++to) out[to] = roots[i] * q[i] * data[from + i];
    factored.place[c] = place;
    return place;
  };
  const crossGram: SmoothProblem["crossGram"] = (rowCount, rowList, rowPlaces, count, list, G, stride) => {
    if (X === undefined || count > capacity) {
      hessian(model, rowCount, rowList, rowPlaces, count, list, G, stride);
      return;
    }
    for (let a = 0; a < count; ++a) listColumns[a] = factorOf(list[a], X);
    for (let a = 0; a < rowCount; ++a) rowColumns[a] = factorOf(rowList[a], X);
    const { columns: Y } = factored;
    kernels.crossGram(n, Y, 0, rowCount, rowColumns, 0, rowPlaces, 0, count, listColumns, 0, G, 0, stride);
    for (let a = 0; a < rowCount; ++a) {
      const row = rowPlaces[a] * stride;
      for (let c = 0; c < count; ++c) G[row + c] = -G[row + c];
    }
    hessian(model, rowCount, rowList, rowPlaces, count, list, G, stride, true);
  };

  /** Blends the probabilities q with equal ones: the more, the farther 1/reach of a row's error is from the curvature of its class. */
  const blend = (q: Float64Array, reach: number): Float64Array => {
    for (let i = 0; i < n && reach < Number.POSITIVE_INFINITY; ++i) {
      const error = v[i] > 0 ? theta[codes[i] * n + i] / v[i] : 0;
      const share = Math.min(1, Math.max((K * error) / reach, LEAST));
      for (let at = i; at < K * n; at += n) q[at] += share * (1 / K - q[at]);
    }
    return q;
  };

  const intercepts = Int32Array.from({ length: intercept ? K : 0 }, (_, k) => K * p + k);
  /** The part of the Hessian for the intercepts; what moves them all alike has curvature too. */
  const interceptHessian = (M: Float64Array): void => {
    for (let k = 0; k < K; ++k) {
      for (let m = 0; m <= k; ++m) {
        setCurvatures(rows.p, k, m, false);
        let sum = 1 / (K * K);
        for (let i = 0; i < n; ++i) sum += h[i];
        M[k * K + m] = sum;
        M[m * K + k] = sum;
      }
    }
  };

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
   * B'·X in the listed coordinates, and θ/u: with w = √q over its norm and u = √(v·q), a row of the Hessian is B·B' for B = diag(u)·(I − w·w'), and
   * B·(θ/u) = θ, as the θ of a row sum to 0. A q of 0 leaves a class out of its row.
   */
  const rootOf = (list: readonly number[], q: Float64Array) => {
    const w = new Float64Array(K * n);
    const u = new Float64Array(K * n);
    for (let i = 0; i < n; ++i) {
      let sum = 0;
      for (let at = i; at < K * n; at += n) sum += q[at];
      for (let at = i; at < K * n; at += n) {
        w[at] = Math.sqrt(q[at] / sum);
        u[at] = roots[i] * Math.sqrt(q[at]);
      }
    }
    const filled = design.fill(list.map(columnOf));
    const X = new Float64Array(K * n * list.length);
    list.forEach((c, a) => {
      const own = classOf(c) * n;
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
    const q = rows.p.slice();
    for (let at = 0; at < K * n; ++at) if (theta[at] <= 0 && -theta[at] <= ROUNDINGS * (free.length + 1)) q[at] = 0;
    const isBent = (k: number, i: number): boolean => v[i] > 0 && q[k * n + i] > 0;
    /** Whether Σ d_c·x_c is the same for any two classes in the rows that have both. */
    const vanishes: Dependence["vanishes"] = (list, d) => {
      const sums = new Float64Array(size);
      d.forEach((value, a) => {
        sums[list[a]] = value;
      });
      const columns = Array.from({ length: p }, (_, j) => j);
      const isPair = (k: number, m: number): boolean => {
        const difference = Float64Array.from(columns, (j) => {
          const [own, other] = [sums[k * p + j], sums[m * p + j]];
          return Math.abs(own - other) <= UNITS * size * Math.abs(own) ? 0 : own - other;
        });
        return design.dependence.vanishes(columns, difference, (i) => isBent(k, i) && isBent(m, i));
      };
      for (let k = 0; k < K; ++k) for (let m = 0; m < k; ++m) if (!isPair(k, m)) return false;
      return true;
    };
    // As the θ of a row sum to 0, what holds for all other classes holds for the last one.
    const isImplied = (c: number): boolean =>
      classOf(c) === K - 1 && others.every((k) => free.includes(c - k * (c < K * p ? p : 1)));
    const own = free.filter((c) => !isImplied(c));
    const root = rootOf([...own, ...active.columns], q);
    // Where all classes are apart, the optimum is at infinity.
    if (!root.w.some((share, at) => share > 0 && share < 1 && v[at % n] > 0)) return undefined;
    const doubt = projectRows(root, n, theta, dual, own, active, { vanishes, rank: () => Number.POSITIVE_INFINITY });
    return doubt === Number.POSITIVE_INFINITY ? undefined : doubt;
  };
  /**
   * Moves the dual point to H·(X·a) less, so that z is 0 for the given coordinates: along the tangent of what moving these by a
   * would do to it. Returns what is left of ‖z‖² in the metric of the Hessian; undefined where the simplex ends before.
   */
  const orthogonalise = (free: Int32Array, active?: Active): number | undefined => {
    const count = free.length;
    const M = new Float64Array(count * count);
    const areIntercepts = free.length === intercepts.length && free.every((c) => c >= K * p);
    if (areIntercepts) interceptHessian(M);
    for (let from = 0; from < count && !areIntercepts; from += NEWTON_BLOCK) {
      const to = Math.min(from + NEWTON_BLOCK, count);
      const target = M.subarray(from * count);
      hessian(rows.p, to - from, free.subarray(from, to), ordinals, count, free, target, count);
    }
    const { order, solve } = pivotedCholesky(M, count, Array.from(free.keys()));
    if (order.length < count || active !== undefined) return orthogonaliseByBasis(Array.from(free), active);
    let squares = 0;
    for (let at = 0; at < K * n; ++at) if (v[at % n] > 0) squares += (theta[at] * theta[at]) / v[at % n];
    const norm = Math.sqrt(squares);
    const g = new Float64Array(size);
    const steps = new Float64Array(size);
    for (let round = 0; ; ++round) {
      products(count, free, dual, g);
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
      addProduct(count, free, steps, moves);
      if (!curve(rows.p, moves)) return undefined;
      for (let at = 0; at < K * n; ++at) dual[at] -= moves[at];
    }
  };

  /** The rows at s times the dual point. A Hessian is at most diag(p). */
  const sumRows = (scale: number): RowSums => {
    const kept = isProjected ? dual : theta;
    let lever = 0;
    let shiftSquares = 0;
    let dualSquares = 0;
    let offsetSquares = 0;
    for (let k = 0, at = 0; k < K; ++k) {
      for (let i = 0; i < n; ++i, ++at) {
        if (!(v[i] > 0)) continue;
        const size = 1 + Math.abs(offsets[at]);
        const shift = Math.abs(theta[at] - scale * kept[at]);
        lever += shift * size;
        shiftSquares += (shift * shift) / v[i];
        dualSquares += (kept[at] * kept[at]) / v[i];
        offsetSquares += v[i] * rows.p[at] * size * size;
      }
    }
    return { gaps: divergence(rows, scale, kept), lever, shiftSquares, dualSquares, steepest: 1, offsetSquares };
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
    const M = new Float64Array(K * K);
    interceptHessian(M);
    const { order, solve } = pivotedCholesky(M, K, Array.from(intercepts.keys()));
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
  const convergenceScale = Math.max(nullLoss, Number.EPSILON * log(K));
  if (!(convergenceScale < Number.POSITIVE_INFINITY)) {
    throw rangeError("ERR_VALUE", '"y" and "offset" must not have a loss that overflows');
  }
  return {
    ...problem,
    nullLoss,
    convergenceScale,
    features: K * p,
    predictors: K,
    responseNorm: Math.SQRT2,
    loss: (fit) => fit,
    shrinkageGap: (scale, _, projection) => rounding.shrinkageGap(sumRows(scale), projection),
    slack: (scale, _, fenchel, projection) => rounding.slack(scale, fenchel, projection),
    slip: (errors) => {
      residual();
      return errors.reduce((sum, error, k) => {
        const slope = of(theta, k).reduce((total, value) => total + value, 0);
        return sum + smoothSlip(error, slope, 1);
      }, 0);
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
      products(count, list, dual, projected);
      return { z: projected, squares: Number.NaN, taken: 0, doubt: 0.5 * left };
    },
    refresh: () => {
      const value = residual();
      gradient(eligible.length, eligible);
      return value;
    },
    remodel: (reach) => {
      model.set(rows.p);
      blend(model, reach);
      factored.count = 0;
      factored.place.fill(-1);
    },
    root: (list, reach) => rootOf(Array.from(list), blend(rows.p.slice(), reach)),
    modelDrift: () => {
      const curvature = (p: Float64Array, at: number): number => v[at % n] * p[at] * (1 - p[at]);
      let before = 0;
      let total = 0;
      for (let at = 0; at < K * n; ++at) {
        before += curvature(model, at);
        total += curvature(rows.p, at);
      }
      const scale = total / before;
      let drift = 0;
      for (let at = 0; at < K * n; ++at) drift += Math.abs(curvature(rows.p, at) - scale * curvature(model, at));
      return { scale, drift: drift / total };
    },
    hessianProduct: (count, list, d, out) => {
      moves.fill(0);
      addProduct(count, list, d, moves);
      curve(model, moves);
      products(count, list, moves, out);
    },
    crossGram,
  };
}
