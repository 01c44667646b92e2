/** Sums of rows: the same from any chunks, as accurate as those of rows that lie in memory, and fits of them that are optimal. */

import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import {
  type CrossValidation,
  crossValidate,
  dense,
  designMatrix,
  elasticNet,
  foldOf,
  GramAccumulator,
  regularizationPath,
  setBackend,
} from "../../src/index.js";
import { convergenceScale, isEligible, minimum, objective } from "../models/oracle.js";
import { problems } from "../models/problems.js";
import { addTo, draw, forms, type Rows, rowsOf, streams, sumsOf, upTo } from "./data.js";

afterEach(() => setBackend("auto"));

const runs = { seed: 20240607, numRuns: 60 };

describe("bits", () => {
  test("the same from any chunks, in any form", () => {
    fc.assert(
      fc.property(streams, ({ rows, p, targets, cuts, form }) => {
        const whole = sumsOf(rows, p, targets);
        const sums = new GramAccumulator(p, { targets });
        for (let k = 1; k < cuts.length; ++k) addTo(sums, rowsOf(rows, cuts[k - 1], cuts[k]), form);
        expect(sums.toBytes()).toEqual(whole.toBytes());
        expect(sums.rows).toBe(rows.X.length);
      }),
      runs,
    );
  });

  test("the same of rows one by one", () => {
    const rows = { ...draw(3, 1300, 3), fold: upTo(1300).map((i) => foldOf(i, 3)) };
    const sums = new GramAccumulator(3);
    for (const i of upTo(1300)) addTo(sums, rowsOf(rows, i, i + 1));
    expect(sums.toBytes()).toEqual(sumsOf(rows).toBytes());
  });

  test("the same from WebAssembly and from JavaScript, merges and fits included", () => {
    fc.assert(
      fc.property(streams, ({ rows, p, targets, cuts }) => {
        const half = cuts[cuts.length >> 1];
        const [one, other] = (["wasm", "js"] as const).map((name) => {
          setBackend(name);
          const parts = [rowsOf(rows, 0, half), rowsOf(rows, half, rows.X.length)];
          const sums = new GramAccumulator(p, { targets });
          for (const part of parts) if (part.X.length > 0) sums.merge(sumsOf(part, p, targets));
          const weight = sums.totalWeight;
          return [sums.toBytes(), weight > 0 && sums.fit({ lambda: 0.1 }).toJSON()];
        });
        expect(one).toEqual(other);
      }),
      { ...runs, numRuns: 25 },
    );
  });

  test("rows and merges in one order, however rows come", () => {
    const rows = draw(8, 1500, 3);
    const other = sumsOf(draw(9, 700, 3));
    const [one, two] = [1, 137].map((size) => {
      const sums = new GramAccumulator(3);
      for (let from = 0; from < 1500; from += size) {
        const to = Math.min(1500, from + size);
        // In the middle of a block, and at an end.
        for (const at of [685, 1500]) {
          if (!(from < at && at <= to)) continue;
          addTo(sums, rowsOf(rows, from, at)).merge(other);
          if (at < to) addTo(sums, rowsOf(rows, at, to));
        }
        if (![685, 1500].some((at) => from < at && at <= to)) addTo(sums, rowsOf(rows, from, to));
      }
      return sums.toBytes();
    });
    expect(one).toEqual(two);
  });
});

/** Differences relative to the largest of the numbers. */
const off = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const size = Array.from(b).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Array.from(a).reduce((most, value, k) => Math.max(most, Math.abs(value - b[k])), 0) / size;
};

/** Moments by a second pass over centred values, in the order of the rows. */
function momentsOf({ X, weights }: Rows) {
  const s = (i: number): number => weights?.[i] ?? 1;
  const W = X.reduce((sum, _, i) => sum + s(i), 0);
  const [first] = X;
  const mean = (f: (i: number) => number): number => X.reduce((sum, _, i) => sum + s(i) * f(i), 0) / W;
  const shifts = first.map((base, j) => mean((i) => X[i][j] - base));
  const centred = X.map((row) => row.map((x, j) => x - first[j] - shifts[j]));
  const C = first.map((_, j) => first.map((_, k) => mean((i) => centred[i][j] * centred[i][k])));
  return {
    W,
    means: first.map((base, j) => base + shifts[j]),
    variances: C.map((row, j) => row[j]),
    correlations: C.flatMap((row, j) => row.map((c, k) => c / Math.sqrt(C[j][j] * C[k][k]))),
  };
}

describe.each([0, 1e8, -1e8])("columns around %d", (centre) => {
  const n = 6000;
  const rows: Rows = {
    ...draw(17, n, 4, 1, centre),
    weights: upTo(n).map((i) => 0.5 + (i % 7)),
    fold: upTo(n).map((i) => foldOf(i, 5, 2)),
  };
  const y = rows.y.map(([value]) => value);
  const whole = sumsOf(rows);
  const options = { lambda: 0.05, l1Ratio: 0.6 };
  const fit = whole.fit(options);

  test("moments are those of two passes", () => {
    const expected = momentsOf(rows);
    expect(whole.totalWeight).toBeCloseTo(expected.W, 6);
    // Of plain sums, relative to the mean, which is smaller than its terms around 0.
    expect(off(whole.means, expected.means)).toBeLessThan(centre === 0 ? 1e-14 : 1e-15);
    expect(off(whole.variances, expected.variances)).toBeLessThan(1e-12);
    expect(off(whole.correlations(), expected.correlations)).toBeLessThan(1e-12);
  });

  test.each([1, 2, 7])("%d merged parts say the same to 1e-12", (count) => {
    const size = Math.ceil(n / count);
    const merged = new GramAccumulator(4);
    for (const k of upTo(count)) merged.merge(sumsOf(rowsOf(rows, k * size, Math.min(n, (k + 1) * size))));
    expect(merged.rows).toBe(n);
    expect(off(merged.means, whole.means)).toBeLessThan(1e-15);
    expect(off(merged.variances, whole.variances)).toBeLessThan(1e-12);
    expect(off(merged.correlations(), whole.correlations())).toBeLessThan(1e-12);
    const model = merged.fit(options);
    expect(off(model.coefficients, fit.coefficients)).toBeLessThan(1e-12);
    expect(off([model.intercept], [fit.intercept])).toBeLessThan(1e-12);
    expect(off(merged.crossValidate().foldErrors, whole.crossValidate().foldErrors)).toBeLessThan(1e-10);
  });

  test("fits are those of the rows to 1e-9", () => {
    const { weights } = rows;
    const alone = elasticNet(rows.X, y, { ...options, weights, tolerance: 1e-12 });
    const model = whole.fit({ ...options, tolerance: 1e-10 });
    expect(model.converged).toBe(true);
    expect(off(model.coefficients, alone.coefficients)).toBeLessThan(1e-9);
    expect(off([model.intercept], [alone.intercept])).toBeLessThan(1e-9);
    expect([...model.coefficients].map((w) => w === 0)).toEqual([...alone.coefficients].map((w) => w === 0));
    const path = whole.path({ lambdaCount: 30 });
    const other = regularizationPath(rows.X, y, { lambdaCount: 30, weights });
    expect(off(path.lambdas, other.lambdas.subarray(0, path.lambdas.length))).toBeLessThan(1e-9);
    expect(path.lambdas.length).toBe(other.lambdas.length);
  });

  test.each<[string, object, object?]>([
    ["lasso", {}],
    ["several ratios", { l1Ratio: [0.3, 0.7, 1] }],
    ["ridge", { l1Ratio: 0 }],
    ["not standardised", { standardize: false }],
    ["given lambdas", { lambdas: [0.5, 0.01, 0.1] }],
    ["bounds and factors", { lowerBounds: 0, penaltyFactor: [1, 0, 2, 1] }],
    ...(centre === 0 ? [["no intercept", { intercept: false }] as [string, object]] : []),
  ])("cross-validation is that of the rows: %s", (_, given) => {
    const fold = Int32Array.from(rows.fold as number[]);
    const { weights } = rows;
    const settings = { lambdaCount: 20, ...given };
    const found: CrossValidation = whole.crossValidate(settings);
    const alone = crossValidate(rows.X, y, { ...settings, folds: fold, weights });
    expect(found.l1Ratio).toBe(alone.l1Ratio);
    expect(off(found.lambdas, alone.lambdas)).toBeLessThan(1e-9);
    expect([found.indexMin, found.index1se]).toEqual([alone.indexMin, alone.index1se]);
    expect(off(found.foldWeights, alone.foldWeights)).toBeLessThan(1e-12);
    expect(off(found.foldErrors, alone.foldErrors)).toBeLessThan(1e-8);
    expect(found.byRatio.length).toBe(alone.byRatio.length);
  });
});

test("sites far from each other merge to what their rows give together", () => {
  const [near, far] = [draw(21, 900, 3), draw(22, 1100, 3, 1, 1e8)];
  const all = { ...near, X: near.X.concat(far.X), y: near.y.concat(far.y) };
  const merged = sumsOf(near).merge(sumsOf(far));
  const whole = sumsOf(all);
  expect(off(merged.means, whole.means)).toBeLessThan(1e-15);
  expect(off(merged.variances, whole.variances)).toBeLessThan(1e-12);
  // What of them is near is not lost in between.
  const back = sumsOf(near);
  const apart = new GramAccumulator(3);
  addTo(apart, { ...near, fold: near.X.map(() => 0) });
  addTo(apart, { ...far, fold: far.X.map(() => 1) });
  const { lambdas, foldErrors } = apart.crossValidate({ lambdas: [1e6] });
  expect(lambdas.length).toBe(1);
  const residual = (rows: Rows, { X, y }: Rows) => {
    const model = elasticNet(
      X,
      y.map(([v]) => v),
      { lambda: 1e6 },
    );
    const eta = model.predict(rows.X);
    return rows.y.reduce((sum, [v], i) => sum + (v - eta[i]) ** 2, 0) / rows.y.length;
  };
  expect(off(foldErrors, [residual(near, far), residual(far, near)])).toBeLessThan(1e-9);
  expect(back.rows).toBe(900);
});

describe("random problems", () => {
  test.each(["wasm", "js"] as const)(
    "%s: fits are optimal by the oracle, and converged is true to its word",
    (backend) => {
      let converged = 0;
      let count = 0;
      fc.assert(
        fc.property(problems, fc.constantFrom(1e-4, 1e-7, 1e-10), (given, tolerance) => {
          setBackend(backend);
          const problem = {
            ...given,
            offset: given.offset.map(() => 0),
            y: given.y.map((v, i) => v - given.offset[i]),
          };
          const { X, y, weights, offset: _offset, ...options } = problem;
          const sums = new GramAccumulator(X[0].length).add(X, y, { weights });
          const model = sums.fit({ ...options, tolerance });
          const F = objective(problem, model.coefficients, model.intercept);
          const least = minimum(problem);
          const zero = y.reduce((sum, value) => sum + 0.5 * value * value, 1e-12);
          model.coefficients.forEach((w, j) => {
            if (!isEligible(problem, j)) expect(w).toBe(0);
          });
          expect(Math.abs(model.objective - F)).toBeLessThanOrEqual(1e-9 * zero);
          if (model.certificate === "gap" && model.dualityGap >= 0) {
            expect(F - least).toBeLessThanOrEqual(model.dualityGap + 1e-12 * zero);
          }
          count += 1;
          if (!model.converged) return;
          converged += 1;
          expect(F - least).toBeLessThanOrEqual(tolerance * convergenceScale(problem) * (1 + 1e-9) + 1e-12 * zero);
        }),
        { seed: 5, numRuns: 120 },
      );
      expect(converged).toBeGreaterThan(0.8 * count);
    },
  );

  test("what rounding may have cost the sums is in the gap", () => {
    const rows = draw(4, 3000, 3);
    const model = sumsOf(rows).fit({ lambda: 0.01, tolerance: 1e-15 });
    expect(model.converged).toBe(false);
    expect(model.stopReason).toBe("precision");
    expect(model.dualityGap).toBeGreaterThan(1e-14);
    expect(model.dualityGap).toBeLessThan(1e-10);
  });
});

describe("columns", () => {
  const rows = draw(6, 1200, 4);
  const y = rows.y.map(([value]) => value);
  test.each([0, 1e8, 1e-9])("one that is constant has no coefficient, at %d", (value) => {
    const X = rows.X.map(([a, b, , d]) => [a, b, value, d]);
    const sums = new GramAccumulator(4)
      .add(X.slice(0, 700), y.slice(0, 700))
      .merge(new GramAccumulator(4).add(X.slice(700), y.slice(700)));
    const model = sums.fit({ lambda: 0.001 });
    expect(model.converged).toBe(true);
    expect(model.coefficients[2]).toBe(0);
    expect(sums.variances[2]).toBe(0);
    expect(sums.means[2]).toBe(value);
    expect(Number.isNaN(sums.correlations()[2])).toBe(true);
  });

  test("one that is constant in each part alone has a coefficient", () => {
    const X = rows.X.map(([a], i) => [a, i < 700 ? 5 : 6]);
    const target = y.map((value, i) => value + (i < 700 ? 0 : 3));
    const sums = new GramAccumulator(2)
      .add(X.slice(0, 700), target.slice(0, 700))
      .merge(new GramAccumulator(2).add(X.slice(700), target.slice(700)));
    expect(sums.fit({ lambda: 0.001 }).coefficients[1]).toBeGreaterThan(2.5);
  });

  test("a column a millionth of 1e8 wide is no constant", () => {
    const X = rows.X.map(([a], i) => [a, 1e8 + (i % 16) / 16]);
    const target = rows.X.map((_, i) => (i % 16) / 16);
    const model = new GramAccumulator(2).add(X, target).fit({ lambda: 1e-5 });
    expect(Math.abs(model.coefficients[1] - 1)).toBeLessThan(1e-3);
  });

  test("more columns than rows", () => {
    const wide = draw(30, 20, 40);
    const target = wide.y.map(([value]) => value);
    const alone = elasticNet(wide.X, target, { lambda: 0.1 });
    const model = sumsOf(wide).fit({ lambda: 0.1 });
    expect(model.converged).toBe(true);
    expect(Math.abs(model.objective - alone.objective)).toBeLessThan(1e-7);
  });

  test("names come with X or by option, and a table is read by them", () => {
    const table = rows.X.map(([a, b], i) => ({ a, b, site: ["n", "s"][i % 2], y: y[i] }));
    const { X, y: target, encoding } = designMatrix(table, { target: "y" });
    const sums = new GramAccumulator(X.columns).add(X, target as Float64Array);
    expect(sums.names).toEqual(encoding.names);
    const whole = sums.toBytes();
    expect(new GramAccumulator(X.columns).add(X, target as Float64Array).toBytes()).toEqual(whole);
    sums.add(table, y);
    expect(sums.rows).toBe(2400);
    expect(sums.fit({ lambda: 0.1 }).predict(table.slice(0, 3)).length).toBe(3);
    const read = GramAccumulator.fromBytes(sums.toBytes());
    expect(read.fit({ lambda: 0.1 }).predict(table.slice(0, 3)).length).toBe(3);
    expect(new GramAccumulator(2, { names: ["u", "v"] }).add([[1, 2]], [1]).names).toEqual(["u", "v"]);
  });
});

describe("folds", () => {
  const rows = { ...draw(12, 900, 3), fold: upTo(900).map((i) => i % 4) };
  const y = rows.y.map(([value]) => value);

  test("rows without one are in all fits and in no error", () => {
    const more = draw(13, 400, 3);
    const sums = addTo(sumsOf(rows), more);
    const X = rows.X.concat(more.X);
    const target = y.concat(more.y.map(([value]) => value));
    const found = sums.crossValidate({ lambdas: [0.05] });
    const expected = upTo(4).map((fold) => {
      const isTest = (i: number): boolean => i < 900 && i % 4 === fold;
      const pick = <T>(values: T[], wanted: boolean): T[] => values.filter((_, i) => isTest(i) === wanted);
      const eta = elasticNet(pick(X, false), pick(target, false), { lambda: 0.05, tolerance: 1e-11 }).predict(
        pick(X, true),
      );
      return pick(target, true).reduce((sum, value, i) => sum + (value - eta[i]) ** 2, 0) / eta.length;
    });
    expect(off(found.foldErrors, expected)).toBeLessThan(1e-8);
  });

  test("the order in which folds come does not matter to what they are", () => {
    const order = upTo(900).sort((i, j) => rows.fold[i] - rows.fold[j] || i - j);
    const sorted = {
      ...rows,
      X: order.map((i) => rows.X[i]),
      y: order.map((i) => rows.y[i]),
      fold: order.map((i) => rows.fold[i]),
    };
    expect(sumsOf(sorted).toBytes()).toEqual(sumsOf(rows).toBytes());
  });

  test("kept fits, and no rows to predict", () => {
    const found = sumsOf(rows).crossValidate({ lambdaCount: 5, keepFolds: true });
    const alone = crossValidate(rows.X, y, { lambdaCount: 5, keepFolds: true, folds: rows.fold });
    expect(off(found.foldCoefficients as Float64Array, alone.foldCoefficients as Float64Array)).toBeLessThan(1e-4);
    expect(() => found.outOfFold()).toThrow("outOfFold needs the rows of a cross-validation, and this one is of sums");
    expect(String(found)).toContain("1-SE");
  });

  test("foldOf: whole numbers below the count, about as many of each, others for other seeds", () => {
    const deal = (seed: number) => upTo(20_000).map((i) => foldOf(i, 10, seed));
    for (const seed of [0, 1, -7, 2 ** 40]) {
      const sizes = upTo(10).map((fold) => deal(seed).filter((own) => own === fold).length);
      // Of 20,000 draws 6 standard deviations.
      for (const size of sizes) expect(Math.abs(size - 2000)).toBeLessThan(6 * Math.sqrt(1800));
    }
    const agreeing = (a: number[], b: number[]): number => a.filter((fold, i) => fold === b[i]).length;
    for (const [a, b] of [
      [0, 1],
      [1, 2 ** 40 + 1],
      [3, -3],
    ]) {
      expect(Math.abs(agreeing(deal(a), deal(b)) - 2000)).toBeLessThan(6 * Math.sqrt(1800));
    }
    const later = upTo(20_000).map((i) => foldOf(i + 2 ** 32, 10, 0));
    expect(Math.abs(agreeing(deal(0), later) - 2000)).toBeLessThan(6 * Math.sqrt(1800));
  });
});

test("many targets: each as by itself", () => {
  const rows = { ...draw(40, 800, 4, 3), fold: upTo(800).map((i) => i % 5) };
  const sums = sumsOf(rows);
  const many = sums.fitMany({ lambda: [0.1, 0.2, 0.05] });
  const chosen = sums.fitMany({ lambda: "cv", rule: "1se", targets: [2, 0], lambdaCount: 15 });
  for (const t of upTo(3)) {
    expect(many.model(t).toJSON()).toEqual(sums.fit({ lambda: [0.1, 0.2, 0.05][t], target: t }).toJSON());
  }
  for (const [i, t] of [2, 0].entries()) {
    const cv = sums.crossValidate({ target: t, lambdaCount: 15 });
    expect(chosen.lambdas[i]).toBe(cv.lambda1se);
    expect(chosen.cvErrors?.[i]).toBe(cv.meanErrors[cv.index1se]);
    expect(chosen.model(i).coefficients).toEqual(cv.model("1se").coefficients);
  }
  const alone = sumsOf({ ...rows, y: rows.y.map((row) => [row[1]]) });
  expect(off(sums.fit({ lambda: 0.2, target: 1 }).coefficients, alone.fit({ lambda: 0.2 }).coefficients)).toBeLessThan(
    1e-13,
  );
});

test("what it prints", () => {
  const rows = { ...draw(50, 1200, 20, 2), fold: upTo(1200).map((i) => i % 3) };
  const text = String(sumsOf(rows));
  expect(text.split("\n").length).toBeLessThanOrEqual(40);
  expect(text).toContain("Sums of 1,200 rows: 20 columns, 2 targets\nrows of 3 folds: 400, 400, 400");
  expect(text).toContain("… and 8 more");
  expect(String(new GramAccumulator(3))).toBe("Sums of 0 rows: 3 columns, 1 target");
  expect(Object.keys(forms).length).toBeGreaterThan(4);
  expect(String(sumsOf({ ...rows, fold: undefined }))).toContain("no folds");
  expect(dense).toBeDefined();
});
