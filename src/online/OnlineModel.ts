import { toVector, type VectorLike } from "../data/toVector.js";
import { toWeights } from "../data/toWeights.js";
import {
  checkBetween,
  checkBoolean,
  checkChoice,
  checkFinite,
  checkInteger,
  checkNonNegative,
  checkOptions,
  describe,
  rangeError,
  reading,
} from "../errors.js";
import { online } from "../kernels/generated/vectors.js";
import { absMax64 } from "../kernels/js/vectors/reductions.js";
import { ownHeap } from "../kernels/select.js";
import { trainingNames } from "../names/trainingNames.js";
import { rateAt, type Schedule } from "../optimizers/parameters.js";
import { Reentry } from "../optimizers/Reentry.js";
import { MAX_STEPS } from "../optimizers/state.js";
import { counted, plural } from "../printing/numbers.js";
import { Printable } from "../printing/Printable.js";
import { ftrlRule } from "./ftrlRule.js";
import { type LearntState, type OnlineState, readOnlineState } from "./onlineState.js";
import type { RowSource } from "./rowSource.js";
import { sgdRule, start } from "./sgdRule.js";
import { CLOCK_LENGTH, OVERFLOW, type StepRates, type UpdateRule } from "./UpdateRule.js";

/** The kernels here in JavaScript. */
const twins = () => ({ ...online, float64: { absMax: absMax64 } });

/** The options of models that learn online. */
export interface OnlineOptions {
  /** `"ftrl"` (default): FTRL-Proximal, with a learning rate of its own for each weight; `"sgd"`: proximal gradient descent. */
  method?: "ftrl" | "sgd" | undefined;
  /** Learn an intercept, which is never penalised. Default true. */
  intercept?: boolean | undefined;
  /** A number, or a function of the step from 1 on; from 1e-60 to 1e60 for `"ftrl"`. Default 0.1 for `"ftrl"`, 0.01 for `"sgd"`. */
  learningRate?: Schedule | undefined;
  /** The penalty is l1·Σ|w| + l2·Σw². Each is a number or a function of the step. Default 0. */
  l1?: Schedule | undefined;
  l2?: Schedule | undefined;
  /** `"ftrl"` only: added to the root of the sum of squared gradients, from 0 to 1e140. Default 1. */
  beta?: number | undefined;
  /**
   * `"proximal"` (default): for `"ftrl"` as published, where l1 counts once in all, so that it weighs the less the more steps are taken.
   * `"cumulative"`, for `"ftrl"` only, counts it in every step, and tends to the solution of the lasso.
   */
  l1Mode?: "proximal" | "cumulative" | undefined;
}

const OPTIONS = ["method", "intercept", "learningRate", "l1", "l2", "l1Mode"] as const;

/** Rows that are staged at a time, and entries at the least. */
const ROWS = 1024;
const ENTRIES = 4096;
/** A step that has been read: what schedules say of it, and rows, numbers and weights. */
interface PreparedStep<T> {
  rates: StepRates;
  batch: T;
}

/** A linear model η = X·w + b that learns from one mini-batch after the other; what {@link OnlineRegressor} and {@link OnlineClassifier} share. */
export class OnlineModel extends Printable {
  /** The number of weights, p. */
  readonly columns: number;
  readonly #owner: string;
  readonly #method: "ftrl" | "sgd";
  readonly #hasIntercept: boolean;
  readonly #rule: UpdateRule;
  readonly #settings: Readonly<Record<keyof StepRates, Schedule>>;
  readonly #reentry = new Reentry();
  readonly #kernels: ReturnType<typeof twins>;
  readonly #records: Float64Array;
  readonly #touched: Int32Array;
  readonly #rowPointers: Int32Array;
  readonly #columnIndices: Int32Array;
  readonly #values: Float64Array;
  readonly #eta: Float64Array;
  /** The clock of the last step, and that of the step under way. */
  #clock: Float64Array;
  #nextClock: Float64Array;
  /** The intercept, and its z and n. */
  readonly #intercept = new Float64Array(3);
  #steps = 0;

  /** @internal Use {@link OnlineRegressor} or {@link OnlineClassifier}. */
  constructor(owner: string, p: number, options: OnlineOptions, more: readonly string[] = []) {
    super();
    this.#owner = owner;
    checkInteger("p", p, 1);
    const isSgd = reading(`the options of ${owner}`, () => options?.method === "sgd");
    checkOptions(owner, options, [...OPTIONS, ...(isSgd ? [] : ["beta"]), ...more], trainingNames);
    const { method = "ftrl", intercept = true, l1 = 0, l2 = 0, beta = 1, l1Mode = "proximal" } = options;
    const { learningRate = method === "ftrl" ? 0.1 : 0.01 } = options;
    checkChoice("method", method, ["ftrl", "sgd"]);
    checkBoolean("intercept", intercept);
    for (const [name, schedule] of Object.entries({ learningRate, l1, l2 })) {
      // A function is checked when it is called.
      if (typeof schedule !== "function") rateAt(name, schedule, 1, name === "learningRate" && method === "ftrl");
    }
    checkNonNegative("beta", beta);
    checkBetween("beta", beta, 0, OVERFLOW);
    checkChoice("l1Mode", l1Mode, method === "ftrl" ? ["proximal", "cumulative"] : ["proximal"]);
    const rule = method === "ftrl" ? ftrlRule(learningRate, l1, l2, beta, l1Mode === "cumulative") : sgdRule();
    const fixed = (schedule: Schedule, otherwise: number): number =>
      typeof schedule === "number" ? schedule : otherwise;
    // What is too much for sgd depends on the step.
    if (method === "ftrl") rule.check({ learningRate: fixed(learningRate, 1), l1: fixed(l1, 0), l2: fixed(l2, 0) }, 1);
    const capacity = Math.max(p, ENTRIES);
    const bytes = 32 * p + 4 * p + 12 * capacity + 8 * ROWS + 4 * (ROWS + 1) + 16 * CLOCK_LENGTH;
    const heap = ownHeap(bytes, owner, twins());
    this.columns = p;
    this.#method = method;
    this.#hasIntercept = intercept;
    this.#rule = rule;
    this.#settings = { learningRate, l1, l2 };
    this.#kernels = heap.kernels;
    this.#records = heap.float64(4 * p);
    this.#touched = heap.int32(p);
    this.#values = heap.float64(capacity);
    this.#columnIndices = heap.int32(capacity);
    this.#eta = heap.float64(ROWS);
    this.#rowPointers = heap.int32(ROWS + 1);
    this.#clock = heap.float64(CLOCK_LENGTH);
    this.#nextClock = heap.float64(CLOCK_LENGTH);
    if (method === "sgd") start(this.#clock);
  }

  /** A summary in one line: steps, how many weights are exactly 0, the intercept. */
  override toString(): string {
    const zeros = `${counted(this.columns - this.nonzeros)} of ${plural(this.columns, "coefficient")} exactly 0`;
    return `${this.#owner} by ${this.#method} after ${plural(this.#steps, "step")}: ${zeros}, intercept ${this.intercept}`;
  }

  /** The steps taken: one for each call of `update`. */
  get steps(): number {
    return this.#steps;
  }

  /** 0 without an intercept. */
  get intercept(): number {
    return this.#intercept[0];
  }

  /** The p weights, all up to date: a new array at each access, in time proportional to p. */
  get coefficients(): Float64Array {
    const coefficients = new Float64Array(this.columns);
    this.#forEachBlock((block, from) => coefficients.set(block, from));
    return coefficients;
  }

  /** The number of weights that are not exactly 0, in time proportional to p. */
  get nonzeros(): number {
    let count = 0;
    this.#forEachBlock((block) => {
      for (let j = 0; j < block.length; ++j) if (block[j] !== 0) count += 1;
    });
    return count;
  }

  /**
   * What has been learnt, as typed arrays and numbers, for `load`: the same bits from there on. Its size grows with the weights that
   * were ever touched, not with the samples.
   */
  state(): OnlineState {
    // So that no record is behind: with it the state has no steps to tell.
    this.#forEachBlock(() => {});
    const records = this.#records;
    const indices = new Int32Array(this.columns)
      .map((_, j) => j)
      .filter((j) => records[4 * j] !== 0 || records[4 * j + 1] !== 0);
    const kept = new Float64Array(2 * indices.length);
    indices.forEach((j, k) => {
      kept.set(records.subarray(4 * j, 4 * j + 2), 2 * k);
    });
    return {
      type: "regulus-online",
      version: 1,
      method: this.#method,
      columns: this.columns,
      steps: this.#steps,
      intercept: this.#intercept.slice(),
      clock: this.#clock.slice(),
      indices,
      records: kept,
    };
  }

  /** {@link state}, in arrays that JSON can write. */
  toJSON(): OnlineState {
    const { intercept, clock, indices, records, ...rest } = this.state();
    return {
      ...rest,
      intercept: Array.from(intercept),
      clock: Array.from(clock),
      indices: Array.from(indices),
      records: Array.from(records),
    };
  }

  /**
   * Goes on from what `state` or `toJSON` of a model with the same options gave, bit for bit. Options are not part of it, as they may be functions.
   *
   * @returns This model.
   * @throws TypeError if it is not that; RangeError if its version, method or number of columns is another, or if its parts do not fit
   *   together. Nothing is changed then.
   */
  load(state: OnlineState): this {
    const learnt = this.read(state);
    if (learnt.classes !== undefined) {
      throw rangeError("ERR_VALUE", `"state" must be that of a regressor, got classes: ${describe(learnt.classes)}`);
    }
    return this.adopt(learnt);
  }

  /** A state that fits this model. Changes nothing. */
  protected read(state: unknown): LearntState {
    const { columns } = this;
    const owner = { method: this.#method, columns, hasIntercept: this.#hasIntercept, rule: this.#rule };
    return this.#reentry.settle(() => readOnlineState(state, owner));
  }

  /** Goes on from a state that has been read. */
  protected adopt({ steps, intercept, clock, indices, records: kept }: LearntState): this {
    const records = this.#records.fill(0);
    for (let j = 0; j < this.columns; ++j) records[4 * j + 3] = steps;
    indices.forEach((j, k) => {
      records.set(kept.subarray(2 * k, 2 * k + 2), 4 * j);
    });
    this.#intercept.set(intercept);
    this.#clock.set(clock);
    this.#steps = steps;
    return this;
  }

  /** The rates of the next step, and its batch, as `read` gives it: all that runs code of others. Changes nothing. */
  protected prepare<T>(read: () => T): PreparedStep<T> {
    return this.#reentry.settle(() => {
      const step = this.#steps + 1;
      if (step > MAX_STEPS) throw rangeError("ERR_VALUE", `"steps" must be at most ${MAX_STEPS}, got one more`);
      const { learningRate, l1, l2 } = this.#settings;
      const rates = {
        learningRate: rateAt("learningRate", learningRate, step, this.#method === "ftrl"),
        l1: rateAt("l1", l1, step),
        l2: rateAt("l2", l2, step),
      };
      this.#rule.check(rates, step);
      return { rates, batch: read() };
    });
  }

  /** η of each row. */
  protected etas(rows: RowSource): Float64Array {
    const etas = new Float64Array(rows.count);
    this.#forEachChunk(rows, (from, count) => {
      this.#decide(count);
      etas.set(this.#eta.subarray(0, count), from);
    });
    return etas;
  }

  /**
   * One step with the gradient 1/n·Σ_i s_i·residual(η_i, y_i)·x_i. Where it throws, nothing has changed.
   *
   * @param rates - What schedules say of it.
   * @param y - n finite numbers.
   * @param residual - The derivative of the loss by η.
   */
  protected learn(
    rates: StepRates,
    rows: RowSource,
    y: ArrayLike<number>,
    weights: ArrayLike<number> | undefined,
    residual: (eta: number, y: number) => number,
  ): void {
    const kernels = this.#kernels;
    const records = this.#records;
    const touched = this.#touched;
    const eta = this.#eta;
    const step = this.#steps + 1;
    const all = this.#rule.advance(rates, step, this.#clock, this.#nextClock);
    let count = 0;
    let slope = 0;
    const accumulate = (n: number): void => {
      count = this.#accumulate(n, step, count);
    };
    try {
      this.#forEachChunk(rows, (from, n) => {
        this.#decide(n);
        for (let i = 0; i < n; ++i) {
          const r = (residual(eta[i], y[from + i]) * (weights === undefined ? 1 : weights[from + i])) / rows.count;
          slope += r;
          eta[i] = r;
        }
        accumulate(n);
      });
      const largest = Math.max(kernels.onlineLargest(count, touched, 0, records, 0), Math.abs(slope));
      if (!(largest <= OVERFLOW)) {
        throw rangeError(
          "ERR_NOT_FINITE",
          `the gradient of step ${step} must be finite, got ${largest}: "learningRate" may be too large`,
        );
      }
      const reach = this.#rule.reach(largest, () => this.#largestWeight());
      if (!(reach <= OVERFLOW)) {
        throw rangeError(
          "ERR_NOT_FINITE",
          `the weights after step ${step} must be finite, but may be as large as ${reach}: "learningRate" may be too large`,
        );
      }
      if (all) {
        eta[0] = 0;
        this.#forEachChunk(everyColumn(this.columns), () => accumulate(1));
      }
    } catch (error) {
      kernels.onlineDiscard(count, touched, 0, records, 0, step - 1);
      throw error;
    }
    this.#rule.update(kernels, count, touched, records, this.#clock, this.#nextClock);
    if (this.#hasIntercept) this.#rule.updateIntercept(this.#intercept, slope, this.#clock, this.#nextClock);
    [this.#clock, this.#nextClock] = [this.#nextClock, this.#clock];
    this.#steps = step;
  }

  /** Adds the gradients of the staged rows, whose residuals have taken the place of η, to those of `count` weights; returns how many have one then. */
  #accumulate(n: number, step: number, count: number): number {
    return this.#kernels.onlineGradient(
      n,
      this.#rowPointers,
      0,
      this.#columnIndices,
      0,
      this.#values,
      0,
      this.#eta,
      0,
      this.#records,
      0,
      step,
      count,
      this.#touched,
      0,
    );
  }

  #largestWeight(): number {
    const { float64 } = this.#kernels;
    let largest = Math.abs(this.#intercept[0]);
    this.#forEachBlock((block) => {
      largest = Math.max(largest, float64.absMax(block.length, block, 0));
    });
    return largest;
  }

  /** w ← −w, b ← −b */
  protected negate(): void {
    const records = this.#records;
    // z of ftrl, the part of sgd that has the sign; 0 − x so that 0 stays 0
    for (let j = 0; j < records.length; j += 4) records[j] = 0 - records[j];
    this.#intercept[0] = 0 - this.#intercept[0];
    this.#intercept[1] = 0 - this.#intercept[1];
  }

  /** η of the staged rows. */
  #decide(count: number): void {
    this.#eta.fill(this.#intercept[0], 0, count);
    this.#kernels.onlineDecision(
      this.#rule.method,
      count,
      this.#rowPointers,
      0,
      this.#columnIndices,
      0,
      this.#values,
      0,
      this.#records,
      0,
      this.#clock,
      0,
      this.#eta,
      0,
    );
  }

  /** Stages as many rows at a time as there is room for, and hands over the first and their number. */
  #forEachChunk(rows: RowSource, visit: (from: number, count: number) => void): void {
    const values = this.#values;
    const rowPointers = this.#rowPointers;
    let from = 0;
    let end = 0;
    for (let i = 0; i < rows.count; ++i) {
      const size = rows.size(i);
      if (end + size > values.length || i - from === ROWS) {
        if (i > from) visit(from, i - from);
        from = i;
        end = 0;
      }
      if (size > values.length) {
        throw rangeError(
          "ERR_LENGTH",
          `"X" must have at most ${values.length} values in a row, got ${size} in row ${i}`,
        );
      }
      end = rows.write(i, values, this.#columnIndices, end);
      rowPointers[i - from + 1] = end;
    }
    visit(from, rows.count - from);
  }

  /** Hands over the weights, block by block. */
  #forEachBlock(visit: (block: Float64Array, from: number) => void): void {
    const block = this.#values;
    for (let from = 0; from < this.columns; from += block.length) {
      const count = Math.min(block.length, this.columns - from);
      this.#kernels.onlineWeights(this.#rule.method, count, this.#records, 4 * from, this.#clock, 0, block, 0);
      visit(block.subarray(0, count), from);
    }
  }
}

/** A row of zeros in every column. */
function everyColumn(p: number): RowSource {
  return {
    single: true,
    count: 1,
    size: () => p,
    write: (_, values, columns) => {
      values.fill(0, 0, p);
      for (let j = 0; j < p; ++j) columns[j] = j;
      return p;
    },
  };
}

/** The weights of a batch's rows, or of a single one. */
export function rowWeights(value: VectorLike | number | undefined, rows: RowSource): ArrayLike<number> | undefined {
  if (value === undefined) return undefined;
  return toWeights((rows.single ? [value] : value) as VectorLike, rows.count);
}

/** A finite number for each row of a list, or the one of a single row. */
export function rowNumbers(name: string, value: unknown, rows: RowSource): ArrayLike<number> {
  if (!rows.single) return toVector(name, value, rows.count);
  checkFinite(name, value);
  return [value];
}
