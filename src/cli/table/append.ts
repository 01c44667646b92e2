import type { Chunk } from "../../readers/index.js";
import { Failure, quote } from "../failures.js";
import type { Table } from "./openTable.js";

/** Makes the text of rows with columns appended to them: as they were written in CSV and JSON lines, as CSV from all else. */
export function appender(table: Table, names: readonly string[]) {
  const { raw, format, delimiter = ",", decimal } = table;
  const field = (text: string): string =>
    /["\n\r]/.test(text) || text.includes(delimiter) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
  const cell = (value: unknown): string => {
    if (value === undefined || value !== value) return "";
    return field(decimal === "," && typeof value === "number" ? String(value).replace(".", ",") : String(value));
  };
  // Rows are bytes that nobody has decoded: what is put behind them is written in the same way.
  const bytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
  const refuseTwice = (all: readonly string[]): void => {
    const twice = names.find((name) => all.includes(name));
    if (twice === undefined) return;
    throw new Failure(
      `${table.name} has a column ${quote(twice)} already`,
      "predictions are put behind the last column: leave it out of the file",
    );
  };
  let isFirst = true;
  let end = "\n";
  /** The first row of what is written, once; none of JSON. */
  const header = (all: readonly string[]): string => {
    if (!isFirst || format === "jsonl") return "";
    isFirst = false;
    if (raw === undefined) refuseTwice(all);
    if (raw === undefined) return [...all, ...names].map(field).join(delimiter) + end;
    const [row, ending] = raw.take();
    if (ending !== "") end = ending;
    refuseTwice(
      row.split(delimiter).map((one) =>
        Buffer.from(one, "latin1")
          .toString("utf8")
          .replace(/^\ufeff?"(.*)"$/s, "$1"),
      ),
    );
    if (!row.includes(delimiter)) raw.keepBlank();
    return row + names.map((name) => delimiter + bytes(field(name))).join("") + end;
  };
  return {
    /** The header of a table without rows. */
    header: (): Buffer => Buffer.from(header([]), "latin1"),
    /** @param values - Of each name: numbers, NaN where there is none, or labels. */
    rows(chunk: Chunk, values: readonly ArrayLike<unknown>[]): Buffer {
      if (format === "jsonl") refuseTwice(chunk.names);
      const lines: string[] = [header(chunk.names)];
      if (raw === undefined) {
        const cellsOf = chunk.names.map((name) => {
          const [column, date] = [chunk.columns[name], chunk.dates?.[name]];
          return (i: number): string =>
            cell(date === undefined ? (column[i] ?? undefined) : dateOf(column[i] as number, date));
        });
        for (let i = 0; i < chunk.rows; ++i) {
          const cells = cellsOf.map((one) => one(i));
          lines.push([...cells, ...values.map((list) => cell(list[i]))].join(delimiter) + end);
        }
        return Buffer.from(lines.join(""), "utf8");
      }
      for (let i = 0; i < chunk.rows; ++i) {
        const [row] = raw.take();
        if (format === "jsonl") {
          const pairs = names.map((name, k) => `${JSON.stringify(name)}:${jsonOf(values[k][i])}`).join(",");
          lines.push(
            bytes(`${row.trimEnd().slice(0, -1).trimEnd()}${/^\s*\{\s*\}\s*$/.test(row) ? "" : ","}${pairs}}\n`),
          );
        } else lines.push(row + values.map((list) => delimiter + bytes(cell(list[i]))).join("") + end);
      }
      return Buffer.from(lines.join(""), "latin1");
    },
  };
}

/** Days since 1970 as a date is written; a number that is none of JavaScript's dates as it is. */
function dateOf(days: number, kind: "date" | "time"): string | number {
  const date = new Date(Math.round(days * 86_400_000));
  if (Number.isNaN(date.getTime())) return days;
  return kind === "date" ? date.toISOString().slice(0, -14) : date.toISOString();
}

const jsonOf = (value: unknown): string => (value === undefined || value !== value ? "null" : JSON.stringify(value));
