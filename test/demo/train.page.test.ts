import type { Browser } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { STRICT, WITH_WASM } from "./site.js";
import { launch, nonsense, visit } from "./visit.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

it.each([
  ["with WebAssembly", WITH_WASM],
  ["without", STRICT],
])("%s the network learns: L1 makes weights exactly zero, the others none", async (_, policy) => {
  const { page, close } = await visit(browser, "#tab=train", { policy });
  await page.getByRole("button", { name: "Train" }).click();
  await page.getByRole("heading", { level: 1, name: /weights are exactly zero/ }).waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  const zeros = await page.locator("tr", { hasText: "exactly zero" }).locator("td").allTextContents();
  expect(zeros.slice(0, 2)).toEqual(["0 of 496", "0 of 496"]);
  expect(Number.parseInt(zeros[2], 10)).toBeGreaterThan(0);
  expect(await nonsense(page)).toBeUndefined();
  await close();
});

it("a learning rate that is too large is told in a sentence, and mended by a button", async () => {
  const { page, messages, close } = await visit(browser, "#tab=train");
  await page.getByRole("slider", { name: "learning rate" }).fill("1");
  await page.getByRole("button", { name: "Train" }).click();
  await page.getByText(/The training diverges/).waitFor();
  expect(await nonsense(page)).toBeUndefined();
  await page.getByRole("button", { name: /^Mend it/ }).click();
  await page.getByRole("heading", { level: 1, name: /weights are exactly zero/ }).waitFor();
  expect(await page.getByText(/diverges/).count()).toBe(0);
  expect(messages).toEqual([]);
  await close();
});
