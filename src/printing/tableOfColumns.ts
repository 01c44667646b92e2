import { clipped, counted, listed } from "./numbers.js";
import { table } from "./table.js";

/** Characters of a name, and of a list of names. */
const NAME = 40;
const LINE = 76;

/** A table of columns, their names first, and what it has no room for: how many more, and which are exactly 0. */
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
