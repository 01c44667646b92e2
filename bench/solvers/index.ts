import { setBackend } from "regulus";
import { digits, ratio, table, writeResults } from "../harness.js";
import { Exchange, type Language, type Peer, startPeers } from "../peers/peer.js";
import { type Clock, contendersOf, handOver } from "./contenders.js";
import { type Gate, gates } from "./gates.js";
import { fastestAt, type Measurement, measureTask, SCALES, type Scale, type TaskResult } from "./measure.js";

import { type ContenderName, type Task, tasks } from "./tasks.js";

interface Options {
  /** Names of the tasks to run; all if there are none. */
  names: string[];
  peers: boolean;
  /** Names of the contenders; all if there are none. */
  only: string[];
  rounds?: number;
  clock: Clock;
}

function readOptions(words: readonly string[]): Options {
  const options: Options = { names: [], peers: true, only: [], clock: "wall" };
  for (const word of words) {
    if (word === "--no-peers") options.peers = false;
    else if (word === "--cpu") options.clock = "cpu";
    else if (word.startsWith("--only=")) options.only = word.slice("--only=".length).split(",");
    else if (word.startsWith("--rounds=")) options.rounds = Number(word.slice("--rounds=".length));
    else options.names.push(word);
  }
  return options;
}

/**
 * Times our paths and cross-validation against the peers that are installed, at equal accuracy, prints the tables and the gates,
 * and writes the JSON when everything has been run.
 *
 * @param words - Names of tasks, to run only those; `--no-peers`; `--only=<contender>,<contender>`; `--rounds=<number>`;
 *   `--cpu` counts processor time.
 */
export async function run(words: readonly string[] = []): Promise<void> {
  const options = readOptions(words);
  const unknown = options.names.filter((name) => !tasks.some((task) => task.name === name));
  if (unknown.length > 0)
    throw new Error(`no such task: ${unknown.join(", ")}; there are ${tasks.map(({ name }) => name).join(", ")}`);
  setBackend("wasm");
  const { peers, absent } = options.peers
    ? await startPeers({ python: new URL("./solvers.py", import.meta.url), R: new URL("./solvers.R", import.meta.url) })
    : { peers: new Map<Language, Peer>(), absent: [] };
  console.log([`node ${process.version}`, ...[...peers.values()].map(({ description }) => description)].join(", "));
  for (const note of absent) console.log(`absent: ${note}`);
  try {
    const results: TaskResult[] = [];
    for (const task of tasks) {
      if (options.names.length > 0 && !options.names.includes(task.name)) continue;
      const result = await runTask(task, peers, options);
      results.push(result);
      console.log(`\n${taskReport(result)}`);
    }
    const verdicts = judge(results);
    if (options.peers) console.log(`\n${gateTable(verdicts)}`);
    if (options.peers && options.names.length === 0 && options.only.length === 0) {
      writeResults("solvers", {
        peers: [...peers.values()].map(({ description }) => description),
        absent,
        tasks: results.map(plain),
        gates: verdicts,
      });
    }
  } finally {
    for (const peer of peers.values()) peer.close();
  }
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

const scientific = (value: number): string => (value === 0 ? "0" : value.toExponential(1));

function taskReport({ task, referenceGap, measurements, failures }: TaskResult): string {
  const crossValidated = task.work === "cv";
  const all = table(
    [
      "",
      "told",
      "",
      "seconds",
      "fastest",
      "rounds",
      "worst",
      "median",
      "over F*",
      ...(crossValidated ? ["cv errors"] : []),
    ],
    measurements.map(
      ({ contender, setting, seconds, fastest, rounds, overNull, typical, overBest, errorDifference }) => [
        contender,
        setting.tolerance === 0 ? "exact" : scientific(setting.tolerance),
        setting.variant === "auto" ? "" : setting.variant,
        digits(seconds),
        digits(fastest),
        String(rounds),
        scientific(overNull),
        scientific(typical),
        scientific(overBest),
        ...(crossValidated ? [errorDifference === undefined ? undefined : scientific(errorDifference)] : []),
      ],
    ),
  );
  const names = [...new Set(measurements.map(({ contender }) => contender))];
  const best = table(
    [
      "seconds at most",
      ...task.targets.flatMap((target) => [`${scientific(target)} F(null)`, `${scientific(target)} F*`]),
    ],
    names.map((name) => [
      name,
      ...task.targets.flatMap((target) =>
        SCALES.map((scale) => digits(fastestAt(measurements, name, target, scale)?.seconds)),
      ),
    ]),
  );
  const notes = failures.map(
    ({ contender, setting, message }) => `failed: ${contender} at ${setting.tolerance}: ${message}`,
  );
  const head = `${task.name}: ${task.title} (the reference's duality gap is at most ${scientific(referenceGap)} of F(null))`;
  return [head, all, best, ...notes].join("\n\n");
}

/** A gate at one of the scales of suboptimality. */
interface Duel {
  /** The fastest of the references. */
  reference: ContenderName | null;
  reached: number | null;
}

/** Decided by suboptimality over F(null), the scale of our own tolerance; the other scale is there to compare. */
type Verdict = Gate & Record<Scale, Duel> & { verdict: "ok" | "below" | "absent" };

function judge(results: readonly TaskResult[]): Verdict[] {
  return gates
    .filter(({ task }) => results.some((result) => result.task.name === task))
    .map((gate) => {
      const { measurements } = results.find(({ task }) => task.name === gate.task)!;
      const overNull = duel(gate, measurements, "overNull");
      const { reference, reached } = overNull;
      const verdict = reference === null ? "absent" : reached !== null && reached >= gate.atLeast ? "ok" : "below";
      return { ...gate, overNull, overBest: duel(gate, measurements, "overBest"), verdict };
    });
}

function duel({ contender, references, target }: Gate, measurements: readonly Measurement[], scale: Scale): Duel {
  const ours = fastestAt(measurements, contender, target, scale);
  const best = references
    .flatMap((name) => fastestAt(measurements, name, target, scale) ?? [])
    .sort((a, b) => a.seconds - b.seconds)[0];
  return { reference: best?.contender ?? null, reached: ours && best ? best.seconds / ours.seconds : null };
}

function gateTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ task, target, contender, references, atLeast, overNull, overBest, verdict }) => [
    task,
    scientific(target),
    `${contender} : ${overNull.reference ?? references.join(", ")}`,
    `>= ${ratio(atLeast)}`,
    ratio(overNull.reached ?? undefined),
    ratio(overBest.reached ?? undefined),
    verdict,
  ]);
  const below = verdicts.filter(({ verdict }) => verdict === "below").length;
  const head = ["", "at", "times as fast", "gate", "of F(null)", "of F*", ""];
  return `gates: ${below} of ${verdicts.length} below\n\n${table(head, rows)}`;
}

function plain({ task, referenceGap, measurements, failures }: TaskResult) {
  return { task: task.name, title: task.title, targets: task.targets, referenceGap, measurements, failures };
}
