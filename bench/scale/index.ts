import { rmSync } from "node:fs";
import { setBackend } from "regulus";
import type { Options, Suite } from "../options.js";
import { makeProblems, writeCsv } from "./data.js";
import { COLUMNS, COUNT, ROUNDS, ROWS, SHAPE, WORKERS } from "./gates.js";
import { measureQueues } from "./queues.js";
import { report } from "./report.js";
import { measureStages, measureWorkers } from "./threads.js";

export const suite: Suite = {
  title: `models and rows a second at once, by one worker and two, and by one worker process and two on a queue; where the time goes; and what ${WORKERS.slice(-3).join(", ")} workers would do`,
  names: ["stages", "workers", "queue"],
  flags: ["rounds"],
  run,
};

async function run({ names, rounds = ROUNDS }: Options): Promise<Record<string, unknown>> {
  setBackend("wasm");
  const isAsked = (name: string): boolean => names.length === 0 || names.includes(name);
  const csv = writeCsv();
  const problems = makeProblems();
  try {
    const stages = isAsked("stages") ? await measureStages(csv, problems, rounds) : undefined;
    const rates = isAsked("workers") ? await measureWorkers(csv, problems, rounds) : [];
    const queues = isAsked("queue") ? await measureQueues(problems, rounds) : [];
    report(stages, [...rates, ...queues.flatMap((queue) => queue.rates)], queues);
    return { count: COUNT, shape: SHAPE, rows: ROWS, columns: COLUMNS, rounds, stages, rates, queues };
  } finally {
    rmSync(csv.folder, { recursive: true });
  }
}
