import { clipped, counted, listed, plural, rough } from "../../printing/numbers.js";
import { table } from "../../printing/table.js";
import { tableOfColumns } from "../../printing/tableOfColumns.js";
import { triangle } from "../../solvers/sums/MergedSums.js";
import { nameOf } from "../results/coefficientRows.js";
import { quoted } from "../results/summaries/words.js";
import { NO_FOLD } from "./readBatch.js";
import type { SumsState } from "./SumsState.js";

/** Columns in the table at the most, and characters of a list. */
const COLUMNS = 12;
const LINE = 76;

/** What sums say of themselves: how many rows they are of, and what these are like. */
export function sumsSummary({ p, targets, rows, folds, named, all }: SumsState): string {
  const weight = all !== undefined && all.weight !== rows ? ` of weight ${rough(all.weight)}` : "";
  const heading = `Sums of ${plural(rows, "row")}${weight}: ${plural(p, "column")}, ${plural(targets, "target")}`;
  const own = folds.filter(({ fold }) => fold !== NO_FOLD);
  const none = folds.find(({ fold }) => fold === NO_FOLD);
  const isMixed = own.length > 0 && none !== undefined;
  const lines = [
    heading,
    own.length === 0
      ? "no folds, so that there is nothing to cross-validate with"
      : `rows of ${plural(own.length, "fold")}: ${listed(
          own.map((fold) => counted(fold.rows)),
          LINE,
        )}${isMixed ? `; of none: ${counted(none.rows)}` : ""}`,
  ];
  if (all === undefined) return lines.slice(0, 1).join("\n");
  const { high, products } = all;
  const sd = (j: number): number => Math.sqrt(products[triangle(j) + j] / all.weight);
  const withTarget = (j: number, t: number): string => {
    const norms = Math.sqrt(products[triangle(j) + j]) * Math.sqrt(products[triangle(p + t) + p + t]);
    return norms > 0 ? (products[triangle(p + t) + j] / norms).toFixed(3) : "constant";
  };
  const shown = Math.min(p, COLUMNS);
  const label = (t: number): string => (targets === 1 ? "(y)" : `(y ${t})`);
  const columns = tableOfColumns(
    ["column", "mean", "sd", targets === 1 ? "correlation with y" : "correlation with y 0"],
    Array.from({ length: shown }, (_, j) => [nameOf(named.names, j), rough(high[j]), rough(sd(j)), withTarget(j, 0)]),
    p - shown,
  );
  const ys = Array.from({ length: Math.min(targets, 4) }, (_, t) => [label(t), rough(high[p + t]), rough(sd(p + t))]);
  return [...[lines.join("\n")], columns, table([["target", "mean", "sd"], ...ys])].join("\n\n");
}

/** The same of the sums of many groups. */
export function groupedSummary(p: number, groups: ReadonlyMap<number | string, { rows: number }>): string {
  const sizes = Float64Array.from(groups.values(), ({ rows }) => rows).sort();
  const rows = sizes.reduce((sum, size) => sum + size, 0);
  const heading = `Sums of ${plural(groups.size, "group")}: ${plural(rows, "row")}, ${plural(p, "column")}`;
  if (groups.size === 0) return heading;
  const [least, median, most] = [sizes[0], sizes[(sizes.length - 1) >> 1], sizes[sizes.length - 1]].map(counted);
  const names = listed(Array.from(groups.keys(), quoted), LINE);
  return [
    heading,
    `groups ${clipped(names, 2 * LINE)}`,
    `rows of each: ${least} to ${most}, half of them at most ${median}`,
  ].join("\n");
}
