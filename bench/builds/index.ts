import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { timed } from "../clock.js";
import { digits, median, table } from "../harness.js";
import { type Options, type Suite, UsageError } from "../options.js";
import type { Library } from "../solvers/contenders.js";
import { type Interval, medianRatio } from "./statistics.js";
import { agree, type Difference, differenceOf, tasks, type Work } from "./tasks.js";

const ROUNDS = 20;
/** What one sample should last: short fits are repeated. */
const SAMPLE_SECONDS = 0.05;
/** Before what counts, each side fits for so long, and so often at the least. */
const WARM_SECONDS = 1;
const WARM_FITS = 3;
/** A task is slower if even the lower end of its interval is above this. */
const SLOWER = 1.03;

interface Result extends Interval {
  task: string;
  tolerance: number;
  /** Of one fit: the medians over the rounds. */
  seconds: { current: number; base: number };
  difference: Difference;
  /** Whether the interval reaches below 1.03. */
  ok: boolean;
}

export const suite: Suite = {
  title:
    "the tasks of bench/solvers and bench/batch by this build and by another one, in turn: ratios of processor time",
  names: tasks.map(({ name }) => name),
  flags: ["base", "rounds"],
  run,
};

/**
 * The file of a build, given as that or as the folder of a checkout that has been built.
 *
 * @throws UsageError if there is none.
 */
export function fileOfBuild(base: string | undefined): string {
  if (base === undefined)
    throw new UsageError("builds need another one to compare with: --base=<dist/index.js or checkout>");
  const path = resolve(base);
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "dist", "index.js") : path;
  if (!existsSync(file)) throw new UsageError(`--base: there is no ${file}; npm run build makes it`);
  return file;
}

async function run({ names, rounds = ROUNDS, base: path }: Options): Promise<Record<string, unknown>> {
  const file = fileOfBuild(path);
  // Both by the same entry: that of Node is CommonJS in builds of today, and was none in older ones.
  const own = fileURLToPath(new URL("../..", import.meta.url));
  const current: Library = await import(pathToFileURL(fileOfBuild(own)).href);
  const base: Library = await import(pathToFileURL(file).href);
  for (const library of [current, base]) library.setBackend("wasm");
  console.log(`node ${process.version}, ${rounds} rounds of this build, the base twice, this build; base: ${file}`);
  const results: Result[] = [];
  for (const { name, title, tolerances, make } of tasks) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.log(`${name}: ${title}`);
    const work = make();
    for (const tolerance of tolerances)
      results.push({ task: name, ...compare(work, tolerance, current, base, rounds) });
  }
  console.log(`\n${report(results)}`);
  return { base: file, rounds, results };
}

/** @throws Error if the answers differ by more than the tolerance. */
function compare(work: Work, tolerance: number, own: Library, base: Library, rounds: number): Omit<Result, "task"> {
  const difference = differenceOf(work, work.fit(own, tolerance), work.fit(base, tolerance));
  if (!agree(difference, tolerance)) {
    throw new Error(`the builds disagree at tolerance ${tolerance}: ${JSON.stringify(difference)}`);
  }
  let fits = 1;
  const sample = (library: Library): number =>
    timed("cpu", () => {
      for (let k = 0; k < fits; ++k) work.fit(library, tolerance);
    }).seconds / fits;
  let warm = 0;
  let spent = 0;
  for (; warm < WARM_FITS || spent < 2 * WARM_SECONDS; ++warm) spent += sample(own) + sample(base);
  fits = Math.ceil(SAMPLE_SECONDS / (spent / (2 * warm)));
  // A B B A: what drifts meets both sides alike.
  const samples = Array.from({ length: rounds }, () => {
    const before = sample(own);
    const other = (sample(base) + sample(base)) / 2;
    return { current: (before + sample(own)) / 2, base: other };
  });
  const current = samples.map(({ current }) => current);
  const others = samples.map(({ base }) => base);
  const interval = medianRatio(current, others);
  return {
    tolerance,
    seconds: { current: median(current), base: median(others) },
    difference,
    ...interval,
    ok: interval.low < SLOWER,
  };
}

function report(results: readonly Result[]): string {
  const rows = results.map(({ task, tolerance, seconds, difference, median, low, high, ok }) => [
    task,
    tolerance.toExponential(0),
    difference.objectives.toExponential(1),
    digits(seconds.base * 1e3),
    digits(seconds.current * 1e3),
    median.toFixed(3),
    `${low.toFixed(3)} to ${high.toFixed(3)}`,
    ok ? "ok" : "slower",
  ]);
  const slower = results.filter(({ ok }) => !ok).length;
  return [
    `processor time, this build over the base: the median of the rounds' ratios, with its 95 % bootstrap interval`,
    table(["", "tolerance", "apart", "base ms", "ms", "ratio", "interval", `< ${SLOWER}`], rows),
    `${slower} of ${results.length} slower: their intervals do not reach below ${SLOWER}`,
  ].join("\n\n");
}
