/** The lasso on the diabetes data, its lambda chosen by 10-fold cross-validation. Run it with `npm start`. */

import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { backend, type CrossValidation, crossValidate, designMatrix } from "regulus";
import { plot } from "simple-ascii-chart";
import { isMain } from "./isMain.js";

/** Characters across both pictures, which share their axis. */
const WIDTH = 64;
const BARS = "▁▂▃▄▅▆▇█";

/** All that `npm start` prints. */
export function report(csv: string): string {
  const records = parse<Record<string, number>>(csv, {
    columns: true,
    cast: (value, { header }) => (header ? value : Number(value)),
  });
  const { X, y } = designMatrix(records, { target: "progression" });
  const started = performance.now();
  const cv = crossValidate(X, y, { folds: 10, seed: 1 });
  const elapsed = performance.now() - started;
  const { name, reason } = backend();
  return [
    `Progression of diabetes in ${X.rows} patients, explained by ${X.columns} variables`,
    cv.summary(),
    "Cross-validated error. The level line is the smallest error plus its standard error, the upright ones are\nlambdaMin and, with the stronger penalty to the right of it, lambda1se:",
    chart(cv),
    "Coefficients along the same axis, per standard deviation of their variable, the largest as █, with their sign\nat the weakest penalty. Where there is nothing, a coefficient is exactly 0:",
    paths(cv),
    `${cv.path}`,
    `Backend: ${name === "wasm" ? "WebAssembly SIMD" : `JavaScript (${reason})`}. ` +
      `${11 * cv.lambdas.length} fits in ${elapsed.toFixed(0)} ms, the first compilation included.`,
  ].join("\n\n");
}

/** Room for names to the left of both pictures. */
const MARGIN = 12;
const ends = (cv: CrossValidation): [number, number] => [
  Math.log10(cv.lambdas[cv.lambdas.length - 1]),
  Math.log10(cv.lambdas[0]),
];

function chart(cv: CrossValidation): string {
  const curve = Array.from(cv.lambdas, (lambda, k): [number, number] => [Math.log10(lambda), cv.meanErrors[k]]);
  const limit = cv.meanErrors[cv.indexMin] + cv.standardErrors[cv.indexMin];
  const lines = plot(curve, {
    width: WIDTH,
    height: 12,
    symbols: { thresholds: { x: "┈", y: "┊" } },
    thresholds: [{ x: Math.log10(cv.lambdaMin) }, { x: Math.log10(cv.lambda1se) }, { y: limit }],
    customXAxisTicks: [-2, -1, 0, 1],
    customYAxisTicks: [3000, 3500, 4000, 4500, 5000, 5500],
    formatter: (value) => `${value}`,
  })
    .split("\n")
    .filter((line) => line.trim() !== "");
  const axis = Math.max(...lines.map((line) => line.search(/[│┤┼└]/)));
  return [
    "mean squared error",
    ...lines.map((line) => " ".repeat(MARGIN - axis - 2) + line.trimEnd()),
    legend("log10(lambda)"),
  ].join("\n");
}

/** One line for each variable: how large its coefficient is from the weakest penalty to the strongest. */
function paths(cv: CrossValidation): string {
  const { path } = cv;
  const { coefficients, sds = new Float64Array(0), names = [] } = path;
  const p = sds.length;
  const [low, high] = ends(cv);
  const scaled = (k: number, j: number): number => coefficients[k * p + j] * sds[j];
  const largest = path.lambdas.reduce(
    (most, _, k) => names.reduce((m, _, j) => Math.max(m, Math.abs(scaled(k, j))), most),
    0,
  );
  const last = path.lambdas.length - 1;
  const order = names.map((_, j) => j).sort((a, b) => Math.abs(scaled(last, b)) - Math.abs(scaled(last, a)));
  const columns = Array.from({ length: WIDTH }, (_, c) => {
    const lambda = 10 ** (low + ((high - low) * c) / (WIDTH - 1));
    return path.lambdas.findIndex((knot) => knot <= lambda * (1 + 1e-9));
  });
  const bar = (value: number): string =>
    value === 0 ? " " : BARS[Math.min(Math.floor((Math.abs(value) / largest) * BARS.length), BARS.length - 1)];
  const rows = order.map((j) => {
    const sign = scaled(last, j) < 0 ? "−" : "+";
    return `${names[j].padEnd(MARGIN - 3)}${sign} │${columns.map((k) => bar(scaled(k, j))).join("")}`.trimEnd();
  });
  return [...rows, `${" ".repeat(MARGIN - 1)}└${"─".repeat(WIDTH)}▶`, legend("log10(lambda)")].join("\n");
}

function legend(axis: string): string {
  const [left, right] = ["weak penalty", "strong: all zero"];
  const room = WIDTH - left.length - right.length;
  const before = Math.floor((room - axis.length) / 2);
  return " ".repeat(MARGIN) + left + axis.padStart(before + axis.length).padEnd(room) + right;
}

if (isMain(import.meta.url)) {
  console.log(report(readFileSync(new URL("./data/diabetes.csv", import.meta.url), "utf8")));
}
