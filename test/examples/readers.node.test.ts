import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as regulus from "regulus";
import * as readers from "regulus/readers";
import { expect, test } from "vitest";
import { makeCsv } from "../../examples/messyCsv.js";

const [, block] = /```ts\n([^`]*"regulus\/readers";[^`]*)```/.exec(
  readFileSync("docs/guide/streams.md", "utf8"),
) as RegExpExecArray;

test("the guide's lines on files train a model that predicts, from chunks that are never all in memory", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "regulus-")), "people.csv");
  writeFileSync(path, makeCsv(20_000, ["id", "age", "region", "bmi", "smoker", "children", "charges"], 1));
  const code = block
    .replace(/^import .*$/gm, "")
    .replace(/ as Float64Array/g, "")
    .replaceAll('"people.csv"', JSON.stringify(path));
  const names = { ...regulus, ...readers };
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  const made = new AsyncFunction(...Object.keys(names), `${code}\nreturn { encoding, online };`);
  const { encoding, online } = (await made(...Object.values(names))) as {
    encoding: regulus.Encoding;
    online: regulus.OnlineRegressor;
  };
  expect(encoding.names).toEqual([
    "age",
    ...["east", "north", "south", "west", "(missing)"].map((level) => `region=${level}`),
    "bmi",
    ...["current", "former", "never", "(missing)"].map((level) => `smoker=${level}`),
    "children",
  ]);
  let squares = 0;
  let total = 0;
  for await (const chunk of readers.readCsv(path)) {
    const y = chunk.columns.charges as Float64Array;
    const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
    online.predict(encoding.apply(chunk)).forEach((value, i) => {
      squares += (value - y[i]) ** 2;
      total += (y[i] - mean) ** 2;
    });
  }
  expect(1 - squares / total).toBeGreaterThan(0.9);
});
