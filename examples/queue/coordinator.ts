/**
 * Hands out 5,000 models of 40 rows each, and a cross-validation of all rows, to the workers of a queue: `npm run queue`, once
 * `npm run queue:worker` runs somewhere. The data are files; what goes through the queue are their names.
 */

import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { dense, fitMany, type Progress } from "regulus";
import { connectionOf, createQueueExecutor, reference } from "regulus/bullmq";
import { randomNumbers } from "../random.js";
import { DATA, QUEUE, RESULTS, URL } from "./places.js";

const [rows, columns, batch] = [200_000, 10, 5000];

/** Writes numbers as they lie in memory, little-endian, and says where they are. */
function put(url: string, values: Float64Array, width: number) {
  writeFileSync(join(DATA, url), values);
  const sha256 = createHash("sha256").update(values).digest("hex");
  return reference({ url, columns: width, rows: [0, values.length / width], sha256 });
}

const random = randomNumbers(1);
const X = Float64Array.from({ length: rows * columns }, random);
const y = Float64Array.from({ length: rows }, (_, i) => X[i * columns] - X[i * columns + 3] + random());

const { connection, end } = await connectionOf(URL);
const executor = createQueueExecutor({ connection, queue: QUEUE, resultRoot: RESULTS });
const onProgress = ({ done, total, unit }: Progress): void => {
  process.stdout.write(`\r${done} of ${total} ${unit}   ${done === total ? "\n" : ""}`);
};
try {
  const [refX, refY] = [put("X.f64", X, columns), put("y.f64", y, 1)];
  const many = await executor.fitMany({ X: refX, y: refY, batch, lambda: 0.1 }, { onProgress });
  const cv = await executor.crossValidate(refX, refY, { folds: 10 }, { onProgress });
  console.log(String(cv));
  const here = fitMany({ X: dense(X, rows, columns), y, batch, lambda: 0.1 });
  const isSame = Buffer.compare(many.toBytes(), here.toBytes()) === 0;
  console.log(
    `${batch} models of ${executor.stats().pieces} jobs: ${isSame ? "the same bits as" : "other bits than"} here`,
  );
} finally {
  await executor.close();
  await end();
}
