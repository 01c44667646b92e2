import { findColumns, type NamedTable } from "../data/tables/readTable.js";
import { type EncodedColumn, type EncodingJSON, type NumericColumn, widthOf } from "./EncodingJSON.js";
import { blocksOf, type Cells, type Rows, readLevels, readNumbers, valuesOf } from "./readCells.js";

/** Where X goes, some rows of one column after the other. */
export interface Sink {
  /** Memory for `count` rows of column j from row `from` on, all of it to be written. */
  open(j: number, from: number, count: number): Float64Array;
  /** It is written. */
  close(j: number, from: number, count: number): void;
  /** Row from + i has values[i], or 1, in column j + codes[i], and nothing for −1. */
  levels(j: number, from: number, codes: Int32Array, values?: Float64Array): void;
}

/** The rows of a table that are to be in X. */
export interface TableRows {
  /** What messages call the table. */
  name: string;
  table: NamedTable;
  /** Default: all. */
  rows?: Int32Array | undefined;
}

/** What is read of a column: numbers, or the places of levels. */
type Values = { numbers: Float64Array; codes?: undefined } | { codes: Int32Array; width: number };

/** Writes the rows of X, a block of the table after the other: the columns of each of its columns, then interactions, then powers. */
class ColumnWriter {
  readonly #encoding: EncodingJSON;
  readonly #name: string;
  readonly #table: NamedTable;
  readonly #sink: Sink;
  /** The columns of the table that are encoded, by their places in the encoding, and these by name. */
  readonly #places: readonly number[];
  readonly #kth: ReadonlyMap<string, number>;
  readonly #naValues: ReadonlySet<string>;
  /** Room for one and the other column of a pair. */
  readonly #numbers: readonly [Float64Array, Float64Array];
  readonly #codes: readonly [Int32Array, Int32Array];
  /** The rows that are written of X, which column is next, and what is read for it. */
  #done = 0;
  #j = 0;
  #block: Rows = { from: 0, count: 0, rows: undefined };

  constructor(encoding: EncodingJSON, { name, table }: TableRows, n: number, sink: Sink) {
    const labels = encoding.columns.map((column) => column.name);
    const size = Math.min(table.height, n);
    this.#encoding = encoding;
    this.#name = name;
    this.#table = table;
    this.#sink = sink;
    this.#places = findColumns(name, table, labels);
    this.#kth = new Map(labels.map((label, k) => [label, k]));
    this.#naValues = new Set(encoding.naValues);
    this.#numbers = [new Float64Array(size), new Float64Array(size)];
    this.#codes = [new Int32Array(size), new Int32Array(size)];
  }

  write(block: Rows): void {
    const { columns, interactions, polynomial } = this.#encoding;
    this.#block = block;
    this.#j = 0;
    for (const [k, column] of columns.entries()) this.#writeColumn(column, k);
    for (const [a, b] of interactions) this.#writeProduct(a, b);
    for (const [label, degree] of polynomial) this.#writePowers(label, degree);
    this.#done += block.count;
  }

  #writeColumn(column: EncodedColumn, k: number): void {
    if (column.kind === "categorical") {
      this.#add(this.#read(column.name, 0));
      return;
    }
    const { count } = this.#block;
    const gaps = column.indicator ? this.#numbers[0] : undefined;
    this.#readNumbers(column, k, this.#sink.open(this.#j, this.#done, count), gaps);
    this.#sink.close(this.#j++, this.#done, count);
    if (gaps !== undefined) this.#add({ numbers: gaps });
  }

  #writeProduct(a: string, b: string): void {
    const { count } = this.#block;
    const [left, right] = [this.#read(a, 0), this.#read(b, 1)];
    if (left.codes === undefined && right.codes === undefined) {
      for (let i = 0; i < count; ++i) left.numbers[i] *= right.numbers[i];
      this.#add(left);
    } else if (right.codes === undefined) this.#add(left, right.numbers);
    else if (left.codes === undefined) this.#add(right, left.numbers);
    else {
      const [upper, lower] = [left.codes, right.codes];
      for (let i = 0; i < count; ++i) {
        upper[i] = upper[i] < 0 || lower[i] < 0 ? -1 : upper[i] * right.width + lower[i];
      }
      this.#add({ codes: upper, width: left.width * right.width });
    }
  }

  #writePowers(label: string, degree: number): void {
    const { count } = this.#block;
    const [base, power] = this.#numbers;
    this.#read(label, 0);
    power.set(base);
    for (let k = 2; k <= degree; ++k) {
      for (let i = 0; i < count; ++i) power[i] *= base[i];
      this.#add({ numbers: power });
    }
  }

  /** A column, in the memory of one or the other side of a pair. */
  #read(label: string, side: 0 | 1): Values {
    const k = this.#kth.get(label) as number;
    const column = this.#encoding.columns[k];
    if (column.kind === "numeric") {
      this.#readNumbers(column, k, this.#numbers[side]);
      return { numbers: this.#numbers[side] };
    }
    const codes = this.#codes[side].subarray(0, this.#block.count);
    readLevels(this.#cellsOf(k), column, this.#encoding, codes);
    return { codes, width: widthOf(column) };
  }

  #readNumbers(column: NumericColumn, k: number, out: Float64Array, gaps?: Float64Array): void {
    const { missing } = this.#encoding;
    const isFilled = missing === "mean" || missing === "indicator";
    readNumbers(this.#cellsOf(k), column.type, out, isFilled ? column.mean : undefined, gaps);
  }

  #cellsOf(k: number): Cells {
    const [name, table, block] = [this.#name, this.#table, this.#block];
    const { columns, missing } = this.#encoding;
    const place = { table: name, column: columns[k].name };
    const values = valuesOf(name, table, this.#places[k], block.from);
    return { ...block, place, naValues: this.#naValues, values, missing };
  }

  /** Writes a column of numbers, or those of levels, which stand for `values` or 1. */
  #add(read: Values, values?: Float64Array): void {
    const { count } = this.#block;
    if (read.codes !== undefined) {
      this.#sink.levels(this.#j, this.#done, read.codes, values);
      this.#j += read.width;
      return;
    }
    this.#sink.open(this.#j, this.#done, count).set(read.numbers.subarray(0, count));
    this.#sink.close(this.#j++, this.#done, count);
  }
}

/** Writes the n rows of X. */
export function writeColumns(encoding: EncodingJSON, source: TableRows, n: number, sink: Sink): void {
  // Records without a row have no columns.
  if (n === 0) return;
  const writer = new ColumnWriter(encoding, source, n, sink);
  for (const block of blocksOf(source.table, source.rows)) writer.write(block);
}
