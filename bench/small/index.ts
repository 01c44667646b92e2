import {
  absMax,
  asum,
  axpy,
  backend,
  createArena,
  decay,
  dot,
  elasticNetProx,
  type FloatArray,
  gradientStep,
  penalty,
  setBackend,
  softThreshold,
  sumSquares,
} from "regulus";
import { compare, digits, processorTime, ratio, sink, stopwatch, table } from "../harness.js";
import type { Options, Suite } from "../options.js";
import { randomSigned } from "../random.js";
import type { Call } from "./loops.js";

const SIZES = [4, 16, 32, 64, 100, 128, 256, 1e3, 1e4, 1e5] as const;
const DTYPES = ["float64", "float32"] as const;
const EFFORT = { rounds: 9, sampleMilliseconds: 2 };
/** How many times as fast as the plain loop every call has to be. */
const AT_LEAST = 1;

type Dtype = (typeof DTYPES)[number];

/** The same as in loops.ts. */
const calls: Record<string, Call> = {
  softThreshold: (x, _, out) => softThreshold(x, 1 / 3, out),
  gradientStep: (x, _, w) => gradientStep(w, x, { learningRate: 0.1, l1: 0.5, l2: 0.5 }),
  subgradientStep: (x, _, w) => gradientStep(w, x, { learningRate: 0.1, l1: 0.5, l2: 0.5, l1Mode: "subgradient" }),
  elasticNetProx: (x, _, out) => elasticNetProx(x, { l1: 0.5, l2: 0.25, stepSize: 0.5 }, out),
  decay: (x, _, out) => decay(x, 0.98, out),
  axpy: (x, _, y) => axpy(1e-3, x, y),
  dot: (x, y) => dot(x, y),
  asum: (x) => asum(x),
  sumSquares: (x) => sumSquares(x),
  absMax: (x) => absMax(x),
  penalty: (x) => penalty(x, { l1: 0.5, l2: 0.25 }),
};

interface Result {
  function: string;
  dtype: Dtype;
  n: number;
  /** Of a call of the loop, of ours on arrays of a user's own and on arrays in an arena. */
  nanoseconds: Record<string, number>;
  /** How many times as fast as the loop. */
  plain: number;
  arena: number;
}

export const suite: Suite = {
  title: "the vector functions on few and many values of both dtypes, in an arena and out of it, against plain loops",
  names: Object.keys(calls),
  flags: ["rounds", "cpu"],
  run,
};

async function run({ names, rounds, clock }: Options): Promise<Record<string, unknown>> {
  setBackend("wasm");
  console.log(`node ${process.version}, backend ${backend().name}, ${clock} time`);
  const chosen = Object.keys(calls).filter((name) => names.length === 0 || names.includes(name));
  const watch = clock === "cpu" ? processorTime : stopwatch;
  // One loop for each call of each dtype, which calls it and nothing else.
  const timers = new Map<string, Timer>();
  for (const name of chosen) {
    for (const dtype of DTYPES) {
      const { loops }: { loops: Record<string, Call> } = await import(`./loops.js?${dtype}`);
      timers.set(`loop ${name} ${dtype}`, timerOf(loops[name]));
      timers.set(`ours ${name} ${dtype}`, timerOf(calls[name]));
    }
  }
  // Programs have arrays of both dtypes: whatever the engine thinks of that, it thinks before anything is timed.
  for (let k = 0; k < 20; ++k) {
    for (const [key, timer] of timers) {
      for (const place of ["plain", "arena"] as const) timer(operands(key.split(" ")[2] as Dtype, 64, place), 200);
    }
  }
  const results: Result[] = [];
  for (const dtype of DTYPES) {
    for (const n of SIZES) {
      const plain = operands(dtype, n, "plain");
      const arena = operands(dtype, n, "arena");
      for (const name of chosen) {
        const loop = timers.get(`loop ${name} ${dtype}`)!;
        const ours = timers.get(`ours ${name} ${dtype}`)!;
        const timed = (timer: Timer, on: Operands) => (times: number) =>
          watch(() => {
            sink.value = timer(on, times);
            return sink.value;
          });
        const comparison = await compare(
          [
            { name: "loop", time: timed(loop, plain) },
            { name: "plain", time: timed(ours, plain) },
            { name: "arena", time: timed(ours, arena) },
          ],
          { ...EFFORT, ...(rounds && { rounds }) },
        );
        results.push({
          function: name,
          dtype,
          n,
          nanoseconds: Object.fromEntries(["loop", "plain", "arena"].map((who) => [who, comparison.median(who)!])),
          plain: comparison.timesAsFast("plain", "loop")!,
          arena: comparison.timesAsFast("arena", "loop")!,
        });
      }
    }
    console.log(`\n${report(dtype, results)}`);
  }
  const worst = Math.min(...results.flatMap(({ plain, arena }) => [plain, arena]));
  const below = results.filter(({ plain, arena }) => !(plain >= AT_LEAST && arena >= AT_LEAST));
  console.log(`\n${below.length} of ${results.length} below ${ratio(AT_LEAST)}, the least is ${ratio(worst)}`);
  return { clock, atLeast: AT_LEAST, results };
}

type Operands = readonly [x: FloatArray, y: FloatArray, out: FloatArray];
type Timer = (operands: Operands, times: number) => number;

/** A loop of its own around a call, so that the engine sees one function called in it. */
function timerOf(call: Call): Timer {
  const make = new Function(
    "call",
    "return ([x, y, out], times) => { let last; for (let k = 0; k < times; ++k) last = call(x, y, out); return typeof last === 'number' ? last : 0; }",
  );
  return make(call);
}

function operands(dtype: Dtype, n: number, place: "plain" | "arena"): Operands {
  const arena = createArena(place === "arena" ? 3 * 8 * n : 0);
  const take = (): FloatArray => {
    if (place === "arena") return arena[dtype](n);
    return dtype === "float64" ? new Float64Array(n) : new Float32Array(n);
  };
  const arrays = [take(), take(), take()] as const;
  for (const [k, array] of arrays.slice(0, 2).entries()) {
    const next = randomSigned(k + 1);
    for (let i = 0; i < n; ++i) array[i] = next();
  }
  return arrays;
}

function report(dtype: Dtype, results: readonly Result[]): string {
  const own = results.filter((result) => result.dtype === dtype);
  const names = [...new Set(own.map((result) => result.function))];
  const at = (name: string, n: number) => own.find((result) => result.function === name && result.n === n)!;
  const tables = (["plain", "arena"] as const).map((place) =>
    table(
      [`${place}, ${dtype}: times as fast as the loop`, ...SIZES.map(String), "ns at 16"],
      names.map((name) => [
        name,
        ...SIZES.map((n) => ratio(at(name, n)[place])),
        digits(at(name, 16).nanoseconds[place]),
      ]),
    ),
  );
  return tables.join("\n\n");
}
