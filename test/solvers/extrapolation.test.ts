import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setBackend } from "../../src/index.js";
import { bytesOf } from "../../src/kernels/arena.js";
import { withMemory } from "../../src/kernels/pool.js";
import { Extrapolation } from "../../src/solvers/algebra/extrapolation.js";

describe.each(["wasm", "js"] as const)("%s", (name) => {
  beforeAll(() => setBackend(name));
  afterAll(() => setBackend("auto"));

  const p = 7;
  const setup = () =>
    withMemory(bytesOf(Extrapolation.layout(p)) + 1024, "this test", (arena) => ({
      extrapolation: new Extrapolation(arena, p),
      b: arena.float64(p),
      list: arena.int32(p),
    }));

  /** The fixed point of b ← target + rate·(b − target), coordinate by coordinate. */
  const run = (rates: readonly number[], target: readonly number[]) => {
    const { extrapolation, b, list } = setup();
    const columns = [5, 2, 6, 0, 3].slice(0, rates.length);
    columns.forEach((j, i) => {
      list[i] = j;
    });
    let leaps = 0;
    for (let epoch = 0; epoch < 4; ++epoch) {
      if (epoch > 0)
        columns.forEach((j, i) => {
          b[j] = target[i] + rates[i] * (b[j] - target[i]);
        });
      if (extrapolation.next(columns.length, list, b)) leaps += 1;
    }
    return { leaps, b, columns };
  };

  test("comes near to the fixed point of an affine map in three steps", () => {
    const target = [1, -2];
    const { leaps, b, columns } = run([0.9, 0.5], target);
    expect(leaps).toBe(1);
    columns.forEach((j, i) => {
      expect(b[j]).toBeCloseTo(target[i], 4);
    });
    expect([b[0], b[1], b[3], b[4], b[6]]).toEqual([0, 0, 0, 0, 0]);
  });

  test("does nothing where nothing changes any more", () => {
    const { leaps, b, columns } = run([0], [1]);
    expect(leaps).toBe(0);
    expect(b[columns[0]]).toBe(1);
  });

  test("no coefficient changes its sign, and one that is 0 stays 0", () => {
    const { extrapolation, b, list } = setup();
    list.set([0, 1, 5]);
    let leaps = 0;
    for (let epoch = 0; epoch < 4; ++epoch) {
      // The first falls towards −1, but is still above 0 when the iterates are all there; the last has been set to 0 at the end.
      b[0] = -1 + 3 * 0.9 ** epoch;
      b[1] = 2 - 0.5 ** epoch;
      b[5] = epoch < 3 ? 1e-9 : 0;
      if (extrapolation.next(3, list, b)) leaps += 1;
    }
    expect(leaps).toBe(1);
    expect(extrapolation.last[0]).toBeGreaterThan(0);
    expect(b[0]).toBe(0);
    expect(b[5]).toBe(0);
  });

  test("starts anew after a restart", () => {
    const { extrapolation, b, list } = setup();
    for (let epoch = 0; epoch < 3; ++epoch) expect(extrapolation.next(1, list, b)).toBe(false);
    extrapolation.restart();
    for (let epoch = 0; epoch < 3; ++epoch) expect(extrapolation.next(1, list, b)).toBe(false);
  });
});
