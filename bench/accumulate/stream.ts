/** Rows that are made, summed and forgotten, in a process of its own: stream.ts <rows>. Prints an `Outcome`. */
import { dense, foldOf, GramAccumulator } from "regulus";
import { randomSigned } from "../random.js";
import { CHUNK, COLUMNS } from "./gates.js";

export interface Outcome {
  rows: number;
  /** Of making the rows, and of adding them. */
  making: number;
  adding: number;
  /** The peak of memory after the first chunks and at the end, in bytes. */
  early: number;
  peak: number;
  /** What is fitted, to show that it is there: coefficient 0, which is 1 but for the penalty, and how long that took. */
  coefficient: number;
  fitting: number;
}

/** Chunks after which engines have what they need. */
const EARLY = 8;
const KIBIBYTE = 1024;
const rows = Number(process.argv[2]);
const random = randomSigned(5);
const data = new Float64Array(CHUNK * COLUMNS);
const y = new Float64Array(CHUNK);
const fold = new Uint8Array(CHUNK);
const peak = (): number => process.resourceUsage().maxRSS * KIBIBYTE;
const sums = new GramAccumulator(COLUMNS);
let [making, adding, early] = [0, 0, 0];
for (let from = 0, k = 0; from < rows; from += CHUNK, ++k) {
  const count = Math.min(CHUNK, rows - from);
  const start = performance.now();
  for (let at = 0; at < count * COLUMNS; ++at) data[at] = random();
  for (let i = 0; i < count; ++i) {
    y[i] = data[i * COLUMNS] - data[i * COLUMNS + 1] + random();
    fold[i] = foldOf(from + i, 5, 1);
  }
  const made = performance.now();
  sums.add(dense(data.subarray(0, count * COLUMNS), count, COLUMNS), y.subarray(0, count), {
    fold: fold.subarray(0, count),
  });
  adding += performance.now() - made;
  making += made - start;
  if (k === EARLY) early = peak();
}
const start = performance.now();
const model = sums.crossValidate().model("1se");
const fitting = performance.now() - start;
const [coefficient] = model.coefficients;
const outcome: Outcome = { rows, making, adding, early, peak: peak(), coefficient, fitting };
console.log(JSON.stringify(outcome));
