/** A coordinator in a process of its own: node coordinator.mjs URL OPTIONS REFERENCES, as JSON. It says what it is at, and at last the result. */
import { connectionOf, createQueueExecutor, reference } from "../../dist/bullmq.node.js";

const [, , url, options, references] = process.argv;
const { connection, end } = await connectionOf(url);
const executor = createQueueExecutor({ connection, ...JSON.parse(options) });
const [X, y] = JSON.parse(references).map(reference);
const settings = { family: "binomial", folds: 12, lambdaCount: 40 };
const onProgress = ({ done }) => process.stdout.write(`at ${done}\n`);
const cv = await executor.crossValidate(X, y, settings, { onProgress });
process.stdout.write(`pieces ${executor.stats().pieces}\nresult ${JSON.stringify(cv)}\nend\n`);
await executor.close();
await end();
