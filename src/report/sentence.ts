import { counted, plural, rough } from "../printing/numbers.js";
import type { Errors, ReportData } from "./ReportData.js";
import { spoken } from "./spoken.js";

/** Up to so many names are said one by one. */
const NAMES = 5;
/** The share of the null model's error that must be gone to be worth a word. */
const MEASURES: Record<string, string> = {
  "mean squared error": "squared",
  "mean absolute error": "absolute",
};

/** What the words are made of: which variables have a coefficient where, in any class. */
export interface Told {
  data: Omit<ReportData, "sentence" | "detail" | "notes" | "facts">;
  /** The kept variables at the model, or at a rule's lambda, the largest scaled ones first. */
  kept: (index: number, gamma: number) => number[];
  /** How many these are. */
  count: (index: number, gamma: number) => number;
}

/** What was found, and the numbers of it. */
export function sentenceOf(told: Told): { sentence: string; detail: string } {
  const { data } = told;
  if (data.coefficients.some(Number.isNaN)) {
    return { sentence: "This could not be fitted: its coefficients are no numbers.", detail: "" };
  }
  if (data.errors === undefined && data.lambdas.length === 1) return ofModel(told);
  if (data.errors === undefined) return ofPath(told);
  return ofCrossValidation(told, data.errors);
}

const variables = (count: number): string => plural(count, "variable");

function ofModel({ data, kept }: Told): { sentence: string; detail: string } {
  const p = data.names.length;
  const own = kept(0, data.start.gamma);
  const what = spoken(data.target ?? "the response");
  if (own.length === 0) {
    return {
      sentence: `No variable is kept: the model predicts the same for every row.`,
      detail: `At lambda ${rough(data.lambdas[0])} all ${counted(p)} coefficients are exactly zero; a smaller lambda lets variables in.`,
    };
  }
  const sentence =
    own.length === p
      ? `${p === 1 ? "The one variable predicts" : `All ${counted(p)} variables predict`} ${what}${p > 1 ? `, ${spoken(data.names[own[0]])} the most` : ""}.`
      : `${counted(own.length)} of ${variables(p)} ${own.length === 1 ? "predicts" : "predict"} ${what}${own.length > 1 ? `, ${spoken(data.names[own[0]])} the most` : ""}.`;
  return { sentence, detail: `${keptWords(data.names, own, p)} Lambda is ${rough(data.lambdas[0])}.` };
}

function ofPath({ data, kept, count }: Told): { sentence: string; detail: string } {
  const p = data.names.length;
  const last = data.lambdas.length - 1;
  const gamma = data.start.gamma;
  const counts = Array.from(data.lambdas, (_, k) => count(k, gamma));
  const most = Math.max(...counts);
  const what = spoken(data.target ?? "the response");
  const explained = data.explained?.[last] ?? Number.NaN;
  const detail = Number.isFinite(explained)
    ? `At the weakest penalty, lambda ${rough(data.lambdas[last])}, ${percent(explained)} is explained of the rows fitted; what is explained of rows not seen, cross-validation says.`
    : "";
  if (most === 0) return { sentence: `No variable comes in: every penalty of the path keeps all at zero.`, detail };
  const first = counts.findIndex((one) => one > 0);
  const names = kept(first, gamma).map((j) => spoken(data.names[j]));
  const least = Math.min(...counts);
  if (least === p) {
    return {
      sentence: `${p === 1 ? "The one variable is" : `All ${counted(p)} variables are`} used to predict ${what}, by less the stronger the penalty.`,
      detail,
    };
  }
  if (first === 0) {
    return {
      sentence: `${counted(least)} to ${counted(most)} of ${variables(p)} are kept to predict ${what}.`,
      detail,
    };
  }
  const verb = names.length === 1 ? "is" : "are";
  const sentence =
    names.length <= 2
      ? `${names.join(" and ")} ${verb} the first to predict ${what}; as the penalty weakens, ${counted(most)} of ${variables(p)} ${most === 1 ? "is" : "are"} kept.`
      : `As the penalty weakens, up to ${counted(most)} of ${variables(p)} are kept to predict ${what}.`;
  return { sentence, detail };
}

function ofCrossValidation({ data, kept }: Told, errors: Errors): { sentence: string; detail: string } {
  const p = data.names.length;
  const [oneSe, min] = (["1se", "min"] as const).map((rule) => errors.rules.find((one) => one.rule === rule)!);
  const best = kept(min.index, min.gamma);
  const sparse = kept(oneSe.index, oneSe.gamma);
  const what = spoken(data.target ?? "the response");
  const isSelecting = best.length < p || sparse.length < p;
  const [shown, rule] = sparse.length > 0 ? [sparse, oneSe] : [best, min];
  const detail = [keptWords(data.names, shown, p), errorWords(data, errors, rule)].join(" ").trim();
  if (best.length === 0) {
    return {
      sentence: `No variable helps to predict ${what}: the error is smallest with all at zero.`,
      detail: `There is no effect, or there are too few rows to see one. ${errorWords(data, errors, min)}`,
    };
  }
  if (sparse.length === 0) {
    return {
      sentence: `The effect is weak: ${counted(best.length)} of ${variables(p)} ${best.length === 1 ? "gives" : "give"} the smallest error, but no variable at all is within one standard error of it.`,
      detail,
    };
  }
  if (!isSelecting) {
    return {
      sentence: `${p === 1 ? "The one variable predicts" : `All ${counted(p)} variables together predict`} ${what}${p > 1 ? `, ${spoken(data.names[shown[0]])} the most` : ""}.`,
      detail,
    };
  }
  const of =
    sparse.length === 1
      ? `${spoken(data.names[sparse[0]])} alone, of ${variables(p)}, predicts ${what}`
      : `${counted(sparse.length)} of ${variables(p)} predict ${what}`;
  if (sparse.length < best.length) {
    return {
      sentence: `${of} as well, within one standard error, as the best model of ${counted(best.length)}.`,
      detail,
    };
  }
  const others = sparse.length === 1 ? "" : ", and no sparser model is within one standard error";
  return { sentence: `${of} best${others}.`, detail };
}

/** Which are kept, and that the others are exactly zero. */
function keptWords(names: readonly string[], kept: readonly number[], p: number): string {
  // One more has as much room as the words that there is one more.
  const said = kept.slice(0, kept.length === NAMES + 1 ? NAMES + 1 : NAMES).map((j) => spoken(names[j]));
  const more = kept.length - said.length;
  const list =
    more > 0
      ? `${said.join(", ")} and ${counted(more)} more`
      : said.length > 1
        ? `${said.slice(0, -1).join(", ")} and ${said.at(-1)}`
        : said[0];
  const rest = p - kept.length;
  const zeros =
    rest === 0 ? "" : rest === 1 ? "; the other is exactly zero" : `; the other ${counted(rest)} are exactly zero`;
  return `${list} ${kept.length === 1 ? "is" : "are"} kept${zeros}.`;
}

/** The error at a rule's lambda, and what share of the null model's it is, where the grid begins with that. */
function errorWords(data: Told["data"], errors: Errors, { index, gamma }: { index: number; gamma: number }): string {
  const { mean, se } = errors.mixes.find((mix) => mix.gamma === gamma) ?? errors.mixes[0];
  if (errors.measure === "1 − AUC")
    return `AUC ${(1 - mean[index]).toFixed(3)} ± ${se[index].toFixed(3)} in data not seen.`;
  if (errors.measure === "misclassified") {
    return `${percent(mean[index])} ± ${percent(se[index])} are put into a wrong class in data not seen.`;
  }
  const kind = MEASURES[errors.measure] ?? errors.measure;
  const share = 1 - mean[index] / mean[0];
  const isNull = data.coefficients
    .subarray(0, data.coefficients.length / data.lambdas.length)
    .every((value) => value === 0);
  const what = errors.measure === "mean squared error" ? "variance" : errors.measure;
  const explained =
    isNull && share > 0 ? `, explaining ${percent(share)} of the ${what} in data not seen` : " in data not seen";
  return `Error ${rough(mean[index])} ± ${rough(se[index])} (${kind})${explained}.`;
}

const percent = (share: number): string => {
  const value = 100 * share;
  return `${Math.abs(value) >= 10 && value < 99 ? value.toFixed(0) : value.toFixed(1)} %`;
};
