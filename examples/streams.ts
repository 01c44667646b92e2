/**
 * From files of more rows than memory has to hold to a cross-validated model: rows are read a chunk at a time, from CSV or from Parquet, and
 * what is kept of them is sums, folds apart, taken on all cores. Run it with `npm run streams`, or with files of your own and the column to
 * predict: `npm run streams -- sales.parquet price`.
 */

import { closeSync, mkdtempSync, openSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CrossValidation, type Executor, encodingOf } from "regulus";
import { type Chunk, readCsv, readParquet } from "regulus/readers";
import { createExecutor, type PoolOptions } from "regulus/workers";
import { isMain } from "./isMain.js";
import { randomNumbers } from "./random.js";

/** The rows of a file, from the start; those of CSV are read by the workers of an executor. */
export const read = (path: string, executor?: Executor): AsyncIterable<Chunk> =>
  path.endsWith(".parquet") ? readParquet(path) : readCsv(path, { executor });

/** Two passes: one that learns the levels of categories and the means that fill gaps, one that sums. */
export async function train(
  path: string,
  target: string,
  onRows: (rows: number) => void,
  pool: PoolOptions = {},
): Promise<CrossValidation> {
  const executor = createExecutor(pool);
  try {
    const encoding = await encodingOf(read(path, executor), { target, missing: "mean" });
    const sums = await executor.gramOf(
      read(path, executor),
      { encoding, target, folds: 10, seed: 1 },
      { onProgress: ({ done }) => onRows(done) },
    );
    return sums.crossValidate();
  } finally {
    await executor.close();
  }
}

const TOWNS = ["Bergen", "Bern", "Bilbao", "Bremen", "Brno"];

/** Houses with gaps: a file of so many rows. */
export function writeCsv(path: string, rows: number, seed: number): void {
  const random = randomNumbers(seed);
  const file = openSync(path, "w");
  writeSync(file, "area,rooms,age,town,distance,price\n");
  for (let from = 0; from < rows; from += 10_000) {
    const lines = Array.from({ length: Math.min(10_000, rows - from) }, () => {
      const [area, age, distance] = [40 + 160 * random(), 100 * random(), 20 * random()];
      const [rooms, town] = [1 + Math.floor(area / 30 + random()), Math.floor(TOWNS.length * random())];
      const price = 2500 * area - 300 * age - 4000 * distance + 20_000 * town + 50_000 * random();
      const gap = random() < 0.02;
      const cells = [area.toFixed(1), rooms, gap ? "" : age.toFixed(0), TOWNS[town], distance.toFixed(2)];
      return `${cells.join(",")},${price.toFixed(0)}\n`;
    });
    writeSync(file, lines.join(""));
  }
  closeSync(file);
}

/** The same rows as Parquet, by DuckDB: `npm install @duckdb/node-api`. */
export async function toParquet(csv: string, parquet: string): Promise<void> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (SELECT * FROM read_csv('${csv}')) TO '${parquet}'`);
  connection.closeSync();
  instance.closeSync();
}

if (isMain(import.meta.url)) {
  const [given, target = "price"] = process.argv.slice(2);
  const files = given === undefined ? [] : [given];
  if (given === undefined) {
    const csv = join(mkdtempSync(join(tmpdir(), "regulus-")), "houses.csv");
    console.log(`writing 1,000,000 rows to ${csv}, and to Parquet …`);
    writeCsv(csv, 1_000_000, 1);
    files.push(csv);
    const parquet = csv.replace(/csv$/, "parquet");
    await toParquet(csv, parquet).then(
      () => files.push(parquet),
      ({ code, message }) => console.log(code === "ERR_MODULE_NOT_FOUND" ? "Parquet needs @duckdb/node-api" : message),
    );
  }
  for (const path of files) {
    const start = performance.now();
    const cv = await train(path, target, (rows) => process.stdout.write(`\r${rows} rows of ${path}`));
    console.log(`, ${((performance.now() - start) / 1e3).toFixed(1)} s\n${cv}\n${cv.model("1se")}\n`);
  }
}
