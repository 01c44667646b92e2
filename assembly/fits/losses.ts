import { loadLane, storeLane } from "../vectors/vector";
import { expLanes, logLanes } from "./transcendental";

/** ln(1 + t) for 0 <= t <= 1: ln u for u = 1 + t rounded, and what rounding took from it. Higham, Accuracy and Stability (2002), §1.14.1. */
function log1pLanes(t: v128): v128 {
  const one = f64x2.splat(1);
  const u = f64x2.add(one, t);
  return f64x2.add(logLanes(u), f64x2.div(f64x2.sub(t, f64x2.sub(u, one)), u));
}

/** Two rows of {@link binomialLoss}; returns v·loss. */
function binomialLanes(eta: v128, y: v128, v: v128, theta: usize, curvatures: usize, single: bool): v128 {
  const zero = f64x2.splat(0);
  const sign = v128.bitselect(f64x2.splat(1), f64x2.splat(-1), f64x2.gt(y, f64x2.splat(0.5)));
  const a = f64x2.mul(f64x2.neg(sign), eta);
  const t = expLanes(f64x2.neg(f64x2.abs(a)));
  const d = f64x2.div(f64x2.splat(1), f64x2.add(f64x2.splat(1), t));
  const right = f64x2.mul(t, d);
  const wrong = v128.bitselect(d, right, f64x2.gt(a, zero));
  const gradient = f64x2.mul(v, f64x2.mul(sign, wrong));
  const curvature = f64x2.mul(v, f64x2.mul(right, d));
  if (single) {
    storeLane<f64>(theta, gradient);
    storeLane<f64>(curvatures, curvature);
  } else {
    v128.store(theta, gradient);
    v128.store(curvatures, curvature);
  }
  return v128.and(f64x2.mul(v, f64x2.add(f64x2.max(a, zero), log1pLanes(t))), f64x2.gt(v, zero));
}

/**
 * The binomial loss of n rows and its derivatives, y being 0 or 1. With a = η for y = 0 and −η for y = 1, t = e^−|a|, σ(a) = 1/(1 + e^−a):
 *
 *   Σ v·ln(1 + e^a) = Σ v·(max(a, 0) + ln(1 + t)),   theta = ±v·σ(a) = v·(y − μ),   curvatures = v·t/(1 + t)² = v·μ·(1 − μ)
 *
 * No cancellation and no overflow for any finite η. Rows of weight 0 add nothing.
 */
export function binomialLoss(n: i32, eta: usize, y: usize, v: usize, theta: usize, curvatures: usize): f64 {
  let sum = f64x2.splat(0);
  const pairEnd = eta + (((<usize>n) << 3) & ~15);
  for (; eta < pairEnd; eta += 16, y += 16, v += 16, theta += 16, curvatures += 16) {
    sum = f64x2.add(sum, binomialLanes(v128.load(eta), v128.load(y), v128.load(v), theta, curvatures, false));
  }
  const total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  if ((n & 1) == 0) return total;
  const last = binomialLanes(loadLane<f64>(eta), loadLane<f64>(y), loadLane<f64>(v), theta, curvatures, true);
  return total + f64x2.extract_lane(last, 0);
}

/** Two rows of {@link poissonLoss}; returns v·loss. */
function poissonLanes(eta: v128, y: v128, v: v128, theta: usize, curvatures: usize, single: bool): v128 {
  const counts = f64x2.gt(v, f64x2.splat(0));
  const mean = expLanes(eta);
  const gradient = v128.and(f64x2.mul(v, f64x2.sub(y, mean)), counts);
  const curvature = v128.and(f64x2.mul(v, mean), counts);
  if (single) {
    storeLane<f64>(theta, gradient);
    storeLane<f64>(curvatures, curvature);
  } else {
    v128.store(theta, gradient);
    v128.store(curvatures, curvature);
  }
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
  const total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  if ((n & 1) == 0) return total;
  const last = poissonLanes(loadLane<f64>(eta), loadLane<f64>(y), loadLane<f64>(v), theta, curvatures, true);
  return total + f64x2.extract_lane(last, 0);
}
