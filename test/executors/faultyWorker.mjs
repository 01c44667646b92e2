// The script of regulus/worker, which fails at one of the pieces that it is given.
import { parentPort, workerData } from "node:worker_threads";

const { fault, at } = workerData;
const faults = {
  exit: () => process.exit(0),
  throw: () => {
    throw new Error("injected");
  },
  silent: () => {},
  // Once there has been time to send it more.
  late: () => {
    isDeaf = true;
    setTimeout(() => process.exit(0), 100);
  },
  busy: () => {
    for (;;);
  },
};
let pieces = 0;
let isDeaf = false;
const { on } = parentPort;
parentPort.on = (event, listener) =>
  on.call(parentPort, event, (message) => {
    const isFatal = message.piece !== undefined && pieces++ === at;
    if (isFatal) faults[fault]();
    else if (!isDeaf) listener(message);
  });
await import("../../dist/worker.js");
