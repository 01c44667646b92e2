import { describe } from "vitest";
import { describe as describeValue } from "../../src/errors.js";
import { dense, lasso, type SparseParts, sparse } from "../../src/index.js";
import { infinity, nan, type Refusal, testRefusals, wrong } from "../models/refusals.js";

const y = [1, 2];
const fitted = (X: unknown) => lasso(wrong(X), y, { lambda: 1 });
const six = Float64Array.of(1, 2, 3, 4, 5, 6);

describe("refusals: dense", () =>
  testRefusals([
    ["data is short", () => dense(six, 2, 4), "ERR_LENGTH", '"data" must have 8 values (2 × 4), got 6'],
    [
      "data is an array",
      () => dense(wrong([1, 2]), 1, 2),
      "ERR_TYPE",
      '"data" must be a Float64Array or a Float32Array',
    ],
    ["data is whole", () => dense(wrong(Int32Array.of(1, 2)), 1, 2), "ERR_TYPE", "got Int32Array(2)"],
    ["data is missing", () => dense(wrong(undefined), 1, 2), "ERR_TYPE", "got undefined"],
    ["half a row", () => dense(six, 1.5, 4), "ERR_VALUE", '"rows" must be a whole number at least 0, got 1.5'],
    ["negative columns", () => dense(six, 2, -3), "ERR_VALUE", '"columns" must be a whole number at least 0, got -3'],
    ["rows is text", () => dense(six, wrong("2"), 3), "ERR_TYPE", '"rows" must be a number, got "2"'],
    ["another order", () => dense(six, 2, 3, { order: wrong("C") }), "ERR_VALUE", '"order" must be "row" or "column"'],
    ["another option", () => dense(six, 2, 3, wrong({ layout: "row" })), "ERR_OPTION", 'dense has no option "layout"'],
    ["options is text", () => dense(six, 2, 3, wrong("row")), "ERR_TYPE", "the options of dense must be an object"],
    [
      "NaN, by column",
      () => fitted(dense(Float32Array.of(1, 2, nan, 4), 2, 2, { order: "column" })),
      "ERR_NOT_FINITE",
      '"X" must be finite, got NaN in row 0, column 1',
    ],
  ]));

describe("refusals: sparse", () => {
  const parts: SparseParts = {
    rows: 2,
    columns: 3,
    values: [1, 2, 3],
    rowIndices: [0, 1, 0],
    columnPointers: [0, 2, 2, 3],
  };
  const { values: _, ...withoutValues } = parts;
  const made = (more: object) => () => sparse(wrong({ ...parts, ...more }));
  testRefusals([
    ["values is missing", () => sparse(wrong(withoutValues)), "ERR_TYPE", '"values" must be an array of numbers'],
    ["values is text", made({ values: "123" }), "ERR_TYPE", '"values" must be an array of numbers, got "123"'],
    ["parts is missing", () => sparse(wrong(undefined)), "ERR_TYPE", "the options of sparse must be an object"],
    ["another part", made({ indices: [] }), "ERR_OPTION", 'sparse has no option "indices"'],
    ["rows is missing", made({ rows: undefined }), "ERR_TYPE", '"rows" must be a number, got undefined'],
    ["negative rows", made({ rows: -1 }), "ERR_VALUE", '"rows" must be a whole number'],
    ["half a column", made({ columns: 2.5 }), "ERR_VALUE", '"columns" must be a whole number'],
    ["an index too few", made({ rowIndices: [0, 1] }), "ERR_LENGTH", '"rowIndices" must have 3 values, got 2'],
    [
      "a pointer too few",
      made({ columnPointers: [0, 2, 3] }),
      "ERR_LENGTH",
      '"columnPointers" must have 4 values, got 3',
    ],
    ["pointers from 1", made({ columnPointers: [1, 2, 2, 3] }), "ERR_VALUE", "must run from 0 to 3, got 1 to 3"],
    ["pointers to 2", made({ columnPointers: [0, 2, 2, 2] }), "ERR_VALUE", "must run from 0 to 3, got 0 to 2"],
    ["pointers that fall", made({ columnPointers: [0, 2, 1, 3] }), "ERR_VALUE", "must not decrease, got 1 after 2"],
    [
      "pointers that repeat values",
      made({ columnPointers: [0, 3, 0, 3] }),
      "ERR_VALUE",
      "must not decrease, got 0 after 3",
    ],
    ["pointers past the end", made({ columnPointers: [0, 2, 4, 3] }), "ERR_VALUE", "must not decrease, got 3 after 4"],
    ["a row too far", made({ rowIndices: [0, 2, 0] }), "ERR_VALUE", "whole numbers from 0 to 1, got 2 at 1"],
    ["a negative row", made({ rowIndices: [0, -1, 0] }), "ERR_VALUE", "whole numbers from 0 to 1, got -1 at 1"],
    ["half a row", made({ rowIndices: [0, 0.5, 0] }), "ERR_VALUE", "whole numbers from 0 to 1, got 0.5 at 1"],
    ["a row twice", made({ rowIndices: [1, 1, 0] }), "ERR_VALUE", "must not repeat a row, got 1 twice in column 0"],
    ["a row of half a value more", made({ rowIndices: Float64Array.of(0, 1.9, 0) }), "ERR_VALUE", "got 1.9 at 1"],
    ["a row beyond 32 bits", made({ rowIndices: [0, 4294967297, 0] }), "ERR_VALUE", "got 4294967297 at 1"],
    ["a row that is NaN", made({ rowIndices: [0, nan, 0] }), "ERR_VALUE", "got NaN at 1"],
    ["a row that is null", made({ rowIndices: [0, null, 0] }), "ERR_TYPE", '"rowIndices" must hold numbers, got null'],
    ["a row that is text", made({ rowIndices: [0, "1", 0] }), "ERR_TYPE", 'must hold numbers, got "1" in row 1'],
    ["rows of bigints", made({ rowIndices: BigInt64Array.of(0n, 1n, 0n) }), "ERR_TYPE", "got BigInt64Array(3)"],
    ["half a pointer", made({ columnPointers: [0, 1.9, 2, 3] }), "ERR_VALUE", "got 1.9 at 1"],
    ["a pointer beyond 32 bits", made({ columnPointers: [0, 4294967298, 2, 3] }), "ERR_VALUE", "got 4294967298 at 1"],
    ["a pointer that is null", made({ columnPointers: [null, 2, 2, 3] }), "ERR_TYPE", "got null in row 0"],
    ["a pointer that is true", made({ columnPointers: [0, true, 2, 3] }), "ERR_TYPE", "got true in row 1"],
    ["pointers with a hole", made({ columnPointers: Array(4) }), "ERR_TYPE", "got undefined in row 0"],
    [
      "a value that is null",
      made({ values: [1, null, 3] }),
      "ERR_TYPE",
      '"values" must hold numbers, got null in row 1',
    ],
    ["a value that is text", made({ values: [1, "7", 3] }), "ERR_TYPE", 'got "7" in row 1'],
    ["a value that is true", made({ values: [1, 2, true] }), "ERR_TYPE", "got true in row 2"],
    ["values of bigints", made({ values: new BigUint64Array(3) }), "ERR_TYPE", "got BigUint64Array(3)"],
    [
      "an infinite value",
      () => fitted(sparse({ ...parts, values: [1, 2, infinity] })),
      "ERR_NOT_FINITE",
      '"X" must be finite, got Infinity in row 0, column 2',
    ],
  ]);
});

describe("refusals: rows", () =>
  testRefusals([
    ["a short one", () => fitted([[1, 2], [3]]), "ERR_LENGTH", '"X" must have 2 values in each row, got 1 in row 1'],
    ["a long one", () => fitted([[1], [3, 4]]), "ERR_LENGTH", '"X" must have 1 values in each row, got 2 in row 1'],
    ["text for one", () => fitted([[1, 2], "34"]), "ERR_TYPE", '"X" must hold arrays of numbers, got "34" as row 1'],
    ["none at all", () => fitted([[1, 2], null]), "ERR_TYPE", '"X" must hold arrays of numbers, got null as row 1'],
    ["records", () => fitted([{ a: 1 }]), "ERR_TYPE", "got an Object as row 0: designMatrix makes X of tables"],
    ["columns by name", () => fitted({ a: [1] }), "ERR_TYPE", "got an Object: designMatrix makes X of tables"],
    [
      "text in one",
      () =>
        fitted([
          [1, 2],
          [3, "4"],
        ]),
      "ERR_TYPE",
      '"X" must hold numbers, got "4" in row 1, column 1',
    ],
    [
      "a hole in one",
      () =>
        fitted([
          [1, 2],
          [3, undefined],
        ]),
      "ERR_TYPE",
      "got undefined in row 1, column 1",
    ],
    ["bigints", () => fitted([BigInt64Array.of(1n), BigInt64Array.of(2n)]), "ERR_TYPE", "got 1n in row 0, column 0"],
    ["more than y has", () => fitted([[1], [2], [3]]), "ERR_LENGTH", '"y" must have 3 values, got 2'],
  ]));

describe("refusals: what is no number in what other packages hold", () => {
  const others = [null, "", "7", true, 7n, new Date(0), undefined];
  const kinds: [string, (cell: unknown) => unknown][] = [
    ["ml-matrix", (cell) => ({ rows: 2, columns: 2, get: (i: number, j: number) => (i + j === 2 ? cell : 1) })],
    ["ndarray", (cell) => ({ data: [1, 2, 3, cell], shape: [2, 2], stride: [2, 1], offset: 0 })],
    [
      "rows",
      (cell) => [
        [1, 2],
        [3, cell],
      ],
    ],
  ];
  testRefusals(
    kinds.flatMap(([kind, make]) =>
      others.map((cell): Refusal => {
        const name = describeValue(cell);
        const message = `"X" must hold numbers, got ${name} in row 1, column 1`;
        return [`${name} in ${kind}`, () => fitted(make(cell)), "ERR_TYPE", message];
      }),
    ),
  );
});

describe("refusals: what other packages hold", () => {
  const nd = { data: [1, 2, 3, 4], shape: [2, 2], stride: [2, 1], offset: 0 };
  const kinds = '"X" must be dense(...), sparse(...), an array of rows, or a matrix or table of';
  testRefusals([
    ["an ndarray of one dimension", () => fitted({ ...nd, shape: [4], stride: [1] }), "ERR_TYPE", kinds],
    ["an ndarray of three", () => fitted({ ...nd, shape: [1, 2, 2], stride: [4, 2, 1] }), "ERR_TYPE", kinds],
    [
      "an ndarray with too little data",
      () => fitted({ ...nd, data: [1, 2, 3] }),
      "ERR_TYPE",
      "got undefined in row 1, column 1",
    ],
    ["a matrix without get", () => fitted({ rows: 2, columns: 2 }), "ERR_TYPE", kinds],
    ["a matrix with a hole", () => fitted({ rows: 2, columns: 1, get: () => undefined }), "ERR_TYPE", "got undefined"],
    [
      "an Arrow table without its columns",
      () => fitted({ numRows: 2, numCols: 1, getChildAt: () => null }),
      "ERR_TYPE",
      '"X" must have a column 0, got null',
    ],
    [
      "an Arrow table with a short column",
      () => fitted({ numRows: 2, numCols: 1, getChildAt: () => [1] }),
      "ERR_LENGTH",
      '"X" must have 2 values in each column, got 1 in column 0',
    ],
    [
      "an Arrow table with a long column",
      () => fitted({ numRows: 2, numCols: 1, getChildAt: () => [1, 2, 3] }),
      "ERR_LENGTH",
      '"X" must have 2 values in each column, got more in column 0',
    ],
    ["an ndarray of no rows below none", () => fitted({ ...nd, shape: [-2, 2] }), "ERR_VALUE", "got -2"],
    ["an ndarray of NaN rows", () => fitted({ ...nd, shape: [nan, 2] }), "ERR_VALUE", "got NaN"],
    ["an ndarray without an offset", () => fitted({ ...nd, offset: undefined }), "ERR_TYPE", '"X.offset" must be'],
    ["an ndarray of half strides", () => fitted({ ...nd, stride: [2, 0.5] }), "ERR_VALUE", '"X.stride[1]" must be'],
    ["an ndarray of no data", () => fitted({ ...nd, data: null }), "ERR_TYPE", '"X" must be readable'],
    ["a matrix of -1 rows", () => fitted({ rows: -1, columns: 2, get: () => 1 }), "ERR_VALUE", "rows of X"],
    ["a matrix of 1e9 × 1e9", () => fitted({ rows: 1e9, columns: 1e9, get: () => 1 }), "ERR_MEMORY", "at most"],
    [
      "an Arrow table of NaN rows",
      () => fitted({ numRows: nan, numCols: 1, getChildAt: () => [] }),
      "ERR_VALUE",
      "NaN",
    ],
    [
      "an arquero table without its column",
      () => fitted({ numRows: () => 1, columnNames: () => ["a"], array: () => undefined }),
      "ERR_TYPE",
      '"X" must be readable',
    ],
    ["a plain object", () => fitted({ a: [1, 2] }), "ERR_TYPE", kinds],
    ["a map", () => fitted(new Map()), "ERR_TYPE", kinds],
    ["a typed array alone", () => fitted(six), "ERR_TYPE", kinds],
    ["nothing", () => fitted(null), "ERR_TYPE", kinds],
  ]);
});
