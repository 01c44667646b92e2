/** A worker in a process of its own: node worker.mjs URL OPTIONS, as JSON. At its end it says for how long its event loop was held up at the most. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { connectionOf, startWorker } from "../../dist/bullmq.node.js";

const [, , url, options] = process.argv;
const { connection, end } = await connectionOf(url);
const worker = await startWorker({ connection, ...JSON.parse(options) });
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
process.stdout.write("ready\n");
process.on("SIGTERM", async () => {
  await worker.close();
  await end();
  process.stdout.write(`lag ${delay.max / 1e6}\n`);
});
