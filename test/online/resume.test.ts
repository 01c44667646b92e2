import { describe, expect, test } from "vitest";
import { OnlineClassifier, OnlineRegressor, type OnlineState } from "../../src/index.js";
import { assertSameBits } from "../support/bits.js";
import { onEach, SETTINGS, settingsOf, stream } from "./streams.js";

const text = (model: { toJSON(): OnlineState }): OnlineState => JSON.parse(JSON.stringify(model));

describe.each(SETTINGS)("$name", (setting) => {
  const { options } = settingsOf(setting);
  const batches = stream(10, 500, 21);

  test("goes on from JSON bit for bit, whenever it was written", () => {
    const [js, wasm] = onEach(() => {
      const whole = new OnlineRegressor(10, options);
      let part = new OnlineRegressor(10, options);
      batches.forEach(({ X, y }, t) => {
        whole.update(X, y);
        part.update(X, y);
        if (t % 77 === 5) part = new OnlineRegressor(10, options).load(text(part));
        if (t % 77 === 30) part = new OnlineRegressor(10, options).load(part.state());
      });
      assertSameBits(part.coefficients, whole.coefficients);
      expect(part.intercept).toBe(whole.intercept);
      expect(part.steps).toBe(500);
      expect(text(part)).toEqual(text(whole));
      return whole;
    });
    expect(text(wasm)).toEqual(text(js));
  });

  test("to look at a model changes nothing", () => {
    const [seen, unseen] = [0, 1].map(() => new OnlineRegressor(10, options));
    for (const { X, y } of batches.slice(0, 200)) {
      seen.update(X, y);
      unseen.update(X, y);
      seen.predict(X);
      seen.coefficients.fill(0);
      seen.toJSON();
    }
    assertSameBits(seen.coefficients, unseen.coefficients);
  });

  test("what a failed update leaves goes on like nothing had been", () => {
    const [failing, smooth] = [0, 1].map(() => new OnlineRegressor(10, options));
    for (const { X, y } of batches.slice(0, 200)) {
      expect(() => failing.update([...X, [...X[0].slice(1), Number.NaN]], [...y, 0])).toThrow(RangeError);
      expect(() =>
        failing.update(
          X.map((row) => row.map((x) => 1e200 * (x + 1))),
          y.map(() => 1e200),
        ),
      ).toThrow(RangeError);
      failing.update(X, y);
      smooth.update(X, y);
    }
    assertSameBits(failing.coefficients, smooth.coefficients);
    expect(text(failing)).toEqual(text(smooth));
  });
});

test("a classifier takes its labels along", () => {
  const model = new OnlineClassifier(2, { method: "sgd" }).update([1, 2], "b");
  const other = new OnlineClassifier(2, { method: "sgd" }).load(text(model));
  expect(other.classes).toEqual(["b"]);
  for (const each of [model, other]) each.update([2, 1], "c").update([0, 1], "b");
  assertSameBits(other.coefficients, model.coefficients);
  expect(other.classes).toEqual(["b", "c"]);
});

test("only what was touched is written", () => {
  const model = new OnlineRegressor(1_000_000).update({ indices: [5, 999_999], values: [1, -1] }, 2);
  expect(JSON.stringify(model).length).toBeLessThan(600);
});

test("what is not a model's state is refused, and changes nothing", () => {
  const model = new OnlineRegressor(2).update([1, 2], 3);
  const state = text(model);
  const before = model.coefficients;
  const refusals: [state: unknown, error: unknown, message: RegExp][] = [
    [undefined, TypeError, /"state" must be what toJSON/],
    [null, TypeError, /got null/],
    [{}, TypeError, /"state"/],
    [{ ...state, version: 2 }, RangeError, /"version" of the state must be 1, got 2/],
    [{ ...state, method: "sgd" }, RangeError, /"method" of the state must be ftrl, got "sgd"/],
    [{ ...state, columns: 3 }, RangeError, /"columns" of the state must be 2, got 3/],
    [{ ...state, steps: -1 }, RangeError, /"steps"/],
    [{ ...state, records: [1] }, RangeError, /"records" must have 4 values/],
    [{ ...state, indices: [0, 2] }, RangeError, /"indices"/],
    [{ ...state, indices: undefined }, TypeError, /"indices"/],
    [{ ...state, clock: [1] }, RangeError, /"clock"/],
    [{ ...state, intercept: [null, 0, 0] }, TypeError, /"intercept"/],
  ];
  for (const [value, kind, message] of refusals) {
    expect(() => model.load(value as OnlineState)).toThrow(kind as ErrorConstructor);
    expect(() => model.load(value as OnlineState)).toThrow(message);
    assertSameBits(model.coefficients, before);
  }
});

test("an intercept of 0 has no sign, which JSON would lose", () => {
  for (const method of ["ftrl", "sgd"] as const) {
    const model = new OnlineRegressor(1, { method }).update([0], 0);
    expect([model.intercept, model.predict([0])]).toEqual([0, 0]);
    expect(new OnlineRegressor(1, { method }).load(text(model)).intercept).toBe(model.intercept);
  }
});
