/** Fits through a pool, and how far the resident memory of the process, its workers' included, rises: node --expose-gc memoryProcess.mjs CALLS MEBIBYTES. */
import { setTimeout as pause } from "node:timers/promises";
import { dense, encodingOf } from "../../dist/index.node.js";
import { createExecutor } from "../../dist/workers.node.js";

const [calls, size] = process.argv.slice(2).map(Number);
const MEBIBYTE = 1048576;

/** What is left once garbage is collected and ended workers are gone, in MiB. */
async function resident() {
  for (let k = 0; k < 5; ++k) {
    globalThis.gc();
    await pause(100);
  }
  return process.memoryUsage.rss() / MEBIBYTE;
}

const executor = createExecutor({ workers: 2 });
const data = Float64Array.from({ length: 50 * 8 }, (_, i) => Math.sin(i * i));
const small = { X: dense(data, 50, 8), y: data.subarray(0, 50), batch: 1, lambda: 0.1 };
const many = async (count) => {
  // Two at a time: one for each worker.
  for (let k = 0; k < count; k += 2) await Promise.all([executor.fitMany(small), executor.fitMany(small)]);
};
await many(calls / 5);
/** The least that memory rises by in three rounds: what is lost is lost in each, garbage of workers that is not collected yet is not. */
let after = await resident();
let rise = Number.POSITIVE_INFINITY;
for (let round = 0; round < 3; ++round) {
  const before = after;
  await many(calls);
  after = await resident();
  rise = Math.min(rise, after - before);
}

/** Chunks of a mebibyte each. */
async function* chunks(count) {
  const rows = MEBIBYTE / 16;
  for (let k = 0; k < count; ++k) {
    const x = Float64Array.from({ length: rows }, (_, i) => Math.sin(i + k));
    yield { names: ["x", "y"], columns: { x, y: new Float64Array(rows).fill(k % 7) }, rows };
  }
}
const encoding = await encodingOf(chunks(1), { target: "y" });
const peak = () => process.resourceUsage().maxRSS / 1024;
await executor.gramOf(chunks(32), { encoding, target: "y" });
const early = peak();
const sums = await executor.gramOf(chunks(size), { encoding, target: "y" });
const streamed = peak() - early;

/** Models in so many bytes of ordinary memory, and how far the peak rises over what is there before. By workers of its own, as idle ones collect no garbage: they keep the pieces that they had last. */
async function batch() {
  const executor = createExecutor({ workers: 2 });
  const [rows, columns] = [100, 16];
  const models = Math.floor((size * MEBIBYTE) / 8 / rows / columns);
  const X = new Float64Array(models * rows * columns);
  for (let i = 0; i < X.length; ++i) X[i] = ((i * 7919) % 1013) / 1013;
  const options = { X: dense(X, models * rows, columns), y: X.slice(0, models * rows), batch: models, lambda: 0.01 };
  const before = Math.max(peak(), process.memoryUsage.rss() / MEBIBYTE);
  const { converged } = await executor.fitMany(options);
  const copied = peak() - before;
  await executor.close();
  return { fitted: converged.every(Boolean), copied };
}
const { fitted, copied } = await batch();

/** A path of a matrix of so many bytes. */
async function large() {
  const rows = 4096;
  const columns = (size * MEBIBYTE) / 8 / rows;
  const X = new Float64Array(rows * columns);
  for (let i = 0; i < X.length; ++i) X[i] = ((i * 7919) % 1013) / 1013;
  const path = await executor.regularizationPath(dense(X, rows, columns), X.slice(0, rows), { lambdas: [0.1, 0.08] });
  return { lambdas: path.lambdas.length, held: process.memoryUsage.rss() / MEBIBYTE };
}
const { lambdas, held } = await large();
const left = await resident();
console.log(JSON.stringify({ rise, after, rows: sums.rows, streamed, fitted, copied, lambdas, held, left }));
await executor.close();
