import { counted, plural, rough, short } from "../../../printing/numbers.js";
import { tableOfColumns } from "../../../printing/tableOfColumns.js";
import { coefficientRows, hasMoments, supportOf } from "../coefficientRows.js";
import type { ModelFields, StopReason } from "../ModelFields.js";
import { kindOf, offsetOf, penaltyOf, quoted } from "./words.js";

/** Rows of coefficients at the most. */
const ROWS = 24;
/** Up to so many classes have a column of the table each. */
const CLASSES = 5;

/** What is in the way of convergence, and what helps. */
const OBSTACLES: Record<StopReason, string> = {
  maxIterations: "It ended at its maxIterations: allow more, or a larger tolerance.",
  unbounded:
    "The minimum is at infinite coefficients, as where columns tell the classes apart: give every column a penalty.",
  precision: "Double precision shows no further progress: columns all but depend on each other, or lie far from 0.",
};

/** What a model says of itself, in at most 40 lines. */
export function modelSummary(model: ModelFields): string {
  const { family, classes = [], coefficients, intercept, intercepts, means } = model;
  if (coefficients.some(Number.isNaN)) return `${kindOf(model)}: it could not be fitted, and is NaN throughout`;
  const p = means.length;
  const kept = supportOf(coefficients, p).length;
  const isByClass = intercepts !== undefined && classes.length <= CLASSES;
  const isScaled = hasMoments(model);
  const scaled = isScaled && !isByClass ? ["scaled"] : [];
  const rows = isByClass ? rowsByColumn(model, classes) : rowsByCoefficient(model, scaled.length > 0);
  const nonzero = rows.filter(({ isZero }) => !isZero);
  const shown = rows.length <= ROWS && kept > 0 ? rows : nonzero.slice(0, ROWS);
  const zeros = rows.slice(Math.max(shown.length, nonzero.length));
  const last = intercepts === undefined ? [intercept as number] : isByClass ? Array.from(intercepts) : [];
  const heading = isByClass ? classes.map(quoted) : [...(intercepts ? ["class"] : []), "coefficient", ...scaled];
  const notes = [
    ...(isScaled && kept > 0 ? [isByClass ? "sorted by coefficient times sd" : "scaled: coefficient times sd"] : []),
    ...(family === "binomial" ? [`above 0 speaks for ${quoted(classes[1])}, below 0 for ${quoted(classes[0])}`] : []),
    ...(kept === 0 ? ["It predicts the same for every row: a smaller lambda lets columns in."] : []),
    ...offsetOf(model),
    certificateOf(model),
  ];
  return [
    `${kindOf(model)}: ${keptOf(kept, p)}\n${penaltyOf(model)}`,
    tableOfColumns(
      ["column", ...heading],
      [
        ...shown.map(({ name, cells }) => [name, ...cells]),
        ...(last.length > 0 ? [["(intercept)", ...last.map(short), ...scaled.map(() => "")]] : []),
      ],
      nonzero.length - shown.length,
      intercepts && !isByClass && zeros.length > 0 ? [`${counted(zeros.length)} more`] : zeros.map(({ name }) => name),
      intercepts && !isByClass ? [1] : [],
    ),
    notes.join("\n"),
  ].join("\n\n");
}

function keptOf(kept: number, p: number): string {
  if (kept === 0) return "all coefficients are exactly 0";
  const verb = kept === 1 ? "has a coefficient" : "have coefficients";
  if (kept === p) return `all ${plural(p, "column")} ${verb}`;
  return `${counted(kept)} of ${plural(p, "column")} ${verb}, ${counted(p - kept)} exactly 0`;
}

/** A row of the table: a coefficient and its scaled one, or the coefficients of all classes. */
interface Row {
  name: string;
  cells: string[];
  isZero: boolean;
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
  const { converged, certificate, dualityGap, violation, objective, iterations, strategy, gamma, stopReason } = model;
  if (strategy === "interpolation") return "Interpolated between two lambdas of its path: near the minimum, not at it.";
  if (gamma !== undefined) {
    const done = converged ? "Both fits have converged" : "Not both fits have converged";
    return `${gamma} of the penalised fit and ${1 - gamma} of that without penalty on the same columns: no minimum.\n${done}.`;
  }
  const effort = `${strategy}, ${plural(iterations, "iteration")}`;
  const obstacle = stopReason ? `\n${OBSTACLES[stopReason]}` : "";
  if (certificate === "stationary") {
    const off = `the optimality conditions ${converged ? "hold to" : "are violated by"} ${rough(violation)} of lambdaMax`;
    const rest = "there may be other minima, which the coefficients reach together but none of them alone";
    return `${converged ? "Converged" : "Not converged"}: ${off}\n(${effort}; ${rest})${obstacle}`;
  }
  if (!(dualityGap >= 0)) {
    const doubt = certificate === "kkt" ? `, conditions violated by ${rough(violation)} of lambdaMax` : "";
    return `${converged ? "Done" : "Not converged"}: no bound on the distance from the minimum is known\n(${effort}${doubt})${obstacle}`;
  }
  const F = `the objective, ${rough(objective)},`;
  return `${
    converged
      ? `Converged: ${F} is within ${rough(dualityGap)} of its minimum`
      : `Not converged: ${F} may be up to ${rough(dualityGap)} above its minimum`
  }\n(duality gap; ${effort})${obstacle}`;
}
