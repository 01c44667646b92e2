import { readFileSync } from "node:fs";
import {
  crossValidate,
  crossValidationFromJSON,
  designMatrix,
  elasticNet,
  logistic,
  modelFromJSON,
  pathFromJSON,
  poisson,
  regularizationPath,
  type TableOptions,
} from "regulus";
import { type Chunk, readCsv } from "regulus/readers";
import stringWidth from "string-width";
import { beforeAll, describe, expect, test } from "vitest";
import { CHARGES, numbersCsv, peopleCsv, workplace } from "./command.js";

const { regulus, write, path } = workplace();
const numbers = numbersCsv(400, 8);
const people = peopleCsv(300);

beforeAll(() => {
  write("numbers.csv", numbers);
  write("people.csv", people);
}, 60_000);

/** X and y as a program makes them. */
async function designOf(text: string, options: TableOptions & { target: string }) {
  const { value } = (await readCsv(text).next()) as { value: Chunk };
  return designMatrix(value, options);
}

const json = (value: object): unknown => JSON.parse(JSON.stringify(value));

describe("--json is what the library gives, bit for bit", () => {
  test("cv of numbers", async () => {
    const { X, y } = await designOf(numbers, { target: "y" });
    const { code, stdout, stderr } = await regulus(["cv", "numbers.csv", "--target", "y", "--folds", "5", "--json"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toEqual(json(crossValidate(X, y, { folds: 5 })));
  });

  test("cv of categories and gaps, with several ratios, weights, a seed, and workers", async () => {
    const table = { target: "charges", exclude: ["id"], missing: "indicator", reference: "first" } as const;
    const { X, y } = await designOf(people, table);
    const args = [
      "--exclude",
      "id",
      "--missing",
      "indicator",
      "--reference",
      "first",
      "--l1-ratio",
      "0.5,1",
      "--seed",
      "3",
    ];
    const { code, stdout } = await regulus(["cv", "people.csv", "-t", "charges", ...args, "--workers", "2", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(json(crossValidate(X, y, { l1Ratio: [0.5, 1], seed: 3 })));
  });

  test("fit, with bounds, an unpenalised category and no intercept", async () => {
    const { X, y } = await designOf(people, { target: "charges", exclude: ["id"], missing: "mean" });
    const options = { lambda: 50, l1Ratio: 0.7, penaltyFactor: { smoker: 0 }, lowerBounds: 0, intercept: false };
    const args = ["--lambda", "50", "--l1-ratio", "0.7", "--unpenalized", "smoker", "--lower", "0", "--no-intercept"];
    const { stdout } = await regulus(["fit", ...CHARGES, ...args, "--json"]);
    expect(JSON.parse(stdout)).toEqual(json(elasticNet(X, y, options)));
  });

  test("fit of two classes with weights, and of counts", async () => {
    const text = `y,x,w,n\n${[..."0110100111"].map((y, i) => `${y},${(i * 7) % 10},${1 + (i % 3)},${(i * 3) % 5}`).join("\n")}\n`;
    write("classes.csv", text);
    const { X, y, weights } = await designOf(text, { target: "y", weights: "w" });
    const fit = await regulus([
      "fit",
      "classes.csv",
      "-t",
      "y",
      "--family",
      "binomial",
      "--weights",
      "w",
      "--lambda",
      "0.01",
      "--json",
    ]);
    expect(JSON.parse(fit.stdout)).toEqual(json(logistic(X, y, { lambda: 0.01, weights })));
    const counts = await designOf(text, { target: "n", exclude: ["y", "w"] });
    const counted = await regulus([
      "fit",
      "classes.csv",
      "-t",
      "n",
      "--exclude",
      "y,w",
      "--family",
      "poisson",
      "--lambda",
      "0.01",
      "--json",
    ]);
    expect(JSON.parse(counted.stdout)).toEqual(json(poisson(counts.X, counts.y, { lambda: 0.01 })));
  });

  test("path, at lambdas of its own and at given ones", async () => {
    const { X, y } = await designOf(numbers, { target: "y" });
    const own = await regulus(["path", "numbers.csv", "-t", "y", "--lambda-count", "20", "--json"]);
    expect(JSON.parse(own.stdout)).toEqual(json(regularizationPath(X, y, { lambdaCount: 20 })));
    const given = await regulus(["path", "numbers.csv", "-t", "y", "--lambda", "0.5,0.1", "--json"]);
    expect(JSON.parse(given.stdout)).toEqual(json(regularizationPath(X, y, { lambdas: [0.5, 0.1] })));
  });
});

test("--output saves what --json prints, and nothing is left beside it", async () => {
  const { stdout } = await regulus(["cv", "numbers.csv", "-t", "y", "--json", "--output", "cv.json"]);
  expect(readFileSync(path("cv.json"), "utf8")).toBe(stdout);
  expect(crossValidationFromJSON(JSON.parse(stdout)).lambdas).toHaveLength(100);
  const fit = await regulus(["fit", "numbers.csv", "-t", "y", "--lambda", "0.1", "-o", "model.json"]);
  expect(fit.stdout).toContain("of 8 columns are kept at lambda 0.1");
  expect(modelFromJSON(JSON.parse(readFileSync(path("model.json"), "utf8"))).lambda).toBe(0.1);
  await regulus(["path", "numbers.csv", "-t", "y", "-o", "path.json"]);
  expect(pathFromJSON(JSON.parse(readFileSync(path("path.json"), "utf8"))).names).toHaveLength(8);
});

test("cv says what it has found: a sentence, both rules, coefficients with ○ for zero, a chart with both axes, notes", async () => {
  const { stdout } = await regulus(["cv", ...CHARGES, "--rule", "1se"]);
  expect(stdout).toMatch(/^\d of 8 columns are kept, and explain [\d.]+ % of charges\.$/m);
  expect(stdout).toMatch(/^ {4}least error .* ± .*\n {2}▸ 1-SE rule .* ± /m);
  expect(stdout).toMatch(/smoker=current +[\d,]+ +[\d,]+ +│━+/);
  expect(stdout).toContain("○");
  expect(stdout).toMatch(/┤[⠀-⣿┊ ]+/);
  expect(stdout).toMatch(/strong penalty +lambda +weak penalty/);
  expect(stdout).toMatch(/· \d+ gaps in "age" are filled with its mean/);
  expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
});

test("a target that is one number, and columns that tell nothing, are said in whole words", async () => {
  write("same.csv", `y,x\n${Array.from({ length: 30 }, (_, i) => `3,${i % 7}`).join("\n")}\n`);
  const same = await regulus(["cv", "same.csv", "-t", "y"]);
  expect([same.code, same.stderr]).toEqual([0, ""]);
  expect(same.stdout).toMatch(/^No column tells anything of y: the column is not kept\.\n/);
  expect(same.stdout).not.toContain("error in data not seen (");
  expect(same.stdout).toMatch(/each within 0 of its minimum/);
  write("single.csv", `y,x\n${Array.from({ length: 30 }, (_, i) => `${3 * (i % 7)},${i % 7}`).join("\n")}\n`);
  expect((await regulus(["cv", "single.csv", "-t", "y"])).stdout).toMatch(
    /^The column is kept, and explains [\d.]+ % of y\.\n/,
  );
  // Rounding leaves a share of -2e-16 here.
  write("none.csv", `y,x\n${Array.from({ length: 60 }, (_, i) => `${i % 3 ? "a" : "b"},5`).join("\n")}\n`);
  const none = await regulus(["cv", "none.csv", "-t", "y", "--family", "binomial"]);
  expect(none.stdout).toMatch(/^ +1-SE rule .* 0 of 1 +0 %$/m);
});

test("names of wide letters keep the columns below each other", async () => {
  write("wide.csv", numbers.replace("x0,x1,x2", "身長,体重 (kg),한국어"));
  const { stdout } = await regulus(["fit", "wide.csv", "-t", "y", "--lambda", "0.05"]);
  const bars = stdout.split("\n").filter((line) => line.includes("│"));
  expect(bars.length).toBeGreaterThan(2);
  expect(bars.join("\n")).toMatch(/身長.*体重 \(kg\)/s);
  // What stands before the axis takes as many columns of a terminal in each row.
  expect(new Set(bars.map((line) => stringWidth(line.split("│")[0]))).size).toBe(1);
});

test("without a penalty a fit is called what it is", async () => {
  const fit = ["fit", "numbers.csv", "-t", "y", "--lambda", "0", "--l1-ratio"];
  for (const ratio of ["1", "0"]) expect((await regulus([...fit, ratio])).stdout).toContain("Least squares");
  expect((await regulus([...fit, "1", "--family", "huber"])).stdout).toContain("Huber regression, without a penalty");
});

test("a column of numbers that is a category by a few of its values says so", async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${i === 4 ? "?" : i === 9 ? "n. a." : i},a${i % 3}`);
  write("almost.csv", `y,size,kind\n${rows.join("\n")}\n`);
  const printed = async (...args: string[]) =>
    (await regulus(["fit", "almost.csv", "-t", "y", "--lambda", "0.1", ...args])).stdout.replaceAll(/\s+/g, " ");
  const note = `"size" is a category, as "?" and 1 other text are no numbers: --na-values '?',… makes them gaps`;
  expect(await printed()).toContain(note);
  for (const mended of [
    ["--categorical", "size"],
    ["--na-values", "?,n. a.", "--missing", "mean"],
  ]) {
    expect(await printed(...mended)).not.toContain("is a category");
  }
});

test("a column with text is a category, and --categorical makes one of numbers", async () => {
  write(
    "codes.csv",
    `y,code,size\n${Array.from({ length: 60 }, (_, i) => `${(i % 3) + (i % 7) / 10},0${i % 3},${i % 2 ? "s" : "l"}`).join("\n")}\n`,
  );
  const names = async (...args: string[]) =>
    JSON.parse((await regulus(["fit", "codes.csv", "-t", "y", "--lambda", "0.01", "--json", ...args])).stdout).names;
  expect(await names()).toEqual(["code", "size=l", "size=s"]);
  expect(await names("--categorical", "code")).toEqual(["code=00", "code=01", "code=02", "size=l", "size=s"]);
});

test("a target of one value is said to be, and days that all differ are spoken of once", async () => {
  const days = Array.from({ length: 28 }, (_, i) => `2024-01-${String(i + 1).padStart(2, "0")},${i % 5},0.1`);
  write("same.csv", `day,x,y\n${days.join("\n")}\n`);
  const told = (await regulus(["cv", "same.csv", "-t", "y"])).stdout.replace(/\s+/g, " ");
  expect(told).toContain('"y" is 0.1 in every row: there is nothing to explain.');
  expect(told.match(/"day"/g)).toHaveLength(1);
  const other = (await regulus(["cv", "same.csv", "-t", "x", "--exclude", "day"])).stdout;
  expect(other).not.toContain("in every row");
});

test("what was probably meant otherwise is said", async () => {
  const days = Array.from(
    { length: 40 },
    (_, i) => `2024-01-${String((i % 28) + 1).padStart(2, "0")},${i % 5},${i % 2}`,
  );
  write("days.csv", `day,x,y\n${days.join("\n")}\n`);
  const fit = ["fit", "days.csv", "-t", "y", "--lambda", "0.01"];
  const plain = (await regulus(fit)).stdout.replace(/\s+/g, " ");
  expect(plain).toContain('"day" is a category of 28 dates, each on its own');
  expect(plain).toContain('"y" is 0 or 1: --family binomial explains it as one of two classes.');
  const told = (await regulus([...fit, "--family", "gaussian", "--exclude", "day"])).stdout;
  expect(told).not.toMatch(/dates|--family/);
  write("headless.csv", `1,2\n${days.map((_, i) => `${i},${(i * 7) % 11}`).join("\n")}\n`);
  const headless = (await regulus(["fit", "headless.csv", "-t", "1", "--lambda", "0.01"])).stdout.replace(/\s+/g, " ");
  expect(headless).toContain("The names in the header are numbers");
});
