import { digits, median, ratio, table } from "../harness.js";
import type { Options, Suite } from "../options.js";
import { Exchange, Peer } from "../peers/peer.js";
import { CONTENDERS, contendersOf } from "./contenders.js";
import { makeStream, type Stream } from "./data.js";
import { ACCURACY, BATCHES, COLUMNS, type Method, NONZEROS, ROWS, ROWS_PER_SECOND, settings } from "./gates.js";
import { oracle } from "./oracle.js";

const ROUNDS = 3;

interface Measurement {
  contender: string;
  /** The median over the rounds. */
  rowsPerSecond: number;
  /** The largest distance of a weight from the oracle's, over its largest weight; null where the updates are others. */
  distance: number | null;
}

interface Result {
  method: Method;
  batch: number;
  nonzeros: number;
  measurements: Measurement[];
  verdict: "ok" | "below" | "absent";
}

export const suite: Suite = {
  title:
    "passes over a stream of sparse rows, with the distance of the weights from an oracle in double-double arithmetic",
  names: Object.keys(settings),
  flags: ["peers", "only", "rounds", "cpu"],
  contenders: CONTENDERS,
  run,
};

async function run(options: Options): Promise<Record<string, unknown>> {
  const methods = Object.keys(settings).filter(
    (name) => options.names.length === 0 || options.names.includes(name),
  ) as Method[];
  const stream = makeStream(ROWS, COLUMNS, NONZEROS, 901);
  const exchange = new Exchange();
  let peer: Peer | undefined;
  const absent: string[] = [];
  const results: Result[] = [];
  try {
    if (options.peers) {
      try {
        peer = await Peer.start("python", new URL("./solvers.py", import.meta.url));
        await handOver(stream, exchange, peer);
      } catch (error) {
        absent.push(`python (${error instanceof Error ? error.message : error})`);
      }
    }
    console.log([`node ${process.version}`, peer?.description ?? "no peers"].join(", "));
    for (const note of absent) console.log(`absent: ${note}`);
    for (const method of methods) {
      for (const batch of BATCHES) {
        const contenders = contendersOf(method, stream, batch, options.clock, peer).filter(
          ({ name }) => options.only.length === 0 || options.only.includes(name),
        );
        if (contenders.length === 0) continue;
        const expected = oracle(method, stream, batch);
        const seconds = contenders.map(() => [] as number[]);
        const distances = contenders.map((): number | null => null);
        for (let round = 0; round < (options.rounds ?? ROUNDS); ++round) {
          for (const [c, { run }] of contenders.entries()) {
            const { seconds: taken, weights } = await run();
            seconds[c].push(taken);
            distances[c] = weights === undefined ? null : distance(weights, expected);
          }
        }
        const measurements = contenders.map(({ name }, c) => ({
          contender: name,
          rowsPerSecond: stream.rows / median(seconds[c]),
          distance: distances[c],
        }));
        const own = measurements.find(({ contender }) => contender === "regulus");
        const nonzeros = expected.reduce((count, w) => count + (w === 0 ? 0 : 1), 0);
        const result: Result = { method, batch, nonzeros, measurements, verdict: judge(own) };
        results.push(result);
        console.log(`\n${report(result)}`);
      }
    }
  } finally {
    peer?.close();
    exchange.remove();
  }
  if (results.length === 0) throw new Error(`none of ${options.only.join(", ")} can take part here`);
  const { rows, p, nonzeros } = stream;
  return {
    peers: peer === undefined ? [] : [peer.description],
    absent,
    clock: options.clock,
    stream: { rows, p, nonzeros },
    settings,
    gates: { rowsPerSecond: ROWS_PER_SECOND, distance: ACCURACY },
    results,
  };
}

function judge(own: Measurement | undefined): Result["verdict"] {
  if (own === undefined) return "absent";
  return own.rowsPerSecond >= ROWS_PER_SECOND && (own.distance ?? 1) <= ACCURACY ? "ok" : "below";
}

async function handOver({ indices, values, y, rows, p, nonzeros }: Stream, exchange: Exchange, peer: Peer) {
  exchange.write("indices", indices);
  exchange.write("values", values);
  exchange.write("y", y);
  const { learningRate: rate, l1, l2 } = settings.sgd;
  await peer.request("load", { folder: exchange.folder, rows, p, nonzeros, rate, l1, l2 });
}

function distance(weights: Float64Array, expected: Float64Array): number {
  let largest = 0;
  let error = 0;
  for (let j = 0; j < expected.length; ++j) {
    largest = Math.max(largest, Math.abs(expected[j]));
    error = Math.max(error, Math.abs(weights[j] - expected[j]));
  }
  return error / largest;
}

function report({ method, batch, nonzeros, measurements, verdict }: Result): string {
  const own = measurements.find(({ contender }) => contender === "regulus")?.rowsPerSecond;
  const rows = measurements.map(({ contender, rowsPerSecond, distance }) => [
    contender,
    rowsPerSecond.toFixed(0),
    digits(1e6 / rowsPerSecond),
    ratio(own === undefined ? undefined : own / rowsPerSecond),
    distance === null ? undefined : distance.toExponential(1),
  ]);
  const head = `${method}, ${batch === 1 ? "single rows" : `mini-batches of ${batch}`}, ${nonzeros} weights that are not 0 at the end`;
  const gate = `gate: >= ${ROWS_PER_SECOND} rows/s within ${ACCURACY.toExponential(0)} of the oracle: ${verdict}`;
  return [head, table(["", "rows/s", "µs", "ours", "distance"], rows), gate].join("\n\n");
}
