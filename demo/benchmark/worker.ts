/** Measures one task after the other, off the main thread. */

import { backend, setBackend } from "regulus";
import { answer } from "../parts/call.js";
import { TASKS } from "./tasks.js";
import type { TensorFlow } from "./tensorflow.js";

export const CONTENDERS = ["wasm", "js", "plain", "tensorflow"] as const;
export type Contender = (typeof CONTENDERS)[number];

/** Milliseconds of one, the median of the rounds. */
export type Times = Partial<Record<Contender, number>>;

const ROUNDS = 7;
const FEWEST_ROUNDS = 3;
/** Milliseconds of work for one number, so that the clock's coarse steps do not matter. */
const LEAST = 20;
/** Milliseconds of all rounds of a task, about. */
const BUDGET = 1200;

let isCancelled = false;
/** Orders are heard only between tasks. */
async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  if (isCancelled) throw new Error("cancelled");
}

/** How often a thing is to be done for a number, after it has been done often enough to be compiled; and how long that takes. */
function calibrate(work: () => void): { times: number; milliseconds: number } {
  for (let times = 1; ; times *= 2) {
    const start = performance.now();
    for (let k = 0; k < times; ++k) work();
    const milliseconds = performance.now() - start;
    if (milliseconds >= LEAST) return { times, milliseconds };
  }
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];

async function timesOf(works: ReadonlyMap<Contender, () => void>): Promise<Times> {
  isCancelled = false;
  const counts = new Map<Contender, number>();
  let round = 0;
  for (const [name, work] of works) {
    const { times, milliseconds } = calibrate(work);
    counts.set(name, times);
    round += milliseconds;
    await pause();
  }
  const rounds = Math.max(FEWEST_ROUNDS, Math.min(ROUNDS, Math.floor(BUDGET / round)));
  const samples = new Map<Contender, number[]>(Array.from(works.keys(), (name) => [name, []]));
  for (let k = 0; k < rounds; ++k) {
    // In turn, so that what else the machine does strikes all alike.
    for (const [name, work] of works) {
      const times = counts.get(name) as number;
      const start = performance.now();
      for (let i = 0; i < times; ++i) work();
      samples.get(name)?.push((performance.now() - start) / times);
      await pause();
    }
  }
  return Object.fromEntries(Array.from(samples, ([name, values]) => [name, median(values)]));
}

/** A task by Regulus, on both backends, and by plain loops. */
function measure(index: number): Promise<Times> {
  setBackend("auto");
  const task = TASKS[index];
  const works = new Map<Contender, () => void>();
  // Arrays are made on the backend that works on them.
  const on = (name: "wasm" | "js"): void => {
    setBackend(name);
    const work = task.ours();
    works.set(name, () => {
      setBackend(name);
      work();
    });
  };
  if (backend().name === "wasm") on("wasm");
  on("js");
  works.set("plain", task.plain());
  return timesOf(works);
}

let loaded: { tf: TensorFlow; backend: string } | undefined;

/**
 * The same by TensorFlow.js, in a worker of its own: to load it detaches a buffer, after which the engine checks every access of a typed
 * array, and plain loops beside it take several times as long.
 */
async function measureTensorFlow(index: number): Promise<Times> {
  loaded ??= await (await import("./tensorflow.js")).loadTensorFlow();
  const work = TASKS[index].tensorflow?.(loaded.tf);
  return work ? timesOf(new Map([["tensorflow", work]])) : {};
}

const aboutTensorFlow = () => loaded && { version: loaded.tf.version_core, backend: loaded.backend };

function cancel(): void {
  isCancelled = true;
}

const functions = { backend, measure, measureTensorFlow, aboutTensorFlow, cancel };
export type Stopwatch = typeof functions;

answer(functions);
