import { setBackend } from "regulus";
import type { AnyModel } from "../../src/models/results/Model.js";
import type { Path } from "../../src/models/results/Path.js";
import { type Clock, timed } from "../clock.js";
import { digits, median, ratio, table } from "../harness.js";
import type { Options, Suite } from "../options.js";
import { type Shape, shapes } from "./shapes.js";
import { type Way, waysOf } from "./ways.js";

const ROUNDS = 5;
/** That of fits. */
const TOLERANCE = 1e-7;
/** No fit may take longer than so many times what the best way would. */
const AT_MOST = 1.25;
/** A way is given up where it takes so many times as long as the call, and so many seconds. */
const HOPELESS = 3;
const PATIENCE = 0.05;
/** A sample lasts so long at least, or is one fit. */
const SAMPLE_SECONDS = 0.03;
const WARM_SECONDS = 0.3;

interface Result {
  shape: string;
  /** What the result says of how it was found. */
  chosen: string;
  /** Seconds. */
  auto: number;
  /** The seconds of each way that was not given up. */
  forced: Record<string, number>;
  best: string;
  /** The median of ratios, round by round, of the call to the best way. */
  timesAsSlow: number;
  verdict: "ok" | "above";
}

export const suite: Suite = {
  title: "what a fit chooses to do by its shape, beside each way that it could have taken",
  names: Object.keys(shapes),
  flags: ["rounds", "cpu"],
  run,
};

async function run({ names, rounds = ROUNDS, clock }: Options): Promise<Record<string, unknown>> {
  setBackend("wasm");
  console.log(`node ${process.version}, tolerance ${TOLERANCE}, ${rounds} rounds in turn, ms\n`);
  const results: Result[] = [];
  const groups = names.length > 0 ? names : Object.keys(shapes);
  for (const make of groups.flatMap((group) => shapes[group])) {
    const result = measure(make(), rounds, clock);
    results.push(result);
    const { shape, chosen, auto, forced, best, timesAsSlow, verdict } = result;
    const others = Object.entries(forced).map(([name, seconds]) => `${name} ${digits(seconds * 1e3)}`);
    console.log(`${shape}: ${chosen} ${digits(auto * 1e3)}; ${others.join(", ")}`);
    if (verdict === "above") console.log(`  ${ratio(timesAsSlow)} of ${best}`);
  }
  const above = results.filter(({ verdict }) => verdict === "above");
  const slow = [...results].sort((a, b) => b.timesAsSlow - a.timesAsSlow).slice(0, Math.max(10, above.length));
  console.log(
    `\n${table(
      ["", "took", "ms", "best", "ms", "times as slow", `<= ${ratio(AT_MOST)}`],
      slow.map(({ shape, chosen, auto, best, forced, timesAsSlow, verdict }) => [
        shape,
        chosen,
        digits(auto * 1e3),
        best,
        digits(forced[best] * 1e3),
        ratio(timesAsSlow),
        verdict,
      ]),
    )}`,
  );
  console.log(`\n${above.length} of ${results.length} above ${ratio(AT_MOST)}`);
  return { clock, rounds, tolerance: TOLERANCE, atMost: AT_MOST, results };
}

/** Goes through the work, unless it takes longer than so many seconds. */
function tryOut(way: Way, seconds: number): { path: Path<AnyModel> | undefined } | undefined {
  const steps = way();
  const end = performance.now() + seconds * 1e3;
  for (;;) {
    const { done, value } = steps.next();
    if (done) return { path: value };
    if (performance.now() > end) {
      steps.return(undefined);
      return undefined;
    }
  }
}

const isDone = (path: Path<AnyModel>): boolean => path.converged.every((flag) => flag === 1);

/** Returns the seconds of the quickest fit. */
function warmUp(way: Way): number {
  let [spent, least] = [0, Number.POSITIVE_INFINITY];
  while (spent < WARM_SECONDS) {
    const { seconds } = timed("wall", () => tryOut(way, Number.POSITIVE_INFINITY));
    spent += seconds;
    least = Math.min(least, seconds);
  }
  return least;
}

function measure(shape: Shape, rounds: number, clock: Clock): Result {
  const { auto, forced } = waysOf(shape, TOLERANCE);
  const all = Number.POSITIVE_INFINITY;
  const first = tryOut(auto, all)?.path;
  if (first === undefined || !isDone(first)) throw new Error(`${shape.name} does not converge`);
  const seconds = warmUp(auto);
  const ways = new Map<string, Way>([["auto", auto]]);
  for (const [name, way] of forced) {
    const done = tryOut(way, HOPELESS * seconds + PATIENCE);
    if (done?.path === undefined || !isDone(done.path)) continue;
    warmUp(way);
    ways.set(name, way);
  }
  const fits = Math.max(1, Math.ceil(SAMPLE_SECONDS / seconds));
  const samples = new Map([...ways.keys()].map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; ++round) {
    // What comes first after others finds less of its data in the caches.
    for (const [name, way] of round % 2 === 0 ? ways : [...ways].reverse()) {
      const { seconds } = timed(clock, () => {
        for (let k = 0; k < fits; ++k) tryOut(way, all);
      });
      samples.get(name)!.push(seconds / fits);
    }
  }
  const own = samples.get("auto")!;
  samples.delete("auto");
  const times = Object.fromEntries([...samples].map(([name, values]) => [name, median(values)]));
  const [best] = Object.keys(times).sort((a, b) => times[a] - times[b]);
  const timesAsSlow = median(own.map((value, round) => value / samples.get(best)![round]));
  return {
    shape: shape.name,
    chosen: strategiesOf(first),
    auto: median(own),
    forced: times,
    best,
    timesAsSlow,
    verdict: timesAsSlow > AT_MOST ? "above" : "ok",
  };
}

/** Of all lambdas, each once. */
const strategiesOf = (path: Path<AnyModel>): string =>
  [...new Set(Array.from(path.lambdas, (_, k) => path.model(k).strategy))].join(", ");
