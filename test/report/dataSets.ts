/** The data sets of the examples, as X with names and y. */
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { designMatrix } from "regulus";

const records = (name: string): Record<string, unknown>[] =>
  parse(readFileSync(`examples/data/${name}.csv`, "utf8"), {
    columns: true,
    cast: (value, { header }) => (header || value === "" || Number.isNaN(Number(value)) ? value : Number(value)),
  });

export function diabetes() {
  const { X, y } = designMatrix(records("diabetes"), { target: "progression" });
  return { X, y };
}

export function biopsies() {
  const { X, y } = designMatrix(records("breast-cancer"), { target: "diagnosis" });
  return { X, y: y as unknown as string[] };
}

export function wines() {
  const { X, y } = designMatrix(records("wine"), { target: "cultivar" });
  return { X, y: y as unknown as string[] };
}
