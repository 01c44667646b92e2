import { checkInteger, describe, isArray, rangeError, typedArrayName, typeError } from "../../errors.js";
import { readNames } from "../columnsOf.js";
import { checkCount, toList } from "../toList.js";

/** An Arrow table, by its shape. */
export interface ArrowTable {
  numRows: number;
  numCols: number;
  getChildAt(column: number): Iterable<unknown> | null;
  /** Its columns' names. */
  schema?: { fields: readonly { name: unknown }[] };
}

/** An arquero table, by its shape. */
export interface ArqueroTable {
  numRows(): number;
  numCols(): number;
  columnNames(): string[];
  array(name: string): ArrayLike<unknown>;
}

/** Columns by name, of one length each. */
export type TableColumns = Readonly<Record<string, ArrayLike<unknown>>>;

/** What the readers give, some rows at a time: columns by name, `names` in their order. */
export interface TableChunk {
  names: readonly string[];
  columns: TableColumns;
  rows: number;
}

/** Everything that is accepted as a table: records, columns by name, a chunk of a reader, or a table of Arrow or arquero. */
export type TableLike = readonly object[] | TableColumns | TableChunk | ArrowTable | ArqueroTable;

/** A table as it is read. */
export interface Table {
  rows: number;
  columns: number;
  /** Each once. Undefined for an Arrow table that has none. */
  names: readonly string[] | undefined;
  /** Rows that `column` reads at a time: records are read some at a time, as their columns lie nowhere in one piece. */
  height: number;
  /** The values of a column from row `from` on, a multiple of `height`. They are good until the next call. */
  column(j: number, from: number): ArrayLike<unknown>;
  /** The Arrow type of a column. */
  type?(j: number): ArrowType | undefined;
}

/** An Arrow type, by its shape. */
export interface ArrowType {
  typeId?: unknown;
  /** 0 for floats of half precision. */
  precision?: unknown;
  dictionary?: ArrowType;
}

/** A table with names. */
export interface NamedTable extends Table {
  names: readonly string[];
}

/** A table of Arrow or arquero; undefined for all else. */
export function packageTable(name: string, X: object): Table | undefined {
  const like = X as Partial<ArrowTable & ArqueroTable>;
  if (typeof like.getChildAt === "function") return fromArrow(name, X as ArrowTable);
  if (typeof like.numRows === "function" && typeof like.array === "function") {
    return fromArquero(name, X as ArqueroTable);
  }
  return undefined;
}

/** Whether a value is a table whose columns have names. */
export function isTable(value: unknown): value is TableLike {
  if (isArray(value)) return value.length === 0 || isRecord(value[0]);
  if (typeof value !== "object" || value === null) return false;
  if ("getChildAt" in value) return "schema" in value;
  if ("columnNames" in value || isChunk(value)) return true;
  const columns: unknown[] = Object.values(value);
  return columns.length > 0 && columns.every(isList);
}

/** Such a table, its columns still to be read. */
export function namedTable(name: string, table: TableLike): NamedTable {
  if (isArray(table)) return fromRecords(name, table);
  const known = packageTable(name, table);
  if (known !== undefined) return known as NamedTable;
  if (isChunk(table)) {
    const { columns, rows } = table;
    const names = readNames(`${name}.names`, table.names, Object.keys(columns).length);
    checkInteger(`${name}.rows`, rows, 0);
    return fromLists(
      name,
      names,
      names.map((key) => columns[key]),
      rows,
    );
  }
  const names = Object.keys(table);
  const columns = names.map((key) => (table as TableColumns)[key]);
  return fromLists(name, readNames(`names of ${name}`, names, names.length), columns, columns[0]?.length);
}

/** Where in a table the columns of these names are. */
export function findColumns(name: string, table: Table, wanted: readonly string[]): number[] {
  const places = new Map(table.names?.map((column, j) => [column, j]));
  return wanted.map((column) => {
    const place = places.get(column);
    if (place !== undefined) return place;
    throw rangeError("ERR_VALUE", `"${name}" must have a column ${describe(column)}, got none of that name`);
  });
}

function isChunk(value: object): value is TableChunk {
  const { names, columns, rows } = value as Partial<TableChunk>;
  return typeof rows === "number" && isArray(names) && isRecord(columns);
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return isArray(value) || typedArrayName(value) !== undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !isList(value);
}

function fromLists(name: string, names: readonly string[], lists: readonly unknown[], rows: number): NamedTable {
  lists.forEach((list, j) => {
    if (!isList(list)) {
      throw typeError("ERR_TYPE", `"${name}" must hold arrays, got ${describe(list)} as column ${describe(names[j])}`);
    }
    checkHeight(name, names[j], list.length, rows);
    if (isArray(list)) checkCount(name, rows);
  });
  return { rows, columns: lists.length, names, height: rows, column: (j) => lists[j] as ArrayLike<unknown> };
}

/** Records that are read at a time, few enough to be still in cache when the next of their columns is. */
const RECORDS = 512;

/** Records have the columns that any of them has, in the order in which they come. */
function fromRecords(name: string, records: readonly unknown[]): NamedTable {
  const rows = records.length;
  checkCount(name, rows);
  const names: string[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < rows; ++i) {
    const record = records[i];
    if (!isRecord(record)) {
      throw typeError("ERR_TYPE", `"${name}" must hold records, got ${describe(record)} in row ${i}`);
    }
    let k = 0;
    for (const key in record) {
      if (key === names[k]) k += 1;
      else if (!seen.has(key) && Object.hasOwn(record, key)) {
        seen.add(key);
        names.push(key);
      }
    }
  }
  // One for each column, as arrays of numbers alone hold them without boxes.
  const buffers: unknown[][] = names.map(() => []);
  const column = (j: number, from: number): unknown[] => {
    const key = names[j];
    const values = buffers[j];
    const isInherited = key in Object.prototype;
    const to = Math.min(from + RECORDS, rows);
    for (let i = from; i < to; ++i) {
      const record = records[i] as Record<string, unknown>;
      values[i - from] = isInherited && !Object.hasOwn(record, key) ? undefined : record[key];
    }
    return values;
  };
  return {
    rows,
    columns: names.length,
    names: readNames(`names of ${name}`, names, names.length),
    height: RECORDS,
    column,
  };
}

function fromArrow(name: string, table: ArrowTable): Table {
  const { numRows: rows, numCols: columns } = table;
  checkInteger(`rows of ${name}`, rows, 0);
  checkInteger(`columns of ${name}`, columns, 0);
  const fields = table.schema?.fields;
  const labels = fields && toList(`names of ${name}`, fields, columns).map((field) => field.name);
  const names = labels && readNames(`names of ${name}`, labels, columns);
  const child = (j: number): Iterable<unknown> => {
    const column = table.getChildAt(j);
    if (column === null) throw typeError("ERR_TYPE", `"${name}" must have a column ${j}, got null`);
    return column;
  };
  return {
    rows,
    columns,
    names,
    height: rows,
    type: (j) => (child(j) as { type?: ArrowType }).type,
    column(j) {
      const numbers = plainNumbers(child(j) as ArrowVector);
      if (numbers?.length === rows) return numbers;
      const values: unknown[] = [];
      for (const value of child(j)) {
        if (values.push(value) > rows) break;
      }
      const height = values.length > rows ? "more" : values.length;
      checkHeight(name, names?.[j] ?? j, height, rows);
      return values;
    },
  };
}

/** An Arrow column, by its shape. */
interface ArrowVector {
  type?: ArrowType;
  nullCount?: number;
  toArray?(): unknown;
}

/** The numbers of an Arrow column without gaps that lie there as they are: whole ones, and floats of single and double precision. */
function plainNumbers(column: ArrowVector): ArrayLike<unknown> | undefined {
  const { typeId, precision } = column.type ?? {};
  if (column.nullCount !== 0 || !(typeId === 2 || (typeId === 3 && precision !== 0))) return undefined;
  const values = column.toArray?.();
  return typedArrayName(values) === undefined ? undefined : (values as ArrayLike<unknown>);
}

function fromArquero(name: string, table: ArqueroTable): Table {
  const rows = table.numRows();
  const given = table.columnNames();
  checkInteger(`rows of ${name}`, rows, 0);
  const names = readNames(`names of ${name}`, given, given.length);
  const column = (j: number): unknown[] => toList(name, table.array(names[j]), rows);
  return { rows, columns: names.length, names, height: rows, column };
}

function checkHeight(name: string, label: string | number, height: unknown, rows: number): void {
  if (height === rows) return;
  const got = `got ${height} in column ${describe(label)}`;
  throw rangeError("ERR_LENGTH", `"${name}" must have ${rows} values in each column, ${got}`);
}
