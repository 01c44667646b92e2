import { STATUS } from "../failures.js";
import { writeWhole } from "../files/writeWhole.js";
import type { Job } from "../Job.js";
import type { Desk } from "../terminal/Desk.js";

/** Saves, reports and prints a result. Files come first: whoever reads what is printed may have read enough at any time. */
export async function finish(
  job: Job,
  desk: Desk,
  result: { toJSON(): object },
  isConverged: boolean,
  summary: () => string,
): Promise<number> {
  const { output, json } = job.options;
  if (output !== undefined) await writeWhole(job, output, `${JSON.stringify(result)}\n`);
  await desk.print(json ? `${JSON.stringify(result)}\n` : `${summary()}\n`);
  return isConverged ? STATUS.done : STATUS.notConverged;
}
