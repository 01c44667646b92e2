/** Hostile values by number, and what changes of a call: the same on every machine. */

import { dense, sparse } from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";

/** What getters and traps of hostile values throw: an error of theirs, which no call may let through but from functions that it was to call. */
export class Sentinel extends Error {}

const boom = (): never => {
  throw new Sentinel("hostile");
};

function revoked<T extends object>(target: T): T {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function transferred<T extends { buffer: ArrayBufferLike }>(array: T): T {
  structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] });
  return array;
}

function resized(bytes: number, to: number, fixed: boolean): Float64Array {
  const Resizable = ArrayBuffer as unknown as new (
    length: number,
    options: object,
  ) => ArrayBuffer & { resize(n: number): void };
  const buffer = new Resizable(bytes, { maxByteLength: 4 * bytes });
  const array = fixed ? new Float64Array(buffer, 0, bytes / 8) : new Float64Array(buffer);
  array.fill(1);
  buffer.resize(to);
  return array;
}

const changed = {
  shrunk: () => {
    const Resizable = ArrayBuffer as unknown as new (
      length: number,
      options: object,
    ) => ArrayBuffer & { resize(n: number): void };
    const buffer = new Resizable(96, { maxByteLength: 96 });
    const X = dense(new Float64Array(buffer), 6, 2);
    buffer.resize(40);
    return X;
  },
  gone: () => {
    const data = new Float64Array(12).fill(2);
    const X = dense(data, 6, 2);
    transferred(data);
    return X;
  },
  sparse: (change: (X: { rowIndices: Int32Array; columnPointers: Int32Array }) => void) => {
    const X = sparse({
      rows: 6,
      columns: 2,
      values: Float64Array.of(1, 2, 3),
      rowIndices: Int32Array.of(0, 4, 5),
      columnPointers: Int32Array.of(0, 2, 3),
    });
    change(X);
    return X;
  },
};

const like = (more: object): object => ({ rows: 6, columns: 2, get: (i: number, j: number) => i - j * j, ...more });
const table = (more: object): object => ({ numRows: 6, numCols: 2, getChildAt: () => [1, 2, 3, 4, 5, 6], ...more });
const nd = (more: object): object => ({
  data: Array.from({ length: 12 }, (_, k) => k),
  shape: [6, 2],
  stride: [2, 1],
  offset: 0,
  ...more,
});
const arquero = (more: object): object => ({
  numRows: () => 6,
  numCols: () => 2,
  columnNames: () => ["a", "b"],
  array: () => [1, 2, 3, 4, 5, 6],
  ...more,
});

const MAKERS: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => false,
  ...[
    0,
    -0,
    1,
    2,
    3,
    6,
    -1,
    0.5,
    1.9,
    7,
    100,
    NaN,
    Infinity,
    -Infinity,
    4294967297,
    2 ** 53,
    1e300,
    5e-324,
    -1e300,
  ].map((value) => () => value),
  ...["", "7", "a", "cv", "loo", "balanced", "__proto__", "constructor", "\u0000", "x".repeat(500)].map(
    (value) => () => value,
  ),
  () => 7n,
  () => Symbol("s"),
  () => () => 1,
  () => boom,
  () => Number,
  () => ({}),
  () => [],
  () => [[]],
  () => [null],
  () => ["7", "8", "9", "1", "2", "3"],
  () => [true, false, true, false, true, false],
  () => [1n, 2n, 3n, 4n, 5n, 6n],
  () => Array(6),
  () => Array(4294967295),
  () => Object.assign(Array(6), { 0: 1, 2: 3 }),
  () => [1, 2, 3, 4, 5, NaN],
  () => [1, 2, 3, 4, 5, "6"],
  () => [1, 2, 3, 4, 5, { valueOf: boom }],
  () => Object.create(null),
  () => Object.assign(Object.create(null), { length: 6 }),
  () => ({ length: 6, 0: 1 }),
  () => ({ length: -1 }),
  () => ({ valueOf: () => 1, toString: () => "1" }),
  () => ({ toString: boom, valueOf: boom }),
  () => ({ [Symbol.toPrimitive]: boom }),
  () => ({
    get [Symbol.toStringTag]() {
      return boom();
    },
  }),
  () => ({ [Symbol.toStringTag]: "Float64Array", length: 6 }),
  () => ({
    get constructor() {
      return boom();
    },
  }),
  () => ({ constructor: { name: Object.create(null) } }),
  () => ({
    get length() {
      return boom();
    },
  }),
  () => ({
    get lambda() {
      return boom();
    },
  }),
  () => ({
    get rows() {
      return boom();
    },
  }),
  () => ({ [Symbol.iterator]: boom }),
  () => ({
    *[Symbol.iterator]() {
      for (;;) yield ["a", 1];
    },
  }),
  () => revoked({}),
  () => revoked([]),
  () => revoked(() => 1),
  () => revoked(new Float64Array(6)),
  () => [revoked([]), revoked({}), 1, 2, 3, 4],
  () => new Proxy([1, 2, 3, 4, 5, 6], {}),
  () => new Proxy([1, 2, 3, 4, 5, 6], { get: boom }),
  () => new Proxy([], { get: (_, name) => (name === "length" ? -3 : 1) }),
  () => new Proxy([], { get: (_, name) => (name === "length" ? 1e5 : "x") }),
  () => new Proxy(new Float64Array(6), {}),
  () => new Proxy({}, { get: boom, has: boom, ownKeys: boom }),
  () => new Proxy(dense(new Float64Array(12).fill(1), 6, 2), {}),
  () => new Proxy(dense(new Float64Array(12).fill(1), 6, 2), { get: boom }),
  () => new Float64Array(6).fill(1),
  () => new Float64Array(0),
  () => new Float64Array(2),
  () => Float64Array.of(1, NaN, 3, 4, 5, 6),
  () => new Float32Array(6).fill(2),
  () => new Int32Array(6),
  () => new Uint8ClampedArray(6),
  () => new BigInt64Array(6),
  () => new BigUint64Array(2),
  () => new DataView(new ArrayBuffer(48)),
  () => new ArrayBuffer(48),
  () => new SharedArrayBuffer(48),
  () => new Float64Array(new SharedArrayBuffer(48)),
  () => new (class extends Float64Array {})(6),
  () => Object.create(Float64Array.prototype),
  () => Object.create(Array.prototype),
  () => transferred(new Float64Array(6)),
  () => transferred(new Float32Array(2)),
  () => transferred(new Int32Array(6)),
  () => [transferred(new Float64Array(6)), new Float64Array(6)],
  () => resized(48, 16, true),
  () => resized(48, 16, false),
  () => resized(48, 96, false),
  () => resized(48, 96, true),
  () => new Date(0),
  () => new Date(NaN),
  () => new Map([["a", 1]]),
  () => new Map<unknown, unknown>([[Object.create(null), 1]]),
  () => new Set([1]),
  () => /x/,
  () => new Error("e"),
  () => Promise.resolve(1),
  () => new WeakMap(),
  () => new String("gaussian"),
  () => new Number(1),
  () => [Object.create(null), Symbol("s"), new Date(0), {}, [], null],
  changed.shrunk,
  changed.gone,
  () => changed.sparse(({ rowIndices }) => rowIndices.fill(1000000)),
  () => changed.sparse(({ rowIndices }) => rowIndices.fill(-5)),
  () => changed.sparse(({ columnPointers }) => columnPointers.fill(1e9, 1)),
  () => changed.sparse(({ rowIndices }) => transferred(rowIndices)),
  ...[-1, NaN, 0.5, 1e9, 2 ** 53, undefined, null, "6", 6n].flatMap((size) => [
    () => like({ rows: size }),
    () => like({ columns: size }),
    () => nd({ shape: [size, 2] }),
    () => nd({ stride: [2, size] }),
    () => nd({ offset: size }),
    () => table({ numRows: size }),
    () => table({ numCols: size }),
    () => arquero({ numRows: () => size }),
  ]),
  ...[null, "", "7", true, undefined, 7n, new Date(0), NaN, boom].flatMap((cell) => [
    () => like({ get: () => cell }),
    () => nd({ data: Array(12).fill(cell) }),
    () => table({ getChildAt: () => Array(6).fill(cell) }),
    () => arquero({ array: () => Array(6).fill(cell) }),
  ]),
  () => like({ get: boom }),
  () => nd({ data: null }),
  () => nd({ data: transferred(new Float64Array(12)) }),
  () => nd({ data: new BigInt64Array(12) }),
  () => table({ getChildAt: boom }),
  () => table({ getChildAt: () => null }),
  () => table({ getChildAt: () => undefined }),
  () => table({ getChildAt: () => [1, 2, 3, 4, 5, 6, 7] }),
  () => table({ schema: { fields: null } }),
  () => table({ schema: { fields: [{ name: Symbol("s") }, revoked({})] } }),
  () => arquero({ columnNames: () => null }),
  () => arquero({ columnNames: boom }),
  () => arquero({ array: () => null }),
  () => JSON.parse('{"__proto__": {"lambda": 1}, "lambda": 1}'),
];

/** Draws from 0 to 1, not included. */
export type Draw = () => number;

export function drawer(number: number): Draw {
  const next = randomStream(number);
  return () => (next() + 1) / 2;
}

export const pick = <T>(draw: Draw, values: readonly T[]): T => values[Math.floor(draw() * values.length)];

export const hostile = (draw: Draw): unknown => pick(draw, MAKERS)();

type Tree = Record<string, unknown>;

/** The plain objects and arrays among good arguments, however deep. */
function treesIn(value: unknown, found = new Set<unknown>()): Set<unknown> {
  if (typeof value !== "object" || value === null) return found;
  const above = Object.getPrototypeOf(value);
  if (above !== Object.prototype && above !== Array.prototype) return found;
  found.add(value);
  for (const inner of Object.values(value)) treesIn(inner, found);
  return found;
}

/** Puts hostile values into one or two places of the arguments: for one of them, for an option, or deep inside; or leaves one out. */
export function spoil(args: unknown[], draw: Draw): void {
  const good = treesIn(args);
  const times = draw() < 0.7 ? 1 : 2;
  for (let k = 0; k < times; ++k) {
    let at = args as unknown as Tree;
    for (;;) {
      const names = Object.getOwnPropertyNames(at).filter((name) => name !== "length");
      if (names.length === 0) break;
      const name = pick(draw, names);
      const value = Object.getOwnPropertyDescriptor(at, name)?.value;
      // Arguments themselves are spoilt less often than what is in them, of which there is more.
      if (good.has(value) && draw() < 0.7) {
        at = value as Tree;
        continue;
      }
      // The list of arguments itself is ours.
      const chance = at === (args as unknown) ? 1 : draw();
      if (!Object.getOwnPropertyDescriptor(at, name)?.configurable) break;
      if (chance < 0.05) delete at[name];
      else if (chance < 0.1 && !Array.isArray(at)) at[`${name}s`] = hostile(draw);
      else if (chance < 0.15) Object.defineProperty(at, name, { get: boom, enumerable: true, configurable: true });
      else {
        const value = hostile(draw);
        Object.defineProperty(at, name, { value, enumerable: true, configurable: true, writable: true });
      }
      break;
    }
  }
}
