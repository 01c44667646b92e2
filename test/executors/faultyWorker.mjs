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

/** Whether a message reaches the worker, unless it is the end of it. */
function passes({ piece }) {
  const isFatal = piece !== undefined && pieces++ === at;
  if (isFatal) faults[fault]();
  return !isFatal && !isDeaf;
}

// Those that it is told of, and those that it looks for.
const threads = process.getBuiltinModule("node:worker_threads");
const { on } = parentPort;
parentPort.on = (event, listener) =>
  on.call(parentPort, event, (message) => {
    if (passes(message)) listener(message);
  });
const { receiveMessageOnPort } = threads;
threads.receiveMessageOnPort = (port) => {
  const found = receiveMessageOnPort(port);
  return found !== undefined && passes(found.message) ? found : undefined;
};
await import("../../dist/worker.js");
