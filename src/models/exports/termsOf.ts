import type { CategoricalColumn, EncodingJSON, NumericColumn } from "../../tables/EncodingJSON.js";

/** How X is made: of a table by an encoding, or of columns that are numbers already. */
export type Layout = Pick<
  EncodingJSON,
  "columns" | "missing" | "unknown" | "naValues" | "interactions" | "polynomial"
> & { isTable: boolean };

/** Columns of X without an encoding, which are all that there is. */
export function plainLayout(names: readonly string[]): Layout {
  return {
    isTable: false,
    columns: names.map((name) => ({ name, kind: "numeric", type: "number", mean: 0, indicator: false })),
    missing: "error",
    unknown: "error",
    naValues: [],
    interactions: [],
    polynomial: [],
  };
}

/** What is read of a column: its value, or in which of its slots it is: whether it is a gap (0 or 1), or which of its levels it has. */
export interface Part {
  /** The place of the column in the table's. */
  source: number;
  kind: "value" | "gap" | "level";
  slots: number;
}

/** Columns of X that are one product for all levels: of the values among the parts, and of 1 in one slot of each of the others. */
export interface Term {
  parts: Part[];
  /** For each combination of slots, the last part's running fastest, the place in X; −1 where X has no such column. */
  places: number[];
}

/** The terms that all columns of X are in, in their order. */
export function termsOf({ columns, interactions, polynomial }: Layout): Term[] {
  const terms = new Map<string, Term>();
  let place = 0;
  const add = (...cells: Cell[]): void => {
    const key = cells.map(({ part: { source, kind } }) => source + kind).join();
    let term = terms.get(key);
    if (term === undefined) {
      const parts = cells.map(({ part }) => part);
      term = { parts, places: Array(parts.reduce((count, { slots }) => count * slots, 1)).fill(-1) };
      terms.set(key, term);
    }
    term.places[cells.reduce((at, { part, slot }) => at * part.slots + slot, 0)] = place++;
  };
  const cells = new Map(columns.map((column, source) => [column.name, cellsOf(column, source)]));
  const of = (name: string): Cell[] => cells.get(name) as Cell[];
  for (const column of columns) for (const cell of of(column.name)) add(cell);
  for (const [a, b] of interactions) for (const left of of(a)) for (const right of of(b)) add(left, right);
  for (const [name, degree] of polynomial) {
    for (let power = 2; power <= degree; ++power) add(...Array<Cell>(power).fill(of(name)[0] as Cell));
  }
  return [...terms.values()];
}

/** One slot of a part, for which X has a column. */
interface Cell {
  part: Part;
  slot: number;
}

/** The columns of X that one column of the table has. */
function cellsOf(column: NumericColumn | CategoricalColumn, source: number): Cell[] {
  if (column.kind === "numeric") {
    const value: Cell = { part: { source, kind: "value", slots: 1 }, slot: 0 };
    return column.indicator ? [value, { part: { source, kind: "gap", slots: 2 }, slot: 1 }] : [value];
  }
  const { levels, reference, missingLevel } = column;
  const part: Part = { source, kind: "level", slots: levels.length + (missingLevel ? 1 : 0) };
  return Array.from({ length: part.slots }, (_, slot) => ({ part, slot })).filter(
    ({ slot }) => reference === undefined || levels[slot] !== reference,
  );
}

/** The coefficients of class k, of K, in all places of a term: 0 where X has no column. */
export function weightsOf({ places }: Term, coefficients: Float64Array, k: number, K: number): number[] {
  const start = (k * coefficients.length) / K;
  return places.map((place) => (place < 0 ? 0 : (coefficients[start + place] as number)));
}
