import { writeSync } from "node:fs";
import { run } from "./commands/run.js";
import { Failure, STATUS, whyUnwritten } from "./failures.js";
import type { Job } from "./Job.js";
import { Desk } from "./terminal/Desk.js";

// What nearly all commands need, while the other process reads which it is.
void import("../index.js").then(() => import("../readers/index.js"));
// Nobody is left to tell.
process.on("disconnect", () => process.exit());
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // Whoever reads what is printed has read enough: files are written before.
  if (error.code === "EPIPE") process.exit(process.exitCode);
  // What is there is cut off, as on a disk that is full.
  writeSync(2, `regulus: standard output cannot be written: ${whyUnwritten(error)}\n`);
  process.exit(STATUS.unusable);
});
process.stderr.on("error", () => {});
process.once("message", async (job: Job) => {
  const desk = new Desk(job);
  try {
    process.exitCode = await run(job, desk);
  } catch (error) {
    await desk.clear();
    if (error instanceof Failure) {
      const { message, fix, status } = error;
      process.stderr.write(`regulus: ${message}\n${fix === "" ? "" : `         ${fix}\n`}`);
      process.exitCode = status;
    } else {
      process.stderr.write(`regulus: this is a fault in regulus itself: ${(error as Error)?.stack ?? error}\n`);
      process.exitCode = 1;
    }
  }
  // Input that nobody reads any more keeps no process.
  process.stdout.write("", () => process.stderr.write("", () => process.exit()));
});
