/** What has been measured, and the orders to the two workers that do it. */

import { signal } from "@preact/signals";
import { noteBackend } from "../backend.js";
import { type Remote, remote } from "../parts/call.js";
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
        other ??= thread();
        put(k, await other.calls.measureTensorFlow(k));
        tensorflow.value = await other.calls.aboutTensorFlow();
        isOther = false;
      }
      progress.value = (k + 1) / TITLES.length;
    }
    isDone.value = true;
    status.value = "done";
  } catch (error) {
    const { message } = error as Error;
    if (isCancelled || message === CANCELLED) status.value = CANCELLED;
    else fault.value = isOther ? `TensorFlow.js did not load or run here: ${message}.` : `${message}.`;
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
