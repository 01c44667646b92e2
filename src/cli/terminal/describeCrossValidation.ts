import type { AnyModel, CrossValidation } from "../../index.js";
import { isLogarithmic } from "../../printing/logarithmic.js";
import { counted, plural, rough } from "../../printing/numbers.js";
import { table } from "../../printing/table.js";
import type { Settings } from "../Job.js";
import type { Training } from "../table/designOf.js";
import { errorChart } from "./chart.js";
import { coefficientTable } from "./coefficients.js";
import type { Desk } from "./Desk.js";
import { headed, noted, type Style, styleOf, wrapped } from "./style.js";
import { widthOf } from "./width.js";
import { errorName, keptOf, kindOf, percent, readOf } from "./words.js";

/** Columns of a terminal that are used, whatever there are. */
const WIDEST = 100;

type Rule = "min" | "1se";
type Crossed = CrossValidation<AnyModel>;

const NAMES: Record<Rule, string> = { min: "least error", "1se": "1-SE rule" };
const TITLES: Record<Rule, string> = { min: "least error", "1se": "1-SE" };

/** What cross-validation has found: a sentence, both rules, coefficients, the curve of errors, notes. */
export function describeCrossValidation(
  cv: Crossed,
  training: Training,
  { rule, desk, options }: { rule: Rule; desk: Desk; options: Settings },
): string {
  const style = styleOf(desk.isColoured);
  const width = Math.min(desk.width, WIDEST);
  const p = training.names.length;
  const other = rule === "min" ? "1se" : "min";
  const [kept, keptOther] = [keptBy(cv, p, indexOf(cv, rule)), keptBy(cv, p, indexOf(cv, other))];
  const share = percent(cv.path.devianceRatios[indexOf(cv, rule)]);
  const sentence =
    kept === 0
      ? `No column tells anything of ${options.target}: ${keptOf(0, p)}.`
      : `${capital(keptOf(kept, p))}, and ${kept === 1 ? "explains" : "explain"} ${share} of ${options.target}.`;
  const models = [cv.model(rule), cv.model(other)];
  return [
    headed(sentence, `${kindOfFolds(cv)}; ${readOf(training)}`, width, style),
    rulesTable(cv, p, { rule, width }, style),
    ...(cv.byRatio.length > 1 ? [ratiosTable(cv, style)] : []),
    ...(kept + keptOther > 0 ? [coefficientTable(models, [TITLES[rule], TITLES[other]], width, style)] : []),
    ...chartOf(cv, p, width, style),
    noted([...training.notes, ...warningsOf(cv, keptOther, p, rule)], width, style),
  ].join("\n\n");
}

const indexOf = ({ indexMin, index1se }: Crossed, rule: Rule): number => (rule === "min" ? indexMin : index1se);

const keptBy = ({ path }: Crossed, p: number, k: number): number =>
  keptColumns(path.coefficients, path.lambdas.length, p, k);

/** The kind of models, and how they were cross-validated. */
function kindOfFolds({ path, l1Ratio, foldWeights, seed }: Crossed): string {
  const folds = `${plural(foldWeights.length, "fold")}${seed === undefined ? "" : ` by seed ${seed}`}`;
  return `${kindOf({ family: path.family, l1Ratio })}, ${folds}`;
}

/** Dims the head of a table. */
function quiet(text: string, style: Style): string {
  const lines = text.split("\n").map((line, k) => (k < 2 ? style.dim(line) : line));
  return lines.join("\n");
}

/** A row for each rule; where that is too wide, a column. */
function rulesTable(cv: Crossed, p: number, { rule, width }: { rule: Rule; width: number }, style: Style): string {
  const { path, lambdas, meanErrors, standardErrors, measure } = cv;
  const row = (one: Rule, names = NAMES): string[] => {
    const k = indexOf(cv, one);
    return [
      `${one === rule ? "▸" : " "} ${names[one]}`,
      rough(lambdas[k]),
      rough(meanErrors[k]),
      `± ${rough(standardErrors[k])}`,
      `${counted(keptBy(cv, p, k))} of ${counted(p)}`,
      percent(path.devianceRatios[k]),
    ];
  };
  const heading = ["", "lambda", errorName(path.family, measure), "", "columns", "explained"];
  const text = table([heading, row("min"), row("1se")]);
  if (text.split("\n").every((line) => widthOf(line) <= width)) return quiet(text, style);
  heading[2] = "error";
  const rows = [heading, row("min", TITLES), row("1se", TITLES)];
  const columns = heading.map((_, k) => rows.map((cells) => cells[k]));
  return quiet(table(columns, [1, 2]), style);
}

function ratiosTable({ path, measure, byRatio, l1Ratio }: Crossed, style: Style): string {
  const rows = byRatio.map((one) => [
    one.l1Ratio === l1Ratio ? "▸" : " ",
    String(one.l1Ratio),
    rough(one.lambdaMin),
    rough(one.meanErrors[one.indexMin]),
    `± ${rough(one.standardErrors[one.indexMin])}`,
  ]);
  return quiet(table([["", "l1-ratio", "lambda", errorName(path.family, measure), ""], ...rows]), style);
}

/** The curve of errors and what it is of, if there is one. */
function chartOf(cv: Crossed, p: number, width: number, style: Style): string[] {
  const { path, lambdas, meanErrors: errors, standardErrors, indexMin, index1se, measure } = cv;
  const kept = Array.from(lambdas, (_, k) => keptBy(cv, p, k));
  const chart = errorChart({ lambdas, errors, standardErrors, kept, indexMin, index1se }, width - 2, 10, style);
  if (chart.length === 0) return [];
  const unit = `${errorName(path.family, measure)}${isLogarithmic(errors, standardErrors) ? ", logarithmic" : ""}`;
  const title = wrapped(`error in data not seen (${unit})`, width - 2).map((line) => style.dim(line));
  return [[...title, ...chart].map((line) => `  ${line}`).join("\n")];
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
function warningsOf(cv: Crossed, kept1se: number, p: number, rule: string): string[] {
  const { indexMin, lambdas, path, index1se } = cv;
  const last = lambdas.length - 1;
  const notes: string[] = [];
  const isEmpty = rule === "min" ? kept1se === 0 : keptBy(cv, p, index1se) === 0;
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
