import type { FloatArray } from "../data/FloatArray.js";
import {
  checkBoolean,
  checkChoice,
  checkLength,
  checkMatching,
  checkNonNegative,
  checkOptions,
  describe,
  isArray,
  isFloat32,
  isFloat64,
  rangeError,
  typeError,
  unreadable,
} from "../errors.js";
import type { VectorKernels } from "../kernels/contract.js";
import { sumSquares32, sumSquares64 } from "../kernels/js/vectors/reductions.js";
import { copyIn, copyOut, placeOf, type Scratch, scratch } from "../kernels/select.js";
import { trainingNames } from "../names/trainingNames.js";
import { counted, plural } from "../printing/numbers.js";
import { Printable } from "../printing/Printable.js";
import { clippedShare, firstNonFinite, NORM_CHUNK } from "./clipping.js";
import { copyOf, firstOverflow, forget, type Growth, isRisky, measure, restore } from "./overflow.js";
import {
  type Parameter,
  type Rates,
  rateAt,
  type Schedule,
  SETTINGS,
  type Settings,
  type Slot,
  Spans,
  toGroups,
  toSlots,
  WORTH_COPYING,
} from "./parameters.js";
import { Reentry } from "./Reentry.js";
import {
  jsonOf,
  MAX_STEPS,
  type OptimizerState,
  type OptimizerStateJSON,
  readState,
  toBytes,
  VERSION,
} from "./state.js";

/** The options that all optimisers take. */
export interface OptimizerOptions extends Settings {
  /** Weight of Σ|w|, at least 0. Default 0. */
  l1?: Settings["l1"];
  /** Weight of Σw², at least 0: adds 2·l2·w to the gradient. Default 0. */
  l2?: Settings["l2"];
  /** PyTorch's weight_decay. Default 0 (`adamw`: 0.01). */
  weightDecay?: Settings["weightDecay"];
  /** `"proximal"` (default) soft-thresholds after the step and gives exact zeros; `"subgradient"` adds l1·sign(w) to the gradient. */
  l1Mode?: "proximal" | "subgradient" | undefined;
  /** Climbs: the gradients' signs are turned. Penalties still pull towards 0. Default false. */
  maximize?: boolean | undefined;
  /** The largest norm of all gradients together; above it all are scaled by clipNorm/(norm + 1e-6). Default: none. */
  clipNorm?: number | undefined;
  /** The largest magnitude of a gradient's element, after `clipNorm`. Default: none. */
  clipValue?: number | undefined;
  /** `"throw"` (default), or `"skip"`: leave such a step out, and count it in `skipped`. */
  onNonFinite?: "throw" | "skip" | undefined;
}

/** What {@link sgd}, {@link adam} and the others return. */
export interface Optimizer {
  /** Which optimiser it is, by the name of its function. */
  readonly kind: string;
  /** Steps done. */
  readonly steps: number;
  /** Steps left out because a gradient was not finite, or what it would have led to. */
  readonly skipped: number;
  /**
   * One step, in place on the parameters. Nothing is allocated for arrays in an arena.
   *
   * @param gradients - One per parameter, of the same dtype and length; left unchanged. They may not overlap the parameters.
   * @throws RangeError if a gradient is not finite, a weight or its state would not be, lengths do not fit, or memory is shared.
   *   Parameters and state stay as they were.
   * @throws TypeError if a gradient is not an array of the parameter's dtype.
   */
  step(gradients: readonly FloatArray[]): void;
  /** How many weights are exactly 0, per parameter. */
  zeros(): number[];
  /** A summary: steps, settings, and how many weights are exactly 0, per parameter. Node's `console.log` shows it. */
  toString(): string;
  /** A copy of everything that a later run needs beside the weights and the options. */
  state(): OptimizerState;
  /**
   * Continues from a state, bit for bit: what `state()`, `toJSON()` (parsed or not) or `toBytes()` gave.
   *
   * @throws RangeError if it is another optimiser's or does not fit the parameters. Nothing has changed then.
   * @throws TypeError if it is no state.
   */
  load(state: OptimizerState | OptimizerStateJSON | string | Uint8Array | ArrayBuffer): void;
  /** The state as JSON, exact for all numbers. `JSON.stringify(optimizer)` calls it. */
  toJSON(): OptimizerStateJSON;
  /** The state as bytes: a JSON header, then the arrays as they are. */
  toBytes(): Uint8Array;
}

/** What makes one optimiser differ from another. */
export interface Rule {
  kind: string;
  /** Names of the arrays and of the numbers that it keeps for each parameter. */
  arrays: readonly string[];
  numbers?: readonly string[];
  /** What the arrays hold at first. Default 0. */
  initial?: number;
  /** The defaults. */
  learningRate: number;
  weightDecay?: number;
  /** Whether a learning rate of 0 makes no sense. */
  positiveRate?: boolean;
  /** Whether weightDecay is applied by `run` rather than to the gradient. */
  decoupled?: boolean;
  /** Other options, which its own file has checked. */
  options: readonly string[];
  modes?: readonly string[];
  /** Called before a step. */
  begin?(step: number): void;
  /** Called before the step of a parameter. */
  prepare?(slot: Slot): void;
  /** Bounds the magnitudes after a step, for magnitudes up to u of the gradient and what joins it. Called after `begin`. */
  reach: Growth;
  /** The kernel's twins in JavaScript, by its name. Each optimiser brings its own, so that no bundle holds the others'. */
  twins: { readonly float64: object; readonly float32: object };
  /** Calls the kernel. */
  run(
    kernels: VectorKernels<FloatArray>,
    n: number,
    w: FloatArray,
    wOffset: number,
    g: FloatArray,
    gOffset: number,
    state: FloatArray,
    stateOffset: number,
    stride: number,
    scale: number,
    limit: number,
    slot: Slot,
  ): void;
}

const OPTIONS = /* @__PURE__ */ (SETTINGS as readonly string[]).concat(
  "l1Mode",
  "maximize",
  "clipNorm",
  "clipValue",
  "onNonFinite",
);
const MODES = ["proximal", "subgradient"] as const;
/** Below this many elements the JavaScript twin is done before a call into WASM has begun. */
const TINY = 16;

/** Parameters in a summary at the most. */
const SHOWN = 30;

/** The most bytes of an arena that hold a copy of a gradient from elsewhere. */
const BORROWED = 65536;

const kernelsOf = ({ kernels }: Scratch, wide: boolean): VectorKernels<FloatArray> =>
  (wide ? kernels.float64 : kernels.float32) as unknown as VectorKernels<FloatArray>;

/** Refuses weights whose buffer was given away or made smaller. */
function checkIntact({ values, length }: Slot, k: number): void {
  if (values.length === length) return;
  throw rangeError(
    "ERR_LENGTH",
    `"parameters[${k}]" must have ${length} values as when its optimiser was made, got ${values.length}`,
  );
}

/** Everything that optimisers share: parameters, settings, clipping, state. Their arithmetic is in the rule and its kernel. */
export class FusedOptimizer extends Printable implements Optimizer {
  readonly #rule: Rule;
  readonly #slots: readonly Slot[];
  readonly #spans: Spans;
  readonly #settings: Record<keyof Rates, Schedule>;
  readonly #scheduled: boolean;
  readonly #subgradient: boolean;
  readonly #sign: number;
  readonly #clipNorm: number;
  readonly #clipValue: number;
  readonly #skips: boolean;
  /** The gradients of the step under way. */
  readonly #given: FloatArray[] = [];
  /** A bound of their magnitudes. */
  #largest = 0;
  readonly #reentry = new Reentry();
  #steps = 0;
  #skipped = 0;

  constructor(rule: Rule, parameters: readonly Parameter[], options: OptimizerOptions) {
    super();
    const { kind, arrays, numbers = [], weightDecay = 0, modes = MODES } = rule;
    checkOptions(kind, options, [...OPTIONS, ...rule.options], trainingNames);
    const { l1Mode = "proximal", maximize = false, onNonFinite = "throw" } = options;
    const { clipNorm = Number.POSITIVE_INFINITY, clipValue = Number.POSITIVE_INFINITY } = options;
    checkChoice("l1Mode", l1Mode, modes);
    checkBoolean("maximize", maximize);
    checkChoice("onNonFinite", onNonFinite, ["throw", "skip"]);
    checkNonNegative("clipNorm", clipNorm);
    checkNonNegative("clipValue", clipValue);
    this.#settings = { learningRate: rule.learningRate, l1: 0, l2: 0, weightDecay };
    for (const name of SETTINGS) if (options[name] !== undefined) this.#settings[name] = options[name];
    this.#rule = rule;
    this.#subgradient = l1Mode === "subgradient";
    this.#sign = maximize ? -1 : 1;
    this.#clipNorm = clipNorm;
    this.#clipValue = clipValue;
    this.#skips = onNonFinite === "skip";
    const groups = toGroups(parameters);
    let scheduled = false;
    for (const [k, group] of groups.entries()) {
      for (const name of SETTINGS) {
        const schedule = group[name] ?? this.#settings[name];
        if (typeof schedule === "function") scheduled = true;
        else rateAt(name, schedule, 1, rule.positiveRate, group[name] === undefined ? undefined : k);
      }
    }
    this.#spans = new Spans(groups.map(({ values }) => values));
    this.#slots = toSlots(kind, groups, arrays.length, numbers.length);
    if (rule.initial !== undefined) for (const { state } of this.#slots) state.fill(rule.initial);
    this.#scheduled = scheduled;
    if (!scheduled) this.#schedule(1);
  }

  get kind(): string {
    return this.#rule.kind;
  }

  get steps(): number {
    return this.#steps;
  }

  get skipped(): number {
    return this.#skipped;
  }

  step(gradients: readonly FloatArray[]): void {
    const given = this.#reentry.settle(() => this.#prepare(gradients));
    const step = this.#steps + 1;
    // From here on nothing runs but what is in this library.
    this.#check(given);
    const scale = this.#scale(given);
    if (scale === undefined) {
      this.#skipped += 1;
      return;
    }
    this.#rule.begin?.(step);
    if (this.#isRisky(scale)) {
      if (!this.#try(given, scale)) return;
    } else {
      for (let k = 0; k < this.#slots.length; ++k) this.#update(this.#slots[k], given[k], scale);
    }
    this.#steps = step;
  }

  zeros(): number[] {
    return this.#slots.map(({ values }) => {
      let count = 0;
      for (let i = 0; i < values.length; ++i) if (values[i] === 0) count += 1;
      return count;
    });
  }

  state(): OptimizerState {
    const { kind, arrays, numbers = [] } = this.#rule;
    const parameters = this.#slots.map((slot) => {
      const n = slot.length;
      return Object.fromEntries([
        ...arrays.map((name, a) => [name, slot.state.slice(a * n, (a + 1) * n)] as const),
        ...numbers.map((name, a) => [name, slot.numbers[a]] as const),
      ]);
    });
    const state = { version: VERSION, kind, step: this.#steps, parameters };
    // Not enumerable, so that the state stays a plain object to copies and comparisons.
    return Object.defineProperty(state, "toJSON", { value: () => jsonOf(state) });
  }

  load(state: OptimizerState | OptimizerStateJSON | string | Uint8Array | ArrayBuffer): void {
    const { kind, arrays, numbers = [] } = this.#rule;
    this.#slots.forEach(checkIntact);
    const weights = this.#slots.map(({ values }) => values);
    const { step, parameters } = this.#reentry.settle(() => readState(state, kind, arrays, numbers, weights));
    // Reading a state may run code of others.
    this.#slots.forEach(checkIntact);
    for (const [k, slot] of this.#slots.entries()) {
      const n = slot.length;
      arrays.forEach((name, a) => {
        slot.state.set(parameters[k][name] as FloatArray, a * n);
      });
      numbers.forEach((name, a) => {
        slot.numbers[a] = parameters[k][name] as number;
      });
      forget(slot);
    }
    this.#steps = step;
  }

  toJSON(): OptimizerStateJSON {
    return jsonOf(this.state());
  }

  toBytes(): Uint8Array {
    return toBytes(this.state());
  }

  override toString(): string {
    const zeros = this.zeros();
    const settings = SETTINGS.map((name) => [name, this.#settings[name]] as const).filter(([, value]) => value !== 0);
    return [
      `${this.kind} after ${plural(this.#steps, "step")}${this.#skipped > 0 ? `, ${counted(this.#skipped)} left out` : ""}`,
      settings.map(([name, value]) => `${name} ${typeof value === "function" ? "by schedule" : value}`).join(", "),
      ...this.#slots
        .slice(0, SHOWN)
        .map(({ length }, k) => `  parameters[${k}]: ${plural(length, "weight")}, ${counted(zeros[k])} exactly 0`),
      ...(zeros.length > SHOWN ? [`  … and ${counted(zeros.length - SHOWN)} more`] : []),
    ].join("\n");
  }

  /** The settings at the next step, and its gradients: all that runs code of others. */
  #prepare(gradients: readonly FloatArray[]): FloatArray[] {
    if (!isArray(gradients)) {
      throw typeError("ERR_TYPE", `"gradients" must be an array, got ${describe(gradients)}`);
    }
    const given = this.#reentry.isOutermost ? this.#given : [];
    if (this.#scheduled) this.#schedule(this.#steps + 1);
    try {
      checkLength("gradients", gradients, this.#slots.length);
      for (let k = 0; k < this.#slots.length; ++k) given[k] = gradients[k] as FloatArray;
    } catch (error) {
      throw unreadable('"gradients"', error);
    }
    return given;
  }

  #check(gradients: readonly FloatArray[]): void {
    if (this.#steps === MAX_STEPS) throw rangeError("ERR_VALUE", `"steps" must be at most ${MAX_STEPS}, got one more`);
    for (let k = 0; k < this.#slots.length; ++k) {
      const slot = this.#slots[k];
      const { values, wide } = slot;
      const gradient = gradients[k];
      if (values.length !== slot.length) checkIntact(slot, k);
      // Names are only put together for errors.
      if (!(wide ? isFloat64(gradient) : isFloat32(gradient)) || gradient.length !== values.length) {
        checkMatching(`gradients[${k}]`, gradient, `parameters[${k}]`, values);
      }
      this.#spans.refuse("gradients", k, gradient);
    }
  }

  /** Whether a step might overflow. */
  #isRisky(scale: number): boolean {
    const bound = Math.min(this.#largest * Math.abs(scale), this.#clipValue);
    let risky = false;
    for (const slot of this.#slots) {
      if (isRisky(slot, bound, this.#rule.reach)) {
        measure(slot, this.#rule.arrays);
        if (isRisky(slot, bound, this.#rule.reach)) {
          forget(slot);
          risky = true;
        }
      }
    }
    return risky;
  }

  /** A step that is taken back where it overflows. Returns whether it was not. */
  #try(gradients: readonly FloatArray[], scale: number): boolean {
    const before = this.#slots.map(copyOf);
    for (const [k, slot] of this.#slots.entries()) this.#update(slot, gradients[k], scale);
    const places = this.#slots.map((slot, k) => firstOverflow(slot, before[k]));
    const k = places.findIndex((i) => i >= 0);
    if (k < 0) return true;
    this.#slots.forEach((slot, at) => {
      restore(slot, before[at]);
      forget(slot);
    });
    if (!this.#skips) {
      throw rangeError(
        "ERR_NOT_FINITE",
        `"parameters[${k}]" and its state must stay finite, but step ${this.#steps + 1} overflows in element ${places[k]}: "learningRate" may be too large`,
      );
    }
    this.#skipped += 1;
    return false;
  }

  /** What all gradients are multiplied by, or undefined for a step to be left out. Reads all before anything is changed. */
  #scale(gradients: readonly FloatArray[]): number | undefined {
    let squares = 0;
    for (let k = 0; k < gradients.length; ++k) squares += this.#sumSquares(this.#slots[k], gradients[k]);
    if (!(squares < Number.POSITIVE_INFINITY)) {
      for (const [k, gradient] of gradients.entries()) {
        const i = firstNonFinite(gradient);
        if (i < 0) continue;
        if (this.#skips) return undefined;
        throw rangeError("ERR_NOT_FINITE", `"gradients[${k}]" must be finite, got ${gradient[i]} in element ${i}`);
      }
    }
    // More than rounding takes away, and than is lost of squares too small for a float32
    this.#largest = 1.001 * Math.sqrt(squares) + 1e-20;
    if (this.#clipNorm === Number.POSITIVE_INFINITY) return this.#sign;
    if (squares < Number.POSITIVE_INFINITY) {
      return this.#sign * Math.min(1, this.#clipNorm / (Math.sqrt(squares) + 1e-6));
    }
    const { share, largest } = clippedShare(gradients, this.#clipNorm);
    this.#largest = largest;
    return this.#sign * share;
  }

  /** In chunks, so that sums of many floats stay exact enough; the same chunks on all paths. */
  #sumSquares({ values, wide }: Slot, gradient: FloatArray): number {
    const n = values.length;
    const place = n < TINY ? undefined : placeOf(gradient);
    const room = place !== undefined || n < WORTH_COPYING ? undefined : scratch();
    let sum = 0;
    for (let start = 0; start < n; start += NORM_CHUNK) {
      const length = Math.min(NORM_CHUNK, n - start);
      if (place !== undefined) sum += place.kernels.sumSquares(length, place.memory, place.offset + start);
      else if (room === undefined) {
        sum += wide
          ? sumSquares64(length, gradient as Float64Array, start)
          : sumSquares32(length, gradient as Float32Array, start);
      } else {
        const copy = (wide ? room.float64 : room.float32)[1];
        copyIn(copy, gradient, start, length);
        sum += kernelsOf(room, wide).sumSquares(length, copy, 0);
      }
    }
    return sum;
  }

  /** The settings at a step. */
  #schedule(step: number): void {
    const shared: Rates = { learningRate: 0, l1: 0, l2: 0, weightDecay: 0 };
    const { positiveRate, decoupled } = this.#rule;
    for (const name of SETTINGS) shared[name] = rateAt(name, this.#settings[name], step, positiveRate);
    for (const [k, slot] of this.#slots.entries()) {
      for (const name of SETTINGS) {
        const own = slot.settings[name];
        slot[name] = own === undefined ? shared[name] : rateAt(name, own, step, positiveRate, k);
      }
      slot.decay = 2 * slot.l2 + (decoupled ? 0 : slot.weightDecay);
      slot.push = this.#subgradient ? slot.l1 : 0;
      slot.shrink = this.#subgradient ? 0 : slot.l1;
    }
  }

  /**
   * One parameter's step, by one of four ways with the same bits: in its arena, there with a copy of the gradient, with a copy of both, or
   * by the JavaScript twin.
   */
  #update(slot: Slot, gradient: FloatArray, scale: number): void {
    const { values, wide, state, stateOffset, arena, room: own, shared } = slot;
    const rule = this.#rule;
    rule.prepare?.(slot);
    const limit = this.#clipValue;
    const n = values.length;
    const to = n < TINY ? undefined : placeOf(values);
    const from = to && placeOf(gradient);
    if (to !== undefined && to.kernels === from?.kernels) {
      const { kernels, memory } = to;
      rule.run(kernels, n, memory, to.offset, memory, from.offset, memory, stateOffset, n, scale, limit, slot);
      return;
    }
    if (to !== undefined && arena !== undefined && n >= WORTH_COPYING) {
      const { kernels, memory } = to;
      const [byteOffset, bytes] = arena.borrow(BORROWED);
      const at = byteOffset / memory.BYTES_PER_ELEMENT;
      const chunk = Math.floor(bytes / memory.BYTES_PER_ELEMENT);
      if (chunk >= WORTH_COPYING) {
        for (let start = 0; start < n; start += chunk) {
          const end = Math.min(start + chunk, n);
          const offset = stateOffset + start;
          memory.set(gradient.subarray(start, end), at);
          rule.run(kernels, end - start, memory, to.offset + start, memory, at, memory, offset, n, scale, limit, slot);
        }
        return;
      }
    }
    const common = own !== undefined || shared ? scratch() : undefined;
    if (common === undefined) {
      const twins = (wide ? rule.twins.float64 : rule.twins.float32) as VectorKernels<FloatArray>;
      rule.run(twins, n, values, 0, gradient, 0, state, 0, n, scale, limit, slot);
      return;
    }
    const room = own ?? common;
    const [w, g] = wide ? room.float64 : room.float32;
    const memory = room.kernels.memory![wide ? "float64" : "float32"];
    const kernels = kernelsOf(room, wide);
    for (let start = 0; start < n; start += w.length) {
      const end = Math.min(start + w.length, n);
      copyIn(w, values, start, end - start);
      copyIn(g, gradient, start, end - start);
      rule.run(kernels, end - start, w, 0, g, 0, memory, stateOffset + start, n, scale, limit, slot);
      copyOut(values, w, start, end - start);
    }
  }
}
