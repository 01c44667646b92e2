import { float64, type Heap, int32, raw64, take } from "../../kernels/arena.js";
import type { BlockPenalty } from "../../penalties/Penalty.js";
import { NOISE } from "../methods/Method.js";
import type { GramableProblem, WorkingBlocks } from "./WorkingBlocks.js";

/** Steps of conjugate gradients at the most, and what of the slopes they may leave. */
const MOST = 30;
const LEFT = 1e-4;
/** For more active coefficients it is too dear. */
const LARGEST = 768;
/** How often a step that goes too far is shortened, and by what. */
const SHORTENINGS = 4;
const SHORTER = 0.25;
/** Lengths that are tried along a direction without curvature, each twice the one before, the first relative to the coefficients. */
const LENGTHS = 12;
const SHORTEST = 1e-3;

/**
 * A step of Newton's method on the coefficients that are neither 0 nor at a bound, where the penalty is smooth:
 *
 * ```text
 * (scale·G_AA + ∇²h(b)_AA)·d = q_A − ∇h(b)_A
 * ```
 *
 * by conjugate gradients, as far as the curvature is positive. It is taken if it lowers the model.
 * Steihaug, The conjugate gradient method and trust regions in large scale optimization (1983).
 */
export class ConjugateStep {
  readonly #problem: GramableProblem;
  readonly #working: WorkingBlocks;
  /** The places of the active coefficients. */
  readonly #list: Int32Array;
  readonly #packed: Float64Array;
  readonly #image: Float64Array;
  /** By coordinate: directions and what the penalty makes of them. */
  readonly #spread: Float64Array;
  readonly #bent: Float64Array;

  static layout(p: number, capacity: number) {
    return [int32(capacity), raw64(capacity), raw64(capacity), float64(p), float64(p)] as const;
  }

  constructor(arena: Heap, problem: GramableProblem, working: WorkingBlocks) {
    this.#problem = problem;
    this.#working = working;
    const arrays = take(arena, ConjugateStep.layout(problem.p, working.capacity));
    [this.#list, this.#packed, this.#image, this.#spread, this.#bent] = arrays;
  }

  /** The length along a direction at which the model is least, of some, from where d has led, with G·d. */
  #farthest(
    penalty: BlockPenalty,
    active: readonly number[],
    size: number,
    d: Float64Array,
    direction: Float64Array,
    moved: Float64Array,
  ): number {
    const { b } = this.#problem;
    const { columns, q } = this.#working;
    const list = this.#list;
    const start = Float64Array.from(list.subarray(0, size), (i) => b[columns[i]]);
    let [slope, curved, longest, largest] = [0, 0, 0, 0];
    for (let k = 0; k < size; ++k) {
      slope -= (q[list[k]] - moved[list[k]]) * direction[k];
      curved += direction[k] * this.#image[list[k]];
      longest = Math.max(longest, Math.abs(direction[k]));
      largest = Math.max(largest, Math.abs(start[k]));
    }
    let [best, least] = [0, 0];
    let before = Number.NaN;
    for (let length = 0, tries = 0; tries < LENGTHS; ++tries) {
      for (let k = 0; k < size; ++k) b[columns[list[k]]] = start[k] + d[k] + length * direction[k];
      const value = active.reduce((sum, g) => sum + penalty.value(g, b), length * (slope + 0.5 * length * curved));
      if (tries === 0) before = value;
      else if (value - before < least) [best, least] = [length, value - before];
      length = length === 0 ? (SHORTEST * largest) / longest : 2 * length;
    }
    for (let k = 0; k < size; ++k) b[columns[list[k]]] = start[k];
    return best;
  }

  /** Takes a step, with q after it, if there is a good one; returns how far that lowers the model. */
  take(penalty: BlockPenalty): number {
    const { b, lower, upper, curvatures, responseNorm, kernels } = this.#problem;
    const { count, columns, blocks, q, G, stride, scale } = this.#working;
    const [list, packed, image, spread, bent] = [this.#list, this.#packed, this.#image, this.#spread, this.#bent];
    const active = blocks.filter((g) => {
      for (let k = penalty.starts[g]; k < penalty.starts[g + 1]; ++k) if (b[penalty.members[k]] !== 0) return true;
      return false;
    });
    let size = 0;
    for (let i = 0; i < count; ++i) {
      const j = columns[i];
      if (b[j] !== 0 && b[j] > lower[j] && b[j] < upper[j]) list[size++] = i;
    }
    if (size > LARGEST) return 0;
    for (const g of active) penalty.slopes(g, b, bent);
    const r = new Float64Array(size);
    const pulls = Float64Array.from(r, (_, k) => bent[columns[list[k]]]);
    const inverses = new Float64Array(size);
    for (let k = 0; k < size; ++k) {
      r[k] = q[list[k]] - pulls[k];
      inverses[k] = 1 / (scale * G[list[k] * (stride + 1)]);
    }
    const d = new Float64Array(size);
    const moved = new Float64Array(count);
    const direction = r.map((value, k) => value * inverses[k]);
    let old = r.reduce((sum, value, k) => sum + value * value * inverses[k], 0);
    const enough = LEFT * LEFT * old;
    for (let step = 0; step < MOST && old > enough; ++step) {
      for (let k = 0; k < size; ++k) {
        packed[k] = direction[k];
        spread[columns[list[k]]] = direction[k];
      }
      image.fill(0, 0, count);
      kernels.listProduct(count, size, list, 0, G, 0, stride, scale, packed, 0, image, 0);
      for (const g of active) penalty.bend(g, b, spread, bent);
      let [curved, rounded] = [0, 0];
      for (let k = 0; k < size; ++k) {
        curved += direction[k] * (image[list[k]] + bent[columns[list[k]]]);
        rounded += (NOISE * direction[k] * direction[k]) / inverses[k];
      }
      // Along a direction without curvature, as far as that lowers the model.
      const length = curved > rounded ? old / curved : this.#farthest(penalty, active, size, d, direction, moved);
      for (let k = 0; k < size; ++k) {
        d[k] += length * direction[k];
        r[k] -= length * (image[list[k]] + bent[columns[list[k]]]);
      }
      for (let i = 0; i < count; ++i) moved[i] += length * image[i];
      if (!(curved > rounded)) break;
      const next = r.reduce((sum, value, k) => sum + value * value * inverses[k], 0);
      for (let k = 0; k < size; ++k) direction[k] = r[k] * inverses[k] + (next / old) * direction[k];
      old = next;
    }
    for (let k = 0; k < size; ++k) spread[columns[list[k]]] = 0;
    const start = Float64Array.from(list.subarray(0, size), (i) => b[columns[i]]);
    const value = (): number => active.reduce((sum, g) => sum + penalty.value(g, b), 0);
    const before = value();
    let slope = 0;
    /** What rounding errors of slopes are worth, and what the step should gain, which holds where differences of values are rounding errors. */
    let [worth, expected] = [0, 0];
    for (let k = 0; k < size; ++k) {
      slope -= q[list[k]] * d[k];
      expected += 0.5 * d[k] * (r[k] + q[list[k]] - pulls[k]);
      worth += NOISE * responseNorm * Math.abs(d[k]) * Math.sqrt(curvatures[columns[list[k]]]);
    }
    let curved = 0;
    for (let k = 0; k < size; ++k) curved += d[k] * moved[list[k]];
    for (let length = 1, tries = 0; tries < SHORTENINGS; ++tries, length *= SHORTER) {
      let [isWithin, isSmooth] = [true, true];
      for (let k = 0; k < size; ++k) {
        const j = columns[list[k]];
        b[j] = start[k] + length * d[k];
        if (!(b[j] >= lower[j] && b[j] <= upper[j])) isWithin = false;
        if (!(b[j] * start[k] > 0)) isSmooth = false;
      }
      let gain = isWithin ? before - value() - length * (slope + 0.5 * length * curved) : 0;
      if (Math.abs(gain) <= NOISE * before) gain = isWithin && isSmooth && length === 1 ? expected : 0;
      if (gain > length * worth) {
        for (let i = 0; i < count; ++i) q[i] -= length * moved[i];
        return gain;
      }
    }
    for (let k = 0; k < size; ++k) b[columns[list[k]]] = start[k];
    return 0;
  }
}
