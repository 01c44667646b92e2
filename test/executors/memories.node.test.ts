/** In Node alone: pages have no SharedArrayBuffer unless their server asks for isolation. */

import { describe, expect, test } from "vitest";
import { Memories } from "../../src/executors/Memories.js";

const MEBIBYTE = 1048576;

describe("memories of calls that have ended", () => {
  test("are taken again, the smallest that will do, each by one call", () => {
    const memories = new Memories();
    const [small, large] = [memories.take(1000), memories.take(3000)];
    expect([small.byteLength, large.byteLength]).toEqual([1000, 3000]);
    expect(large).not.toBe(small);
    memories.give([large, small]);
    expect(memories.take(900)).toBe(small);
    expect(memories.take(900)).toBe(large);
    expect([large, small]).not.toContain(memories.take(900));
    memories.drop();
  });

  test("are left alone by what is larger, or smaller by far", () => {
    const memories = new Memories();
    const memory = memories.take(4000);
    memories.give([memory]);
    expect(memories.take(4001)).not.toBe(memory);
    expect(memories.take(999)).not.toBe(memory);
    expect(memories.take(1000)).toBe(memory);
    memories.drop();
  });

  test("are let go once there is too much of them, the oldest first, and all where nothing is to be kept", () => {
    const memories = new Memories();
    const given = [100, 100, 100].map((size) => memories.take(size * MEBIBYTE));
    for (const memory of given) memories.give([memory]);
    expect(memories.take(100 * MEBIBYTE)).toBe(given[1]);
    expect(memories.take(100 * MEBIBYTE)).toBe(given[2]);
    expect(given).not.toContain(memories.take(100 * MEBIBYTE));
    memories.give(given);
    memories.drop();
    expect(given).not.toContain(memories.take(100 * MEBIBYTE));
  });
});
