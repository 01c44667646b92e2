import { clipped, counted, listed, plural, rough, short, trimmed } from "../../../printing/numbers.js";
import { table } from "../../../printing/table.js";
import type { Family } from "../../options/families.js";
import { coefficientRows, hasMoments } from "../coefficientRows.js";
import type { ModelFields } from "../ModelFields.js";

/** Rows of coefficients at the most; characters of a name, of a class, and of a line. */
const ROWS = 24;
const NAME = 40;
const CLASS = 12;
const LINE = 76;
/** Up to so many classes have a column of the table each. */
const CLASSES = 5;

/** What a model says of itself, in at most 40 lines. */
export function modelSummary(model: ModelFields): string {
  const { family, classes = [], hasOffset, coefficients, means } = model;
  if (coefficients.some(Number.isNaN)) return `${kindOf(model)}: it could not be fitted, and is NaN throughout`;
  const p = means.length;
  const kept = new Set<number>();
  coefficients.forEach((value, k) => {
    if (value !== 0) kept.add(k % p);
  });
  const notes = [
    ...(hasMoments(model) && kept.size > 0
      ? [isByClass(model) ? "sorted by coefficient times sd" : "scaled: coefficient times sd of the column"]
      : []),
    ...(family === "binomial" ? [`above 0 speaks for ${quoted(classes[1])}, below 0 for ${quoted(classes[0])}`] : []),
    ...(kept.size === 0 ? ["It predicts the same for every row: a smaller lambda lets columns in."] : []),
    ...(hasOffset === true ? ["It was fitted with an offset, and needs one to predict."] : []),
    certificateOf(model),
  ];
  return `${kindOf(model)}: ${keptOf(kept.size, p)}\n${penaltyOf(model)}\n\n${coefficientsOf(model)}\n\n${notes.join("\n")}`;
}

const FAMILIES: Record<Family, string> = {
  gaussian: "",
  binomial: "Logistic ",
  poisson: "Poisson ",
  multinomial: "Multinomial ",
};

/** What a penalised fit is called in the field. */
export function kindOf({ family, l1Ratio }: Pick<ModelFields, "family" | "l1Ratio">): string {
  const penalty = l1Ratio === 1 ? "lasso" : l1Ratio === 0 ? "ridge" : "elastic net";
  const kind = FAMILIES[family] + penalty;
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

export function keptOf(kept: number, p: number): string {
  if (kept === 0) return "all coefficients are exactly 0";
  const zeros = kept < p ? `, ${counted(p - kept)} exactly 0` : "";
  return `${kept < p ? `${counted(kept)} of` : "all"} ${plural(p, "column")} ${kept === 1 ? "has a coefficient" : "have coefficients"}${zeros}`;
}

export const penaltyOf = ({ lambda, l1Ratio }: Pick<ModelFields, "lambda" | "l1Ratio">): string =>
  `lambda ${trimmed(lambda)}${l1Ratio > 0 && l1Ratio < 1 ? `, l1Ratio ${l1Ratio}` : ""}`;

export const quoted = (label: unknown): string =>
  typeof label === "string" ? `"${clipped(label, CLASS)}"` : String(label);

/** Whether the coefficients of all classes stand in one row. */
const isByClass = ({ classes = [], intercepts }: ModelFields): boolean =>
  intercepts !== undefined && classes.length <= CLASSES;

/** A row of the table: a coefficient and its scaled one, or the coefficients of all classes. */
interface Row {
  name: string;
  cells: string[];
  isZero: boolean;
}

/** The table of the largest coefficients, and what is not in it. */
function coefficientsOf(model: ModelFields): string {
  const { classes = [], intercept, intercepts } = model;
  const byClass = isByClass(model);
  const isScaled = hasMoments(model) && !byClass;
  const rows = byClass ? rowsByColumn(model, classes) : rowsByCoefficient(model, isScaled);
  const nonzero = rows.filter(({ isZero }) => !isZero);
  const shown = rows.length <= ROWS && nonzero.length > 0 ? rows : nonzero.slice(0, ROWS);
  const zeros = rows.slice(Math.max(shown.length, nonzero.length));
  const heading = byClass
    ? ["column", ...classes.map(quoted)]
    : ["column", ...(intercepts ? ["class"] : []), "coefficient", ...(isScaled ? ["scaled"] : [])];
  const last = intercepts === undefined ? [intercept as number] : byClass ? Array.from(intercepts) : [];
  const lines = [
    heading,
    ...shown.map(({ name, cells }) => [clipped(name, NAME), ...cells]),
    ...(last.length > 0 ? [["(intercept)", ...last.map(short), ...(isScaled ? [""] : [])]] : []),
  ];
  const more = nonzero.length - shown.length;
  return [
    table(lines, intercepts && !byClass ? [1] : []),
    ...(more > 0 ? [`  … ${counted(more)} more ${more === 1 ? "is" : "are"} not 0`] : []),
    ...(zeros.length > 0
      ? [
          `  ○ exactly 0: ${listed(
            zeros.map(({ name }) => clipped(name, NAME)),
            LINE,
          )}`,
        ]
      : []),
  ].join("\n");
}

function rowsByCoefficient(model: ModelFields, isScaled: boolean): Row[] {
  return coefficientRows(model).map(({ name, class: label, coefficient, scaled }) => ({
    name,
    cells: [...(label === undefined ? [] : [quoted(label)]), short(coefficient), ...(isScaled ? [short(scaled)] : [])],
    isZero: coefficient === 0,
  }));
}

function rowsByColumn(model: ModelFields, classes: readonly unknown[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { name, class: label, coefficient } of coefficientRows(model)) {
    const row = rows.get(name) ?? { name, cells: [], isZero: true };
    rows.set(name, row);
    row.cells[classes.indexOf(label)] = short(coefficient);
    row.isZero &&= coefficient === 0;
  }
  return [...rows.values()];
}

/** What is known of how good the coefficients are. */
function certificateOf(model: ModelFields): string {
  const { converged, certificate, dualityGap, violation, objective, iterations, strategy } = model;
  if (strategy === "interpolation") return "Interpolated between two lambdas of its path: near the minimum, not at it.";
  const state = converged ? "Converged" : "Not converged";
  const effort = `${strategy}, ${plural(iterations, "iteration")}`;
  if (dualityGap >= 0) {
    const reach = converged ? "is within" : "may be up to";
    return `${state}: the objective, ${rough(objective)}, ${reach} ${rough(dualityGap)} ${converged ? "of" : "above"} its minimum\n(duality gap; ${effort})`;
  }
  const doubt = certificate === "kkt" ? `; its conditions are violated by ${rough(violation)} of lambdaMax` : "";
  return `${state}: how far it is from the minimum is not known${doubt}\n(${effort})`;
}
