import { toList } from "../data/toList.js";
import {
  checkChoice,
  checkInteger,
  checkName,
  checkOptions,
  describe,
  isArray,
  isRecord,
  rangeError,
  reading,
  typeError,
} from "../errors.js";
import { tableNames } from "../names/tableNames.js";
import { type EncodingFields, MISSING, type Missing, UNKNOWN, type Unknown } from "./EncodingJSON.js";

/** How X is made of a table. Columns are named by their names. */
export interface TableOptions {
  /** The column that is y. */
  target?: string | undefined;
  /** The column of weights of rows. */
  weights?: string | undefined;
  /** The column of offsets. */
  offset?: string | undefined;
  /** The column of groups, whose rows cross-validation is to keep together. */
  groups?: string | undefined;
  /** The columns to be in X. Default: all that are nothing else. */
  include?: readonly string[] | undefined;
  /** Columns that are not to be in X. */
  exclude?: readonly string[] | undefined;
  /** Columns whose values are names of levels, whatever they are. */
  categorical?: readonly string[] | undefined;
  /** Columns whose strings are numbers. */
  numeric?: readonly string[] | undefined;
  /**
   * What to do about gaps in X. `"error"`: refuse them, and say how many there are in which columns. `"mean"`: put the mean of the column
   * in training in their place, and for a category a last level, `name=(missing)`. `"indicator"`: as `"mean"`, and a column
   * `name (missing)` of 0 and 1 behind each column of numbers that has gaps in training. `"drop"`: leave out their rows.
   * Gaps in the target, weights, offset and groups are never filled. Default `"error"`.
   */
  missing?: Missing | undefined;
  /** The level of each category that has no column: none, the first, or those of some categories. Default `"none"`. */
  reference?: "none" | "first" | Readonly<Record<string, string | number | boolean>> | undefined;
  /** What to do about a level that training has not seen: refuse it, or 0 in all columns of its category. Default `"error"`. */
  unknown?: Unknown | undefined;
  /** Pairs of columns whose products are to be in X, `a:b`, of categories those of each level. */
  interactions?: readonly (readonly [string, string])[] | undefined;
  /** The highest of the powers of columns that are to be in X: `age^2`, `age^3`, … */
  polynomial?: Readonly<Record<string, number>> | undefined;
  /** The strings that are gaps. Default `""`, `"NA"`, `"NaN"` and `"null"`. */
  naValues?: readonly string[] | undefined;
  /** Whether X is compressed columns. Default `"auto"`: where more than 90 % of its entries are 0. */
  sparse?: boolean | "auto" | undefined;
}

/** The strings that are gaps, unless told. */
export const NA_VALUES = ["", "NA", "NaN", "null"] as const;

/** What a column can be instead of being in X. */
export const ROLES = ["target", "weights", "offset", "groups"] as const;
export type Role = (typeof ROLES)[number];

const NAMES = /* @__PURE__ */ (ROLES as readonly (keyof TableOptions)[]).concat(
  "include",
  "exclude",
  "categorical",
  "numeric",
  "missing",
  "reference",
  "unknown",
  "interactions",
  "polynomial",
  "naValues",
  "sparse",
);

/** The options, read once and checked, but for whether there are the columns that they name. */
export interface Wishes extends Omit<EncodingFields, "columns"> {
  roles: ReadonlyMap<Role, string>;
  include: ReadonlySet<string> | undefined;
  exclude: ReadonlySet<string>;
  categorical: ReadonlySet<string>;
  numeric: ReadonlySet<string>;
  reference: "none" | "first" | ReadonlyMap<string, string>;
}

export function readOptions(owner: string, options: TableOptions): Wishes {
  checkOptions(owner, options, NAMES, tableNames);
  return reading(`the options of ${owner}`, () => read(options));
}

function read(options: TableOptions): Wishes {
  const { missing = "error", unknown = "error", reference = "none", sparse = "auto", include } = options;
  checkChoice("missing", missing, MISSING);
  checkChoice("unknown", unknown, UNKNOWN);
  if (sparse !== "auto" && typeof sparse !== "boolean") {
    throw typeError("ERR_TYPE", `"sparse" must be true, false or "auto", got ${describe(sparse)}`);
  }
  const roles = new Map<Role, string>();
  for (const role of ROLES) {
    const name = options[role];
    if (name === undefined) continue;
    checkName(role, name);
    roles.set(role, name);
  }
  const { categorical = [], exclude = [], numeric = [], interactions = [], polynomial = {} } = options;
  const { naValues = NA_VALUES } = options;
  const wishes = {
    roles,
    include: include === undefined ? undefined : new Set(readStrings("include", include)),
    exclude: new Set(readStrings("exclude", exclude)),
    categorical: new Set(readStrings("categorical", categorical)),
    numeric: new Set(readStrings("numeric", numeric)),
    missing,
    reference: readReference(reference),
    unknown,
    interactions: readList("interactions", interactions).map(readPair),
    polynomial: entriesOf("polynomial", polynomial).map(([name, degree]): [string, number] => {
      checkInteger(`polynomial of ${name}`, degree, 2);
      return [name, degree];
    }),
    naValues: readStrings("naValues", naValues),
    sparse,
  };
  for (const name of wishes.numeric) {
    if (!wishes.categorical.has(name)) continue;
    throw rangeError("ERR_VALUE", `"numeric" must have no column of "categorical", got ${describe(name)} in both`);
  }
  return wishes;
}

function readList(name: string, value: unknown): unknown[] {
  if (isArray(value)) return toList(name, value);
  throw typeError("ERR_TYPE", `"${name}" must be an array, got ${describe(value)}`);
}

export function readStrings(name: string, value: unknown): string[] {
  const list = readList(name, value);
  for (const one of list) {
    if (typeof one !== "string") throw typeError("ERR_TYPE", `"${name}" must hold strings, got ${describe(one)}`);
  }
  return list as string[];
}

function readPair(value: unknown): [string, string] {
  const [a, b, more] = isArray(value) ? readStrings("interactions", value) : [];
  if (a !== undefined && b !== undefined && more === undefined && a !== b) return [a, b];
  throw rangeError("ERR_VALUE", `"interactions" must hold pairs of two columns, got ${describe(value)}`);
}

function entriesOf(name: string, value: unknown): [string, unknown][] {
  if (isRecord(value)) return Object.entries(value);
  throw typeError("ERR_TYPE", `"${name}" must be an object with a value for each column, got ${describe(value)}`);
}

function readReference(value: unknown): Wishes["reference"] {
  if (value === "none" || value === "first") return value;
  if (typeof value === "string") {
    throw rangeError("ERR_VALUE", `"reference" must be "none", "first" or a level by column, got ${describe(value)}`);
  }
  return new Map(entriesOf("reference", value).map(([name, level]) => [name, String(level)]));
}
