import { type NumberJSON, numberJSON } from "../../arithmetic/numberJSON.js";
import type { ColumnNames } from "../../data/Matrix.js";
import type { Label } from "../../data/toLabels.js";
import { checkInteger, describe, isArray, rangeError, reading, typeError } from "../../errors.js";
import { type MergedSums, triangle } from "../../solvers/sums/MergedSums.js";
import type { EncodingJSON } from "../../tables/EncodingJSON.js";
import { readGroups } from "../dealing/groups.js";
import { type Fields, readResult } from "../files/readFields.js";
import { readColumns } from "../files/readModel.js";
import { readNumbers } from "../files/readNumbers.js";
import { pack, unpack } from "../many/packed.js";
import { MOST_VALUE } from "./RowStream.js";
import { MOST_WEIGHT, NO_FOLD } from "./readBatch.js";
import { SumsState } from "./SumsState.js";

/** Sums as JSON: lists with an entry for each fold of each group, or so many for each of them that has weight. */
export interface SumsJSON {
  format: "regulus-sums" | "regulus-grouped-sums";
  version: 1;
  columns: number;
  targets: number;
  names?: string[];
  encoding?: EncodingJSON;
  /** Of the sums of groups. */
  keys?: Label[];
  /** The place of the group among these. */
  groups: number[];
  /** 255 for rows of no fold. */
  folds: number[];
  rows: number[];
  counts: number[];
  weights: NumberJSON[];
  /** The means of columns and targets, in two parts. */
  high: NumberJSON[];
  low: NumberJSON[];
  /** The lower triangle of the products about the means. */
  products: NumberJSON[];
  squares: NumberJSON[];
  level: number[];
  depths: number[];
}

type Kind = "sums" | "grouped-sums";

const CELLS = ["groups", "folds", "rows", "counts", "depths"] as const;
const NUMBERS = ["weights", "high", "low", "products", "squares", "level"] as const;
const NAMES = [
  /* @__PURE__ */ ["columns", "targets", "names", "encoding", "keys"].concat(CELLS, NUMBERS),
  [],
  [],
] as const;

interface Shape {
  p: number;
  targets: number;
  named: ColumnNames;
}

export function sumsToJSON(
  kind: Kind,
  { p, targets, named }: Shape,
  states: readonly SumsState[],
  keys?: readonly Label[],
  isPacked = false,
): SumsJSON {
  const cells = states.flatMap(({ folds }, group) => folds.map((cell) => ({ group, ...cell })));
  const summed = cells.flatMap(({ sums }) => (sums ? [sums] : []));
  const integers = (of: (cell: (typeof cells)[number]) => number): Float64Array => Float64Array.from(cells, of);
  const joined = (size: number, of: (sums: MergedSums) => ArrayLike<number>): Float64Array => {
    const all = new Float64Array(summed.length * size);
    summed.forEach((sums, k) => {
      all.set(of(sums), k * size);
    });
    return all;
  };
  const size = p + targets;
  const { names, encoding } = named as ColumnNames & { encoding?: { toJSON(): EncodingJSON } };
  const fields = {
    groups: integers(({ group }) => group),
    folds: integers(({ fold }) => fold),
    rows: integers(({ rows }) => rows),
    counts: integers(({ sums }) => sums?.count ?? 0),
    depths: integers(({ sums }) => sums?.depth ?? 0),
    weights: joined(1, ({ weight }) => [weight]),
    high: joined(size, ({ high }) => high),
    low: joined(size, ({ low }) => low),
    products: joined(triangle(size), ({ products }) => products),
    squares: joined(targets, ({ squares }) => squares),
    level: joined(size, ({ level }) => level),
  };
  return {
    format: `regulus-${kind}`,
    version: 1,
    columns: p,
    targets,
    ...(names && { names: [...names] }),
    ...(encoding && { encoding: encoding.toJSON() }),
    ...(keys && { keys: [...keys] }),
    ...Object.fromEntries(
      Object.entries(fields).map(([name, values]) => [name, isPacked ? values : Array.from(values, numberJSON)]),
    ),
  } as unknown as SumsJSON;
}

export const packSums = (kind: Kind, shape: Shape, states: readonly SumsState[], keys?: readonly Label[]): Uint8Array =>
  pack({ ...sumsToJSON(kind, shape, states, keys, true) });

/** Sums that were read: one state for each key, or one alone. */
export interface ReadSums extends Shape {
  states: SumsState[];
  keys: readonly Label[];
}

export const unpackSums = (kind: Kind, bytes: unknown): ReadSums =>
  readSums(
    kind,
    reading('"bytes"', () => unpack("bytes", bytes)),
    "Bytes",
  );

/** @throws TypeError and RangeError for what no sums are. */
export function readSums(kind: Kind, json: unknown, form: "JSON" | "Bytes" = "JSON"): ReadSums {
  return readResult(kind, json, "none", NAMES, (fields) => read(kind, fields), undefined, form);
}

/** The largest sum of squares: of values and weights that `add` takes, any number of rows. */
const MOST_SQUARES = 1.0715086071862673e301;
/** The most merges: of pairs of all rows that can be counted, and one after the other of as many parts as there may be. */
const MOST_DEPTH = 4294967296;
/** How much the square of a product may exceed that of its norms, which rounding may have put off. */
const SLACK = 1 + 1e-9;

function read(kind: Kind, fields: Fields): ReadSums {
  const { columns: p, targets } = fields;
  checkInteger("targets", targets, 1, 16383);
  checkInteger("columns", p, 1, 16384 - targets);
  const named = readColumns(fields, p);
  const isGrouped = kind === "grouped-sums";
  const size = p + targets;
  const folds = integersOf(fields, "folds", undefined, NO_FOLD);
  const cells = folds.length;
  const keys = isGrouped ? readKeys(fields.keys, cells) : [];
  const states = Array.from(isGrouped ? keys : [0], () => new SumsState(p, targets, named));
  const groups = integersOf(fields, "groups", cells, Math.max(0, states.length - 1));
  const rows = integersOf(fields, "rows", cells);
  const counts = integersOf(fields, "counts", cells);
  const depths = integersOf(fields, "depths", cells, MOST_DEPTH);
  const summed = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  const numbers = (name: string, each: number): Float64Array => readNumbers(name, fields[name], each * summed);
  const weights = numbers("weights", 1);
  const high = numbers("high", size);
  const low = numbers("low", size);
  const products = numbers("products", triangle(size));
  const squares = numbers("squares", targets);
  const level = numbers("level", size);
  let before = -1;
  for (let cell = 0, at = 0; cell < cells; ++cell) {
    const place = groups[cell] * 256 + folds[cell];
    if (place <= before) throw refuse("folds", "ascend within each of the groups");
    before = place;
    if (!(rows[cell] >= counts[cell] && rows[cell] > 0)) throw refuse("rows", "be as many as have weight, or more");
    const part = (values: Float64Array, each: number) => values.slice(at * each, (at + 1) * each);
    const sums: MergedSums | undefined =
      counts[cell] === 0
        ? undefined
        : {
            count: counts[cell],
            weight: weights[at],
            high: part(high, size),
            low: part(low, size),
            products: part(products, triangle(size)),
            squares: part(squares, targets),
            level: Uint8Array.from(part(level, size)),
            depth: depths[cell],
          };
    if (sums) {
      checkSums(sums, part(level, size));
      at += 1;
    }
    states[groups[cell]].push(folds[cell], sums, rows[cell]);
  }
  return { p, targets, named, states, keys };
}

/** The groups, each of which has a fold. */
function readKeys(keys: unknown, cells: number): readonly Label[] {
  if (!isArray(keys)) throw typeError("ERR_TYPE", `"keys" must be a list, got ${describe(keys)}`);
  if (keys.length > cells) throw refuse("keys", "be those of groups with rows");
  const { labels } = readGroups(keys, keys.length, "keys");
  if (labels.length < keys.length) throw refuse("keys", "differ");
  return labels;
}

/** Whole numbers, one for each cell. */
function integersOf(fields: Fields, name: string, length?: number, most?: number): Float64Array {
  const numbers = readNumbers(name, fields[name], length, length);
  for (const number of numbers) checkInteger(name, number, 0, most);
  return numbers;
}

const refuse = (name: string, what: string): RangeError =>
  rangeError("ERR_VALUE", `"${name}" must ${what}, got others`);

/** Refuses what sums of no rows are, so that none that is read has merges or fits that overflow. */
function checkSums(sums: MergedSums, level: Float64Array): void {
  const { count, weight, high, low, products, squares } = sums;
  const isBetween = (value: number, least: number, most: number): boolean => value >= least && value <= most;
  if (!(isBetween(weight, count / MOST_WEIGHT, count * MOST_WEIGHT) && weight > 0)) {
    throw refuse("weights", "be the sum of as many as there are rows");
  }
  high.forEach((mean, j) => {
    if (!(isBetween(mean, -MOST_VALUE, MOST_VALUE) && mean + low[j] === mean)) {
      throw refuse(Number.isFinite(mean) ? "low" : "high", "be finite means in two parts");
    }
  });
  const diagonal = (j: number): number => products[triangle(j) + j];
  for (let j = 0, at = 0; j < high.length; ++j) {
    if (!isBetween(diagonal(j), 0, MOST_SQUARES)) throw refuse("products", "be finite, squares at least 0");
    for (let k = 0; k <= j; ++k, ++at) {
      if (!(Math.abs(products[at]) <= Math.sqrt(diagonal(j)) * Math.sqrt(diagonal(k)) * SLACK)) {
        throw refuse("products", "be at most those of the norms of their columns");
      }
    }
    if (level[j] !== 0 && !(level[j] === 1 && diagonal(j) === 0 && low[j] === 0)) {
      throw refuse("level", "be 1 for columns of one value, 0 for all others");
    }
  }
  for (const square of squares)
    if (!isBetween(square, 0, MOST_SQUARES)) throw refuse("squares", "be finite, at least 0");
}
