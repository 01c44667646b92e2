/** How messages name values: whatever looking at a value does, naming it does not throw. */

import { expect, test } from "vitest";
import { describe as nameOf } from "../../src/errors.js";
import { lasso } from "../../src/index.js";
import { wrong } from "../models/refusals.js";

const boom = (): never => {
  throw new Error("boom");
};

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function detached(): Float64Array {
  const array = new Float64Array(3);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
}

const values: readonly [string, () => unknown, string | RegExp][] = [
  ["a revoked proxy of an object", () => revoked({}), "an object that cannot be read"],
  ["a revoked proxy of an array", () => revoked([]), "an object that cannot be read"],
  ["a revoked proxy of a function", () => revoked(() => 1), "a function"],
  ["a revoked proxy of a typed array", () => revoked(new Float64Array(2)), "an object that cannot be read"],
  ["a proxy of a typed array", () => new Proxy(new Float64Array(2), {}), "a proxy of an array"],
  ["a proxy that throws", () => new Proxy({}, { get: boom, getPrototypeOf: boom }), "an object that cannot be read"],
  ["no prototype", () => Object.create(null), "an Object"],
  ["toString throws", () => ({ toString: boom, valueOf: boom, [Symbol.toPrimitive]: boom }), "an Object"],
  ["a tag that throws", () => Object.defineProperty({}, Symbol.toStringTag, { get: boom }), /cannot be read/],
  ["a length that throws", () => Object.defineProperty({}, "length", { get: boom }), /cannot be read/],
  ["a constructor that throws", () => Object.defineProperty({}, "constructor", { get: boom }), /cannot be read/],
  ["a constructor without a name", () => ({ constructor: { name: Object.create(null) } }), "an Object"],
  ["a symbol", () => Symbol("s"), "Symbol(s)"],
  ["a bigint", () => 7n, "7n"],
  ["a detached array", detached, "a detached Float64Array"],
  ["what calls itself an array", () => ({ [Symbol.toStringTag]: "Float64Array", length: 2 }), "Float64Array(2)"],
];

test.each(values)("%s", (_, make, expected) => {
  if (typeof expected === "string") expect(nameOf(make())).toBe(expected);
  else expect(nameOf(make())).toMatch(expected);
});

test.each(values)("%s in place of each argument is refused with a code", (_, make) => {
  const refusal = expect.objectContaining({ code: expect.stringMatching(/^ERR_(TYPE|LENGTH|VALUE|OPTION)$/) });
  const X = [[1], [2], [4]];
  const y = [1, 2, 2];
  expect(() => lasso(wrong(make()), y, { lambda: 1 })).toThrow(refusal);
  expect(() => lasso(X, wrong(make()), { lambda: 1 })).toThrow(refusal);
  expect(() => lasso(X, y, { lambda: 1, weights: wrong(make()) })).toThrow(refusal);
  expect(() => lasso(X, y, { lambda: wrong(make()) })).toThrow(refusal);
  expect(() => lasso(X, y, wrong(make()))).toThrow(refusal);
});
