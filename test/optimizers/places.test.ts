/** The same bits wherever the arrays lie, and nothing written beside them. */

import { afterEach, describe, expect, test } from "vitest";
import { createArena, type FloatArray, setBackend } from "../../src/index.js";
import { randomArray, randomStream } from "../support/arbitraries.js";
import { type Dtype, dtypes } from "../support/backends.js";
import { assertSameBits } from "../support/bits.js";
import { type Training, trainings } from "./table.js";

afterEach(() => setBackend("auto"));

const GUARD = 3;
const STEPS = 3;
/** Around one vector, one block, the sizes from which WASM and copies are worth it, and one and two chunks. */
const LENGTHS = [0, 1, 5, 15, 16, 33, 127, 128, 1000, 4096, 8192, 9001];

/** Two arrays of values between guard cells, in two buffers or one. */
type Place = (dtype: Dtype, w: number[], g: number[]) => [FloatArray, FloatArray];

const guarded = (whole: FloatArray, values: number[], start: number): FloatArray => {
  const array = whole.subarray(start + GUARD, start + GUARD + values.length);
  array.set(values);
  return array;
};
const arena = (dtype: Dtype, length: number): FloatArray => {
  // Room for three arrays of state.
  const memory = createArena(8 * (5 * length + 64));
  return dtype.name === "float64" ? memory.float64(length) : memory.float32(length);
};

const places: Record<string, Place> = {
  "arrays of their own": (dtype, w, g) => [dtype.array(w), dtype.array(g)],
  "parts of larger arrays": (dtype, w, g) => [
    guarded(dtype.array(w.length + 2 * GUARD).fill(-7), w, 0),
    guarded(dtype.array(g.length + 2 * GUARD).fill(-7), g, 0),
  ],
  "parts of one array": (dtype, w, g) => {
    const whole = dtype.array(2 * (w.length + 2 * GUARD)).fill(-7);
    return [guarded(whole, w, 0), guarded(whole, g, w.length + 2 * GUARD)];
  },
  "one arena": (dtype, w, g) => {
    const whole = arena(dtype, 2 * (w.length + 2 * GUARD)).fill(-7);
    return [guarded(whole, w, 0), guarded(whole, g, w.length + 2 * GUARD)];
  },
  "two arenas": (dtype, w, g) => [
    guarded(arena(dtype, w.length + 2 * GUARD).fill(-7), w, 0),
    guarded(arena(dtype, g.length + 2 * GUARD).fill(-7), g, 0),
  ],
  "an arena, the gradient outside": (dtype, w, g) => [
    guarded(arena(dtype, w.length + 2 * GUARD).fill(-7), w, 0),
    dtype.array(g),
  ],
  "an array, the gradient in an arena": (dtype, w, g) => [
    dtype.array(w),
    guarded(arena(dtype, g.length + 2 * GUARD).fill(-7), g, 0),
  ],
};

/** The weights after a few steps, with clipping or without. */
function run({ make }: Training, dtype: Dtype, place: Place, n: number, clipped: boolean): FloatArray {
  const next = randomStream(n + 1);
  const [w, g] = place(dtype, randomArray(n, next), randomArray(n, next));
  const before = g.slice();
  const optimizer = make([w], clipped ? { clipNorm: 0.3 * Math.sqrt(n), clipValue: 0.2, maximize: true } : {});
  for (let k = 0; k < STEPS; ++k) optimizer.step([g]);
  assertSameBits(g, before, "gradient");
  for (const array of [w, g]) {
    const start = array.byteOffset - GUARD * array.BYTES_PER_ELEMENT;
    if (start < 0 || array.buffer.byteLength < start + (array.length + 2 * GUARD) * array.BYTES_PER_ELEMENT) continue;
    const whole = new (array.constructor as Float64ArrayConstructor)(
      array.buffer as ArrayBuffer,
      start,
      array.length + 2 * GUARD,
    );
    for (let i = 0; i < GUARD; ++i) {
      expect(whole[i]).toBe(-7);
      expect(whole[whole.length - 1 - i]).toBe(-7);
    }
  }
  return w.slice();
}

describe.each(dtypes)("$name", (dtype) => {
  test.each(trainings)("$name", (training) => {
    for (const n of LENGTHS) {
      for (const clipped of [false, true]) {
        setBackend("js");
        const expected = run(training, dtype, places["arrays of their own"], n, clipped);
        for (const backend of ["wasm", "js"] as const) {
          setBackend(backend);
          for (const [name, place] of Object.entries(places)) {
            assertSameBits(
              run(training, dtype, place, n, clipped),
              expected,
              `${n} weights in ${name} on ${backend}, element`,
            );
          }
        }
      }
    }
  });

  test("a change of backend on the way changes nothing", () => {
    for (const training of trainings) {
      for (const n of [40, 300]) {
        const results = [[] as const, ["js", "wasm"] as const].map((switches) => {
          setBackend("wasm");
          const next = randomStream(5);
          const [w, g] = [dtype.array(randomArray(n, next)), dtype.array(randomArray(n, next))];
          const optimizer = training.make([w]);
          for (let k = 0; k < 6; ++k) {
            if (switches.length > 0) setBackend(switches[k % 2] ?? "wasm");
            optimizer.step([g]);
          }
          return w;
        });
        assertSameBits(results[1], results[0]);
      }
    }
  });
});
