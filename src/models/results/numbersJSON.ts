import { type NumberJSON, numberJSON } from "../../arithmetic/numberJSON.js";

/** Numbers of which most are 0: those at `indices`, ascending, are `values`, all others 0. */
interface SparseJSON {
  length: number;
  indices: number[];
  values: NumberJSON[];
}

/** Coefficients as JSON: all of them, or those that are not 0. */
export type NumbersJSON = NumberJSON[] | SparseJSON;

/** A list as JSON: one value where all are that. */
export type ListJSON<T> = T[] | T;

/** A file of more numbers than {@link MOST_SPARSE} holds at least one out of so many. */
export const MOST_SPARSE = 524288;
export const SPARSEST = 256;

/**
 * Those that are not 0, unless these are most. Of very many numbers some zeros too, so that a file is never much smaller than what it takes
 * to read it.
 */
export function numbersJSON(values: Float64Array): NumbersJSON {
  const { length } = values;
  const isKept = (k: number): boolean => !Object.is(values[k], 0) || (length > MOST_SPARSE && k % SPARSEST === 0);
  const indices: number[] = [];
  for (let k = 0; k < length; ++k) if (isKept(k)) indices.push(k);
  if (2 * indices.length >= length) return Array.from(values, numberJSON);
  return { length, indices, values: indices.map((k) => numberJSON(values[k])) };
}

/** A list, or the value that all of it is. */
function listJSON<T>(list: T[]): ListJSON<T> {
  return list.length > 1 && list.every((value) => value === list[0]) ? list[0] : list;
}

/** Fields as JSON: lists as {@link ListJSON}, numbers with those that JSON does not have; what is undefined is left out. Arrays stay as they are where they are to be packed. */
export function fieldsJSON(fields: object, names: readonly string[], isPacked = false): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const name of names) {
    const value = (fields as Record<string, unknown>)[name];
    if (value === undefined) continue;
    if (typeof value === "number") json[name] = numberJSON(value);
    else if (ArrayBuffer.isView(value))
      json[name] = isPacked ? value : listJSON(Array.from(value as Float64Array, numberJSON));
    else json[name] = Array.isArray(value) ? listJSON([...value]) : value;
  }
  return json;
}
