import type { Browser } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, nonsense, violations, visit } from "./visit.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

it("measures all four, TensorFlow.js on demand, and copies as JSON", { timeout: 180_000 }, async () => {
  const { page, files, messages, close } = await visit(browser, "#tab=benchmark");
  await page.getByRole("heading", { level: 1, name: /How fast/ }).waitFor();
  expect(files().some((file) => file.includes("tensorflow"))).toBe(false);
  const place = (): Promise<number | undefined> =>
    page
      .getByRole("button", { name: "Measure" })
      .boundingBox()
      .then((box) => box?.y);
  const before = await place();
  await page.getByRole("button", { name: "Measure" }).click();
  await page.getByRole("heading", { level: 1, name: /times as fast/ }).waitFor({ timeout: 150_000 });
  expect(files().some((file) => file.includes("tensorflow"))).toBe(true);
  expect(await place()).toBe(before);
  expect(await page.locator("tbody tr").count()).toBe(6);
  // One line each, what is too long for its place too.
  const heights = await page
    .locator(".race span:not(.unseen), .wide td")
    .evaluateAll((all) => all.map((one) => (one as HTMLElement).offsetHeight));
  expect(Math.max(...heights)).toBeLessThan(36);
  expect(await nonsense(page)).toBeUndefined();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Copy as JSON" }).click();
  await page.getByText("copied", { exact: true }).waitFor();
  const { rows, machine, tensorflow } = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  expect(rows).toHaveLength(6);
  for (const { milliseconds } of rows) {
    for (const time of Object.values(milliseconds)) expect(time).toBeGreaterThan(0);
    expect(Object.keys(milliseconds)).toEqual(expect.arrayContaining(["wasm", "js", "plain"]));
  }
  expect(machine.cores).toBeGreaterThan(0);
  expect(tensorflow.version).toMatch(/^4\./);
  expect(messages).toEqual([]);
  await close();
});

it("says that it was cancelled, and measures again", async () => {
  const { page, messages, close } = await visit(browser, "#tab=benchmark");
  await page.getByRole("checkbox", { name: /TensorFlow/ }).uncheck();
  await page.getByRole("button", { name: "Measure" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("cancelled", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Measure" }).click();
  await page
    .getByText(/times as long/)
    .first()
    .waitFor();
  expect(messages).toEqual([]);
  await close();
});
