/** The lasso on the diabetes data, its lambda chosen by 10-fold cross-validation. Run it with `npm start`. */

import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { backend, type CrossValidation, crossValidate, dense, type Model } from "regulus";
import { plot } from "simple-ascii-chart";
import { isMain, table } from "./table.js";

const TARGET = "progression";

/** A CSV file of numbers with a heading: the column called `target` is y, all others are X. */
export function readCsv(text: string, target: string) {
  const rows = parse<Record<string, number>>(text, {
    columns: true,
    cast: (value, { header }) => (header ? value : Number(value)),
  });
  const names = Object.keys(rows[0] ?? {}).filter((name) => name !== target);
  const X = Float64Array.from(rows.flatMap((row) => names.map((name) => row[name])));
  return { names, X: dense(X, rows.length, names.length), y: Float64Array.from(rows, (row) => row[target]) };
}

/** All that `npm start` prints. */
export function report(csv: string): string {
  const { names, X, y } = readCsv(csv, TARGET);
  const started = performance.now();
  const cv = crossValidate(X, y, { folds: 10, seed: 1 });
  const elapsed = performance.now() - started;
  const { name, reason } = backend();
  return [
    `Lasso on ${X.rows} patients and ${X.columns} variables, lambda by 10-fold cross-validation`,
    choice(cv),
    "Coefficients, on the original scale; 0 means exactly 0, the variable is left out:",
    coefficients(names, cv.model("min"), cv.model("1se")),
    "Cross-validated error (mean squared error) against log10(lambda). The upright lines are the two choices (1-SE to the\n" +
      "right), the level one is the smallest error plus its standard error:",
    chart(cv).replace(/^\n+/, ""),
    sparsity(cv, names.length),
    `Backend: ${name === "wasm" ? "WebAssembly SIMD" : `JavaScript (${reason})`}. ` +
      `${11 * cv.lambdas.length} fits in ${elapsed.toFixed(0)} ms, the first compilation included.`,
  ].join("\n\n");
}

function choice(cv: CrossValidation): string {
  const row = (label: string, index: number): string[] => [
    label,
    cv.lambdas[index].toPrecision(4),
    cv.meanErrors[index].toFixed(1),
    `± ${cv.standardErrors[index].toFixed(1)}`,
    `${cv.path.nonzeros[index]}`,
    `${(cv.path.devianceRatios[index] * 100).toFixed(1)} %`,
  ];
  const rows = [
    ["rule", "lambda", "CV error", "std. error", "variables", "explained"],
    row("min: smallest error", cv.indexMin),
    row("1-SE: sparsest within one std. error", cv.index1se),
  ];
  const edge = cv.atEdge ? "\n\n  The best lambda is at the edge of the grid: a wider one may hold a better one." : "";
  return table(rows) + edge;
}

function coefficients(names: readonly string[], min: Model, oneSe: Model): string {
  const format = (value: number): string => (value === 0 ? "0" : value.toFixed(3));
  const row = (label: string, ...values: number[]): string[] => [label, ...values.map(format)];
  return table([
    ["variable", `min (${min.nonzeros} kept)`, `1-SE (${oneSe.nonzeros} kept)`],
    ...names.map((name, j) => row(name, min.coefficients[j], oneSe.coefficients[j])),
    row("(intercept)", min.intercept, oneSe.intercept),
  ]);
}

function chart(cv: CrossValidation): string {
  const curve = Array.from(cv.lambdas, (lambda, k): [number, number] => [Math.log10(lambda), cv.meanErrors[k]]);
  const limit = cv.meanErrors[cv.indexMin] + cv.standardErrors[cv.indexMin];
  return plot(curve, {
    width: 72,
    height: 16,
    thresholds: [{ x: Math.log10(cv.lambdaMin) }, { x: Math.log10(cv.lambda1se) }, { y: limit }],
    customXAxisTicks: [-2, -1, 0, 1],
    customYAxisTicks: [3500, 4000, 4500, 5000, 5500],
    formatter: (value) => `${value}`,
  }).trimEnd();
}

function sparsity(cv: CrossValidation, p: number): string {
  const { lambdas, nonzeros } = cv.path;
  const rows = [["weights exactly zero", "from lambda", "down to"]];
  for (let first = 0; first < lambdas.length; ) {
    let last = first;
    while (last + 1 < lambdas.length && nonzeros[last + 1] === nonzeros[first]) last += 1;
    const zeros = p - nonzeros[first];
    rows.push([`${zeros} of ${p}`, lambdas[first].toPrecision(4), lambdas[last].toPrecision(4)]);
    first = last + 1;
  }
  return `Sparsity along the path of ${lambdas.length} lambdas:\n\n${table(rows)}`;
}

if (isMain(import.meta.url)) {
  console.log(report(readFileSync(new URL("./data/diabetes.csv", import.meta.url), "utf8")));
}
