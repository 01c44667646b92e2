import { expect, test } from "vitest";
import { examplesOfDocstrings, examplesOfMarkdown, moduleOf } from "../../scripts/package/documented.js";

const source = `
/**
 * Text.
 *
 * @example
 * const a = lasso(X, y);
 * a.predict(X);
 * @see Someone.
 */
function one() {
  /**
   * @example
   * ridge(X, y);
   */
}
/** Without. */
`;

test("examples of docstrings end with the next tag, or the docstring", () => {
  expect(examplesOfDocstrings("a.ts", source)).toEqual([
    { place: "a.ts:6", code: "const a = lasso(X, y);\na.predict(X);\n" },
    { place: "a.ts:13", code: "ridge(X, y);\n" },
  ]);
});

test("examples of Markdown are its blocks of TypeScript", () => {
  const text = "# Title\n\n```sh\nnpm\n```\n\n```ts\nlasso(X);\n```\n";
  expect(examplesOfMarkdown("a.md", text)).toEqual([{ place: "a.md:8", code: "lasso(X);\n" }]);
});

test("modules import what they use and do not declare", () => {
  const entries = new Map([
    ["regulus", ["lasso", "ridge", "dense", "dot", "decay"]],
    ["regulus/tfjs", ["AdamW"]],
  ]);
  const of = (code: string) => moduleOf({ place: "", code }, entries).split("\n").slice(0, -2);
  expect(of("lasso(dense(X), { ridge: 1 }).dot;\n")).toEqual([
    'import { lasso, dense } from "regulus";',
    "lasso(dense(X), { ridge: 1 }).dot;",
  ]);
  expect(of("const [lasso] = [1];\nf(lasso, { decay }, new AdamW());\n")).toEqual([
    'import { decay } from "regulus";',
    'import { AdamW } from "regulus/tfjs";',
    "const [lasso] = [1];",
    "f(lasso, { decay }, new AdamW());",
  ]);
  expect(of('import { lasso } from "regulus";\nlasso();\n')).not.toContain('import { lasso } from "regulus";\nimport');
});
