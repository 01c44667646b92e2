/**
 * From a messy CSV file (categories, "NA", empty cells, an identifier) to a saved model that predicts other files, whatever the order of
 * their columns. Run it with `npm run csv`.
 */

import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { crossValidate, designMatrix, type Model, modelFromJSON } from "regulus";
import { isMain } from "./isMain.js";
import { randomNumbers } from "./random.js";

/** What a person costs, by 10-fold cross-validation. The numbers among the columns are listed, as a CSV file has only strings. */
export function train(csv: string, file: string): Model {
  const numeric = ["age", "bmi", "children", "charges"];
  const table = parse<Record<string, string>>(csv, { columns: true });
  const { X, y } = designMatrix(table, { target: "charges", exclude: ["id"], numeric, missing: "mean" });
  const model = crossValidate(X, y, { folds: 10, seed: 1 }).model("1se");
  writeFileSync(file, JSON.stringify(model));
  return model;
}

export function predict(csv: string, file: string): Float64Array {
  const model = modelFromJSON<"gaussian">(JSON.parse(readFileSync(file, "utf8")));
  return model.predict(parse<Record<string, string>>(csv, { columns: true }));
}

/** People with gaps, in columns of this order. */
export function makeCsv(count: number, columns: readonly string[], seed: number): string {
  const random = randomNumbers(seed);
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)];
  const lines = Array.from({ length: count }, (_, i) => {
    const [age, bmi, children] = [18 + 50 * random(), 20 + 15 * random(), Math.floor(5 * random())];
    const smoker = pick(["never", "never", "former", "current"]);
    const region = pick(["north", "south", "east", "west"]);
    const extra = smoker === "current" ? 9000 : smoker === "former" ? 2500 : 0;
    const charges = 200 * age + 150 * bmi + extra + (region === "south" ? 1500 : 0) + 2000 * (random() - 0.5);
    const row: Record<string, string> = {
      id: `p${String(i).padStart(4, "0")}`,
      age: random() < 0.05 ? "NA" : age.toFixed(1),
      region: random() < 0.05 ? "" : region,
      bmi: random() < 0.05 ? "" : bmi.toFixed(2),
      smoker: random() < 0.05 ? "NA" : smoker,
      children: `${children}`,
      charges: charges.toFixed(2),
    };
    return columns.map((column) => row[column]).join(",");
  });
  return [columns.join(","), ...lines].join("\n");
}

if (isMain(import.meta.url)) {
  const file = join(mkdtempSync(join(tmpdir(), "regulus-")), "model.json");
  const csv = makeCsv(2000, ["id", "age", "region", "bmi", "smoker", "children", "charges"], 1);
  console.log(csv.split("\n").slice(0, 8).join("\n"), "\n…\n");
  console.log(train(csv, file));
  const other = makeCsv(5, ["children", "smoker", "age", "bmi", "region"], 2);
  const predictions = ["predicted", ...Array.from(predict(other, file), (value) => value.toFixed(0))];
  console.log(`\nFrom ${file}, for a table with its columns in another order:\n`);
  console.log(
    other
      .split("\n")
      .map((line, i) => `${line}  →  ${predictions[i]}`)
      .join("\n"),
  );
}
