import { afterEach, describe, expect, test } from "vitest";
import * as regulus from "../../src/index.js";
import { fits } from "../../src/kernels/generated/fits.js";
import { vectors } from "../../src/kernels/generated/vectors.js";
import { compile } from "../../src/kernels/wasm.js";
import { randomArray, randomStream } from "../support/arbitraries.js";
import { assertSameBits } from "../support/bits.js";
import { type Fresh, forget, freshRegulus, inBrowser, meteredMemory, refusing } from "../support/fresh.js";

afterEach(forget);

type Facade = Pick<Fresh, "softThreshold" | "gradientStep" | "dot" | "penalty" | "createArena">;

/** A bit of everything, in an arena and out of it. */
function results({ softThreshold, gradientStep, dot, penalty, createArena }: Facade): Float64Array {
  const next = randomStream(50);
  const [x, g] = [Float64Array.from(randomArray(500, next)), Float64Array.from(randomArray(500, next))];
  const arena = createArena(2 * 8 * 500);
  const [w, h] = [arena.float64(500), arena.float64(500)];
  w.set(x);
  h.set(g);
  gradientStep(w, h, { learningRate: 0.1, l1: 1, l2: 0.5 });
  return Float64Array.from([...softThreshold(x, 0.3), ...w, dot(x, g), dot(w, h), penalty(w, { l1: 1, l2: 2 })]);
}

const expected = results(regulus);

/** What `call` throws, in its own world's classes. */
function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

// An error of another world, as a frame's, is said with its name.
const impossible: [what: string, members: Parameters<typeof freshRegulus>[0], reason: RegExp][] = [
  [
    "compiling is forbidden",
    { Module: refusing("forbidden by policy") },
    /did not compile: (Error: )?forbidden by policy$/,
  ],
  [
    "instantiating is forbidden",
    { Instance: refusing("no instances") },
    /did not instantiate: (Error: )?no instances$/,
  ],
  ["there is no SIMD", { validate: () => false }, /this host's WebAssembly has no SIMD$/],
  ["there is no WebAssembly", null, /this host has no WebAssembly$/],
  [
    "memory is refused",
    { Memory: refusing("out of memory") },
    /memory of \d+ bytes was refused: (Error: )?out of memory$/,
  ],
];

describe.each(impossible)("where %s", (_what, members, reason) => {
  test("JavaScript runs, with the reason and the same bits", async () => {
    const fresh = await freshRegulus(members);
    expect(fresh.backend()).toEqual({ name: "js", reason: expect.stringMatching(reason) });
    assertSameBits(results(fresh), expected);
    const kernels = fresh.withMemory(1000, "this problem", (heap) => heap.kernels.name);
    expect(kernels).toBe("js");
    expect(fresh.backend()).toEqual({ name: "js", reason: expect.stringMatching(reason) });
  });

  test("a function may come before the first question, too", async () => {
    const fresh = await freshRegulus(members);
    assertSameBits(results(fresh), expected);
    expect(fresh.backend()).toEqual({ name: "js", reason: expect.stringMatching(reason) });
  });

  test('setBackend("wasm") throws the reason, and leaves the choice as it was', async () => {
    const fresh = await freshRegulus(members);
    const error = thrown(() => fresh.setBackend("wasm"));
    expect(error).toMatchObject({ name: "RangeError", code: "ERR_BACKEND", message: expect.stringMatching(reason) });
    expect(fresh.backend().reason).toMatch(reason);
    fresh.setBackend("js");
    expect(thrown(() => fresh.setBackend("wasm"))).toMatchObject({ code: "ERR_BACKEND" });
    expect(fresh.backend()).toEqual({ name: "js", reason: 'setBackend("js") was called' });
    assertSameBits(results(fresh), expected);
  });
});

describe("where WebAssembly runs", () => {
  test("nothing is compiled and no memory made before the first need", async () => {
    const { Memory, count } = meteredMemory();
    let compiled = 0;
    class Module extends WebAssembly.Module {
      constructor(bytes: BufferSource) {
        compiled += 1;
        super(bytes);
      }
    }
    const fresh = await freshRegulus({ Memory, Module });
    expect([compiled, count()]).toEqual([0, 0]);
    fresh.softThreshold(new Float64Array(8), 1);
    expect([compiled, count()]).toEqual([0, 0]);
    assertSameBits(results(fresh), expected);
    for (let k = 0; k < 10; ++k) fresh.softThreshold(new Float64Array(1000), 1);
    expect(compiled).toBe(1);
    expect(count()).toBe(2);
    expect(fresh.backend()).toEqual({ name: "wasm" });
  });

  test('setBackend("js") and back again', async () => {
    const fresh = await freshRegulus();
    expect(fresh.backend()).toEqual({ name: "wasm" });
    fresh.setBackend("js");
    expect(fresh.backend()).toEqual({ name: "js", reason: 'setBackend("js") was called' });
    assertSameBits(results(fresh), expected);
    fresh.setBackend("auto");
    expect(fresh.backend()).toEqual({ name: "wasm" });
    fresh.setBackend("wasm");
    expect(fresh.backend()).toEqual({ name: "wasm" });
    assertSameBits(results(fresh), expected);
  });

  test("arenas outlive a change of backend, from either side", async () => {
    const fresh = await freshRegulus();
    for (const [made, used] of [
      ["auto", "js"],
      ["js", "auto"],
    ] as const) {
      fresh.setBackend(made);
      const x = fresh.createArena(8000).float64(1000).fill(-3);
      fresh.setBackend(used);
      fresh.softThreshold(x, 1, x);
      expect(fresh.asum(x)).toBe(2000);
    }
  });

  test("a memory refused once costs only that one", async () => {
    let granted = false;
    const { Memory } = meteredMemory(() => granted);
    const fresh = await freshRegulus({ Memory });
    expect(fresh.backend().reason).toMatch(
      /a WebAssembly memory of \d+ bytes was refused: (RangeError: )?could not allocate memory$/,
    );
    assertSameBits(results(fresh), expected);
    granted = true;
    expect(fresh.withMemory(1000, "this problem", (heap) => heap.kernels.name)).toBe("wasm");
    expect(fresh.backend()).toEqual({ name: "wasm" });
    assertSameBits(results(fresh), expected);
  });

  test("a memory refused later is said, until another is granted", async () => {
    let granted = true;
    const { Memory, count } = meteredMemory(() => granted);
    const fresh = await freshRegulus({ Memory });
    expect(fresh.backend()).toEqual({ name: "wasm" });
    granted = false;
    const before = count();
    fresh.createArena(5_000_000);
    expect(count()).toBe(before);
    expect(fresh.backend()).toMatchObject({ name: "js", reason: expect.stringContaining("was refused") });
    granted = true;
    fresh.createArena(5_000_000);
    expect(count()).toBe(before + 1);
    expect(fresh.backend()).toEqual({ name: "wasm" });
  });
});

/** A module whose only export is a function of this name. */
function moduleOf(name: string): WebAssembly.Module {
  const section = (id: number, ...bytes: number[]): number[] => [id, bytes.length, ...bytes];
  const letters = [...name].map((letter) => letter.charCodeAt(0));
  return new WebAssembly.Module(
    new Uint8Array([
      ...[0, 97, 115, 109, 1, 0, 0, 0],
      ...section(1, 1, 0x60, 0, 0),
      ...section(3, 1, 0),
      ...section(7, 1, letters.length, ...letters, 0, 0),
      ...section(10, 1, 2, 0, 0x0b),
    ]),
  );
}

describe("setModule", () => {
  /** A host that compiles nothing, and takes these for its modules. */
  const forbidding = (...modules: WebAssembly.Module[]) =>
    class {
      constructor() {
        throw new Error("forbidden by policy");
      }
      static [Symbol.hasInstance](value: unknown): boolean {
        return modules.includes(value as WebAssembly.Module);
      }
      static exports = WebAssembly.Module.exports;
    };

  test("brings WebAssembly to a host that forbids compiling", async () => {
    const [forVectors, forFits] = [compile(vectors), compile(fits)];
    const fresh = await freshRegulus({ Module: forbidding(forVectors, forFits) });
    expect(fresh.backend().name).toBe("js");
    fresh.setModule(forVectors);
    expect(fresh.backend()).toEqual({ name: "wasm" });
    fresh.setModule(forFits);
    expect(fresh.backend()).toEqual({ name: "wasm" });
    expect(fresh.withMemory(64, "this problem", (heap) => heap.kernels.name)).toBe("wasm");
    assertSameBits(results(fresh), expected);
    fresh.setBackend("wasm");
  });

  test("of vectors alone leaves fits to JavaScript, and says so", async () => {
    const module = compile(vectors);
    const fresh = await freshRegulus({ Module: forbidding(module) });
    fresh.setModule(module);
    assertSameBits(results(fresh), expected);
    expect(fresh.backend()).toEqual({ name: "wasm" });
    expect(fresh.withMemory(64, "this problem", (heap) => heap.kernels.name)).toBe("js");
    expect(fresh.backend()).toEqual({ name: "js", reason: expect.stringMatching(/forbidden by policy/) });
    expect(fresh.createArena(64)).toMatchObject({ kernels: { name: "wasm" } });
  });

  test("gives up the memories with kernels of an earlier module", async () => {
    const { Memory, count } = meteredMemory();
    const fresh = await freshRegulus({ Memory });
    const use = () => fresh.withMemory(64, "this problem", (heap) => heap.float64(1));
    use();
    use();
    expect(count()).toBe(1);
    fresh.setModule(compile(fits));
    use();
    expect(count()).toBe(2);
  });

  test("refuses anything else", async () => {
    const fresh = await freshRegulus();
    for (const value of [undefined, null, {}, new Uint8Array(8), "kernels.wasm"]) {
      expect(thrown(() => fresh.setModule(value as never))).toMatchObject({ name: "TypeError", code: "ERR_TYPE" });
    }
    // A module of something else: the smallest there is.
    const other = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const pretender = Object.create(WebAssembly.Module.prototype);
    for (const value of [other, proxy, pretender, new Proxy(compile(vectors), {}), moduleOf("softThreshold64")]) {
      expect(thrown(() => fresh.setModule(value))).toMatchObject({ name: "TypeError", code: "ERR_TYPE" });
    }
    expect(fresh.backend()).toEqual({ name: "wasm" });
  });

  test("refuses everything where there is no WebAssembly", async () => {
    const module = compile(vectors);
    const fresh = await freshRegulus(null);
    expect(thrown(() => fresh.setModule(module))).toMatchObject({ name: "TypeError", code: "ERR_TYPE" });
    expect(fresh.backend().name).toBe("js");
  });
});

test.runIf(inBrowser)("a page whose policy forbids WebAssembly runs JavaScript", async () => {
  const fresh = await freshRegulus({}, "script-src 'self' 'unsafe-inline'");
  expect(fresh.backend()).toEqual({
    name: "js",
    reason: expect.stringMatching(/did not compile: .*Content Security Policy/),
  });
  assertSameBits(results(fresh), expected);
});
