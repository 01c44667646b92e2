import * as regulus from "regulus";
import { timed } from "../clock.js";
import { digits, median, ratio, table, tally } from "../harness.js";
import type { Options, Suite } from "../options.js";
import { Exchange, type Language, type Peer, startPeers } from "../peers/peer.js";
import type { Solution } from "../solvers/accuracy.js";
import { handOver, readSolution, regulusFit } from "../solvers/contenders.js";
import { isSparse, type Problem } from "../solvers/data.js";
import { nullObjective, objectives } from "./objective.js";
import { type Row, rows } from "./rows.js";

const ROUNDS = 7;
/** (F − min F)/F(null), that each side has to reach at every lambda. */
const ENOUGH = 1e-6;
/** A sample of ours lasts so long at least. */
const SAMPLE_SECONDS = 0.05;
const WARM_SECONDS = 0.5;
/** Our own tolerances, from the loosest on; the last is what `min F` is looked for with. */
const TOLERANCES = [1e-2, 3e-3, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7];
const TIGHT = 1e-12;
const SOLVERS = {
  python: new URL("./solvers.py", import.meta.url),
  R: new URL("../solvers/solvers.R", import.meta.url),
};

export const suite: Suite = {
  title: "where there is speed and where it is lost: rows of shapes beside peers in turn, both within 1e-6 of min F",
  names: rows.map(({ name }) => name),
  flags: ["peers", "rounds", "cpu"],
  run,
};

/** One side of a row: what it does at a tolerance, and the seconds that took. */
interface Side {
  tolerances: readonly number[];
  run(tolerance: number, keep: boolean): Promise<{ seconds: number; solution?: Solution }>;
}

interface Result {
  row: string;
  rival: string;
  atLeast: number;
  /** Of the loosest setting that is accurate enough. */
  seconds: { regulus: number; rival: number };
  told: { regulus: number; rival: number };
  reached: { regulus: number; rival: number };
  timesAsFast: number;
  verdict: "ok" | "below";
}

/** Our own call for a row. */
function fitOf({ work }: Row, problem: Problem): (tolerance: number) => Solution {
  const { family, outputs, n, p, X, y, lambdas, l1Ratio, intercept } = problem;
  if (work === "path") return (tolerance) => regulusFit({ work: "path" }, problem, tolerance);
  if (isSparse(X)) throw new Error("single fits are of dense data here");
  const matrix = regulus.dense(X.values, n, p, { order: "column" });
  const lambda = lambdas[0];
  const common = { lambda, l1Ratio, intercept, standardize: false };
  if (work === "many") {
    const targets = regulus.dense(y, n, outputs, { order: "column" });
    return (tolerance) => {
      const { coefficients, intercepts } = regulus.fitMany({ X: matrix, y: targets, ...common, tolerance });
      return { coefficients, intercepts: intercepts ?? new Float64Array(outputs) };
    };
  }
  return (tolerance) => {
    const options = { ...common, tolerance };
    if (family === "multinomial") return regulus.multinomial(matrix, y, options);
    const model =
      family === "gaussian"
        ? regulus.ridge(matrix, y, { lambda, intercept, standardize: false, tolerance })
        : family === "binomial"
          ? regulus.logistic(matrix, y, options)
          : regulus.poisson(matrix, y, options);
    return { coefficients: model.coefficients, intercepts: Float64Array.of(model.intercept) };
  };
}

async function run({ names, rounds = ROUNDS, peers: wanted, clock }: Options): Promise<Record<string, unknown>> {
  regulus.setBackend("wasm");
  const { peers, absent } = wanted
    ? await startPeers(SOLVERS)
    : { peers: new Map<Language, Peer>(), absent: [] as string[] };
  const descriptions = [...peers.values()].map(({ description }) => description);
  console.log([`node ${process.version}`, ...descriptions].join(", "));
  for (const note of absent) console.log(`absent: ${note}`);
  const results: Result[] = [];
  try {
    for (const row of rows) {
      if (names.length > 0 && !names.includes(row.name)) continue;
      const own = await measure(row, peers, clock, rounds);
      results.push(...own);
      console.log(`\n${row.title}\n${report(own)}`);
    }
  } finally {
    for (const peer of peers.values()) peer.close();
  }
  console.log(
    `\n${tally(results)}: ${results
      .filter(({ verdict }) => verdict === "below")
      .map(({ row, rival }) => `${row} (${rival})`)
      .join(", ")}`,
  );
  return { peers: descriptions, absent, clock, rounds, enough: ENOUGH, results };
}

async function measure(
  row: Row,
  peers: ReadonlyMap<Language, Peer>,
  clock: Options["clock"],
  rounds: number,
): Promise<Result[]> {
  const problem = row.make();
  const exchange = new Exchange();
  try {
    await handOver(problem, exchange, peers.values());
    const solve = fitOf(row, problem);
    const sides = new Map<string, Side>();
    const ours: Side = {
      tolerances: TOLERANCES,
      run: async (tolerance, keep) => {
        const { seconds, result } = timed(clock, () => solve(tolerance));
        return keep ? { seconds, solution: result } : { seconds };
      },
    };
    for (const [name, { language, solver, variant, tolerances }] of Object.entries(row.rivals)) {
      const peer = peers.get(language);
      if (peer === undefined) continue;
      sides.set(name, {
        tolerances,
        run: async (tolerance, keep) => {
          const out = keep ? "solution" : "none";
          const seconds = Number(await peer.request("run", { solver, tolerance, variant, clock, out }));
          return keep ? { seconds, solution: readSolution(exchange, "solution", problem) } : { seconds };
        },
      });
    }
    const found = await calibrate(problem, new Map([["regulus", ours], ...sides]));
    const own = found.get("regulus")!;
    const fits = await warmUp(() => ours.run(own.tolerance, false));
    const samples = [...sides.keys()].map((name) => ({ name, times: [] as number[] }));
    const times: number[] = [];
    for (let round = 0; round < rounds; ++round) {
      let seconds = 0;
      for (let k = 0; k < fits; ++k) seconds += (await ours.run(own.tolerance, false)).seconds;
      times.push(seconds / fits);
      for (const { name, times } of samples)
        times.push((await sides.get(name)!.run(found.get(name)!.tolerance, false)).seconds);
    }
    if (samples.length === 0) console.log(`${row.name}: ${digits(median(times) * 1e3)} ms`);
    return samples.map(({ name, times: others }) => {
      const timesAsFast = median(others.map((seconds, round) => seconds / times[round]));
      const { atLeast } = row.rivals[name];
      const other = found.get(name)!;
      return {
        row: row.name,
        rival: name,
        atLeast,
        seconds: { regulus: median(times), rival: median(others) },
        told: { regulus: own.tolerance, rival: other.tolerance },
        reached: { regulus: own.reached, rival: other.reached },
        timesAsFast,
        verdict: timesAsFast >= atLeast && own.reached <= ENOUGH && other.reached <= ENOUGH ? "ok" : "below",
      };
    });
  } finally {
    exchange.remove();
  }
}

/** For each side the loosest tolerance that is accurate enough, min F being the least that any side has shown. */
async function calibrate(problem: Problem, sides: ReadonlyMap<string, Side>) {
  const F0 = nullObjective(problem);
  const { solution } = await sides.get("regulus")!.run(TIGHT, true);
  const best = objectives(problem, solution!);
  const above = (F: Float64Array): number =>
    F.reduce((most, value, k) => (Number.isNaN(value) ? most : Math.max(most, (value - best[k]) / F0)), 0);
  const shown: { name: string; tolerance: number; F: Float64Array }[] = [];
  for (const [name, { tolerances, run }] of sides) {
    for (const tolerance of tolerances) {
      const F = objectives(problem, (await run(tolerance, true)).solution!);
      shown.push({ name, tolerance, F });
      F.forEach((value, k) => {
        if (value < best[k]) best[k] = value;
      });
      if (above(F) <= ENOUGH) break;
    }
  }
  return new Map(
    [...sides.keys()].map((name) => {
      const last = shown.filter((entry) => entry.name === name).at(-1)!;
      return [name, { tolerance: last.tolerance, reached: above(last.F) }];
    }),
  );
}

/** Returns how many fits make a sample. */
async function warmUp(run: () => Promise<{ seconds: number }>): Promise<number> {
  let spent = 0;
  let count = 0;
  for (; count < 3 || spent < WARM_SECONDS; ++count) spent += (await run()).seconds;
  return Math.ceil((SAMPLE_SECONDS * count) / spent);
}

const scientific = (value: number): string => (value === 0 ? "0" : value.toExponential(1));

function report(results: readonly Result[]): string {
  return table(
    ["", "gate", "times as fast", "ms", "ours", "told", "ours", "reached", "ours", ""],
    results.map(({ rival, atLeast, seconds, told, reached, timesAsFast, verdict }) => [
      rival,
      `>= ${ratio(atLeast)}`,
      ratio(timesAsFast),
      digits(seconds.rival * 1e3),
      digits(seconds.regulus * 1e3),
      scientific(told.rival),
      scientific(told.regulus),
      scientific(reached.rival),
      scientific(reached.regulus),
      verdict,
    ]),
  );
}
