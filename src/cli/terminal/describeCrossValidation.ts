import type { AnyModel, CrossValidation } from "../../index.js";
import { isLogarithmic } from "../../printing/logarithmic.js";
import { counted, plural, rough } from "../../printing/numbers.js";
import { table } from "../../printing/table.js";
import type { Settings } from "../Job.js";
import type { Training } from "../table/designOf.js";
import { errorChart } from "./chart.js";
import { coefficientTable } from "./coefficients.js";
import type { Desk } from "./Desk.js";
import { noted, styleOf } from "./style.js";
import { errorName, keptOf, kindOf, percent, readOf } from "./words.js";

/** Columns of a terminal that are used, whatever there are. */
const WIDEST = 100;

/** What cross-validation has found: a sentence, both rules, coefficients, the curve of errors, notes. */
export function describeCrossValidation(
  cv: CrossValidation<AnyModel>,
  training: Training,
  { rule, desk, options }: { rule: "min" | "1se"; desk: Desk; options: Settings },
): string {
  const style = styleOf(desk.isColoured);
  const width = Math.min(desk.width, WIDEST);
  const { path, lambdas, meanErrors, standardErrors, indexMin, index1se, measure, foldWeights, byRatio } = cv;
  const p = training.names.length;
  const other = rule === "min" ? "1se" : "min";
  const [chosen, rest] = [cv.model(rule), cv.model(other)];
  const keptBy = (k: number): number => keptColumns(path.coefficients, path.lambdas.length, p, k);
  const indexOf = (one: "min" | "1se"): number => (one === "min" ? indexMin : index1se);
  const [kept, keptOther] = [keptBy(indexOf(rule)), keptBy(indexOf(other))];
  const error = errorName(path.family, measure);
  const share = path.devianceRatios[indexOf(rule)];
  const sentence =
    kept === 0
      ? `No column tells anything of ${options.target}: ${keptOf(0, p)}.`
      : `${capital(keptOf(kept, p))}, and ${kept === 1 ? "explains" : "explain"} ${percent(share)} of ${options.target}.`;
  const names = { min: "least error", "1se": "1-SE rule" };
  const row = (one: "min" | "1se"): string[] => {
    const k = indexOf(one);
    return [
      `${one === rule ? "▸" : " "} ${names[one]}`,
      rough(lambdas[k]),
      rough(meanErrors[k]),
      `± ${rough(standardErrors[k])}`,
      `${counted(keptBy(k))} of ${counted(p)}`,
      percent(path.devianceRatios[k]),
    ];
  };
  const heading = ["", "lambda", error, "", "columns", "explained"];
  const rules = table([heading, row("min"), row("1se")]).split("\n");
  const ratios =
    byRatio.length > 1
      ? table([
          ["", "l1-ratio", "lambda", error, ""],
          ...byRatio.map((one) => [
            one.l1Ratio === cv.l1Ratio ? "▸" : " ",
            String(one.l1Ratio),
            rough(one.lambdaMin),
            rough(one.meanErrors[one.indexMin]),
            `± ${rough(one.standardErrors[one.indexMin])}`,
          ]),
        ]).split("\n")
      : [];
  const quiet = (lines: string[]): string => lines.map((line, k) => (k < 2 ? style.dim(line) : line)).join("\n");
  const chart = errorChart(
    { lambdas, errors: meanErrors, standardErrors, kept: Array.from(lambdas, (_, k) => keptBy(k)), indexMin, index1se },
    width - 2,
    10,
    style,
  );
  const titles = { min: "least error", "1se": "1-SE" };
  const notes = [...training.notes, ...warningsOf(cv, keptOther, p, rule)];
  return [
    `${style.bold(sentence)}\n${style.dim(`${kindOf({ family: path.family, l1Ratio: cv.l1Ratio })}, ${plural(foldWeights.length, "fold")}${cv.seed === undefined ? "" : ` by seed ${cv.seed}`}; ${readOf(training)}`)}`,
    quiet(rules),
    ...(ratios.length > 0 ? [quiet(ratios)] : []),
    ...(kept + keptOther > 0 ? [coefficientTable([chosen, rest], [titles[rule], titles[other]], width, style)] : []),
    ...(chart.length > 0
      ? [
          [
            style.dim(
              `  error in data not seen (${error}${isLogarithmic(meanErrors, standardErrors) ? ", logarithmic" : ""})`,
            ),
            ...chart.map((line) => `  ${line}`),
          ].join("\n"),
        ]
      : []),
    noted(notes, width, style),
  ].join("\n\n");
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The columns that have a coefficient at a place of a path; those of any class count once. */
function keptColumns(coefficients: Float64Array, count: number, p: number, k: number): number {
  const size = coefficients.length / count;
  const kept = new Set<number>();
  for (let at = k * size; at < (k + 1) * size; ++at) if (coefficients[at] !== 0) kept.add((at - k * size) % p);
  return kept.size;
}

/** What to be wary of, in words. */
function warningsOf(cv: CrossValidation<AnyModel>, kept1se: number, p: number, rule: string): string[] {
  const { indexMin, lambdas, path, index1se } = cv;
  const last = lambdas.length - 1;
  const notes: string[] = [];
  const isEmpty =
    rule === "min" ? kept1se === 0 : keptColumns(path.coefficients, path.lambdas.length, p, index1se) === 0;
  if (isEmpty && p > 0)
    notes.push("Without any column the error is within one standard error of the least: the effect is weak.");
  if (last > 0 && indexMin === last && !path.saturated)
    notes.push("The best lambda is the smallest of all: a smaller one may be better.");
  if (last > 0 && indexMin === 0) notes.push("The best lambda is the largest of all: the columns do not help.");
  if (path.hasOffset) notes.push("Fitted with an offset, which predictions need too.");
  const failed = Array.from(path.converged).filter((one) => one !== 1).length;
  const gaps = Array.from(path.dualityGaps).filter((gap) => gap >= 0);
  const bound = gaps.length > 0 ? `, each within ${rough(Math.max(...gaps))} of its minimum (duality gap)` : "";
  notes.push(
    failed === 0
      ? `All ${counted(lambdas.length)} fits have converged${bound}.`
      : `${counted(failed)} of ${counted(lambdas.length)} fits have not converged.`,
  );
  return notes;
}
