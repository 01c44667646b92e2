import type { Job } from "../Job.js";
import { explain } from "../table/explain.js";
import { readDesign } from "../table/readDesign.js";
import type { Desk } from "../terminal/Desk.js";
import { describeCrossValidation } from "../terminal/describeCrossValidation.js";
import { finish } from "./finish.js";
import { executorFor, fitOptions, foldOptions } from "./settings.js";

/** Cross-validates. */
export async function cv(job: Job, desk: Desk): Promise<number> {
  const { options } = job;
  const training = await readDesign(job.inputs[0], options, desk);
  const { rule = "min", measure, l1Ratio = [1], folds = 10 } = options;
  const executor = executorFor(job, training, l1Ratio.length * (1 + (folds === "loo" ? training.count : folds)));
  const started = performance.now();
  try {
    const { X, y, groups } = training;
    const result = await executor.crossValidate(
      X,
      y as Float64Array,
      { ...fitOptions(options, training), ...foldOptions(options), groups, measure, l1Ratio },
      { onProgress: (progress) => desk.progress({ label: "cross-validating", ...progress }) },
    );
    const chosen = result.model(rule);
    return await finish(job, desk, { result, training, started, isConverged: chosen.converged }, () =>
      describeCrossValidation(result, training, { rule, desk, options }),
    );
  } catch (error) {
    throw await explain(error, { table: training.table, options, rows: training.rows, names: training.names });
  } finally {
    await executor.close();
  }
}
