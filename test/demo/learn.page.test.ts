import type { Browser, Locator, Page } from "playwright";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launch, nonsense, PATIENCE, ready, type Visit, visit } from "./visit.js";

let browser: Browser;
let opened: Visit;
let page: Page;
beforeAll(async () => {
  browser = await launch();
});
// One visit: what each test does to the page does not matter to the others.
beforeAll(async () => {
  opened = await visit(browser);
  page = opened.page;
  await ready(page);
  await page.getByText("Each fit is exact").waitFor();
}, PATIENCE);
afterEach(async () => {
  expect(await nonsense(page)).toBeUndefined();
  expect(opened.messages).toEqual([]);
});
afterAll(() => browser.close());

const heading = (name: RegExp): Promise<void> => page.getByRole("heading", { level: 1, name }).waitFor();
const cursor = (): Locator => page.getByRole("slider", { name: /^lambda, from/ });

/** Drags with the mouse from one share of an element's width and height to another. */
async function drag(target: Locator, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  await target.scrollIntoViewIfNeeded();
  const box = (await target.boundingBox()) as { x: number; y: number; width: number; height: number };
  const at = ([x, y]: readonly [number, number]): [number, number] => [box.x + x * box.width, box.y + y * box.height];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 8 });
  await page.mouse.up();
}

describe("the path", () => {
  it("dragged to the strong end all weights are zero, to the weak end none is", async () => {
    await drag(cursor(), [0.3, 0.5], [0.001, 0.5]);
    await heading(/all 10 weights zero/);
    await drag(cursor(), [0.01, 0.5], [0.999, 0.5]);
    await heading(/All 10 variables are kept/);
  });

  it("by keyboard: left raises lambda, Home ends where all are zero", async () => {
    await cursor().focus();
    const before = await cursor().inputValue();
    await page.keyboard.press("ArrowLeft");
    expect(Number(await cursor().inputValue())).toBeLessThan(Number(before));
    await page.keyboard.press("Home");
    await heading(/all 10 weights zero/);
  });

  it("with L2 alone no weight is zero", async () => {
    await cursor().press("Home");
    await heading(/all 10 weights zero/);
    await page.getByRole("slider", { name: "l1Ratio" }).first().fill("0");
    await heading(/All 10 variables are kept/);
    await page.getByRole("slider", { name: "l1Ratio" }).first().fill("1");
    await heading(/all 10 weights zero/);
  });
});

describe("none, L1, L2 and both", () => {
  const read = (): Promise<string[]> =>
    page.locator("table.compare .bar i").evaluateAll((all) => all.map((bar) => (bar as HTMLElement).style.cssText));
  /** Those of the exact fits, which follow what is shown at first. */
  const bars = async (): Promise<string[]> => {
    for (let last = ""; ; ) {
      const now = await read();
      if (JSON.stringify(now) === last) return now;
      last = JSON.stringify(now);
      await page.waitForTimeout(300);
    }
  };

  it("hiding one changes no bar of the others", async () => {
    const before = await bars();
    await page.getByRole("checkbox", { name: "L2" }).uncheck();
    const after = await bars();
    expect(after.length).toBe(before.length - 10);
    // Rows of none, L1, L2, both.
    expect(after).toEqual(before.filter((_, k) => k % 4 !== 2));
  });

  it("both are not L1 once more where l1Ratio leaves that alone", async () => {
    await page.getByRole("slider", { name: "l1Ratio" }).first().fill("1");
    const before = await bars();
    const row = before.slice(0, 3 * (before.length / 30));
    expect(row.length).toBe(3);
    expect(row[1].replace("--c1", "")).not.toBe(row[2].replace("--c3", ""));
    await page.getByText(/Both have an l1Ratio of 0\.50\./).waitFor();
  });

  it("L2 has no ring for exactly zero, L1 has", async () => {
    await page.getByRole("checkbox", { name: "L2" }).check();
    const rings = (column: number): Promise<number> =>
      page.locator(`table.compare td:nth-child(${column}) .ring`).count();
    expect(await rings(4)).toBe(0);
    expect(await rings(3)).toBeGreaterThan(3);
  });
});

describe("the geometry", () => {
  it("near an axis the diamond is touched at its corner", async () => {
    const plane = page.getByRole("application", { name: /^L1: least squares/ });
    await page.getByText("neither is zero").first().waitFor();
    await drag(plane, [0.7, 0.3], [0.9, 0.53]);
    await page
      .getByText(/is exactly zero: the contour touches a corner/)
      .first()
      .waitFor();
  });

  it("by keyboard", async () => {
    const plane = page.getByRole("application", { name: /^L2: least squares/ });
    const label = await plane.getAttribute("aria-label");
    await plane.focus();
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction((before) => document.activeElement?.getAttribute("aria-label") !== before, label);
  });

  it("the same variable twice makes the two change places", async () => {
    await page.getByLabel("across").selectOption("s5 log triglycerides");
    expect(await page.getByLabel("upwards").locator("option:checked").textContent()).toBe("bmi");
  });
});

it("the proximal step arrives at zero and stays, the subgradient does not", async () => {
  const step = page.getByRole("button", { name: "Step", exact: true });
  for (let k = 0; k < 3; ++k) await step.click();
  await page.getByText("3 steps", { exact: true }).waitFor();
  await page.getByText(/2 of 3 exactly zero/).waitFor();
  await page.getByRole("button", { name: "10 steps" }).click();
  await page.getByText(/3 of 3 exactly zero/).waitFor();
  await page.getByText(/^Now.*no weight is zero/).waitFor();
});

describe("pitfalls", () => {
  const cases = [
    ["Penalising biases", /too low/, "Mend it: leave the bias unpenalised", /average prediction is 152/],
    [
      "Lambda too large",
      /all 10 weights are exactly zero/,
      "Mend it: let cross-validation choose",
      /of 10 weights are kept/,
    ],
    ["Lambda too small", /times as much/, "Mend it: let cross-validation choose", /Cross-validation takes lambda/],
    [
      "L1 by hand, gradients not cleared",
      /never settles/,
      "Mend it: clear them, and take the proximal step",
      /5 of the 5/,
    ],
    ["L1 where no sparsity is wanted", /throws \d+ away/, "Mend it: use L2", /30 sensors share the work/],
  ] as const;
  it.each(cases)("%s happens, and is mended", async (title, happens, mend, mended) => {
    const card = page.locator("article", { has: page.getByRole("heading", { name: title }) });
    await card.getByText(happens).waitFor();
    await card.getByRole("button", { name: mend }).click();
    await card.getByText(mended).waitFor();
    await card.getByRole("button", { name: "Break it again" }).click();
    await card.getByText(happens).waitFor();
  });
});

it("another data set brings its own path", async () => {
  await page.getByLabel("Data", { exact: true }).selectOption("products");
  await heading(/of 64 variables are kept/);
});
