import { extname } from "node:path";
import type { AnyModel, ManyModels } from "../../index.js";
import { Failure, STATUS } from "../failures.js";
import { manyLines } from "../files/manyLines.js";
import { manyParquet } from "../files/manyParquet.js";
import { writeWhole } from "../files/writeWhole.js";
import type { Job } from "../Job.js";
import { explain } from "../table/explain.js";
import { readDesign } from "../table/readDesign.js";
import type { Desk } from "../terminal/Desk.js";
import { describeMany } from "../terminal/describeMany.js";
import { fitOptions, foldOptions, manyExecutorFor } from "./settings.js";

const FORMATS = [".jsonl", ".ndjson", ".parquet", ".json"];

/** Fits one model for each group of rows. */
export async function many(job: Job, desk: Desk): Promise<number> {
  const { options } = job;
  const { lambda = "cv", l1Ratio = [1], rule, output, json } = options;
  const format = output === undefined ? undefined : extname(output).toLowerCase();
  if (format !== undefined && !FORMATS.includes(format)) {
    const message = `models are written as .jsonl, .parquet or .json, got ${output}`;
    throw new Failure(message, "--output models.jsonl has one in each line", STATUS.usage);
  }
  if (lambda !== "cv" && l1Ratio.length > 1) {
    throw new Failure("several values of --l1-ratio are to be chosen from", "--lambda cv chooses", STATUS.usage);
  }
  const training = await readDesign(job.inputs[0], options, desk);
  const executor = manyExecutorFor(job, training, lambda === "cv");
  const { X, y, groups } = training;
  try {
    const started = performance.now();
    const models = (await executor.fitMany(
      {
        X: X as never,
        y: y as Float64Array,
        groups: groups as Float64Array,
        ...fitOptions(options, training),
        ...(lambda === "cv" ? { ...foldOptions(options), rule } : {}),
        lambda,
        l1Ratio: l1Ratio.length > 1 ? l1Ratio : l1Ratio[0],
      },
      { onProgress: (progress) => desk.progress({ label: "fitting", ...progress }) },
    )) as ManyModels<AnyModel>;
    const seconds = (performance.now() - started) / 1000;
    const fitted = models.errors.filter((error) => error === undefined).length;
    if (output !== undefined) {
      const contents =
        format === ".json"
          ? `${JSON.stringify(models)}\n`
          : format === ".parquet"
            ? (draft: string) => manyParquet(models, training.names, draft)
            : manyLines(models, (done) =>
                desk.progress({ label: `writing ${output}`, done, total: models.length, unit: "models" }),
              );
      await writeWhole(job, output, contents);
    }
    await desk.print(
      json ? `${JSON.stringify(models)}\n` : `${describeMany(models, training, { fitted, seconds, options, desk })}\n`,
    );
    return fitted > 0 ? STATUS.done : STATUS.unusable;
  } catch (error) {
    throw await explain(error, { table: training.table, options, rows: training.rows, names: training.names });
  } finally {
    await executor.close();
  }
}
