import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { digits, ratio, table, tally } from "../harness.js";
import type { Options, Suite } from "../options.js";
import { randomSigned } from "../random.js";
import { COLUMNS, LEAST, MEMORY, type Outcome, TASKS, type Task, TEXTS, type Text, TIMES_AS_FAST } from "./gates.js";

const ROUNDS = 5;
/** Megabytes of the files that are timed, and of the one that is read in little memory. */
const SIZE = 128;
const SMALL = 16;
const LARGE = 1000;

export const suite: Suite = {
  title:
    "CSV of numbers: the kernel, its twin, readCsv by one thread and by two workers, and csv-parse in MB/s, and the peak of memory on a large file",
  names: TEXTS,
  flags: ["rounds", "cpu", "peers"],
  run,
};

async function run(options: Options): Promise<Record<string, unknown>> {
  const texts = TEXTS.filter((text) => options.names.length === 0 || options.names.includes(text));
  const folder = mkdtempSync(join(tmpdir(), "regulus-bench-"));
  console.log(`node ${process.version}: ${COLUMNS} columns, files of ${SIZE} MB (csv-parse: ${SMALL}) and ${LARGE} MB`);
  try {
    const results = texts.flatMap((text) => {
      const files = { [SIZE]: write(folder, text, SIZE), [SMALL]: write(folder, text, SMALL) };
      const tasks = TASKS.filter((task) => options.peers || task !== "csv-parse");
      const speeds = new Map<Task, number>();
      for (const task of tasks) {
        const isSlow = task === "csv-parse";
        const rounds = isSlow ? 1 : (options.rounds ?? ROUNDS);
        speeds.set(task, measure(task, files[isSlow ? SMALL : SIZE], rounds, options).speed);
      }
      const large = write(folder, text, LARGE);
      const { peak, speed } = measureOnce(large);
      rmSync(large);
      const reader = speeds.get("readCsv") as number;
      const peer = speeds.get("csv-parse");
      const gates = tasks.map((task) => {
        const least = LEAST[task];
        return {
          text,
          what: task,
          value: speeds.get(task),
          gate: least === undefined ? undefined : `>= ${least} MB/s`,
          met: least === undefined || (speeds.get(task) as number) >= least,
        };
      });
      return [
        ...gates,
        { text, what: `readCsv, ${LARGE} MB, once, processor time`, value: speed, gate: undefined, met: true },
        {
          text,
          what: "times as fast as csv-parse",
          value: peer && reader / peer,
          gate: `>= ${TIMES_AS_FAST}`,
          met: peer === undefined || reader / peer >= TIMES_AS_FAST,
        },
        { text, what: `peak of the process, ${LARGE} MB`, value: peak, gate: `<= ${MEMORY} MB`, met: peak <= MEMORY },
      ];
    });
    const rows = results.map(({ text, what, value, gate, met }) => [
      `${text}: ${what}`,
      what.startsWith("times") ? ratio(value) : digits(value),
      gate,
      met ? "ok" : "below",
    ]);
    console.log(table(["", options.clock === "cpu" ? "MB/s (processor)" : "MB/s", "gate", ""], rows));
    console.log(`\n${tally(results.map(({ met }) => ({ verdict: met ? "ok" : "below" })))}`);
    return { clock: options.clock, columns: COLUMNS, results };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A file of numbers of about so many megabytes: lines that are written once and repeated. */
function write(folder: string, text: Text, megabytes: number): string {
  const random = randomSigned(7);
  const number: Record<Text, () => string> = {
    "4 decimals": () => (10 * random()).toFixed(4),
    // Of ordinary size: no exponents
    "17 digits": () => {
      const value = random() + random() / 3;
      return String(value + Math.sign(value));
    },
  };
  const list = <T>(count: number, make: (k: number) => T): T[] => Array.from({ length: count }, (_, k) => make(k));
  const lines = Buffer.from(list(4000, () => `${list(COLUMNS, number[text]).join(",")}\n`).join(""));
  const path = join(folder, `${megabytes}.csv`);
  const file = openSync(path, "w");
  writeSync(file, `${list(COLUMNS, (j) => `x${j}`).join(",")}\n`);
  for (let bytes = 0; bytes < megabytes * 1e6; bytes += lines.length) writeSync(file, lines);
  closeSync(file);
  return path;
}

function measure(task: Task, path: string, rounds: number, { clock }: Options): Outcome {
  const script = fileURLToPath(new URL("./child.ts", import.meta.url));
  const words = ["--import", import.meta.resolve("tsx"), script, task, path, `${rounds}`, clock];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: "utf8" }));
}

/** One pass by the package as it is built, in a process that has nothing else in memory. */
function measureOnce(path: string): Outcome {
  const code = `
    const { readCsv } = await import(${JSON.stringify(new URL("../../dist/readers.js", import.meta.url).href)});
    const start = process.cpuUsage();
    for await (const chunk of readCsv(${JSON.stringify(path)})) if (chunk.rows === 0) throw new Error("no rows");
    const { user, system } = process.cpuUsage(start);
    const { size } = (await import("node:fs")).statSync(${JSON.stringify(path)});
    console.log(JSON.stringify({ speed: size / (user + system), peak: (process.resourceUsage().maxRSS * 1024) / 1e6 }));`;
  const words = ["--input-type=module", "--eval", code];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: "utf8" }));
}
