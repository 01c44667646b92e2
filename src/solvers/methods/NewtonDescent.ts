import { byFour, float32, float64, int32, type Layout, raw64, take } from "../../kernels/arena.js";
import { GROUP, SingleFactor } from "../algebra/singleFactor.js";
import { type CrossGram, newtonCapacity } from "../designs/Design.js";
import { completeGram, type Problem } from "../problems/Problem.js";
import { ActiveNewton } from "./ActiveNewton.js";
import type { GramSystem } from "./GramSystem.js";
import { Method } from "./Method.js";

/** Newton steps that promise to gain more than this, relative to the null loss, are led astray by rounding errors. */
export const MOST_GAIN = 4;

/** Double precision is for accuracies below this share of what can be gained, and for attempts at less than this share of the first's. */
const FINE = 1e-11;
const LAST = 5e-3;
/** A model's factor is made anew when an l2 has changed by more than this share of it: steps with one that is as far off cost less. */
const STALE = 2;
/** Epochs in a row that may each change more than the one that changed least: more than that, and rounding errors are what changes. */
export const PATIENCE = 16;
/** The share of the accuracy that moves which an epoch leaves out may add up to. */
export const LEFT_OUT = 0.1;

/** What the Gram is of; X is there if it is dense. */
type GramSource = Problem & { crossGram: CrossGram; X?: Float64Array };

/** How many columns of a dense X are kept in single precision: a quarter of its memory at most. */
function singleCapacity(n: number, p: number): number {
  return Math.min(newtonCapacity(n, p), Math.ceil(p / 2));
}

/** Columns behind the last ones that a kernel reads. */
const BEHIND = 4;

function ownLayout(capacity: number) {
  const vector = float64(capacity);
  const vectors = [vector, vector, vector, vector, vector, vector] as const;
  return [raw64((capacity + 1) * byFour(capacity + 1)), ...vectors, int32(capacity)] as const;
}

/** Columns in single precision, and their norms. */
const narrowLayout = (n: number, p: number) =>
  [float32(byFour(n) * (singleCapacity(n, p) + BEHIND)), raw64(newtonCapacity(n, p))] as const;

/**
 * Newton's method on the active set and coordinate descent in turn, on the Gram of the working set, which grows with it.
 * What they do costs nothing that grows with n.
 *
 * The Gram of a dense X and its factor are computed in single precision, at half the price: as every attempt starts from exact
 * gradients, the next one makes up for what that leaves of the error. So does the next step where the Gram is a model's, whose factor is.
 */
export class NewtonDescent extends Method {
  readonly capacity: number;
  override readonly leavesGradients: boolean;
  /** What the Gram of the objective is taken for: this many times that of the columns, until it is set anew. */
  scale = 1;
  readonly #problem: GramSource;
  readonly #system: GramSystem;
  readonly #all: Int32Array;
  readonly #newton: ActiveNewton;
  readonly #narrow?: { single: Float32Array; norms: Float64Array };
  /** Whether the Gram is that of a model, which steps go beyond. */
  readonly #isModel: boolean;
  /** Whether the factor is in single precision, and the Gram of a dense X too. */
  #isSingle: boolean;
  /** The columns that have their place in the Gram. */
  #known = 0;
  /** The accuracy of the first attempt at this penalty. */
  #first = 0;

  static layout(n: number, p: number, isDense: boolean, isModel = false): Layout {
    const capacity = newtonCapacity(n, p);
    return [
      ownLayout(capacity),
      isDense || isModel ? SingleFactor.layout(capacity) : [],
      ActiveNewton.layout(capacity, capacity),
      isDense ? narrowLayout(n, p) : [],
    ];
  }

  constructor(problem: GramSource, mostGain = MOST_GAIN * problem.convergenceScale, isModel = false) {
    super(problem);
    const { arena, n, p, X } = problem;
    const capacity = newtonCapacity(n, p);
    const isSingle = isModel || X !== undefined;
    const [G, q, b, l1, l2, lower, upper, all] = take(arena, ownLayout(capacity));
    for (let i = 0; i < capacity; ++i) all[i] = i;
    this.capacity = capacity;
    this.#problem = problem;
    this.#system = { G, isComplete: true, stride: byFour(capacity + 1), q, b, l1, l2, lower, upper };
    this.#all = all;
    this.#newton = new ActiveNewton(arena, this.#system, capacity, capacity, mostGain, {
      ...(isSingle && { single: new SingleFactor(arena, capacity, isModel ? GROUP : capacity) }),
      ...(isModel && { stale: STALE }),
    });
    if (X !== undefined) {
      const [single, norms] = take(arena, narrowLayout(n, p));
      this.#narrow = { single, norms };
    }
    this.#isModel = isModel;
    this.#isSingle = isSingle;
    this.leavesGradients = X !== undefined;
  }

  override reset(): void {
    this.#known = 0;
    this.#newton.reset();
  }

  override begin(): boolean {
    this.#first = 0;
    return false;
  }

  minimise(count: number, columns: Int32Array, least: number, budget: number, isPlain: boolean): number {
    const problem = this.#problem;
    const { G, stride, q, b } = this.#system;
    const accuracy = least / this.scale;
    this.#first = Math.max(this.#first, least);
    const finest = Math.max(LAST * this.#first, FINE * problem.convergenceScale);
    if (this.#isSingle && !this.#isModel && (isPlain || least < finest)) this.#widen();
    this.#enter(count, columns);
    this.#load(count, columns);
    let epochs = 0;
    let best = Number.POSITIVE_INFINITY;
    let stalls = 0;
    for (let change = best; change > accuracy && epochs < budget && stalls < PATIENCE; ++epochs) {
      if (!isPlain) this.#newton.run(count, count, this.#all, accuracy);
      if (this.#isSingle && this.#newton.isDependent) {
        this.#widen();
        this.#enter(count, columns);
        this.#load(count, columns);
      } else change = this.#epoch(count, (LEFT_OUT * accuracy) / count);
      stalls = change < best ? 0 : stalls + 1;
      best = Math.min(best, change);
    }
    // What single precision has left to columns that say the same as others.
    const nothing = this.#isModel && this.#isSingle ? (LEFT_OUT * accuracy) / count : 0;
    for (let i = 0; i < count; ++i) {
      const j = columns[i];
      const isNothing = problem.b[j] === 0 && G[i * (stride + 1)] * b[i] * b[i] <= nothing;
      problem.b[j] = isNothing ? 0 : b[i];
      if (this.leavesGradients) problem.z[j] = q[i];
    }
    return epochs;
  }

  /** Completes the Gram of the first `count` listed columns. */
  #enter(count: number, columns: Int32Array): void {
    const { kernels, n, p, curvatures, X } = this.#problem;
    const { G, stride } = this.#system;
    if (X !== undefined && this.#narrow !== undefined && this.#isSingle && count <= singleCapacity(n, p)) {
      const { single, norms } = this.#narrow;
      const height = byFour(n);
      for (let i = this.#known; i < count; ++i) {
        norms[i] = Math.sqrt(curvatures[columns[i]]);
        const x = columns[i] * n;
        const at = i * height;
        const scale = 1 / norms[i];
        for (let row = 0; row < n; ++row) single[at + row] = X[x + row] * scale;
      }
      kernels.gramRows(height, single, 0, this.#known, count, norms, 0, G, 0, stride);
      this.#known = count;
    }
    this.#known = completeGram(this.#problem, this.#known, count, columns, this.#all, G, stride);
  }

  /** Takes in the objective over the scale of its Gram. */
  #load(count: number, columns: Int32Array): void {
    const problem = this.#problem;
    const { scale } = this;
    const { q, b, l1, l2, lower, upper } = this.#system;
    for (let i = 0; i < count; ++i) {
      const j = columns[i];
      q[i] = problem.z[j] / scale;
      b[i] = problem.b[j];
      l1[i] = problem.l1[j] / scale;
      l2[i] = problem.l2[j] / scale;
      lower[i] = problem.lower[j];
      upper[i] = problem.upper[j];
    }
  }

  #epoch(count: number, least: number): number {
    const { kernels } = this.#problem;
    const all = this.#all;
    const { G, stride, q, b, l1, l2, lower, upper } = this.#system;
    return kernels.gramEpoch(count, all, 0, count, G, 0, stride, q, 0, b, 0, l1, 0, l2, 0, lower, 0, upper, 0, least);
  }

  /** From now on in double precision. */
  #widen(): void {
    this.#isSingle = false;
    if (!this.#isModel) this.#known = 0;
    this.#newton.widen();
  }
}
