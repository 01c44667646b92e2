import { DD } from "../support/doubleDouble.js";

/** A mini-batch as dense rows, and numbers for y: 0 and 1 for a classifier. */
export interface Batch {
  X: readonly (readonly number[])[];
  y: readonly number[];
  weights?: readonly number[];
}

type Schedule = number | ((step: number) => number);

export interface EagerOptions {
  method: "ftrl" | "sgd";
  loss?: "gaussian" | "logistic";
  intercept: boolean;
  learningRate: Schedule;
  l1: Schedule;
  l2: Schedule;
  beta?: number | undefined;
  l1Mode?: "proximal" | "cumulative" | undefined;
}

const at = (schedule: Schedule, step: number): number => (typeof schedule === "number" ? schedule : schedule(step));

const zero = new DD(0);

function soft(x: DD, threshold: DD): DD {
  const rest = x.abs().minus(threshold);
  if (rest.sign() <= 0) return zero;
  return x.sign() < 0 ? rest.negated() : rest;
}

/** The oracle: every weight is updated in every step, in double-double arithmetic. */
export class Eager {
  w: DD[];
  b = zero;
  readonly #options: EagerOptions;
  readonly #z: DD[];
  readonly #n: DD[];
  #step = 0;
  #thresholds = zero;
  /** That of the step before; any for the first, as w = 0. */
  #rate = 1;

  constructor(p: number, options: EagerOptions) {
    this.#options = options;
    this.w = new Array(p).fill(zero);
    // Coordinate p is the intercept.
    this.#z = new Array(p + 1).fill(zero);
    this.#n = new Array(p + 1).fill(zero);
  }

  update({ X, y, weights }: Batch): void {
    const { method, intercept, loss = "gaussian", beta = 1, l1Mode = "proximal" } = this.#options;
    const p = this.w.length;
    const step = ++this.#step;
    const rate = at(this.#options.learningRate, step);
    const l1 = at(this.#options.l1, step);
    const l2 = at(this.#options.l2, step);
    const gradient: DD[] = new Array(p + 1).fill(zero);
    X.forEach((row, i) => {
      let eta = this.b;
      row.forEach((x, j) => {
        if (x !== 0) eta = eta.plus(this.w[j].times(x));
      });
      const mean = loss === "gaussian" ? eta : new DD(1).over(eta.negated().exp().plus(1));
      const r = mean
        .minus(y[i])
        .times(weights?.[i] ?? 1)
        .over(X.length);
      row.forEach((x, j) => {
        if (x !== 0) gradient[j] = gradient[j].plus(r.times(x));
      });
      gradient[p] = gradient[p].plus(r);
    });
    this.#thresholds = l1Mode === "cumulative" ? this.#thresholds.plus(l1) : new DD(l1);
    const next = (j: number, w: DD, threshold: DD, ridge: DD): DD => {
      const g = gradient[j].plus(ridge.times(w));
      if (method === "sgd") return soft(w.minus(g.times(rate)), threshold.times(rate));
      const old = this.#n[j].sqrt().plus(beta);
      this.#n[j] = this.#n[j].plus(g.times(g));
      const grown = this.#n[j].sqrt().plus(beta);
      const growth = grown.over(rate).minus(old.over(this.#rate));
      this.#z[j] = this.#z[j].plus(g.minus(growth.times(w)));
      return soft(this.#z[j].negated(), threshold).times(rate).over(grown);
    };
    const threshold = method === "sgd" ? new DD(l1) : this.#thresholds;
    const ridge = new DD(2 * l2);
    this.w = this.w.map((w, j) => next(j, w, threshold, ridge));
    if (intercept) this.b = next(p, this.b, zero, zero);
    this.#rate = rate;
  }

  get coefficients(): number[] {
    return this.w.map(({ value }) => value);
  }
}
