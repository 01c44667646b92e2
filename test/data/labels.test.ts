import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ClassWeight, classWeights } from "../../src/data/classWeights.js";
import { toClasses, toLabels } from "../../src/data/toLabels.js";
import { infinity, nan, testRefusals, wrong } from "../models/refusals.js";

describe("labels", () => {
  test("numbers are in numerical order", () => {
    const { classes, codes } = toLabels("y", [10, -1, 2.5, 10, -1]);
    expect(classes).toEqual([-1, 2.5, 10]);
    expect(codes).toEqual(Float64Array.of(2, 0, 1, 2, 0));
  });

  test("strings are in the order of their code units", () => {
    // 🙂 is a pair of surrogates, below U+FF5E in code units and above it in code points.
    const { classes, codes } = toLabels("y", ["b", "～", "🙂", "10", "9", "B"]);
    expect(classes).toEqual(["10", "9", "B", "b", "🙂", "～"]);
    expect(codes).toEqual(Float64Array.of(3, 5, 4, 0, 1, 2));
  });

  test.each<[string, ArrayLike<number>]>([
    ["Float64Array", Float64Array.of(2, 1, 2)],
    ["Float32Array", Float32Array.of(2, 1, 2)],
    ["Int32Array", Int32Array.of(2, 1, 2)],
    ["Uint8Array", Uint8Array.of(2, 1, 2)],
    ["array", [2, 1, 2]],
  ])("%s of numbers", (_type, value) => {
    expect(toLabels("y", value)).toEqual({ classes: [1, 2], codes: Float64Array.of(1, 0, 1) });
  });

  test("zeros of either sign are one class", () => {
    expect(toLabels("y", [0, -0, 1])).toEqual({ classes: [0, 1], codes: Float64Array.of(0, 0, 1) });
  });

  test("every label is that of its code, and classes ascend", () => {
    const labels = fc.oneof(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })), fc.array(fc.string()));
    fc.assert(
      fc.property(labels, (value) => {
        const { classes, codes } = toLabels("y", value);
        expect(Array.from(codes, (code) => classes[code])).toEqual(value.map((label) => (label === 0 ? 0 : label)));
        expect(new Set<unknown>(value).size).toBe(classes.length);
        for (let k = 1; k < classes.length; ++k) expect(classes[k - 1] < classes[k]).toBe(true);
      }),
    );
  });

  test("known classes keep their order, and need not all be there", () => {
    expect(toLabels("y", ["a", "c"], ["c", "b", "a"]).codes).toEqual(Float64Array.of(2, 0));
  });
});

describe("refusals: labels", () =>
  testRefusals([
    ["nothing", () => toLabels("y", undefined), "ERR_TYPE", '"y" must be an array of labels, got undefined'],
    ["text", () => toLabels("y", "abc"), "ERR_TYPE", '"y" must be an array of labels, got "abc"'],
    ["a view of bytes", () => toLabels("y", new DataView(new ArrayBuffer(8))), "ERR_TYPE", "got a DataView"],
    ["both kinds", () => toLabels("y", ["a", 1]), "ERR_TYPE", "all numbers or all strings, got 1 in row 1"],
    ["both kinds, numbers first", () => toLabels("y", [1, "a"]), "ERR_TYPE", 'got "a" in row 1'],
    ["truth values", () => toLabels("y", [true, false]), "ERR_TYPE", "got true in row 0"],
    ["big integers", () => toLabels("y", BigInt64Array.of(1n, 2n)), "ERR_TYPE", "got 1n in row 0"],
    ["a hole", () => toLabels("y", wrong([1, undefined])), "ERR_TYPE", "got undefined in row 1"],
    ["NaN", () => toLabels("y", [1, nan]), "ERR_NOT_FINITE", '"y" must be finite, got NaN in row 1'],
    ["an infinity", () => toLabels("y", Float64Array.of(infinity)), "ERR_NOT_FINITE", "got Infinity in row 0"],
    ["an unknown one", () => toLabels("y", ["a", "x"], ["a", "b"]), "ERR_VALUE", 'labels "a", "b", got "x" in row 1'],
    ["too few", () => toClasses("y", [1, 2], 3), "ERR_LENGTH", '"y" must have 3 values, got 2'],
    [
      "one class",
      () => toClasses("y", [1, 1], 2),
      "ERR_VALUE",
      '"number of classes of y" must be a whole number at least 2, got 1',
    ],
    ["three classes of two", () => toClasses("y", [1, 2, 3], 3, 2), "ERR_VALUE", "must be 2, got 3"],
  ]));

describe("class weights", () => {
  const labels = toLabels("y", ["a", "b", "b", "c", "b"]);

  test("none leave the weights as they are", () => {
    const weights = Float64Array.of(1, 2, 3, 4, 5);
    expect(classWeights(undefined, labels, weights)).toBe(weights);
    expect(classWeights(undefined, labels, undefined)).toBeUndefined();
  });

  test("balanced is n/(K·n_k)", () => {
    const [a, b, c] = [5 / 3, 5 / 9, 5 / 3];
    expect(classWeights("balanced", labels, undefined)).toEqual(Float64Array.of(a, b, b, c, b));
  });

  test("balanced classes have the same weight, and together as much as before", () => {
    const weight = fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 1e3, noNaN: true }));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), weight), { minLength: 1 }), (rows) => {
        const { classes, codes } = toLabels(
          "y",
          rows.map(([label]) => label),
        );
        const weights = Float64Array.from(rows, ([, value]) => value);
        const balanced = classWeights("balanced", { classes, codes }, weights) as Float64Array;
        const sums = (values: Float64Array) =>
          classes.map((_, k) => values.reduce((sum, value, i) => sum + (codes[i] === k ? value : 0), 0));
        const total = weights.reduce((sum, value) => sum + value, 0);
        const before = sums(weights);
        sums(balanced).forEach((sum, k) => {
          expect(sum).toBeCloseTo(before[k] > 0 ? total / classes.length : 0, 6);
        });
      }),
    );
  });

  test.each<[string, ClassWeight]>([
    ["an object", { a: 2, c: 0 }],
    [
      "a Map",
      new Map([
        ["c", 0],
        ["a", 2],
      ]),
    ],
    [
      "pairs",
      [
        ["a", 2],
        ["c", 0],
      ],
    ],
  ])("%s multiplies, and leaves other classes", (_what, table) => {
    expect(classWeights(table, labels, Float64Array.of(1, 2, 3, 4, 5))).toEqual(Float64Array.of(2, 2, 3, 0, 5));
  });

  test("keys of objects are numbers where the labels are", () => {
    const numbers = toLabels("y", [-1, 0.5, 1]);
    expect(classWeights({ "-1": 3, "0.5": 2 }, numbers, undefined)).toEqual(Float64Array.of(3, 2, 1));
    expect(classWeights(new Map([[0.5, 2]]), numbers, undefined)).toEqual(Float64Array.of(1, 2, 1));
  });
});

describe("refusals: class weights", () => {
  const labels = toLabels("y", [0, 1]);
  const weigh = (table: unknown) => classWeights(wrong(table), labels, undefined);
  testRefusals([
    ["text", () => weigh("balance"), "ERR_TYPE", '"classWeight" must be "balanced" or a table of classes'],
    ["null", () => weigh(null), "ERR_TYPE", "got null"],
    ["numbers", () => weigh([1, 2]), "ERR_TYPE", "got Array(2)"],
    ["an unknown class", () => weigh({ 2: 1 }), "ERR_VALUE", 'of the classes 0, 1, got one of "2"'],
    ["a negative weight", () => weigh({ 1: -1 }), "ERR_VALUE", '"classWeight of 1" must be at least 0, got -1'],
    ["NaN", () => weigh([[1, nan]]), "ERR_VALUE", "must be at least 0, got NaN"],
    ["infinite", () => weigh([[1, infinity]]), "ERR_NOT_FINITE", "must be finite, got Infinity"],
    ["text as a weight", () => weigh({ 1: "2" }), "ERR_TYPE", "must be a number"],
  ]);
});
