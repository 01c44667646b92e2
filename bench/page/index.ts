import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type ElementHandle, type Locator, type Page } from "playwright";
import { build } from "vite";
import { serve, WITH_WASM } from "../../test/demo/site.js";
import { digits, table } from "../harness.js";
import type { Options, Suite } from "../options.js";
import { randomSigned } from "../random.js";

const DEMO = fileURLToPath(new URL("../../demo/", import.meta.url));
const SECONDS = 3;
const REST_MS = 3000;

/** Frames a second at the least, and milliseconds at the most. */
const GATES = { load: 1000, diabetes: 50, wide: 20, train: 60, folds: 30, cancel: 150 };

interface Figure {
  name: keyof typeof GATES;
  title: string;
  unit: "frames/s" | "ms";
  value: number;
}

export const suite: Suite = {
  title:
    "the page in Chromium: until it can be used, frames a second while lambda is dragged, while a network trains, and while a binomial 2000×200 is cross-validated, and how soon that is cancelled",
  names: ["load", "drag", "train", "folds"],
  flags: ["rounds"],
  run,
};

async function run({ names, rounds = 3 }: Options): Promise<Record<string, unknown>> {
  if (!existsSync(`${DEMO}dist/index.html`)) await build({ configFile: `${DEMO}vite.config.ts`, logLevel: "error" });
  const isAsked = (name: string): boolean => names.length === 0 || names.includes(name);
  const site = await serve(WITH_WASM);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    // A browser that has just begun is busy with itself.
    await opened(browser, "about:blank").then((page) => page.waitForTimeout(REST_MS));
    const figures: Figure[] = [];
    const measure = async (name: string, work: () => Promise<Figure[]>): Promise<void> => {
      if (!isAsked(name)) return;
      // The best of some: what else the machine does only slows.
      const all: Figure[][] = [];
      for (let round = 0; round < rounds; ++round) all.push(await work());
      figures.push(
        ...all[0].map((figure, k) => ({
          ...figure,
          value: all
            .map((found) => found[k].value)
            .reduce(figure.unit === "ms" ? (a, b) => Math.min(a, b) : (a, b) => Math.max(a, b)),
        })),
      );
    };
    await measure("load", () => load(browser, site.url));
    await measure("drag", async () => [
      ...(await drag(browser, site.url, "diabetes", "lambda dragged on 442×10")),
      ...(await drag(browser, site.url, "wide", "lambda dragged on 2000×200")),
    ]);
    await measure("train", () => train(browser, site.url));
    await measure("folds", () => folds(browser, site.url));
    const verdict = ({ name, unit, value }: Figure): string =>
      (unit === "ms" ? value <= GATES[name] : value >= GATES[name] * 0.98) ? "ok" : "below";
    console.log(
      table(
        ["", "", "gate", ""],
        figures.map((figure) => [
          figure.title,
          `${digits(figure.value)} ${figure.unit}`,
          `${figure.unit === "ms" ? "at most" : "at least"} ${GATES[figure.name]}`,
          verdict(figure),
        ]),
      ),
    );
    return { rounds, figures };
  } finally {
    await browser.close();
    await site.close();
  }
}

async function opened(browser: Browser, address: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
  const page = await context.newPage();
  // The compiler of this file wraps functions that have names, those too that run in the page.
  await page.addInitScript("globalThis.__name = (one) => one");
  await page.goto(address);
  return page;
}

const cursorOf = (page: Page) => page.getByRole("slider", { name: /^lambda, from/ });

/** From the first request until the path is drawn and its slider can be dragged. */
async function load(browser: Browser, url: string): Promise<Figure[]> {
  const page = await opened(browser, "about:blank");
  // Told by the page itself: what drives it looks only now and then.
  await page.addInitScript(() => {
    const look = (): void => {
      if (document.querySelector('input[aria-label^="lambda, from"]')) performance.mark("ready");
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(url);
  const found = await page.waitForFunction(() => performance.getEntriesByName("ready")[0]?.startTime);
  const value = (await found.jsonValue()) as number;
  await page.context().close();
  return [{ name: "load", title: "until lambda can be dragged", unit: "ms", value }];
}

async function drag(browser: Browser, url: string, name: "diabetes" | "wide", title: string): Promise<Figure[]> {
  const page = await opened(browser, `${url}#data=${name}`);
  await cursorOf(page).waitFor();
  await page.getByText("Each fit is exact").waitFor();
  const value = await framesOf(page, cursorOf(page));
  await page.context().close();
  return [{ name, title, unit: "frames/s", value }];
}

/** Frames a second; with a slider, in each of them it is somewhere else. Ends early where what is seen while it lasts has gone. */
async function framesOf(page: Page, slider?: Locator, lasts?: string): Promise<number> {
  const input = (await slider?.elementHandle()) as ElementHandle<HTMLInputElement> | null | undefined;
  return page.evaluate(
    ({ seconds, input, lasts }) =>
      new Promise<number>((resolve) => {
        let frames = 0;
        const start = performance.now();
        const frame = (now: number): void => {
          const past = (now - start) / 1000;
          if (past >= seconds || (lasts && document.querySelector(lasts) === null)) {
            resolve(frames / past);
            return;
          }
          frames += 1;
          if (input) {
            input.value = String(Math.round(Number(input.max) * (0.5 - 0.45 * Math.cos(2 * past))));
            input.dispatchEvent(new Event("input", { bubbles: true }));
          }
          requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      }),
    { seconds: SECONDS, input, lasts },
  );
}

async function train(browser: Browser, url: string): Promise<Figure[]> {
  const page = await opened(browser, `${url}#tab=train`);
  await page.getByRole("button", { name: "Train" }).click();
  await page.getByText(/^epoch [1-9]/).waitFor();
  const value = await framesOf(page);
  await page.context().close();
  return [{ name: "train", title: "while the networks train", unit: "frames/s", value }];
}

/** Two classes of which 200 columns know something: the cross-validation that blocks a page for seconds. */
function csv(): string {
  const random = randomSigned(1);
  const [rows, columns] = [2000, 200];
  const lines = [[...Array.from({ length: columns }, (_, j) => `x${j}`), "y"].join(",")];
  for (let i = 0; i < rows; ++i) {
    const x = Array.from({ length: columns }, random);
    const eta = x.reduce((sum, value, j) => sum + (j % 10 === 0 ? value : 0), 0);
    lines.push([...x.map((value) => value.toFixed(4)), eta + random() > 0 ? "yes" : "no"].join(","));
  }
  return lines.join("\n");
}

async function folds(browser: Browser, url: string): Promise<Figure[]> {
  const page = await opened(browser, `${url}#tab=data`);
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "classes.csv", mimeType: "text/csv", buffer: Buffer.from(csv()) });
  const begin = async (): Promise<void> => {
    await page.getByRole("button", { name: "Cross-validate" }).click();
    await page.waitForFunction(() => Number(document.querySelector("progress")?.value) > 0);
  };
  await begin();
  const frames = await framesOf(page, undefined, "progress");
  // It takes no longer than to count frames: another one is there to be cancelled.
  if ((await page.getByRole("progressbar").count()) === 0) await begin();
  const cancel = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const button = Array.from(document.querySelectorAll("button")).find(
          ({ textContent }) => textContent === "Cancel",
        );
        const start = performance.now();
        const look = (): void => {
          if (document.body.innerText.includes("cancelled")) resolve(performance.now() - start);
          else if (button?.disabled) resolve(Number.NaN);
          else setTimeout(look);
        };
        button?.click();
        look();
      }),
  );
  await page.context().close();
  return [
    { name: "folds", title: "while a binomial 2000×200 is cross-validated", unit: "frames/s", value: frames },
    { name: "cancel", title: "until it is cancelled", unit: "ms", value: cancel },
  ];
}
