import { type OwnParameters, parametersOf } from "../../../losses/families.js";
import { clipped, counted, listed, plural, rough, trimmed } from "../../../printing/numbers.js";
import { table } from "../../../printing/table.js";
import type { Family } from "../../options/families.js";
import type { ModelFields } from "../ModelFields.js";

/** Characters of a name, of a class, and of a list of names. */
const NAME = 40;
const CLASS = 12;
const LINE = 76;

/** What a penalised fit is called in the field. */
export function kindOf(result: { family: Family; l1Ratio: number; gamma?: number } & OwnParameters): string {
  const { family, l1Ratio, gamma } = result;
  const relaxed = gamma === undefined ? "" : "relaxed ";
  const penalty = l1Ratio === 1 ? "lasso" : l1Ratio === 0 ? "ridge" : "elastic net";
  const kind =
    family === "gaussian" ? relaxed + penalty : `${relaxed}${family === "binomial" ? "logistic" : family} ${penalty}`;
  const own = Object.values(parametersOf(result, (value: number, name) => ` (${name} ${trimmed(value)})`));
  return kind.charAt(0).toUpperCase() + kind.slice(1) + own.join("");
}

/** How strong the penalty is. */
export const penaltyOf = ({ lambda, ...mix }: Pick<ModelFields, "lambda" | "l1Ratio" | "gamma">): string =>
  `lambda ${trimmed(lambda)}${ratioOf(mix)}`;

/** Its mixes, where there are any. */
export const ratioOf = ({ l1Ratio, gamma }: Pick<ModelFields, "l1Ratio" | "gamma">): string =>
  `${l1Ratio > 0 && l1Ratio < 1 ? `, l1Ratio ${l1Ratio}` : ""}${gamma === undefined ? "" : `, gamma ${gamma}`}`;

/** A class as it is written in code. */
export const quoted = (label: unknown): string =>
  typeof label === "string" ? `"${clipped(label, CLASS)}"` : String(label);

/** What is said where there was an offset. */
export const offsetOf = ({ hasOffset }: { hasOffset?: boolean }): string[] =>
  hasOffset === true ? ["Fitted with an offset, which predictions need too."] : [];

/** A share of 1. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** A table of columns of X, their names first, and what it has no room for: how many more, and which are exactly 0. */
export function tableOfColumns(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  more: number,
  zeros: readonly string[] = [],
  textColumns?: readonly number[],
): string {
  const body = rows.map(([name, ...cells]) => [clipped(name, NAME), ...cells]);
  const names = zeros.map((name) => clipped(name, NAME));
  return [
    table([heading, ...body], textColumns),
    ...(more > 0 ? [`  … and ${counted(more)} more`] : []),
    ...(names.length > 0 ? [`  ○ exactly 0: ${listed(names, LINE)}`] : []),
  ].join("\n");
}

/** What is known of how good some fits are. */
export function certificatesOf(converged: ArrayLike<number>, gaps: ArrayLike<number>): string {
  const count = converged.length;
  const done = Array.from(converged).filter((one) => one === 1).length;
  const known = Array.from(gaps).filter((gap) => gap >= 0);
  const bound = known.reduce((most, gap) => Math.max(most, gap), 0);
  return [
    `${done === count && count > 1 ? "All" : `${counted(done)} of`} ${counted(count)} converged`,
    known.length > 0 ? `: duality gaps up to ${rough(bound)}` : "",
    known.length < count ? `, ${plural(count - known.length, "gap")} not known` : "",
  ].join("");
}
