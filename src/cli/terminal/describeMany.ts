import type { AnyModel, ManyModels } from "../../index.js";
import { counted, plural, rough } from "../../printing/numbers.js";
import { table } from "../../printing/table.js";
import type { Settings } from "../Job.js";
import type { Training } from "../table/designOf.js";
import type { Desk } from "./Desk.js";
import { headed, noted, type Style, styleOf } from "./style.js";
import { padded, shortened, widthOf } from "./width.js";
import { kindOf, readOf } from "./words.js";

/** Columns and errors in the tables at the most. */
const COLUMNS = 12;
const ERRORS = 8;

/** How it went besides the models. */
interface Run {
  fitted: number;
  seconds: number;
  options: Settings;
  desk: Desk;
}

/** What many fits have come to: how many, how fast, what they have in common, which failed and why. */
export function describeMany(many: ManyModels<AnyModel>, training: Training, run: Run): string {
  const { desk } = run;
  const style = styleOf(desk.isColoured);
  const width = Math.min(desk.width, 100);
  const all = Array.from(many.lambdas.keys());
  const done = all.filter((i) => many.errors[i] === undefined);
  const failed = all.filter((i) => many.errors[i] !== undefined);
  const p = training.names.length;
  const counts = new Float64Array(p);
  const sizes = done.map((i) => countKept(many, i, p, counts));
  const notes = [...training.notes, ...convergence(many, done)];
  const heading = `${kindOfMany(many, done, run.options)}; ${readOf(training)}`;
  return [
    headed(sentenceOf(many.length, failed.length, run), heading, width, style),
    ...(done.length > 0
      ? [spreads(many, done, sizes, style), columnTable(counts, done.length, training.names, width, style)]
      : []),
    ...(failed.length > 0 ? [reasonsOf(many, failed, width, style)] : []),
    ...(notes.length > 0 ? [noted(notes, width, style)] : []),
  ].join("\n\n");
}

/** How many are fitted, and how fast. */
function sentenceOf(count: number, failed: number, { fitted, seconds }: Run): string {
  const time = `in ${rough(seconds)} s`;
  // Of few models it is the start of workers that takes its time.
  const speed = count < 100 ? time : `${time}, ${counted(Math.round(count / seconds))} a second`;
  return failed === 0
    ? `${plural(fitted, "model")} fitted ${speed}.`
    : `${counted(fitted)} of ${plural(count, "model")} fitted, ${counted(failed)} could not be, ${speed}.`;
}

/** What kind of models these are, and how each lambda was chosen. */
function kindOfMany(
  { family, l1Ratios }: ManyModels<AnyModel>,
  done: readonly number[],
  { l1Ratio, lambda, folds }: Settings,
): string {
  const [first = l1Ratio?.[0] ?? 1, ...others] = new Set(done.map((i) => l1Ratios[i]));
  const kind = kindOf({ family, l1Ratio: others.length > 0 ? 0.5 : first });
  if (lambda !== undefined && lambda !== "cv") return kind;
  return `${kind}, each lambda by ${folds === "loo" ? "leave-one-out" : `${folds ?? 10} folds`}`;
}

/** The least, the median and the largest of what models have. */
function spreads(
  { lambdas, l1Ratios, cvErrors, standardErrors }: ManyModels<AnyModel>,
  done: readonly number[],
  sizes: readonly number[],
  style: Style,
): string {
  const spread = (values: readonly number[], format: (value: number) => string): string[] => {
    const sorted = Float64Array.from(values).sort();
    return [sorted[0], sorted[(sorted.length - 1) >> 1], sorted[sorted.length - 1]].map(format);
  };
  const pick = (values: ArrayLike<number>): number[] => done.map((i) => values[i]);
  const ratios = pick(l1Ratios);
  const text = table([
    ["each model", "least", "median", "most"],
    ["lambda", ...spread(pick(lambdas), rough)],
    ...(cvErrors ? [["error in data not seen", ...spread(pick(cvErrors), rough)]] : []),
    ...(standardErrors ? [["its standard error", ...spread(pick(standardErrors), rough)]] : []),
    ...(new Set(ratios).size > 1 ? [["l1-ratio", ...spread(ratios, String)]] : []),
    ["columns kept", ...spread(sizes, counted)],
  ]);
  const lines = text.split("\n").map((line, k) => (k < 2 ? style.dim(line) : line));
  return lines.join("\n");
}

/** Which could not be fitted, and why. */
function reasonsOf(
  { keys = [], errors }: ManyModels<AnyModel>,
  failed: readonly number[],
  width: number,
  style: Style,
): string {
  const reasons = failed.slice(0, ERRORS).map((i) => reasonOf(keys[i], errors[i] as Error));
  const more = failed.length - reasons.length;
  return [
    style.warn(`  ${counted(failed.length)} could not be fitted:`),
    noted([...reasons, ...(more > 0 ? [`and ${counted(more)} more`] : [])], width, style),
  ].join("\n");
}

function convergence({ converged }: ManyModels<AnyModel>, done: readonly number[]): string[] {
  if (done.length === 0) return [];
  const open = done.filter((i) => converged[i] !== 1).length;
  return [open === 0 ? "All that were fitted have converged." : `${counted(open)} have not converged.`];
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
