import { messageOf } from "../../errors.js";
import { parametersOf } from "../../losses/families.js";
import { clipped, counted, listed, plural, trimmed } from "../../printing/numbers.js";
import { table } from "../../printing/table.js";
import { tableOfColumns } from "../../printing/tableOfColumns.js";
import { nameOf, supportOf } from "../results/coefficientRows.js";
import { certificatesOf, kindOf, offsetOf, percent, quoted } from "../results/summaries/words.js";
import { columnStarts, type ManyFields } from "./ManyFields.js";

/** Columns and errors in the tables at the most, and characters of an error. */
const COLUMNS = 12;
const ERRORS = 8;
const LINE = 100;

/** What many models say of themselves, in at most 40 lines. */
export function manySummary(many: ManyFields): string {
  const { family, coefficients, starts, lambdas, cvErrors, standardErrors, l1Ratios, errors, hasOffset, names, keys } =
    many;
  const ends = columnStarts(many);
  const all = Array.from(lambdas.keys());
  const fitted = all.filter((i) => errors[i] === undefined);
  const failed = all.filter((i) => errors[i] !== undefined);
  const isAlike = all.every((i) => ends[i + 1] - ends[i] === ends[1]);
  const p = isAlike ? ends[1] : 0;
  const pick = (values: ArrayLike<number>): number[] => fitted.map((i) => values[i]);
  const ratios = new Set(Array.from(l1Ratios).filter((ratio) => ratio >= 0));
  const kind = kindOf({ family, l1Ratio: ratios.size === 1 ? [...ratios][0] : 0.5 });
  const supports = fitted.map((i) => supportOf(coefficients.subarray(starts[i], starts[i + 1]), ends[i + 1] - ends[i]));
  const counts = new Float64Array(p);
  if (isAlike) for (const support of supports) for (const j of support) counts[j] += 1;
  const order = Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a]);
  return [
    `${plural(lambdas.length, `${kind.toLowerCase()} model`)}${isAlike ? ` of ${plural(p, "column")}` : ""}${
      failed.length > 0 ? `: ${counted(failed.length)} could not be fitted` : ""
    }${keys ? `\none for each of the groups ${listed(keys.map(quoted), LINE)}` : ""}`,
    ...(fitted.length > 0
      ? [
          table([
            ["each model", "least", "median", "most"],
            ["lambda", ...spread(pick(lambdas), trimmed)],
            ...(cvErrors ? [["error by cross-validation", ...spread(pick(cvErrors), trimmed)]] : []),
            ...(standardErrors ? [["its standard error", ...spread(pick(standardErrors), trimmed)]] : []),
            ...(ratios.size > 1 ? [["l1Ratio", ...spread(pick(l1Ratios), trimmed)]] : []),
            ...Object.values(
              parametersOf(many, (values: Float64Array, name) => [name, ...spread(pick(values), trimmed)]),
            ),
            [
              "columns with a coefficient",
              ...spread(
                supports.map(({ length }) => length),
                counted,
              ),
            ],
          ]),
        ]
      : []),
    ...(fitted.length > 0 && p > 0
      ? [
          tableOfColumns(
            ["column", "has a coefficient in"],
            order.slice(0, COLUMNS).map((j) => [nameOf(names, j), percent(counts[j] / fitted.length)]),
            p - COLUMNS,
          ),
        ]
      : []),
    [
      ...failed.slice(0, ERRORS).map((i) => clipped(messageOf(errors[i]), LINE)),
      ...(failed.length > ERRORS ? [`… and ${counted(failed.length - ERRORS)} more`] : []),
      ...offsetOf({ hasOffset: hasOffset?.includes(true) ?? false }),
      ...(fitted.length > 0 ? [certificatesOf(pick(many.converged), pick(many.dualityGaps))] : []),
    ].join("\n"),
  ].join("\n\n");
}

/** The least, the median and the largest. */
function spread(values: readonly number[], format: (value: number) => string): string[] {
  const sorted = Float64Array.from(values).sort();
  return [sorted[0], sorted[(sorted.length - 1) >> 1], sorted[sorted.length - 1]].map(format);
}
