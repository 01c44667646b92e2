import { loadLane, storeLane, sumLanes } from "../vectors/vector";
import { expLanes, logLanes } from "./transcendental";

/** Two doubles, or one in lane 0. */
function loadRows(pointer: usize, single: bool): v128 {
  return single ? loadLane<f64>(pointer) : v128.load(pointer);
}

/** Stores what {@link loadRows} loads. */
function storeRows(pointer: usize, rows: v128, single: bool): void {
  if (single) storeLane<f64>(pointer, rows);
  else v128.store(pointer, rows);
}

/** ln(1 + t) for 0 <= t <= 1: ln u for u = 1 + t rounded, and what rounding took from it. Higham, Accuracy and Stability (2002), §1.14.1. */
function log1pLanes(t: v128): v128 {
  const one = f64x2.splat(1);
  const u = f64x2.add(one, t);
  return f64x2.add(logLanes(u), f64x2.div(f64x2.sub(t, f64x2.sub(u, one)), u));
}

/** Rows of each lane whose ln(1 + t) are one logarithm: of the product of 1 + t, less 1 so that no small t is lost. */
const RUN: i32 = 16;

/** 1 for y = 1, −1 for y = 0 */
function signs(y: v128): v128 {
  return v128.bitselect(f64x2.splat(1), f64x2.splat(-1), f64x2.gt(y, f64x2.splat(0.5)));
}

/** The derivatives of {@link binomialLoss} in two rows, of a = −sign·η; returns t. */
function binomialLanes(a: v128, sign: v128, v: v128, theta: usize, curvatures: usize, single: bool): v128 {
  const t = expLanes(f64x2.neg(f64x2.abs(a)));
  const d = f64x2.div(f64x2.splat(1), f64x2.add(f64x2.splat(1), t));
  const right = f64x2.mul(t, d);
  const wrong = v128.bitselect(d, right, f64x2.gt(a, f64x2.splat(0)));
  const gradient = f64x2.mul(v, f64x2.mul(sign, wrong));
  const curvature = f64x2.mul(v, f64x2.mul(right, d));
  storeRows(theta, gradient, single);
  storeRows(curvatures, curvature, single);
  return t;
}

/** v·(Σ max(a, 0) + ln(1 + s)) of a run of rows, whose product of 1 + t is 1 + s */
function runLoss(v: v128, hinges: v128, s: v128): v128 {
  return v128.and(f64x2.mul(v, f64x2.add(hinges, log1pLanes(s))), f64x2.gt(v, f64x2.splat(0)));
}

/**
 * The binomial loss of n rows and its derivatives, y being 0 or 1. With a = η for y = 0 and −η for y = 1, t = e^−|a|, σ(a) = 1/(1 + e^−a):
 *
 *   Σ v·ln(1 + e^a) = Σ v·(max(a, 0) + ln(1 + t)),   theta = ±v·σ(a) = v·(y − μ),   curvatures = v·t/(1 + t)² = v·μ·(1 − μ)
 *
 * No cancellation and no overflow for any finite η. Rows of weight 0 add nothing. Every other row is of one lane; a run of up to 16 pairs with the
 * weights of the first has one logarithm in each.
 */
export function binomialLoss(n: i32, eta: usize, y: usize, v: usize, theta: usize, curvatures: usize): f64 {
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  let sum = zero;
  let weights = zero;
  let hinges = zero;
  let s = zero;
  let left = 0;
  const pairEnd = eta + (((<usize>n) << 3) & ~15);
  for (; eta < pairEnd; eta += 16, y += 16, v += 16, theta += 16, curvatures += 16) {
    const w = v128.load(v);
    if (left == 0 || v128.any_true(f64x2.ne(w, weights))) {
      sum = f64x2.add(sum, runLoss(weights, hinges, s));
      weights = w;
      hinges = zero;
      s = zero;
      left = RUN;
    }
    left -= 1;
    const sign = signs(v128.load(y));
    const a = f64x2.mul(f64x2.neg(sign), v128.load(eta));
    const t = binomialLanes(a, sign, w, theta, curvatures, false);
    hinges = f64x2.add(hinges, f64x2.max(a, zero));
    s = f64x2.add(s, f64x2.mul(t, f64x2.add(one, s)));
  }
  sum = f64x2.add(sum, runLoss(weights, hinges, s));
  const total = sumLanes<f64>(sum);
  if ((n & 1) == 0) return total;
  const w = loadLane<f64>(v);
  const sign = signs(loadLane<f64>(y));
  const a = f64x2.mul(f64x2.neg(sign), loadLane<f64>(eta));
  const t = binomialLanes(a, sign, w, theta, curvatures, true);
  return total + f64x2.extract_lane(runLoss(w, f64x2.max(a, zero), t), 0);
}

/** Two rows of {@link poissonLoss}; returns v·loss. */
function poissonLanes(eta: v128, y: v128, v: v128, theta: usize, curvatures: usize, single: bool): v128 {
  const counts = f64x2.gt(v, f64x2.splat(0));
  const mean = expLanes(eta);
  const gradient = v128.and(f64x2.mul(v, f64x2.sub(y, mean)), counts);
  const curvature = v128.and(f64x2.mul(v, mean), counts);
  storeRows(theta, gradient, single);
  storeRows(curvatures, curvature, single);
  return v128.and(f64x2.mul(v, f64x2.sub(mean, f64x2.mul(y, eta))), counts);
}

/**
 * The Poisson loss of n rows and its derivatives, μ = e^η:
 *
 *   Σ v·(μ − y·η),   theta = v·(y − μ),   curvatures = v·μ
 *
 * Rows of weight 0 add nothing.
 */
export function poissonLoss(n: i32, eta: usize, y: usize, v: usize, theta: usize, curvatures: usize): f64 {
  let sum = f64x2.splat(0);
  const pairEnd = eta + (((<usize>n) << 3) & ~15);
  for (; eta < pairEnd; eta += 16, y += 16, v += 16, theta += 16, curvatures += 16) {
    sum = f64x2.add(sum, poissonLanes(v128.load(eta), v128.load(y), v128.load(v), theta, curvatures, false));
  }
  const total = sumLanes<f64>(sum);
  if ((n & 1) == 0) return total;
  const last = poissonLanes(loadLane<f64>(eta), loadLane<f64>(y), loadLane<f64>(v), theta, curvatures, true);
  return total + f64x2.extract_lane(last, 0);
}

/**
 * The multinomial loss of n rows, whose K η lie `stride` apart, as all that follows from them:
 *
 *   Σ v·(ln Σ e^η − η_y),   p = e^η/Σ e^η,   theta = v·(e_y − p),   h = v·p,   logSums = ln Σ e^η
 *
 * What the other classes have is summed without the row's own, and keeps its digits next to 1.
 */
export function softmaxLoss(
  n: i32,
  K: i32,
  stride: i32,
  eta: usize,
  codes: usize,
  v: usize,
  p: usize,
  theta: usize,
  h: usize,
  logSums: usize,
): f64 {
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  const step = (<usize>stride) << 3;
  let total = zero;
  for (let i = 0; i < n; i += 2, eta += 16, codes += 16, v += 16, p += 16, theta += 16, h += 16, logSums += 16) {
    const single = i + 1 == n;
    const code = loadRows(codes, single);
    const weight = loadRows(v, single);
    let top = f64x2.splat(-Infinity);
    for (let k = 0, at = eta; k < K; ++k, at += step) top = f64x2.max(top, loadRows(at, single));
    let ownEta = zero;
    let own = zero;
    let wrong = zero;
    for (let k = 0, at: usize = 0; k < K; ++k, at += step) {
      const value = loadRows(eta + at, single);
      const isOwn = f64x2.eq(code, f64x2.splat(<f64>k));
      const share = expLanes(f64x2.sub(value, top));
      storeRows(p + at, share, single);
      ownEta = v128.or(ownEta, v128.and(value, isOwn));
      own = v128.or(own, v128.and(share, isOwn));
      wrong = f64x2.add(wrong, v128.andnot(share, isOwn));
    }
    const sum = f64x2.add(wrong, own);
    const inverse = f64x2.div(one, sum);
    // ln(1 + wrong) where the own class is the likeliest
    const lost = f64x2.div(f64x2.sub(wrong, f64x2.sub(sum, one)), sum);
    const logSum = f64x2.add(logLanes(sum), v128.and(lost, f64x2.eq(own, one)));
    const ownTheta = f64x2.mul(weight, f64x2.mul(wrong, inverse));
    for (let k = 0, at: usize = 0; k < K; ++k, at += step) {
      const share = f64x2.mul(loadRows(p + at, single), inverse);
      const curvature = f64x2.mul(weight, share);
      storeRows(p + at, share, single);
      storeRows(h + at, curvature, single);
      const slope = v128.bitselect(ownTheta, f64x2.neg(curvature), f64x2.eq(code, f64x2.splat(<f64>k)));
      storeRows(theta + at, slope, single);
    }
    storeRows(logSums, f64x2.add(top, logSum), single);
    const loss = f64x2.mul(weight, f64x2.add(f64x2.sub(top, ownEta), logSum));
    total = f64x2.add(total, v128.and(loss, f64x2.gt(weight, zero)));
  }
  return sumLanes<f64>(total);
}

/** Σ x */
export function sum(n: i32, x: usize): f64 {
  let s = f64x2.splat(0);
  const pairEnd = x + (((<usize>n) << 3) & ~15);
  for (; x < pairEnd; x += 16) s = f64x2.add(s, v128.load(x));
  const total = sumLanes<f64>(s);
  return (n & 1) == 0 ? total : total + load<f64>(x);
}

/** Σ x²/h over the rows with h > 0 */
export function weighedSquares(n: i32, x: usize, h: usize): f64 {
  const zero = f64x2.splat(0);
  let s = zero;
  for (let i = 0; i < n; i += 2, x += 16, h += 16) {
    const single = i + 1 == n;
    const value = loadRows(x, single);
    const weight = loadRows(h, single);
    s = f64x2.add(s, v128.and(f64x2.div(f64x2.mul(value, value), weight), f64x2.gt(weight, zero)));
  }
  return sumLanes<f64>(s);
}

/** The largest a·x − y, −Infinity of no rows. */
export function largestExcess(n: i32, a: f64, x: usize, y: usize): f64 {
  const factors = f64x2.splat(a);
  let most = f64x2.splat(-Infinity);
  const end = x + ((<usize>n) << 3);
  const pairEnd = x + (((<usize>n) << 3) & ~15);
  for (; x < pairEnd; x += 16, y += 16) {
    most = f64x2.max(most, f64x2.sub(f64x2.mul(factors, v128.load(x)), v128.load(y)));
  }
  const largest = max<f64>(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1));
  return x < end ? max<f64>(largest, a * load<f64>(x) - load<f64>(y)) : largest;
}

/**
 * What the certificate of the dual point scale·dual needs of n rows of a smooth loss. With δ = theta − scale·dual and t = |δ|/h, the sums over rows
 *
 *   Fenchel gaps, at most |δ|·t·(1/2 + t/6 + t²/12 + t³/10) each, where t < near,
 *   |δ|·sizes,   δ²·perWeight,   dual²·perWeight,   the largest steepness·perWeight,   steepness·sizes²
 *
 * are written to `out`. Rows with t >= near, whose gaps are not among them, are listed; returns how many they are.
 */
export function dualSums(
  n: i32,
  scale: f64,
  near: f64,
  theta: usize,
  dual: usize,
  h: usize,
  steepness: usize,
  perWeight: usize,
  sizes: usize,
  far: usize,
  out: usize,
): i32 {
  const zero = f64x2.splat(0);
  const first = far;
  let gaps = zero;
  let lever = zero;
  let shiftSquares = zero;
  let dualSquares = zero;
  let steepest = zero;
  let offsetSquares = zero;
  for (let i = 0; i < n; i += 2, theta += 16, dual += 16, h += 16, steepness += 16, perWeight += 16, sizes += 16) {
    const single = i + 1 == n;
    const point = loadRows(dual, single);
    const per = loadRows(perWeight, single);
    const size = loadRows(sizes, single);
    const steep = loadRows(steepness, single);
    const slope = loadRows(theta, single);
    const curvature = loadRows(h, single);
    const shift = f64x2.abs(f64x2.sub(slope, f64x2.mul(f64x2.splat(scale), point)));
    steepest = f64x2.max(steepest, f64x2.mul(steep, per));
    offsetSquares = f64x2.add(offsetSquares, f64x2.mul(f64x2.mul(steep, size), size));
    dualSquares = f64x2.add(dualSquares, f64x2.mul(f64x2.mul(point, point), per));
    shiftSquares = f64x2.add(shiftSquares, f64x2.mul(f64x2.mul(shift, shift), per));
    lever = f64x2.add(lever, f64x2.mul(shift, size));
    const t = f64x2.div(shift, curvature);
    const isNear = f64x2.lt(t, f64x2.splat(near));
    let q = f64x2.add(f64x2.splat(1.0 / 12.0), f64x2.mul(t, f64x2.splat(0.1)));
    q = f64x2.add(f64x2.splat(1.0 / 6.0), f64x2.mul(t, q));
    q = f64x2.add(f64x2.splat(0.5), f64x2.mul(t, q));
    gaps = f64x2.add(gaps, v128.and(f64x2.mul(f64x2.mul(shift, t), q), isNear));
    const isFar = v128.andnot(f64x2.ne(shift, zero), isNear);
    if (v128.any_true(isFar)) {
      store<i32>(far, i);
      far += <usize>(<u32>i64x2.extract_lane(isFar, 0) & 4);
      store<i32>(far, i + 1);
      far += <usize>(<u32>i64x2.extract_lane(isFar, 1) & 4);
    }
  }
  store<f64>(out, sumLanes<f64>(gaps));
  store<f64>(out, sumLanes<f64>(lever), 8);
  store<f64>(out, sumLanes<f64>(shiftSquares), 16);
  store<f64>(out, sumLanes<f64>(dualSquares), 24);
  store<f64>(out, max<f64>(f64x2.extract_lane(steepest, 0), f64x2.extract_lane(steepest, 1)), 32);
  store<f64>(out, sumLanes<f64>(offsetSquares), 40);
  return <i32>((far - first) >> 2);
}
