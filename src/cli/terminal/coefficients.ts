import type { AnyModel } from "../../index.js";
import { counted } from "../../printing/numbers.js";
import { table } from "../../printing/table.js";
import { bar, type Style, three, wrapped } from "./style.js";
import { padded, shortened, widthOf } from "./width.js";

/** Rows at the most, and characters of a name. */
const ROWS = 20;
const NAME = 32;
/** Characters that are left of it on the narrowest terminal. */
const LEAST = 9;

/** A coefficient by several models, of which the first is drawn. */
interface Row {
  name: string;
  label: string;
  values: number[];
  scaled: number;
}

/**
 * The coefficients of one or two models of the same columns, the largest per standard deviation of the first: as numbers, and as bars around zero.
 */
export function coefficientTable(
  models: readonly AnyModel[],
  titles: readonly string[],
  width: number,
  style: Style,
): string {
  const [model] = models;
  const isMultinomial = model.family === "multinomial";
  const rows = new Map<string, Row>();
  models.forEach((one, m) => {
    for (const { name, class: of, coefficient, scaled } of one.table()) {
      const key = JSON.stringify([name, of]);
      const row = rows.get(key) ?? {
        name,
        label: of === undefined ? "" : String(of),
        values: models.map(() => 0),
        scaled: 0,
      };
      rows.set(key, row);
      row.values[m] = coefficient;
      if (m === 0) row.scaled = scaled;
    }
  });
  const all = [...rows.values()];
  const kept = all.filter(({ values }) => values.some((value) => value !== 0));
  kept.sort((a, b) => Math.abs(b.scaled) - Math.abs(a.scaled));
  const zeros = all.filter(({ values }) => values.every((value) => value === 0));
  const shown = kept.slice(0, ROWS);
  const most = Math.abs(shown[0]?.scaled ?? 0);
  const intercepts = isMultinomial
    ? []
    : [["(intercept)", ...models.map((one) => three((one as { intercept: number }).intercept))]];
  const written = (room: number): string[] =>
    table(
      [
        ["column", ...(isMultinomial ? ["class"] : []), ...titles],
        ...shown.map(({ name, label, values }) => [
          shortened(name, room),
          ...(isMultinomial ? [shortened(label, 16)] : []),
          ...values.map(three),
        ]),
        ...intercepts,
      ],
      isMultinomial ? [1] : [],
      widthOf,
    ).split("\n");
  const widest = (lines: readonly string[]): number => Math.max(...lines.map(widthOf));
  const longest = shown.reduce((most, { name }) => Math.max(most, widthOf(shortened(name, NAME))), 0);
  // On a narrow terminal names make room for numbers.
  const over = widest(written(NAME)) - width;
  const text = written(over > 0 ? Math.max(LEAST, longest - over) : NAME);
  const used = widest(text);
  const half = Math.min(14, Math.floor((width - used - 5) / 2));
  const title = ["per standard deviation", "scaled"].find((one) => used + 3 + one.length <= width) ?? "";
  const lines = text.map((line, k) => {
    if (k === 1) return style.dim(line);
    if (k === 0) return style.dim(half >= 5 ? `${padded(line, used)}   ${title}` : line);
    const row = shown[k - 2];
    if (row === undefined || half < 5) return line;
    const whole = padded(line, used).replace(/○/g, style.dim("○"));
    return `${whole}   ${bar(most === 0 ? 0 : row.scaled / most, half, style)}`.trimEnd();
  });
  const more = kept.length - shown.length;
  if (more > 0) lines.push(style.dim(`  … and ${counted(more)} more`));
  if (zeros.length > 0) {
    const names = [...new Set(zeros.map(({ name }) => shortened(name, NAME)))];
    const what = isMultinomial ? `${counted(zeros.length)} others` : fitting(names, 2 * width - 32);
    lines.push(...wrapped(`○ exactly 0: ${what}`, width - 2, "  ").map((line) => style.dim(`  ${line}`)));
  }
  return lines.join("\n");
}

/** As many names as there is room for, and how many there are more. */
function fitting(names: readonly string[], room: number): string {
  let line = "";
  for (const [k, name] of names.entries()) {
    const longer = k === 0 ? name : `${line}, ${name}`;
    if (widthOf(longer) > room && k > 0) return `${line} and ${counted(names.length - k)} more`;
    line = longer;
  }
  return line;
}
