import type { ExportedModel } from "./readModel.js";

/** The coefficients as a table, by RFC 4180: an intercept and all columns of X, for each class of a multinomial model. */
export function toCsv({ family, classes = [], coefficients, intercepts, names, sds }: ExportedModel): string {
  const table: unknown[][] = [["class", "name", "coefficient", "scaled"]];
  intercepts.forEach((intercept, k) => {
    table.push([classes[k], "(intercept)", intercept, ""]);
    names.forEach((name, j) => {
      const coefficient = coefficients[k * names.length + j] as number;
      const scaled = coefficient * (sds[j] as number);
      table.push([classes[k], name, coefficient, coefficient !== 0 && Number.isNaN(scaled) ? "" : scaled || 0]);
    });
  });
  const first = family === "multinomial" ? 0 : 1;
  return table.map((row) => `${row.slice(first).map(cell).join(",")}\r\n`).join("");
}

/** In quotes where it must be. */
function cell(value: unknown): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
