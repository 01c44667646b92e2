import { fileURLToPath } from "node:url";
import type { Browser } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { STRICT } from "./site.js";
import { launch, nonsense, overhang, ready, type Visit, violations, visit } from "./visit.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const TABS = ["learn", "data", "train", "benchmark"] as const;
const NAMES = { learn: "Learn", data: "Your data", train: "Train", benchmark: "Benchmark" } as const;
const HEADINGS = {
  learn: /variables are kept/,
  data: /Drop a table/,
  train: /Watch weights/,
  benchmark: /How fast/,
} as const;

async function withVisit<T>(opened: Promise<Visit>, work: (visit: Visit) => Promise<T>): Promise<T> {
  const visit = await opened;
  try {
    return await work(visit);
  } finally {
    await visit.close();
  }
}

/** The tab is there with all that it shows at first. */
async function settled({ page }: Visit, tab: (typeof TABS)[number]): Promise<void> {
  await page.getByRole("heading", { level: 1, name: HEADINGS[tab] }).waitFor();
  if (tab !== "learn") return;
  await ready(page);
  await page.getByText("Each fit is exact").waitFor();
  await page.getByRole("img", { name: /^L1 where no sparsity/ }).waitFor();
}

it("the first load is below 250 kB gzipped, brings no other tab, moves nothing and says nothing", () =>
  withVisit(visit(browser), async (opened) => {
    await settled(opened, "learn");
    expect(opened.bytes()).toBeGreaterThan(50_000);
    expect(opened.bytes()).toBeLessThan(250_000);
    expect(opened.files().filter((file) => /tensorflow|Train|YourData|Benchmark|\.csv/.test(file))).toEqual([]);
    const shift = await opened.page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
          }).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => resolve(sum), 300);
        }),
    );
    expect(shift).toBeLessThan(0.02);
    expect(opened.messages).toEqual([]);
  }));

it("links lead from tab to tab, the address says where one is, and going back works", () =>
  withVisit(visit(browser), async ({ page, messages }) => {
    for (const tab of TABS) {
      await page.getByRole("link", { name: NAMES[tab] }).click();
      await page.getByRole("heading", { level: 1, name: HEADINGS[tab] }).waitFor();
      await page.waitForFunction((name) => location.hash.includes(`tab=${name}`), tab);
    }
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: HEADINGS.train }).waitFor();
    expect(messages).toEqual([]);
  }));

it("a link that is followed while the page is busy is not lost to an address that was still to be written", async () => {
  for (let again = 0; again < 4; again++) {
    await withVisit(visit(browser), async (opened) => {
      await settled(opened, "learn");
      const { page } = opened;
      const link = await page.getByRole("link", { name: NAMES.benchmark }).boundingBox();
      await page.mouse.move((link?.x ?? 0) + 5, (link?.y ?? 0) + 5);
      // Busy for longer than the page waits before it writes, so that the click is served first and its event last.
      await page.evaluate(() => {
        const busy = (): void => {
          const end = performance.now() + 400;
          while (performance.now() < end);
        };
        addEventListener("hashchange", busy, { once: true });
      });
      await page.getByRole("link", { name: NAMES.train }).evaluate((element) => (element as HTMLElement).click());
      await page.mouse.down();
      await page.mouse.up();
      await page.getByRole("heading", { level: 1, name: HEADINGS.benchmark }).waitFor({ timeout: 10_000 });
    });
  }
});

it("an address brings back data set, lambda, ratio, pins and seed", () =>
  withVisit(visit(browser, "#data=products&lambda=3&ratio=0.5&pins=sex,bmi&seed=5"), async ({ page }) => {
    await ready(page);
    await page.getByText("442 patients · 64 variables").waitFor();
    expect(await page.getByText(/lambda 3\.00|^3\.00/).count()).toBeGreaterThan(0);
    expect(await page.getByRole("slider", { name: "l1Ratio" }).first().inputValue()).toBe("0.5");
    await page.getByText("Seed 5.").first().waitFor();
    await page.waitForFunction(() => location.hash.includes("seed=5"));
    const words = new URLSearchParams(new URL(page.url()).hash.slice(1));
    expect(Object.fromEntries(words)).toMatchObject({ data: "products", lambda: "3", ratio: "0.5", pins: "sex,bmi" });
  }));

it("an address that makes no sense is passed over", () =>
  withVisit(visit(browser, "#tab=nowhere&data=x&lambda=NaN&ratio=7&pins=[&seed=-1"), async (opened) => {
    await settled(opened, "learn");
    expect(await nonsense(opened.page)).toBeUndefined();
    expect(opened.messages).toEqual([]);
  }));

describe.each(["light", "dark"] as const)("in the %s", (colorScheme) => {
  describe.each([360, 1200])("%i pixels wide", (width) => {
    it("axe finds nothing in any tab, nothing hangs over, no nonsense", () =>
      withVisit(visit(browser, "", { colorScheme, width, reducedMotion: "reduce" }), async (opened) => {
        for (const tab of TABS) {
          await opened.page.getByRole("link", { name: NAMES[tab] }).click();
          await settled(opened, tab);
          expect(await violations(opened.page)).toEqual([]);
          expect(await overhang(opened.page)).toBe(0);
          expect(await nonsense(opened.page)).toBeUndefined();
          const name = `../../build/pages/page-${tab}-${colorScheme}-${width}.png`;
          await opened.page.screenshot({ path: fileURLToPath(new URL(name, import.meta.url)), fullPage: true });
        }
        expect(opened.messages).toEqual([]);
      }));
  });
});

it("a screen of 3840 pixels is filled without anything hanging over", () =>
  withVisit(visit(browser, "", { width: 3840, height: 2160 }), async (opened) => {
    await settled(opened, "learn");
    expect(await overhang(opened.page)).toBe(0);
    const share = await opened.page.evaluate(
      () => (document.querySelector("main") as Element).getBoundingClientRect().width / innerWidth,
    );
    expect(share).toBeGreaterThan(0.4);
  }));

it("on a screen of 3840 pixels pictures fill their boxes, and pointers are where they are seen", () =>
  withVisit(visit(browser, "", { width: 3840, height: 2160 }), async (opened) => {
    await settled(opened, "learn");
    const { page, messages } = opened;
    const chart = page.getByRole("application", { name: /^Coefficient paths/ });
    const [box, seen] = await Promise.all([page.locator(".rg-plot").first().boundingBox(), chart.boundingBox()]);
    expect(seen?.width).toBeCloseTo(box?.width ?? 0, -1);
    const lines = await page.locator(".rg-plot canvas").first().boundingBox();
    expect(lines?.width).toBeCloseTo(box?.width ?? 0, -1);
    const { x, y, width, height } = seen as { x: number; y: number; width: number; height: number };
    const at = x + 0.4 * width;
    await page.mouse.move(x + 0.3 * width, y + 0.1 * height);
    await page.mouse.down();
    await page.mouse.move(at, y + 0.1 * height, { steps: 4 });
    await page.mouse.up();
    const places = (): Promise<number[]> =>
      page.evaluate(() => {
        const slider = document.querySelector<HTMLInputElement>(".rg-slider input") as HTMLInputElement;
        const [thumb, line] = [slider, document.querySelector(".rg-cursor") as Element].map((one) =>
          one.getBoundingClientRect(),
        );
        // Half of the thumb is ten pixels of the page's own.
        const half = (10 * thumb.width) / slider.offsetWidth;
        const share = Number(slider.value) / Number(slider.max);
        return [line.left + line.width / 2, thumb.left + half + share * (thumb.width - 2 * half)];
      });
    await expect.poll(async () => Math.abs((await places())[0] - at)).toBeLessThan(6);
    const [line, thumb] = await places();
    expect(Math.abs(line - thumb)).toBeLessThan(2);
    const plane = page.getByRole("application", { name: /^L1: least squares/ });
    await plane.scrollIntoViewIfNeeded();
    const square = (await plane.boundingBox()) as { x: number; y: number; width: number; height: number };
    await page.mouse.move(square.x + 0.7 * square.width, square.y + 0.3 * square.height);
    await page.mouse.down();
    await page.mouse.move(square.x + 0.9 * square.width, square.y + 0.53 * square.height, { steps: 4 });
    await page.mouse.up();
    const label = (): Promise<string | null> => plane.getAttribute("aria-label");
    await expect.poll(label).toMatch(/at 0\.8\d and −0\.0/);
    expect(messages).toEqual([]);
  }));

describe("without wasm-unsafe-eval", () => {
  it("JavaScript computes, and page and console say so, once", () =>
    withVisit(visit(browser, "", { policy: STRICT }), async (opened) => {
      await settled(opened, "learn");
      await opened.page.getByText("WebAssembly is not allowed here").waitFor();
      for (const tab of ["data", "train", "benchmark"] as const) {
        await opened.page.getByRole("link", { name: NAMES[tab] }).click();
        await settled(opened, tab);
      }
      const own = opened.messages.filter(
        (text) => !/WebAssembly.*(Content Security Policy|unsafe-eval)/i.test(text) || text.startsWith("info"),
      );
      expect(own).toHaveLength(1);
      expect(own[0]).toMatch(/^info: Regulus computes in JavaScript/);
      expect(await violations(opened.page)).toEqual([]);
    }));
});
