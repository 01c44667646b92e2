import { isSameList } from "../data/columnsOf.js";
import { toList } from "../data/toList.js";
import { describe, isArray, rangeError, reading, typeError } from "../errors.js";
import { KINDS } from "./cells.js";
import { Encoding } from "./Encoding.js";
import { type EncodedColumn, type EncodingFields, type EncodingJSON, MISSING, UNKNOWN } from "./EncodingJSON.js";

/**
 * The encoding that {@link Encoding.toJSON} wrote. Taken as well: what `structuredClone` makes of an encoding, and encodings of another
 * copy of this package. All of it is checked.
 *
 * @param json - The parsed object, not the text.
 * @throws TypeError if it is not what an encoding is as JSON; RangeError if it is of a newer version.
 * @example
 * encodingFromJSON(JSON.parse(JSON.stringify(encoding))).apply(table);
 */
export function encodingFromJSON(json: EncodingJSON): Encoding {
  return reading('"encoding"', () => read(json));
}

const FIELDS = [
  "format",
  "version",
  "columns",
  "names",
  "missing",
  "unknown",
  "naValues",
  "interactions",
  "polynomial",
  "sparse",
];
const COLUMN = ["name", "kind", "type", "mean", "indicator", "levels", "reference", "missingLevel"];

function read(json: unknown): Encoding {
  const parts = partsOf("", json);
  check("format", parts.format === "regulus-encoding", parts.format);
  if (parts.version !== 1) {
    throw rangeError("ERR_VALUE", `"encoding" must be of version 1, got ${describe(parts.version)}`);
  }
  checkFields(parts, FIELDS);
  const { missing, unknown, sparse } = parts;
  check("missing", (MISSING as readonly unknown[]).includes(missing), missing);
  check("unknown", (UNKNOWN as readonly unknown[]).includes(unknown), unknown);
  check("sparse", sparse === "auto" || typeof sparse === "boolean", sparse);
  const columns = listOf("columns", parts.columns).map(readColumn);
  const kinds = new Map<unknown, string>(columns.map(({ name, kind }) => [name, kind]));
  check("columns", kinds.size === columns.length, parts.columns);
  const interactions = listOf("interactions", parts.interactions).map((value) => {
    const pair = listOf("interactions", value);
    const [a, b] = pair;
    check("interactions", pair.length === 2 && a !== b && kinds.has(a) && kinds.has(b), value);
    return pair as [string, string];
  });
  const polynomial = listOf("polynomial", parts.polynomial).map((value) => {
    const [name, degree] = listOf("polynomial", value);
    check("polynomial", kinds.get(name) === "numeric" && Number.isInteger(degree) && (degree as number) >= 2, value);
    return [name, degree] as [string, number];
  });
  const naValues = stringsOf("naValues", parts.naValues);
  const fields = { columns, missing, unknown, naValues, interactions, polynomial, sparse };
  // No more names are made than the file has, but for one of each column and power that are counted too many.
  const most = listOf("names", parts.names).length + columns.length + polynomial.length;
  const encoding = new Encoding(fields as EncodingFields, most);
  check("names", isSameList(parts.names, encoding.names), parts.names);
  return encoding;
}

function readColumn(json: unknown): EncodedColumn {
  const column = partsOf("columns", json);
  checkFields(column, COLUMN);
  const { name, kind, type, mean, indicator, levels, reference, missingLevel } = column;
  check("name", typeof name === "string", name);
  check("type", Object.keys(KINDS).includes(type as string), type);
  if (kind === "numeric") {
    check("mean", Number.isFinite(mean), mean);
    check("indicator", typeof indicator === "boolean", indicator);
    return { name, kind, type, mean, indicator } as EncodedColumn;
  }
  check("kind", kind === "categorical", kind);
  check("missingLevel", typeof missingLevel === "boolean", missingLevel);
  const list = stringsOf("levels", levels);
  const isAscending = list.every((level, k) => k === 0 || list[k - 1] < level);
  check("levels", isAscending, levels);
  check("reference", reference === undefined || list.includes(reference as string), reference);
  const rest = reference === undefined ? {} : { reference };
  return { name, kind, type, levels: list, missingLevel, ...rest } as unknown as EncodedColumn;
}

/** The parts of an object, none of which it has inherited. */
function partsOf(name: string, json: unknown): Record<string, unknown> {
  check(name, typeof json === "object" && json !== null && !isArray(json), json);
  return { __proto__: null, ...(json as object) };
}

function checkFields(parts: object, known: readonly unknown[]): void {
  for (const field of Reflect.ownKeys(parts)) check("fields", known.includes(field), field);
}

function listOf(name: string, value: unknown): unknown[] {
  check(name, isArray(value), value);
  return toList(name, value as unknown[]);
}

function stringsOf(name: string, value: unknown): string[] {
  const list = listOf(name, value);
  for (const one of list) check(name, typeof one === "string", one);
  return list as string[];
}

function check(name: string, isRight: boolean, value: unknown): void {
  if (isRight) return;
  const got = name === "" ? describe(value) : `${describe(value)} among its ${JSON.stringify(name)}`;
  throw typeError("ERR_TYPE", `"encoding" must be what an encoding's toJSON gives, got ${got}`);
}
