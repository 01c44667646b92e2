/** One task on one file, in a process of its own: child.ts <task> <file> <rounds> <wall | cpu>. Prints an `Outcome`. */
import { createReadStream, readFileSync, statSync } from "node:fs";
import { parse } from "csv-parse";
import { readCsv } from "regulus/readers";
import { createExecutor } from "regulus/workers";
import { text, textTwins } from "../../src/kernels/generated/text.js";
import { compile, instantiate } from "../../src/kernels/wasm.js";
import { type Clock, timed } from "../clock.js";
import { COLUMNS, type Outcome, type Task } from "./gates.js";

const [task, path, rounds, clock] = process.argv.slice(2) as [Task, string, string, Clock];

/** Bytes that the kernel is given at a time: they stay in cache, as in the reader. */
const WINDOW = 262_144;

/** A pass over what the file has below its header, as the reader's, without the reader. */
function kernelPass(): () => number {
  const bytes = readFileSync(path);
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 64 });
  const isTwin = task === "twin";
  const kernels = isTwin ? textTwins() : instantiate(text, compile(text), memory);
  const buffer = isTwin ? new ArrayBuffer(64 * 65_536) : memory.buffer;
  const powers = new Float64Array(buffer, 64, 23);
  const places = new Int32Array(buffer, 512, COLUMNS);
  for (let k = 0; k < powers.length; ++k) powers[k] = Number(`1e${k}`);
  for (let j = 0; j < COLUMNS; ++j) places[j] = j;
  const state = new Int32Array(buffer, 1024, 3);
  const window = new Uint8Array(buffer, 4096, WINDOW + 8);
  const rows = 1048;
  const out = new Float64Array(buffer, 4096 + WINDOW + 64, COLUMNS * rows);
  return () => {
    let seconds = 0;
    for (let from = bytes.indexOf(10) + 1; from < bytes.length; ) {
      const to = bytes.lastIndexOf(10, from + WINDOW - 1) + 1;
      window.set(bytes.subarray(from, to));
      seconds += timed(clock, () => {
        for (let at = 0; at < to - from; ) {
          state.fill(0);
          at = kernels.readDecimals(
            window,
            0,
            at,
            to - from,
            44,
            COLUMNS,
            rows,
            powers,
            0,
            places,
            0,
            out,
            0,
            rows,
            state,
            0,
          );
          if (at < to - from && state[0] < rows)
            throw new Error(
              `no plain decimal at ${at} of ${to - from}, ${state}: ${new TextDecoder().decode(window.slice(Math.max(0, at - 30), at + 30))}`,
            );
        }
      }).seconds;
      from = to;
    }
    return seconds;
  };
}

const executor = task === "two workers" ? createExecutor({ workers: 2 }) : undefined;

async function once(): Promise<number> {
  const start = clock === "cpu" ? process.cpuUsage() : performance.now();
  let rows = 0;
  if (task === "readCsv" || executor) for await (const chunk of readCsv(path, { executor })) rows += chunk.rows;
  else for await (const _ of createReadStream(path).pipe(parse({ columns: true, cast: true }))) rows += 1;
  if (rows === 0) throw new Error("nothing was read");
  if (typeof start === "number") return (performance.now() - start) / 1e3;
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

const pass = task === "kernel" || task === "twin" ? kernelPass() : once;
let best = Number.POSITIVE_INFINITY;
for (let round = 0; round < Number(rounds); ++round) best = Math.min(best, await pass());
await executor?.close();
const outcome: Outcome = {
  speed: statSync(path).size / 1e6 / best,
  peak: (process.resourceUsage().maxRSS * 1024) / 1e6,
};
console.log(JSON.stringify(outcome));
