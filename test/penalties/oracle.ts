/** Fits with penalties that are no elastic net, by their definitions: slow, and without a line of the library's. */

import type { Family, PenaltyFields } from "../../src/index.js";

/** What is fitted, every option written out. */
export interface Setting {
  family: Family;
  n: number;
  p: number;
  /** Row after row. */
  X: Float64Array;
  /** Classes from 0 on where there are any. */
  y: Float64Array;
  weights: Float64Array;
  offset: Float64Array;
  factors: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
  intercept: boolean;
  standardize: boolean;
  lambda: number;
  l1Ratio: number;
  penalty: PenaltyFields;
  /** Of the Huber family. */
  delta: number;
}

/** Coefficients, class after class, and intercepts. */
export interface Point {
  w: Float64Array;
  b: Float64Array;
}

export function classesOf({ family, y }: Setting): number {
  return family === "multinomial" ? y.reduce((most, code) => Math.max(most, code), 0) + 1 : 1;
}

/** d_j: weighted sds with 1/W, or 1. */
export function scalesOf({ n, p, X, weights, standardize }: Setting): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Float64Array.from({ length: p }, (_, j) => {
    if (!standardize) return 1;
    let mean = 0;
    for (let i = 0; i < n; ++i) mean += (weights[i] * X[i * p + j]) / total;
    let squares = 0;
    for (let i = 0; i < n; ++i) squares += (weights[i] * (X[i * p + j] - mean) ** 2) / total;
    return Math.sqrt(squares);
  });
}

/** The mean loss, and its gradient by w_kj and b_k. */
export function loss(setting: Setting, { w, b }: Point): { value: number; w: Float64Array; b: Float64Array } {
  const { family, n, p, X, y, weights, offset } = setting;
  const K = classesOf(setting);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const gradient = { w: new Float64Array(K * p), b: new Float64Array(K) };
  let value = 0;
  for (let i = 0; i < n; ++i) {
    const eta = Array.from(b, (one, k) => {
      let sum = one + offset[i];
      for (let j = 0; j < p; ++j) sum += w[k * p + j] * X[i * p + j];
      return sum;
    });
    const share = weights[i] / total;
    if (share === 0) continue;
    const slopes: number[] = [];
    if (family === "gaussian") {
      value += (share * (y[i] - eta[0]) ** 2) / 2;
      slopes.push(eta[0] - y[i]);
    } else if (family === "huber") {
      const r = y[i] - eta[0];
      value += share * (Math.abs(r) <= setting.delta ? (r * r) / 2 : setting.delta * (Math.abs(r) - setting.delta / 2));
      slopes.push(-Math.max(-setting.delta, Math.min(setting.delta, r)));
    } else if (family === "binomial") {
      const signed = y[i] === 1 ? -eta[0] : eta[0];
      value += share * (Math.max(signed, 0) + Math.log1p(Math.exp(-Math.abs(signed))));
      slopes.push(1 / (1 + Math.exp(-eta[0])) - y[i]);
    } else if (family === "poisson") {
      value += share * (Math.exp(eta[0]) - y[i] * eta[0]);
      slopes.push(Math.exp(eta[0]) - y[i]);
    } else {
      const top = Math.max(...eta);
      const sum = eta.reduce((all, one) => all + Math.exp(one - top), 0);
      value += share * (top + Math.log(sum) - eta[y[i]]);
      eta.forEach((one, k) => {
        slopes.push(Math.exp(one - top) / sum - (k === y[i] ? 1 : 0));
      });
    }
    slopes.forEach((slope, k) => {
      gradient.b[k] += share * slope;
      for (let j = 0; j < p; ++j) gradient.w[k * p + j] += share * slope * X[i * p + j];
    });
  }
  return { value, ...gradient };
}

/** c of sorted L1: from the weights, or by bisection of the normal distribution. */
export function sortedWeights(penalty: PenaltyFields & { name: "sortedL1" }, p: number): number[] {
  if ("weights" in penalty) return [...penalty.weights];
  const quantile = (share: number): number => {
    let [low, high] = [-40, 40];
    for (let step = 0; step < 200; ++step) {
      const middle = (low + high) / 2;
      if (normalTail(-middle) < share) low = middle;
      else high = middle;
    }
    return low;
  };
  const all = Array.from({ length: p }, (_, k) => -quantile((penalty.q * (k + 1)) / (2 * p)));
  return all.map((one) => one / all[0]);
}

/** 1 − Φ(x), by its series near 0 and its continued fraction elsewhere. */
function normalTail(x: number): number {
  if (x < 0) return 1 - normalTail(-x);
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (x < 3) {
    let [term, sum] = [x, x];
    for (let k = 3; k < 200; k += 2) {
      term *= (x * x) / k;
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = x;
  for (let k = 400; k > 0; --k) fraction = x + k / fraction;
  return density / fraction;
}

/** The groups' columns, by first appearance. */
export function groupsOf(labels: readonly unknown[]): number[][] {
  const groups = new Map<unknown, number[]>();
  labels.forEach((label, j) => {
    groups.set(label, [...(groups.get(label) ?? []), j]);
  });
  return [...groups.values()];
}

/** What a penalty of one coefficient is at t >= 0, of strength a. */
export function concaveValue({ name, gamma }: PenaltyFields & { gamma: number }, t: number, a: number): number {
  if (name === "mcp") return t <= gamma * a ? a * t - (t * t) / (2 * gamma) : (gamma * a * a) / 2;
  if (t <= a) return a * t;
  if (t <= gamma * a) return (2 * gamma * a * t - t * t - a * a) / (2 * (gamma - 1));
  return (a * a * (gamma + 1)) / 2;
}

/** Its derivative for t > 0. */
export function concaveSlope({ name, gamma }: PenaltyFields & { gamma: number }, t: number, a: number): number {
  if (name === "mcp") return Math.max(0, a - t / gamma);
  return t <= a ? a : Math.max(0, gamma * a - t) / (gamma - 1);
}

/** The penalty of t_j = d_j·w_j, ridge part included; K·p of them. Left out columns count for nothing, being 0. */
function penaltyAt(setting: Setting, t: Float64Array): number {
  const { p, lambda, l1Ratio, factors, penalty } = setting;
  const a = lambda * l1Ratio;
  let sum = 0;
  t.forEach((value, c) => {
    if (value !== 0) sum += ((lambda * (1 - l1Ratio)) / 2) * factors[c % p] * value * value;
  });
  if (penalty.name === "groupLasso") {
    groupsOf(penalty.groups).forEach((columns, g) => {
      sum += a * (1 - penalty.l1Share) * penalty.factors[g] * Math.hypot(...columns.map((j) => t[j]));
    });
    t.forEach((value, j) => {
      if (value !== 0) sum += a * penalty.l1Share * factors[j] * Math.abs(value);
    });
  } else if (penalty.name === "sortedL1") {
    const c = sortedWeights(penalty, p);
    Array.from(t, Math.abs)
      .sort((x, y) => y - x)
      .forEach((size, k) => {
        sum += a * c[k] * size;
      });
  } else {
    t.forEach((value, c) => {
      if (value !== 0) sum += concaveValue(penalty, Math.abs(value), a * factors[c % p]);
    });
  }
  return sum;
}

export function objective(setting: Setting, point: Point): number {
  const scales = scalesOf(setting);
  const t = point.w.map((value, c) => value * scales[c % setting.p]);
  return loss(setting, point).value + penaltyAt(setting, t);
}

/** Whether column j may have a coefficient. */
export const isOpen = ({ factors }: Setting, scales: Float64Array, j: number): boolean =>
  factors[j] < Number.POSITIVE_INFINITY && scales[j] > 1e-12;

/** argmin_c v/2·‖c − x‖² + penalty(c) of a convex penalty, by its definition. */
function prox(setting: Setting, x: Float64Array, v: number): Float64Array {
  const { p, lambda, l1Ratio, factors, penalty } = setting;
  const a = lambda * l1Ratio;
  const shrunk = (value: number, by: number): number => Math.sign(value) * Math.max(0, Math.abs(value) - by);
  const out = new Float64Array(p);
  if (penalty.name === "groupLasso") {
    groupsOf(penalty.groups).forEach((columns, g) => {
      const S = columns.map((j) => shrunk(x[j], penalty.l1Share === 0 ? 0 : (a * penalty.l1Share * factors[j]) / v));
      const length = Math.hypot(...S);
      const by = (a * (1 - penalty.l1Share) * penalty.factors[g]) / v;
      columns.forEach((j, k) => {
        out[j] = length > by ? S[k] * (1 - by / length) : 0;
      });
    });
  } else if (penalty.name === "sortedL1") {
    const c = sortedWeights(penalty, p);
    const order = Array.from(x.keys()).sort((i, j) => Math.abs(x[j]) - Math.abs(x[i]));
    // The closest sequence that does not ascend: minima of maxima of means.
    const left = order.map((j, k) => Math.abs(x[j]) - (a * c[k]) / v);
    const mean = (from: number, to: number): number =>
      left.slice(from, to + 1).reduce((sum, value) => sum + value, 0) / (to + 1 - from);
    order.forEach((j, k) => {
      let least = Number.POSITIVE_INFINITY;
      for (let from = 0; from <= k; ++from) {
        let most = Number.NEGATIVE_INFINITY;
        for (let to = k; to < p; ++to) most = Math.max(most, mean(from, to));
        least = Math.min(least, most);
      }
      out[j] = Math.sign(x[j]) * Math.max(0, least);
    });
  }
  return out;
}

/** A solution of a convex problem by accelerated proximal gradient with backtracking, from the given point: never worse than that. */
export function improve(setting: Setting, start: Point, steps: number): number {
  const { intercept, lambda, l1Ratio, factors } = setting;
  const scales = scalesOf(setting);
  const ridge = (j: number): number =>
    lambda * (1 - l1Ratio) * (factors[j] < Number.POSITIVE_INFINITY ? factors[j] : 0);
  const smooth = (t: Float64Array, b: number) => {
    const at = loss(setting, {
      w: t.map((value, j) => (isOpen(setting, scales, j) ? value / scales[j] : 0)),
      b: Float64Array.of(b),
    });
    let value = at.value;
    t.forEach((one, j) => {
      value += (ridge(j) * one * one) / 2;
    });
    return {
      value,
      t: t.map((one, j) => (isOpen(setting, scales, j) ? at.w[j] / scales[j] + ridge(j) * one : 0)),
      b: intercept ? at.b[0] : 0,
    };
  };
  const F = (t: Float64Array, b: number): number =>
    objective(setting, {
      w: t.map((value, j) => (isOpen(setting, scales, j) ? value / scales[j] : 0)),
      b: Float64Array.of(b),
    });
  let t: Float64Array = start.w.map((value, j) => value * scales[j]);
  let b = start.b[0];
  let y = t;
  let c = b;
  let momentum = 1;
  let v = 1;
  let best = F(t, b);
  for (let step = 0; step < steps; ++step) {
    const at = smooth(y, c);
    let next: Float64Array;
    let nextB: number;
    for (;;) {
      next = prox(
        setting,
        y.map((value, j) => value - at.t[j] / v),
        v,
      ).map((value, j) => (isOpen(setting, scales, j) ? value : 0));
      nextB = c - at.b / v;
      let bound = at.value + at.b * (nextB - c) + (v / 2) * (nextB - c) ** 2;
      next.forEach((value, j) => {
        bound += at.t[j] * (value - y[j]) + (v / 2) * (value - y[j]) ** 2;
      });
      if (smooth(next, nextB).value <= bound + 1e-14 * Math.abs(bound) || v > 1e12) break;
      v *= 2;
    }
    const value = F(next, nextB);
    const isUphill = value > best;
    best = Math.min(best, value);
    const longer = isUphill ? 1 : (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    const share = isUphill ? 0 : (momentum - 1) / longer;
    y = next.map((one, j) => one + share * (one - t[j]));
    c = nextB + share * (nextB - b);
    [t, b, momentum] = [next, nextB, longer];
  }
  return best;
}

/** How far a point of a concave penalty is from stationary, on the penalised scale, intercepts included. */
export function violation(setting: Setting, point: Point): number {
  const { p, lambda, l1Ratio, factors, lower, upper, intercept } = setting;
  const penalty = setting.penalty as PenaltyFields & { gamma: number };
  const scales = scalesOf(setting);
  const gradient = loss(setting, point);
  let worst = intercept ? Math.max(...gradient.b.map(Math.abs)) : 0;
  point.w.forEach((value, c) => {
    const j = c % p;
    if (!isOpen(setting, scales, j)) return;
    const z = -gradient.w[c] / scales[j];
    const t = value * scales[j];
    const a = lambda * l1Ratio * factors[j];
    const ridge = lambda * (1 - l1Ratio) * factors[j] * t;
    const [canGrow, canFall] = [value < upper[j], value > lower[j]];
    const up = value >= 0 ? concaveSlope(penalty, t, a) : -concaveSlope(penalty, -t, a);
    const down = value > 0 ? concaveSlope(penalty, t, a) : -concaveSlope(penalty, -t, a);
    // z may be anything between the slopes on both sides; a bound takes one of them to infinity.
    if (canGrow) worst = Math.max(worst, z - ridge - up);
    if (canFall) worst = Math.max(worst, down - (z - ridge));
  });
  return worst;
}

/** By how much the best move of a single coefficient, over a grid, lowers the objective. */
export function bestMove(setting: Setting, point: Point): number {
  const { p, lambda, l1Ratio, factors, lower, upper } = setting;
  const penalty = setting.penalty as PenaltyFields & { gamma: number };
  const scales = scalesOf(setting);
  const here = objective(setting, point);
  let best = 0;
  point.w.forEach((value, c) => {
    const j = c % p;
    // Without a penalty a coefficient may be on its way to infinity, where no slope is left.
    if (!isOpen(setting, scales, j) || factors[j] === 0) return;
    const unit = (lambda * l1Ratio * factors[j] * penalty.gamma) / scales[j];
    const far = Math.max(3 * unit, 3 * Math.abs(value), 1 / scales[j]);
    for (let k = -60; k <= 60; ++k) {
      const size = far * Math.exp(-Math.abs(k) / 12) * Math.sign(k);
      for (const to of [size, value + 0.1 * size]) {
        if (to < lower[j] || to > upper[j]) continue;
        const w = point.w.slice();
        w[c] = to;
        best = Math.max(best, here - objective(setting, { ...point, w }));
      }
    }
  });
  return best;
}
