import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { dense, fitMany, GramAccumulator } from "regulus";
import { bytesOf } from "../../src/kernels/arena.js";
import { withMemory } from "../../src/kernels/pool.js";
import { emptySums, gramSumsLayout } from "../../src/solvers/sums/GramSums.js";
import { rowSummer, rowSummerLayout } from "../../src/solvers/sums/rowSums.js";
import { compare, digits, ratio, stopwatch, table, tally } from "../harness.js";
import type { Options, Suite } from "../options.js";
import { randomSigned } from "../random.js";
import { CHUNK, COLUMNS, GATHER, GROUPS, OF_GROUPS, RISE, ROWS, STREAMED, SUMS } from "./gates.js";
import type { Outcome } from "./stream.js";

const NAMES = ["speed", "stream", "groups"] as const;
const ROUNDS = 15;
const MEBIBYTE = 1048576;

export const suite: Suite = {
  title: "sums of rows: rows a second beside their Gram in memory, 20,000,000 rows in constant memory, many groups",
  names: NAMES,
  flags: ["rounds"],
  run,
};

interface Verdict {
  verdict: "ok" | "below";
}
const verdictOf = (isMet: boolean): Verdict["verdict"] => (isMet ? "ok" : "below");

async function run(options: Options): Promise<Record<string, unknown>> {
  console.log(`node ${process.version}`);
  const parts = { speed, stream, groups };
  const results: Record<string, Verdict> = {};
  for (const name of NAMES) {
    if (options.names.length > 0 && !options.names.includes(name)) continue;
    results[name] = await parts[name](options.rounds ?? ROUNDS);
  }
  console.log(`\n${tally(Object.values(results))}`);
  return results;
}

const ours = "GramAccumulator.add";
const inMemory = "Gram in memory";

/** Rows a second, in turn with the sums that cross-validation takes of the same rows. */
async function speed(rounds: number): Promise<Verdict> {
  const random = randomSigned(3);
  const data = Float64Array.from({ length: CHUNK * COLUMNS }, random);
  const y = Float64Array.from({ length: CHUNK }, random);
  const X = dense(data, CHUNK, COLUMNS);
  const rows = Int32Array.from(y.keys());
  const bytes = bytesOf([rowSummerLayout(CHUNK, COLUMNS), gramSumsLayout(COLUMNS)]);
  const times = (work: () => number) => (count: number) =>
    stopwatch(() => {
      let last = 0;
      for (let k = 0; k < count; ++k) last = work();
      return last;
    });
  const comparison = await compare(
    [
      {
        name: inMemory,
        time: times(() =>
          withMemory(bytes, "the rows", (heap) => {
            const sums = emptySums(heap, COLUMNS);
            rowSummer(heap, X, y, undefined, undefined, new Float64Array(COLUMNS + 1), CHUNK).sum(rows, sums);
            return sums.products[0];
          }),
        ),
      },
      { name: ours, time: times(() => new GramAccumulator(COLUMNS).add(X, y).rows) },
    ],
    { rounds, sampleMilliseconds: 200 },
  );
  const perRow = (name: string): number => (comparison.median(name) as number) / CHUNK;
  const cost = 1 / (comparison.timesAsFast(ours, inMemory) as number);
  const million = (name: string): string | undefined => digits(1e3 / perRow(name));
  const verdict = verdictOf(cost <= SUMS);
  console.log(`\n${COLUMNS} columns and a target, chunks of ${CHUNK} rows`);
  console.log(
    table(
      ["", "million rows/s", `at most ${ratio(SUMS)}`],
      [
        [inMemory, million(inMemory), ""],
        [ours, million(ours), `${ratio(cost)} ${verdict}`],
      ],
    ),
  );
  return { nanosecondsPerRow: { [inMemory]: perRow(inMemory), [ours]: perRow(ours) }, cost, verdict } as Verdict;
}

/** Rows that no memory holds at once. */
function stream(): Verdict {
  const script = fileURLToPath(new URL("./stream.ts", import.meta.url));
  const flags = ["--import", import.meta.resolve("tsx"), script, `${STREAMED}`];
  const outcome: Outcome = JSON.parse(execFileSync(process.execPath, flags, { encoding: "utf8" }));
  const mebibytes = (bytes: number): string => (bytes / MEBIBYTE).toFixed(0);
  const verdict = verdictOf(outcome.peak - outcome.early <= RISE * MEBIBYTE);
  console.log(
    `\n${outcome.rows} × ${COLUMNS} rows with 5 folds, ${mebibytes(outcome.rows * COLUMNS * 8)} MiB of numbers`,
  );
  console.log(
    table(
      [
        "making, s",
        "adding, s",
        "million rows/s",
        "cross-validation, s",
        "early peak, MiB",
        "peak, MiB",
        `rise at most ${RISE}`,
      ],
      [
        [
          digits(outcome.making / 1e3),
          digits(outcome.adding / 1e3),
          digits(outcome.rows / outcome.adding / 1e3),
          digits(outcome.fitting / 1e3),
          mebibytes(outcome.early),
          mebibytes(outcome.peak),
          verdict,
        ],
      ],
    ),
  );
  return { ...outcome, verdict } as Verdict;
}

/** One model for each group of rows in any order, beside the same rows in blocks and a copy of them. */
async function groups(rounds: number): Promise<Verdict> {
  const random = randomSigned(9);
  const data = Float64Array.from({ length: ROWS * OF_GROUPS }, random);
  const y = Float64Array.from({ length: ROWS }, (_, i) => data[i * OF_GROUPS] + random());
  const X = dense(data, ROWS, OF_GROUPS);
  const order = Int32Array.from({ length: ROWS }, (_, i) => i);
  for (let i = ROWS - 1; i > 0; --i) {
    const j = Math.floor(((random() + 1) / 2) * (i + 1)) % (i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  const group = new Array<string>(ROWS);
  order.forEach((row, place) => {
    group[row] = `shop ${Math.floor((place * GROUPS) / ROWS)}`;
  });
  const gather = (): number => {
    const sorted = new Float64Array(ROWS * OF_GROUPS);
    const target = new Float64Array(ROWS);
    for (let i = 0, at = 0; i < ROWS; ++i) {
      target[i] = y[order[i]];
      for (let j = 0, from = order[i] * OF_GROUPS; j < OF_GROUPS; ++j) sorted[at++] = data[from++];
    }
    return sorted[1] + target[1];
  };
  const once = (work: () => number) => (count: number) => {
    let nanoseconds = 0;
    for (let k = 0; k < count; ++k) nanoseconds += stopwatch(work);
    return nanoseconds;
  };
  const [blocks, grouped] = ["blocks and a copy", "groups"];
  const comparison = await compare(
    [
      { name: blocks, time: once(() => gather() + fitMany({ X, y, batch: GROUPS, lambda: 0.05 }).intercepts[0]) },
      { name: grouped, time: once(() => fitMany({ X, y, groups: group, lambda: 0.05 }).intercepts[0]) },
    ],
    { rounds: Math.min(rounds, 5), sampleMilliseconds: 1 },
  );
  const cost = 1 / (comparison.timesAsFast(grouped, blocks) as number);
  const verdict = verdictOf(cost <= GATHER);
  const seconds = (name: string): string | undefined => digits((comparison.median(name) as number) / 1e9);
  console.log(`\n${ROWS} × ${OF_GROUPS} rows of ${GROUPS} groups with names, shuffled: a lasso for each`);
  console.log(
    table(
      ["", "s", `at most ${ratio(GATHER)}`],
      [
        [blocks, seconds(blocks), ""],
        [grouped, seconds(grouped), `${ratio(cost)} ${verdict}`],
      ],
    ),
  );
  return { cost, verdict } as Verdict;
}
