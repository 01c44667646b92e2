import { counted, plural, rough, short, trimmed } from "../../../printing/numbers.js";
import { table } from "../../../printing/table.js";
import { tableOfColumns } from "../../../printing/tableOfColumns.js";
import { nameOf, supportOf } from "../coefficientRows.js";
import type { ModelFields } from "../ModelFields.js";
import type { PathFields } from "../PathFields.js";
import { certificatesOf, kindOf, offsetOf, percent } from "./words.js";

/** Columns and ratios in the tables at the most. */
const COLUMNS = 12;
const RATIOS = 8;

type Models = PathFields & { model(index: number): object };

/** The errors of one l1Ratio. */
interface Table {
  byGamma?: readonly { gamma: number; meanErrors: Float64Array; standardErrors: Float64Array }[];
  l1Ratio: number;
  lambdas: Float64Array;
  measure?: string;
  meanErrors: Float64Array;
  standardErrors: Float64Array;
  foldWeights: Float64Array;
  indexMin: number;
  index1se: number;
  gammaMin?: number;
  gamma1se?: number;
  path: Models & { relaxed(gamma: number): Models };
}

/** What errors are called, where not as the option has it. */
const MEASURES: Record<string, string> = {
  meanSquaredError: "mean squared error",
  meanAbsoluteError: "mean absolute error",
  misclassification: "misclassified",
  auc: "1 − AUC",
};

/** What a cross-validation says of itself, in at most 40 lines. */
export function crossValidationSummary(best: Table & { byRatio: readonly Table[]; seed?: number | undefined }): string {
  const { path, indexMin, lambdas, byRatio, foldWeights, seed, measure = "deviance" } = best;
  const p = path.means.length;
  const last = lambdas.length - 1;
  const isRelaxed = best.byGamma !== undefined;
  const row = (name: string, of: Table, rule: "min" | "1se"): string[] => {
    const { path, errors, index, gamma } = choiceOf(of, rule);
    return [
      name,
      trimmed(of.lambdas[index]),
      ...(isRelaxed ? [String(gamma)] : []),
      rough(errors.meanErrors[index]),
      `± ${rough(errors.standardErrors[index])}`,
      `${counted(supportOf(modelOf(of, rule).coefficients, p).length)} of ${counted(p)}`,
      percent(path.devianceRatios[index]),
    ];
  };
  const error = path.family === "gaussian" && measure === "deviance" ? "meanSquaredError" : measure;
  const heading = ["lambda", ...(isRelaxed ? ["gamma"] : []), MEASURES[error] ?? error, "± se", "columns", "explained"];
  const [min, oneSe] = [modelOf(best, "min"), modelOf(best, "1se")];
  const kept = supportOf(min.coefficients, p).length;
  const kept1se = supportOf(oneSe.coefficients, p).length;
  const notes: string[] = [];
  if (kept === 0) notes.push("No column lowers the error: there is no effect, or there are too few rows to see one.");
  else if (kept1se === 0) notes.push("Without any column the error is within one se of the least: the effect is weak.");
  if (last > 0 && (indexMin === last ? !path.saturated && lambdas[last] > 0 : indexMin === 0 && kept > 0)) {
    const [end, further] = indexMin === last ? ["smallest", "smaller"] : ["largest", "larger"];
    notes.push(`The best lambda is the ${end} of all: a ${further} one may be better.`);
  }
  notes.push(...offsetOf(path), certificatesOf(path.converged, path.dualityGaps));
  return [
    `${kindOf(choiceOf(best, "min").path)}, ${plural(foldWeights.length, "fold")}${seed === undefined ? "" : ` by seed ${seed}`}: ${counted(kept)} of ${plural(p, "column")} at the least error, ${counted(kept1se)} by the 1-SE rule`,
    table([["rule", ...heading], row("min", best, "min"), row("1-SE", best, "1se")]),
    ...(byRatio.length > 1
      ? [
          table([
            ["l1Ratio", ...heading],
            ...byRatio
              .slice(0, RATIOS)
              .map((one) => row(`${one.l1Ratio === best.l1Ratio ? "→" : " "} ${one.l1Ratio}`, one, "min")),
          ]),
        ]
      : []),
    ...(kept + kept1se > 0 ? [coefficientsOf(min, oneSe)] : []),
    notes.join("\n"),
  ].join("\n\n");
}

/** What a rule chooses of a table: a place of its path, and the mix if there are any. */
function choiceOf(of: Table, rule: "min" | "1se") {
  const [index, gamma] = rule === "min" ? [of.indexMin, of.gammaMin] : [of.index1se, of.gamma1se];
  const path: Models = gamma === undefined ? of.path : of.path.relaxed(gamma);
  return { index, gamma, path, errors: of.byGamma?.find((mix) => mix.gamma === gamma) ?? of };
}

function modelOf(of: Table, rule: "min" | "1se"): ModelFields {
  const { path, index } = choiceOf(of, rule);
  return path.model(index) as ModelFields;
}

/** The coefficients by both rules, the largest scaled ones first; of multinomial models the largest scaled one of each column. */
function coefficientsOf(min: ModelFields, oneSe: ModelFields): string {
  const { names, means, intercepts } = min;
  const p = means.length;
  const largest = ({ coefficients, sds }: ModelFields, j: number): number => {
    let most = 0;
    for (let k = j; k < coefficients.length; k += p) most = Math.max(most, Math.abs(coefficients[k]));
    return most === 0 ? 0 : most * sds[j];
  };
  const size = Float64Array.from(means, (_, j) => Math.max(largest(min, j), largest(oneSe, j)));
  const order = Array.from(size.keys()).sort((a, b) => size[b] - size[a]);
  const count = size.filter((one) => one !== 0).length;
  const both = (show: (model: ModelFields) => number): string[] => [min, oneSe].map((model) => short(show(model)));
  return tableOfColumns(
    [intercepts ? "largest |coefficient · sd|" : "coefficient of", "min", "1-SE"],
    [
      ...order
        .slice(0, Math.min(count, COLUMNS))
        .map((j) => [nameOf(names, j), ...both((model) => (intercepts ? largest(model, j) : model.coefficients[j]))]),
      ...(intercepts ? [] : [["(intercept)", ...both(({ intercept }) => intercept as number)]]),
    ],
    count - COLUMNS,
    order.slice(count).map((j) => nameOf(names, j)),
  );
}
