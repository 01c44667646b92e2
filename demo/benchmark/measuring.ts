/** What has been measured, and the orders to the two workers that do it. */

import { signal } from "@preact/signals";
import { noteBackend } from "../backend.js";
import { type Remote, remote } from "../parts/call.js";
import type { Stopwatch, Times } from "./worker.js";

export interface Row {
  title: string;
  milliseconds: Times;
}

export const rows = signal<readonly Row[]>([]);
/** The share that is done, while it runs. */
export const progress = signal<number | undefined>(undefined);
export const status = signal("");
export const fault = signal<string | undefined>(undefined);
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
  fault.value = error.message;
});
let other: Thread | undefined;

const CANCELLED = "cancelled";
let isCancelled = false;

export async function measure(): Promise<void> {
  rows.value = [];
  isDone.value = false;
  isCancelled = false;
  tensorflow.value = undefined;
  fault.value = undefined;
  status.value = "";
  progress.value = 0;
  try {
    const titles = await own.calls.titles();
    for (const [k, title] of titles.entries()) {
      if (isCancelled) throw new Error(CANCELLED);
      const milliseconds = await own.calls.measure(k);
      rows.value = [...rows.value, { title, milliseconds }];
      progress.value = (k + 0.6) / titles.length;
      if (withTensorFlow.value) {
        other ??= thread();
        Object.assign(milliseconds, await other.calls.measureTensorFlow(k));
        rows.value = [...rows.value.slice(0, -1), { title, milliseconds }];
        tensorflow.value = await other.calls.aboutTensorFlow();
      }
      progress.value = (k + 1) / titles.length;
    }
    isDone.value = true;
    status.value = "done";
  } catch (error) {
    const { message } = error as Error;
    if (isCancelled || message === CANCELLED) status.value = CANCELLED;
    else fault.value = withTensorFlow.value ? `TensorFlow.js did not load or run here: ${message}.` : message;
  }
  // Its memory is given back.
  other?.worker.terminate();
  other = undefined;
  progress.value = undefined;
}

export function cancel(): void {
  isCancelled = true;
  void own.calls.cancel();
  void other?.calls.cancel();
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
