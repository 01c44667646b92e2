/**
 * Two classes of biopsies and three of wines: the lambda by cross-validation on three quarters of the rows, its errors on the last one.
 * Run it with `npm run classify`.
 */

import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import {
  accuracy,
  brierScore,
  type ConfusionTable,
  confusionTable,
  crossValidate,
  type DenseMatrix,
  dense,
  logLoss,
  rocAuc,
} from "regulus";
import { isMain, table } from "./table.js";

interface Labelled {
  X: DenseMatrix;
  labels: string[];
}

/** A CSV file with a heading: the column called `target` holds labels, all others numbers. Every fourth row is held out. */
export function readLabelled(text: string, target: string): { names: string[]; training: Labelled; heldOut: Labelled } {
  const rows = parse<Record<string, string>>(text, { columns: true });
  const names = Object.keys(rows[0] ?? {}).filter((name) => name !== target);
  const part = (chosen: typeof rows): Labelled => ({
    X: dense(
      Float64Array.from(chosen.flatMap((row) => names.map((name) => Number(row[name])))),
      chosen.length,
      names.length,
    ),
    labels: chosen.map((row) => row[target] ?? ""),
  });
  return {
    names,
    training: part(rows.filter((_, i) => i % 4 !== 0)),
    heldOut: part(rows.filter((_, i) => i % 4 === 0)),
  };
}

const folds = { folds: 10, seed: 1, stratify: true } as const;

/** Malignant or benign, by logistic regression with an L1 penalty. */
export function biopsies(csv: string): string {
  const { names, training, heldOut } = readLabelled(csv, "diagnosis");
  const cv = crossValidate(training.X, training.labels, { family: "binomial", ...folds });
  const model = cv.model("1se");
  const probability = model.predictProbability(heldOut.X);
  const { classes } = model;
  const kept = names
    .map((name, j) => [name, model.coefficients[j].toPrecision(3)])
    .filter((_, j) => model.coefficients[j] !== 0);
  return [
    `Logistic lasso on ${training.X.rows} biopsies and ${names.length} measurements, 1-SE lambda ${cv.lambda1se.toPrecision(3)} of 10 folds`,
    table([["measurement", `of ${classes[1]}`], ...kept]),
    `${heldOut.X.rows} biopsies that it has not seen:`,
    confusion(confusionTable(heldOut.labels, model.predict(heldOut.X), { classes })),
    table([
      ["accuracy", "log-loss", "Brier score", "AUC"],
      [
        accuracy(heldOut.labels, model.predict(heldOut.X)),
        logLoss(heldOut.labels, probability, { classes }),
        brierScore(heldOut.labels, probability, { classes }),
        rocAuc(heldOut.labels, probability, { classes }),
      ].map((value) => value.toFixed(4)),
    ]),
  ].join("\n\n");
}

/** Three cultivars, by multinomial regression; the mix of the penalty is chosen too. */
export function wines(csv: string): string {
  const { names, training, heldOut } = readLabelled(csv, "cultivar");
  const cv = crossValidate(training.X, training.labels, { family: "multinomial", l1Ratio: [0.5, 1], ...folds });
  const model = cv.model("min");
  const probabilities = model.predictProbability(heldOut.X);
  const { classes } = model;
  const coefficients = names.map((name, j) => [
    name,
    ...classes.map((_, k) => {
      const value = model.coefficients[k * names.length + j];
      return value === 0 ? "0" : value.toPrecision(3);
    }),
  ]);
  return [
    `Multinomial elastic net on ${training.X.rows} wines and ${names.length} measurements, lambda ${cv.lambdaMin.toPrecision(3)}, ` +
      `l1Ratio ${cv.l1Ratio} of 10 folds`,
    table([["measurement", ...classes.map(String)], ...coefficients]),
    `${heldOut.X.rows} wines that it has not seen:`,
    confusion(confusionTable(heldOut.labels, model.predict(heldOut.X), { classes })),
    table([
      ["accuracy", "log-loss", "Brier score"],
      [
        accuracy(heldOut.labels, model.predict(heldOut.X)),
        logLoss(heldOut.labels, probabilities, { classes }),
        brierScore(heldOut.labels, probabilities, { classes }),
      ].map((value) => value.toFixed(4)),
    ]),
  ].join("\n\n");
}

function confusion({ classes, counts }: ConfusionTable): string {
  const K = classes.length;
  return table([
    ["is, taken for", ...classes.map(String)],
    ...classes.map((label, i) => [`${label}`, ...Array.from(counts.subarray(i * K, (i + 1) * K), String)]),
  ]);
}

if (isMain(import.meta.url)) {
  const read = (name: string): string => readFileSync(new URL(`./data/${name}.csv`, import.meta.url), "utf8");
  console.log(`${biopsies(read("breast-cancer"))}\n\n${wines(read("wine"))}`);
}
