/**
 * Aligned columns under a heading, which is the first row. Columns of text begin at the left; all others have their numbers' points
 * below each other. The first column is one of text.
 *
 * @param widthOf - How wide a text is where it is shown.
 */
export function table(
  rows: readonly (readonly string[])[],
  textColumns: readonly number[] = [],
  widthOf = (text: string): number => text.length,
): string {
  const width = (cells: readonly string[]): number => cells.reduce((most, cell) => Math.max(most, widthOf(cell)), 0);
  const lacking = (cell: string, size: number): string => " ".repeat(size - widthOf(cell));
  const columns = rows[0].map((heading, column) => {
    const cells = rows.slice(1).map((row) => row[column]);
    if (column === 0 || textColumns.includes(column)) {
      const size = width([heading, ...cells]);
      return [heading, ...cells].map((cell) => cell + lacking(cell, size));
    }
    // What is in front of the point, and the rest.
    const parts = cells.map((cell) => /^(\D*[\d,]*)(.*)$/.exec(cell)?.slice(1) as [string, string]);
    const heads = width(parts.map(([head]) => head));
    const tails = width(parts.map(([, tail]) => tail));
    const size = Math.max(widthOf(heading), heads + tails);
    return [heading, ...parts.map(([head, tail]) => head.padStart(heads) + tail.padEnd(tails))].map(
      (cell) => lacking(cell, size) + cell,
    );
  });
  const lines = rows.map((_, k) => `  ${columns.map((column) => column[k]).join("   ")}`.trimEnd());
  const rule = `  ${"─".repeat(width(lines) - 2)}`;
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}
