import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright";
import { serve, WITH_WASM } from "./site.js";

/** Nothing takes so long: a guard against what hangs, on machines that others use too. */
export const PATIENCE = 45_000;

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });

/** A page that has been opened, and what became of it. */
export interface Visit {
  page: Page;
  url: string;
  /** What it has written into the console, and what it has thrown. */
  messages: string[];
  /** Bytes that were sent for it, gzipped. */
  bytes(): number;
  files(): string[];
  close(): Promise<void>;
}

interface Wishes {
  policy?: string;
  width?: number;
  height?: number;
  colorScheme?: "light" | "dark";
  reducedMotion?: "reduce" | "no-preference";
  forcedColors?: "active" | "none";
}

/** Opens the page at an address behind the #, in a context of its own. */
export async function visit(browser: Browser, hash = "", wishes: Wishes = {}): Promise<Visit> {
  const {
    policy = WITH_WASM,
    width = 1200,
    height = 900,
    colorScheme = "light",
    reducedMotion = "no-preference",
    forcedColors = "none",
  } = wishes;
  const site = await serve(policy);
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion,
    forcedColors,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const messages: string[] = [];
  page.on("console", (message) => messages.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => messages.push(`thrown: ${error.message}`));
  await page.goto(site.url + hash);
  return {
    page,
    url: site.url,
    messages,
    bytes: () => site.sent.reduce((sum, { bytes }) => sum + bytes, 0),
    files: () => site.sent.map(({ file }) => file),
    async close() {
      await context.close();
      await site.close();
    },
  };
}

/** What axe finds, a line for each. */
export async function violations(page: Page): Promise<string[]> {
  // Not by a script element, which the page's policy forbids.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> };
    };
    const found = (await axe.run()).violations;
    return found.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ""}`),
    );
  });
}

/** How far the page is wider than its window. */
export const overhang = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** The text that can be read: NaN, undefined and the like have no place in it. */
export async function nonsense(page: Page): Promise<string | undefined> {
  const text = await page.evaluate(() => {
    const labels = Array.from(document.querySelectorAll("[aria-label]"), (element) =>
      element.getAttribute("aria-label"),
    );
    return `${document.body.innerText} ${labels.join(" ")}`;
  });
  return /.{0,30}\b(NaN|undefined|Infinity|null|\[object)\b.{0,30}/.exec(text)?.[0];
}

/** The first path is drawn, and the exact fit is there. */
export async function ready(page: Page): Promise<void> {
  await page.getByRole("slider", { name: /^lambda, from/ }).waitFor();
  await page.getByText("exact", { exact: true }).first().waitFor();
}
