import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AnyModel, designMatrix, exportModel, lasso } from "../../src/index.js";
import { cases, expectClose, hostileNames, modelOf, predicted } from "./models.js";
import { evaluate, type Postgres } from "./postgres.js";
import { attempt, tableCases } from "./tables.js";

/** Starting a database takes a while. */
const PATIENCE = 120_000;

/** What exported SQL must give, in any PostgreSQL. */
export function testSql(start: () => Promise<Postgres>): void {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await start();
  }, PATIENCE);
  afterAll(() => postgres?.close(), PATIENCE);

  /** The exported model for rows of numbers, in columns of the names that the model has. */
  const run = async (model: AnyModel, X: number[][], type = "double precision"): Promise<number[]> => {
    const names = model.names ?? X[0]?.map((_, j) => `x${j}`) ?? [];
    const columns = names.map((name, j) => ({ name, type, values: X.map((row) => row[j] as number) }));
    return (await evaluate(postgres, exportModel(model, "sql"), columns)).flat() as number[];
  };

  describe("a model as SQL", () => {
    test("predicts the same", async () => {
      await fc.assert(
        fc.asyncProperty(cases, async ({ model, X }) => expectClose(await run(model, X), predicted(model, X))),
      );
    });

    test("predicts the same for rows of tables, and is NULL where a prediction refuses a row", async () => {
      await fc.assert(
        fc.asyncProperty(tableCases, async ({ model, rows, columns, isFull }) => {
          const values = await evaluate(postgres, exportModel(model, "sql"), columns);
          rows.forEach((row, i) => {
            const expected = attempt(() => predicted(model, [row]));
            if (expected !== undefined) {
              expectClose([values[i]].flat() as number[], expected);
              if (model.family === "gaussian") expect(values[i]).toBe(expected[0]);
            } else if (isFull) expect(values[i]).toBeNull();
          });
        }),
        { numRuns: 300 },
      );
    });

    test("gives the bits of predict", async () => {
      const X = [
        [1e8 + 0.3, 0.1, 3e7],
        [1e8 + 0.9, 0.7, 3e7],
        [1e8 - 0.2, 0.2, 3e7 + 1],
        [1e8, 0.4, 3e7 - 1],
      ];
      const model = lasso(X, [1, 3, 2, 2.5], { lambda: 0.01 });
      expect(await run(model, X)).toEqual(Array.from(model.predict(X)));
      // Exact decimals of numeric columns become double precision first.
      expect(await run(model, X, "numeric")).toEqual(Array.from(model.predict(X)));
    });

    test("holds any number to the last bit", async () => {
      for (const value of [
        5e-324,
        2.2250738585072014e-308,
        1.7976931348623157e308,
        0.1,
        -1 / 3,
        1e21,
        1e-7,
        1 + 2 ** -52,
      ]) {
        expect(await run(modelOf("gaussian", [value], [-0]), [[1], [0], [-1]])).toEqual([value, 0, -value]);
        expect(await run(modelOf("gaussian", [0], [value]), [[1]])).toEqual([value]);
      }
    });

    test("subnormal coefficients have products as they are rounded", async () => {
      const X = [[0.5], [0.6], [1e300], [-0.5], [-0.6], [0]];
      const model = modelOf("gaussian", [5e-324], [0]);
      expectClose(await run(model, X), model.predict(X) as Float64Array);
    });

    test("extremes of η are 0, 1 and Infinity", async () => {
      const X = [[-1e308], [-800], [-745], [-700], [0], [40], [700], [800], [1e308]];
      for (const model of [modelOf("binomial", [1], [0]), modelOf("poisson", [1], [0])]) {
        expectClose(await run(model, X), predicted(model, X));
      }
      const Z = [[-800], [-720], [0], [720], [800]];
      const model = modelOf("multinomial", [1, 0, 1], [0, 0, 0]);
      expectClose(await run(model, Z), predicted(model, Z));
    });

    test.each(hostileNames)("takes a column named %j", async (name) => {
      const model = modelOf("binomial", [2, 3], [1], { names: [name, "other"] });
      expectClose(await run(model, [[0.5, -0.25]]), predicted(model, [[0.5, -0.25]]));
    });

    test("reads no column whose coefficient is 0", async () => {
      const sql = exportModel(modelOf("gaussian", [2, 0], [1], { names: ["a", "b"] }), "sql");
      expect(await evaluate(postgres, sql, [{ name: "a", type: "integer", values: [3] }])).toEqual([7]);
    });

    test.each(["gaussian", "binomial", "poisson", "multinomial"] as const)("is NULL for a gap, %s", async (family) => {
      const isMany = family === "multinomial";
      const model = modelOf(family, isMany ? [1, 2, 3, 4] : [1, 2], isMany ? [5, 6] : [5], { names: ["a", "b"] });
      const columns = [
        { name: "a", type: "real", values: [1, null] },
        { name: "b", type: "numeric", values: [null, 1] },
      ];
      expect(await evaluate(postgres, exportModel(model, "sql"), columns)).toEqual([null, null]);
    });

    test("reads texts as numbers, dates and booleans of their own types, and gaps by name", async () => {
      const table = [
        { age: 30, member: true, since: new Date("2020-01-01"), dose: "1.5", region: "north" },
        { age: null, member: false, since: new Date("2021-06-01T12:00Z"), dose: "-2e1", region: "NA" },
        { age: 50, member: true, since: new Date("1969-01-01"), dose: "", region: "it's" },
      ];
      const { X, names, encoding } = designMatrix(table, { numeric: ["dose"], missing: "indicator" });
      const w = [0.5, 4, -2, 0.001, 3, 16, 7, 8, 9];
      expect(names).toHaveLength(w.length);
      const model = modelOf("gaussian", w, [1], { names: [...names], encoding });
      const columns = [
        { name: "age", type: "integer", values: [30, null, 50] },
        { name: "member", type: "boolean", values: [true, false, true] },
        {
          name: "since",
          type: "timestamptz",
          values: ["2020-01-01 00:00+00", "2021-06-01 14:00+02", "1969-01-01 00:00+00"],
        },
        { name: "dose", type: "text", values: ["1.5", "-2e1", ""] },
        { name: "region", type: "text", values: ["north", "NA", "it's"] },
      ];
      const values = await evaluate(postgres, exportModel(model, "sql"), columns);
      expect(values).toEqual(Array.from(model.predict(X) as Float64Array));
      const asDate = columns.map((column) => (column.name === "since" ? { ...column, type: "date" } : column));
      const [first] = await evaluate(postgres, exportModel(model, "sql"), asDate);
      expect(first).toBe(values[0]);
    });

    test("a category of 2,000 levels", async () => {
      const names = Array.from({ length: 2000 }, (_, k) => `level ${k}`);
      const { X, encoding } = designMatrix(names.map((zip) => ({ zip })));
      const w = names.map((_, k) => Math.sin(k));
      const model = modelOf("gaussian", w, [1], { names: [...encoding.names], encoding });
      const some = [0, 1, 999, 1999];
      const columns = [{ name: "zip", type: "text", values: [...some.map((k) => names[k] as string), "new"] }];
      const values = await evaluate(postgres, exportModel(model, "sql"), columns);
      const all = model.predict(X) as Float64Array;
      const expected = some.map((k) => all[names.indexOf(names[k] as string)]);
      expect(values).toEqual([...expected, null]);
    });

    test("can stand in aggregates, conditions and orders", async () => {
      const sql = exportModel(modelOf("poisson", [1], [0], { names: ["eta"] }), "sql");
      const rows = await postgres.query(
        `SELECT avg(${sql}) FROM (VALUES (0.0), (1.0)) AS linear (eta) WHERE ${sql} > 0 GROUP BY ${sql} ORDER BY ${sql}`,
      );
      expectClose(rows.flat() as number[], [1, Math.E]);
    });

    test.each(["gaussian", "binomial", "multinomial"] as const)(
      "has room for 5,000 coefficients, %s",
      async (family) => {
        const p = 5000;
        const K = family === "multinomial" ? 3 : 1;
        const w = Array.from({ length: K * p }, (_, j) => Math.fround(Math.sin(j)) / 50);
        const names = Array.from({ length: p }, (_, j) => `column ${j}`);
        const model = modelOf(family, w, K === 3 ? [0.1, 0, -0.1] : [0.1], { names });
        const row = names.map((_, j) => ((j * 7) % 11) / 4 - 1);
        // A table of PostgreSQL has at most 1,600 columns, so that these are subqueries.
        const list = (from: number): string =>
          names
            .slice(from, from + 1000)
            .map((name, j) => `CAST(${row[from + j]} AS real) AS "${name}"`)
            .join(", ");
        const tables = [0, 1000, 2000, 3000, 4000].map((from) => `(SELECT ${list(from)}) AS t${from}`).join(", ");
        const [[value]] = (await postgres.query(`SELECT ${exportModel(model, "sql")} FROM ${tables}`)) as [[unknown]];
        expectClose([value].flat() as number[], predicted(model, [row]), 1e-2);
      },
    );
  });
}
