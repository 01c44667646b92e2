import type { AnyModel, ManyModels } from "../../index.js";
import { counted, plural, rough } from "../../printing/numbers.js";
import { table } from "../../printing/table.js";
import type { Settings } from "../Job.js";
import type { Training } from "../table/designOf.js";
import type { Desk } from "./Desk.js";
import { noted, type Style, styleOf } from "./style.js";
import { padded, shortened, widthOf } from "./width.js";
import { kindOf, readOf } from "./words.js";

/** Columns and errors in the tables at the most. */
const COLUMNS = 12;
const ERRORS = 8;

/** What many fits have come to: how many, how fast, what they have in common, which failed and why. */
export function describeMany(
  many: ManyModels<AnyModel>,
  training: Training,
  { fitted, seconds, options, desk }: { fitted: number; seconds: number; options: Settings; desk: Desk },
): string {
  const style = styleOf(desk.isColoured);
  const width = Math.min(desk.width, 100);
  const { errors, keys = [], lambdas, l1Ratios, cvErrors, standardErrors, converged, family } = many;
  const done = Array.from(lambdas.keys()).filter((i) => errors[i] === undefined);
  const failed = Array.from(lambdas.keys()).filter((i) => errors[i] !== undefined);
  const p = training.names.length;
  const counts = new Float64Array(p);
  const sizes = done.map((i) => countKept(many, i, p, counts));
  const pick = (values: ArrayLike<number>): number[] => done.map((i) => values[i]);
  const ratios = new Set(pick(l1Ratios));
  const kind = kindOf({
    family,
    l1Ratio: ratios.size === 1 ? [...ratios][0] : ratios.size > 1 ? 0.5 : (options.l1Ratio?.[0] ?? 1),
  });
  const by =
    options.lambda === undefined || options.lambda === "cv"
      ? `, each lambda by ${options.folds === "loo" ? "leave-one-out" : `${options.folds ?? 10} folds`}`
      : "";
  const time = `in ${rough(seconds)} s`;
  // Of few models it is the start of workers that takes its time.
  const speed = many.length < 100 ? time : `${time}, ${counted(Math.round(many.length / seconds))} a second`;
  const sentence =
    failed.length === 0
      ? `${plural(fitted, "model")} fitted ${speed}.`
      : `${counted(fitted)} of ${plural(many.length, "model")} fitted, ${counted(failed.length)} could not be, ${speed}.`;
  const spread = (values: number[], format: (value: number) => string): string[] => {
    const sorted = Float64Array.from(values).sort();
    return [sorted[0], sorted[(sorted.length - 1) >> 1], sorted[sorted.length - 1]].map(format);
  };
  const quiet = (text: string): string =>
    text
      .split("\n")
      .map((line, k) => (k < 2 ? style.dim(line) : line))
      .join("\n");
  const parts = [`${style.bold(sentence)}\n${style.dim(`${kind}${by}; ${readOf(training)}`)}`];
  if (done.length > 0) {
    parts.push(
      quiet(
        table([
          ["each model", "least", "median", "most"],
          ["lambda", ...spread(pick(lambdas), rough)],
          ...(cvErrors ? [["error in data not seen", ...spread(pick(cvErrors), rough)]] : []),
          ...(standardErrors ? [["its standard error", ...spread(pick(standardErrors), rough)]] : []),
          ...(ratios.size > 1 ? [["l1-ratio", ...spread(pick(l1Ratios), String)]] : []),
          ["columns kept", ...spread(sizes, counted)],
        ]),
      ),
      columnTable(counts, done.length, training.names, width, style),
    );
  }
  if (failed.length > 0) {
    const reasons = failed.slice(0, ERRORS).map((i) => reasonOf(keys[i], errors[i] as Error));
    const more = failed.length - reasons.length;
    parts.push(
      [
        style.warn(`  ${counted(failed.length)} could not be fitted:`),
        noted([...reasons, ...(more > 0 ? [`and ${counted(more)} more`] : [])], width, style),
      ].join("\n"),
    );
  }
  const open = done.filter((i) => converged[i] !== 1).length;
  const notes = [
    ...training.notes,
    ...(done.length === 0
      ? []
      : [open === 0 ? "All that were fitted have converged." : `${counted(open)} have not converged.`]),
  ];
  if (notes.length > 0) parts.push(noted(notes, width, style));
  return parts.join("\n\n");
}

/** The columns that a model keeps, which are counted for each column too. */
function countKept({ coefficients, starts }: ManyModels<AnyModel>, i: number, p: number, counts: Float64Array): number {
  const kept = new Set<number>();
  for (let at = starts[i]; at < (starts[i + 1] ?? coefficients.length); ++at)
    if (coefficients[at] !== 0) kept.add((at - starts[i]) % p);
  for (const j of kept) counts[j] += 1;
  return kept.size;
}

/** How many models keep each column. */
function columnTable(
  counts: Float64Array,
  models: number,
  names: readonly string[],
  width: number,
  style: Style,
): string {
  const order = Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a]);
  const shown = order.slice(0, COLUMNS);
  const lines = table(
    [
      ["column", "kept by"],
      ...shown.map((j) => [
        shortened(names[j], 32),
        counts[j] === 0 ? "○" : `${((100 * counts[j]) / models).toFixed(1)} %`,
      ]),
    ],
    [],
    widthOf,
  ).split("\n");
  const used = Math.max(...lines.map(widthOf));
  const room = Math.max(0, Math.min(28, width - used - 5));
  const drawn = lines.map((line, k) => {
    if (k < 2) return style.dim(line);
    return `${padded(line, used)}   ${style.accent("━".repeat(Math.round((room * counts[shown[k - 2]]) / models)))}`.trimEnd();
  });
  const more = names.length - shown.length;
  return [...drawn, ...(more > 0 ? [style.dim(`  … and ${counted(more)} more`)] : [])].join("\n");
}

/** Which group, and why. */
function reasonOf(key: unknown, { message }: Error): string {
  const reason = message
    .replace(/^group (?:"(?:[^"\\]|\\.)*"|[^:]*): /, "")
    .replace(
      /^"number of rows for folds" must .*, got (\d+)$/,
      (_, rows) => `it has ${plural(Number(rows), "row")}, too few for folds`,
    )
    .replace(
      /^"folds" must .*?(\d+), got (\d+)$/,
      (_, rows, folds) => `it has ${rows} rows, too few for ${folds} folds`,
    );
  return `${typeof key === "string" ? JSON.stringify(shortened(key, 40)) : String(key)}: ${reason}`;
}
