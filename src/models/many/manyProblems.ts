import { isSameList } from "../../data/columnsOf.js";
import { DenseMatrix } from "../../data/DenseMatrix.js";
import type { Label, LabelsLike } from "../../data/toLabels.js";
import { toList } from "../../data/toList.js";
import { type MatrixLike, toMatrix } from "../../data/toMatrix.js";
import { toFloat64, toNumbers, type VectorLike } from "../../data/toVector.js";
import { checkInteger, checkLength, describe, isArray, rangeError, reading, typeError } from "../../errors.js";
import { readGroups } from "../dealing/groups.js";
import type { FitShape } from "../options/options.js";
import { type GroupRows, gatherRows, rowsByGroup, type Whole } from "./gatherRows.js";

/** A vector for each model, one for all of them, or one list of them. */
export type ManyVectors = VectorLike | readonly VectorLike[];

/** Numbers of all models: one after the other, as lists, or as the columns of a matrix. */
export type ManyNumbers = ManyVectors | MatrixLike;

/** The same of labels. */
export type ManyLabels = LabelsLike | readonly LabelsLike[] | MatrixLike;

/** What {@link fitMany} fits: its data in any of the four layouts. */
export interface ManyData<Y = ManyNumbers | ManyLabels> {
  /**
   * One matrix whose rows belong to `groups`, one model for each; or one of `batch` blocks of rows, one block for each model; or a list of
   * matrices, of any shapes; or one matrix for all models, which then differ in y.
   */
  X: MatrixLike | readonly MatrixLike[];
  /** For groups and blocks: the targets of all rows. For a list: a vector for each matrix. For one matrix: a column for each model. */
  y: Y;
  /** The group of each row, a finite number or a string; 1 and "1" differ. Rows of a group need not lie together. */
  groups?: ArrayLike<number | string> | undefined;
  /** The number of blocks. */
  batch?: number | undefined;
}

/** One problem after the other. */
export interface ManyLayout {
  readonly layout: "groups" | "blocks" | "list" | "shared";
  readonly count: number;
  /** n and p of each; 0 where a matrix of the list is none. */
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  /** The one matrix, of all blocks or for all models. */
  readonly whole: Whole | undefined;
  /** Of a part of the problems: how many come before it, of how many of these `whole` has no rows, and all of them. */
  readonly before?: number;
  readonly absent?: number;
  readonly all?: ManyLayout;
  /** The groups in order of first appearance, and the rows of each. */
  readonly keys?: readonly Label[];
  readonly grouped?: GroupRows | undefined;
  /** X of a model. Throws what is wrong with it. */
  matrix(index: number): Whole;
  readonly y: PerModel;
  /** What the columns are called, of all models. */
  readonly named: FitShape;
}

/** Vectors by model. */
export interface PerModel {
  /** Whether there is one for all models. */
  readonly isCommon: boolean;
  /** The vector of a model, its length and values unchecked: a Float64Array unless there is something wrong with it. */
  of(index: number): VectorLike;
  /** All of them, one after the other, where they lie so. */
  readonly flat?: VectorLike;
  /** Where models share X: writes the vectors from model `first` on into `out`, one after the other, as many as it takes. */
  copy?(first: number, out: Float64Array): void;
}

/** Reads the layout, and checks what concerns all models. */
export function readProblems({ X, y, groups, batch }: ManyData, hasLabels = false): ManyLayout {
  if (groups !== undefined && (batch !== undefined || isList(X) || !isNumbers(y))) {
    const other = batch !== undefined ? '"batch"' : isList(X) ? "a list of matrices" : "a matrix y";
    throw typeError(
      "ERR_OPTION",
      `"groups" makes a model of each group, so it must be left out with ${other}, got ${describe(groups)}: rows that folds are to keep together are "foldGroups"`,
    );
  }
  if (isList(X)) {
    if (batch !== undefined) {
      throw rangeError("ERR_VALUE", `"batch" must be left out with a list of matrices, got ${describe(batch)}`);
    }
    return listProblems(X, y, hasLabels);
  }
  const matrix = toMatrix("X", X);
  if (matrix.rows === 0) throw rangeError("ERR_LENGTH", '"X" must have at least one row, got 0');
  if (groups !== undefined) return groupProblems(matrix, y, groups, hasLabels);
  return batch === undefined ? sharedProblems(matrix, y) : blockProblems(matrix, y, batch, hasLabels);
}

/** Whether X is a list of matrices, not an array of rows. */
function isList(X: unknown): X is readonly unknown[] {
  const isRow = (value: unknown): value is ArrayLike<unknown> => isArray(value) || ArrayBuffer.isView(value);
  return isArray(X) && reading('"X"', () => X.length > 0 && (!isRow(X[0]) || isRow(X[0][0])));
}

function listProblems(X: readonly unknown[], y: unknown, hasLabels: boolean): ManyLayout {
  // Holes are no matrices either.
  const list = toList("X", X);
  const read = list.map((like): { matrix: Whole } | { error: unknown } => {
    try {
      return { matrix: toMatrix("X", like) };
    } catch (error) {
      return { error };
    }
  });
  const matrices = read.flatMap((one) => ("matrix" in one ? [one.matrix] : []));
  const named = matrices[0] ?? { rows: 0, columns: 0 };
  const other = read.findIndex((one) => "matrix" in one && !isSameList(one.matrix.names, named.names));
  if (other >= 0) {
    throw rangeError(
      "ERR_VALUE",
      `"X" must have the same names in all matrices of a list, got others in matrix ${other}`,
    );
  }
  const rows = Int32Array.from(read, (one) => ("matrix" in one ? one.matrix.rows : 0));
  return {
    layout: "list",
    count: list.length,
    rows,
    columns: Int32Array.from(read, (one) => ("matrix" in one ? one.matrix.columns : 0)),
    whole: undefined,
    matrix(index) {
      const one = read[index];
      if ("matrix" in one) return one.matrix;
      throw one.error;
    },
    y: readTargets(y, rows, hasLabels),
    named,
  };
}

function groupProblems(whole: Whole, y: unknown, value: unknown, hasLabels: boolean): ManyLayout {
  const groups = readGroups(value, whole.rows);
  const keys = groups.labels;
  const grouped = rowsByGroup(groups);
  return {
    layout: "groups",
    count: keys.length,
    rows: Int32Array.from(keys, (_, g) => grouped.starts[g + 1] - grouped.starts[g]),
    columns: new Int32Array(keys.length).fill(whole.columns),
    whole: undefined,
    matrix: gatherRows(whole, grouped),
    y: readPerRow("y", y, grouped, hasLabels),
    named: whole,
    keys,
    grouped,
  };
}

/** A value for each row, by its group. */
export function readPerRow(name: string, value: unknown, { rows, starts }: GroupRows, hasLabels = false): PerModel {
  const n = rows.length;
  const isLabels = hasLabels && isArray(value) && reading(`"${name}"`, () => typeof value[0] === "string");
  const given = isLabels ? toList(name, value as readonly number[], n) : toFloat64(name, value);
  checkLength(name, given, n);
  const sorted = isLabels ? new Array<number>(n) : new Float64Array(n);
  for (let k = 0; k < n; ++k) sorted[k] = given[rows[k]];
  const part = (from: number, to: number): VectorLike =>
    sorted instanceof Float64Array ? sorted.subarray(from, to) : sorted.slice(from, to);
  return { isCommon: false, of: (g) => part(starts[g], starts[g + 1]), flat: sorted };
}

function blockProblems(whole: Whole, y: unknown, batch: number, hasLabels: boolean): ManyLayout {
  checkInteger("batch", batch, 1);
  const n = whole.rows / batch;
  if (!Number.isInteger(n)) {
    throw rangeError("ERR_LENGTH", `"X" must have a multiple of ${batch} rows, for ${batch} models, got ${whole.rows}`);
  }
  const p = whole.columns;
  const rows = new Int32Array(batch).fill(n);
  return {
    layout: "blocks",
    count: batch,
    rows,
    columns: new Int32Array(batch).fill(p),
    whole,
    matrix: (index) => blockOf(whole, n, index),
    y: readTargets(y, rows, hasLabels),
    named: whole,
  };
}

/** The n rows of a model. */
export function blockOf(whole: Whole, n: number, index: number): Whole {
  if (whole instanceof DenseMatrix && whole.order === "row") {
    const p = whole.columns;
    whole.verify();
    return new DenseMatrix(whole.data.subarray(index * n * p, (index + 1) * n * p), n, p, "row", whole);
  }
  return whole.takeRows(Int32Array.from({ length: n }, (_, i) => index * n + i));
}

/** y of each model; one for all of them would be a mistake. */
function readTargets(y: unknown, rows: Int32Array, hasLabels: boolean): PerModel {
  return readEach("y", y, rows, hasLabels) ?? refuseLength("y", `${sum(rows)}`, y);
}

function sharedProblems(whole: Whole, y: unknown): ManyLayout {
  if (isNumbers(y)) {
    throw typeError(
      "ERR_TYPE",
      `"y" must be a matrix with a column for each model unless there is a "batch", got ${describe(y)}`,
    );
  }
  const { vectors, count } = readColumns("y", y, whole.rows);
  return {
    layout: "shared",
    count,
    rows: new Int32Array(count).fill(whole.rows),
    columns: new Int32Array(count).fill(whole.columns),
    whole,
    matrix: () => whole,
    y: vectors,
    named: whole,
  };
}

function isNumbers(value: unknown): boolean {
  if (!isArray(value)) return ArrayBuffer.isView(value);
  return reading("the vectors", () => !(value.length > 0 && typeof value[0] === "object"));
}

/** The columns of an n × k matrix. */
function readColumns(name: string, value: unknown, n: number): { vectors: PerModel; count: number } {
  const matrix = toMatrix(name, value);
  const count = matrix.columns;
  if (matrix.rows !== n) throw rangeError("ERR_LENGTH", `"${name}" must have ${n} rows, got ${matrix.rows}`);
  if (count === 0) throw rangeError("ERR_LENGTH", `"${name}" must have at least one column, got 0`);
  const copy = (first: number, out: Float64Array): void => matrix.copyColumns(out, first, first + out.length / n);
  const of = (index: number): Float64Array => {
    const column = new Float64Array(n);
    copy(index, column);
    return column;
  };
  return { vectors: { isCommon: false, of, copy }, count };
}

/** A vector of lengths[i] values for each model i: of its own, or, if all are of one length, one for all. */
export function readPerModel(name: string, value: unknown, lengths: Int32Array): PerModel {
  const each = readEach(name, value, lengths);
  if (each !== undefined) return each;
  const [length] = lengths;
  const isOneLength = lengths.every((other) => other === length);
  if (isOneLength && lengthOf(name, value) === length) return readCommon(name, value, length);
  const total = `${sum(lengths)}`;
  return refuseLength(name, isOneLength && lengths.length > 1 ? `${length} or ${total}` : total, value);
}

/** A vector for each model: a list of them, or all of them one after the other; undefined if it is as long as neither. */
function readEach(name: string, value: unknown, lengths: Int32Array, hasLabels = false): PerModel | undefined {
  const count = lengths.length;
  const list = isArray(value) ? toList(name, value) : undefined;
  const isLabels = hasLabels && typeof list?.[0] === "string";
  if (!isLabels && list !== undefined && list.length > 0 && typeof list[0] !== "number") {
    if (list.length !== count) {
      throw rangeError("ERR_LENGTH", `"${name}" must have ${count} vectors, one for each model, got ${list.length}`);
    }
    const vectors = list.map((vector) => numbersOf(name, vector));
    return { isCommon: false, of: (index) => vectors[index] };
  }
  const flat = isLabels ? (list as readonly number[]) : toFloat64(name, list ?? value);
  const ends = Float64Array.from(lengths);
  for (let i = 1; i < count; ++i) ends[i] += ends[i - 1];
  const total = flat.length;
  if (total !== ends[count - 1]) return undefined;
  const part = (from: number, to: number): VectorLike => {
    checkLength(name, flat, total);
    return flat instanceof Float64Array ? flat.subarray(from, to) : flat.slice(from, to);
  };
  return { isCommon: false, of: (index) => part(ends[index] - lengths[index], ends[index]), flat };
}

function sum(lengths: Int32Array): number {
  return lengths.reduce((total, length) => total + length, 0);
}

function refuseLength(name: string, expected: string, value: unknown): never {
  throw rangeError("ERR_LENGTH", `"${name}" must have ${expected} values, got ${lengthOf(name, value)}`);
}

function lengthOf(name: string, value: unknown): number {
  return reading(`"${name}"`, () => (value as VectorLike).length);
}

/** One vector of n values for all models. */
export function readCommon(name: string, value: unknown, n: number): PerModel {
  const one = toNumbers(name, value, n);
  const copy = (_first: number, out: Float64Array): void => {
    for (let at = 0; at < out.length; at += n) out.set(one, at);
  };
  return { isCommon: true, of: () => one, copy };
}

/** A model's vector as numbers; as it is where it holds none, for the fit of that model to refuse. */
function numbersOf(name: string, vector: unknown): VectorLike {
  try {
    return toFloat64(name, vector);
  } catch {
    return vector as VectorLike;
  }
}

/** An offset for models that share X: one for all, or a column for each. */
export function readSharedOffset(value: unknown, { rows, count }: ManyLayout): PerModel {
  if (isNumbers(value)) return readCommon("offset", value, rows[0]);
  const { vectors, count: columns } = readColumns("offset", value, rows[0]);
  if (columns !== count) throw rangeError("ERR_LENGTH", `"offset" must have ${count} columns, got ${columns}`);
  return vectors;
}
