/** Files and objects that mean no good to their readers: changed everywhere, cut, claimed, disguised. */

import {
  crossValidationFromJSON,
  encodingFromJSON,
  manyFromBytes,
  manyFromJSON,
  modelFromJSON,
  pathFromJSON,
} from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";
import { crossValidations, design, manies, models, paths } from "./results.js";

/** A call of a reader, which must end in a typed error; or may, where a change can be harmless. */
export interface Attack {
  name: string;
  call: () => unknown;
  /** Whether the reader may take it: what was changed may be a number that could be another. */
  mayPass?: boolean;
}

type Read = (json: never) => unknown;
const find = <T>(list: [string, T][], name: string): T => (list.find(([one]) => one === name) as [string, T])[1];
const targets: [string, object, Read][] = [
  ["model", find(models, "wide"), modelFromJSON],
  ["dense model", find(models, "with names"), modelFromJSON],
  ["model of a table", find(models, "of a table"), modelFromJSON],
  ["multinomial model", find(models, "multinomial"), modelFromJSON],
  ["path", find(paths, "wide"), pathFromJSON],
  ["multinomial path", find(paths, "multinomial"), pathFromJSON],
  ["cross-validation", find(crossValidations, "several ratios"), crossValidationFromJSON],
  ["many", find(manies, "a ragged list"), manyFromJSON],
  ["shared many", find(manies, "shared"), manyFromJSON],
  ["multinomial many", find(manies, "multinomial"), manyFromJSON],
  ["encoding of a table", design.encoding, encodingFromJSON],
];

/** What a field may be turned into. */
const values: [string, () => unknown][] = [
  ["nothing", () => undefined],
  ["null", () => null],
  ["true", () => true],
  ["a text", () => "x"],
  ["NaN", () => "NaN"],
  ["-1", () => -1],
  ["1e9", () => 1e9],
  ["2^53", () => 2 ** 53],
  ["-0.5", () => -0.5],
  ["an empty list", () => []],
  ["an empty object", () => ({})],
  ["a long list of nothing", () => Object.assign([], { length: 2 ** 32 - 1 })],
  ["a claim of 1e9", () => ({ length: 1e9, indices: [], values: [] })],
  ["a claim of 1e9 with one", () => ({ length: 1e9, indices: [5], values: [1] })],
  ["an index out of range", () => ({ length: 4, indices: [4], values: [1] })],
  ["indices that descend", () => ({ length: 4, indices: [2, 1], values: [1, 1] })],
  ["an index twice", () => ({ length: 4, indices: [2, 2], values: [1, 1] })],
  ["an index of -1", () => ({ length: 4, indices: [-1], values: [1] })],
  ["half an index", () => ({ length: 4, indices: [0.5], values: [1] })],
  ["too few values", () => ({ length: 4, indices: [1, 2], values: [1] })],
  ["an array-like of 1e9", () => ({ length: 1e9, 0: 1 })],
  ["a list of lists", () => deep(50_000)],
  ["an object of objects", () => deepObject(50_000)],
  ["a bigint", () => 1n],
  ["a function", () => () => 1],
  ["a symbol", () => Symbol("x")],
  ["a revoked proxy", revoked],
  ["a proxy that throws", () => new Proxy({}, thrower)],
  [
    "a list behind a proxy that throws",
    () => new Proxy([1, 2, 3], { ...thrower, getPrototypeOf: Reflect.getPrototypeOf }),
  ],
  ["a list whose getter throws", () => Object.defineProperty([1], 0, { get: boom })],
  ["bigints", () => new BigInt64Array(4)],
  ["an array without its memory", detached],
];

function deep(depth: number): unknown {
  let list: unknown[] = [];
  for (let k = 0; k < depth; ++k) list = [list];
  return list;
}

function deepObject(depth: number): unknown {
  let one: object = {};
  for (let k = 0; k < depth; ++k) one = { length: one, values: one, indices: one };
  return one;
}

function boom(): never {
  throw new Error("boom");
}

const thrower: ProxyHandler<object> = {
  get: boom,
  has: boom,
  ownKeys: boom,
  getOwnPropertyDescriptor: boom,
  getPrototypeOf: boom,
};

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function detached(): unknown {
  const array = new Float64Array(4);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
}

const jsonOf = (result: object): Record<string, unknown> => JSON.parse(JSON.stringify(result));

/** Fields changed one by one, in files and in results as they are. */
function* changed(): Generator<Attack> {
  for (const [kind, result, read] of targets) {
    for (const [form, make] of [
      ["file", () => jsonOf(result)],
      ["clone", () => structuredClone(result) as Record<string, unknown>],
    ] as const) {
      for (const field of Object.keys(make())) {
        for (const [what, value] of values) {
          // Any tolerance, lambda or mean may be another; what is not there may not have been there.
          yield {
            name: `${kind}, ${form}: ${what} as ${field}`,
            call: () => read({ ...make(), [field]: value() } as never),
            mayPass: true,
          };
        }
      }
    }
  }
}

/** What must be refused whatever it is of. */
function* refused(): Generator<Attack> {
  for (const [kind, result, read] of targets) {
    const attack = (name: string, make: () => unknown): Attack => ({
      name: `${kind}: ${name}`,
      call: () => read(make() as never),
    });
    const text = JSON.stringify(result);
    yield attack("a newer version", () => ({ ...jsonOf(result), version: 2 }));
    yield attack("version 0", () => ({ ...jsonOf(result), version: 0 }));
    yield attack("another format", () => ({ ...jsonOf(result), format: "regulus-other" }));
    yield attack("no format", () => ({ ...jsonOf(result), format: undefined }));
    yield attack("another field", () => ({ ...jsonOf(result), extra: 1 }));
    yield attack("a method", () => ({ ...jsonOf(result), toJSON: () => 1 }));
    yield attack("__proto__", () => JSON.parse(text.replace("{", '{"__proto__":{"polluted":true},')));
    yield attack("constructor", () => JSON.parse(text.replace("{", '{"constructor":{"prototype":{"polluted":true}},')));
    const own = '{"__proto__":{"polluted":true,"length":3},"indices":[0],"values":[1]}';
    yield attack("__proto__ of its coefficients", () => ({ ...jsonOf(result), coefficients: JSON.parse(own) }));
    yield attack("a symbol", () => ({ ...jsonOf(result), [Symbol.iterator]: 1 }));
    yield attack("a list of it", () => [jsonOf(result)]);
    yield attack("its text", () => text);
    yield attack("a prototype", () => Object.create(jsonOf(result)));
    yield attack("a revoked proxy", revoked);
    yield attack("a proxy that throws", () => new Proxy(jsonOf(result), thrower));
    yield attack("a getter that throws", () =>
      Object.defineProperty(jsonOf(result), "family", { get: boom, enumerable: true }),
    );
    yield attack("nested lists", () => deep(100_000));
    for (const [what, value] of values) yield attack(what, value);
  }
  // Encodings that would make many more columns than they name.
  const table = find(models, "of a table");
  for (const [name, change] of Object.entries({
    "a power of 16 million": { polynomial: [["a", 16_000_000]] },
    "many powers": { polynomial: Array.from({ length: 300 }, () => ["a", 30_000]) },
    "a new version": { version: 2 },
    "no names": { names: [] },
  })) {
    yield {
      name: `encoding: ${name}`,
      call: () => {
        const json = jsonOf(table);
        return modelFromJSON({ ...json, encoding: { ...(json.encoding as object), ...change } } as never);
      },
    };
  }
  const [, many] = manies[0];
  const bytes = many.toBytes();
  const attack = (name: string, make: () => unknown): Attack => ({
    name: `bytes: ${name}`,
    call: () => manyFromBytes(make() as never),
  });
  for (let end = 0; end < bytes.length; end += 1 + Math.floor(end / 8))
    yield attack(`the first ${end}`, () => bytes.slice(0, end));
  const next = randomStream(5);
  for (let k = 0; k < 64; ++k) {
    const at = Math.floor(((next() + 1) / 2) * bytes.length);
    yield attack(`bit ${k % 8} of byte ${at} flipped`, () => {
      const flipped = bytes.slice();
      flipped[at] ^= 1 << (k % 8);
      return flipped;
    });
  }
  yield attack("eight more", () => Uint8Array.of(...bytes, 0, 0, 0, 0, 0, 0, 0, 0));
  yield attack("without memory", detached);
  for (const [what, value] of values) yield attack(what, value);
  // With a checksum that is right: only the header lies.
  for (const [name, header] of Object.entries(headers)) yield attack(`a header with ${name}`, () => sealed(header));
}

/** Headers that claim what is not there, or name what they must not. */
const array = (name: string, type: unknown, length: unknown): string =>
  JSON.stringify({ format: "regulus-many", version: 1, arrays: [[name, type, length]] });
const headers: Record<string, string> = {
  "an array of 1e9": array("coefficients", "Float64Array", 1e9),
  "an array of -1": array("coefficients", "Float64Array", -1),
  "an array of NaN": array("coefficients", "Float64Array", "x"),
  "another type": array("coefficients", "SharedArrayBuffer", 8),
  "a type that is none": array("coefficients", "constructor", 8),
  "__proto__ as a type": array("coefficients", "__proto__", 8),
  "__proto__ as a name": array("__proto__", "Float64Array", 0),
  "a list that is none": '{"format":"regulus-many","version":1,"arrays":[null]}',
  "no list": '{"format":"regulus-many","version":1,"arrays":3}',
  "a number": "3",
  null: "null",
  "no JSON": "{{{",
  "lists in lists": "[".repeat(200_000),
};

/** Bytes around a header, with the checksum that they have to have. */
function sealed(header: string): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(16 + Math.ceil(text.length / 8) * 8);
  bytes.set(text, 16);
  const words = new Uint32Array(bytes.buffer);
  words.set([0x594d4752, 0, text.length]);
  let sum = 0x811c9dc5;
  words.forEach((word, k) => {
    if (k !== 1) sum = Math.imul(((sum << 5) | (sum >>> 27)) ^ word, 0x01000193);
  });
  words[1] = sum;
  return bytes;
}

/** All of them. */
export function* attacks(): Generator<Attack> {
  yield* refused();
  yield* changed();
}
