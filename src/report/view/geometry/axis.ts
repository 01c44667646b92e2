import { exp, log } from "../../../arithmetic/transcendental.js";

/** The x axis that all pictures share: log lambda, from the strongest penalty at 0 to the weakest at 1. */
export interface LambdaAxis {
  /** Where each stored lambda is. */
  readonly places: Float64Array;
  /**
   * Where lines have points: at the stored lambdas, and between those that are far from each other, as what is interpolated in lambda is no
   * straight line here. Each has its stored lambda and the share of the next one.
   */
  readonly points: readonly { place: number; index: number; share: number }[];
  placeOf(lambda: number): number;
  lambdaAt(place: number): number;
  /** The stored lambda at or before a place, and the share of the next one there, by which coefficients are interpolated. */
  between(lambda: number): { index: number; share: number };
}

/** A line has about so many points at least. */
const POINTS = 80;

/** The share of the axis that lambda = 0 lies behind the last positive one. */
const BEFORE_ZERO = 0.08;

export function lambdaAxis(lambdas: Float64Array): LambdaAxis {
  const last = lambdas.length - 1;
  const hasZero = lambdas[last] === 0 && last > 0;
  const lastPositive = hasZero ? last - 1 : last;
  const end = hasZero ? 1 - BEFORE_ZERO : 1;
  const top = lambdas[0];
  const bottom = lambdas[lastPositive];
  const range = top > bottom && bottom > 0 ? log(top / bottom) : 0;
  const placeOf = (lambda: number): number => {
    if (last === 0 || !(lambda < top)) return 0;
    if (lambda <= 0) return 1;
    if (lambda < bottom) return hasZero ? 1 - (BEFORE_ZERO * lambda) / bottom : 1;
    return range === 0 ? 0 : (end * log(top / lambda)) / range;
  };
  const between = (lambda: number): { index: number; share: number } => {
    if (!(lambda < top)) return { index: 0, share: 0 };
    let low = 0;
    let high = last;
    // lambdas[low] > lambda >= lambdas[high]
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (lambdas[middle] > lambda) low = middle;
      else high = middle;
    }
    if (lambda <= lambdas[high]) return { index: high, share: 0 };
    return { index: low, share: (lambdas[low] - lambda) / (lambdas[low] - lambdas[high]) };
  };
  const places = lambdas.map(placeOf);
  const points = Array.from(places, (place, index) => {
    const pieces = index === last ? 1 : Math.max(1, Math.round((places[index + 1] - place) * POINTS));
    return Array.from({ length: pieces }, (_, piece) => {
      const share = piece / pieces;
      const lambda = lambdas[index] + share * (lambdas[index + 1] - lambdas[index]);
      return { place: piece === 0 ? place : placeOf(lambda), index, share };
    });
  }).flat();
  return {
    places,
    points,
    placeOf,
    lambdaAt: (place) => {
      if (last === 0 || place <= 0) return top;
      if (place >= 1) return lambdas[last];
      if (place > end) return (bottom * (1 - place)) / BEFORE_ZERO;
      return Math.min(top, Math.max(bottom, top * exp((-place / end) * range)));
    },
    between,
  };
}
