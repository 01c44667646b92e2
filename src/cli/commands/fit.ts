import { type AnyModel, elasticNet, huber, logistic, multinomial, poisson } from "../../index.js";
import type { Job } from "../Job.js";
import { explain } from "../table/explain.js";
import { readDesign } from "../table/readDesign.js";
import type { Desk } from "../terminal/Desk.js";
import { describeModel } from "../terminal/describeModel.js";
import { finish } from "./finish.js";
import { fitOptions } from "./settings.js";

const FITS = { gaussian: elasticNet, binomial: logistic, multinomial, poisson, huber };

/** Fits one model. */
export async function fit(job: Job, desk: Desk): Promise<number> {
  const { options } = job;
  const training = await readDesign(job.inputs[0], options, desk);
  const { family: _, ...common } = fitOptions(options, training);
  const { family = "gaussian", lambda, l1Ratio = [1] } = options;
  desk.progress({ label: "fitting", done: 0, total: Number.POSITIVE_INFINITY, unit: "" });
  const started = performance.now();
  try {
    const make = FITS[family] as unknown as (X: unknown, y: unknown, options: object) => AnyModel;
    const model = make(training.X, training.y, { ...common, lambda, l1Ratio: l1Ratio[0] });
    return await finish(job, desk, { result: model, training, started, isConverged: model.converged }, () =>
      describeModel(model, training, desk),
    );
  } catch (error) {
    throw await explain(error, { table: training.table, options, rows: training.rows, names: training.names });
  }
}
