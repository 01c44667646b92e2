import { expect, test } from "vitest";
import { coarse } from "../../scripts/coarse.js";
import { tighten } from "../../scripts/tighten.js";

test.each([
  ["spaces and line ends", "const a = 1;\nif (a) {\n\tb(a, [1, 2]);\n}\n", "const a=1;if(a){b(a,[1,2]);}"],
  [
    "words, signs and numbers that would be others together",
    "a + +b - --c; x = 1 .y; return_ in d",
    "a+ +b- --c;x=1 .y;return_ in d",
  ],
  ["line ends behind which a statement may end", "const f = () => 1\nf()", "const f=()=>1\nf()"],
  [
    "strings, templates and expressions",
    `a = \` // \${ b + \`  \${ c }\` }  \` + /  [/*] /.source + "  "`,
    `a=\` // \${b+\`  \${c}\`}  \`+/  [/*] /.source+"  "`,
  ],
  [
    "private names",
    "class A { #b = 1; static c(d) { return #b in d; } get e() { return this.#b; } }",
    "class A{#b=1;static c(d){return#b in d;}get e(){return this.#b;}}",
  ],
  [
    "what bundlers read",
    "const a = /* @__PURE__ */ new B(); // said\nimport(/* @vite-ignore */ c);",
    "const a=/*@__PURE__*/new B();import(/* @vite-ignore */c);",
  ],
  [
    "long lines, so that hosts print little of them with an error",
    `${"a(b);\n".repeat(70)}c();`,
    `${"a(b);".repeat(61)}\n${"a(b);".repeat(9)}c();`,
  ],
  ["what a shell reads", "#!/usr/bin/env node\nrun( );", "#!/usr/bin/env node\nrun();"],
])("%s", (_, code, tight) => {
  expect(tighten(code).code).toBe(`${tight}\n`);
});

test("places move along", () => {
  const code = "const a = 1;\n  const   b = a +\n    c;\n";
  const { code: tight, placeOf } = tighten(code);
  const moved = (word: string, from = 0): void => {
    const place = code.indexOf(word, from);
    const before = code.slice(0, place).split("\n");
    const [line, column] = placeOf(before.length - 1, (before.at(-1) as string).length);
    expect(tight.split("\n")[line].slice(column)).toMatch(new RegExp(`^${word}`));
  };
  for (const word of ["const", "a", "1", "b", "c;"]) moved(word, word === "c;" ? 30 : 0);
});

test("a map keeps the first place of each line of a source, where it has moved to", () => {
  // Lines 0 and 1 of the bundle are lines 4 and 5 of the source; the second has two places.
  const map = JSON.stringify({ version: 3, file: "a.js", sources: ["a.ts"], mappings: "AAIA;CACA,IAAI" });
  expect(JSON.parse(coarse(map)).mappings).toBe("AAIA;CACA");
  const { placeOf } = tighten("a();\n b(c);\n");
  expect(JSON.parse(coarse(map, placeOf)).mappings).toBe("AAIA,IACA");
});

test("a map names the folder that all sources lie in once, as a URL, at which no server looks for them", () => {
  const sourcesOf = (...sources: string[]) => {
    const map = JSON.parse(coarse(JSON.stringify({ version: 3, file: "a.js", sources, mappings: "" })));
    return [map.sourceRoot, ...map.sources];
  };
  expect(sourcesOf("../src/a.ts", "../src/b/c.ts")).toEqual(["regulus://src/", "a.ts", "b/c.ts"]);
  expect(sourcesOf("../src/a.ts", "../demo/b.ts")).toEqual([undefined, "../src/a.ts", "../demo/b.ts"]);
});
