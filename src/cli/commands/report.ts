import { basename } from "node:path";
import { renderReport } from "../../report/index.js";
import { Failure, STATUS } from "../failures.js";
import { readResult } from "../files/readResult.js";
import { writeWhole } from "../files/writeWhole.js";
import type { Job } from "../Job.js";
import type { Desk } from "../terminal/Desk.js";

/** Writes the report of a saved result. */
export async function report(job: Job, desk: Desk): Promise<number> {
  const [file] = job.inputs;
  const { title, target, output, page } = job.options;
  const name = basename(file);
  const { kind, result } = await readResult(file);
  if (kind === "many" || kind === "lines")
    throw new Failure(`${name} holds ${result.length} models, and a report is of one`);
  const html = renderReport(result, { title: title ?? name, target, page });
  if (output === undefined) await desk.print(html);
  else await writeWhole(job, output, html);
  return STATUS.done;
}
