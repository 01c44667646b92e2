import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dense, designMatrix, encodingFromJSON, lasso, type TableOptions } from "../../src/index.js";
import "../support/arbitraries.js";
import { naiveDesign, type Rec } from "./naive.js";
import { expectSameMatrix, rowsOf, toColumns } from "./support.js";

const gap = fc.constantFrom(null, undefined, Number.NaN, "", "NA", "null");
/** Quarters, whose sums do not round. */
const number = fc.oneof(
  fc.integer({ min: -40, max: 40 }).map((k) => k / 4),
  fc.constant(0),
);
const level = fc.constantFrom("a", "b", "B", "ß", "zz", "10", "=", ":", "__proto__", "constructor");
const name = fc.constantFrom("x", "age", "Region", "10", "2", "__proto__", "constructor", "a b", "toString", "length");

/** A column of values of one kind, some of them gaps. The first two are values, so that rows without gaps are left. */
const column = (n: number, hasGaps: boolean): fc.Arbitrary<unknown[]> =>
  fc
    .oneof(
      number.map(() => number),
      level.map(() => level),
      fc.boolean().map(() => fc.boolean()),
    )
    .chain((value) =>
      fc
        .tuple(
          fc.array(value as fc.Arbitrary<unknown>, { minLength: n, maxLength: n }),
          fc.array(fc.nat(5), { minLength: n, maxLength: n }),
          fc.array(gap, { minLength: n, maxLength: n }),
        )
        .map(([values, dice, gaps]) => values.map((one, i) => (hasGaps && i > 1 && dice[i] === 0 ? gaps[i] : one))),
    );

interface Case {
  records: Rec[];
  options: TableOptions;
}

const isText = (records: readonly Rec[], key: string): boolean => typeof records[0][key] === "string";

/** A table, and options that fit it. */
const cases: fc.Arbitrary<Case> = fc
  .record({
    n: fc.integer({ min: 3, max: 12 }),
    names: fc.uniqueArray(name, { minLength: 1, maxLength: 5 }),
    missing: fc.constantFrom("mean" as const, "indicator" as const, "drop" as const),
    hasGaps: fc.boolean(),
    reference: fc.constantFrom("none" as const, "first" as const),
    sparse: fc.constantFrom("auto" as const, true, false),
    seeds: fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
  })
  .chain(({ n, names, hasGaps, missing, reference, sparse, seeds }) =>
    fc.tuple(...names.map(() => column(n, hasGaps))).map((columns): Case => {
      const records = Array.from({ length: n }, (_, i) =>
        JSON.parse("{}", () => {
          const record = {};
          // Own properties, whatever they are called
          names.forEach((key, j) => {
            Object.defineProperty(record, key, {
              value: columns[j][i],
              enumerable: true,
              writable: true,
              configurable: true,
            });
          });
          return record;
        }),
      ) as Rec[];
      const [a, b] = [names[seeds[0] % names.length], names[seeds[1] % names.length]];
      const numeric = Object.keys(records[0]).filter((key) => !isText(records, key));
      const power = numeric[seeds[2] % Math.max(1, numeric.length)];
      const options: TableOptions = {
        missing,
        reference,
        sparse,
        // Levels "10" alone would read as numbers.
        categorical: Object.keys(records[0]).filter((key) => isText(records, key) || seeds[3] % 3 === 0),
        ...(a !== b && seeds[3] % 2 === 0 && { interactions: [[a, b]] }),
      };
      const isPower = power !== undefined && seeds[3] % 3 !== 0 && seeds[3] % 2 === 1;
      const polynomial = Object.fromEntries(isPower ? [[power, 2 + (seeds[2] % 2)]] : []);
      return { records, options: { ...options, polynomial } };
    }),
  );

const check = (property: (one: Case) => void): void => fc.assert(fc.property(cases, property), { numRuns: 300 });

/** Tables in which two columns of X would have one name, or with no value in a column, are for other tests. */
function design({ records, options }: Case) {
  try {
    return designMatrix(records, options);
  } catch (error) {
    expect((error as Error).message).toMatch(
      /must not make two columns of X with the same name|must have a column for X/,
    );
    return undefined;
  }
}

describe("designMatrix", () => {
  test("is what its definition says, name by name and cell by cell", () => {
    let compared = 0;
    check((one) => {
      const made = design(one);
      if (made === undefined) return;
      const expected = naiveDesign(one.records, one.options);
      expect(made.names).toEqual(expected.names);
      expect(Array.from(made.rows)).toEqual(expected.rows);
      expect(rowsOf(made.X).map((row) => row.map((value) => value + 0))).toEqual(
        expected.X.map((row) => row.map((value) => value + 0)),
      );
      compared += 1;
    });
    expect(compared).toBeGreaterThan(200);
  });

  test("gives the same X, bit for bit, of records, columns and chunks", () => {
    check((one) => {
      const made = design(one);
      if (made === undefined) return;
      const names = Object.keys(one.records[0]);
      const columns = Object.fromEntries(names.map((key) => [key, one.records.map((record) => record[key])]));
      const chunk = { names, columns, rows: one.records.length };
      expectSameMatrix(designMatrix(chunk, one.options).X, made.X);
      expectSameMatrix(designMatrix(toColumns(one.records) as never, one.options).X, made.X);
    });
  });

  test("is compressed where more than 90 % of X is 0", () => {
    check((one) => {
      const made = design(one);
      if (made === undefined || one.options.sparse !== "auto") return;
      const cells = rowsOf(made.X).flat();
      const zeros = cells.filter((value) => value === 0).length;
      expect("values" in made.X).toBe(zeros > 0.9 * cells.length);
    });
  });

  test("leaves the table as it is", () => {
    check((one) => {
      const print = (): string => one.records.map((record) => Object.entries(record).join()).join("\n");
      const before = print();
      design(one);
      expect(print()).toBe(before);
    });
  });
});

describe("an encoding", () => {
  test("gives of the rows in X that X again, bit for bit", () => {
    check((one) => {
      const made = design(one);
      if (made === undefined) return;
      const kept = Array.from(made.rows, (row) => one.records[row]);
      expectSameMatrix(made.encoding.apply(kept), made.X);
    });
  });

  test("is the same after JSON and structuredClone", () => {
    check((one) => {
      const made = design(one);
      if (made === undefined) return;
      const kept = Array.from(made.rows, (row) => one.records[row]);
      const json = JSON.stringify(made.encoding);
      for (const copy of [JSON.parse(json), structuredClone(made.encoding), made.encoding, made.encoding.toJSON()]) {
        const again = encodingFromJSON(copy);
        expect(JSON.stringify(again)).toBe(json);
        expectSameMatrix(again.apply(kept), made.X);
      }
    });
  });

  test("finds columns in any order, among others", () => {
    check((one) => {
      const made = design(one);
      if (made === undefined) return;
      const kept = Array.from(made.rows, (row) => one.records[row]);
      const names = Object.keys(one.records[0]).reverse();
      const columns = Object.fromEntries(names.map((key) => [key, kept.map((record) => record[key])]));
      const others = { ...columns, another: kept.map(() => "?") };
      const other = { names: ["another", ...names], columns: others, rows: kept.length };
      expectSameMatrix(made.encoding.apply(other), made.X);
    });
  });
});

test("A model of a table predicts rows of the table as those of X, whatever the order of its columns", () => {
  check((one) => {
    const made = design(one);
    if (made === undefined || made.rows.length < 3) return;
    const y = Array.from(made.rows, (row) => (row * 7) % 5);
    const model = lasso(made.X, y, { lambda: 0.1, maxIterations: 100 });
    const kept = Array.from(made.rows, (row) => one.records[row]);
    const expected = model.predict(made.X);
    expect(model.predict(kept)).toEqual(expected);
    const backwards = Object.fromEntries(Object.entries(toColumns(kept)).reverse());
    if (!Object.keys(kept[0]).includes("__proto__")) expect(model.predict(backwards)).toEqual(expected);
    const plain = dense(Float64Array.from(rowsOf(made.X).flat()), made.X.rows, made.X.columns);
    model.predict(plain).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 10);
    });
  });
});
