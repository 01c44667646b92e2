import { describe, expect, test } from "vitest";
import { type Label, OnlineClassifier, OnlineRegressor } from "../../src/index.js";
import { assertSameBits } from "../support/bits.js";
import { stream } from "./streams.js";

const batches = stream(5, 300, 41, true);

describe.each(["sgd", "ftrl"] as const)("%s", (method) => {
  const options = { method, l1: 0.01, l2: 0.001 };
  const learn = (name: (label: number) => number | string, classes?: (number | string)[]) => {
    const model = new OnlineClassifier(5, { ...options, ...(classes && { classes }) });
    for (const { X, y } of batches) model.update(X, y.map(name) as string[]);
    return model;
  };
  const expected = learn((label) => label, [0, 1]);

  test.each([
    ["numbers", (label: number) => (label === 1 ? 9 : 10 - 20), [-10, 9]],
    ["strings", (label: number) => (label === 1 ? "yes" : "no"), ["no", "yes"]],
    ["numbers by their values, not as text", (label: number) => (label === 1 ? 10 : 9), [9, 10]],
  ] as const)("labels are %s, given or learnt", (_what, name, classes) => {
    for (const model of [learn(name), learn(name, [...classes]), learn(name, [...classes].reverse())]) {
      expect(model.classes).toEqual(classes);
      assertSameBits(model.coefficients, expected.coefficients);
      expect(model.intercept).toBe(expected.intercept);
    }
  });

  test("the class that comes first may be either", () => {
    const [zero] = batches.filter(({ y }) => y.every((label) => label === 0));
    const [one] = batches.filter(({ y }) => y.every((label) => label === 1));
    for (const order of [
      [zero, zero, one, zero],
      [one, one, zero, one],
    ]) {
      const [given, learnt] = [{ classes: [0, 1] }, {}].map((more) => new OnlineClassifier(5, { ...options, ...more }));
      for (const { X, y } of order) {
        given.update(X, y);
        learnt.update(X, y);
      }
      assertSameBits(learnt.coefficients, given.coefficients);
      expect(learnt.intercept).toBe(given.intercept);
    }
  });

  test("decisions, probabilities and labels agree", () => {
    const model = learn((label) => (label === 1 ? "yes" : "no"));
    const X = batches.flatMap((batch) => batch.X);
    const etas = model.decision(X);
    const probabilities = model.predictProbability(X);
    const labels = model.predict(X);
    const w = model.coefficients;
    X.forEach((row, i) => {
      expect(etas[i]).toBeCloseTo(
        row.reduce((sum, x, j) => sum + x * w[j], model.intercept),
        12,
      );
      expect(probabilities[i]).toBeCloseTo(1 / (1 + Math.exp(-etas[i])), 14);
      expect(labels[i]).toBe(probabilities[i] > 0.5 ? "yes" : "no");
      expect(model.decision(row)).toBe(etas[i]);
      expect(model.predictProbability(row)).toBe(probabilities[i]);
      expect(model.predict(row)).toBe(labels[i]);
    });
    const right = batches.flatMap(({ y }) => y).filter((label, i) => (label === 1 ? "yes" : "no") === labels[i]).length;
    expect(right / labels.length).toBeGreaterThan(0.85);
  });

  test("a third label changes nothing", () => {
    const model = learn((label) => label);
    expect(() =>
      model.update(
        batches[0].X,
        batches[0].y.map(() => 2),
      ),
    ).toThrow('"y" must be 0 or 1, got 2 in row 0');
    expect(() => model.update([1, 0, 0, 0, 0], "0")).toThrow(RangeError);
    expect(model.classes).toEqual([0, 1]);
    assertSameBits(model.coefficients, expected.coefficients);
    const fresh = new OnlineClassifier(1, options);
    expect(() => fresh.update([[1], [1], [1]], ["a", "b", "c"])).toThrow('"y" must be "a" or "b", got "c" in row 2');
    expect(fresh.classes).toEqual([]);
    fresh.update([1], "d").update([1], "c");
    expect(fresh.classes).toEqual(["c", "d"]);
  });

  test("a failed second class is not remembered, nor the signs that it would have turned", () => {
    const model = new OnlineClassifier(1, options).update([2], "a");
    const before = model.coefficients;
    expect(() => model.update([[1], [Number.NaN]], ["b", "b"])).toThrow(RangeError);
    expect(() => model.update([[1e300], [1e300]], ["b", "b"])).toThrow(/gradient/);
    expect(model.classes).toEqual(["a"]);
    assertSameBits(model.coefficients, before);
  });
});

test("labels that are none are refused", () => {
  const model = new OnlineClassifier(1);
  expect(() => model.predict([1])).toThrow("a classifier must know two classes to predict, got 0");
  for (const y of [[true], [null], [undefined], [[1]], true, null, "a"]) {
    expect(() => model.update([[1]], y as never)).toThrow(TypeError);
  }
  expect(() => model.update([[1]], [Number.NaN])).toThrow(RangeError);
  expect(() => model.update([[1], [2]], ["a"])).toThrow('"y" must have 2 values, got 1');
  for (const classes of [[], ["a"], ["a", "a"], ["a", "b", "c"], [Number.NaN, 1]]) {
    expect(() => new OnlineClassifier<Label>(1, { classes })).toThrow(RangeError);
  }
  for (const classes of ["ab", 2, [true, false], null]) {
    expect(() => new OnlineClassifier(1, { classes: classes as never })).toThrow(TypeError);
  }
  expect(() => new OnlineRegressor(1, { classes: [0, 1] } as never)).toThrow(/has no option "classes"/);
});

test("labels of another kind than the first are refused, and change nothing", () => {
  for (const [first, second] of [
    [1, "a"],
    ["a", 1],
  ]) {
    const model = new OnlineClassifier(1).update([1], first);
    const before = JSON.stringify(model);
    expect(() => model.update([1], second)).toThrow(
      expect.objectContaining({
        name: "TypeError",
        code: "ERR_TYPE",
        message: `"y" must hold labels that are all numbers or all strings, got ${JSON.stringify(second)} in row 0`,
      }),
    );
    expect(JSON.stringify(model)).toBe(before);
  }
});
