import type { Job } from "../Job.js";
import { explain } from "../table/explain.js";
import { readDesign } from "../table/readDesign.js";
import type { Desk } from "../terminal/Desk.js";
import { describePath } from "../terminal/describePath.js";
import { finish } from "./finish.js";
import { executorFor, fitOptions } from "./settings.js";

/** Fits a path. */
export async function path(job: Job, desk: Desk): Promise<number> {
  const { options } = job;
  const training = await readDesign(job.inputs[0], options, desk);
  const executor = executorFor(job, training, 0);
  const { lambda, lambdaCount, l1Ratio = [1] } = options;
  const started = performance.now();
  try {
    const result = await executor.regularizationPath(
      training.X,
      training.y as Float64Array,
      { ...fitOptions(options, training), lambdas: lambda as never, lambdaCount, l1Ratio: l1Ratio[0] },
      { onProgress: (progress) => desk.progress({ label: "fitting", ...progress }) },
    );
    const isConverged = result.converged.every((one) => one === 1);
    return await finish(job, desk, { result, training, started, isConverged }, () =>
      describePath(result, training, desk),
    );
  } catch (error) {
    throw await explain(error, { table: training.table, options, rows: training.rows, names: training.names });
  } finally {
    await executor.close();
  }
}
