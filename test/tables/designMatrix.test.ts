import { describe, expect, test } from "vitest";
import { type DenseMatrix, designMatrix, lasso, type SparseMatrix, type TableOptions } from "../../src/index.js";
import { rowsOf } from "./support.js";

const people = [
  { id: "p1", age: 31, region: "north", smoker: true, charges: 12 },
  { id: "p2", age: 45, region: "south", smoker: false, charges: 30 },
  { id: "p3", age: 28, region: "north", smoker: false, charges: 21 },
];

/** Names and rows of X. */
function made(table: Parameters<typeof designMatrix>[0], options?: TableOptions) {
  const { X, names } = designMatrix(table, options);
  expect(X.names).toBe(names);
  expect(X.encoding?.names).toBe(names);
  return [names, rowsOf(X)];
}

describe("columns of X", () => {
  test("are numbers as they are and each level of a category, in the order of the table", () => {
    expect(made(people, { target: "charges", exclude: ["id"] })).toEqual([
      ["age", "region=north", "region=south", "smoker"],
      [
        [31, 1, 0, 1],
        [45, 0, 1, 0],
        [28, 1, 0, 0],
      ],
    ]);
  });

  test("are those of include, in the order of the table, without those of exclude", () => {
    const options = { include: ["smoker", "charges", "age"], exclude: ["charges"] };
    expect(made(people, options)[0]).toEqual(["age", "smoker"]);
  });

  test("of records are the union of their keys, by first appearance", () => {
    const [names] = made([{ b: 1 }, { a: 2, b: 1 }, { c: 3, b: 2, a: 1 }], { missing: "mean" });
    expect(names).toEqual(["b", "a", "c"]);
  });

  test("of dates are days, with fractions, of bigints numbers, of booleans 0 and 1", () => {
    const table = {
      day: [new Date(0), new Date(86_400_000 * 1.5)],
      count: [2n ** 53n, -(2n ** 53n)],
      isNew: [false, true],
    };
    expect(made(table)).toEqual([
      ["day", "count", "isNew"],
      [
        [0, 9007199254740992, 0],
        [1.5, -9007199254740992, 1],
      ],
    ]);
  });

  test("of typed arrays are numbers", () => {
    const table = { a: Float32Array.of(0.5, 1), b: BigUint64Array.of(3n, 4n), c: Uint8Array.of(5, 6) };
    expect(made(table)[1]).toEqual([
      [0.5, 3, 5],
      [1, 4, 6],
    ]);
  });

  test("may mix numbers and bigints", () => {
    expect(made({ a: [1, 2n, 0.5] })[1]).toEqual([[1], [2], [0.5]]);
    expect(designMatrix({ a: [1n, 0.5] }).encoding.columns[0]).toMatchObject({ type: "number" });
  });

  test("of levels are sorted by code unit", () => {
    const levels = ["b", "a", "B", "10", "9", "ä", "\u{1F600}", "\uFFFD"];
    expect(made({ a: levels })[0]).toEqual([...levels].sort().map((level) => `a=${level}`));
    expect([...levels].sort()).toEqual(["10", "9", "B", "a", "b", "ä", "\u{1F600}", "\uFFFD"]);
  });

  test("that are listed as categories have levels, whatever they hold", () => {
    const day = new Date(Date.UTC(2024, 1, 29));
    const table = {
      rooms: [10, 9, 10],
      flag: [true, false, true],
      n: [1n, 2n ** 80n, 1n],
      day: [day, day, new Date(0)],
    };
    const [names, rows] = made(table, { categorical: ["rooms", "flag", "n", "day"] });
    expect(names).toEqual([
      "rooms=10",
      "rooms=9",
      "flag=false",
      "flag=true",
      "n=1",
      "n=1208925819614629174706176",
      "day=1970-01-01T00:00:00.000Z",
      "day=2024-02-29T00:00:00.000Z",
    ]);
    expect((rows as number[][])[1]).toEqual([0, 1, 1, 0, 0, 1, 0, 1]);
  });

  test("of strings that read as numbers are what the options say", () => {
    const table = { a: ["1.5", " -2e1 ", "0x10"] };
    expect(made(table, { numeric: ["a"] })).toEqual([["a"], [[1.5], [-20], [16]]]);
    expect(made(table, { categorical: ["a"] })[0]).toEqual(["a= -2e1 ", "a=0x10", "a=1.5"]);
  });

  test("of strings of which only some read as numbers are categories", () => {
    expect(made({ a: ["1", "2", "3+"] })[0]).toEqual(["a=1", "a=2", "a=3+"]);
  });
});

describe("reference", () => {
  const table = { a: ["y", "x", "y"], b: ["q", "r", "q"], n: [1, 2, 3] };
  test.each<[string, TableOptions["reference"], string[]]>([
    ["none: every level has a column", "none", ["a=x", "a=y", "b=q", "b=r", "n"]],
    ["first: all but the first", "first", ["a=y", "b=r", "n"]],
    ["by column: all but that one, others have all", { a: "y" }, ["a=x", "b=q", "b=r", "n"]],
  ])("%s", (_, reference, expected) => expect(made(table, { reference })[0]).toEqual(expected));

  test("by column of numbers", () => {
    expect(made({ a: [1, 2, 3] }, { categorical: ["a"], reference: { a: 2 } })[0]).toEqual(["a=1", "a=3"]);
  });
});

describe("interactions and powers", () => {
  const table = { age: [2, 3], region: ["n", "s"], sex: ["m", "f"], bmi: [5, 7] };
  const behind = (options: TableOptions) => {
    const { X, names } = designMatrix(table, options);
    return [names.slice(6), rowsOf(X).map((row) => row.slice(6))];
  };

  test("come last: products of numbers, of numbers with levels, of levels", () => {
    expect(behind({ interactions: [["age", "bmi"]] })).toEqual([["age:bmi"], [[10], [21]]]);
    const levels = ["age:region=n", "age:region=s"];
    expect(behind({ interactions: [["age", "region"]] })).toEqual([
      levels,
      [
        [2, 0],
        [0, 3],
      ],
    ]);
    const names = ["region=n:age", "region=s:age"];
    expect(behind({ interactions: [["region", "age"]] })).toEqual([
      names,
      [
        [2, 0],
        [0, 3],
      ],
    ]);
    expect(behind({ interactions: [["sex", "region"]] })).toEqual([
      ["sex=f:region=n", "sex=f:region=s", "sex=m:region=n", "sex=m:region=s"],
      [
        [0, 0, 1, 0],
        [0, 1, 0, 0],
      ],
    ]);
  });

  test("come in the order of the options, interactions first", () => {
    const options = { interactions: [["bmi", "age"]], polynomial: { bmi: 3, age: 2 } } satisfies TableOptions;
    expect(behind({ ...options, interactions: [["bmi", "age"]] })).toEqual([
      ["bmi:age", "bmi^2", "bmi^3", "age^2"],
      [
        [10, 25, 125, 4],
        [21, 49, 343, 9],
      ],
    ]);
  });

  test("leave out the reference", () => {
    expect(made(table, { reference: "first", interactions: [["region", "sex"]] })[0]).toEqual([
      "age",
      "region=s",
      "sex=m",
      "bmi",
      "region=s:sex=m",
    ]);
  });
});

describe("gaps", () => {
  const table = { age: [20, null, 40, Number.NaN], sex: ["f", "", "m", "NA"], y: [1, 2, 3, 4] };

  test("mean: the mean of a column, and a last level of a category", () => {
    const { X, names, notes, rows } = designMatrix(table, { target: "y", missing: "mean" });
    expect(names).toEqual(["age", "sex=f", "sex=m", "sex=(missing)"]);
    expect(rowsOf(X)).toEqual([
      [20, 1, 0, 0],
      [30, 0, 0, 1],
      [40, 0, 1, 0],
      [30, 0, 0, 1],
    ]);
    expect(Array.from(rows)).toEqual([0, 1, 2, 3]);
    expect(notes).toEqual([
      '2 gaps in "age" are filled with its mean, 30',
      '2 gaps in "sex" are a level of their own, "sex=(missing)"',
    ]);
  });

  test("indicator: a column behind each column of numbers that has gaps", () => {
    const { names, X } = designMatrix({ ...table, bmi: [1, 2, 3, 4] }, { target: "y", missing: "indicator" });
    expect(names).toEqual(["age", "age (missing)", "sex=f", "sex=m", "sex=(missing)", "bmi"]);
    expect(rowsOf(X).map((row) => row[1])).toEqual([0, 1, 0, 1]);
  });

  test("drop: rows with any gap are left out, of the target too", () => {
    const more = { ...table, y: [1, 2, null, 4], z: [5, 6, 7, 8], unused: [null, null, null, null] };
    const { X, y, names, rows, notes, offset } = designMatrix(more, {
      target: "y",
      offset: "z",
      exclude: ["unused"],
      missing: "drop",
    });
    expect(Array.from(rows)).toEqual([0]);
    expect(names).toEqual(["age", "sex=f"]);
    expect([rowsOf(X), y, offset]).toEqual([[[20, 1]], Float64Array.of(1), Float64Array.of(5)]);
    expect(notes).toEqual(['3 of 4 rows are left out for gaps: 2 in column "age", 2 in column "sex", 1 in column "y"']);
  });

  test("drop: levels and means are those of the rows that are left", () => {
    const { encoding } = designMatrix({ a: [1, 3, 100], b: ["x", "y", null] }, { missing: "drop" });
    expect(encoding.columns).toMatchObject([{ mean: 2 }, { levels: ["x", "y"], missingLevel: false }]);
  });

  test("are the strings of naValues, and no others", () => {
    const one = { a: ["-", "x", "NA"] };
    expect(made(one, { naValues: ["-"], missing: "mean" })[0]).toEqual(["a=NA", "a=x", "a=(missing)"]);
    expect(made({ a: ["", "x"] }, { naValues: [] })[0]).toEqual(["a=", "a=x"]);
  });

  test("are dates that are none", () => {
    expect(made({ a: [new Date(0), new Date(Number.NaN)] }, { missing: "mean" })[1]).toEqual([[0], [0]]);
  });

  test("of a column that is not used are nobody's business", () => {
    expect(made({ a: [1, 2], b: [null, {}] }, { exclude: ["b"] })).toEqual([["a"], [[1], [2]]]);
  });

  test("the mean is that of all values, however far from 0 they are", () => {
    const values = Array.from({ length: 1001 }, (_, i) => 1e9 + i / 1024);
    const { encoding } = designMatrix({ a: [...values, null] }, { missing: "mean" });
    expect(encoding.columns[0]).toMatchObject({ mean: 1e9 + 500 / 1024 });
  });
});

describe("what is not in X", () => {
  const table = {
    a: [1, 2, 3],
    y: ["no", "yes", "no"],
    w: [1n, 2n, 3n],
    o: [true, false, true],
    g: ["7", "8", "7"],
  };

  test("target, weights, offset and groups", () => {
    const options = { target: "y", weights: "w", offset: "o", groups: "g" };
    const { X, y, weights, offset, groups } = designMatrix<string[]>(table, options);
    expect(X.names).toEqual(["a"]);
    expect(y).toEqual(["no", "yes", "no"]);
    expect(weights).toEqual(Float64Array.of(1, 2, 3));
    expect(offset).toEqual(Float64Array.of(1, 0, 1));
    expect(groups).toEqual(["7", "8", "7"]);
  });

  test("without a target there is no y", () => {
    const { y, weights } = designMatrix({ a: [1, 2] });
    expect([y, weights]).toEqual([undefined, undefined]);
  });

  test.each([
    ["booleans", [true, false], {}, Float64Array.of(1, 0)],
    ["dates", [new Date(0), new Date(864e5)], {}, Float64Array.of(0, 1)],
    ["strings that are numbers", ["1", "2"], { numeric: ["y"] }, Float64Array.of(1, 2)],
    ["strings that are no numbers", ["1", "2"], { categorical: ["y"] }, ["1", "2"]],
    ["numbers that are labels", [1, 2], { categorical: ["y"] }, ["1", "2"]],
  ])("a target of %s", (_, y, options, expected) => {
    expect(designMatrix({ a: [1, 2], y }, { target: "y", ...options }).y).toEqual(expected);
  });

  test("groups of numbers are numbers, unless they are listed as categories", () => {
    const table = { a: [1, 2], g: [3n, 4n] };
    expect(designMatrix(table, { groups: "g" }).groups).toEqual(Float64Array.of(3, 4));
    expect(designMatrix(table, { groups: "g", categorical: ["g"] }).groups).toEqual(["3", "4"]);
  });
});

describe("sparse", () => {
  const names = Array.from({ length: 11 }, (_, k) => `k${String.fromCharCode(97 + k)}`);
  test("auto: where more than 90 % of X is 0", () => {
    const { X } = designMatrix({ a: names });
    expect(X).toHaveProperty("columnPointers");
    expect((X as SparseMatrix).values).toEqual(new Float64Array(11).fill(1));
    // One of ten is not more than that.
    expect(designMatrix({ a: names.slice(1) }).X).toHaveProperty("order", "column");
  });

  test("as told otherwise", () => {
    expect(designMatrix({ a: names }, { sparse: false }).X).toHaveProperty("order", "column");
    const { values, rowIndices, columnPointers } = designMatrix({ a: [0, 2, 0], b: ["x", "x", "y"] }, { sparse: true })
      .X as SparseMatrix;
    expect([values, rowIndices, columnPointers]).toEqual([
      Float64Array.of(2, 1, 1, 1),
      Int32Array.of(1, 0, 1, 2),
      Int32Array.of(0, 1, 3, 4),
    ]);
  });

  test("fits of the one and of the other agree", () => {
    const table = { a: [0, 2, 0, 1], b: ["x", "x", "y", "z"] };
    const y = [1, 2, 4, 3];
    const [one, other] = [true, false].map((sparse) => lasso(designMatrix(table, { sparse }).X, y, { lambda: 0.1 }));
    one.coefficients.forEach((value, j) => {
      expect(value).toBeCloseTo(other.coefficients[j], 6);
    });
  });
});

test("A dense X lies column after column", () => {
  expect((designMatrix({ a: [1, 2], b: [3, 4] }).X as DenseMatrix).data).toEqual(Float64Array.of(1, 2, 3, 4));
});

test("More records than are read at a time are all read", () => {
  const records = Array.from({ length: 2000 }, (_, i) => ({
    a: i,
    b: i % 7 === 3 ? null : `l${i % 3}`,
    c: i % 2 === 0,
  }));
  for (const sparse of [true, false]) {
    for (const missing of ["drop", "mean"] as const) {
      const { X, rows } = designMatrix(records, { missing, sparse });
      rowsOf(X).forEach((row, k) => {
        const i = rows[k];
        const levels = [0, 1, 2].map((m) => (i % 7 !== 3 && i % 3 === m ? 1 : 0));
        expect(row).toEqual([i, ...levels, ...(missing === "mean" ? [i % 7 === 3 ? 1 : 0] : []), i % 2 === 0 ? 1 : 0]);
      });
      expect(rows.length).toBe(missing === "mean" ? 2000 : records.filter(({ b }) => b !== null).length);
    }
  }
});

test("A category that tells rows apart is noted", () => {
  const id = Array.from({ length: 40 }, (_, i) => `p${i}`);
  expect(designMatrix({ id, a: id.map((_, i) => i) }).notes).toEqual([
    '"id" has 40 levels in 40 rows: what only tells rows apart is better left out, by "exclude"',
  ]);
});
