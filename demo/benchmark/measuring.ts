/** What has been measured, and the orders to the two workers that do it. */

import { signal } from "@preact/signals";
import { noteBackend } from "../backend.js";
import { NotStarted, type Remote, remote } from "../parts/call.js";
import { remedyOf, type Trouble } from "../parts/Fault.js";
import { TITLES } from "./titles.js";
import type { Stopwatch, Times } from "./worker.js";

export interface Row {
  title: string;
  milliseconds: Times;
}

/** All that will be there is there from the start: nothing jumps as numbers come in. */
function empty(): Row[] {
  return TITLES.map((title) => ({ title, milliseconds: {} }));
}

export const rows = signal<readonly Row[]>(empty());
/** The share that is done, while it runs. */
export const progress = signal<number | undefined>(undefined);
export const status = signal("");
export const fault = signal<Trouble | undefined>(undefined);
export const withTensorFlow = signal(true);
export const tensorflow = signal<{ version: string; backend: string } | undefined>(undefined);
export const isDone = signal(false);

interface Thread {
  worker: Worker;
  calls: Remote<Stopwatch>;
}

function thread(): Thread {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "benchmark" });
  return { worker, calls: remote<Stopwatch>(worker) };
}

const own = thread();
own.calls.backend().then(noteBackend, (error: Error) => {
  fault.value = { message: error.message, mend: remedyOf(error) };
});
let other: Thread | undefined;

const CANCELLED = "cancelled";
let isCancelled = false;
/** Rejects what is awaited of TensorFlow.js, which hears no order while it is loaded. */
let leaveOther: (() => void) | undefined;

const withoutTensorFlow = {
  label: "Measure without TensorFlow.js",
  act: () => {
    withTensorFlow.value = false;
    void measure();
  },
};

/** The times of TensorFlow.js, in a worker of its own, which has to be loaded first. */
async function timesOfOther(k: number): Promise<Times> {
  other ??= thread();
  const { calls } = other;
  const left = new Promise<never>((_, reject) => {
    leaveOther = () => reject(new Error(CANCELLED));
  });
  const times = await Promise.race([calls.measureTensorFlow(k), left]);
  tensorflow.value = await calls.aboutTensorFlow();
  return times;
}

export async function measure(): Promise<void> {
  isDone.value = false;
  isCancelled = false;
  tensorflow.value = undefined;
  fault.value = undefined;
  status.value = "";
  progress.value = 0;
  let isOther = false;
  try {
    rows.value = empty();
    const put = (k: number, times: Times): void => {
      rows.value = rows.value.map((row, at) =>
        at === k ? { ...row, milliseconds: { ...row.milliseconds, ...times } } : row,
      );
    };
    for (const k of TITLES.keys()) {
      if (isCancelled) throw new Error(CANCELLED);
      put(k, await own.calls.measure(k));
      progress.value = (k + 0.6) / TITLES.length;
      if (withTensorFlow.value) {
        isOther = true;
        put(k, await timesOfOther(k));
        isOther = false;
      }
      progress.value = (k + 1) / TITLES.length;
    }
    isDone.value = true;
    status.value = "done";
  } catch (error) {
    const { message } = error as Error;
    if (isCancelled || message === CANCELLED) status.value = CANCELLED;
    else if (isOther) {
      fault.value = { message: `TensorFlow.js did not load or run here: ${message}.`, mend: withoutTensorFlow };
    } else {
      const says = error instanceof NotStarted ? message : `${message}.`;
      fault.value = { message: says, mend: remedyOf(error as Error) };
    }
  }
  // Its memory is given back.
  other?.worker.terminate();
  other = undefined;
  progress.value = undefined;
}

export function cancel(): void {
  isCancelled = true;
  void own.calls.cancel();
  leaveOther?.();
}

/** What the browser says of the machine. */
export function machine(): { browser: string; cores: number; memoryGB?: number } {
  const { userAgent, hardwareConcurrency, deviceMemory } = navigator as Navigator & { deviceMemory?: number };
  return {
    browser: userAgent,
    cores: hardwareConcurrency,
    ...(deviceMemory !== undefined && { memoryGB: deviceMemory }),
  };
}

export const asJson = (): string =>
  JSON.stringify(
    { unit: "ms", statistic: "median", machine: machine(), tensorflow: tensorflow.value, rows: rows.value },
    undefined,
    2,
  );
