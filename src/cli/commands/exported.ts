import { basename } from "node:path";
import { exportModel } from "../../index.js";
import { Failure, STATUS } from "../failures.js";
import { modelIn, readResult } from "../files/readResult.js";
import { writeWhole } from "../files/writeWhole.js";
import type { Job } from "../Job.js";
import type { Desk } from "../terminal/Desk.js";

const FORMATS = { sql: "sql", js: "javascript", onnx: "onnx", csv: "csv" } as const;

/** Writes a model in another language. */
export async function exported(job: Job, desk: Desk): Promise<number> {
  const [file] = job.inputs;
  const { to = "csv", output } = job.options;
  const model = modelIn(basename(file), await readResult(file), job.options);
  let made: string | Uint8Array;
  try {
    made = exportModel(model, FORMATS[to]);
  } catch (error) {
    throw new Failure(`${basename(file)} cannot be written as ${to}: ${(error as Error).message}`);
  }
  const contents = typeof made === "string" && !made.endsWith("\n") ? `${made}\n` : made;
  if (output === undefined) await desk.print(contents);
  else await writeWhole(job, output, contents);
  return STATUS.done;
}
