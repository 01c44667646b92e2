import { signal } from "@preact/signals";
import { noteBackend } from "../backend.js";
import { type Remote, remote } from "../parts/call.js";
import type { Lesson } from "./worker.js";

const start = (): Remote<Lesson> =>
  remote<Lesson>(new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "lesson" }));

let single: Remote<Lesson> | undefined;

/** Starts the worker of the lesson, unless it runs: its script is loaded and compiled while the page is drawn. */
export function begin(): Remote<Lesson> {
  if (single === undefined) {
    single = start();
    single.backend().then(noteBackend, fail);
  }
  return single;
}

/** The functions of that worker, which starts with the first call at the latest. */
export const lesson: Remote<Lesson> = new Proxy({} as Remote<Lesson>, {
  get: (_, name) => begin()[name as keyof Lesson],
});

/** So many paths are computed when the page opens, which loads the worker's script once. */
const FIRST = 2;
let double: Remote<Lesson> | undefined;
let count = 0;

/** Its double, for the paths after the first ones, so that what is dragged does not wait for them. */
export function background(): Remote<Lesson> {
  count += 1;
  if (count <= FIRST) return begin();
  double ??= start();
  return double;
}

/** What kept the worker from its work, if anything did. */
export const failure = signal<string | undefined>(undefined);

export const fail = (error: Error): void => {
  failure.value = error.message;
};
