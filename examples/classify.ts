/**
 * Two classes of biopsies and three of wines: the lambda by cross-validation on three quarters of the rows, its errors on the last one.
 * Run it with `npm run classify`.
 */

import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { accuracy, brierScore, confusionTable, crossValidate, designMatrix, logLoss, rocAuc, split } from "regulus";
import { isMain } from "./isMain.js";

type Row = Record<string, string | number>;

/** The rows of a CSV file with their labels in the column `target`; a quarter of each class is held out. */
function readLabelled(csv: string, target: string) {
  const rows = parse<Row>(csv, {
    columns: true,
    cast: (value, { header, column }) => (header || column === target ? value : Number(value)),
  });
  const labels = rows.map((row) => `${row[target]}`);
  const { train, test } = split(rows.length, { test: 0.25, seed: 1, stratify: labels });
  const unseen = Array.from(test, (i) => rows[i]);
  return {
    design: designMatrix<string[]>(
      Array.from(train, (i) => rows[i]),
      { target },
    ),
    unseen,
    labels: unseen.map((row) => `${row[target]}`),
  };
}

/** Malignant or benign, by logistic regression with an L1 penalty. */
export function biopsies(csv: string): string {
  const { design, unseen, labels } = readLabelled(csv, "diagnosis");
  const { X, y } = design;
  const cv = crossValidate(X, y, { family: "binomial", folds: 10, seed: 1, stratify: true });
  const model = cv.model("1se");
  const [predicted, probability] = [model.predict(unseen), model.predictProbability(unseen)];
  const { classes } = model;
  return [
    `Malignant or benign: ${X.rows} biopsies, ${X.columns} measurements`,
    cv.summary(),
    `${unseen.length} biopsies that it has not seen, by the 1-SE rule:`,
    `${confusionTable(labels, predicted, { classes })}`,
    numbers({
      accuracy: accuracy(labels, predicted),
      "log-loss": logLoss(labels, probability, { classes }),
      "Brier score": brierScore(labels, probability, { classes }),
      AUC: rocAuc(labels, probability, { classes }),
    }),
  ].join("\n\n");
}

/** Three cultivars, by multinomial regression; the mix of the penalty is chosen too. */
export function wines(csv: string): string {
  const { design, unseen, labels } = readLabelled(csv, "cultivar");
  const { X, y } = design;
  const l1Ratio = [0.5, 1];
  const cv = crossValidate(X, y, { family: "multinomial", l1Ratio, folds: 10, seed: 1, stratify: true });
  const model = cv.model("1se");
  const [predicted, probabilities] = [model.predict(unseen), model.predictProbability(unseen)];
  const { classes } = model;
  return [
    `Three cultivars: ${X.rows} wines, ${X.columns} measurements; the 1-SE rule of 10 folds, l1Ratio one of ${l1Ratio.join(", ")}`,
    `${model}`,
    `${unseen.length} wines that it has not seen:`,
    `${confusionTable(labels, predicted, { classes })}`,
    numbers({
      accuracy: accuracy(labels, predicted),
      "log-loss": logLoss(labels, probabilities, { classes }),
      "Brier score": brierScore(labels, probabilities, { classes }),
    }),
  ].join("\n\n");
}

const numbers = (values: Record<string, number>): string =>
  Object.entries(values)
    .map(([name, value]) => `  ${name} ${value.toFixed(4)}`)
    .join("  ");

if (isMain(import.meta.url)) {
  const read = (name: string): string => readFileSync(new URL(`./data/${name}.csv`, import.meta.url), "utf8");
  console.log(`${biopsies(read("breast-cancer"))}\n\n${wines(read("wine"))}`);
}
