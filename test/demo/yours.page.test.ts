import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import type { Browser, Page } from "playwright";
import { modelFromJSON } from "regulus";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomNumbers } from "../../examples/random.js";
import { STRICT } from "./site.js";
import { launch, nonsense, PATIENCE, type Visit, violations, visit } from "./visit.js";

let browser: Browser;
let folder: string;
const path = (name: string): string => join(folder, name);

/** Rows of columns, of which y needs the first two. */
function columnsOf(rows: number, count: number) {
  const random = randomNumbers(1);
  const names = Array.from({ length: count }, (_, j) => `x${j + 1}`);
  const columns = names.map(() =>
    Float64Array.from({ length: rows }, () => Math.round(1e4 * (2 * random() - 1)) / 1e4),
  );
  const y = Float64Array.from({ length: rows }, (_, i) => columns[0][i] - columns[1][i] + random() / 2);
  return { names, columns, y };
}

function csvOf(rows: number, count: number, target: (value: number) => string | number): string {
  const { names, columns, y } = columnsOf(rows, count);
  const lines = Array.from(y, (value, i) => [...columns.map((column) => column[i]), target(value)].join(","));
  return [[...names, "y"].join(","), ...lines].join("\n");
}

beforeAll(async () => {
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), "regulus-page-"));
  const { columns, y } = columnsOf(120, 3);
  const [x1, x2, x3] = columns;
  writeFileSync(path("small.arrow"), tableToIPC(tableFromArrays({ x1, x2, x3, y }), "file"));
  writeFileSync(
    path("small.csv"),
    csvOf(120, 3, (value) => value),
  );
  writeFileSync(
    path("classes.csv"),
    csvOf(2000, 200, (value) => (value > 0 ? "yes" : "no")),
  );
  writeFileSync(path("short.csv"), "a,b,y\n1,2,3\n4,5\n6,7,8\n");
  writeFileSync(path("twice.csv"), "a,a,y\n1,2,3\n");
  writeFileSync(path("empty.csv"), "a,b,y\n");
  writeFileSync(path("mixed.csv"), `a,y\n${"1,2\n".repeat(10_000)}oops,3\n`);
  writeFileSync(path("lines.jsonl"), '{"a": 1, "y": 2}\n{"a": 2, "y": 3}\n');
  writeFileSync(path("list.json"), '[{"a": 1, "y": 2}]');
  writeFileSync(path("packed.csv.gz"), gzipSync(readFileSync(path("small.csv"))));
  writeFileSync(path("damaged.csv.gz"), readFileSync(path("packed.csv.gz")).subarray(0, -20));
  writeFileSync(path("nothing.csv.gz"), gzipSync(""));
  writeFileSync(path("nothing.csv"), "");
  writeFileSync(path("page.csv"), "<!doctype html><title>Not found</title>");
  writeFileSync(
    path("commas.csv"),
    `${csvOf(60, 2, (value) => value)
      .replaceAll(",", ";")
      .replaceAll(".", ",")}\n`,
  );
  writeFileSync(path("headless.csv"), "1,2.5\n2,3.25\n3,5\n4,4.5\n");
  writeFileSync(path("one.csv"), "a,y\n1,2\n");
  writeFileSync(path("four.csv"), "a,y\n1,2.5\n2,3.25\n3,5\n4,4.5\n");
  writeFileSync(path("alone.csv"), "y\n1.5\n2.5\n4\n");
  writeFileSync(path("sheet.xlsx"), "PK\u0003\u0004 and so on");
  writeFileSync(path("broken.parquet"), "PAR1 is no file of Parquet, though it begins as one PAR1");
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run(
    `COPY (SELECT * FROM read_csv('${path("small.csv")}')) TO '${path("small.parquet")}' (FORMAT parquet)`,
  );
  connection.closeSync();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const open = (wishes = {}): Promise<Visit> => visit(browser, "#tab=data", wishes);
const choose = (page: Page, name: string): Promise<void> => page.locator("input[type=file]").setInputFiles(path(name));
const run = (page: Page): Promise<void> => page.getByRole("button", { name: "Cross-validate" }).click();
const finished = (page: Page): Promise<void> => page.getByText("Coefficients as the penalty weakens").waitFor();

describe.each(["small.csv", "small.arrow", "small.parquet"])("%s", (name) => {
  it("is read, and leads to a cross-validated model that keeps what y is made of", async () => {
    const { page, messages, close } = await open();
    await choose(page, name);
    await page.getByRole("heading", { level: 1, name: `${name}: 120 rows, 4 columns.` }).waitFor();
    expect(await page.getByLabel("Target").inputValue()).toBe("y");
    await run(page);
    await finished(page);
    const rows = await page.locator("table.rg-coefficients tbody tr").allInnerTexts();
    expect(
      rows
        .slice(0, 2)
        .map((text) => /x\d/.exec(text)?.[0])
        .sort(),
    ).toEqual(["x1", "x2"]);
    expect(await nonsense(page)).toBeUndefined();
    expect(messages).toEqual([]);
    await close();
  });
});

it("a sample of two classes: target, family, report, axe, all downloads", async () => {
  const { page, messages, close } = await open();
  await page.getByRole("button", { name: "breast-cancer.csv" }).click();
  await page.getByText("one of two classes (binomial)").waitFor({ state: "attached" });
  await page.getByLabel("Folds").selectOption("3");
  await run(page);
  await finished(page);
  await page.getByText(/Who is found/).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(await nonsense(page)).toBeUndefined();
  await page.getByLabel("Folds").selectOption("5");
  await run(page);
  await page.getByText(/deviance, 5 folds/).waitFor();
  const take = async (name: string): Promise<string> => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    const file = path(download.suggestedFilename());
    await download.saveAs(file);
    return readFileSync(file, "utf8");
  };
  const model = modelFromJSON(JSON.parse(await take("Model (JSON)")));
  expect(model.family).toBe("binomial");
  expect(model.nonzeros).toBeGreaterThan(2);
  expect(await take("Report (HTML)")).toMatch(/^<!doctype html>/i);
  expect(await take("JavaScript")).toContain("export default");
  expect(await take("SQL")).toContain('"worst_radius"');
  expect(await take("Coefficients (CSV)")).toMatch(/^name,coefficient,scaled/);
  expect((await take("ONNX")).length).toBeGreaterThan(100);
  expect(messages).toEqual([]);
  await close();
});

it("another target, another family, fewer columns", async () => {
  const { page, messages, close } = await open();
  await page.getByRole("button", { name: "wine.csv" }).click();
  await page.getByRole("heading", { level: 1, name: /wine.csv: 178 rows/ }).waitFor();
  const options = await page.getByLabel("Target").locator("option").allTextContents();
  await page.getByLabel("Target").selectOption(options[0]);
  await page.getByText(/^Columns/).waitFor();
  if (!(await page.locator("details").getAttribute("open")))
    await page
      .locator("details summary")
      .click()
      .catch(() => {});
  await page.getByRole("checkbox").first().uncheck();
  await page.getByText(`${options.length - 2} of ${options.length - 1} are used`).waitFor();
  await page.getByLabel("Penalty").selectOption("the best of 0.1, 0.5, 0.9 and 1");
  await page.getByLabel("Folds").selectOption("3");
  await run(page);
  await finished(page);
  expect(await nonsense(page)).toBeUndefined();
  expect(messages).toEqual([]);
  await close();
});

it("without columns a sentence says so, and a button takes all", async () => {
  const { page, messages, close } = await open();
  await choose(page, "small.csv");
  await page.getByRole("button", { name: "None" }).click();
  await run(page);
  await page.getByRole("alert").waitFor();
  await page.getByRole("button", { name: /^Mend it/ }).click();
  await finished(page);
  expect(messages).toEqual([]);
  await close();
});

it.each(["data", "learn", "train", "benchmark"])("a file may be dropped anywhere on the part %s", async (tab) => {
  const { page, messages, close } = await visit(browser, `#tab=${tab}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  const transfer = await page.evaluateHandle(
    (text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], "dropped.csv", { type: "text/csv" }));
      return data;
    },
    readFileSync(path("small.csv"), "utf8"),
  );
  expect(
    await page.locator("footer").evaluate((footer, dataTransfer) => {
      // Not to be let is to be left for the file.
      return ["dragover", "drop"].map((type) =>
        footer.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true })),
      );
    }, transfer),
  ).toEqual([false, false]);
  await page.getByRole("heading", { level: 1, name: "dropped.csv: 120 rows, 4 columns." }).waitFor();
  expect(messages).toEqual([]);
  await close();
});

describe("files that cannot be used give a sentence", () => {
  let opened: Visit;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.close());

  it.each([
    ["short.csv", /line 3/],
    ["twice.csv", /"a"/],
    ["empty.csv", /no rows/],
    ["mixed.csv", /line 10002, column "a": emptied in the file, it is a gap\.$/],
    ["sheet.xlsx", /save its sheet as CSV/],
    ["broken.parquet", /Parquet/],
    ["lines.jsonl", /is JSON.*npx regulus cv/],
    ["list.json", /is JSON/],
    ["damaged.csv.gz", /is cut off or damaged/],
    ["nothing.csv.gz", /must begin with a header|is empty/],
    ["nothing.csv", /is empty/],
    ["page.csv", /no table/],
  ])("%s", async (name, sentence) => {
    const { page, messages } = opened;
    await choose(page, name);
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(sentence);
    expect(await alert.innerText()).toContain(name);
    // The next file is read as if nothing had been.
    await choose(page, "small.csv");
    await page.getByRole("heading", { level: 1, name: /120 rows/ }).waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(messages).toEqual([]);
  });
});

it("too few rows for the folds: a sentence, and what mends it does", async () => {
  const { page, messages, close } = await open();
  await choose(page, "four.csv");
  await page.getByRole("heading", { level: 1, name: /4 rows/ }).waitFor();
  await run(page);
  await page.getByText("There are 4 rows, and each fold needs one: at most 4 folds.").waitFor();
  await page.getByRole("button", { name: "Mend it: 3 folds" }).click();
  await finished(page);
  for (const [name, sentence] of [
    ["one.csv", "Cross-validation needs at least two rows."],
    ["alone.csv", "No column is left to predict the target by."],
  ]) {
    await choose(page, name);
    await page.getByRole("heading", { level: 1, name: new RegExp(name) }).waitFor();
    await run(page);
    await page.getByRole("alert").getByText(sentence).waitFor();
    expect(await page.getByRole("button", { name: /^Mend it/ }).count()).toBe(0);
  }
  expect(messages).toEqual([]);
  await close();
});

it("classes that can be told apart: a sentence says what becomes of the weights, and a share of L2 mends it", async () => {
  const { page, messages, close } = await open();
  const rows = Array.from({ length: 60 }, (_, i) => `${(i % 12) - 5.5},${(i * i) % 7},${i % 12 > 5 ? "yes" : "no"}`);
  writeFileSync(path("apart.csv"), `a,b,y\n${rows.join("\n")}\n`);
  await choose(page, "apart.csv");
  await page.getByRole("heading", { level: 1, name: /60 rows/ }).waitFor();
  await run(page);
  await finished(page);
  await page
    .getByRole("alert")
    .getByText(/tell the classes of y apart without an error/)
    .waitFor();
  await page.getByRole("button", { name: "Mend it: half L1, half L2" }).click();
  await page.getByRole("alert").waitFor({ state: "detached" });
  await page.getByText("done", { exact: true }).first().waitFor();
  expect(await page.getByLabel("Penalty", { exact: true }).inputValue()).toBe("half and half");
  await page.getByText("The classes can be told apart without an error").waitFor();
  expect(messages).toEqual([]);
  await close();
});

describe.each([
  ["with WebAssembly", {}],
  ["without", { policy: STRICT }],
])("%s", (_, wishes) => {
  it("a long cross-validation tells how far it is, ends when it is cancelled, and can be begun again", async () => {
    const { page, close } = await open(wishes);
    await choose(page, "classes.csv");
    await page.getByRole("heading", { level: 1, name: /2,000 rows, 201 columns/ }).waitFor();
    await run(page);
    await page.waitForFunction(() => Number(document.querySelector("progress")?.value) > 0);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("cancelled", { exact: true }).last().waitFor({ timeout: PATIENCE });
    await page.getByLabel("Folds").selectOption("3");
    await run(page);
    await finished(page);
    expect(await nonsense(page)).toBeUndefined();
    await close();
  });
});

describe("what is opened or chosen while a cross-validation runs", () => {
  const begun = async (page: Page): Promise<void> => {
    await choose(page, "classes.csv");
    await page.getByRole("heading", { level: 1, name: /2,000 rows, 201 columns/ }).waitFor();
    await run(page);
    await page.waitForFunction(() => Number(document.querySelector("progress")?.value) > 0);
  };

  it("another table ends it, and no result of the first stands below the second", async () => {
    const { page, messages, close } = await open();
    await begun(page);
    await choose(page, "small.csv");
    await page.getByRole("heading", { level: 1, name: /small.csv: 120 rows/ }).waitFor();
    expect(await page.locator("progress").count()).toBe(0);
    await run(page);
    await finished(page);
    await page.getByText(/^small\.csv · 120 rows/).waitFor();
    expect(await page.getByText(/^classes\.csv/).count()).toBe(0);
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(messages).toEqual([]);
    await close();
  });

  it("another target ends it and says so", async () => {
    const { page, messages, close } = await open();
    await begun(page);
    await page.getByLabel("Target").selectOption("x3");
    await page.getByText("cancelled", { exact: true }).last().waitFor();
    await run(page);
    await finished(page);
    await page.getByText(/target x3$/).waitFor();
    expect(messages).toEqual([]);
    await close();
  });
});

it("of two tables the one that was chosen last is shown, though it is read first", async () => {
  const { page, close } = await open();
  await page.getByRole("button", { name: "wine.csv" }).waitFor();
  await page.route(/diabetes/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 600));
    await route.continue();
  });
  await page.getByRole("button", { name: "diabetes.csv" }).click();
  await page.getByRole("button", { name: "wine.csv" }).click();
  await page.getByRole("heading", { level: 1, name: /wine\.csv/ }).waitFor();
  await page.waitForTimeout(900);
  expect(await page.getByRole("heading", { level: 1 }).first().innerText()).toMatch(/wine\.csv/);
  await close();
});

it("a sample that does not load gives a sentence", async () => {
  const { page, messages, close } = await open();
  await page.getByRole("button", { name: "wine.csv" }).waitFor();
  await page.route(/wine/, (route) => route.fulfill({ status: 404 }));
  await page.getByRole("button", { name: "wine.csv" }).click();
  await page.getByRole("alert").getByText("wine.csv did not load: the network may be away.").waitFor();
  expect(messages.filter((message) => message.startsWith("thrown"))).toEqual([]);
  await close();
});

it("a result says when the choices above it have changed since", async () => {
  const { page, messages, close } = await open();
  await choose(page, "small.csv");
  await page.getByRole("heading", { level: 1, name: /120 rows/ }).waitFor();
  await run(page);
  await finished(page);
  const outdated = page.getByText("The result is of the choices before.");
  await page.getByLabel("It is").selectOption("a number with outliers (huber)");
  await outdated.first().waitFor();
  await page.getByLabel("It is").selectOption("a number (gaussian)");
  await outdated.first().waitFor({ state: "detached" });
  await page.getByLabel("Folds").selectOption("5");
  await outdated.first().waitFor();
  await run(page);
  await page.getByText(/mean squared error, 5 folds/).waitFor();
  expect(await outdated.count()).toBe(0);
  expect(messages).toEqual([]);
  await close();
});

it("an infinite number is told without a word of options, and its column can be left out", async () => {
  const { page, messages, close } = await open();
  const rows = Array.from({ length: 40 }, (_, i) => `${i === 7 ? "Infinity" : i % 5},${(i * i) % 7},${i % 3}.5`);
  writeFileSync(path("infinite.csv"), `a,b,y\n${rows.join("\n")}\n`);
  await choose(page, "infinite.csv");
  await page.getByRole("heading", { level: 1, name: /40 rows/ }).waitFor();
  await run(page);
  await page.getByRole("alert").getByText('"a" is infinite in row 8: a fit needs numbers.').waitFor();
  expect(await nonsense(page)).toBeUndefined();
  await page.getByRole("button", { name: "Mend it: leave out a" }).click();
  await finished(page);
  expect(messages).toEqual([]);
  await close();
});

it("a target that never changes is told before anything is fitted", async () => {
  const { page, messages, close } = await open();
  writeFileSync(path("same.csv"), `a,y\n${Array.from({ length: 30 }, (_, i) => `${i % 7},5`).join("\n")}\n`);
  await choose(page, "same.csv");
  await page.getByRole("alert").getByText("y is 5 in every row: there is nothing to predict. Choose another").waitFor();
  await page.getByLabel("Target").selectOption("a");
  await page.getByRole("alert").waitFor({ state: "detached" });
  expect(messages).toEqual([]);
  await close();
});

it("a column with a text of its own in every row is left out at first, and no note names an option", async () => {
  const { page, messages, close } = await open();
  const rows = Array.from({ length: 30 }, (_, i) => `name ${i},${(i * i) % 7},${i % 5}.5`);
  writeFileSync(path("named.csv"), `who,b,y\n${rows.join("\n")}\n`);
  await choose(page, "named.csv");
  await page.getByText("1 of 2 are used").waitFor();
  await page.getByRole("button", { name: "All" }).click();
  await run(page);
  await finished(page);
  await page.getByText("what only tells rows apart is better left out.").waitFor();
  expect(messages).toEqual([]);
  await close();
});

it("by keyboard alone: from the sample to the result", async () => {
  const { page, messages, close } = await open();
  await page.getByRole("button", { name: "diabetes.csv" }).waitFor();
  const press = async (name: string): Promise<void> => {
    for (let k = 0; k < 60; ++k) {
      await page.keyboard.press("Tab");
      if ((await page.evaluate(() => document.activeElement?.textContent?.trim())) === name)
        return page.keyboard.press("Enter");
    }
    throw new Error(`"${name}" is not reached by Tab`);
  };
  await press("diabetes.csv");
  await page.getByRole("button", { name: "Cross-validate" }).waitFor();
  await press("Cross-validate");
  await finished(page);
  expect(messages).toEqual([]);
  await close();
});

it("a table in gzip is read as what it was made of", async () => {
  const { page, messages, close } = await open();
  await choose(page, "packed.csv.gz");
  await page.getByRole("heading", { level: 1, name: /120 rows/ }).waitFor();
  expect(messages).toEqual([]);
  await close();
});

it("decimal commas are told, and read as points when that is wanted", async () => {
  const { page, messages, close } = await open();
  await choose(page, "commas.csv");
  await page.getByText(/^x1, x2 and y were read as text, as in -?0,\d+: numbers have decimal points/).waitFor();
  await page.getByRole("button", { name: "Mend it: read commas as decimal points" }).click();
  await page.getByText("2 of 2 are used").waitFor();
  expect(await page.getByLabel("Target").inputValue()).toBe("y");
  await run(page);
  await finished(page);
  expect(await nonsense(page)).toBeUndefined();
  expect(messages).toEqual([]);
  await close();
});

it("a first line of numbers is no header", async () => {
  const { page, close } = await open();
  await choose(page, "headless.csv");
  await page.getByText(/^The first line of headless\.csv is numbers/).waitFor();
  await close();
});
