import { checkLength, describe, isArray, rangeError, reading, typeError } from "../errors.js";
import type { ColumnNames, TableEncoding } from "./Matrix.js";
import { toList } from "./toList.js";

/** Lists of names that were made here, which are not read again. */
const own = new WeakSet<object>();

/** Names and encoding among the parts of X, of p columns; `prefix` stands before their names in errors. */
export function columnsOf(
  prefix: string,
  parts: { readonly [part in keyof ColumnNames]: unknown },
  p: number,
): ColumnNames {
  const { names, encoding } = parts;
  if (names === undefined) return {};
  const read = readNames(`${prefix}names`, names, p);
  return typeof encoding === "object" && encoding !== null
    ? withEncoding(read, encoding as TableEncoding)
    : { names: read };
}

/** Columns of these names, with the encoding if it is of the same. */
export function withEncoding(names: readonly string[], encoding: TableEncoding | undefined): ColumnNames {
  const isIts = encoding !== undefined && reading('"encoding"', () => isSameList(encoding.names, names));
  return { names, ...(isIts && { encoding }) };
}

/** p names, each there once: a copy that nothing can change. */
export function readNames(name: string, value: unknown, p: number): readonly string[] {
  if (!isArray(value)) throw typeError("ERR_TYPE", `"${name}" must be an array of names, got ${describe(value)}`);
  const isOwn = own.has(value);
  const names = isOwn ? (value as string[]) : toList(name, value as readonly string[]);
  checkLength(name, names, p);
  if (isOwn) return names;
  const seen = new Set<string>();
  names.forEach((one: unknown, j) => {
    if (typeof one !== "string") {
      throw typeError("ERR_TYPE", `"${name}" must hold strings, got ${describe(one)} for column ${j}`);
    }
    if (seen.has(one)) {
      throw rangeError("ERR_VALUE", `"${name}" must hold each name once, got ${describe(one)} again for column ${j}`);
    }
    seen.add(one);
  });
  own.add(names);
  return Object.freeze(names);
}

/** Whether two lists hold the same strings. */
export function isSameList(a: unknown, b: readonly string[] | undefined): boolean {
  return a === b || (isArray(a) && a.length === b?.length && b.every((name, j) => name === a[j]));
}
