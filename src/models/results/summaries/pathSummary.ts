import { clipped, counted, listed, plural, trimmed } from "../../../printing/numbers.js";
import { table } from "../../../printing/table.js";
import { nameOf, supportOf } from "../coefficientRows.js";
import type { PathFields } from "../PathFields.js";
import { certificatesOf, kindOf, offsetOf, percent, ratioOf } from "./words.js";

/** Lambdas in the table at the most, characters of the names of columns that come or go, and of one of them. */
const ROWS = 18;
const CHANGES = 48;
const NAME = 24;

/** What a path says of itself, in at most 40 lines. */
export function pathSummary(path: PathFields): string {
  const { lambdas, coefficients, means, names, devianceRatios, saturated, l1Ratio } = path;
  const p = means.length;
  const last = lambdas.length - 1;
  const size = coefficients.length / lambdas.length;
  const supports = Array.from(lambdas, (_, k) => supportOf(coefficients.subarray(k * size, (k + 1) * size), p));
  const turns = Array.from(lambdas.keys()).filter(
    (k) => k === 0 || k === last || supports[k].length !== supports[k - 1].length || l1Ratio === 0,
  );
  // At most so many, evenly, the ends included.
  const step = Math.max(1, (turns.length - 1) / (ROWS - 1));
  const shown = turns.slice(0, ROWS).map((_, at) => turns[Math.round(at * step)]);
  let before = new Set<number>();
  const rows = shown.map((k) => {
    const now = new Set(supports[k]);
    const changes = [...new Set([...before, ...now])]
      .filter((j) => before.has(j) !== now.has(j))
      .map((j) => `${now.has(j) ? "+" : "−"}${clipped(nameOf(names, j), NAME)}`);
    before = now;
    return [trimmed(lambdas[k]), counted(now.size), percent(devianceRatios[k]), listed(changes, CHANGES)];
  });
  const range =
    last === 0 ? `, ${trimmed(lambdas[0])}` : ` from ${trimmed(lambdas[0])} down to ${trimmed(lambdas[last])}`;
  return [
    `${kindOf(path)} path of ${plural(p, "column")}: ${plural(last + 1, "lambda")}${range}${ratioOf(path)}`,
    table([["lambda", "columns", "explained", "in (+), out (−)"], ...rows], [3]),
    [
      ...(saturated ? ["It ended early: smaller lambdas would change next to nothing."] : []),
      ...offsetOf(path),
      certificatesOf(path.converged, path.dualityGaps),
    ].join("\n"),
  ].join("\n\n");
}
