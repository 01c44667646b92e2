import { isSameList } from "../data/columnsOf.js";
import { toList } from "../data/toList.js";
import {
  checkBoolean,
  checkChoice,
  checkFinite,
  checkInteger,
  describe,
  isArray,
  rangeError,
  reading,
  typeError,
} from "../errors.js";
import { KINDS, type ValueType } from "./cells.js";
import { Encoding } from "./Encoding.js";
import { type EncodedColumn, type EncodingJSON, MISSING, UNKNOWN } from "./EncodingJSON.js";

/**
 * The encoding that {@link Encoding.toJSON} wrote. Taken as well: what `structuredClone` makes of an encoding, and encodings of another
 * copy of this package. All of it is checked.
 *
 * @param json - The parsed object, not the text.
 * @throws TypeError if it is not an encoding's JSON; RangeError if it is of a newer version, or what it holds does not fit together.
 * @example
 * encodingFromJSON(JSON.parse(JSON.stringify(encoding))).apply(table);
 */
export function encodingFromJSON(json: EncodingJSON): Encoding {
  return reading('"encoding"', () => read(json));
}

function read(json: EncodingJSON): Encoding {
  const { format, version, names, columns, missing, unknown, naValues, interactions, polynomial, sparse } =
    partsOf(json);
  if (format !== "regulus-encoding") {
    throw typeError("ERR_TYPE", `"encoding" must be what an encoding's toJSON gives, got ${describe(json)}`);
  }
  if (version !== 1) throw rangeError("ERR_VALUE", `"encoding" must be of version 1, got ${describe(version)}`);
  checkChoice("encoding.missing", missing, MISSING);
  checkChoice("encoding.unknown", unknown, UNKNOWN);
  if (sparse !== "auto") checkBoolean("encoding.sparse", sparse);
  const read = listOf("columns", columns).map(readColumn);
  const kinds = new Map(read.map(({ name, kind }) => [name, kind]));
  if (kinds.size < read.length) throw wrong("columns", "hold each column once", columns);
  const encoding = new Encoding({
    columns: read,
    missing,
    unknown,
    naValues: stringsOf("naValues", naValues),
    interactions: listOf("interactions", interactions).map((pair): [string, string] => {
      const [a, b, more] = stringsOf("interactions", pair);
      if (a === b || !kinds.has(a) || !kinds.has(b) || more !== undefined) {
        throw wrong("interactions", "hold pairs of columns", pair);
      }
      return [a, b];
    }),
    polynomial: listOf("polynomial", polynomial).map((pair): [string, number] => {
      const [name, degree] = listOf("polynomial", pair);
      if (kinds.get(name as string) !== "numeric") throw wrong("polynomial", "hold columns of numbers", name);
      checkInteger("encoding.polynomial", degree, 2);
      return [name as string, degree];
    }),
    sparse,
  });
  if (isSameList(names, encoding.names)) return encoding;
  throw wrong("names", "be those that its columns make", names);
}

function readColumn(json: unknown): EncodedColumn {
  const { name, kind, type, mean, indicator, levels, reference, missingLevel } = partsOf(json);
  if (typeof name !== "string") throw wrong("columns", "have names", name);
  checkChoice("encoding.kind", kind, ["numeric", "categorical"]);
  checkChoice("encoding.type", type, Object.keys(KINDS) as ValueType[]);
  if (kind === "numeric") {
    checkFinite("encoding.mean", mean);
    checkBoolean("encoding.indicator", indicator);
    return { name, kind, type, mean, indicator };
  }
  const read = stringsOf("levels", levels);
  if (read.some((level, k) => k > 0 && !(read[k - 1] < level))) throw wrong("levels", "ascend", levels);
  checkBoolean("encoding.missingLevel", missingLevel);
  if (reference === undefined) return { name, kind, type, levels: read, missingLevel };
  if (!read.includes(reference as string)) throw wrong("reference", "be a level", reference);
  return { name, kind, type, levels: read, missingLevel, reference: reference as string };
}

/** The parts of an object, none of which it has inherited. */
function partsOf(json: unknown): Record<string, unknown> {
  if (typeof json === "object" && json !== null && !isArray(json)) return { __proto__: null, ...json };
  throw typeError("ERR_TYPE", `"encoding" must be what an encoding's toJSON gives, got ${describe(json)}`);
}

function listOf(name: string, value: unknown): unknown[] {
  if (isArray(value)) return toList(`encoding.${name}`, value);
  throw wrong(name, "be an array", value);
}

function stringsOf(name: string, value: unknown): string[] {
  const list = listOf(name, value);
  if (list.every((one) => typeof one === "string")) return list as string[];
  throw wrong(name, "hold strings", value);
}

function wrong(name: string, expected: string, value: unknown): RangeError {
  return rangeError("ERR_VALUE", `"encoding.${name}" must ${expected}, got ${describe(value)}`);
}
