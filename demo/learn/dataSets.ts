/** The data sets of the lesson: columns of numbers, each with a name. */

import diabetes from "../../examples/data/diabetes.csv?raw";
import { randomNumbers } from "../../examples/random.js";
import type { DataSet } from "../state.js";

export interface Data {
  names: readonly string[];
  /** n × p, column after column. */
  columns: Float64Array;
  y: Float64Array;
  target: string;
  /** What a row is. */
  row: string;
}

const NAMES: Readonly<Record<string, string>> = {
  bp: "blood pressure",
  s1_tc: "s1 total cholesterol",
  s2_ldl: "s2 ldl",
  s3_hdl: "s3 hdl",
  s4_tch: "s4 tch",
  s5_ltg: "s5 log triglycerides",
  s6_glu: "s6 glucose",
};

/** 442 patients, 10 variables: examples/data. */
function readDiabetes(): Data {
  const [header, ...lines] = diabetes.trim().split(/\r?\n/);
  const names = header.split(",").slice(0, -1);
  const rows = lines.map((line) => line.split(",").map(Number));
  const columns = new Float64Array(names.length * rows.length);
  names.forEach((_, j) => {
    rows.forEach((row, i) => {
      columns[j * rows.length + i] = row[j];
    });
  });
  const y = Float64Array.from(rows, (row) => row[names.length]);
  return { names: names.map((name) => NAMES[name] ?? name), columns, y, target: "progression", row: "patient" };
}

/** Mean 0 and standard deviation 1, column by column. */
export function standardized(columns: Float64Array, rows: number): Float64Array {
  const scaled = columns.slice();
  for (let from = 0; from < scaled.length; from += rows) {
    const column = scaled.subarray(from, from + rows);
    const mean = column.reduce((sum, x) => sum + x, 0) / rows;
    const deviation = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / rows);
    for (let i = 0; i < rows; ++i) column[i] = (column[i] - mean) / deviation;
  }
  return scaled;
}

/** The same patients with squares and products of pairs: 64 variables, as Efron and others have used them. */
function readProducts(): Data {
  const data = readDiabetes();
  const n = data.y.length;
  const short = data.names.map((name) =>
    name.replace(/ (total cholesterol|log triglycerides|ldl|hdl|tch|glucose)$/, ""),
  );
  const scaled = standardized(data.columns, n);
  const column = (j: number): Float64Array => scaled.subarray(j * n, (j + 1) * n);
  const names = [...data.names];
  const more: Float64Array[] = [];
  const add = (a: number, b: number): void => {
    names.push(a === b ? `${short[a]}²` : `${short[a]} × ${short[b]}`);
    more.push(column(a).map((x, i) => x * column(b)[i]));
  };
  // The square of sex, which has two values, would be sex again.
  for (let a = 0; a < short.length; ++a) if (short[a] !== "sex") add(a, a);
  for (let a = 0; a < short.length; ++a) for (let b = a + 1; b < short.length; ++b) add(a, b);
  const columns = new Float64Array(names.length * n);
  columns.set(data.columns);
  more.forEach((values, k) => {
    columns.set(values, (data.names.length + k) * n);
  });
  return { ...data, names, columns };
}

/** About normal: the sum of four uniform numbers, standard deviation 1. */
export function normalNumbers(seed: number): () => number {
  const random = randomNumbers(seed);
  return () => Math.sqrt(3) * (random() + random() + random() + random() - 2);
}

/** 2,000 made-up rows of 200 variables, of which y is made of twelve. */
function makeWide(): Data {
  const [n, p, relevant] = [2000, 200, 12];
  const normal = normalNumbers(7);
  const columns = Float64Array.from({ length: n * p }, normal);
  const y = Float64Array.from({ length: n }, (_, i) => {
    let sum = 2 * normal();
    for (let k = 0; k < relevant; ++k) sum += (k % 2 === 0 ? 1 : -1) * (1.2 - k / relevant) * columns[k * 16 * n + i];
    return sum;
  });
  const names = Array.from({ length: p }, (_, j) =>
    j % 16 === 0 && j / 16 < relevant ? `signal ${j / 16 + 1}` : `x${j + 1}`,
  );
  return { names, columns, y, target: "y", row: "row" };
}

const makers: Record<DataSet, () => Data> = { diabetes: readDiabetes, products: readProducts, wide: makeWide };
const made: Partial<Record<DataSet, Data>> = {};

export function dataOf(name: DataSet): Data {
  made[name] ??= makers[name]();
  return made[name];
}
