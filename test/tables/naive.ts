/** What X of a table is, by its definition: one loop for each kind of column, nothing shared with the library. */

import type { TableOptions } from "../../src/index.js";

type Cell = number | string | boolean | null | undefined;
export type Rec = Record<string, Cell>;

interface Naive {
  names: string[];
  /** Row after row. */
  X: number[][];
  /** The rows that are kept. */
  rows: number[];
}

const NA = ["", "NA", "NaN", "null"];
const isGap = (cell: Cell): boolean =>
  cell === null || cell === undefined || Number.isNaN(cell) || NA.includes(cell as string);

type Column = { name: string; values: number[] }[];

/** Records whose columns are all in X. */
export function naiveDesign(records: readonly Rec[], options: TableOptions = {}): Naive {
  const { missing = "error", reference = "none", interactions = [], polynomial = {}, categorical = [] } = options;
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const kept = records
    .map((_, i) => i)
    .filter((i) => missing !== "drop" || names.every((name) => !isGap(records[i][name])));
  const own = new Map<string, Column>();
  const X: Column = [];
  for (const name of names) {
    const cells = kept.map((i) => records[i][name]);
    const known = cells.filter((cell) => !isGap(cell));
    const gaps = cells.map((cell) => (isGap(cell) ? 1 : 0));
    const hasGaps = gaps.includes(1);
    if (typeof known[0] === "string" || categorical.includes(name)) {
      const levels = [...new Set(known.map(String))].sort();
      const left = reference === "first" ? levels[0] : reference === "none" ? undefined : reference[name];
      const column = levels
        .filter((level) => level !== left)
        .map((level) => ({
          name: `${name}=${level}`,
          values: cells.map((cell) => (!isGap(cell) && String(cell) === level ? 1 : 0)),
        }));
      if (hasGaps) column.push({ name: `${name}=(missing)`, values: gaps });
      own.set(name, column);
      X.push(...column);
      continue;
    }
    const numbers = known.map(Number);
    // The exact mean, of numbers that add up without rounding
    const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    const column = [{ name, values: cells.map((cell) => (isGap(cell) ? mean : Number(cell))) }];
    own.set(name, column);
    X.push(...column);
    if (hasGaps && missing === "indicator") X.push({ name: `${name} (missing)`, values: gaps });
  }
  for (const [a, b] of interactions) {
    for (const left of own.get(a) as Column) {
      for (const right of own.get(b) as Column) {
        X.push({ name: `${left.name}:${right.name}`, values: left.values.map((value, i) => value * right.values[i]) });
      }
    }
  }
  for (const [name, degree] of Object.entries(polynomial)) {
    const [{ values }] = own.get(name) as Column;
    let power = values;
    for (let k = 2; k <= degree; ++k) {
      power = power.map((value, i) => value * values[i]);
      X.push({ name: `${name}^${k}`, values: power });
    }
  }
  return { names: X.map((column) => column.name), X: kept.map((_, i) => X.map(({ values }) => values[i])), rows: kept };
}
