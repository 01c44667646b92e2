/** Columns side by side under a heading, which is the first row: texts from the left in the first one, points of numbers below each other in all others. */
export function table(rows: readonly (readonly string[])[]): string {
  const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length));
  const columns = rows[0].map((heading, j) => {
    const cells = rows.slice(1).map((row) => row[j]);
    const wholes = cells.map((cell) => (j === 0 ? "" : cell.replace(/(?<=[\d,])[^\d,].*$/, "")));
    const rests = cells.map((cell, i) => cell.slice(wholes[i].length));
    const [before, behind] = [widest(wholes), widest(rests)];
    const texts = cells.map((_, i) => wholes[i].padStart(before) + rests[i].padEnd(behind));
    const width = widest([heading, ...texts]);
    return [heading, ...texts].map((text) => (j === 0 ? text.padEnd(width) : text.padStart(width)));
  });
  const lines = rows.map((_, i) => `  ${columns.map((column) => column[i]).join("   ")}`.trimEnd());
  return [lines[0], `  ${"─".repeat(widest(lines) - 2)}`, ...lines.slice(1)].join("\n");
}
