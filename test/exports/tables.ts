import fc from "fast-check";
import { type AnyModel, type DenseMatrix, designMatrix, type SparseMatrix } from "../../src/index.js";
import { ordinary } from "../support/arbitraries.js";
import { hostileNames, modelOf } from "./models.js";

type Row = Record<string, unknown>;

/** A column as it is in training and in new rows, and the types that SQL may have for it. */
interface Column {
  name: string;
  /** What it is listed as. */
  kind: "numeric" | "categorical" | undefined;
  sqlType: string;
  training: unknown[];
  fresh: unknown[];
}

interface TableCase {
  model: AnyModel;
  /** New rows, of which a prediction may refuse some. */
  rows: Row[];
  columns: { name: string; type: string; values: (string | null)[] }[];
  /** Whether each column has a coefficient other than 0, so that exports must refuse what predictions do. */
  isFull: boolean;
}

const NA_VALUES = ["", "NA", "NaN", "null"];
const TRAINING_ROWS = 6;
const FRESH_ROWS = 4;

/** Numbers whose squares and cubes PostgreSQL has room for. */
const number = fc.oneof(fc.integer({ min: -9, max: 9 }), ordinary).map((x) => (Math.abs(x) < 1e-50 ? 0 : x));
const date = fc
  .oneof(
    fc.integer({ min: -1e12, max: 4e12 }),
    fc.integer({ min: -20000, max: 40000 }).map((day) => day * 864e5),
  )
  .map((time) => new Date(time));
const gap = fc.constantFrom(null, undefined);

/** Kinds of columns: values, gaps, what they are listed as, and types of SQL. */
const kinds: {
  kind: Column["kind"];
  value: fc.Arbitrary<unknown>;
  gap: fc.Arbitrary<unknown>;
  sqlTypes: string[];
}[] = [
  {
    kind: undefined,
    value: number,
    gap: fc.oneof(gap, fc.constant(Number.NaN)),
    sqlTypes: ["double precision", "text"],
  },
  { kind: undefined, value: number, gap: fc.constantFrom(null, ...NA_VALUES), sqlTypes: ["text", "varchar"] },
  {
    kind: undefined,
    value: fc.integer({ min: -999, max: 999 }),
    gap,
    sqlTypes: ["integer", "numeric", "real", "bigint"],
  },
  { kind: undefined, value: fc.bigInt(-(2n ** 53n), 2n ** 53n), gap, sqlTypes: ["bigint", "numeric", "text"] },
  { kind: undefined, value: fc.boolean(), gap, sqlTypes: ["boolean"] },
  {
    kind: undefined,
    value: date,
    gap: fc.oneof(gap, fc.constant(new Date(Number.NaN))),
    sqlTypes: ["timestamp", "timestamptz"],
  },
  { kind: "numeric", value: number.map(String), gap: fc.constantFrom(null, ...NA_VALUES), sqlTypes: ["text"] },
  {
    kind: undefined,
    value: fc.constantFrom("north", "south", "east"),
    gap: fc.constantFrom(null, ...NA_VALUES),
    sqlTypes: ["text", "varchar(20)", "char(8)"],
  },
  { kind: undefined, value: fc.constantFrom(...hostileNames.slice(0, 5)), gap, sqlTypes: ["text"] },
  { kind: "categorical", value: fc.constantFrom(...hostileNames), gap, sqlTypes: ["text"] },
  {
    kind: "categorical",
    value: fc.constantFrom("1", "2", "03"),
    gap: fc.constantFrom(null, ...NA_VALUES),
    sqlTypes: ["text"],
  },
  {
    kind: "categorical",
    value: fc.constantFrom(1, 2.5, 1e21, 0.1, -3),
    gap: fc.constantFrom(null, Number.NaN),
    sqlTypes: ["double precision", "text"],
  },
  { kind: "categorical", value: fc.constantFrom(1n, 2n ** 62n, -5n), gap, sqlTypes: ["bigint", "numeric"] },
  { kind: "categorical", value: fc.boolean(), gap, sqlTypes: ["boolean"] },
  {
    kind: "categorical",
    value: fc.constantFrom(new Date(0), new Date(1577836800123), new Date(-1)),
    gap,
    sqlTypes: ["timestamp", "timestamptz"],
  },
];

const column = (name: string, gaps: number): fc.Arbitrary<Column> =>
  fc.constantFrom(...kinds).chain(({ kind, value, gap, sqlTypes }) => {
    const values = (length: number, share: number) =>
      fc.array(share === 0 ? value : fc.oneof({ weight: 4, arbitrary: value }, { weight: share, arbitrary: gap }), {
        minLength: length,
        maxLength: length,
      });
    return fc.record({
      name: fc.constant(name),
      kind: fc.constant(kind),
      sqlType: fc.constantFrom(...sqlTypes),
      // The first is no gap, so that there is a type.
      training: fc.tuple(value, values(TRAINING_ROWS - 1, gaps)).map(([first, others]) => [first, ...others]),
      fresh: values(FRESH_ROWS, 1),
    });
  });

/** What a run gives, undefined where it throws. */
export function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

/** The numbers of an X of one row. */
export function toRow(X: DenseMatrix | SparseMatrix | undefined): Float64Array {
  const row = new Float64Array(X?.columns ?? 0);
  for (let j = 0; j < row.length; ++j)
    X?.addProduct(
      Float64Array.from(row, (_, k) => (k === j ? 1 : 0)),
      0,
      row.subarray(j, j + 1),
    );
  return row;
}

/** As PostgreSQL reads a value. */
function sqlValue(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  return String(value);
}

/** Models of tables of all kinds of columns, with every way to treat them. */
export const tableCases: fc.Arbitrary<TableCase> = fc
  .record({
    missing: fc.constantFrom("error", "mean", "indicator", "drop" as const),
    unknown: fc.constantFrom("error", "zero" as const),
    reference: fc.constantFrom("none", "first" as const),
    family: fc.constantFrom("gaussian", "gaussian", "binomial", "poisson", "multinomial" as const),
    names: fc.uniqueArray(fc.constantFrom(...hostileNames), { minLength: 1, maxLength: 4 }),
    isFull: fc.boolean(),
  })
  .chain(({ missing, unknown, reference, family, names, isFull }) =>
    fc
      .record({
        columns: fc.tuple(...names.map((name) => column(name, missing === "error" ? 0 : 1))),
        pairs: fc.subarray(names.flatMap((a, i) => names.slice(0, i).map((b): [string, string] => [a, b]))),
        degree: fc.integer({ min: 2, max: 3 }),
        seeds: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 60, maxLength: 60 }),
      })
      .map(({ columns, pairs, degree, seeds }): TableCase | undefined => {
        const rowsOf = (part: "training" | "fresh"): Row[] =>
          columns[0]![part].map((_, i) => Object.fromEntries(columns.map((column) => [column.name, column[part][i]])));
        const listed = (kind: Column["kind"]): string[] =>
          columns.filter((c) => c.kind === kind).map(({ name }) => name);
        const isNumeric = ({ kind, training: [first] }: Column): boolean =>
          kind === "numeric" || (kind === undefined && typeof first !== "string");
        let design: ReturnType<typeof designMatrix>;
        try {
          design = designMatrix(rowsOf("training"), {
            missing,
            unknown,
            reference,
            interactions: pairs,
            polynomial: Object.fromEntries(
              columns
                .filter(isNumeric)
                .slice(0, 1)
                .map(({ name }) => [name, degree]),
            ),
            numeric: listed("numeric"),
            categorical: listed("categorical"),
          });
        } catch {
          // Too few rows are left, or names come twice.
          return undefined;
        }
        const p = design.names.length;
        const K = family === "multinomial" ? 3 : 1;
        const coefficient = (j: number): number => {
          const seed = seeds[j % seeds.length] as number;
          return !isFull && seed % 3 === 0 ? 0 : (seed - 20.5) / 7;
        };
        return {
          model: modelOf(
            family,
            Array.from({ length: p * K }, (_, j) => coefficient(j) * (family === "gaussian" ? 1 : 1e-3)),
            Array.from({ length: K }, (_, k) => coefficient(k + 7)),
            { names: [...design.names], encoding: design.encoding },
          ),
          rows: rowsOf("fresh"),
          columns: columns.map(({ name, sqlType, fresh }) => ({ name, type: sqlType, values: fresh.map(sqlValue) })),
          isFull: isFull && columns.every(({ name }) => design.encoding.placesOf(name).length > 0),
        };
      }),
  )
  .filter((one) => one !== undefined);
