import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright";
import { expect } from "vitest";

/** Where pictures of pages go, for people to look at. */
const PICTURES = "build/pages/report";
/** What a report must open under. */
const POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'";

export interface Opened {
  page: Page;
  /** What the page wrote to the console, and its errors. */
  said: string[];
  /** All that it asked for. */
  requests: string[];
}

interface OpenOptions {
  width?: number;
  height?: number;
  scheme?: "light" | "dark";
  reducedMotion?: "reduce" | "no-preference";
  forcedColors?: "active" | "none";
  hash?: string;
}

/** A browser, and a server that hands out reports as if they lay on a web page with a strict policy. */
export class Pages {
  readonly #browser: Browser;
  readonly #server = createServer((request, response) => {
    const html = this.#reports.get(request.url ?? "");
    response.writeHead(html === undefined ? 404 : 200, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": POLICY,
    });
    response.end(html);
  });
  readonly #reports = new Map<string, string>();

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(): Promise<Pages> {
    mkdirSync(PICTURES, { recursive: true });
    const pages = new Pages(
      await chromium.launch({
        executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
        args: ["--no-sandbox", "--disable-gpu"],
      }),
    );
    await new Promise<void>((resolve) => pages.#server.listen(0, "127.0.0.1", resolve));
    return pages;
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async open(html: string, options: OpenOptions = {}): Promise<Opened> {
    const {
      width = 1280,
      height = 900,
      scheme = "light",
      reducedMotion = "no-preference",
      forcedColors = "none",
      hash = "",
    } = options;
    const path = `/${this.#reports.size}.html`;
    this.#reports.set(path, html);
    const context = await this.#browser.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      reducedMotion,
      forcedColors,
      permissions: ["clipboard-read", "clipboard-write"],
      bypassCSP: false,
    });
    const page = await context.newPage();
    const said: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(String(error)));
    page.on("request", (request) => requests.push(request.url()));
    const { port } = this.#server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}${path}${hash}`);
    await page.locator(".rg-say").waitFor();
    return { page, said, requests };
  }
}

/** Nothing said, nothing asked for but the report itself, no number that is none. */
export async function expectQuiet({ page, said, requests }: Opened): Promise<void> {
  expect(said).toEqual([]);
  expect(requests.filter((url) => !url.startsWith("blob:"))).toHaveLength(1);
  expect(await page.locator("body").innerText()).not.toMatch(/NaN|undefined|\[object/);
}

/** What axe has against a page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  // By the debugger, which no policy holds back.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
  });
  expect(violations).toEqual([]);
}

export const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
