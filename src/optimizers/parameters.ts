import type { FloatArray } from "../data/FloatArray.js";
import { toList } from "../data/toList.js";
import {
  checkFinite,
  checkFloatArray,
  checkNonNegative,
  checkOptions,
  describe,
  isArray,
  isFloat32,
  isFloat64,
  rangeError,
  reading,
  typeError,
} from "../errors.js";
import type { Heap } from "../kernels/arena.js";
import type { Backed } from "../kernels/contract.js";
import { arenaOf, newScratch, type Scratch } from "../kernels/select.js";
import { trainingNames } from "../names/trainingNames.js";

/** A number, or a function of the step number, which starts at 1. It is called once for every step. */
export type Schedule = number | ((step: number) => number);

/** Weights with settings of their own. What is not set is that of the optimiser. */
export interface ParameterGroup {
  /** The weights, overwritten by every step. */
  values: FloatArray;
  learningRate?: Schedule | undefined;
  l1?: Schedule | undefined;
  l2?: Schedule | undefined;
  weightDecay?: Schedule | undefined;
}

/** What an optimiser trains: weights, or weights with settings of their own. */
export type Parameter = FloatArray | ParameterGroup;

export const SETTINGS = ["learningRate", "l1", "l2", "weightDecay"] as const;
const GROUP = ["values", ...SETTINGS] as const;
/** The four settings, each a number or a schedule. */
export type Settings = { [name in (typeof SETTINGS)[number]]?: Schedule | undefined };
/** The same at one step. */
export type Rates = { [name in (typeof SETTINGS)[number]]: number };

/**
 * A parameter that no penalty touches: `{ values, l1: 0, l2: 0, weightDecay: 0 }`, for biases and the scales of norms.
 *
 * @param parameter - Weights, or weights with a learning rate of their own.
 * @example
 * adamw([W, unpenalized(b)], { learningRate: 1e-2, weightDecay: 0.05 });
 */
export function unpenalized(parameter: Parameter): ParameterGroup {
  return { ...groupOf("values", parameter), l1: 0, l2: 0, weightDecay: 0 };
}

function groupOf(name: string, parameter: unknown): ParameterGroup {
  return reading(`"${name}"`, () => readGroup(name, parameter));
}

function readGroup(name: string, parameter: unknown): ParameterGroup {
  if (isFloat64(parameter) || isFloat32(parameter)) {
    checkFloatArray(name, parameter);
    return { values: parameter };
  }
  // What is no group is told what weights are.
  if (typeof parameter !== "object" || parameter === null || "length" in parameter) checkFloatArray(name, parameter);
  checkOptions(name, parameter, GROUP, trainingNames);
  // A copy, so that what has been checked stays.
  const { values, learningRate, l1, l2, weightDecay } = parameter as ParameterGroup;
  checkFloatArray(`${name}.values`, values);
  return withoutUndefined({ values, learningRate, l1, l2, weightDecay });
}

function withoutUndefined(group: { [name in keyof ParameterGroup]: ParameterGroup[name] | undefined }): ParameterGroup {
  return Object.fromEntries(
    Object.entries(group).filter(([, value]) => value !== undefined),
  ) as unknown as ParameterGroup;
}

/**
 * A setting at a step: finite and at least 0; a learning rate above it if `positive`.
 *
 * @param owner - The parameter whose own it is.
 */
export function rateAt(name: string, schedule: Schedule, step: number, positive = false, owner?: number): number {
  const value = typeof schedule === "function" ? schedule(step) : schedule;
  const lowest = positive && name === "learningRate" ? Number.MIN_VALUE : 0;
  if (typeof value === "number" && value >= lowest && value < Number.POSITIVE_INFINITY) return value;
  // Names are put together for errors only: this runs for every parameter and step.
  const place = owner === undefined ? name : `parameters[${owner}].${name}`;
  const full = typeof schedule === "function" ? `${place}(${step})` : place;
  checkNonNegative(full, value);
  checkFinite(full, value);
  throw rangeError("ERR_VALUE", `"${full}" must be above 0, got ${value}`);
}

/** One parameter of an optimiser, with its state. */
export interface Slot extends Rates {
  readonly values: FloatArray;
  /** Its length, which a buffer that is given away or made smaller takes from `values`. */
  readonly length: number;
  readonly wide: boolean;
  readonly settings: ParameterGroup;
  /** Its state arrays, each as long as `values`, one after the other. */
  readonly state: FloatArray;
  /** The element of their memory at which they start. */
  readonly stateOffset: number;
  /** The arena of its weights. */
  readonly arena: Heap<Backed> | undefined;
  /** State that is one number for all weights. */
  readonly numbers: Float64Array;
  /** For weights outside of any arena: the memory to which chunks of them and of their gradient are copied. */
  readonly room: Scratch | undefined;
  /** Whether they are copied to the scratch that all share, as there is no state that would have to lie beside it. */
  readonly shared: boolean;
  /** What joins the gradient: decay·w + push·sign(w). */
  decay: number;
  push: number;
  /** l1 where it is a proximal step. */
  shrink: number;
  /** Bounds of the magnitudes of its weights, its state, and the squares in its state. Infinite where they have to be looked up. */
  readonly reach: Reach;
}

/** Bounds of magnitudes. */
export interface Reach {
  weight: number;
  state: number;
  square: number;
}

/** Doubles in each of the two chunks that hold copies. */
const CHUNK = 4096;
/** From this many weights on, copying them into WASM memory and out again pays. */
export const WORTH_COPYING = 128;

/** Checks the parameters but for their settings. */
export function toGroups(parameters: unknown): ParameterGroup[] {
  if (!isArray(parameters)) {
    throw typeError("ERR_TYPE", `"parameters" must be an array, got ${describe(parameters)}`);
  }
  // Holes count as what they hold: nothing.
  const list = toList("parameters", parameters);
  if (list.length === 0) throw rangeError("ERR_LENGTH", '"parameters" must not be empty, got none to train');
  return list.map((parameter, k) => groupOf(`parameters[${k}]`, parameter));
}

/**
 * Gives each parameter its state: from the arena of its weights, otherwise from a memory of the optimiser's own, or for
 * few weights from ordinary arrays.
 *
 * @param arrays - State arrays per parameter.
 * @param numbers - State numbers per parameter.
 * @throws RangeError if an arena has not enough room. Nothing has been taken from any of them then.
 */
export function toSlots(kind: string, groups: readonly ParameterGroup[], arrays: number, numbers: number): Slot[] {
  const homes = groups.map(({ values }) => arenaOf(values) ?? (values.length < WORTH_COPYING ? "array" : "copy"));
  const states: FloatArray[] = [];
  const own = [...new Set(homes)].map((home) => {
    const members = groups.flatMap(({ values }, k) => (homes[k] === home ? [{ values, k }] : []));
    const bytes = arrays * members.reduce((sum, { values }) => sum + values.byteLength, 0);
    return { home, members, bytes };
  });
  for (const { home, bytes } of own) {
    if (typeof home === "object" && bytes > home.bytesLeft) {
      throw rangeError(
        "ERR_MEMORY",
        `the state of ${kind} needs ${bytes} bytes of its parameters' arena, which has ${home.bytesLeft} left: ${bytes - home.bytesLeft} are missing`,
      );
    }
  }
  let room: Scratch | undefined;
  for (const { home, members, bytes } of own) {
    let heap = typeof home === "object" ? home : undefined;
    if (home === "copy" && arrays > 0) {
      const memory = newScratch(CHUNK, bytes);
      room = memory;
      heap = memory?.heap;
    }
    for (const wide of [true, false]) {
      const fitting = members.filter(({ values }) => isFloat64(values) === wide);
      const n = arrays * fitting.reduce((sum, { values }) => sum + values.length, 0);
      const block = wide ? (heap?.float64(n) ?? new Float64Array(n)) : (heap?.float32(n) ?? new Float32Array(n));
      let offset = 0;
      for (const { values, k } of fitting) {
        states[k] = block.subarray(offset, offset + arrays * values.length);
        offset += arrays * values.length;
      }
    }
  }
  return groups.map((settings, k) => {
    const { values } = settings;
    const copied = homes[k] === "copy";
    return {
      values,
      length: values.length,
      wide: isFloat64(values),
      settings,
      state: states[k],
      stateOffset: states[k].byteOffset / states[k].BYTES_PER_ELEMENT,
      arena: arenaOf(values),
      numbers: new Float64Array(numbers),
      room: copied ? room : undefined,
      shared: copied && arrays === 0,
      learningRate: 0,
      l1: 0,
      l2: 0,
      weightDecay: 0,
      decay: 0,
      push: 0,
      shrink: 0,
      reach: { weight: Number.POSITIVE_INFINITY, state: Number.POSITIVE_INFINITY, square: Number.POSITIVE_INFINITY },
    };
  });
}

/** The memory of the parameters, sorted, which no gradient may overlap. */
export class Spans {
  readonly #spans = new Map<ArrayBufferLike, { start: number; end: number; index: number }[]>();

  /** @throws RangeError where two of the arrays overlap. */
  constructor(arrays: readonly FloatArray[]) {
    for (const [index, { buffer, byteOffset, byteLength }] of arrays.entries()) {
      if (byteLength === 0) continue;
      const spans = this.#spans.get(buffer) ?? [];
      this.#spans.set(buffer, spans);
      spans.push({ start: byteOffset, end: byteOffset + byteLength, index });
    }
    for (const spans of this.#spans.values()) {
      spans.sort((a, b) => a.start - b.start);
      for (let k = 1; k < spans.length; ++k) {
        if (spans[k].start < spans[k - 1].end) {
          const [low, high] = [spans[k - 1].index, spans[k].index].sort((a, b) => a - b);
          throw overlap(`parameters[${high}]`, low);
        }
      }
    }
  }

  /** @throws RangeError if `array` overlaps one of the spans. */
  refuse(name: string, index: number, array: FloatArray): void {
    const spans = this.#spans.get(array.buffer);
    if (spans === undefined) return;
    const start = array.byteOffset;
    const end = start + array.byteLength;
    // Of those that begin before `end`, the last one reaches furthest.
    let low = 0;
    let high = spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (spans[middle].start < end) low = middle + 1;
      else high = middle;
    }
    const last = spans[low - 1];
    if (last !== undefined && last.end > start && end > start) throw overlap(`${name}[${index}]`, last.index);
  }
}

function overlap(name: string, index: number): RangeError {
  return rangeError("ERR_OVERLAP", `"${name}" must not overlap "parameters[${index}]", got memory that they share`);
}
