/**
 * A worker of a queue: `npm run queue:worker`, in as many terminals, or on as many machines, as there are. QUEUE_URL says where Redis or
 * PostgreSQL is; Ctrl-C lets it finish what it has in hand.
 */

import { connectionOf, startWorker } from "regulus/bullmq";
import { DATA, QUEUE, RESULTS, URL } from "./places.js";

const { connection, end } = await connectionOf(URL);
const worker = await startWorker({ connection, queue: QUEUE, dataRoot: DATA, resultRoot: RESULTS, migrate: true });
console.log(`worker ${process.pid} takes jobs of "${QUEUE}" at ${URL}`);
process.once("SIGINT", async () => {
  await worker.close();
  await end();
});
