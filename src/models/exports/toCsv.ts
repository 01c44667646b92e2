import { coefficientRows } from "../results/coefficientRows.js";
import type { ExportedModel } from "./readModel.js";

/** The intercepts, then the coefficients in the order of `table()`, by RFC 4180; an sd that is not known leaves `scaled` empty. */
export function toCsv({ fields, intercepts }: ExportedModel): string {
  const { classes = [] } = fields;
  const rows = [
    ["class", "name", "coefficient", "scaled"],
    ...Array.from(intercepts, (intercept, k) => [classes[k], "(intercept)", intercept, ""]),
    ...coefficientRows(fields).map((row) => [
      row.class,
      row.name,
      row.coefficient,
      Number.isNaN(row.scaled) ? "" : row.scaled,
    ]),
  ];
  const first = fields.intercepts === undefined ? 1 : 0;
  return rows.map((row) => `${row.slice(first).map(cell).join(",")}\r\n`).join("");
}

/** In quotes where it must be. */
function cell(value: unknown): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
