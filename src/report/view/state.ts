import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { FloatArray } from "../../index.js";
import { etasOf, type ReportData } from "../ReportData.js";
import { type LambdaAxis, lambdaAxis } from "./geometry/axis.js";
import { choose, colour, type Named } from "./named.js";
import { between, countKept, extentOf, largestOf, mixed, orderOf, scale } from "./stored.js";

/** A fit at exactly the cursor's lambda, which takes the place of the interpolated one. */
export interface ExactFit {
  lambda: number;
  /** As {@link ReportData.coefficients}, of one lambda. */
  coefficients: FloatArray;
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
  const { lambdas, sds } = data;
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

  const stored = computed(() => mixed(data, K, classAt.value, gamma.value));
  const table = computed(() => scale(stored.value, sds));
  const at = (where: number): Float64Array => between(stored.value, p, axis, where);
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
  const largest = computed(() => largestOf(table.value, p));
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
    kept: computed(() => coefficients.value.reduce((count, value) => count + (value === 0 ? 0 : 1), 0)),
    ...ranked(coefficients, scaled, largest, pins, after?.named.peek()),
    found: foundIn(data.names, query),
    largest,
    extent: extentOf(data, K),
    table,
    counts: computed(() => countKept(stored.value, p, lambdas.length)),
    scaledAt: (variable, k) => table.value[k * p + variable],
    at,
  };
}

/** What was found last is what is found where nothing of it has changed: views that show it are not rendered again, and variables keep their colours. */
function ranked(
  coefficients: ReadonlySignal<Float64Array>,
  scaled: ReadonlySignal<Float64Array>,
  largest: ReadonlySignal<Float64Array>,
  pins: ReadonlySignal<readonly number[]>,
  before: readonly Named[] = [],
): Pick<ReportState, "order" | "named"> {
  let lastOrder: Int32Array = new Int32Array(0);
  const order = computed(() => {
    lastOrder = orderOf(coefficients.value, scaled.value, lastOrder);
    return lastOrder;
  });
  let lastNamed = before;
  const named = computed(() => {
    const chosen = choose(pins.value, order.value, coefficients.value, largest.value);
    lastNamed = colour(chosen, pins.value, lastNamed);
    return lastNamed;
  });
  return { order, named };
}

function foundIn(names: readonly string[], query: ReadonlySignal<string>): ReportState["found"] {
  return computed(() => {
    const text = query.value.trim().toLowerCase();
    if (text === "") return undefined;
    return Array.from(names.keys()).filter((j) => names[j].toLowerCase().includes(text));
  });
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
