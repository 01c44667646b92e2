import { signal } from "@preact/signals";
import { noteBackend } from "../backend.js";
import { type Remote, remote } from "../parts/call.js";
import type { Lesson } from "./worker.js";

const start = (): Remote<Lesson> =>
  remote<Lesson>(new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "lesson" }));

/** The worker of the lesson. It starts with this module. */
export const lesson: Remote<Lesson> = start();

/** So many paths are computed when the page opens, which loads the worker's script once. */
const FIRST = 2;
let double: Remote<Lesson> | undefined;
let count = 0;

/** Its double, for the paths after the first ones, so that what is dragged does not wait for them. */
export function background(): Remote<Lesson> {
  count += 1;
  if (count <= FIRST) return lesson;
  double ??= start();
  return double;
}

/** What kept the worker from its work, if anything did. */
export const failure = signal<string | undefined>(undefined);

export const fail = (error: Error): void => {
  failure.value = error.message;
};

lesson.backend().then(noteBackend, fail);
