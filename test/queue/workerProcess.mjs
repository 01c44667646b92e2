/** A worker in a process of its own: node workerProcess.mjs URL OPTIONS, as JSON. It says when it takes jobs, and closes when it is told to. */
import { connectionOf, startWorker } from "../../dist/bullmq.node.js";

const [, , url, options] = process.argv;
const { connection, end } = await connectionOf(url);
const worker = await startWorker({ connection, ...JSON.parse(options) });
process.stdout.write("ready\n");
process.on("SIGTERM", async () => {
  await worker.close();
  await end();
});
