import { expect, test } from "vitest";
import { choose, filesOf } from "./choose.js";
import { mutants } from "./mutants.js";

const names = (seed: number, ...changed: string[]) => choose(mutants, changed, seed).map(({ name }) => name);

test("all mutants of what changed are tried, in both twins and whatever folder", () => {
  const dense = mutants.filter(({ file }) => /(^|\/)dense\.ts$/.test(file)).map(({ name }) => name);
  for (const file of [
    "assembly/dense.ts",
    "src/kernels/js/matrices/dense.ts",
    "test/kernels/dense.definitions.test.ts",
  ]) {
    expect(names(1, file).slice(0, dense.length).sort()).toEqual([...dense].sort());
  }
});

test("and 20 of the others, each once, the same for a seed", () => {
  expect(new Set(names(1)).size).toBe(20);
  expect(names(1)).toEqual(names(1));
  expect(names(2)).not.toEqual(names(1));
});

test("in the long run, every mutant is", () => {
  const tried = new Set(Array.from({ length: 200 }, (_, seed) => names(seed)).flat());
  expect(tried.size).toBe(new Set(mutants.map(({ name }) => name)).size);
});

test("what was moved and nothing else has not changed", () => {
  const lines =
    "M\tassembly/fits/a.ts\nR100\tassembly/b.ts\tassembly/fits/b.ts\nR093\tassembly/c.ts\tassembly/fits/c.ts\nA\td.ts\n";
  expect(filesOf(lines)).toEqual(["assembly/fits/a.ts", "assembly/fits/c.ts", "d.ts"]);
  expect(filesOf("")).toEqual([]);
});
