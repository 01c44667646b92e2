import type { EncodedColumn } from "../../tables/EncodingJSON.js";
import type { ExportedModel } from "./readModel.js";

/** What is read of a column of the table. */
export interface Part {
  column: EncodedColumn;
  /** The column's place in the table's. */
  at: number;
  /** Its value; or in which slot a row is: of its gaps, 1 for one, or of its levels. */
  kind: "value" | "gap" | "level";
  /** Whether X has a column for each slot. A value has one. */
  slots: boolean[];
}

/** Columns of X that are a product of values and of 1 for one combination of slots each, times their coefficients. */
interface Product {
  values: Part[];
  slots: Part[];
  /** The coefficients of all combinations, the last part's slots running fastest: 0 where X has no column. */
  weights: number[];
}

/** For each η, what it is a sum of besides its intercept: products in the order of X, without those whose coefficients are all 0. */
export function sumsOf({ fields: { coefficients }, intercepts, names, encoding }: ExportedModel): Product[][] {
  const { columns, interactions, polynomial } = encoding;
  const p = names.length;
  const terms: { parts: Part[]; places: number[] }[] = [];
  let place = 0;
  const add = (...parts: Part[]): void => {
    const isInX = parts.reduce((has, { slots }) => has.flatMap((one) => slots.map((slot) => one && slot)), [true]);
    terms.push({ parts, places: isInX.map((is) => (is ? place++ : -1)) });
  };
  const parts = new Map(columns.map((column, at) => [column.name, partOf(column, at)]));
  const named = (name: string): Part => parts.get(name) as Part;
  for (const [, part] of parts) {
    add(part);
    const { column } = part;
    if (column.kind === "numeric" && column.indicator) add({ ...part, kind: "gap", slots: [false, true] });
  }
  for (const pair of interactions) add(...pair.map(named));
  for (const [name, degree] of polynomial) {
    for (let power = 2; power <= degree; ++power) add(...Array<Part>(power).fill(named(name)));
  }
  return Array.from(intercepts, (_, k) =>
    terms
      .map(({ parts, places }) => ({
        values: parts.filter(({ kind }) => kind === "value"),
        slots: parts.filter(({ kind }) => kind !== "value"),
        weights: places.map((place) => (place < 0 ? 0 : (coefficients[k * p + place] as number))),
      }))
      .filter(({ weights }) => weights.some(Boolean)),
  );
}

function partOf(column: EncodedColumn, at: number): Part {
  if (column.kind === "numeric") return { column, at, kind: "value", slots: [true] };
  const slots = column.levels.map((level) => level !== column.reference);
  return { column, at, kind: "level", slots: column.missingLevel ? [...slots, true] : slots };
}

/** The weights of one slot of the first of some parts. */
export function block({ slots }: Part, weights: number[], slot: number): number[] {
  const size = weights.length / slots.length;
  return weights.slice(slot * size, (slot + 1) * size);
}

/** A weight times values, which are multiplied first, as in X. */
export function timesAll(weight: string, values: string[]): string {
  return [weight, ...(values.length > 1 ? [`(${values.join(" * ")})`] : values)].join(" * ");
}
