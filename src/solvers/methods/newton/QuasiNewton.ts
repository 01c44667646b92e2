import { log } from "../../../arithmetic/transcendental.js";
import { pulse } from "../../../kernels/pulse.js";
import { listedDot, penaltyOf } from "../../designs/coordinates.js";
import type { SmoothProblem } from "../../problems/smooth/SmoothProblem.js";
import { Method, NOISE } from "../Method.js";
import { takeStep } from "./lineSearch.js";

/** The steps whose differences of gradients are remembered. */
const MEMORY = 10;
const SHRINK = 0.25;
/** What Newton's steps cost in these, which they are compared with: some, and a share of the number of coordinates of one predictor or of several. */
const NEWTON_STEPS = 16;
const SHARE_OF_ONE = 0.1;
const SHARE_OF_MORE = 0.3;
/** The steps from which is told how many are to come. */
const OBSERVED = 6;
/** Steps after which several predictors, whose curvatures were alike at first, have the metric made anew. */
const EARLY = 2;
/** Gaps may be this many times as large as what is left to gain. */
const ENOUGH = 25;
/**
 * Accuracies below this share of the scale are for coefficients with all their digits, as Newton's last step has them: no more than this may be left then.
 */
const FINE = 1e-8;
const LAST = 1e-20;

/** A step, by how much it has changed the gradient, and their product. */
interface Pair {
  step: Float64Array;
  change: Float64Array;
  product: number;
}

/**
 * Limited-memory quasi-Newton steps for penalties without corners, from a metric that the problem has of itself: each costs one residual and one
 * gradient. Where they do not converge soon, Newton's own steps take over.
 *
 * Nocedal, Updating quasi-Newton matrices with limited storage (1980); Nocedal & Wright, Numerical Optimization (2006), algorithm 7.4.
 */
export class QuasiNewton extends Method {
  readonly capacity: number;
  readonly #problem: SmoothProblem;
  readonly #newton: Method;
  /** Below, nothing is left to gain: where the optimum is at infinity, there would be no end of it. */
  readonly #floor: number;
  #pairs: Pair[] = [];
  #steps = 0;
  readonly #mostSteps: number;
  /** What was left to gain after each step. */
  #left: number[] = [];
  /** The sum of the l2 that these are of. */
  #penalty = Number.NaN;
  #divide: ((g: Float64Array) => void) | undefined;

  constructor(problem: SmoothProblem, newton: Method) {
    super(problem);
    this.#problem = problem;
    this.#newton = newton;
    this.capacity = problem.p;
    this.#mostSteps = NEWTON_STEPS + (problem.predictors > 1 ? SHARE_OF_MORE : SHARE_OF_ONE) * problem.p;
    this.#floor = problem.saturatedLoss + NOISE * problem.convergenceScale;
  }

  override reset(): void {
    this.#newton.reset();
    this.#penalty = Number.NaN;
  }

  minimise(count: number, list: Int32Array, accuracy: number, budget: number, isPlain: boolean): number {
    const problem = this.#problem;
    const { eligible, l2 } = problem;
    const penalty = eligible.reduce((sum, j) => sum + l2[j], 0);
    if (penalty !== this.#penalty) {
      this.#penalty = penalty;
      this.#steps = 0;
      this.#pairs = [];
      this.#left = [];
      this.#divide = undefined;
    }
    if (count < eligible.length || isPlain || this.#steps >= this.#mostSteps)
      return this.#newton.minimise(count, list, accuracy, budget, isPlain);
    return this.#descend(count, list, accuracy, budget);
  }

  #descend(count: number, list: Int32Array, accuracy: number, budget: number): number {
    const problem = this.#problem;
    const { b, convergenceScale: scale } = problem;
    const enough = accuracy < FINE * scale ? Math.min(accuracy, LAST * scale) : accuracy;
    let smooth = problem.residual(count, list);
    let penalty = penaltyOf(problem, count, list);
    problem.gradient(count, list);
    this.#divide ??= problem.metric(count, list, true);
    const start = new Float64Array(problem.p);
    let slopes = this.#slopes(count, list);
    let epochs = 0;
    while (epochs < budget && this.#steps < this.#mostSteps) {
      pulse();
      if (this.#steps === EARLY && problem.predictors > 1) this.#divide = problem.metric(count, list, false);
      const step = this.#direction(count, list, slopes, this.#divide);
      const left = this.#leftToGain(count, list, slopes, step);
      if (!(left > enough) || smooth + penalty <= this.#floor) break;
      if (this.#isSlow(left, enough)) {
        this.#steps = this.#mostSteps;
        break;
      }
      for (let a = 0; a < count; ++a) {
        const j = list[a];
        start[j] = b[j];
        b[j] += step[j];
      }
      const taken = takeStep(problem, count, list, start, smooth, penalty, () => SHRINK);
      epochs += 1;
      this.#steps += 1;
      if (!taken.isLower) {
        this.#steps = this.#mostSteps;
        break;
      }
      smooth = taken.smooth;
      penalty = taken.penalty;
      problem.gradient(count, list);
      const next = this.#slopes(count, list);
      this.#remember(count, list, start, slopes, next);
      slopes = next;
    }
    return Math.max(1, epochs);
  }

  /** Whether, at the rate of the latest steps, those to come until that is enough are more than Newton's are worth. */
  #isSlow(left: number, enough: number): boolean {
    const before = this.#left[this.#left.push(left) - 1 - OBSERVED];
    const rate = log(before / left) / OBSERVED;
    return before !== undefined && !(this.#steps + log(left / enough) / rate <= this.#mostSteps && rate > 0);
  }

  /** −∇F */
  #slopes(count: number, list: Int32Array): Float64Array {
    const { p, b, z, l2 } = this.#problem;
    const slopes = new Float64Array(p);
    for (let a = 0; a < count; ++a) slopes[list[a]] = z[list[a]] - l2[list[a]] * b[list[a]];
    return slopes;
  }

  /** About what is left to gain: half of what the slopes promise, or less where the gap is small, which knows nothing of columns without a penalty. */
  #leftToGain(count: number, list: Int32Array, slopes: Float64Array, step: Float64Array): number {
    const { l2 } = this.#problem;
    const promise = listedDot(count, list, slopes, step);
    let gap = 0;
    for (let a = 0; a < count; ++a) {
      const j = list[a];
      if (l2[j] > 0) gap += (slopes[j] * slopes[j]) / (2 * l2[j]);
    }
    return promise > 2 * gap ? promise : Math.min(promise, gap / ENOUGH);
  }

  /** About H⁻¹·slopes: the two loops of the method. */
  #direction(count: number, list: Int32Array, slopes: Float64Array, divide: (g: Float64Array) => void): Float64Array {
    const pairs = this.#pairs;
    const d = slopes.slice();
    const shares = pairs.map(() => 0);
    for (let k = pairs.length - 1; k >= 0; --k) {
      const { step, change, product } = pairs[k];
      shares[k] = listedDot(count, list, step, d) / product;
      for (let a = 0; a < count; ++a) d[list[a]] -= shares[k] * change[list[a]];
    }
    divide(d);
    const last = pairs[pairs.length - 1];
    if (last !== undefined) {
      const image = last.change.slice();
      divide(image);
      const scale = last.product / listedDot(count, list, last.change, image);
      for (let a = 0; a < count; ++a) d[list[a]] *= scale;
    }
    pairs.forEach(({ step, change, product }, k) => {
      const share = shares[k] - listedDot(count, list, change, d) / product;
      for (let a = 0; a < count; ++a) d[list[a]] += share * step[list[a]];
    });
    return d;
  }

  #remember(count: number, list: Int32Array, start: Float64Array, before: Float64Array, after: Float64Array): void {
    const { p, b } = this.#problem;
    const step = new Float64Array(p);
    const change = new Float64Array(p);
    for (let a = 0; a < count; ++a) {
      const j = list[a];
      step[j] = b[j] - start[j];
      change[j] = before[j] - after[j];
    }
    const product = listedDot(count, list, step, change);
    if (!(product > 0)) return;
    this.#pairs.push({ step, change, product });
    if (this.#pairs.length > MEMORY) this.#pairs.shift();
  }
}
