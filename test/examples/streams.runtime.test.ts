import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { read, toParquet, train, writeCsv } from "../../examples/streams.js";
import { assertSame } from "../executors/calls.js";
import { plainWorker } from "../executors/nodeWorkers.js";

const folder = mkdtempSync(join(tmpdir(), "regulus-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("CSV and the Parquet file of the same rows become the same model, which predicts either", async () => {
  const [csv, parquet] = [join(folder, "houses.csv"), join(folder, "houses.parquet")];
  writeCsv(csv, 30_000, 1);
  await toParquet(csv, parquet);
  const seen: number[] = [];
  const pool = { workers: 2, worker: plainWorker };
  const cv = await train(csv, "price", (rows) => seen.push(rows), pool);
  expect(seen.at(-1)).toBe(30_000);
  assertSame(await train(parquet, "price", () => {}, pool), cv);
  const model = cv.model("1se");
  const coefficients = Object.fromEntries(model.table().map(({ name, coefficient }) => [name, coefficient]));
  // What the rows were made with, shrunk
  expect(coefficients.area).toBeGreaterThan(2400);
  expect(coefficients["town=Brno"] - coefficients["town=Bergen"]).toBeGreaterThan(75_000);
  expect(Math.abs(coefficients.rooms)).toBeLessThan(500);
  for await (const chunk of read(parquet)) {
    const { price } = chunk.columns;
    const bad = model.predict(chunk.columns as never).filter((value, i) => Math.abs(value - Number(price[i])) > 60_000);
    expect(bad.length).toBe(0);
  }
});
