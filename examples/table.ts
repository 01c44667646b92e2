/** Aligned columns: the first to the left, the others to the right. The first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("   ");
  const rule = widths.map((width) => "─".repeat(width)).join("───");
  return rows.map((row, index) => `  ${line(row)}${index === 0 ? `\n  ${rule}` : ""}`).join("\n");
}

/** Whether the module is what Node was started with. */
export function isMain(url: string): boolean {
  return process.argv[1] !== undefined && url.endsWith(process.argv[1].replaceAll("\\", "/").split("/").at(-1) ?? "");
}
