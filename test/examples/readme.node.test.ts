import { readFileSync } from "node:fs";
import * as regulus from "regulus";
import { expect, test } from "vitest";

const [, block] = /```ts\n([\s\S]*?)```/.exec(readFileSync("README.md", "utf8")) as RegExpExecArray;

test("the first lines of the README go from a table to a saved model that predicts, in ten at the most", () => {
  const [imports, ...lines] = block.split("\n").filter((line) => line.trim() !== "");
  expect(imports).toMatch(/^import \{ (.*) \} from "regulus";$/);
  const names = /\{ (.*) \}/.exec(imports)?.[1] ?? "";
  const ofTable = lines.findIndex((line) => line.startsWith("];")) + 1;
  expect(lines.length - ofTable).toBeLessThanOrEqual(10);
  const printed: unknown[] = [];
  const log = (value: unknown): number => printed.push(String(value));
  const run = new Function(
    "regulus",
    "console",
    `const { ${names} } = regulus;\n${lines.join("\n")}\nreturn { cv, model };`,
  );
  const { cv, model } = run(regulus, { log });
  expect(printed).toHaveLength(1);
  const rows = [{ region: "south", age: 50, smoker: "no" }];
  expect(model.names).toEqual(["age", "region=north", "region=south", "smoker=no", "smoker=yes"]);
  expect(model.predict(rows)).toEqual(cv.model("1se").predict([{ smoker: "no", age: 50, region: "south" }]));
});
