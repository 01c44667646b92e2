import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";

/** One side of a comparison. */
export interface Contender {
  name: string;
  /** Does the work `times` times. Returns the nanoseconds that all of it took. */
  time(times: number): number | Promise<number>;
}

/** Samples taken in turn, so that a disturbance of the machine meets all contenders alike. */
export interface Comparison {
  /** Nanoseconds per repetition, the median over the rounds; undefined for a contender that is absent. */
  median(name: string): number | undefined;
  /** How many times as fast `name` is as `reference`: the median of the rounds' ratios. */
  timesAsFast(name: string, reference: string): number | undefined;
}

export interface Effort {
  rounds: number;
  /** What one sample of one contender should last. */
  sampleMilliseconds: number;
}

/** Rounds whose samples are dropped: the compilers of the host have their say in them. */
const WARM_UP_ROUNDS = 2;

/** Times all contenders in turn, round by round. */
export async function compare(contenders: readonly Contender[], effort: Effort): Promise<Comparison> {
  const entries: { contender: Contender; times: number; samples: number[] }[] = [];
  for (const contender of contenders) {
    entries.push({ contender, times: await repetitions(contender, effort.sampleMilliseconds * 1e6), samples: [] });
  }
  for (let round = -WARM_UP_ROUNDS; round < effort.rounds; ++round) {
    for (const { contender, times, samples } of entries) {
      // The contender before has left its own data in the caches.
      await contender.time(Math.ceil(times / 10));
      const nanoseconds = (await contender.time(times)) / times;
      if (round >= 0) samples.push(nanoseconds);
    }
  }
  const samplesOf = (name: string) => entries.find(({ contender }) => contender.name === name)?.samples;
  return {
    median: (name) => {
      const samples = samplesOf(name);
      return samples && median(samples);
    },
    timesAsFast: (name, reference) => {
      const samples = samplesOf(name);
      const references = samplesOf(reference);
      return samples && references && median(samples.map((sample, round) => references[round] / sample));
    },
  };
}

/** How many repetitions last about as long as a sample should. */
async function repetitions(contender: Contender, nanoseconds: number): Promise<number> {
  let times = 1;
  let elapsed = await contender.time(times);
  while (elapsed < nanoseconds / 2) {
    times *= 2;
    elapsed = await contender.time(times);
  }
  return Math.max(1, Math.round((times * nanoseconds) / elapsed));
}

/** The last result of timed work: kept where all can see it, so that no engine can prove the work to be of no use. */
export const sink = { value: 0 };

/** The nanoseconds that `work` takes. */
export function stopwatch(work: () => number): number {
  const start = performance.now();
  sink.value = work();
  return (performance.now() - start) * 1e6;
}

/** The nanoseconds of processor time that `work` takes: on a machine that others use too, the better measure of one thread. */
export function processorTime(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) * 1e3;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** How many gates of a table were not met, and how many had nothing to be compared with. */
export function tally(verdicts: readonly { verdict: "ok" | "below" | "absent" }[]): string {
  const count = (kind: string) => verdicts.filter(({ verdict }) => verdict === kind).length;
  const absent = count("absent") > 0 ? `, ${count("absent")} absent` : "";
  return `${count("below")} of ${verdicts.length} below${absent}`;
}

/** Aligned columns: the first to the left, the others to the right; `undefined` is a dash. */
export function table(head: readonly string[], rows: readonly (readonly (string | undefined)[])[]): string {
  const lines = [head, ...rows].map((row) => row.map((cell) => cell ?? "-"));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const text = lines.map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join("  ")
      .trimEnd(),
  );
  const rule = "-".repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return [text[0], rule, ...text.slice(1)].join("\n");
}

/** Three significant digits, so that columns of timings stay narrow. */
export function digits(value: number | undefined): string | undefined {
  if (value === undefined) return undefined;
  return value >= 100
    ? value.toFixed(0)
    : value >= 10
      ? value.toFixed(1)
      : value >= 1
        ? value.toFixed(2)
        : value.toFixed(3);
}

/** A ratio as it is printed: two decimals tell 0.94 from 0.95. */
export function ratio(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value.toFixed(2)}x`;
}

/** Writes `bench/results/<suite>.json`, with the machine that the figures come from. Returns the path. */
export function writeResults(suite: string, results: Record<string, unknown>): string {
  const folder = new URL("./results/", import.meta.url);
  const machine = {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    v8: process.versions.v8,
  };
  mkdirSync(folder, { recursive: true });
  const content = { suite, date: new Date().toISOString(), machine, ...results };
  writeFileSync(new URL(`${suite}.json`, folder), `${JSON.stringify(content, undefined, 2)}\n`);
  return `bench/results/${suite}.json`;
}
