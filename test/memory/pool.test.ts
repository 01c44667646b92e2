import { afterEach, describe, expect, test } from "vitest";
import { forget, freshRegulus, meteredMemory } from "../support/fresh.js";

afterEach(forget);

/** A pool that counts the memories it makes. */
async function pool() {
  const { Memory, count } = meteredMemory();
  const { withMemory, setBackend } = await freshRegulus({ Memory });
  return { count, withMemory, setBackend };
}

describe("the pool", () => {
  test("10,000 problems of one size share one memory", async () => {
    const { count, withMemory } = await pool();
    let sum = 0;
    for (let k = 0; k < 10_000; ++k) {
      sum += withMemory(8000, "this problem", (heap) => {
        const x = heap.float64(100).fill(1);
        return heap.kernels.float64.dot(100, x, 0, x, 0);
      });
    }
    expect(sum).toBe(1_000_000);
    expect(count()).toBe(1);
  });

  test("10,000 problems of any small size share a handful", async () => {
    const { count, withMemory } = await pool();
    for (let k = 0; k < 10_000; ++k) withMemory((k * 7919) % 1_000_000, "this problem", (heap) => heap.float64(k % 9));
    expect(count()).toBeLessThanOrEqual(4);
  });

  test("problems within problems have memories of their own, which return too", async () => {
    const { count, withMemory } = await pool();
    const nest = (depth: number, outer: Set<ArrayBufferLike>): number =>
      withMemory(1000, "this problem", (heap) => {
        const x = heap.float64(1);
        expect(outer.has(x.buffer)).toBe(false);
        x[0] = depth;
        const inner = depth === 0 ? 0 : nest(depth - 1, new Set([...outer, x.buffer]));
        expect(x[0]).toBe(depth);
        return inner + 1;
      });
    for (let k = 0; k < 100; ++k) expect(nest(3, new Set())).toBe(4);
    expect(count()).toBeLessThanOrEqual(8);
  });

  test("no problem sees what another left behind", async () => {
    const { withMemory } = await pool();
    for (const lengths of [[1000], [10, 900], [3, 3, 3, 500], [1000]]) {
      withMemory(20_000, "this problem", (heap) => {
        for (const n of lengths) {
          const arrays = [heap.float64(n), heap.float32(n), heap.int32(n % 10)];
          for (const array of arrays) {
            expect(array.every((v) => v === 0)).toBe(true);
            array.fill(7);
          }
        }
      });
    }
  });

  test("a problem that throws gives its memory back", async () => {
    const { count, withMemory } = await pool();
    const failure = new Error("no");
    const fail = () =>
      withMemory(100, "this problem", () => {
        throw failure;
      });
    for (let k = 0; k < 100; ++k) expect(fail).toThrow(failure);
    expect(count()).toBe(1);
  });

  test("a problem finds room for the bytes that it asked for, array by array", async () => {
    const { withMemory } = await pool();
    for (const bytes of [64, 1_000_000, 1_048_512, 1_048_576, 3_000_000]) {
      withMemory(bytes, "this problem", (heap) => {
        for (let left = bytes; left >= 64; left -= 64) heap.float64(8);
      });
    }
  });

  test("a problem above the limit is refused with its purpose and the way out", async () => {
    const { count, withMemory } = await pool();
    let thrown: unknown;
    try {
      withMemory(100_000 * 100_000 * 8, "a fit of 100000 rows and 100000 columns", () => 0);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      name: "RangeError",
      code: "ERR_MEMORY",
      message: expect.stringMatching(/^a fit of 100000 rows and 100000 columns needs 80000000000 bytes.*Gram/),
    });
    expect(count()).toBe(0);
  });

  test("each backend has memories of its own kind", async () => {
    const { withMemory, setBackend } = await pool();
    const kind = (): string => withMemory(100, "this problem", (heap) => heap.kernels.name);
    for (const [name, expected] of [
      ["auto", "wasm"],
      ["js", "js"],
      ["wasm", "wasm"],
      ["js", "js"],
      ["auto", "wasm"],
    ] as const) {
      setBackend(name);
      expect(kind()).toBe(expected);
    }
  });
});
