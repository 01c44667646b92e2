import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { FloatArray } from "../../index.js";
import { etasOf, type ReportData } from "../ReportData.js";
import { type LambdaAxis, lambdaAxis } from "./geometry/axis.js";

/** So many variables have colours and names of their own, besides those that are pinned. */
export const COLOURS = 8;

/** A fit at exactly the cursor's lambda, which takes the place of the interpolated one. */
export interface ExactFit {
  lambda: number;
  /** As {@link ReportData.coefficients}, of one lambda. */
  coefficients: FloatArray;
}

/** A variable with a name in the pictures, and its colour from 0 to {@link COLOURS} − 1. */
export interface Named {
  variable: number;
  colour: number;
  isPinned: boolean;
}

/** What is shown: the data, what the reader has chosen, and what follows. */
export interface ReportState {
  readonly data: ReportData;
  readonly axis: LambdaAxis;
  /** The cursor, which links all views. */
  readonly lambda: Signal<number>;
  /** The mix of a relaxed path, 1 without one. */
  readonly gamma: Signal<number>;
  /** Whose coefficients are shown, of the multinomial family. */
  readonly classAt: Signal<number>;
  readonly pins: Signal<readonly number[]>;
  /** The variable under the pointer or the focus, in any view. */
  readonly raised: Signal<number | undefined>;
  readonly query: Signal<string>;
  readonly showFolds: Signal<boolean>;
  readonly exact: Signal<ExactFit | undefined>;
  /** What a live region says of what was last done by keyboard. */
  readonly spoken: Signal<string>;
  /** The stored lambda that the cursor is at, if it is at one. */
  readonly index: ReadonlySignal<number | undefined>;
  /** The coefficients at the cursor, per unit and per sd, p of the class that is shown. */
  readonly coefficients: ReadonlySignal<Float64Array>;
  readonly scaled: ReadonlySignal<Float64Array>;
  /** How many of them are not 0. */
  readonly kept: ReadonlySignal<number>;
  readonly named: ReadonlySignal<readonly Named[]>;
  /** Variables by size at the cursor, the largest first, those that are 0 last. */
  readonly order: ReadonlySignal<Int32Array>;
  /** The variables whose names have the text that is searched for; undefined without one. */
  readonly found: ReadonlySignal<readonly number[] | undefined>;
  /** The largest |scaled| anywhere on the path, of each variable of the class that is shown. */
  readonly largest: ReadonlySignal<Float64Array>;
  /** The least and the largest scaled coefficient of the path, all classes and mixes together, so that choosing one rescales nothing. */
  readonly extent: readonly [number, number];
  /** The scaled coefficients of the class and the mix that are shown, p for each stored lambda, and how many are not 0 there. */
  readonly table: ReadonlySignal<FloatArray>;
  readonly counts: ReadonlySignal<readonly number[]>;
  /** The scaled coefficient of a variable at a stored lambda. */
  scaledAt(variable: number, index: number): number;
  /** Coefficients of the class that is shown at any lambda, per unit. */
  at(lambda: number): Float64Array;
}

export interface StateOptions {
  /** A cursor of one's own, which other views may move too. */
  lambda?: Signal<number>;
  /** What was shown before, of the same variables: pins, colours and the search stay. */
  after?: ReportState | undefined;
}

export function createState(data: ReportData, options: StateOptions = {}): ReportState {
  const { lambdas, sds, relaxed } = data;
  const p = sds.length;
  const K = etasOf(data);
  const axis = lambdaAxis(lambdas);
  const lambda = options.lambda ?? signal(data.start.lambda);
  const gamma = signal(data.start.gamma);
  const classAt = signal(K > 1 ? K - 1 : 0);
  const { after } = options;
  const pins = after?.pins ?? signal<readonly number[]>([]);
  const exact = signal<ExactFit | undefined>(undefined);
  const query = after?.query ?? signal("");

  /** Per unit, lambda after lambda, p each. */
  const stored = computed(() => {
    const [from, mix] = [classAt.value * p, gamma.value];
    if (K === 1 && (relaxed === undefined || mix === 1)) return data.coefficients;
    const values = new Float64Array(lambdas.length * p);
    for (let k = 0; k < lambdas.length; ++k) {
      const at = k * K * p + from;
      const own = data.coefficients.subarray(at, at + p);
      values.set(own, k * p);
      if (relaxed === undefined || mix === 1) continue;
      for (let j = 0; j < p; ++j) values[k * p + j] = mix * own[j] + (1 - mix) * relaxed.coefficients[at + j];
    }
    return values;
  });
  const table = computed(() => {
    const values = stored.value;
    const scaled = values instanceof Float32Array ? new Float32Array(values.length) : new Float64Array(values.length);
    for (let k = 0, j = 0; k < values.length; ++k, j = j + 1 === p ? 0 : j + 1) scaled[k] = values[k] * sds[j];
    return scaled;
  });
  const at = (where: number): Float64Array => {
    const values = stored.value;
    const { index, share } = axis.between(where);
    const from = values.subarray(index * p, (index + 1) * p);
    const out = Float64Array.from(from);
    if (share === 0) return out;
    const to = values.subarray((index + 1) * p, (index + 2) * p);
    for (let j = 0; j < p; ++j) out[j] += share * (to[j] - from[j]);
    return out;
  };
  const counts = computed(() => {
    const values = stored.value;
    return Array.from(lambdas, (_, k) => {
      let count = 0;
      for (let at = k * p; at < (k + 1) * p; ++at) if (values[at] !== 0) count += 1;
      return count;
    });
  });

  const index = computed(() => {
    const { index: near, share } = axis.between(lambda.value);
    return share === 0 ? near : undefined;
  });
  const coefficients = computed(() => {
    const fit = exact.value;
    if (fit?.lambda !== lambda.value) return at(lambda.value);
    return Float64Array.from(fit.coefficients.subarray(classAt.value * p, (classAt.value + 1) * p));
  });
  const scaled = computed(() => coefficients.value.map((value, j) => value * sds[j]));
  const kept = computed(() => coefficients.value.reduce((count, value) => count + (value === 0 ? 0 : 1), 0));
  const largest = computed(() => {
    const most = new Float64Array(p);
    const values = table.value;
    for (let k = 0, j = 0; k < values.length; ++k, j = j + 1 === p ? 0 : j + 1) {
      const size = Math.abs(values[k]);
      if (size > most[j]) most[j] = size;
    }
    return most;
  });
  /** The order last found: views that show it are rendered again only where it changes. */
  let orderBefore = new Int32Array(0);
  const order = computed(() => {
    const sizes = scaled.value.map(Math.abs);
    const values = coefficients.value;
    const all = new Int32Array(p);
    let count = 0;
    for (let j = 0; j < p; ++j) if (values[j] !== 0) all[count++] = j;
    all.subarray(0, count).sort((a, b) => sizes[b] - sizes[a] || a - b);
    for (let j = 0; j < p; ++j) if (values[j] === 0) all[count++] = j;
    if (!isSame(all, orderBefore)) orderBefore = all;
    return orderBefore;
  });

  /** The colours that variables had last, so that one keeps its colour while it has a name. */
  let before: readonly Named[] = after?.named.peek() ?? [];
  const named = computed(() => {
    const most = largest.value;
    const pinned = pins.value;
    const values = coefficients.value;
    const chosen = [...pinned];
    for (const variable of order.value) {
      if (chosen.length >= COLOURS || values[variable] === 0) break;
      if (!pinned.includes(variable)) chosen.push(variable);
    }
    if (chosen.length < COLOURS) {
      // Those that will be the largest, while fewer than that have a coefficient.
      const rest = Array.from(most.keys()).filter((j) => most[j] > 0 && !chosen.includes(j));
      rest.sort((a, b) => most[b] - most[a] || a - b);
      chosen.push(...rest.slice(0, COLOURS - chosen.length));
    }
    const taken = new Set<number>();
    const kept = new Map<number, number>();
    for (const { variable, colour } of before) {
      if (!chosen.includes(variable) || taken.has(colour)) continue;
      kept.set(variable, colour);
      taken.add(colour);
    }
    const free = Array.from({ length: COLOURS }, (_, colour) => colour).filter((colour) => !taken.has(colour));
    const now = chosen.map((variable, k) => ({
      variable,
      colour: kept.get(variable) ?? free.shift() ?? k % COLOURS,
      isPinned: pinned.includes(variable),
    }));
    const isAsBefore =
      now.length === before.length &&
      now.every(({ variable, colour, isPinned }, k) => {
        const one = before[k];
        return one.variable === variable && one.colour === colour && one.isPinned === isPinned;
      });
    if (!isAsBefore) before = now;
    return before;
  });
  const found = computed(() => {
    const text = query.value.trim().toLowerCase();
    if (text === "") return undefined;
    return Array.from(data.names.keys()).filter((j) => data.names[j].toLowerCase().includes(text));
  });

  return {
    data,
    axis,
    lambda,
    gamma,
    classAt,
    pins,
    raised: after?.raised ?? signal(undefined),
    query,
    showFolds: after?.showFolds ?? signal(false),
    exact,
    spoken: signal(""),
    index,
    coefficients,
    scaled,
    kept,
    named,
    order,
    found,
    largest,
    extent: extentOf(data, K),
    table,
    counts,
    scaledAt: (variable, k) => table.value[k * p + variable],
    at,
  };
}

const isSame = (a: Int32Array, b: Int32Array): boolean =>
  a.length === b.length && a.every((value, k) => value === b[k]);

function extentOf({ coefficients, relaxed, sds }: ReportData, K: number): readonly [number, number] {
  const p = sds.length;
  let low = 0;
  let high = 0;
  for (const values of relaxed ? [coefficients, relaxed.coefficients] : [coefficients]) {
    for (let from = 0; from < values.length; from += K * p) {
      for (let k = from; k < from + K * p; ++k) {
        const value = values[k] * sds[(k - from) % p];
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
  }
  return [low, high];
}

/** Pins a variable, or takes its pin off. */
export function togglePin({ pins }: ReportState, variable: number): void {
  pins.value = pins.value.includes(variable) ? pins.value.filter((one) => one !== variable) : [...pins.value, variable];
}

/** Moves the cursor by stored lambdas: to stronger penalties below 0, to weaker ones above. */
export function step({ axis, data, lambda }: ReportState, by: number): void {
  const { index, share } = axis.between(lambda.value);
  const next = by < 0 && share > 0 ? index + 1 + by : index + by;
  lambda.value = data.lambdas[Math.max(0, Math.min(data.lambdas.length - 1, next))];
}

/** Moves the cursor to a place of the axis, or to a stored lambda that is no further from it than `snap`. */
export function moveTo({ axis, data, lambda }: ReportState, place: number, snap: number): void {
  const wanted = axis.lambdaAt(place);
  const { index } = axis.between(wanted);
  const near = [index, index + 1].filter((k) => k < data.lambdas.length);
  const best = near.reduce((a, b) => (Math.abs(axis.places[b] - place) < Math.abs(axis.places[a] - place) ? b : a));
  lambda.value = Math.abs(axis.places[best] - place) <= snap ? data.lambdas[best] : wanted;
}
