import { setBackend } from "regulus";
import { digits, ratio, table, tally } from "../harness.js";
import type { Options, Suite } from "../options.js";
import { Exchange, type Language, type Peer, startPeers } from "../peers/peer.js";
import { contendersOf, handOver } from "./contenders.js";
import { makeBatch } from "./data.js";
import { type Gate, gates, type Shape, shapes, TARGET, TARGETS_AT_LEAST } from "./gates.js";
import { findReferences, loosestAt, type Measurement, measureBatch } from "./measure.js";
import type { Kind } from "./ours.js";
import { measureTargets, type TargetsResult } from "./targets.js";

const ROUNDS = 7;

interface Result extends Omit<Shape, "kinds"> {
  kind: Kind;
  /** The largest duality gap of the references over F(null). */
  referenceGap: number;
  measurements: Measurement[];
  failures: string[];
}

export const suite: Suite = {
  title:
    "many small fits in one call, against calls one by one and the peers that are installed; many targets on one X",
  names: [],
  flags: ["peers", "rounds", "cpu"],
  run,
};

async function run(options: Options): Promise<Record<string, unknown>> {
  const rounds = options.rounds ?? ROUNDS;
  setBackend("wasm");
  const { peers, absent } = options.peers
    ? await startPeers({ python: new URL("./solvers.py", import.meta.url), R: new URL("./solvers.R", import.meta.url) })
    : { peers: new Map<Language, Peer>(), absent: [] };
  console.log([`node ${process.version}`, ...[...peers.values()].map(({ description }) => description)].join(", "));
  for (const note of absent) console.log(`absent: ${note}`);
  const results: Result[] = [];
  try {
    for (const { kinds, ...shape } of shapes) {
      const batch = makeBatch(shape.count, shape.n, shape.p, 701);
      const exchange = new Exchange();
      try {
        await handOver(batch, exchange, peers.values());
        for (const kind of kinds) {
          const references = findReferences(batch, kind);
          const contenders = contendersOf(batch, kind, exchange, peers, {
            withPeers: options.peers,
            clock: options.clock,
          });
          const measured = await measureBatch(contenders, references, TARGET, rounds);
          const result = {
            ...shape,
            kind,
            referenceGap: references.gap,
            ...measured,
          };
          results.push(result);
          console.log(`\n${report(result)}`);
        }
      } finally {
        exchange.remove();
      }
    }
  } finally {
    for (const peer of peers.values()) peer.close();
  }
  const targets = tryTargets(rounds);
  console.log(`\n${targetsReport(targets)}`);
  const verdicts = judge(results);
  console.log(`\n${gateTable(verdicts)}`);
  const descriptions = [...peers.values()].map(({ description }) => description);
  return { peers: descriptions, absent, target: TARGET, batches: results, targets, gates: verdicts };
}

function tryTargets(rounds: number): TargetsResult | string {
  try {
    return measureTargets(rounds);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const scientific = (value: number): string => (value === 0 ? "0" : value.toExponential(1));

function report({ count, n, p, kind, referenceGap, measurements, failures }: Result): string {
  const rows = measurements.map(({ contender, tolerance, seconds, rounds, worst }) => [
    contender,
    tolerance === 0 ? "exact" : scientific(tolerance),
    digits(seconds * 1e3),
    (count / seconds).toFixed(0),
    String(rounds),
    scientific(worst),
  ]);
  const gap = scientific(referenceGap);
  const head = `${count} fits of ${n}×${p}, ${kind} (the references' duality gaps are at most ${gap} of F(null))`;
  const notes = failures.map((note) => `failed: ${note}`);
  return [head, table(["", "told", "ms", "fits/s", "rounds", "worst"], rows), ...notes].join("\n\n");
}

function targetsReport(targets: TargetsResult | string): string {
  if (typeof targets === "string") return `one X with many targets: ${targets}`;
  const { n, p, count, together, separate, timesAsFast, worst } = targets;
  const verdict = timesAsFast >= TARGETS_AT_LEAST ? "ok" : "below";
  return [
    `one X of ${n}×${p} with ${count} targets: ${digits(together)} s in one call, ${digits(separate)} s in a call for each:`,
    `${ratio(timesAsFast)}, gate >= ${ratio(TARGETS_AT_LEAST)}, ${verdict}; both within ${scientific(worst)} of F(null)`,
  ].join("\n");
}

interface Verdict {
  gate: Gate;
  asked: string;
  reached: number | null;
  verdict: "ok" | "below" | "absent";
}

function judge(results: readonly Result[]): Verdict[] {
  return gates.map((gate) => {
    const result = results.find(({ count, kind }) => count === gate.count && kind === gate.kind)!;
    const seconds = loosestAt(result.measurements, "regulus", TARGET)?.seconds;
    if ("atLeastPerSecond" in gate) {
      const reached = seconds === undefined ? null : gate.count / seconds;
      const ok = reached !== null && reached >= gate.atLeastPerSecond;
      return { gate, asked: `>= ${gate.atLeastPerSecond} fits/s`, reached, verdict: ok ? "ok" : "below" };
    }
    if ("atMostMilliseconds" in gate) {
      const reached = seconds === undefined ? null : seconds * 1e3;
      const ok = reached !== null && reached <= gate.atMostMilliseconds;
      return { gate, asked: `<= ${gate.atMostMilliseconds} ms`, reached, verdict: ok ? "ok" : "below" };
    }
    const asked = `>= ${ratio(gate.atLeast)} ${gate.reference}`;
    const other = loosestAt(result.measurements, gate.reference, TARGET)?.seconds;
    if (other === undefined) return { gate, asked, reached: null, verdict: "absent" };
    const reached = seconds === undefined ? null : other / seconds;
    return { gate, asked, reached, verdict: reached !== null && reached >= gate.atLeast ? "ok" : "below" };
  });
}

function gateTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ gate, asked, reached, verdict }) => [
    `${gate.count} ${gate.kind}`,
    asked,
    digits(reached ?? undefined),
    verdict,
  ]);
  return `gates at ${scientific(TARGET)}: ${tally(verdicts)}\n\n${table(["", "gate", "", ""], rows)}`;
}
