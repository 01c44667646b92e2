import { describe, expect, test } from "vitest";
import { jsKernels } from "../../src/kernels/js/index.js";
import { compile } from "../../src/kernels/wasm.js";
import { backends } from "../support/backends.js";

describe("the binary", () => {
  test("imports nothing but its memory", () => {
    expect(WebAssembly.Module.imports(compile())).toMatchObject([{ module: "env", name: "memory", kind: "memory" }]);
  });

  test("exports functions only: no memory, no table, nothing that grows", () => {
    expect(new Set(WebAssembly.Module.exports(compile()).map(({ kind }) => kind))).toEqual(new Set(["function"]));
  });

  test("is a fresh module each time it is compiled", () => {
    expect(compile()).toBeInstanceOf(WebAssembly.Module);
    expect(compile()).not.toBe(compile());
  });
});

describe.each(backends)("$name", ({ name, kernels }) => {
  test("has every kernel of the contract, under its own name", () => {
    expect(kernels.name).toBe(name);
    expect(Object.keys(kernels).sort()).toEqual(Object.keys(jsKernels).sort());
    expect(Object.keys(kernels.float64).sort()).toEqual(Object.keys(jsKernels.float64).sort());
    expect(Object.keys(kernels.float32).sort()).toEqual(Object.keys(jsKernels.float32).sort());
  });

  test("touches nothing at length 0", () => {
    const [x, none] = [new Float64Array(kernels.name === "wasm" ? 0 : 4).fill(1), new Int32Array(1)];
    kernels.float64.softThreshold(0, x, 0, 1, x, 0);
    expect(kernels.float64.dot(0, x, 0, x, 0)).toBe(0);
    expect(kernels.sparseDot(0, 0, x, 0, none, 0, x, 0)).toBe(0);
    expect(x.every((v) => v === 1)).toBe(true);
  });
});
