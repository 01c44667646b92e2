/**
 * No step makes a number infinite or NaN out of finite ones. Where a step cannot come near the largest float, by bounds that cost a few
 * operations per parameter and step, it is taken at once; elsewhere it is taken on trial.
 */
import type { FloatArray } from "../data/FloatArray.js";
import type { Reach, Slot } from "./parameters.js";
import { holdsSquares } from "./state.js";

/** So that a root plus this is never 0. Of the smallest floats that are not subnormal. */
export const SMALLEST = 1.1754943508222875e-38;
/** The most that is added to roots or sums of squares, as a float32 too. */
export const MOST_ADDED = 1e30;

/** What may be squared and multiplied once or twice, and what sums may reach: far enough from the largest floats of each dtype. */
const FACTOR = { float64: 2e90, float32: 6e10 };
const SUM = { float64: 4e180, float32: 1e30 };

/** More than any relative error of one step. */
const SLACK = 1 + 1e-6;

/** What a moving average keeps of a magnitude, rounding included. */
export const kept = (share: number): number => share + 1e-6;

/** What is added to roots in a denominator: a quotient by it is finite, and 0 where the numerator is 0. */
export const atLeastSmallest = (eps: number, learningRate: number): number =>
  Math.max(eps, SMALLEST * Math.max(1, learningRate));

/** Writes what a step makes of a parameter's reach into `after`, for a gradient that with its penalties is of magnitude u at the most. */
export type Growth = (slot: Slot, u: number, after: Reach) => void;

const after: Reach = { weight: 0, state: 0, square: 0 };

/**
 * Whether a step may take numbers of a parameter beyond the bounds; bounds its reach after the step, if not.
 *
 * @param gradient - A bound of the gradient's magnitudes, scaled and clipped.
 */
export function isRisky(slot: Slot, gradient: number, growth: Growth): boolean {
  const { reach, wide, learningRate, decay, push } = slot;
  const dtype = wide ? "float64" : "float32";
  const u = (gradient + decay * reach.weight + push) * SLACK;
  growth(slot, u, after);
  const { weight, state, square } = after;
  // NaN is no bound.
  if (!(u <= FACTOR[dtype] && decay <= FACTOR[dtype] && learningRate <= FACTOR[dtype])) return true;
  if (!(weight <= SUM[dtype] && state <= SUM[dtype] && square <= SUM[dtype])) return true;
  reach.weight = weight * SLACK;
  reach.state = state * SLACK;
  reach.square = square * SLACK;
  return false;
}

/** Looks up what the bounds are of. */
export function measure({ values, length, state, reach }: Slot, arrays: readonly string[]): void {
  reach.weight = largest(values, 0, length);
  reach.state = 0;
  reach.square = 0;
  for (const [a, name] of arrays.entries()) {
    const most = largest(state, a * length, (a + 1) * length);
    if (holdsSquares(name)) reach.square = Math.max(reach.square, most);
    else {
      reach.state = Math.max(reach.state, most);
      // Means are squared, too, where they are taken off squares.
      if (name === "mean") reach.square = Math.max(reach.square, most * most);
    }
  }
}

/** Bounds that say nothing, until they are looked up. */
export function forget({ reach }: Slot): void {
  reach.weight = Number.POSITIVE_INFINITY;
  reach.state = Number.POSITIVE_INFINITY;
  reach.square = Number.POSITIVE_INFINITY;
}

/** max |x_i|, NaN if any is */
function largest(x: FloatArray, start: number, end: number): number {
  let most = 0;
  for (let i = start; i < end; ++i) {
    const size = Math.abs(x[i]);
    if (!(size <= most)) most = size;
    if (most !== most) return most;
  }
  return most;
}

/** A parameter and its state before a step on trial. */
export interface Before {
  values: FloatArray;
  state: FloatArray;
  numbers: Float64Array;
}

export const copyOf = ({ values, state, numbers }: Slot): Before => ({
  values: values.slice(),
  state: state.slice(),
  numbers: numbers.slice(),
});

export function restore(slot: Slot, before: Before): void {
  slot.values.set(before.values);
  slot.state.set(before.state);
  slot.numbers.set(before.numbers);
}

/** The first weight that was a number and that a step made infinite or NaN, or whose state it did; -1 if there is none. */
export function firstOverflow({ values, length, state, numbers }: Slot, before: Before): number {
  if (!numbers.every(Number.isFinite)) return 0;
  const arrays = state.length / Math.max(length, 1);
  for (let i = 0; i < length; ++i) {
    if (!Number.isFinite(before.values[i])) continue;
    if (!Number.isFinite(values[i])) return i;
    for (let a = 0; a < arrays; ++a) if (!Number.isFinite(state[a * length + i])) return i;
  }
  return -1;
}
