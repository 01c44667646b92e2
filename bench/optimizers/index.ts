import { backend, createArena, type FloatArray, type Optimizer, setBackend } from "regulus";
import {
  type Comparison,
  type Contender,
  compare,
  digits,
  type Effort,
  processorTime,
  ratio,
  table,
  tally,
} from "../harness.js";
import { compilerVersion, NativeKernels } from "../kernels/native.js";
import type { Options, Suite } from "../options.js";
import { type Case, cases, type Dtype } from "./cases.js";
import { checksum, fill } from "./data.js";
import { type ContenderName, gates, LARGE, MEDIUM, OVERHEAD_BELOW, SMALL } from "./gates.js";
import type { Loop } from "./naive.js";

const efforts = new Map<number, Effort>([
  [SMALL, { rounds: 15, sampleMilliseconds: 3 }],
  [MEDIUM, { rounds: 15, sampleMilliseconds: 5 }],
  [LARGE, { rounds: 3, sampleMilliseconds: 5 }],
]);
const dtypes: readonly Dtype[] = ["float64", "float32"];

const builds = [
  // Without errno, for the sake of which roots would not be vectorised.
  { name: "C sse2", flags: ["-O3", "-msse2", "-fno-math-errno"] },
  { name: "C native", flags: ["-O3", "-march=native", "-fno-math-errno"] },
] as const;

/** One optimiser on one dtype at one size. */
interface Result {
  optimizer: string;
  dtype: Dtype;
  n: number;
  comparison: Comparison;
}

/** Another process, and what it calls the step of an optimiser; undefined where it has none. */
interface Opponent {
  name: ContenderName;
  kernels: NativeKernels;
  stepName(optimizer: string, dtype: Dtype): string | undefined;
}

export const suite: Suite = {
  title: "a step of each optimiser, in processor time, against the loops that one would write, C and TensorFlow.js",
  names: cases.map(({ name }) => name),
  flags: ["peers", "rounds"],
  run,
};

async function run({ names, peers, rounds }: Options): Promise<Record<string, unknown>> {
  setBackend("wasm");
  const compiler = compilerVersion();
  const { opponents, absent } = peers ? await startOpponents(compiler) : { opponents: [], absent: [] };
  console.log(`node ${process.version}, backend ${backend().name}, ${compiler ?? "no C compiler"}`);
  for (const note of absent) console.log(`absent: ${note}`);
  try {
    const chosen = cases.filter(({ name }) => names.length === 0 || names.includes(name));
    const results: Result[] = [];
    for (const [n, usual] of efforts) {
      const effort = { ...usual, ...(rounds && { rounds }) };
      for (const dtype of dtypes) {
        const measured: Result[] = [];
        for (const optimizer of chosen) measured.push(await measure(optimizer, dtype, n, effort, opponents));
        results.push(...measured);
        console.log(`\n${sizeTable(n, dtype, measured)}`);
      }
    }
    const overheads = chosen.flatMap((optimizer) => dtypes.map((dtype) => measureOverhead(optimizer, dtype)));
    console.log(`\n${overheadTable(overheads)}`);
    const verdicts = judge(results);
    console.log(`\n${gateTable(verdicts)}`);
    return {
      backend: backend().name,
      clock: "processor time",
      compiler: compiler ?? null,
      absent,
      nanosecondsPerWeight: results.map(({ optimizer, dtype, n, comparison }) => ({
        optimizer,
        dtype,
        n,
        ...medians(n, comparison),
      })),
      overheads: { below: OVERHEAD_BELOW, nanosecondsPerParameter: overheads },
      gates: verdicts,
    };
  } finally {
    for (const { kernels } of opponents) kernels.close();
  }
}

async function startOpponents(compiler: string | undefined): Promise<{ opponents: Opponent[]; absent: string[] }> {
  const opponents: Opponent[] = [];
  const absent: string[] = [];
  const note = (name: string, error: unknown): void => {
    absent.push(`${name} (${error instanceof Error ? error.message.trim() : error})`);
  };
  for (const { name, flags } of builds) {
    try {
      if (compiler === undefined) throw new Error("no C compiler");
      const kernels = await NativeKernels.start(flags, new URL("./optimizers.c", import.meta.url), "adam64:");
      const stepName = (optimizer: string, dtype: Dtype) => `${optimizer}${dtype === "float64" ? 64 : 32}:`;
      opponents.push({ name, kernels, stepName });
    } catch (error) {
      note(name, error);
    }
  }
  for (const name of ["cpu", "wasm"] as const) {
    try {
      const kernels = await NativeKernels.startScript(new URL("./tensorflow.ts", import.meta.url), `adam ${name}:`);
      const stepName = (optimizer: string, dtype: Dtype) =>
        dtype === "float32" && optimizer !== "ftrl" ? `${optimizer} ${name}:` : undefined;
      opponents.push({ name: `tfjs ${name}`, kernels, stepName });
    } catch (error) {
      note(`tfjs ${name}`, error);
    }
  }
  return { opponents, absent };
}

/** Weights, their gradient, and what steps on them. */
interface Side {
  name: ContenderName;
  w: FloatArray;
  /** The processor time of so many steps. */
  time(times: number): number;
}

const newArray = (dtype: Dtype, n: number): FloatArray =>
  dtype === "float64" ? new Float64Array(n) : new Float32Array(n);

/** Runs on the JavaScript twins of the kernels. */
function onTwin<T>(work: () => T): T {
  setBackend("js");
  try {
    return work();
  } finally {
    setBackend("wasm");
  }
}

/** A module for each dtype, as the engine makes slower loops of those that have seen arrays of several types. */
async function naiveLoops(dtype: Dtype): Promise<Record<string, Loop>> {
  const { loops }: { loops: Record<string, Loop> } = await import(`./naive.js?${dtype}`);
  return loops;
}

async function sides({ name: optimizer, make }: Case, dtype: Dtype, n: number): Promise<Side[]> {
  const naive = (await naiveLoops(dtype))[optimizer];
  const steps = (optimizer: Optimizer, g: FloatArray, times: number): number => {
    const gradients = [g];
    return processorTime(() => {
      for (let k = 0; k < times; ++k) optimizer.step(gradients);
    });
  };
  const ours = (name: ContenderName, w: FloatArray, g: FloatArray): Side => {
    fill(w, g);
    const optimizer = make([w]);
    return { name, w, time: (times) => steps(optimizer, g, times) };
  };
  const arena = createArena(5 * 8 * n);
  const user = { w: newArray(dtype, n), g: newArray(dtype, n), state: [newArray(dtype, n), newArray(dtype, n)] };
  fill(user.w, user.g);
  let t = 0;
  const twin = onTwin(() => ours("twin", newArray(dtype, n), newArray(dtype, n)));
  return [
    {
      name: "naive",
      w: user.w,
      time: (times) =>
        processorTime(() => {
          for (let k = 0; k < times; ++k) naive(user.w, user.g, user.state, ++t);
        }),
    },
    { ...twin, time: (times) => onTwin(() => twin.time(times)) },
    ours("arena", arena[dtype](n), arena[dtype](n)),
    ours("plain", newArray(dtype, n), newArray(dtype, n)),
  ];
}

/** Steps before the answers are compared. */
const STEPS = 5;

async function measure(
  optimizer: Case,
  dtype: Dtype,
  n: number,
  effort: Effort,
  opponents: readonly Opponent[],
): Promise<Result> {
  const own = await sides(optimizer, dtype, n);
  const tolerance = dtype === "float64" ? 1e-12 : 1e-5;
  const disagree = (who: string) => new Error(`${optimizer.name}, ${n} weights of ${dtype}: ${who} gives others`);
  for (const { time } of own) time(STEPS);
  const expected = own.find(({ name }) => name === "arena")!.w.slice();
  for (const { name, w } of own) {
    const exact = name === "naive" ? tolerance : 0;
    if (!w.every((value, i) => Math.abs(value - expected[i]) <= exact)) throw disagree(name);
  }
  const contenders: Contender[] = [...own];
  const sum = checksum(expected);
  const size = checksum(expected.map(Math.abs));
  for (const { name, kernels, stepName } of opponents) {
    const step = stepName(optimizer.name, dtype);
    if (step === undefined) continue;
    const { checksum: other } = await kernels.run(step, n, STEPS);
    if (!(Math.abs(other - sum) <= tolerance * size)) throw disagree(name);
    contenders.push({ name, time: async (times) => (await kernels.run(step, n, times)).nanoseconds });
  }
  return { optimizer: optimizer.name, dtype, n, comparison: await compare(contenders, effort) };
}

interface Overhead {
  optimizer: string;
  dtype: Dtype;
  nanoseconds: number;
}

/** What 1,000 parameters of 64 weights cost each beyond a single one of 64,000 weights, in an arena. */
function measureOverhead({ name, make }: Case, dtype: Dtype): Overhead {
  const [count, n] = [1000, 64];
  const leastOf = (parameters: number, length: number): number => {
    const arena = createArena(5 * 8 * count * n);
    const pairs = Array.from({ length: parameters }, () => [arena[dtype](length), arena[dtype](length)] as const);
    for (const [w, g] of pairs) fill(w, g);
    const optimizer = make(pairs.map(([w]) => w));
    const gradients = pairs.map(([, g]) => g);
    let least = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 15; ++round) {
      const elapsed = processorTime(() => {
        for (let k = 0; k < 20; ++k) optimizer.step(gradients);
      });
      least = Math.min(least, elapsed / 20);
    }
    return least;
  };
  return { optimizer: name, dtype, nanoseconds: (leastOf(count, n) - leastOf(1, count * n)) / count };
}

const columns: readonly ContenderName[] = [
  "naive",
  "twin",
  "arena",
  "plain",
  ...builds.map(({ name }) => name),
  "tfjs cpu",
  "tfjs wasm",
];

function medians(n: number, comparison: Comparison): Record<string, number | null> {
  return Object.fromEntries(
    columns.map((name) => {
      const nanoseconds = comparison.median(name);
      return [name, nanoseconds === undefined ? null : nanoseconds / n];
    }),
  );
}

function sizeTable(n: number, dtype: Dtype, results: readonly Result[]): string {
  const timings = table(
    ["ns per weight", ...columns],
    results.map(({ optimizer, comparison }) => [
      optimizer,
      ...columns.map((name) => digits(medians(n, comparison)[name] ?? undefined)),
    ]),
  );
  const others = columns.filter((name) => name !== "arena");
  const ratios = table(
    ["arena, times as fast as", ...others],
    results.map(({ optimizer, comparison }) => [
      optimizer,
      ...others.map((name) => ratio(comparison.timesAsFast("arena", name))),
    ]),
  );
  return `${exponent(n)} weights of ${dtype} (all contenders agree in their answers)\n\n${timings}\n\n${ratios}`;
}

function overheadTable(overheads: readonly Overhead[]): string {
  const rows = overheads.map(({ optimizer, dtype, nanoseconds }) => [
    optimizer,
    dtype,
    nanoseconds.toFixed(0),
    nanoseconds < OVERHEAD_BELOW ? "ok" : "above",
  ]);
  const head = ["", "", "ns", ""];
  return `1,000 parameters of 64 weights: overhead of each per step, below ${OVERHEAD_BELOW} ns\n\n${table(head, rows)}`;
}

type Verdict = (typeof gates)[number] & { reached: (number | null)[]; verdict: "ok" | "below" | "absent" };

function judge(results: readonly Result[]): Verdict[] {
  const measured = new Set(results.map(({ optimizer }) => optimizer));
  return gates
    .filter(({ optimizer }) => measured.has(optimizer))
    .map((gate) => {
      const reached = gate.sizes.map((size) => {
        const result = results.find(
          ({ optimizer, dtype, n }) => optimizer === gate.optimizer && dtype === gate.dtype && n === size,
        );
        return result?.comparison.timesAsFast("arena", gate.reference) ?? null;
      });
      const verdict = reached.includes(null) ? "absent" : reached.every((r) => r! >= gate.atLeast) ? "ok" : "below";
      return { ...gate, reached, verdict };
    });
}

function gateTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ optimizer, dtype, reference, sizes, atLeast, reached, verdict }) => [
    `${optimizer}, ${dtype}`,
    reference,
    `>= ${ratio(atLeast)}`,
    ...[SMALL, MEDIUM].map((n) => {
      const at = sizes.indexOf(n);
      return at < 0 ? "" : ratio(reached[at] ?? undefined);
    }),
    verdict,
  ]);
  const head = ["weights in an arena", "times as fast as", "gate", exponent(SMALL), exponent(MEDIUM), ""];
  return `gates: ${tally(verdicts)}\n\n${table(head, rows)}`;
}

/** 1e3 as people write it. */
function exponent(n: number): string {
  return n.toExponential().replace("+", "");
}
