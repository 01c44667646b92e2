/** The page: starts the worker, shows what it tells, and cancels. Serve it with `npm run browser`. */

import type { Order, Report } from "./worker.js";

const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const [train, cancel] = [element<HTMLButtonElement>("train"), element<HTMLButtonElement>("cancel")];
const [l1, progress, status] = [
  element<HTMLInputElement>("l1"),
  element<HTMLProgressElement>("progress"),
  element("status"),
];

const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
const order = (message: Order): void => worker.postMessage(message);

function setRunning(running: boolean): void {
  train.disabled = running;
  cancel.disabled = !running;
}

train.addEventListener("click", async () => {
  setRunning(true);
  const csv = await (await fetch(new URL("../data/breast-cancer.csv", import.meta.url))).text();
  const method = { name: "adam", learningRate: 3e-3, l1: l1.valueAsNumber } as const;
  order({ type: "train", csv, method, hidden: 16, epochs: 100, seed: 1 });
});

cancel.addEventListener("click", () => order({ type: "cancel" }));

worker.addEventListener("message", ({ data }: MessageEvent<Report>) => {
  if (data.type === "progress") {
    progress.value = data.epoch / data.epochs;
    status.textContent = `epoch ${data.epoch} of ${data.epochs}, loss ${data.loss.toFixed(4)}`;
    return;
  }
  setRunning(false);
  if (data.type === "done") {
    const right = (100 * data.heldOut).toFixed(1);
    status.textContent = `${right} % of held-out biopsies right, ${data.zeros} of ${data.total} weights exactly 0`;
  } else status.textContent = data.type === "cancelled" ? "cancelled" : data.message;
});
