import { signal } from "@preact/signals";
import { noteBackend } from "../backend.js";
import { type Remote, remote } from "../parts/call.js";
import type { Lesson } from "./worker.js";

/** The worker of the lesson. It starts with this module. */
export const lesson: Remote<Lesson> = remote<Lesson>(
  new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "lesson" }),
);

/** What kept the worker from its work, if anything did. */
export const failure = signal<string | undefined>(undefined);

export const fail = (error: Error): void => {
  failure.value = error.message;
};

lesson.backend().then(noteBackend, fail);
