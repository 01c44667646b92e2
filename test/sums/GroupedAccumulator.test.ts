/** Sums of rows by group: each as an accumulator of its own rows. */

import { afterEach, describe, expect, test } from "vitest";
import { fitMany, type GramAccumulator, GroupedAccumulator, type Label, setBackend } from "../../src/index.js";
import { draw, forms, rowsOf, sumsOf, upTo } from "./data.js";

afterEach(() => setBackend("auto"));

const n = 2600;
const P = 3;
const keys: Label[] = ["b", 1, "1", "a"];
const groups = upTo(n).map((i) => keys[i < 4 ? i : i % 7 < 4 ? 0 : (i % 7) - 3]);
const rows = { ...draw(70, n, P), weights: upTo(n).map((i) => i % 3), fold: upTo(n).map((i) => (5 * i) % 4) };
const y = rows.y.map(([value]) => value);
const of = (key: Label): number[] => upTo(n).filter((i) => groups[i] === key);
const pick = <T>(values: readonly T[], places: readonly number[]): T[] => places.map((i) => values[i]);
const alone = (key: Label): GramAccumulator => {
  const own = of(key);
  return sumsOf({
    X: pick(rows.X, own),
    y: pick(rows.y, own),
    weights: pick(rows.weights, own),
    fold: pick(rows.fold, own),
  });
};

function grouped(size = n, form = "rows"): GroupedAccumulator {
  const sums = new GroupedAccumulator(P);
  for (let from = 0; from < n; from += size) {
    const part = rowsOf(rows, from, from + size);
    sums.add(
      forms[form](part.X, P),
      part.y.map(([value]) => value),
      groups.slice(from, from + size),
      {
        weights: part.weights,
        fold: part.fold,
      },
    );
  }
  return sums;
}

describe.each(Object.keys(forms))("%s", (form) => {
  test.each([1, 97, n])("the sums of each group's rows alone, to the bit, %d at a time", (size) => {
    if (size === 1 && form !== "rows") return;
    const sums = grouped(size, form);
    expect(sums.keys).toEqual(keys);
    expect(sums.rows).toBe(n);
    for (const key of keys) expect(sums.get(key)?.toBytes()).toEqual(alone(key).toBytes());
    expect(sums.get("c")).toBeUndefined();
    expect(sums.toBytes()).toEqual(grouped().toBytes());
  });
});

test("backends give the same bits", () => {
  const [one, other] = (["wasm", "js"] as const).map((name) => {
    setBackend(name);
    const sums = grouped();
    return [sums.toBytes(), sums.fitMany({ lambda: 0.1 }).toBytes()];
  });
  expect(one).toEqual(other);
});

describe("models", () => {
  const sums = grouped();
  test("one for each key, the same as of its sums alone", () => {
    const many = sums.fitMany({ lambda: [0.1, 0.2, 0.3, 0.05], l1Ratio: 0.8 });
    expect(many.keys).toEqual(keys);
    for (const [i, key] of keys.entries()) {
      const lambda = [0.1, 0.2, 0.3, 0.05][i];
      expect(many.at(key).toJSON()).toEqual(alone(key).fit({ lambda, l1Ratio: 0.8 }).toJSON());
    }
    const predicted = many.predict(rows.X, groups);
    expect(predicted.length).toBe(n);
    expect(predicted[9]).toBe(many.at(groups[9]).predict([rows.X[9]])[0]);
  });

  test("nearly those of the rows", () => {
    const many = sums.fitMany({ lambda: 0.1, tolerance: 1e-11 });
    const whole = fitMany({ X: rows.X, y, groups, weights: rows.weights, lambda: 0.1, tolerance: 1e-11 });
    expect(whole.keys).toEqual(keys);
    many.coefficients.forEach((w, k) => {
      expect(Math.abs(w - whole.coefficients[k])).toBeLessThan(1e-6);
    });
  });

  test("each with its own choice of lambda", () => {
    const many = sums.fitMany({ lambda: "cv", rule: "1se", l1Ratio: [0.5, 1], lambdaCount: 12 });
    for (const [i, key] of keys.entries()) {
      const cv = alone(key).crossValidate({ l1Ratio: [0.5, 1], lambdaCount: 12 });
      expect([many.lambdas[i], many.l1Ratios[i]]).toEqual([cv.lambda1se, cv.l1Ratio]);
      expect(many.cvErrors?.[i]).toBe(cv.meanErrors[cv.index1se]);
    }
  });

  test("one that cannot be fitted marks itself", () => {
    const more = grouped().add([[1, 2, 3]], [1], ["alone"], { weights: [0] });
    const many = more.fitMany({ lambda: 0.1 });
    expect(many.errors.map((error) => error?.message)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      'group "alone": fit needs sums of at least one row with weight, got none',
    ]);
    const chosen = grouped()
      .add([[1, 2, 3]], [1], ["alone"], { fold: 0 })
      .fitMany({ lambda: "cv", lambdaCount: 5 });
    expect(chosen.errors[4]?.message).toContain('group "alone": crossValidate of sums needs rows of at least 2 folds');
    expect(chosen.at("a").converged).toBe(true);
  });
});

test("merges go group by group", () => {
  const half = (from: number, to: number): GroupedAccumulator =>
    new GroupedAccumulator(P).add(rows.X.slice(from, to), y.slice(from, to), groups.slice(from, to));
  const merged = half(0, 1000).merge(half(1000, n));
  const whole = half(0, n);
  expect(merged.keys).toEqual(whole.keys);
  for (const key of keys) {
    const [one, other] = [merged.get(key), whole.get(key)] as GramAccumulator[];
    expect(one.rows).toBe(other.rows);
    one.variances.forEach((value, j) => {
      expect(Math.abs(value / other.variances[j] - 1)).toBeLessThan(1e-12);
    });
  }
  expect(new GroupedAccumulator(P).merge(whole).get("a")?.rows).toBe(whole.get("a")?.rows);
  expect(whole.merge(whole).rows).toBe(2 * n);
});

test("the sums of a group go on with it, and what it prints", () => {
  const sums = grouped();
  const own = sums.get("a") as GramAccumulator;
  const before = own.rows;
  sums.add([[1, 2, 3]], [4], ["a"]);
  expect(own.rows).toBe(before + 1);
  expect(sums.get("a")).toBe(own);
  expect(String(grouped())).toContain('Sums of 4 groups: 2,600 rows, 3 columns\ngroups "b", 1, "1", "a"');
  expect(String(new GroupedAccumulator(2))).toBe("Sums of 0 groups: 0 rows, 2 columns");
});
