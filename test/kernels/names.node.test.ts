import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const ROOMS = ["vectors", "matrices", "fits", "text"];

/** No kernels, but e^x and ln x of all lanes: their twins are arithmetic of one number, src/arithmetic/transcendental.ts. */
const LANES = "transcendental.ts";

const files = (folder: string): string[] => readdirSync(folder).sort();

/** The names of a file's exported functions, in order. */
const exported = (path: string): string[] =>
  [...readFileSync(path, "utf8").matchAll(/^export function (\w+)/gm)].map(([, name]) => name as string);

test("assembly/ and src/kernels/js/ have the same rooms", () => {
  expect(files("assembly").filter((name) => !name.endsWith(".json"))).toEqual([...ROOMS].sort());
  expect(files("src/kernels/js")).toEqual([...ROOMS].sort());
});

describe.each(ROOMS)("%s", (room) => {
  test("has the same files on both sides", () => {
    expect(files(`src/kernels/js/${room}`)).toEqual(files(`assembly/${room}`).filter((name) => name !== LANES));
  });

  // What the twins share beside kernels (loop shapes, lanes) differs by nature.
  const twins = files(`assembly/${room}`).filter((name) => name !== "vector.ts" && name !== LANES);
  test.each(twins)("%s exports the same kernels in the same order from both twins", (name) => {
    const here = exported(`assembly/${room}/${name}`);
    const there = exported(`src/kernels/js/${room}/${name}`);
    const shared = here.filter((kernel) => there.includes(kernel));
    expect(shared.length).toBeGreaterThan(0);
    expect(there.filter((kernel) => here.includes(kernel))).toEqual(shared);
  });
});
