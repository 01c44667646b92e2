import { inspect } from "node:util";
import { expect, test } from "vitest";
import { designMatrix, encodingFromJSON } from "../../src/index.js";

const table = {
  age: [20, 31, 42, 53],
  region: ["north", "south", "north", "west"],
  bmi: [20.5, null, 22.5, 23],
  charges: [1, 2, 3, 4],
};

test("designs and encodings print in short", () => {
  const design = designMatrix(table, { target: "charges", missing: "mean", polynomial: { age: 2 } });
  const encoding = `\
3 columns of a table, 6 of X

  column
  ───────────────────────────
  age      mean 36.5
  region   north, south, west
  bmi      mean 22`;
  expect(String(design.encoding)).toBe(encoding);
  expect(inspect(encodingFromJSON(JSON.parse(JSON.stringify(design.encoding))))).toBe(encoding);
  expect(inspect(design)).toBe(`X of 4 × 6\n\n${encoding}\n\n${design.notes.join("\n")}`);
  expect(Object.keys(design)).toEqual(["X", "y", "names", "encoding", "notes", "rows"]);
});

test("wide ones are cut", () => {
  const wide = Object.fromEntries(Array.from({ length: 3000 }, (_, j) => [`column ${j}`, [j, 1]]));
  const levels = Array.from({ length: 3000 }, (_, i) => `level ${i}`);
  const { encoding } = designMatrix(wide);
  expect(String(encoding).split("\n")).toHaveLength(25);
  expect(String(encoding)).toMatch(/… and 2,980 more$/);
  expect(String(designMatrix({ levels }).encoding)).toMatch(/level 0, level 1, .* and 2,99\d more$/);
});
