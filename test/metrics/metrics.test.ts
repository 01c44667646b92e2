import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  accuracy,
  brierScore,
  confusionTable,
  deviance,
  logLoss,
  type MetricOptions,
  meanAbsoluteError,
  meanSquaredError,
  misclassification,
  rocAuc,
  rSquared,
} from "../../src/index.js";
import reference from "../fixtures/metrics.json" with { type: "json" };
import { infinity, nan, type Refusal, testRefusals, wrong } from "../models/refusals.js";

const close = (actual: number, expected: number, size = Math.abs(expected)): void => {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 * size);
};

describe("scikit-learn", () => {
  const { y, predictions, counts, means, binary, probabilities, labels, table, predictedLabels, weights } = reference;
  const rows: [string, (options: MetricOptions) => number, number[]][] = [
    ["meanSquaredError", (options) => meanSquaredError(y, predictions, options), reference.meanSquaredError],
    ["meanAbsoluteError", (options) => meanAbsoluteError(y, predictions, options), reference.meanAbsoluteError],
    ["rSquared", (options) => rSquared(y, predictions, options), reference.rSquared],
    [
      "deviance of counts",
      (options) => deviance(counts, means, { family: "poisson", ...options }),
      reference.poissonDeviance,
    ],
    ["logLoss", (options) => logLoss(binary, probabilities, options), reference.logLoss],
    ["logLoss of three classes", (options) => logLoss(labels, table, options), reference.logLossTable],
    [
      "deviance of classes",
      (options) => deviance(labels, table, { family: "multinomial", ...options }) / 2,
      reference.logLossTable,
    ],
    ["brierScore", (options) => brierScore(binary, probabilities, options), reference.brierScore],
    ["rocAuc", (options) => rocAuc(binary, probabilities, options), reference.rocAuc],
    ["accuracy", (options) => accuracy(labels, predictedLabels, options), reference.accuracy],
    ["misclassification", (options) => 1 - misclassification(labels, predictedLabels, options), reference.accuracy],
  ];
  test.each(rows)("%s", (_name, metric, [plain, weighted]) => {
    close(metric({}), plain);
    close(metric({ weights }), weighted);
  });

  test("a confusion table prints its first classes", () => {
    const weights = [1, 0.123456, 12345];
    expect(String(confusionTable(["a", "b", "b"], ["a", "a", "b"], { weights })).split("\n")).toEqual([
      "  is, taken for        a        b",
      "  ───────────────────────────────",
      "  a               1             0",
      "  b               0.1235   12,345",
    ]);
    const many = Array.from({ length: 50 }, (_, k) => `a long name of class ${k + 10}`);
    const text = String(confusionTable(many, many));
    expect(text.split("\n")).toHaveLength(11);
    expect(text).toMatch(/… and 42 more classes$/);
  });

  test("confusionTable", () => {
    const [plain, weighted] = reference.confusionTable;
    expect(confusionTable(labels, predictedLabels)).toEqual({
      classes: ["ash", "beech", "oak"],
      counts: Float64Array.from(plain),
    });
    confusionTable(labels, predictedLabels, { weights }).counts.forEach((count, k) => {
      close(count, weighted[k]);
    });
  });
});

describe("definitions", () => {
  const weight = fc.integer({ min: 0, max: 3 });
  const score = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.double({ noNaN: true }));
  const scored = fc.array(fc.tuple(fc.boolean(), score, weight), { minLength: 2 }).filter((rows) => {
    const has = (label: boolean): boolean => rows.some(([y, , s]) => y === label && s > 0);
    return has(true) && has(false);
  });

  test("rocAuc counts the pairs that are in order", () => {
    fc.assert(
      fc.property(scored, (rows) => {
        let ordered = 0;
        let pairs = 0;
        for (const [yi, si, wi] of rows) {
          for (const [yj, sj, wj] of rows) {
            if (!yi || yj) continue;
            pairs += wi * wj;
            ordered += wi * wj * (si > sj ? 1 : si === sj ? 0.5 : 0);
          }
        }
        const y = rows.map(([label]) => (label ? "yes" : "no"));
        const weights = rows.map(([, , s]) => s);
        const scores = rows.map(([, value]) => value);
        close(rocAuc(y, scores, { weights }), ordered / pairs, 1);
        const other = rows.map(([label]) => (label ? "a" : "b"));
        close(rocAuc(other, scores, { weights }), 1 - ordered / pairs, 1);
      }),
    );
  });

  test("weights are repeated rows", () => {
    fc.assert(
      fc.property(scored, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (rows, random) => {
        const all = rows.map(([label, , s], i) => ({
          y: label ? 1 : 0,
          count: label ? i % 4 : 2,
          p: random[i % random.length],
          s,
        }));
        const repeated = all.flatMap((row) => Array<typeof row>(row.s).fill(row));
        const weights = all.map(({ s }) => s);
        const y = (of: typeof all): number[] => of.map((row) => row.y);
        const p = (of: typeof all): number[] => of.map((row) => row.p);
        const rounded = (of: typeof all): number[] => of.map((row) => Math.round(row.p));
        const counts = (of: typeof all): number[] => of.map((row) => row.count);
        const same = (metric: (of: typeof all, options: MetricOptions) => number): void => {
          const expected = metric(repeated, {});
          const actual = metric(all, { weights });
          if (Number.isFinite(expected)) close(actual, expected, 1 + Math.abs(expected));
          else expect(actual).toBe(expected);
        };
        same((of, options) => meanSquaredError(y(of), p(of), options));
        same((of, options) => meanAbsoluteError(y(of), p(of), options));
        same((of, options) => rSquared(y(of), p(of), options));
        same((of, options) => deviance(counts(of), p(of), { family: "poisson", ...options }));
        same((of, options) => logLoss(y(of), p(of), options));
        same((of, options) => brierScore(y(of), p(of), options));
        same((of, options) => rocAuc(y(of), p(of), options));
        same((of, options) => accuracy(y(of), rounded(of), options));
        same((of, options) => misclassification(y(of), rounded(of), options));
      }),
    );
  });

  test("probabilities of two classes are those of the second, or of both", () => {
    const y = ["b", "a", "b"];
    const both = [0.25, 0.75, 0.5, 0.5, 1, 0];
    expect(logLoss(y, [0.75, 0.5, 0])).toBe(logLoss(y, both));
    expect(logLoss(y, both)).toBe(infinity);
    expect(brierScore(y, both)).toBe(2 * brierScore(y, [0.75, 0.5, 0]));
    expect(brierScore(y, [0.75, 0.5, 0])).toBe((0.0625 + 0.25 + 1) / 3);
  });

  test("classes can be more than those of y, in any order", () => {
    expect(logLoss(["a", "a"], [0, 1], { classes: ["b", "a"], weights: [0, 1] })).toBe(0);
    expect(brierScore([3], [0.25, 0.5, 0.25], { classes: [1, 2, 3] })).toBe(0.0625 + 0.25 + 0.5625);
    expect(confusionTable([1], [2], { classes: [1, 2, 3] }).counts).toEqual(Float64Array.of(0, 1, 0, 0, 0, 0, 0, 0, 0));
    expect(confusionTable(["a"], ["b"])).toEqual({ classes: ["a", "b"], counts: Float64Array.of(0, 1, 0, 0) });
  });

  test("a constant y", () => {
    expect(rSquared([0.1, 0.1, 0.1], [0.1, 0.1, 0.1])).toBe(1);
    expect(rSquared([0.1, 0.1, 0.1], [0.1, 0.1, 0.2])).toBe(0);
  });

  test("counts of 0, and means of 0", () => {
    expect(deviance([0, 0], [0, 2], { family: "poisson" })).toBe(2);
    expect(deviance([1], [0], { family: "poisson" })).toBe(infinity);
  });
});

describe("far from 1", () => {
  test.each([1e-200, 1e-160, 1e160, 1e300])("rSquared does not change with the unit of y: %d", (unit) => {
    const y = [1, 2, 4, 7].map((value) => value * unit);
    const predictions = [1, 3, 4, 6].map((value) => value * unit);
    close(rSquared(y, predictions), rSquared([1, 2, 4, 7], [1, 3, 4, 6]));
    close(rSquared([...y, -y[3]], [...predictions, 0]), rSquared([1, 2, 4, 7, -7], [1, 3, 4, 6, 0]));
  });

  test.each([5e-324, 1e-200, 1e200, 1e308])("only the proportions of weights matter: %d", (weight) => {
    const weights = [weight, weight, weight, weight];
    expect(rocAuc([0, 0, 1, 1], [0.1, 0.4, 0.4, 0.8], { weights })).toBe(0.875);
    expect(accuracy([0, 0, 1, 1], [0, 0, 1, 0], { weights })).toBe(0.75);
    expect(meanSquaredError([1, 2, 3, 4], [1, 2, 3, 6], { weights })).toBe(1);
    expect(logLoss([0, 0, 1, 1], [0.5, 0.5, 0.5, 0.5], { weights })).toBeCloseTo(Math.LN2, 14);
  });

  test("an area under the curve is not above 1 by rounding", () => {
    expect(rocAuc([0, 0, 1, 1], [0, 1, 2, 3], { weights: [0.1, 0.6, 0.2, 0.5] })).toBe(1);
  });

  test("the deviance of a count is not negative where count/mean underflows", () => {
    expect(deviance([1e-320], [1e300], { family: "poisson" })).toBe(2e300);
  });
});

describe("classes and options", () => {
  test("classes are any list of labels", () => {
    for (const classes of [[1, 2], Float64Array.of(1, 2), Float32Array.of(1, 2), Int32Array.of(1, 2)]) {
      const options = { classes: classes as number[] };
      expect(logLoss([2, 2], [1, 1], options)).toBe(0);
      expect(brierScore([2, 2], [1, 1], options)).toBe(0);
      expect(rocAuc([1, 2], [0, 1], options)).toBe(1);
      expect(deviance([2, 2], [1, 1], { family: "binomial", ...options })).toBe(0);
      expect(accuracy([2, 2], [2, 1], options)).toBe(0.5);
      expect(misclassification([2, 2], [2, 1], options)).toBe(0.5);
      expect(confusionTable([2], [1], options)).toEqual({ classes: [1, 2], counts: Float64Array.of(0, 0, 1, 0) });
    }
  });

  const metrics: [string, (y: never, predictions: never, options: never) => unknown][] = [
    ["meanSquaredError", meanSquaredError],
    ["meanAbsoluteError", meanAbsoluteError],
    ["rSquared", rSquared],
    ["deviance", deviance],
    ["logLoss", logLoss],
    ["brierScore", brierScore],
    ["rocAuc", rocAuc],
    ["accuracy", accuracy],
    ["misclassification", misclassification],
    ["confusionTable", confusionTable],
  ];
  const [y, predictions] = [wrong([0, 1]), wrong([0, 1])];
  describe.each(metrics)("%s", (name, metric) => {
    testRefusals([
      ...[null, true, 1, "weights", () => 1].map(
        (options): Refusal => [
          `${options} as options`,
          () => metric(y, predictions, wrong(options)),
          "ERR_TYPE",
          `the options of ${name} must be an object`,
        ],
      ),
      [
        "an unknown option",
        () => metric(y, predictions, wrong({ wieghts: [1, 1] })),
        "ERR_OPTION",
        `${name} has no option "wieghts": did you mean "weights"?`,
      ],
      ...[null, true, "11", { 0: 1, 1: 1 }].map(
        (weights): Refusal => [
          `weights ${weights}`,
          () => metric(y, predictions, wrong({ weights })),
          "ERR_TYPE",
          '"weights" must be an array of numbers',
        ],
      ),
      ...[null, undefined, true, "01", {}, [null, 1]].flatMap((value): Refusal[] => [
        [`y ${value}`, () => metric(wrong(value), predictions, wrong({})), "ERR_TYPE", '"y" must'],
        [`predictions ${value}`, () => metric(y, wrong(value), wrong({})), "ERR_TYPE", '" must'],
      ]),
    ]);
  });
});

describe("refusals: metrics", () =>
  testRefusals([
    ...[null, true, {}, [true], [0, "1"]].map(
      (classes): Refusal => [
        `classes ${classes}`,
        () => accuracy([0], [0], { classes: wrong(classes) }),
        "ERR_TYPE",
        '"classes" must',
      ],
    ),
    [
      "a class twice",
      () => confusionTable([0], [0], { classes: [0, 1, 0] }),
      "ERR_VALUE",
      "each label once, got 0 again",
    ],
    ["an infinite class", () => rocAuc([0, 1], [0, 1], { classes: [0, infinity] }), "ERR_NOT_FINITE", '"classes" must'],
    [
      "classes of numbers",
      () => deviance([0], [1], { family: "poisson", classes: [0, 1] }),
      "ERR_OPTION",
      'deviance takes "classes" only for classifiers, got a poisson family',
    ],
    ["lengths", () => meanSquaredError([1, 2], [1]), "ERR_LENGTH", '"predictions" must have 2 values, got 1'],
    ["weights", () => meanSquaredError([1, 2], [1, 2], { weights: [1] }), "ERR_LENGTH", '"weights" must have 2'],
    ["negative weights", () => rSquared([1], [1], { weights: [-1] }), "ERR_VALUE", '"weights" must be at least 0'],
    ["no weight", () => meanAbsoluteError([1], [1], { weights: [0] }), "ERR_VALUE", "must have a positive sum"],
    ["no rows", () => meanAbsoluteError([], []), "ERR_VALUE", "got 0 over 0 rows"],
    ["no rows of classes", () => accuracy([], []), "ERR_VALUE", "must have a positive sum"],
    ["NaN", () => meanSquaredError([nan], [1]), "ERR_NOT_FINITE", '"y" must be finite, got NaN in row 0'],
    ["labels for numbers", () => rSquared(wrong(["a"]), [1]), "ERR_TYPE", '"y" must hold numbers, got "a"'],
    ["an option", () => rSquared([1], [1], wrong({ weight: [1] })), "ERR_OPTION", 'did you mean "weights"'],
    ["a family", () => deviance([1], [1], { family: wrong("gamma") }), "ERR_VALUE", '"family" must be "gaussian"'],
    [
      "negative counts",
      () => deviance([-1], [1], { family: "poisson" }),
      "ERR_VALUE",
      '"y" must be at least 0, got -1',
    ],
    [
      "a negative mean",
      () => deviance([1], [-1], { family: "poisson" }),
      "ERR_VALUE",
      '"predictions" must be at least',
    ],
    ["a probability", () => logLoss([0, 1], [0, 1.5]), "ERR_VALUE", '"probabilities[1]" must be between 0 and 1'],
    ["no probability", () => logLoss([0, 1], [0, nan]), "ERR_VALUE", "got NaN"],
    ["few probabilities", () => brierScore([0, 1, 2], [0, 1, 0, 1]), "ERR_LENGTH", "3 or 3 × 3 values, got 4"],
    ["nothing", () => brierScore([0, 1], wrong(undefined)), "ERR_TYPE", '"probabilities" must be an array of numbers'],
    ["one class", () => logLoss([0, 0], [0, 1]), "ERR_VALUE", '"number of classes" must be 2'],
    ["another class", () => logLoss([2], [1], { classes: [0, 1] }), "ERR_VALUE", "labels 0, 1, got 2 in row 0"],
    ["classes", () => logLoss([1], [1], { classes: wrong("01") }), "ERR_TYPE", '"classes" must be an array of labels'],
    ["three classes", () => rocAuc([0, 1, 2], [0, 1, 2]), "ERR_VALUE", "must be 2, got 3"],
    ["a class without weight", () => rocAuc([0, 1], [0, 1], { weights: [1, 0] }), "ERR_VALUE", "in both classes"],
    ["a score", () => rocAuc([0, 1], [0, nan]), "ERR_NOT_FINITE", '"scores" must be numbers, got NaN in row 1'],
    ["another kind", () => confusionTable(["1"], wrong([1])), "ERR_TYPE", "all numbers or all strings"],
    ["lengths of labels", () => accuracy([1, 2], [1]), "ERR_LENGTH", '"predictions" must have 2 values, got 1'],
  ]));
