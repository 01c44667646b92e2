import type { Job } from "../Job.js";
import type { Desk } from "../terminal/Desk.js";

type Command = (job: Job, desk: Desk) => Promise<number>;

/** The commands. Each loads what it needs, and no other's. */
const COMMANDS: Record<Job["command"], () => Promise<Command>> = {
  cv: async () => (await import("./cv.js")).cv,
  fit: async () => (await import("./fit.js")).fit,
  path: async () => (await import("./path.js")).path,
  many: async () => (await import("./many.js")).many,
  predict: async () => (await import("./predict.js")).predict,
  export: async () => (await import("./exported.js")).exported,
  report: async () => (await import("./report.js")).report,
  bench: async () => (await import("./bench.js")).bench,
  worker: async () => (await import("./worker.js")).worker,
};

/** Does what is asked for. Returns the exit code. */
export const run = async (job: Job, desk: Desk): Promise<number> => (await COMMANDS[job.command]())(job, desk);
