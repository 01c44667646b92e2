import type { BlockPenalty, Penalised } from "./Penalty.js";

/**
 * A penalty of |b| that is quadratic in pieces and flat in the end, in units of its strength a: from t = knots[i]·a on its slope is
 * slopes[i]·a + bends[i]·(t − knots[i]·a). Slopes are continuous, and the first knot is 0, the first slope 1.
 */
export interface Pieces {
  readonly knots: readonly number[];
  readonly slopes: readonly number[];
  readonly bends: readonly number[];
}

/** The pieces with their values at the knots, in units of a². */
function withValues({ knots, slopes, bends }: Pieces): readonly number[] {
  const values = [0];
  for (let i = 1; i < knots.length; ++i) {
    const width = knots[i] - knots[i - 1];
    values.push(values[i - 1] + width * (slopes[i - 1] + 0.5 * bends[i - 1] * width));
  }
  return values;
}

/**
 * h_j(b) = a_j²·H(|b|/a_j) + l2_j/2·b² on [lower_j, upper_j] with a_j = strength·f_j, H made of pieces:
 *
 * ```text
 * minimum: argmin_c v/2·c² − u·c + h_j(c), of several minima the least
 * kink:    a_j·min(1, √(2·(v + l2_j)·H(∞))), beyond which that is not 0
 * ```
 */
export function concave(pieces: Pieces, problem: Penalised): BlockPenalty {
  const { knots, slopes, bends } = pieces;
  const { eligible, p, penaltyFactor, lower, upper, l2, curvatures } = problem;
  const values = withValues(pieces);
  const last = knots.length - 1;
  const rise = 2 * values[last];
  const kinks = new Float64Array(p);
  let strength = 0;
  const pieceOf = (t: number, a: number): number => {
    let i = last;
    while (i > 0 && t < knots[i] * a) i -= 1;
    return i;
  };
  /** The penalty of t >= 0 without the ridge part. */
  const height = (t: number, a: number): number => {
    const i = pieceOf(t, a);
    const beyond = t - knots[i] * a;
    return values[i] * a * a + beyond * (slopes[i] * a + 0.5 * bends[i] * beyond);
  };
  const slope = (t: number, a: number): number => {
    const i = pieceOf(t, a);
    return slopes[i] * a + bends[i] * (t - knots[i] * a);
  };
  const kink = (j: number, a: number, curvature: number): number =>
    a * Math.min(1, Math.sqrt((curvature + l2[j]) * rise));
  const limitOf = (j: number, z: number): number => (z > 0 ? upper[j] : -lower[j]);
  /** argmin over 0 <= t <= limit of w/2·t² − u·t + the height of t. */
  const best = (u: number, w: number, a: number, limit: number): number => {
    let at = 0;
    let least = 0;
    for (let i = 0; i <= last; ++i) {
      const from = knots[i] * a;
      if (from >= limit) break;
      const to = i < last ? Math.min(knots[i + 1] * a, limit) : limit;
      const rises = w * from + slopes[i] * a - u;
      const ends = i < last && to < limit ? w * to + slopes[i + 1] * a - u : w * to + slope(to, a) - u;
      // Where it is concave it may rise first, and be least at the limit.
      if (!(ends < 0 ? to === limit : rises < 0)) continue;
      const bend = w + bends[i];
      const t = bend > 0 ? Math.min(from - rises / bend, to) : to;
      const value = t * (0.5 * w * t - u) + height(t, a);
      if (value < least) {
        least = value;
        at = t;
      }
    }
    return at;
  };
  const starts = Int32Array.from({ length: eligible.length + 1 }, (_, g) => g);
  return {
    kind: "blocks",
    isConvex: false,
    starts,
    members: eligible,
    kinks,
    set: (value) => {
      strength = value;
      for (const j of eligible) {
        kinks[j] = kink(j, strength * penaltyFactor[j], curvatures?.[j] ?? Number.POSITIVE_INFINITY);
      }
    },
    value: (g, b) => {
      const j = eligible[g];
      return height(Math.abs(b[j]), strength * penaltyFactor[j]) + 0.5 * l2[j] * b[j] * b[j];
    },
    minimum: (g, u, curvature, b) => {
      const j = eligible[g];
      const t = best(Math.abs(u[j]), curvature + l2[j], strength * penaltyFactor[j], limitOf(j, u[j]));
      b[j] = u[j] < 0 ? -t : t;
    },
    slopes: (g, b, out) => {
      const j = eligible[g];
      out[j] = Math.sign(b[j]) * slope(Math.abs(b[j]), strength * penaltyFactor[j]) + l2[j] * b[j];
    },
    bend: (g, b, d, out) => {
      const j = eligible[g];
      out[j] = (bends[pieceOf(Math.abs(b[j]), strength * penaltyFactor[j])] + l2[j]) * d[j];
    },
    violation: (g, b, z) => {
      const j = eligible[g];
      const a = strength * penaltyFactor[j];
      if (b[j] === 0) return Math.max(0, limitOf(j, z[j]) > 0 ? Math.abs(z[j]) - a : 0);
      const left = z[j] - l2[j] * b[j] - Math.sign(b[j]) * slope(Math.abs(b[j]), a);
      const isAtBound = b[j] >= upper[j] || b[j] <= lower[j];
      return isAtBound ? Math.max(0, -Math.sign(b[j]) * left) : Math.abs(left);
    },
    excess: (g, z, scale) => {
      const j = eligible[g];
      if (!(limitOf(j, z[j]) > 0)) return 0;
      const size = scale * Math.abs(z[j]);
      if (!(size > kinks[j])) return 0;
      const curvature = curvatures?.[j];
      if (curvature === undefined || size > strength * penaltyFactor[j]) return size - kinks[j];
      return best(size, curvature + l2[j], strength * penaltyFactor[j], limitOf(j, z[j])) > 0 ? size - kinks[j] : 0;
    },
    strength: (g, z) => {
      const j = eligible[g];
      return limitOf(j, z[j]) > 0 && penaltyFactor[j] > 0 ? Math.abs(z[j]) / penaltyFactor[j] : 0;
    },
    feasibleScale: () => Number.NaN,
  };
}
