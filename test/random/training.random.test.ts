/**
 * Optimisers and online models under 40,000 hostile calls: options, gradients, states, rows and schedules at the edges of what numbers can
 * be. Every error has a code and changes nothing, no weight becomes NaN or infinite, and what goes on from a state does so bit for bit.
 */

import { expect, test } from "vitest";
import {
  type FloatArray,
  OnlineClassifier,
  type OnlineOptions,
  OnlineRegressor,
  type OnlineState,
  type Optimizer,
  type OptimizerState,
} from "../../src/index.js";
import { makers } from "../optimizers/table.js";
import { randomStream } from "../support/arbitraries.js";

const EXTREMES = [
  0, -0, 5e-324, 1e-300, 1e-170, 1e-45, 1e-39, 1e-8, 0.5, 1, 2, 1e14, 1e19, 3e38, 1e60, 1e150, 1e155, 1e300, 1.7e308,
];
const WRONG: unknown[] = [
  Number.NaN,
  Infinity,
  -Infinity,
  -1,
  "1",
  null,
  undefined,
  true,
  {},
  [],
  1n,
  () => 1,
  new Array(3),
];

/** Draws from the stream of one number. */
function dice(seed: number) {
  const next = randomStream(seed);
  const unit = (): number => (Math.abs(next()) * 1e6) % 1;
  const below = (n: number): number => Math.floor(unit() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)];
  const chance = (share: number): boolean => unit() < share;
  const ordinary = (): number => (chance(0.5) ? 1 : -1) * unit() * 2;
  const number = (wild: boolean): number =>
    wild && chance(0.3) ? (chance(0.5) ? 1 : -1) * pick(EXTREMES) : ordinary();
  return { unit, below, pick, chance, number };
}
type Dice = ReturnType<typeof dice>;

/** A setting, sometimes a wrong one, sometimes a schedule that does more than it says. */
function setting({ chance, pick, unit }: Dice, wild: boolean, inside: () => void): unknown {
  if (!wild || chance(0.5)) return 0.1 * unit();
  if (chance(0.1)) return pick(WRONG);
  const values = [unit(), pick(EXTREMES), chance(0.1) ? pick(WRONG) : unit()];
  if (chance(0.5)) return values[1];
  return (step: number) => {
    if (chance(0.2)) inside();
    if (chance(0.05)) throw Object.assign(new Error("a schedule's own"), { code: "ERR_OWN" });
    return values[step % values.length];
  };
}

/** Runs a call. What it throws has a code. Returns whether it threw. */
function throws(found: string[], what: string, call: () => unknown): boolean {
  try {
    call();
    return false;
  } catch (error) {
    const { code, message } = Object(error) as { code?: unknown; message?: unknown };
    if (!/^ERR_/.test(String(code))) found.push(`${what} throws ${message} without a code`);
    return true;
  }
}

/** One change somewhere in a state, or none. */
function spoiled({ chance, pick, below, number }: Dice, state: object): unknown {
  const copy = structuredClone(state) as Record<string, unknown>;
  if (chance(0.1)) return pick(WRONG);
  const value = () => (chance(0.5) ? pick(WRONG) : number(true));
  let at: Record<string, unknown> = copy;
  for (;;) {
    const key = pick(Object.keys(at));
    const inner = at[key];
    if (typeof inner === "object" && inner !== null && chance(0.85)) {
      if (ArrayBuffer.isView(inner)) {
        const list = Array.from(inner as Float64Array) as unknown[];
        if (list.length > 0) list[below(list.length)] = chance(0.5) ? value() : number(true);
        at[key] =
          chance(0.5) && list.every((entry) => typeof entry === "number") ? Float64Array.from(list as number[]) : list;
        return copy;
      }
      if (Object.keys(inner).length > 0) {
        at = inner as Record<string, unknown>;
        continue;
      }
    }
    if (chance(0.1)) {
      Object.defineProperty(at, key, { get: value, enumerable: true });
    } else at[key] = value();
    return copy;
  }
}

const bits = (...arrays: ArrayLike<number>[]): string => arrays.map((array) => Array.from(array).join()).join(";");

function optimizerFaults(seed: number): string[] {
  const draw = dice(seed);
  const { pick, chance, below, number } = draw;
  const found: string[] = [];
  const wild = chance(0.6);
  const kind = pick(Object.keys(makers));
  const lengths = [1 + below(40), below(5)];
  const array = (n: number, wide: boolean, fill: () => number): FloatArray =>
    wide ? Float64Array.from({ length: n }, fill) : Float32Array.from({ length: n }, fill);
  const wides = lengths.map(() => chance(0.5));
  const finite = () => {
    const value = number(wild);
    return Number.isFinite(Math.fround(value)) ? value : 1;
  };
  const weights = lengths.map((n, k) => array(n, wides[k], finite));
  const gradients = () => lengths.map((n, k) => array(n, wides[k], finite));
  let inside = () => {};
  const given = (): unknown => setting(draw, wild, () => inside());
  const options: Record<string, unknown> = {};
  const names = { learningRate: 0.8, l1: 0.4, l2: 0.3, weightDecay: 0.3, clipNorm: 0.1, clipValue: 0.1 };
  for (const [name, share] of Object.entries(names)) if (chance(share)) options[name] = given();
  const own: Record<string, () => [string, unknown][]> = {
    sgd: () => [
      ["momentum", pick([0, 0.9, 1, 1 - 2 ** -53, given()])],
      ["dampening", pick([0, 0, 1, given()])],
    ],
    rmsprop: () => [
      ["momentum", pick([0, 0.9, 1, given()])],
      ["eps", given()],
      ["centered", chance(0.5)],
      ["smoothing", pick([0, 0.9, 1, given()])],
    ],
    adagrad: () => [
      ["learningRateDecay", given()],
      ["initialAccumulator", given()],
      ["eps", given()],
    ],
    ftrl: () => [
      ["beta", given()],
      ["l1Mode", pick(["proximal", "cumulative", "subgradient"])],
    ],
    adam: () => [
      ["betas", [pick([0, 0.9, 1 - 2 ** -53, given()]), pick([0, 0.999, given()])]],
      ["eps", given()],
      ["amsgrad", chance(0.5)],
    ],
  };
  for (const [name, value] of (own[kind] ?? own.adam)()) {
    if (chance(0.6)) options[name] = typeof value === "function" ? value : value;
  }
  if (chance(0.2)) options.onNonFinite = "skip";
  let optimizer: Optimizer;
  const make = (w: readonly FloatArray[]): Optimizer => makers[kind](w, options as object);
  const nothing = throws(found, kind, () => {
    optimizer = make(weights);
  });
  if (nothing) return found;
  const scheduled = Object.values(options).some((option) => typeof option === "function");
  const now = (): string => `${bits(...weights)} ${JSON.stringify(optimizer)} ${optimizer.skipped}`;
  for (let call = 0; call < 8; ++call) {
    let calls = 0;
    inside = () => {
      calls += 1;
      if (calls < 4) optimizer.step(gradients());
    };
    const before = now();
    const state = optimizer!.state();
    const spoil = chance(0.3);
    const what = spoil ? "load" : "step";
    const failed = spoil
      ? throws(found, `${kind} load`, () => optimizer.load(spoiled(draw, state) as OptimizerState))
      : throws(found, `${kind} step`, () => optimizer.step(gradients()));
    if (failed && calls === 0 && now() !== before) found.push(`${kind} ${what} throws, but has changed something`);
    if (!weights.every((w) => w.every(Number.isFinite)))
      found.push(`${kind} ${what} makes weights ${bits(...weights)}`);
    if (scheduled) continue;
    const others = weights.map((w) => w.slice());
    const other = make(others);
    if (
      throws(found, `${kind} resumed`, () => other.load(chance(0.5) ? JSON.stringify(optimizer) : optimizer.toBytes()))
    ) {
      found.push(`${kind} cannot go on from its own state ${JSON.stringify(optimizer!)}`);
      continue;
    }
    const g = gradients();
    const outcomes = [optimizer!, other].map((each) => throws(found, `${kind} step`, () => each.step(g)));
    const same = JSON.stringify(other) === JSON.stringify(optimizer!) && bits(...others) === bits(...weights);
    if (outcomes[0] !== outcomes[1] || !same) found.push(`${kind} goes on differently after ${what}`);
  }
  return found;
}

function onlineFaults(seed: number): string[] {
  const draw = dice(seed);
  const { pick, chance, below, number, unit } = draw;
  const found: string[] = [];
  const wild = chance(0.6);
  const method = pick(["ftrl", "sgd"] as const);
  const p = 1 + below(6);
  let inside = () => {};
  const given = (): unknown => setting(draw, wild, () => inside());
  const options: Record<string, unknown> = { method };
  for (const name of ["learningRate", "l1", "l2"]) if (chance(0.6)) options[name] = given();
  if (method === "ftrl" && chance(0.3)) options.beta = given();
  if (method === "ftrl" && chance(0.3)) options.l1Mode = "cumulative";
  if (chance(0.2)) options.intercept = false;
  const classifies = chance(0.4);
  type Online = {
    load(state: OnlineState): unknown;
    toJSON(): OnlineState;
    coefficients: Float64Array;
    intercept: number;
    state(): OnlineState;
  };
  const make = (): Online & OnlineRegressor =>
    (classifies
      ? new OnlineClassifier(p, options as OnlineOptions)
      : new OnlineRegressor(p, options as OnlineOptions)) as never;
  let model: ReturnType<typeof make>;
  if (
    throws(found, method, () => {
      model = make();
    })
  )
    return found;
  const row = () => ({
    indices: Array.from({ length: 1 + below(3) }, () => (wild && chance(0.02) ? pick(WRONG) : below(p))) as number[],
    values: [] as number[],
  });
  const update = (of: typeof model, X: ReturnType<typeof row>, y: unknown) => of.update(X, y as number);
  const batch = (): [ReturnType<typeof row>, unknown] => {
    const X = row();
    X.values = X.indices.map(() => (wild && chance(0.02) ? (pick(WRONG) as number) : number(wild)));
    return [X, classifies ? pick(["a", "b"]) : number(wild)];
  };
  const scheduled = Object.values(options).some((option) => typeof option === "function");
  for (let call = 0; call < 8; ++call) {
    let calls = 0;
    inside = () => {
      calls += 1;
      if (calls < 4) update(model, ...batch());
    };
    const before = JSON.stringify(model!);
    const spoil = chance(0.3);
    const what = spoil ? "load" : "update";
    const failed = spoil
      ? throws(found, `${method} load`, () => model.load(spoiled(draw, model.state()) as OnlineState))
      : throws(found, `${method} update`, () => update(model, ...batch()));
    if (failed && calls === 0 && JSON.stringify(model!) !== before)
      found.push(`${method} ${what} throws, but has changed something`);
    if (![...model!.coefficients, model!.intercept].every(Number.isFinite)) {
      found.push(`${method} ${what} makes weights ${bits(model!.coefficients, [model!.intercept])}`);
    }
    if (scheduled || unit() < 0.5) continue;
    const other = make();
    const text = JSON.stringify(model!);
    if (throws(found, `${method} resumed`, () => other.load(JSON.parse(text)))) {
      found.push(`${method} cannot go on from its own state ${text}`);
      continue;
    }
    const [X, y] = batch();
    const outcomes = [model!, other].map((each) => throws(found, `${method} update`, () => update(each, X, y)));
    if (outcomes[0] !== outcomes[1] || JSON.stringify(other) !== JSON.stringify(model!)) {
      found.push(`${method} goes on differently after ${what}`);
    }
  }
  return found;
}

const BATCH = 250;
const starts = Array.from({ length: 10 }, (_, k) => k * BATCH);
const faultsOf = { optimizers: optimizerFaults, "online models": onlineFaults };

test.each(Object.entries(faultsOf).flatMap(([name, faults]) => starts.map((start) => ({ name, faults, start }))))(
  "$name from number $start on",
  { timeout: 60_000 },
  ({ faults, start }) => {
    const found: string[] = [];
    for (let number = start; number < start + BATCH; ++number) {
      found.push(...faults(number + 1).map((fault) => `${number}: ${fault}`));
    }
    expect(found).toEqual([]);
  },
);
