import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { createArena, setBackend } from "../../src/index.js";
import type { Heap } from "../../src/kernels/arena.js";
import "../support/arbitraries.js";

const GIB = 2 ** 30;

/** What `call` throws. */
function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.each(["wasm", "js"] as const)("%s", (backend) => {
  afterEach(() => setBackend("auto"));
  const create = (bytes: number) => {
    setBackend(backend);
    return createArena(bytes);
  };

  test("every array is zeroed, aligned to 64 bytes and apart from the others", () => {
    const arena = create(8 * 1000);
    const arrays = [arena.float64(3), arena.float32(5), arena.int32(1), arena.float64(0), arena.float64(100)];
    arrays.forEach((array, k) => {
      expect(array.byteOffset % 64).toBe(0);
      expect(array.every((v) => v === 0)).toBe(true);
      expect(array.buffer).toBe(arrays[0]?.buffer);
      array.fill(k + 1);
    });
    expect(arrays.map((array) => array.length)).toEqual([3, 5, 1, 0, 100]);
    for (const [k, array] of arrays.entries()) expect(array.every((v) => v === k + 1)).toBe(true);
    expect(arrays[0]).toBeInstanceOf(Float64Array);
    expect(arrays[1]).toBeInstanceOf(Float32Array);
    expect(arrays[2]).toBeInstanceOf(Int32Array);
  });

  test("lends what no array has, and zeroes it for the next one", () => {
    const arena = create(8 * 100) as Heap;
    arena.float64(10);
    const [offset, bytes] = arena.borrow(400);
    expect([offset % 64, bytes]).toEqual([0, 400]);
    new Uint8Array(arena.buffer, offset, bytes).fill(255);
    expect(arena.borrow(2 ** 40)[1]).toBe(arena.buffer.byteLength - offset);
    const next = arena.float64(90);
    expect(next.byteOffset).toBe(offset);
    expect(next.every((v) => v === 0)).toBe(true);
  });

  describe("raw arrays", () => {
    const heap = (bytes: number) => create(bytes) as Heap;

    test("hold what was there, a zeroed one in their place zeros", () => {
      const arena = heap(8000);
      arena.float64(10).fill(1);
      arena.raw64(20).fill(2);
      arena.raw16(30).fill(3);
      const old = arena.raw64(5).fill(4).slice();

      arena.reset();
      expect(arena.raw64(10).every((v) => v === 1)).toBe(true);
      expect(arena.float64(20).every((v) => v === 0)).toBe(true);
      expect(arena.raw16(30).every((v) => v === 3)).toBe(true);
      expect(arena.raw64(5)).toEqual(old);

      // What only raw arrays have held is zeroed too, to the last byte and once more.
      for (const bytes of [8 * 10, 8 * 100, 8000]) {
        arena.reset();
        expect(new Uint8Array(arena.int32(bytes / 4).buffer, 64, bytes).every((v) => v === 0)).toBe(true);
        arena.reset();
        arena.raw64(bytes / 8).fill(5);
      }
    });

    test("have their type and length, aligned, and count towards what is left", () => {
      const arena = heap(8 * 100);
      const [first, second, empty] = [arena.raw64(3), arena.raw16(5), arena.raw64(0)];
      expect(first).toBeInstanceOf(Float64Array);
      expect(second).toBeInstanceOf(Int16Array);
      expect([first, second, empty].map((array) => [array.length, array.byteOffset % 64])).toEqual([
        [3, 0],
        [5, 0],
        [0, 0],
      ]);
      expect(arena.bytesLeft).toBe(8 * 100 - 3 * 8 - 5 * 2);
      expect(thrown(() => arena.raw64(97))).toMatchObject({ name: "RangeError", code: "ERR_MEMORY" });
      expect(thrown(() => arena.raw16(-1))).toMatchObject({ name: "RangeError", code: "ERR_VALUE" });
      arena.reset();
      expect(arena.raw64(100)).toHaveLength(100);
    });

    test("in any order with others and with resets, nothing overlaps and what is zeroed is zero", () => {
      const kinds = ["float64", "float32", "int32", "raw64", "raw16"] as const;
      const action = fc.oneof(
        { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom(...kinds), length: fc.nat(40) }) },
        { weight: 1, arbitrary: fc.constant("reset" as const) },
      );
      fc.assert(
        fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
          const arena = heap(40 * 40 * 8);
          let held: { array: Float64Array | Float32Array | Int32Array | Int16Array; mark: number }[] = [];
          actions.forEach((next, k) => {
            if (next === "reset") {
              arena.reset();
              held = [];
              return;
            }
            const array = arena[next.kind](next.length);
            if (!next.kind.startsWith("raw")) expect(array.every((v) => v === 0)).toBe(true);
            array.fill(k + 1);
            held.push({ array, mark: k + 1 });
          });
          for (const { array, mark } of held) expect(array.every((v) => v === mark)).toBe(true);
        }),
      );
    });
  });

  test("holds exactly the bytes that it was made for, however they are cut", () => {
    for (const pieces of [1, 2, 7, 100, 900]) {
      const arena = create(pieces * 8);
      for (let k = 0; k < pieces; ++k) {
        expect(arena.bytesLeft).toBe((pieces - k) * 8);
        arena.float64(1)[0] = k;
      }
      expect(arena.bytesLeft).toBe(0);
      expect(arena.float64(0)).toHaveLength(0);
      expect(thrown(() => arena.float32(1))).toMatchObject({ name: "RangeError", code: "ERR_MEMORY" });
    }
  });

  test("the memory has its size from the start and never grows", () => {
    const arena = create(100_000);
    const { buffer } = arena.float64(1);
    const size = buffer.byteLength;
    arena.float64(12_499);
    expect(buffer.byteLength).toBe(size);
    expect(size % 65536).toBe(0);
    expect(size).toBeLessThan(100_000 + 2 * 65536 + 64);
  });

  test("what does not fit is refused with the bytes that are missing, and costs nothing", () => {
    const arena = create(800);
    arena.float64(90);
    expect(thrown(() => arena.float64(25))).toMatchObject({
      name: "RangeError",
      code: "ERR_MEMORY",
      message: "the arena has 80 of its 800 bytes left, and this array needs 200: 120 are missing",
    });
    expect(thrown(() => arena.int32(2 ** 40))).toMatchObject({ code: "ERR_MEMORY" });
    expect(arena.float64(10)).toHaveLength(10);
  });

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])("no length %d", (n) => {
    const expected = { name: "RangeError", code: "ERR_VALUE" };
    const arena = create(64);
    for (const type of ["float64", "float32", "int32"] as const) {
      expect(thrown(() => arena[type](n))).toMatchObject({ ...expected, message: expect.stringContaining(`got ${n}`) });
    }
    expect(thrown(() => create(n))).toMatchObject({
      ...expected,
      message: expect.stringContaining('"byteLength" must be'),
    });
  });

  test("a length of the wrong kind is a TypeError", () => {
    const expected = { name: "TypeError", code: "ERR_TYPE", message: '"byteLength" must be a number, got "8"' };
    expect(thrown(() => create("8" as never))).toMatchObject(expected);
    expect(thrown(() => create(64).float64("8" as never))).toMatchObject({ name: "TypeError", code: "ERR_TYPE" });
  });

  test("an arena of 0 bytes holds empty arrays", () => {
    const arena = create(0);
    expect(arena.float64(0)).toHaveLength(0);
    expect(arena.bytesLeft).toBe(0);
    expect(thrown(() => arena.float32(1))).toMatchObject({ message: expect.stringContaining("4 are missing") });
  });

  test.each([4 * GIB, 4 * GIB + 8, 8 * GIB, 2 ** 40, 2 ** 52, Number.MAX_SAFE_INTEGER])(
    "no arena of %d bytes",
    (bytes) => {
      const error = thrown(() => create(bytes)) as Error;
      expect(error).toMatchObject({ name: "RangeError", code: "ERR_MEMORY" });
      // What is asked for, what there can be (a page is kept for alignment), and what to do about it.
      expect(error.message).toContain(`needs ${bytes} bytes`);
      expect(error.message).toContain(String(4 * GIB - 2 * 65536 - 64));
      expect(error.message).toContain("fewer rows or columns");
    },
  );
});
