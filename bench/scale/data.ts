import { closeSync, mkdtempSync, openSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dense } from "regulus";
import { makeBatch } from "../batch/data.js";
import { randomSigned } from "../random.js";
import { COLUMNS, COUNT, ROWS, SHAPE } from "./gates.js";

const [N, P] = SHAPE;

export type Csv = ReturnType<typeof writeCsv>;
export type Problems = ReturnType<typeof makeProblems>;

/** Numbers of four decimals: lines that are written once and repeated. */
export function writeCsv() {
  const folder = mkdtempSync(join(tmpdir(), "regulus-bench-"));
  const path = join(folder, "rows.csv");
  const random = randomSigned(7);
  const names = Array.from({ length: COLUMNS + 1 }, (_, j) => (j === COLUMNS ? "y" : `x${j}`));
  const few = 4000;
  const lines = Array.from({ length: few }, () => `${names.map(() => (10 * random()).toFixed(4)).join(",")}\n`).join(
    "",
  );
  const file = openSync(path, "w");
  writeSync(file, `${names.join(",")}\n`);
  for (let rows = 0; rows < ROWS; rows += few) writeSync(file, lines);
  closeSync(file);
  const data = Float64Array.from({ length: ROWS * COLUMNS }, random);
  return { folder, path, X: dense(data, ROWS, COLUMNS), y: Float64Array.from({ length: ROWS }, random) };
}

/** The models, in shared memory. */
export function makeProblems() {
  const few = 2000;
  const batch = makeBatch(few, N, P, 905);
  const X = new Float64Array(new SharedArrayBuffer(8 * COUNT * N * P));
  const y = new Float64Array(new SharedArrayBuffer(8 * COUNT * N));
  for (let at = 0; at < COUNT; at += few) {
    X.set(batch.X, at * N * P);
    y.set(batch.y, at * N);
  }
  return { X, y, options: { X: dense(X, COUNT * N, P), y, batch: COUNT, lambda: 0.1 } };
}
