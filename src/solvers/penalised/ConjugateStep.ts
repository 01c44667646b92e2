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

/** What conjugate gradients give. */
interface Step {
  /** The moves of the listed coefficients, and what they leave of the slopes q − ∇h(b), ∇h(b) being the pulls. */
  d: Float64Array;
  r: Float64Array;
  pulls: Float64Array;
  /** What the moves take of q, for the whole working set. */
  moved: Float64Array;
}

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
  /** By coordinate: directions and what the penalty makes of them. */
  readonly #spread: Float64Array;
  readonly #bent: Float64Array;

  constructor(problem: GramableProblem, working: WorkingBlocks) {
    this.#problem = problem;
    this.#working = working;
    this.#spread = new Float64Array(problem.p);
    this.#bent = new Float64Array(problem.p);
  }

  /** Takes a step, with q after it, if there is a good one; returns how far that lowers the model. */
  take(penalty: BlockPenalty): number {
    const { b, lower, upper } = this.#problem;
    const { count, columns, blocks } = this.#working;
    const { starts, members } = penalty;
    const active = blocks.filter((g) => {
      for (let k = starts[g]; k < starts[g + 1]; ++k) if (b[members[k]] !== 0) return true;
      return false;
    });
    const list: number[] = [];
    for (let i = 0; i < count; ++i) {
      const j = columns[i];
      if (b[j] !== 0 && b[j] > lower[j] && b[j] < upper[j]) list.push(i);
    }
    if (list.length > LARGEST) return 0;
    return this.#lower(penalty, active, list, this.#solve(penalty, active, list));
  }

  /** Conjugate gradients for the places of a list in the working set, with q back in the end. */
  #solve(penalty: BlockPenalty, active: readonly number[], list: readonly number[]): Step {
    const { b } = this.#problem;
    const { count, columns, q, G, stride, scale } = this.#working;
    const [spread, bent] = [this.#spread, this.#bent];
    const size = list.length;
    const before = q.slice(0, count);
    for (const g of active) penalty.slopes(g, b, bent);
    const pulls = Float64Array.from(list, (i) => bent[columns[i]]);
    const inverses = Float64Array.from(list, (i) => 1 / (scale * G[i * (stride + 1)]));
    const r = pulls.map((pull, k) => q[list[k]] - pull);
    const d = new Float64Array(size);
    const moved = new Float64Array(count);
    const direction = r.map((value, k) => value * inverses[k]);
    const lengthOf = (): number => r.reduce((sum, value, k) => sum + value * value * inverses[k], 0);
    let old = lengthOf();
    const enough = LEFT * LEFT * old;
    for (let step = 0; step < MOST && old > enough; ++step) {
      for (let k = 0; k < size; ++k) spread[columns[list[k]]] = direction[k];
      q.fill(0, 0, count);
      this.#working.moveBy((i) => -spread[columns[i]]);
      for (const g of active) penalty.bend(g, b, spread, bent);
      let [curved, rounded] = [0, 0];
      for (let k = 0; k < size; ++k) {
        curved += direction[k] * (q[list[k]] + bent[columns[list[k]]]);
        rounded += (NOISE * direction[k] * direction[k]) / inverses[k];
      }
      if (!(curved > rounded)) break;
      const length = old / curved;
      for (let k = 0; k < size; ++k) {
        d[k] += length * direction[k];
        r[k] -= length * (q[list[k]] + bent[columns[list[k]]]);
      }
      for (let i = 0; i < count; ++i) moved[i] += length * q[i];
      const next = lengthOf();
      for (let k = 0; k < size; ++k) direction[k] = r[k] * inverses[k] + (next / old) * direction[k];
      old = next;
    }
    for (let k = 0; k < size; ++k) spread[columns[list[k]]] = 0;
    q.set(before);
    return { d, r, pulls, moved };
  }

  /** Goes as far as the model falls, if it does, and returns by how much. */
  #lower(
    penalty: BlockPenalty,
    active: readonly number[],
    list: readonly number[],
    { d, r, pulls, moved }: Step,
  ): number {
    const { b, lower, upper, curvatures, responseNorm } = this.#problem;
    const { count, columns, q } = this.#working;
    const size = list.length;
    const value = (): number => active.reduce((sum, g) => sum + penalty.value(g, b), 0);
    const start = list.map((i) => b[columns[i]]);
    const before = value();
    let [slope, curved] = [0, 0];
    /** What rounding errors of slopes are worth, and what the step should gain, which holds where differences of values are rounding errors. */
    let [worth, expected] = [0, 0];
    for (let k = 0; k < size; ++k) {
      slope -= q[list[k]] * d[k];
      curved += d[k] * moved[list[k]];
      expected += 0.5 * d[k] * (r[k] + q[list[k]] - pulls[k]);
      worth += NOISE * responseNorm * Math.abs(d[k]) * Math.sqrt(curvatures[columns[list[k]]]);
    }
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
