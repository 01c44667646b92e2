/** What the blocks of README.md and docs/ take as given: data of a kind that the text around them speaks of. */
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import {
  type CrossValidation,
  crossValidate,
  designMatrix,
  fitMany,
  lasso,
  logistic,
  type Model,
  type Path,
  regularizationPath,
} from "regulus";

const random = (() => {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
})();

const rows = (n: number, p: number): number[][] =>
  Array.from({ length: n }, () => Array.from({ length: p }, () => 2 * random() - 1));

export const X: number[][] = rows(120, 6);
export const Xnew: number[][] = rows(5, 6);
export const y: number[] = X.map(([a = 0, b = 0, c = 0]) => 3 * a - 2 * b + c + 0.2 * random());
export const labels: string[] = y.map((value) => (value + 2 * random() - 1 > 0 ? "yes" : "no"));
export const counts: number[] = y.map((value) => Math.floor(Math.exp(value / 3) * 2 * random()));
export const groups: string[] = y.map((_, i) => `shop ${i % 6}`);
export const groupsNew: string[] = ["shop 0", "shop 1", "shop 2", "shop 3", "shop 99"];
export const controller: AbortController = new AbortController();

/** The rows of examples/data/diabetes.csv. */
export const table: Record<string, number>[] = parse(
  readFileSync(new URL("../../examples/data/diabetes.csv", import.meta.url)),
  {
    columns: true,
    cast: (value, { header }) => (header ? value : Number(value)),
  },
);
export const newTable: Record<string, number>[] = table.slice(0, 5);

export const design = designMatrix(table, { target: "progression" });
export const model: Model = lasso(design.X, design.y, { lambda: 1 });
export const classifier = logistic(X, labels, { lambda: 0.01 });
export const path: Path = regularizationPath(design.X, design.y);
export const cv: CrossValidation = crossValidate(design.X, design.y, { seed: 1 });
export const many = fitMany({ X, y, groups, lambda: 0.1 });

export const w: Float64Array = Float64Array.from({ length: 16 }, () => random() - 0.5);
export const gradient: Float64Array = new Float64Array(16).fill(0.1);
export const batches: readonly { X: number[][]; y: number[] }[] = Array.from({ length: 6 }, (_, k) => ({
  X: X.slice(20 * k, 20 * (k + 1)),
  y: y.slice(20 * k, 20 * (k + 1)),
}));
