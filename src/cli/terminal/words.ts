import { counted, plural } from "../../printing/numbers.js";
import type { Training } from "../table/designOf.js";

/** What errors are called. */
export const errorName = (family: string, measure: string): string =>
  ({
    deviance: family === "gaussian" ? "mean squared error" : "deviance",
    meanSquaredError: "mean squared error",
    meanAbsoluteError: "mean absolute error",
    misclassification: "misclassified",
    auc: "1 − AUC",
  })[measure] ?? measure;

/** What a fit is called in the field: without a penalty it is no lasso. */
export function kindOf({ family, l1Ratio, lambda }: { family: string; l1Ratio: number; lambda?: number }): string {
  if (lambda === 0 && family === "gaussian") return "Least squares, without a penalty";
  const net = l1Ratio === 1 ? "lasso" : l1Ratio === 0 ? "ridge" : "elastic net";
  const name = lambda === 0 ? "regression, without a penalty" : net;
  const kind = family === "gaussian" ? name : `${family === "binomial" ? "logistic" : family} ${name}`;
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

/** How many columns are kept, in words. */
export function keptOf(kept: number, p: number): string {
  if (kept === 0) return p === 1 ? "the column is not kept" : `none of ${plural(p, "column")} is kept`;
  if (kept === p) return p === 1 ? "the column is kept" : `all ${plural(p, "column")} are kept`;
  return `${counted(kept)} of ${plural(p, "column")} ${kept === 1 ? "is" : "are"} kept`;
}

/** What was read. */
export const readOf = ({ table, count, names }: Training): string =>
  `${table.name}: ${plural(count, "row")}, ${plural(names.length, "column")} to explain by`;

/** A share of 1 with three significant digits; what rounding leaves of none is none. */
export const percent = (share: number): string => `${Math.abs(share) < 1e-9 ? "0" : (100 * share).toPrecision(3)} %`;
