/** What a table holds, column by column: enough to choose a target and a family. */

import type { ChunkColumn } from "regulus/readers";

/** A table that has been read. */
export interface Table {
  name: string;
  names: readonly string[];
  columns: Record<string, ChunkColumn>;
  rows: number;
}

export interface ColumnFacts {
  name: string;
  type: "number" | "text";
  gaps: number;
  /** Different values, counted up to {@link MOST_LEVELS} and one more. */
  levels: number;
  /** Whether all numbers are whole and at least 0. */
  isCount: boolean;
  /** Whether it is of very many texts, or every row has one of its own: a name or a number of something, which predicts nothing. */
  isIdentifier: boolean;
  /** Whether all texts are numbers with decimal commas. */
  hasCommas: boolean;
  /** The first value that is no gap. */
  example: string;
}

export interface Survey {
  name: string;
  rows: number;
  columns: ColumnFacts[];
}

export const FAMILIES = ["gaussian", "binomial", "multinomial", "poisson", "huber"] as const;
export type FamilyName = (typeof FAMILIES)[number];

/** The numbers of folds to choose from. */
export const FOLDS = [2, 3, 5, 10, 20];

/** More different values are no classes. */
const MOST_LEVELS = 50;

/** Of up to so many rows with a text, that each has its own says nothing. */
const FEW = 10;

const COMMA = /^\s*[-+]?\d+(\.\d{3})*(,\d+)?\s*$/;

/** Whether a column is one of texts that are all numbers, with decimal commas where they have decimals. */
const isOfCommas = (column: ChunkColumn): column is (string | null)[] =>
  Array.isArray(column) &&
  column.some((value) => value?.includes(",")) &&
  column.every((value) => value === null || COMMA.test(value));

/** What a text with a decimal comma says. */
const withPoint = (value: string | null): number =>
  value === null ? Number.NaN : Number(value.replaceAll(".", "").replace(",", "."));

/** The table with numbers for what was read as texts because of decimal commas. */
export function mended({ columns, ...table }: Table): Table {
  const read = (column: ChunkColumn): ChunkColumn =>
    isOfCommas(column) ? Float64Array.from(column, withPoint) : column;
  return { ...table, columns: Object.fromEntries(table.names.map((name) => [name, read(columns[name])])) };
}

/** Whether the first line of a table holds numbers, and no names. */
export const isHeadless = ({ columns }: Survey): boolean =>
  columns.every(({ name }) => name.trim() !== "" && Number.isFinite(Number(name)));

function factsOf(name: string, column: ChunkColumn): ColumnFacts {
  const isText = Array.isArray(column);
  const seen = new Set<string | number>();
  let gaps = 0;
  let isCount = !isText;
  let example = "";
  for (const value of column) {
    if (value === null || value !== value) {
      gaps += 1;
      continue;
    }
    if (example === "") example = String(value);
    if (seen.size <= MOST_LEVELS) seen.add(value);
    if (typeof value === "number") isCount &&= value >= 0 && Number.isInteger(value);
  }
  const isOfItsOwn = seen.size > FEW && seen.size === column.length - gaps;
  const isIdentifier = isText && (seen.size > MOST_LEVELS || isOfItsOwn);
  const hasCommas = isOfCommas(column);
  return { name, type: isText ? "text" : "number", gaps, levels: seen.size, isCount, isIdentifier, hasCommas, example };
}

export function surveyOf({ name, names, columns, rows }: Table): Survey {
  return { name, rows, columns: names.map((column) => factsOf(column, columns[column])) };
}

/** The family that a target suggests. */
export function familyOf({ type, levels, isCount }: ColumnFacts): FamilyName {
  if (levels === 2) return "binomial";
  if (type === "text") return "multinomial";
  return isCount && levels > 1 && levels < 15 ? "poisson" : "gaussian";
}

/** The families that a target can have at all. */
export function familiesOf({ type, levels, isCount }: ColumnFacts): FamilyName[] {
  return FAMILIES.filter((family) => {
    if (family === "binomial") return levels === 2;
    if (family === "multinomial") return levels >= 2 && levels <= MOST_LEVELS;
    return type === "number" && (family !== "poisson" || isCount);
  });
}
