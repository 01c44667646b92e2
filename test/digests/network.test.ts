/**
 * The network of examples/network.ts learns the same weights, to the bit, on both backends, in Node and in Chromium, and there in the
 * worker of examples/browser.
 */

import { describe, expect, test } from "vitest";
import { breastCancer } from "../../examples/breastCancer.js";
import type { Order, Report } from "../../examples/browser/worker.js";
import csv from "../../examples/data/breast-cancer.csv?raw";
import { createNetwork, createOptimizer, type Method, type Progress, train } from "../../examples/network.js";
import { setBackend } from "../../src/index.js";
import { digest, expectDigest } from "../support/digest.js";

const methods: Method[] = [
  { name: "adamw", learningRate: 3e-3, weightDecay: 0.05 },
  { name: "adam", learningRate: 3e-3, l1: 0.01 },
];

const [hidden, epochs, seed] = [16, 8, 7];
const orderOf = (method: Method): Extract<Order, { type: "train" }> => ({
  type: "train",
  csv,
  method,
  hidden,
  epochs,
  seed,
});

/** Trains on this thread. */
function here(method: Method): { weights: Float32Array[]; told: Progress[] } {
  const { training } = breastCancer(csv);
  const network = createNetwork(training.inputs, hidden, seed);
  const told = [...train(network, training, createOptimizer(network, method), { epochs, seed })];
  return { weights: network.weights, told };
}

test.each(methods)("the bits of $name", (method) => expectDigest(() => ({ weights: here(method).weights })));

/** Sends orders to a worker of the page and gives its reports as they come. */
class Training {
  readonly reports: Report[] = [];
  readonly #worker = new Worker(new URL("../../examples/browser/worker.ts", import.meta.url), { type: "module" });

  /** The last report; `onProgress` hears of each epoch. */
  run(order: Order, onProgress: (progress: Progress) => void = () => {}): Promise<Report> {
    return new Promise((resolve, reject) => {
      this.#worker.onerror = ({ message }) => reject(new Error(message));
      this.#worker.onmessage = ({ data }: MessageEvent<Report>) => {
        this.reports.push(data);
        if (data.type === "progress") onProgress(data);
        else resolve(data);
      };
      this.#worker.postMessage(order);
    });
  }

  cancel(): void {
    this.#worker.postMessage({ type: "cancel" } satisfies Order);
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}

describe.runIf(typeof Worker === "function")("in a worker", () => {
  test.each(methods)("$name tells its progress and ends at the same bits", async (method) => {
    setBackend("auto");
    const expected = here(method);
    using training = new Training();
    const told: Progress[] = [];
    const done = await training.run(orderOf(method), ({ epoch, loss }) => told.push({ epoch, epochs, loss }));
    expect(told).toEqual(expected.told);
    if (done.type !== "done") throw new Error(JSON.stringify(done));
    expect(await digest({ weights: done.weights })).toBe(await digest({ weights: expected.weights }));
    expect(done.zeros > 0).toBe(method.l1 !== undefined);
    expect(done.heldOut).toBeGreaterThan(0.9);
  });

  test("it stops when it is told to, and can begin anew", async () => {
    const [method] = methods;
    using training = new Training();
    const end = await training.run(
      { ...orderOf(method), epochs: 1e6 },
      ({ epoch }) => epoch === 3 && training.cancel(),
    );
    expect(end).toEqual({ type: "cancelled" });
    expect(training.reports.length).toBeLessThan(1000);
    const done = await training.run(orderOf(method));
    expect(done.type === "done" && (await digest({ weights: done.weights }))).toBe(
      await digest({ weights: here(method).weights }),
    );
  });

  test("it says what failed", async () => {
    using training = new Training();
    const end = await training.run(orderOf({ name: "adam", learningRate: -1 }));
    expect(end).toMatchObject({ type: "failed", message: expect.stringContaining("learningRate") });
  });
});

describe.runIf(typeof document === "object")("the page", () => {
  /** The page of examples/browser in a frame. */
  async function open(): Promise<<T extends HTMLElement>(id: string) => T> {
    const frame = document.createElement("iframe");
    frame.src = new URL("../../examples/browser/index.html", import.meta.url).href;
    document.body.append(frame);
    await new Promise((resolve) => frame.addEventListener("load", resolve));
    return <T extends HTMLElement>(id: string) => frame.contentDocument?.getElementById(id) as T;
  }

  test("trains and shows what came out", async () => {
    const element = await open();
    element("train").click();
    await expect
      .poll(() => element("status").textContent, { timeout: 30_000 })
      .toMatch(/% of held-out biopsies right, \d+ of 496/);
    expect(element<HTMLProgressElement>("progress").value).toBe(1);
    expect(element<HTMLButtonElement>("cancel").disabled).toBe(true);
  });

  test("cancels", async () => {
    const element = await open();
    element("train").click();
    await expect.poll(() => element("status").textContent, { timeout: 30_000 }).toContain("epoch");
    element("cancel").click();
    await expect.poll(() => element("status").textContent, { timeout: 30_000 }).toBe("cancelled");
    expect(element<HTMLProgressElement>("progress").value).toBeLessThan(1);
    expect(element<HTMLButtonElement>("train").disabled).toBe(false);
  });
});
