import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, ready, type Visit, visit } from "./visit.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

async function withVisit(hash: string, work: (visit: Visit) => Promise<void>): Promise<void> {
  const opened = await visit(browser, hash);
  try {
    await work(opened);
  } finally {
    await opened.close();
  }
}

/** Clicks as quickly as nobody can, with no turn of the page between. */
const clickTwice = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const button = document.querySelector<HTMLButtonElement>("button.first");
    button?.click();
    await Promise.resolve();
    button?.click();
  });

describe("an address that is taken while the page is open", () => {
  it("brings its pins, and one without any takes them off", () =>
    withVisit("#data=diabetes", async ({ page, messages }) => {
      await ready(page);
      await page.evaluate(() => {
        location.hash = "data=diabetes&pins=age,sex";
      });
      const pins = page.locator(".rg-row[aria-pressed=true]");
      await expect.poll(() => pins.count()).toBe(2);
      await page.waitForFunction(() => location.hash.includes("pins=age%2Csex"));
      await page.evaluate(() => {
        location.hash = "data=diabetes";
      });
      await expect.poll(() => pins.count()).toBe(0);
      expect(messages).toEqual([]);
    }));

  it("brings pins of another data set", () =>
    withVisit("#data=diabetes&pins=age", async ({ page }) => {
      await ready(page);
      await page.evaluate(() => {
        location.hash = "data=wide&pins=x12";
      });
      await page.getByText("200 variables").first().waitFor();
      await page.waitForFunction(() => /data=wide.*pins=x12/.test(location.hash));
    }));
});

it("the point of least squares is that of the data set which is shown, until it is moved", () =>
  withVisit("", async ({ page }) => {
    await ready(page);
    const plane = page.getByRole("application", { name: /^L1: least squares/ });
    const label = (): Promise<string | null> => plane.getAttribute("aria-label");
    await expect.poll(label).toMatch(/at 0\.42 and 0\.38/);
    await page.getByLabel("Data", { exact: true }).selectOption("wide");
    await expect.poll(label).toMatch(/at −0\.011 and 0\.0084/);
  }));

describe("training", () => {
  it("a second click pauses, though the first still waits for the worker", () =>
    withVisit("", async ({ page }) => {
      await ready(page);
      let load = (): void => {};
      const held = new Promise<void>((resolve) => {
        load = resolve;
      });
      await page.route(/worker-/, async (route) => {
        await held;
        await route.continue();
      });
      await page.getByRole("link", { name: "Train" }).click();
      await page.getByRole("button", { name: "Train", exact: true }).waitFor();
      await clickTwice(page);
      load();
      await page.getByText("biopsies are learnt from").waitFor();
      await page.waitForTimeout(300);
      expect(await page.getByText(/^epoch \d+ of/).innerText()).toMatch(/^epoch [01] of/);
    }));

  it("paused and taken up again within a frame it is as fast as before", () =>
    withVisit("#tab=train", async ({ page }) => {
      await page.getByText("biopsies are learnt from").waitFor();
      // Calls of the loops are counted, which are one for a frame.
      await page.evaluate(() => {
        const counts = { calls: 0, frames: 0 };
        Object.assign(globalThis, { counts });
        const request = globalThis.requestAnimationFrame.bind(globalThis);
        const count = (): void => {
          counts.frames += 1;
          request(count);
        };
        request(count);
        globalThis.requestAnimationFrame = (callback) => {
          counts.calls += /advance/.test(String(callback)) ? 1 : 0;
          return request(callback);
        };
      });
      await page.getByRole("button", { name: "Train", exact: true }).click();
      await page.getByRole("button", { name: "Pause", exact: true }).waitFor();
      for (let again = 0; again < 5; again++) await clickTwice(page);
      const counts = (): Promise<{ calls: number; frames: number }> =>
        page.evaluate(() => ({ ...(globalThis as unknown as { counts: { calls: number; frames: number } }).counts }));
      const before = await counts();
      await expect.poll(async () => (await counts()).frames - before.frames).toBeGreaterThan(20);
      const after = await counts();
      expect(after.calls - before.calls).toBeLessThan(1.5 * (after.frames - before.frames));
    }));
});

describe("a worker that does not load", () => {
  it.each([
    ["Train", "Train"],
    ["Your data", "wine.csv"],
    ["Benchmark", "Measure"],
  ])("is said in %s, and mended by loading the page again", (tab, button) =>
    withVisit("", async ({ page, url }) => {
      await ready(page);
      await page.route(/worker-/, (route) => route.fulfill({ status: 404 }));
      await page.getByRole("link", { name: tab }).click();
      await page.getByRole("button", { name: button, exact: true }).click();
      const mend = page.getByRole("alert").getByRole("button");
      await expect.poll(() => mend.allInnerTexts()).toEqual(["Load the page again"]);
      await page.unroute(/worker-/);
      await mend.click();
      await page.waitForFunction(() => document.querySelector("[role=alert]") === null);
      await page.getByRole("button", { name: button, exact: true }).waitFor();
      expect(page.url()).toContain(url);
    }),
  );
});

it("TensorFlow.js can be cancelled while it is on its way", () =>
  withVisit("#tab=benchmark", async ({ page }) => {
    const asked = new Promise<void>((resolve) => {
      // Never answered.
      void page.context().route(/tensorflow-.*\.js/, () => resolve());
    });
    await page.getByRole("button", { name: "Measure", exact: true }).click();
    await asked;
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("cancelled", { exact: true }).waitFor({ timeout: 5_000 });
  }));
