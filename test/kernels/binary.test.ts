import { describe, expect, test } from "vitest";
import { fits, fitsTwins } from "../../src/kernels/generated/fits.js";
import { text, textTwins } from "../../src/kernels/generated/text.js";
import { vectors, vectorsTwins } from "../../src/kernels/generated/vectors.js";
import { compile } from "../../src/kernels/wasm.js";
import { backends } from "../support/backends.js";

/** What a binary has to export: the kernels of both dtypes under their names with a suffix, and the others. */
function kernelNames({ float64 = {}, float32 = {}, ...others }: Record<string, object>): string[] {
  const suffixed = (group: object, suffix: string) => Object.keys(group).map((name) => `${name}${suffix}`);
  return [...suffixed(float64, "64"), ...suffixed(float32, "32"), ...Object.keys(others)].sort();
}

describe.each([
  { library: vectors, twins: vectorsTwins() },
  { library: fits, twins: fitsTwins() },
  { library: text, twins: textTwins() },
])("$library.name.wasm", ({ library, twins }) => {
  test("imports nothing but its memory", () => {
    const imports = WebAssembly.Module.imports(compile(library));
    expect(imports).toMatchObject([{ module: "env", name: "memory", kind: "memory" }]);
  });

  test("exports the kernels and nothing else: no memory, no table, no helper", () => {
    const exported = WebAssembly.Module.exports(compile(library));
    expect(new Set(exported.map(({ kind }) => kind))).toEqual(new Set(["function"]));
    expect(exported.map(({ name }) => name).sort()).toEqual(kernelNames(twins));
  });

  test("is a fresh module each time it is compiled", () => {
    expect(compile(library)).toBeInstanceOf(WebAssembly.Module);
    expect(compile(library)).not.toBe(compile(library));
  });
});

describe.each(backends)("$name", ({ name, kernels }) => {
  test("has every kernel of the contract, under its own name", () => {
    expect(kernels.name).toBe(name);
    const names = ["name", "memory", ...Object.keys({ ...vectorsTwins(), ...fitsTwins(), ...textTwins() })];
    expect(Object.keys(kernels).sort()).toEqual(names.sort());
    expect(Object.keys(kernels.float64).sort()).toEqual(Object.keys(vectorsTwins().float64).sort());
    expect(Object.keys(kernels.float32).sort()).toEqual(Object.keys(vectorsTwins().float32).sort());
  });

  test("touches nothing at length 0", () => {
    const [x, none] = [new Float64Array(kernels.name === "wasm" ? 0 : 4).fill(1), new Int32Array(1)];
    kernels.float64.softThreshold(0, x, 0, 1, x, 0);
    expect(kernels.float64.dot(0, x, 0, x, 0)).toBe(0);
    expect(kernels.sparseDot(0, 0, x, 0, none, 0, x, 0)).toBe(0);
    expect(x.every((v) => v === 1)).toBe(true);
  });
});
