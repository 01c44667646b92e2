import { describe, expect, test } from "vitest";
import { fileOfBuild, suite } from "../../bench/builds/index.js";
import { medianRatio } from "../../bench/builds/statistics.js";
import { agree, differenceOf, tasks } from "../../bench/builds/tasks.js";
import { readOptions, UsageError } from "../../bench/options.js";
import { randomGaussian } from "../../bench/solvers/data.js";
import { lassoProblem } from "../../bench/solvers/tasks.js";

describe("medianRatio", () => {
  /** Pairs of times whose ratios are `ratio` but for noise; what disturbs a pair disturbs both. */
  const pairs = (ratio: number, seed: number, count = 20) => {
    const gaussian = randomGaussian(seed);
    const denominators = Array.from({ length: count }, () => Math.exp(gaussian()));
    return { denominators, numerators: denominators.map((value) => value * ratio * Math.exp(0.05 * gaussian())) };
  };

  test("of pairs of one ratio is that ratio, without doubt", () => {
    const { median, low, high } = medianRatio([2, 10, 0.5], [4, 20, 1]);
    for (const value of [median, low, high]) expect(value).toBeCloseTo(0.5, 14);
  });

  test("is the median, and one wild pair moves it not", () => {
    expect(medianRatio([1, 2, 900], [1, 1, 1]).median).toBeCloseTo(2, 14);
    const { numerators, denominators } = pairs(1.02, 1);
    const wild = medianRatio([...numerators, 1e3], [...denominators, 1]);
    expect(wild.low).toBeLessThan(1.02);
    expect(wild.high).toBeLessThan(1.1);
  });

  test("holds the true ratio in about 95 of 100 repetitions", () => {
    const held = Array.from({ length: 100 }, (_, seed) => {
      const { numerators, denominators } = pairs(1.02, seed);
      const { median, low, high } = medianRatio(numerators, denominators);
      expect(low).toBeLessThanOrEqual(median);
      expect(median).toBeLessThanOrEqual(high);
      return low <= 1.02 && 1.02 <= high;
    }).filter(Boolean).length;
    expect(held).toBeGreaterThanOrEqual(88);
    expect(held).toBeLessThan(100);
  });

  test("is the inverse where the sides change places", () => {
    const { numerators, denominators } = pairs(1.1, 7);
    const { median, low, high } = medianRatio(numerators, denominators);
    const inverse = medianRatio(denominators, numerators);
    expect(inverse.median * median).toBeCloseTo(1, 12);
    expect(inverse.low * high).toBeCloseTo(1, 12);
    expect(inverse.high * low).toBeCloseTo(1, 12);
  });
});

test("answers within the tolerance agree, others do not", () => {
  const problem = lassoProblem(60, 20, 1);
  const zero = (value: number) => ({
    coefficients: new Float64Array(20 * problem.lambdas.length).fill(value),
    intercepts: new Float64Array(problem.lambdas.length),
  });
  const work = { problems: [problem], fit: () => zero(0) };
  expect(differenceOf(work, zero(0), zero(0))).toEqual({ objectives: 0, meanErrors: 0 });
  const { objectives } = differenceOf(work, zero(0), zero(1e-3));
  expect(objectives).toBeGreaterThan(1e-6);
  expect(differenceOf(work, zero(1e-3), zero(0)).objectives).toBe(objectives);
  expect(agree({ objectives, meanErrors: 0 }, objectives)).toBe(true);
  expect(agree({ objectives, meanErrors: 0 }, objectives / 2)).toBe(false);
  expect(agree({ objectives: 0, meanErrors: 1e-2 }, 1e-6)).toBe(false);
  expect(agree({ objectives: Number.NaN, meanErrors: 0 }, 1)).toBe(false);
});

test("every task has tolerances", () => {
  for (const { tolerances } of tasks) expect(tolerances.length).toBeGreaterThan(0);
});

test("the base is a file or a checkout that has been built", async () => {
  const options = readOptions(["T1", "--base=dist/index.js", "--rounds=30"], suite);
  expect(options).toMatchObject({ names: ["T1"], base: "dist/index.js", rounds: 30 });
  expect(fileOfBuild(".")).toBe(fileOfBuild("dist/index.js"));
  expect(() => fileOfBuild("bench")).toThrow(/no .*bench.dist.index\.js; npm run build/);
  await expect(suite.run(readOptions([], suite))).rejects.toThrow(UsageError);
});
