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
  const of = (code: string) => moduleOf({ place: "", code }, entries).trimEnd().split("\n");
  expect(of("lasso(dense(X), { ridge: 1 }).dot;\n")).toEqual([
    'import { lasso, dense } from "regulus";',
    "export async function example() {",
    "lasso(dense(X), { ridge: 1 }).dot;",
    "}",
  ]);
  expect(of('import { ridge } from "other";\nconst [lasso] = [1];\nawait f(lasso, { decay }, new AdamW());\n')).toEqual(
    [
      'import { decay } from "regulus";',
      'import { AdamW } from "regulus/tfjs";',
      'import { ridge } from "other";',
      "export async function example() {",
      "const [lasso] = [1];",
      "await f(lasso, { decay }, new AdamW());",
      "}",
    ],
  );
  const own = 'import { lasso } from "regulus";';
  expect(of(`${own}\nlasso();\n`).filter((line) => line.includes("import"))).toEqual([own]);
});
