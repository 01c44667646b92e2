import { readFileSync } from "node:fs";
import { crossValidationFromJSON } from "regulus";
import { renderReport } from "regulus/report";
import { beforeAll, describe, expect, test } from "vitest";
import { numbersCsv, workplace } from "./command.js";

const { regulus, write, path } = workplace();
const text = (name: string): string => readFileSync(path(name), "utf8");

beforeAll(async () => {
  write("numbers.csv", numbersCsv(80, 4));
  await regulus(["cv", "numbers.csv", "-t", "y", "-o", "cv.json", "--report", "cv.html"]);
}, 60_000);

describe("reports", () => {
  test("of a saved result are those of renderReport", async () => {
    const { code, stdout } = await regulus(["report", "cv.json", "--title", "A <title>"]);
    expect(code).toBe(0);
    expect(stdout).toBe(renderReport(crossValidationFromJSON(JSON.parse(text("cv.json"))), { title: "A <title>" }));
    expect((await regulus(["report", "cv.json", "--target", "y"])).stdout).toMatch(/predicts? y\b/);
    await regulus(["report", "cv.json", "-o", "again.html"]);
    expect(text("again.html")).toContain("<title>cv.json");
  });

  test("of cv, fit and path are one page of HTML that names the file", async () => {
    await regulus(["fit", "numbers.csv", "-t", "y", "--lambda", "0.1", "--report", "fit.html"]);
    await regulus(["path", "numbers.csv", "-t", "y", "--report", "path.html"]);
    for (const file of ["cv.html", "fit.html", "path.html"]) {
      expect(text(file)).toMatch(/^<!doctype html>/i);
      expect(text(file)).toContain("<title>Lasso on numbers.csv · 80 rows · target y");
      expect(text(file).trimEnd()).toMatch(/<\/html>$/);
    }
  });

  test("say what rows were dealt to folds by, and lead to a page where its address is given", async () => {
    expect(text("cv.html")).toContain("10 folds, by mean squared error.");
    expect(text("cv.html")).toContain("Seed 0.");
    expect(text("cv.html")).not.toContain("https://example.org");
    const cv = ["cv", "numbers.csv", "-t", "y", "--quiet", "--seed", "7", "--report", "seven.html"];
    await regulus([...cv, "--page", "https://example.org/page/"]);
    expect(text("seven.html")).toContain("Seed 7.");
    expect(text("seven.html")).toContain('"page":"https://example.org/page/"');
    expect(await regulus([...cv, "--page", "javascript:alert(1)"])).toMatchObject({ code: 2, stdout: "" });
  });

  test("are of one model", async () => {
    await regulus(["many", "numbers.csv", "-t", "y", "--by", "x0", "--lambda", "1", "-o", "many.json"]);
    expect(await regulus(["report", "many.json"])).toMatchObject({ code: 1, stdout: "" });
  });
});

describe("bench", () => {
  test("prints a table of what it has measured, or one JSON value", async () => {
    const { code, stdout } = await regulus(["bench", "kernels"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/times as fast as plain loops on this machine\.\n/);
    expect(stdout).toMatch(/softThreshold +ns\/double +[\d.]+ +[\d.]+ +[\d.]+ +[\d.]+ × +[\d.]+ ×/);
    const json = JSON.parse((await regulus(["bench", "optimizers", "--json", "--quiet"])).stdout);
    expect(json.machine).toMatchObject({ node: process.version, backend: "wasm" });
    for (const row of json.rows) {
      expect(row).toMatchObject({ group: "optimizers", unit: "weight" });
      expect(Math.min(row.wasm, row.js, row.plain)).toBeGreaterThan(0);
    }
  });

  test("knows no other words", async () => {
    const { code, stderr } = await regulus(["bench", "kernel"]);
    expect([code, stderr]).toEqual([
      2,
      'regulus: what must be kernels, fits or optimizers, got "kernel"\n         did you mean kernels?\n',
    ]);
  });
});
