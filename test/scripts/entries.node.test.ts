import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ENTRIES, exportsOf, sideEffectsOf, typesVersionsOf } from "../../scripts/entries.js";

const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));
const { exports, main, module, types, typesVersions, sideEffects, unpkg, jsdelivr, dependencies } =
  read("package.json");

describe.each(ENTRIES)("$name", (entry) => {
  const { name, source } = entry;

  test("package.json exports it, with types first", () => {
    const { workerd, ...conditions } = exports[name === "index" ? "." : `./${name}`].import;
    const found = { ...exports[name === "index" ? "." : `./${name}`], import: conditions };
    expect(workerd).toBe(name === "index" ? "./dist/index.workerd.js" : undefined);
    // As text: the order of conditions says which of them holds.
    expect(JSON.stringify(found)).toBe(JSON.stringify(exportsOf(entry)));
  });

  test("the reference documents it, and its size has a limit", () => {
    expect(read("docs/typedoc.json").entryPoints).toContain(`../${source}`);
    expect(read(".size-limit.json").map(({ path }: { path: string }) => path)).toContain(`dist/${name}.js`);
  });
});

test("package.json exports nothing else but binaries and itself", () => {
  const own = ENTRIES.map(({ name }) => (name === "index" ? "." : `./${name}`));
  const others = Object.keys(exports).filter((path) => !own.includes(path));
  expect(others.filter((path) => !/^\.\/(\w+\.wasm|package\.json)$/.test(path))).toEqual([]);
});

test("compilers and bundlers that know no exports find the same files", () => {
  expect(typesVersions).toEqual(typesVersionsOf(ENTRIES));
  expect([main, module, types]).toEqual(["./dist/index.cjs", "./dist/index.js", "./dist/index.d.cts"]);
});

test("CDNs serve the main entry as it is, and nothing else is installed", () => {
  expect([unpkg, jsdelivr, dependencies]).toEqual([module, module, undefined]);
});

test("bundlers keep what has effects", () => {
  expect(sideEffects).toEqual(sideEffectsOf(ENTRIES));
});
