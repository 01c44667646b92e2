import type { AnyModel, CrossValidation, Path } from "../../index.js";
import { plural } from "../../printing/numbers.js";
import { STATUS } from "../failures.js";
import { writeWhole } from "../files/writeWhole.js";
import type { Job } from "../Job.js";
import type { Training } from "../table/designOf.js";
import type { Desk } from "../terminal/Desk.js";
import { kindOf } from "../terminal/words.js";

/** What a fit has come to. */
interface Outcome {
  result: AnyModel | Path<AnyModel> | CrossValidation<AnyModel>;
  training: Training;
  /** When it began. */
  started: number;
  isConverged: boolean;
}

/** Saves, reports and prints a result. Files come first: whoever reads what is printed may have read enough at any time. */
export async function finish(job: Job, desk: Desk, outcome: Outcome, summary: () => string): Promise<number> {
  const { output, report, json, target, page } = job.options;
  const { result, training, started, isConverged } = outcome;
  const seconds = (performance.now() - started) / 1000;
  if (output !== undefined) await writeWhole(job, output, `${JSON.stringify(result)}\n`);
  if (report !== undefined) {
    const { renderReport } = await import("../../report/index.js");
    const { X, y, weights, offset, table, count } = training;
    const data = { X, y, weights, offset };
    const kind = kindOf("path" in result ? { ...result, family: result.path.family } : result);
    const title = `${kind} on ${table.name} · ${plural(count, "row")} · target ${target}`;
    await writeWhole(job, report, renderReport(result, { title, data, target, seconds, page }));
  }
  await desk.print(json ? `${JSON.stringify(result)}\n` : `${summary()}\n`);
  return isConverged ? STATUS.done : STATUS.notConverged;
}
