import type { ChildProcess } from "node:child_process";
import { rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Failure, quote, STATUS } from "./failures.js";
import { flagOf } from "./flags.js";
import type { Job, Settings, Told } from "./Job.js";
import { Progress } from "./terminal/Progress.js";

/** The options that commands cannot do without. */
const NEEDED: Record<string, (keyof Settings)[]> = {
  cv: ["target"],
  fit: ["target", "lambda"],
  path: ["target"],
  many: ["target", "by"],
  export: ["to"],
  worker: ["queue", "dataRoot"],
};

/** Columns of a terminal that is none. */
const WIDTH = 80;
/** Milliseconds that the end of the other process is waited for after Ctrl-C. */
const PATIENCE = 100;
/** What V8 ends with that has no memory left. */
const OUT_OF_MEMORY = 134;

/**
 * Has a command performed by a process of its own, so that this one hears Ctrl-C at once, and whatever was begun is ended in an instant.
 *
 * @param child - Runs `cliChild.ts`, and waits for its job.
 * @returns The exit code.
 */
export function perform(child: ChildProcess, command: string, given: string[], options: Settings): Promise<number> {
  for (const name of NEEDED[command] ?? []) {
    if (options[name] !== undefined) continue;
    throw new Failure(`${command} needs ${flagOf(name)}`, `regulus ${command} --help says more`, STATUS.usage);
  }
  const inputs = inputsOf(command, given, options);
  const { output, report, quiet = false } = options;
  const drafts: Record<string, string> = {};
  for (const file of [output, report]) if (file !== undefined) drafts[file] = draftOf(file);
  const { stdout, stderr } = process;
  const job: Job = {
    command: command as Job["command"],
    inputs,
    options,
    width: Math.max(40, stdout.columns ?? WIDTH),
    isColoured: stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb",
    drafts,
  };
  const progress = new Progress(quiet ? "none" : stderr.isTTY ? "bars" : "lines");
  child.send(job);
  return new Promise((done) => {
    let status: number | undefined;
    const tidy = (): void => {
      progress.clear();
      for (const draft of Object.values(drafts)) rmSync(draft, { force: true });
    };
    const stop = (wanted: number) => (): void => {
      status = wanted;
      child.kill("SIGKILL");
      // A busy machine may take its time to give back the memory of what no longer runs.
      setTimeout(() => {
        tidy();
        process.exit(wanted);
      }, PATIENCE);
    };
    process.removeAllListeners("SIGINT");
    process.on("SIGINT", stop(STATUS.interrupted));
    process.on("SIGTERM", stop(143));
    process.on("SIGHUP", stop(129));
    stderr.on("error", () => {});
    child.on("message", (told: Told) => {
      if (told.kind === "progress") progress.show(told.progress);
      else {
        progress.clear();
        if (told.kind === "say" && !quiet) stderr.write(`${told.text}\n`);
        if (told.kind === "clear") child.send("clear");
      }
    });
    // Its messages have all come by then.
    child.on("close", (code, signal) => {
      tidy();
      const isInterrupted = signal === "SIGINT" || signal === "SIGTERM" || signal === "SIGHUP";
      if (status === undefined && !isInterrupted && (signal !== null || code === OUT_OF_MEMORY)) {
        stderr.write(
          `regulus: the computation was ended by ${signal ?? "V8"}: there may not be enough memory for this table\n`,
        );
      }
      // Whoever looks on is told; in a pipe, silence says that all went well.
      const files = [output, report].filter((file) => file !== undefined);
      if (stderr.isTTY && !quiet && (code === STATUS.done || code === STATUS.notConverged) && files.length > 0)
        stderr.write(`${files.join(" and ")} ${files.length > 1 ? "are" : "is"} written\n`);
      done(status ?? code ?? (isInterrupted ? STATUS.interrupted : STATUS.unusable));
    });
  });
}

/** The files of a command, of which one may be a query in place. */
function inputsOf(
  command: string,
  given: string[],
  { sql, to, output, redis, postgres, delimiter, decimal }: Settings,
): string[] {
  const wanted = command === "predict" ? 2 : 1;
  const isTable = !["export", "report", "bench", "worker"].includes(command);
  if (command === "worker" && (redis === undefined) === (postgres === undefined)) {
    throw new Failure("worker needs either --redis or --postgres", "regulus worker --help says more", STATUS.usage);
  }
  if (to === "onnx" && output === undefined && process.stdout.isTTY) {
    throw new Failure("ONNX is no text for a terminal", "--output model.onnx writes it to a file", STATUS.usage);
  }
  if (isTable && sql !== undefined && given.length === wanted) {
    throw new Failure(`${command} takes a file or --sql, got both`, "", STATUS.usage);
  }
  if (isTable && sql === undefined && given.length < wanted) {
    throw new Failure(`${command} needs a table`, "a file, - for standard input, or --sql 'SELECT …'", STATUS.usage);
  }
  if (decimal !== undefined && decimal === delimiter) {
    const fix = decimal === "," ? "without --delimiter, commas in quotes are decimal ones" : "";
    throw new Failure("--decimal and --delimiter cannot be the same character", fix, STATUS.usage);
  }
  if (given.filter((one) => one === "-").length > 1) {
    throw new Failure("standard input can only be one of the files", "", STATUS.usage);
  }
  return given;
}

/** Where a file is written before it is whole: beside it, so that renaming it is one step. */
function draftOf(file: string): string {
  const folder = dirname(resolve(file));
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) throw new Failure(`there is no folder ${quote(folder)} to write ${quote(file)} to`);
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Failure(`${quote(file)} is a folder, and cannot be written as a file`);
  }
  return join(folder, `.${basename(file)}.${process.pid}.part`);
}
