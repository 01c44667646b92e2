import { backend, createArena, setBackend } from "regulus";
import {
  type Comparison,
  type Contender,
  compare,
  digits,
  type Effort,
  ratio,
  stopwatch,
  table,
  tally,
} from "../harness.js";
import type { Options, Suite } from "../options.js";
import { randomSigned } from "../random.js";
import { type Case, cases, type Loop, type Operands } from "./cases.js";
import { type ContenderName, gates, LARGE, MEDIUM, SMALL, TINY_CALL_AT_MOST } from "./gates.js";
import { compilerVersion, NativeKernels } from "./native.js";

const efforts = new Map<number, Effort>([
  [SMALL, { rounds: 25, sampleMilliseconds: 3 }],
  [MEDIUM, { rounds: 25, sampleMilliseconds: 3 }],
  [LARGE, { rounds: 7, sampleMilliseconds: 10 }],
]);

interface Build {
  name: ContenderName;
  flags: readonly string[];
  /** Reordering sums is all that -ffast-math changes here, so other kernels leave it out. */
  reductionsOnly: boolean;
}

const builds: readonly Build[] = [
  { name: "C sse2", flags: ["-O3", "-msse2"], reductionsOnly: false },
  { name: "C native", flags: ["-O3", "-march=native"], reductionsOnly: false },
  { name: "C fast-math", flags: ["-O3", "-msse2", "-ffast-math"], reductionsOnly: true },
];

interface Native extends Build {
  kernels: NativeKernels;
}

/** One kernel at one size. */
interface Result {
  kernel: string;
  n: number;
  comparison: Comparison;
}

export const suite: Suite = {
  title: "the vector kernels at three sizes, against the loops that one would write and C",
  names: cases.map(({ name }) => name),
  flags: ["peers", "rounds"],
  run,
};

async function run({ names, peers, rounds }: Options): Promise<Record<string, unknown>> {
  setBackend("wasm");
  const compiler = compilerVersion();
  const { natives, absent } = peers ? await startNatives(compiler) : { natives: [], absent: [] };
  const chosen = cases.filter(({ name }) => names.length === 0 || names.includes(name));
  console.log(`node ${process.version}, backend ${backend().name}, ${compiler ?? "no C compiler"}`);
  for (const note of absent) console.log(`absent: ${note}`);
  try {
    const results: Result[] = [];
    for (const [n, effort] of efforts) {
      const measured = await measureSize(chosen, n, { ...effort, ...(rounds && { rounds }) }, natives);
      results.push(...measured);
      console.log(`\n${sizeTable(n, measured)}`);
    }
    const tinyCalls = await measureTinyCalls(chosen);
    console.log(`\n${tinyTable(tinyCalls)}`);
    const verdicts = judge(results);
    console.log(`\n${gateTable(verdicts)}`);
    return {
      backend: backend().name,
      compiler: compiler ?? null,
      absent,
      nanosecondsPerElement: results.map(({ kernel, n, comparison }) => ({ kernel, n, ...medians(n, comparison) })),
      nanosecondsPerTinyCall: Object.fromEntries(tinyCalls),
      tinyCallAtMost: TINY_CALL_AT_MOST,
      gates: verdicts,
    };
  } finally {
    for (const { kernels } of natives) kernels.close();
  }
}

async function startNatives(compiler: string | undefined): Promise<{ natives: Native[]; absent: string[] }> {
  const natives: Native[] = [];
  const absent: string[] = [];
  for (const build of builds) {
    if (compiler === undefined) {
      absent.push(`${build.name} (no C compiler)`);
      continue;
    }
    try {
      natives.push({ ...build, kernels: await NativeKernels.start(build.flags) });
    } catch (error) {
      absent.push(`${build.name} (${error instanceof Error ? error.message.trim() : error})`);
    }
  }
  return { natives, absent };
}

async function measureSize(
  chosen: readonly Case[],
  n: number,
  effort: Effort,
  natives: readonly Native[],
): Promise<Result[]> {
  const plain = fill({ x: new Float64Array(n), y: new Float64Array(n), out: new Float64Array(n) });
  const arena = createArena(3 * 8 * n);
  const inArena = fill({ x: arena.float64(n), y: arena.float64(n), out: arena.float64(n) });
  const results: Result[] = [];
  for (const kernel of chosen) {
    const opponents = natives.filter(({ reductionsOnly }) => kernel.reduction || !reductionsOnly);
    await checkAgreement(kernel, plain, inArena, opponents);
    const contenders: (Contender & { name: ContenderName })[] = [
      { name: "naive", time: (times) => stopwatch(() => kernel.naive(plain, times)) },
      { name: "twin", time: (times) => onTwin(() => stopwatch(() => kernel.ours(plain, times))) },
      { name: "arena", time: (times) => stopwatch(() => kernel.ours(inArena, times)) },
      { name: "plain", time: (times) => stopwatch(() => kernel.ours(plain, times)) },
      ...opponents.map(({ name, kernels }) => ({
        name,
        time: async (times: number) => (await kernels.run(kernel.name, n, times)).nanoseconds,
      })),
    ];
    results.push({ kernel: kernel.name, n, comparison: await compare(contenders, effort) });
  }
  return results;
}

function fill(operands: Operands): Operands {
  const nextX = randomSigned(1);
  const nextY = randomSigned(2);
  for (let i = 0; i < operands.x.length; ++i) operands.x[i] = nextX();
  for (let i = 0; i < operands.y.length; ++i) operands.y[i] = nextY();
  return operands;
}

/** Runs our functions on the JavaScript twin of the kernels. */
function onTwin<T>(work: () => T): T {
  setBackend("js");
  try {
    return work();
  } finally {
    setBackend("wasm");
  }
}

/** Calls before results are compared: after the first, kernels that work in place also meet weights that are not 0. */
const CALLS = 3;
const TOLERANCE = 1e-12;
const NOTHING = new Float64Array();

/**
 * Throws unless all contenders give the same answers: ours to each other bit for bit and to the naive loop but for the sign
 * of zero; sums, which are added in different orders, and C's results within 1e-12 of the sum of absolute terms.
 */
async function checkAgreement(
  kernel: Case,
  plain: Operands,
  inArena: Operands,
  natives: readonly Native[],
): Promise<void> {
  const after = (loop: Loop, operands: Operands) => {
    operands.out.fill(0);
    const value = loop(operands, CALLS);
    return { value, out: kernel.reduction ? NOTHING : operands.out.slice() };
  };
  const n = plain.x.length;
  const naive = after(kernel.naive, plain);
  const ours = after(kernel.ours, inArena);
  const twins = [after(kernel.ours, plain), onTwin(() => after(kernel.ours, plain))];
  const magnitude = kernel.reduction ? sumOfAbsoluteTerms(kernel, plain) : checksum(0, ours.out.map(Math.abs));
  const disagree = (who: string) => new Error(`${kernel.name} on ${n} values: ${who} gives another answer`);

  for (const { value, out } of twins) {
    if (!Object.is(value, ours.value) || !bitIdentical(out, ours.out)) throw disagree("the JS twin");
  }
  if (Math.abs(naive.value - ours.value) > TOLERANCE * magnitude || !naive.out.every((v, i) => v === ours.out[i])) {
    throw disagree("the naive loop");
  }
  for (const { name, kernels } of natives) {
    const native = await kernels.run(kernel.name, n, CALLS);
    if (!(Math.abs(native.checksum - checksum(ours.value, ours.out)) <= TOLERANCE * magnitude)) throw disagree(name);
  }
}

function bitIdentical(a: Float64Array, b: Float64Array): boolean {
  return Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(new Uint8Array(b.buffer, b.byteOffset, b.byteLength));
}

function sumOfAbsoluteTerms({ naive }: Case, { x, y, out }: Operands): number {
  return naive({ x: x.map(Math.abs), y: y.map(Math.abs), out }, CALLS);
}

/** What kernels.c prints: value + Σ out[i]·(1 + i mod 7). */
function checksum(value: number, out: Float64Array): number {
  let sum = value;
  for (let i = 0; i < out.length; ++i) sum += out[i] * ((i % 7) + 1);
  return sum;
}

/** Nanoseconds of a call on eight values in an arena, by kernel. */
async function measureTinyCalls(chosen: readonly Case[]): Promise<[string, number][]> {
  const arena = createArena(3 * 8 * 8);
  const operands = fill({ x: arena.float64(8), y: arena.float64(8), out: arena.float64(8) });
  const comparison = await compare(
    chosen.map(({ name, ours }) => ({ name, time: (times) => stopwatch(() => ours(operands, times)) })),
    { rounds: 15, sampleMilliseconds: 2 },
  );
  return chosen.map(({ name }) => [name, comparison.median(name)!]);
}

const columns: readonly ContenderName[] = ["naive", "twin", "arena", "plain", ...builds.map(({ name }) => name)];

/** What the ratio columns compare. */
const duels: readonly [ContenderName, ContenderName][] = [
  ["twin", "naive"],
  ["plain", "naive"],
  ["arena", "naive"],
  ["arena", "C sse2"],
  ["arena", "C native"],
  ["arena", "C fast-math"],
];

function medians(n: number, comparison: Comparison): Record<string, number | null> {
  return Object.fromEntries(
    columns.map((name) => {
      const nanoseconds = comparison.median(name);
      return [name, nanoseconds === undefined ? null : nanoseconds / n];
    }),
  );
}

function sizeTable(n: number, results: readonly Result[]): string {
  const timings = table(
    ["ns per element", ...columns],
    results.map(({ kernel, comparison }) => [
      kernel,
      ...columns.map((name) => digits(medians(n, comparison)[name] ?? undefined)),
    ]),
  );
  const ratios = table(
    ["times as fast", ...duels.map(([name, reference]) => `${name} : ${reference}`)],
    results.map(({ kernel, comparison }) => [
      kernel,
      ...duels.map(([name, reference]) => ratio(comparison.timesAsFast(name, reference))),
    ]),
  );
  return `${exponent(n)} doubles (all contenders agree in their answers)\n\n${timings}\n\n${ratios}`;
}

function tinyTable(calls: readonly [string, number][]): string {
  const rows = calls.map(([name, nanoseconds]) => [
    name,
    nanoseconds.toFixed(0),
    nanoseconds <= TINY_CALL_AT_MOST ? "ok" : "below",
  ]);
  return `8 doubles in an arena: ns per call, at most ${TINY_CALL_AT_MOST}\n\n${table(["", "ns", ""], rows)}`;
}

type Verdict = (typeof gates)[number] & { reached: (number | null)[]; verdict: "ok" | "below" | "absent" };

function judge(results: readonly Result[]): Verdict[] {
  const measured = new Set(results.map(({ kernel }) => kernel));
  return gates
    .filter(({ kernel }) => measured.has(kernel))
    .map((gate) => {
      const reached = gate.sizes.map((size) => {
        const result = results.find(({ kernel, n }) => kernel === gate.kernel && n === size);
        return result?.comparison.timesAsFast(gate.contender, gate.reference) ?? null;
      });
      const verdict = reached.includes(null) ? "absent" : reached.every((r) => r! >= gate.atLeast) ? "ok" : "below";
      return { ...gate, reached, verdict };
    });
}

function gateTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ kernel, contender, reference, sizes, atLeast, reached, verdict }) => [
    kernel,
    `${contender} : ${reference}`,
    `>= ${ratio(atLeast)}`,
    ...[...efforts.keys()].map((n) => {
      const at = sizes.indexOf(n);
      return at < 0 ? "" : ratio(reached[at] ?? undefined);
    }),
    verdict,
  ]);
  const head = ["", "times as fast", "gate", ...[...efforts.keys()].map(exponent), ""];
  return `gates: ${tally(verdicts)}\n\n${table(head, rows)}`;
}

/** 1e3 as people write it. */
function exponent(n: number): string {
  return n.toExponential().replace("+", "");
}
