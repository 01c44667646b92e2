import { setBackend } from "regulus";
import type { Options } from "../options.js";
import { Exchange, type Language, type Peer, startPeers } from "../peers/peer.js";
import { contendersOf, handOver } from "./contenders.js";
import { measureTask, type TaskResult } from "./measure.js";
import { gateTable, judge, plain, taskReport } from "./report.js";
import { type Task, tasks } from "./tasks.js";

/** Runs the tasks that are asked for, prints their tables and gates, and returns what goes into the JSON. */
export async function runTasks(options: Options): Promise<Record<string, unknown>> {
  setBackend("wasm");
  const { peers, absent } = options.peers
    ? await startPeers({ python: new URL("./solvers.py", import.meta.url), R: new URL("./solvers.R", import.meta.url) })
    : { peers: new Map<Language, Peer>(), absent: [] };
  const descriptions = [...peers.values()].map(({ description }) => description);
  console.log([`node ${process.version}`, ...descriptions].join(", "));
  for (const note of absent) console.log(`absent: ${note}`);
  const results: TaskResult[] = [];
  try {
    for (const task of tasks) {
      if (options.names.length > 0 && !options.names.includes(task.name)) continue;
      const result = await runTask(task, peers, options);
      results.push(result);
      console.log(`\n${taskReport(result)}`);
    }
  } finally {
    for (const peer of peers.values()) peer.close();
  }
  const verdicts = judge(results);
  if (options.peers && verdicts.length > 0) console.log(`\n${gateTable(verdicts)}`);
  return { peers: descriptions, absent, clock: options.clock, tasks: results.map(plain), gates: verdicts };
}

async function runTask(task: Task, peers: ReadonlyMap<Language, Peer>, options: Options): Promise<TaskResult> {
  const problem = task.make();
  const exchange = new Exchange();
  try {
    await handOver(problem, exchange, peers.values());
    const here = await contendersOf(task, problem, exchange, peers, { withPeers: options.peers, clock: options.clock });
    const contenders = options.only.length > 0 ? here.filter(({ name }) => options.only.includes(name)) : here;
    return await measureTask(task, problem, contenders, options.rounds ?? task.rounds);
  } finally {
    exchange.remove();
  }
}
