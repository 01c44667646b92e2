import type { Page } from "playwright";
import { type CrossValidation, crossValidate, lasso, regularizationPath } from "regulus";
import { renderReport } from "regulus/report";
import { afterAll, beforeAll, expect, test } from "vitest";
import { biopsies, diabetes, wines } from "./dataSets.js";
import { expectAccessible, expectQuiet, type Opened, Pages, picture } from "./pages.js";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.start();
});
afterAll(() => pages.stop());

const { X, y } = diabetes();
const cv = crossValidate(X, y, { seed: 1, keepFolds: true });
const ofDiabetes = renderReport(cv as CrossValidation, {
  title: "Lasso on diabetes.csv · 442 rows · target progression",
  target: "progression",
  data: { X, y },
  seed: 1,
  page: "https://example.org/page/",
});

/** All kinds of results, small. */
function reports(): [name: string, html: string][] {
  const cancer = biopsies();
  const wine = wines();
  return [
    ["cross-validation", ofDiabetes],
    ["path", renderReport(cv.path, { data: { X, y } })],
    ["model", renderReport(cv.model("1se"), { data: { X, y } })],
    ["zero", renderReport(lasso(X, y, { lambda: 1e3 }))],
    ["relaxed", renderReport(crossValidate(X, y, { relax: [0, 0.5], seed: 1 }), { target: "progression" })],
    [
      "binomial",
      renderReport(crossValidate(cancer.X, cancer.y, { family: "binomial", l1Ratio: [0.5, 1] }), {
        data: { y: cancer.y },
      }),
    ],
    [
      "multinomial",
      renderReport(crossValidate(wine.X, wine.y, { family: "multinomial" }), { data: { X: wine.X, y: wine.y } }),
    ],
  ];
}

/** The x of the cursor in the picture of the paths, and the middle of the slider's thumb, on the screen. */
async function cursorAndThumb({ page }: Opened): Promise<[number, number]> {
  return page.evaluate(() => {
    const line = document.querySelector(".rg-cursor")?.getBoundingClientRect();
    const slider = document.querySelector<HTMLInputElement>("input[type=range]");
    if (!line || !slider) throw new Error("no cursor");
    const { left, width } = slider.getBoundingClientRect();
    const share = Number(slider.value) / Number(slider.max);
    return [line.left + line.width / 2, left + 10 + share * (width - 20)];
  });
}

const looks = reports().flatMap(([name, html], k) =>
  (
    [
      [1280, "light"],
      [360, "dark"],
      [1280, "dark"],
      [360, "light"],
    ] as const
  )
    // All four of the first one; of the others every width and every scheme once.
    .slice(0, k === 0 ? 4 : 2)
    .map(([width, scheme]) => ({ name, html, width, scheme })),
);

test.each(looks)("$name, $width px, $scheme: quiet, accessible, no wider than the screen", async (look) => {
  const { name, html, width, scheme } = look;
  const opened = await pages.open(html, { width, scheme });
  await picture(opened.page, `${name}-${width}-${scheme}`);
  await expectQuiet(opened);
  await expectAccessible(opened.page);
  expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  await opened.page.close();
});

test("names are whole at 360 px, and errors that differ by much are told apart by their ratios", async () => {
  const names = Array.from({ length: 6 }, (_, j) => `region ${j}=south east, "${"deep".repeat(j % 4)}"`);
  const rows = Array.from({ length: 60 }, (_, i) => names.map((_, j) => ((i * (2 * j + 3)) % 17) - 8));
  const steep = rows.map((row, i) => 4000 * row[0] + 900 * row[1] + 100 * (i % 5));
  const { page } = await pages.open(renderReport(crossValidate(rows, steep, { names, seed: 1 })), { width: 360 });
  const cut = await page.$$eval(".rg-row > span", (spans) =>
    spans
      .filter((one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth)
      .map((one) => one.textContent),
  );
  expect(cut).toEqual([]);
  expect(await page.locator(".rg-row > span").count()).toBe(names.length);
  const figure = page.locator("figure", { hasText: "Error in data not seen" }).last();
  expect(await figure.locator("small").first().innerText()).toMatch(/; logarithmic$/);
  const ticks = (await figure.locator("g > line + text").allTextContents()).filter((text) =>
    /^[\d,.]+[KMBT]?$/.test(text),
  );
  expect(ticks.length).toBeGreaterThan(1);
  for (const text of ticks) expect(text).toMatch(/^[125](?:0*|0?,000)[KMBT]?$/);
});

test.each([320, 1200])("names of any script, and where lambda leads to, have room at %i px", async (width) => {
  const names = [
    "年龄与血压的相互作用变量名很长很长很长",
    "👩‍👩‍👧‍👦🎉🎉🎉🎉🎉🎉🎉🎉🎉 family",
    "x".repeat(200),
    "العمر وضغط الدم وضغط الدم والوزن",
  ];
  const rows = Array.from({ length: 60 }, (_, i) => names.map((_, j) => ((i * (2 * j + 3)) % 17) - 8));
  const y = rows.map((row, i) => row[0] - 2 * row[1] + 3 * row[2] - 4 * row[3] + (i % 5));
  const { page } = await pages.open(renderReport(crossValidate(rows, y, { names, folds: 5 })), { width });
  const boxes = (selector: string): Promise<DOMRect[]> =>
    page.$$eval(selector, (all) => all.map((one) => one.getBoundingClientRect().toJSON() as DOMRect));
  const [plot] = await boxes(".rg-plot");
  const labels = await boxes(".rg-name");
  expect(labels).toHaveLength(names.length);
  // The margin of the page is no room, but nothing is written over there.
  for (const { right } of labels) expect(right).toBeLessThan(plot.right + 16);
  expect((await page.locator(".rg-name").allTextContents()).join("")).not.toMatch(/\p{Cs}/u);
  const [strong, weak] = await boxes(".rg-plot[aria-hidden] svg > text");
  expect(strong.right).toBeLessThan(weak.left);
});

test.each([1e140, 1e-140])("y times %s is drawn as any other", async (factor) => {
  const X = Array.from({ length: 60 }, (_, i) => [((i * 3) % 17) - 8, ((i * 5) % 13) - 6]);
  const y = X.map((row, i) => factor * (row[0] - 2 * row[1] + (i % 5)));
  const { page, said } = await pages.open(renderReport(crossValidate(X, y, { folds: 5 }), { data: { X, y } }));
  expect(await page.evaluate(() => document.body.innerText)).not.toMatch(/Infinity|nity|NaN/);
  const heights = await page.$$eval("figure:has(.rg-points) .rg-points", (all) =>
    all.map((one) => one.getBoundingClientRect().height),
  );
  expect(Math.max(...heights)).toBeGreaterThan(50);
  expect(said).toEqual([]);
});

test("figures of any length end in their columns, and the names of both rules are apart", async () => {
  const rows = Array.from({ length: 80 }, (_, i) => Array.from({ length: 5 }, (_, j) => ((i * (7 * j + 3)) % 23) - 11));
  const small = rows.map((row, i) => -0.0009876 * row[0] - 0.0002345 * row[1] + 0.001 * (i % 5));
  const large = rows.map((row, i) => -1234567 * row[0] - 234567 * row[1] + 1e5 * (i % 5));
  const overlaps = (page: Page): Promise<string[]> =>
    page.evaluate(() => {
      const boxOf = (node: Element): DOMRect => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return range.getBoundingClientRect();
      };
      const table = document.querySelector("table.rg-coefficients") as Element;
      const end = table.getBoundingClientRect().right + 1;
      const found: string[] = [];
      for (const row of table.querySelectorAll("tbody tr")) {
        const [bar, scaled, own] = row.querySelectorAll("td");
        const [left, right] = [boxOf(scaled), boxOf(own)];
        if (left.left < bar.getBoundingClientRect().right || left.right + 3 > right.left || right.right > end) {
          found.push(row.textContent ?? "");
        }
      }
      const words = [...document.querySelectorAll("svg text")].filter(({ textContent }) =>
        /^(1-SE|smallest error)$/.test(textContent ?? ""),
      );
      const [a, b] = words.map((word) => word.getBoundingClientRect());
      if (a && b && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) found.push("rules");
      return found;
    });
  for (const target of [small, large]) {
    for (const at of [1, 4, 8]) {
      // The 1-SE rule at the left end, and the least error a little to its right.
      const shared = crossValidate(rows, target, { seed: 1, lambdaCount: 60 });
      const first = Math.max(0, shared.indexMin - at);
      const cv = crossValidate(rows, target, { seed: 1, lambdas: shared.lambdas.subarray(first) });
      for (const width of [360, 900, 1280]) {
        const { page } = await pages.open(renderReport(cv), { width });
        expect(await overlaps(page), `${width} px`).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        await page.close();
      }
    }
  }
});

test.each(["light", "dark"] as const)("high contrast leaves bars and sliders to be seen, %s", async (scheme) => {
  const { page } = await pages.open(ofDiabetes, { scheme, forcedColors: "active" });
  await picture(page, `contrast-${scheme}`);
  for (const drawn of ["td.rg-bar span", ".rg-slider input"]) {
    const shape = page.locator(drawn).first();
    const around = shape.locator("..");
    const seen = await around.screenshot();
    await shape.evaluate((element) => element.style.setProperty("visibility", "hidden"));
    expect(seen.equals(await around.screenshot()), drawn).toBe(false);
  }
  await page.close();
});

test("every control does what it says", async () => {
  const opened = await pages.open(ofDiabetes);
  const { page } = opened;
  const output = page.locator("output");
  await expect.poll(() => output.innerText()).toMatch(/lambda 7\.03\s+exact/);
  // The folds, on demand.
  expect(await page.locator(".rg-quiet").count()).toBe(0);
  await page.getByRole("button", { name: "Each fold" }).click();
  expect(await page.locator(".rg-quiet").count()).toBe(10);
  // Both rules.
  await page.getByRole("button", { name: "Smallest error" }).click();
  await expect.poll(() => output.innerText()).toContain("0.4");
  await page.getByRole("button", { name: "1-SE rule" }).click();
  await expect.poll(() => output.innerText()).toContain("7.03");
  // A row: the focus and the pointer raise its line, a click pins it.
  const row = page.getByRole("button", { name: /^age/ });
  await row.hover();
  await expect.poll(() => page.locator(".rg-plot text", { hasText: /^age/ }).count()).toBe(1);
  await row.click();
  expect(await row.getAttribute("aria-pressed")).toBe("true");
  await expect.poll(() => page.evaluate(() => location.hash)).toContain("pins=%5B%22age%22%5D");
  // All lambdas: leaf, and go to one.
  await page.getByRole("button", { name: "Previous lambdas" }).click();
  const first = page.getByRole("region", { name: "All lambdas" }).locator("tbody button").first();
  const lambda = await first.innerText();
  await first.click();
  await expect.poll(() => output.innerText()).toContain(lambda);
  await page.getByRole("button", { name: "Next lambdas" }).click();
  // The code.
  for (const [name, part] of [
    ["Copy as TypeScript", 'from "regulus"'],
    ["scikit-learn", "from sklearn"],
    ["R", "library(glmnet)"],
  ]) {
    await page.getByRole("button", { name, exact: true }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain(part);
    expect(await page.locator("pre").innerText()).toContain(part);
  }
  const link = page.getByRole("link", { name: "Open in the page" });
  expect(await link.getAttribute("href")).toMatch(/^https:\/\/example\.org\/page\/#.*lambda=.*pins=age/);
  await picture(page, "clicked");
  await expectAccessible(page);
  await expectQuiet(opened);
  await page.close();
});

test("without the address of a page there is no link to one", async () => {
  const { page } = await pages.open(renderReport(cv.path));
  await page.getByRole("button", { name: "Copy as TypeScript" }).waitFor();
  expect(await page.getByText("Open in the page").count()).toBe(0);
  await page.close();
});

test("a line is named where the pointer is, a click pins it, a drag moves the cursor and the thumb with it", async () => {
  const opened = await pages.open(ofDiabetes);
  const { page } = opened;
  const chart = page.getByRole("application");
  const box = (await chart.boundingBox())!;
  const dot = (await page.locator(".rg-plot circle[r='4']").first().boundingBox())!;
  await page.mouse.move(dot.x + 4, dot.y + 4);
  await expect.poll(() => page.locator(".rg-halo", { hasText: "bmi" }).count()).toBe(1);
  expect(await page.locator("tr.rg-raised").first().innerText()).toContain("bmi");
  await page.mouse.down();
  await page.mouse.up();
  expect(await page.getByRole("button", { name: /^bmi/ }).getAttribute("aria-pressed")).toBe("true");
  // Each move is drawn in the next frame.
  await page.mouse.move(box.x + 150, box.y + 40);
  await page.mouse.down();
  for (let x = box.x + 160; x < box.x + 420; x += 13) {
    await page.mouse.move(x, box.y + 40);
    const at = await page.evaluate(
      () =>
        new Promise<number>((resolve) =>
          requestAnimationFrame(() =>
            setTimeout(() => resolve(document.querySelector(".rg-cursor")?.getBoundingClientRect().left ?? 0)),
          ),
        ),
    );
    expect(Math.abs(at - x)).toBeLessThan(4);
    const [cursor, thumb] = await cursorAndThumb(opened);
    expect(Math.abs(cursor - thumb)).toBeLessThan(0.6);
  }
  await page.mouse.up();
  expect(await page.locator("output").innerText()).toMatch(/exact|interpolated/);
  await expectQuiet(opened);
  await page.close();
});

test("on a screen of 3840 pixels the report is larger, and its cursor is where the pointer is", async () => {
  const opened = await pages.open(ofDiabetes, { width: 3840, height: 2160 });
  const { page } = opened;
  const chart = (await page.getByRole("application").boundingBox())!;
  const paper = (await page.locator("main").boundingBox())!;
  expect(paper.width).toBeGreaterThan(0.4 * 3840);
  expect(chart.x + chart.width).toBeLessThan(paper.x + paper.width);
  const at = chart.x + 0.4 * chart.width;
  await page.mouse.move(chart.x + 0.3 * chart.width, chart.y + 20);
  await page.mouse.down();
  await page.mouse.move(at, chart.y + 20, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => Math.abs((await cursorAndThumb(opened))[0] - at)).toBeLessThan(6);
  await expectQuiet(opened);
  await page.close();
});

test("by keyboard alone: left raises lambda, right lowers it, up and down choose, Enter pins, and a live region says so", async () => {
  const opened = await pages.open(ofDiabetes);
  const { page } = opened;
  const isChart = () => page.evaluate(() => document.activeElement?.getAttribute("role") === "application");
  for (let k = 0; k < 20 && !(await isChart()); ++k) await page.keyboard.press("Tab");
  expect(await isChart()).toBe(true);
  const place = async () => (await cursorAndThumb(opened))[0];
  const start = await place();
  await page.keyboard.press("ArrowLeft");
  expect(await place()).toBeLessThan(start);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  expect(await place()).toBeGreaterThan(start);
  await page.keyboard.press("ArrowDown");
  const live = page.locator("[aria-live=polite].rg-hidden");
  await expect.poll(() => live.innerText()).toMatch(/^bmi: 24\.\d\. lambda 6\.40, exact\. 4 of 10 variables kept\.$/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  expect(await page.getByRole("button", { name: /^s5_ltg/ }).getAttribute("aria-pressed")).toBe("true");
  await page.keyboard.press("Home");
  await expect.poll(() => live.innerText()).toContain("s5_ltg: exactly zero");
  // The slider steps from fit to fit, and its text is what is heard.
  await page.keyboard.press("Tab");
  const slider = page.getByRole("slider");
  expect(await slider.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press("End");
  expect(await slider.getAttribute("aria-valuetext")).toContain("10 of 10 variables");
  await page.keyboard.press("ArrowLeft");
  expect(await slider.getAttribute("aria-valuetext")).toContain("exact");
  // All that a pointer reaches, the keyboard does, and it can leave again.
  const reached = new Set<string>();
  for (let k = 0; k < 60; ++k) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => document.activeElement?.textContent ?? ""));
  }
  for (const name of ["Each fold", "1-SE rule", "Smallest error", "Copy as TypeScript", "Open in the page"]) {
    expect(reached).toContain(name);
  }
  await expectQuiet(opened);
  await page.close();
});

test("the address holds the state, and a report opens at it", async () => {
  const opened = await pages.open(ofDiabetes, { hash: '#lambda=1.5&pins=["sex","nobody"]' });
  const { page } = opened;
  expect(await page.locator("output").innerText()).toMatch(/lambda 1\.50\s+interpolated/);
  expect(await page.getByRole("button", { name: /^sex/ }).getAttribute("aria-pressed")).toBe("true");
  for (const hash of ["#lambda=NaN&pins=", "#lambda=1e9&pins={", "#pins=[1,null]&gamma=x&class=__proto__"]) {
    await page.evaluate((to) => {
      location.hash = to;
    }, hash);
    expect(await page.locator("output").innerText()).toMatch(/lambda 1\.50/);
  }
  await expectQuiet(opened);
  await page.close();
});

test("5,000 variables: below 3 MB, found by name, hovered, dragged and leafed through", async () => {
  const { X: wide, y: response } = wideRows(40, 5000);
  const names = Array.from({ length: 5000 }, (_, j) => `gene number ${j}`);
  // Ridge, whose numbers are all there.
  const html = renderReport(regularizationPath(wide, response, { names, l1Ratio: 0 }), { title: "5,000 genes" });
  expect(html.length).toBeLessThan(3e6);
  const opened = await pages.open(html);
  const { page } = opened;
  expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThan(1000);
  await page.getByRole("searchbox").fill("number 4321");
  await expect.poll(() => page.locator("tbody").first().innerText()).toContain("gene number 4321");
  await page.getByRole("button", { name: /4321/ }).click();
  await page.getByRole("searchbox").fill("");
  await page.getByRole("button", { name: "Next variables" }).click();
  const box = (await page.getByRole("application").boundingBox())!;
  await page.mouse.move(box.x + 400, box.y + 160);
  await expect.poll(() => page.locator(".rg-halo", { hasText: /gene number/ }).count()).toBeGreaterThan(0);
  const before = await page.locator("tbody").first().innerText();
  await page.mouse.down();
  await page.mouse.move(box.x + 250, box.y + 160, { steps: 10 });
  await page.mouse.up();
  expect(await page.locator("tbody").first().innerText()).not.toBe(before);
  await picture(page, "wide-clicked");
  await expectQuiet(opened);
  await expectAccessible(page);
  await page.close();
});

test("classes and mixes are chosen, and choosing rescales nothing", async () => {
  const html = Object.fromEntries(reports());
  for (const [kind, label] of [
    ["relaxed", /^Mix/],
    ["multinomial", /^Coefficients of class/],
  ] as const) {
    const opened = await pages.open(html[kind]);
    const { page } = opened;
    const ticks = () => page.locator(".rg-plot").first().locator("text[text-anchor=end]").allInnerTexts();
    const lines = () => page.locator(".rg-line").first().getAttribute("d");
    const [before, line] = [await ticks(), await lines()];
    const select = page.getByLabel(label);
    const chosen = await select.inputValue();
    const other = await select.locator(`option:not([value="${chosen}"])`).first().getAttribute("value");
    await select.selectOption(other);
    expect(await ticks()).toEqual(before);
    expect(await lines()).not.toBe(line);
    await expectQuiet(opened);
    await page.close();
  }
});

test("a picture that a pointer has pressed has no frame, one that the keyboard has come to has", async () => {
  const { page } = await pages.open(ofDiabetes);
  const outline = (): Promise<string> =>
    page.evaluate(() => {
      const focused = document.activeElement as Element;
      return `${focused.tagName} ${getComputedStyle(focused).outlineStyle}`;
    });
  await page.locator(".rg-plot").first().click();
  expect(await outline()).toBe("svg none");
  await page.keyboard.press("ArrowDown");
  expect(await outline()).toBe("svg solid");
  await page.close();
});

test("headings of numbers end where these do", async () => {
  const { page } = await pages.open(ofDiabetes);
  const ends = (selector: string): Promise<number[]> =>
    page.locator(selector).evaluateAll((cells) =>
      cells.map((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return Math.round(range.getBoundingClientRect().right);
      }),
    );
  const table = "table.rg-coefficients";
  const [, scaled, own] = await ends(`${table} thead th`);
  expect(await ends(`${table} tbody tr:first-child td:not(.rg-bar)`)).toEqual([scaled, own]);
  await page.close();
});

test("with reduced motion nothing moves; on paper there are no controls, and nothing is cut off", async () => {
  const { page } = await pages.open(ofDiabetes, { reducedMotion: "reduce" });
  const moving = await page.evaluate(
    () =>
      [...document.querySelectorAll("*")].filter(
        (element) => getComputedStyle(element).transitionDuration.replace(/0s|[, ]/g, "") !== "",
      ).length,
  );
  expect(moving).toBe(0);
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: 720, height: 1000 });
  expect(await page.locator("input:visible, select:visible, a:visible, button:not(.rg-row):visible").count()).toBe(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(720);
  await picture(page, "print");
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const paper = ["body", ".rg"].map((one) => page.locator(one).evaluate((el) => getComputedStyle(el).backgroundColor));
  expect(await Promise.all(paper)).toEqual(["rgb(253, 253, 251)", "rgb(253, 253, 251)"]);
  await page.close();
});

/** Rows of numbers, the first of which have an effect. */
function wideRows(n: number, p: number) {
  let seed = 3;
  const random = (): number => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647 - 0.5;
  };
  const rows = Array.from({ length: n }, () => Array.from({ length: p }, random));
  return { X: rows, y: rows.map((row) => row[0] - row[1] + 0.1 * random()) };
}
