import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

// What the twins share beside kernels (loop shapes, lanes) differs by nature.
const OTHER = ["index.ts", "vector.ts"];

const files = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".ts") && !OTHER.includes(name))
    .sort();

/** The kernels that a file exports: the functions whose name ends in a dtype, in order. */
function kernels(path: string): string[] {
  return [...readFileSync(path, "utf8").matchAll(/^export function (\w+(?:64|32|16))\b/gm)].map(
    ([, name]) => name as string,
  );
}

test("assembly/ and src/kernels/js/ have the same files", () => {
  expect(files("src/kernels/js")).toEqual(files("assembly"));
});

test.each(files("assembly"))("%s exports the same kernels in the same order from both twins", (name) => {
  const names = kernels(`assembly/${name}`);
  expect(names.length).toBeGreaterThan(0);
  expect(kernels(`src/kernels/js/${name}`)).toEqual(names);
});

test("every file of assembly/ is part of the binary", () => {
  const index = readFileSync("assembly/index.ts", "utf8");
  for (const name of files("assembly")) expect(index).toContain(`export * from "./${name.replace(".ts", "")}";`);
});
