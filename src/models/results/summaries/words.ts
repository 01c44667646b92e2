import { type OwnParameters, parametersOf } from "../../../losses/families.js";
import type { PenaltyFields } from "../../../penalties/Penalty.js";
import { clipped, counted, inPercent, plural, rough, trimmed } from "../../../printing/numbers.js";
import type { ModelFields } from "../ModelFields.js";

/** Characters of a class. */
const CLASS = 12;

const PENALTIES: Record<PenaltyFields["name"], string> = {
  mcp: "MCP",
  scad: "SCAD",
  groupLasso: "group lasso",
  sortedL1: "sorted L1",
};

/** What a fit is called in the field: without a penalty it is no lasso. */
export function kindOf(
  result: Pick<ModelFields, "family" | "l1Ratio" | "gamma" | "penalty"> & { lambda?: number } & OwnParameters,
): string {
  const { family, l1Ratio, gamma, lambda } = result;
  const relaxed = gamma === undefined ? "" : "relaxed ";
  const net = lambda === 0 ? "regression" : l1Ratio === 1 ? "lasso" : l1Ratio === 0 ? "ridge" : "elastic net";
  const penalty = result.penalty ? PENALTIES[result.penalty.name] : net;
  const kind =
    family === "gaussian" && lambda === 0
      ? "least squares"
      : family === "gaussian"
        ? relaxed + penalty
        : `${relaxed}${family === "binomial" ? "logistic" : family} ${penalty}`;
  const own = Object.values(parametersOf(result, (value: number, name) => ` (${name} ${trimmed(value)})`));
  return kind.charAt(0).toUpperCase() + kind.slice(1) + own.join("");
}

type Mix = Pick<ModelFields, "l1Ratio" | "gamma" | "penalty">;

/** How strong the penalty is. */
export const penaltyOf = ({ lambda, ...mix }: Pick<ModelFields, "lambda"> & Mix): string =>
  `lambda ${trimmed(lambda)}${ratioOf(mix)}`;

/** Its mixes, where there are any, and the numbers that it has of its own. */
export const ratioOf = ({ l1Ratio, gamma, penalty }: Mix): string =>
  [
    ...(l1Ratio < 1 && (l1Ratio > 0 || penalty) ? [`l1Ratio ${l1Ratio}`] : []),
    ...Object.entries(penalty ?? {}).flatMap(([name, value]) =>
      typeof value === "number" ? [`${name} ${value}`] : [],
    ),
    ...(gamma === undefined ? [] : [`gamma ${gamma}`]),
  ]
    .map((one) => `, ${one}`)
    .join("");

/** A class as it is written in code. */
export const quoted = (label: unknown): string =>
  typeof label === "string" ? `"${clipped(label, CLASS)}"` : String(label);

/** What is said where there was an offset. */
export const offsetOf = ({ hasOffset }: { hasOffset?: boolean }): string[] =>
  hasOffset === true ? ["Fitted with an offset, which predictions need too."] : [];

/** A share of 1. */
export const percent = (share: number): string => `${inPercent(share)} %`;

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
