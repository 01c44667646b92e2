/** Many models that choose their own lambdas: each as its own cross-validation chooses. */

import { afterEach, describe, expect, test } from "vitest";
import {
  type AnyModel,
  type CrossValidationOptions,
  crossValidate,
  dense,
  fitMany,
  type ManyModels,
  type Model,
  setBackend,
} from "../../../src/index.js";
import { randomStream } from "../../support/arbitraries.js";
import { assertSameBits } from "../../support/bits.js";
import { wrong } from "../refusals.js";

afterEach(() => setBackend("auto"));

const [BATCH, N, P] = [6, 40, 5];
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const next = randomStream(977);

interface Data {
  X: number[][];
  level: number[];
}

/** n rows with two columns that matter, an offset far from 0, and noise. */
const draw = (n: number, p: number): Data => {
  const X = upTo(n).map(() => upTo(p).map((j) => 3 * j + next()));
  return { X, level: X.map(([a, b]) => 2 * a - (b - 3) + next()) };
};
const all = upTo(BATCH).map(() => draw(N, P));
const ragged = [draw(40, 5), draw(31, 4), draw(55, 7), draw(40, 3)];

const targets: Record<string, (level: number) => number> = {
  gaussian: (level) => level + 5,
  binomial: (level) => Number(level > 0),
  poisson: (level) => Math.round(Math.exp(0.4 * level)),
};
type Family = "gaussian" | "binomial" | "poisson";
const rules = ["min", "1se"] as const;

/** Weights without a pattern in the folds, none of them 0. */
const weightsOf = (n: number): number[] => upTo(n).map((i) => 0.5 + ((7 * i) % 5));

/** The data of each model, and how many are handed over. */
function layoutsOf(family: Family): Record<string, { each: { X: number[][]; y: number[] }[]; given: object }> {
  const target = targets[family];
  const of = ({ X, level }: Data) => ({ X, y: level.map(target) });
  const blocks = all.map(of);
  const lists = ragged.map(of);
  const one = all[0].X;
  const shared = [1, 0.5, -1].map((scale) => ({ X: one, y: all[0].level.map((level) => target(scale * level)) }));
  return {
    blocks: {
      each: blocks,
      given: { X: blocks.flatMap(({ X }) => X), y: blocks.flatMap(({ y }) => y), batch: BATCH },
    },
    "blocks by column": {
      each: blocks,
      given: {
        X: dense(
          Float64Array.from(upTo(P).flatMap((j) => blocks.flatMap(({ X }) => X.map((row) => row[j])))),
          BATCH * N,
          P,
          {
            order: "column",
          },
        ),
        y: blocks.flatMap(({ y }) => y),
        batch: BATCH,
      },
    },
    list: { each: lists, given: { X: lists.map(({ X }) => X), y: lists.map(({ y }) => y) } },
    "one X": { each: shared, given: { X: one, y: one.map((_, i) => shared.map(({ y }) => y[i])) } },
  };
}

/** The models that choose their lambdas. */
const choose = <M extends AnyModel = Model>(given: object, options: object = {}): ManyModels<M> =>
  fitMany(wrong({ ...given, lambda: "cv", ...options })) as unknown as ManyModels<M>;

/** Both within what their certificates say of the same minimum: ‖X·(b − b*)‖²/(2·W) <= F(b) − F(b*). */
function expectSameFit(many: AnyModel, alone: AnyModel, X: number[][], weights = X.map(() => 1)): void {
  expect(many.converged).toBe(true);
  const [eta, other] = [many.decision(X, { offset: 0 }), alone.decision(X, { offset: 0 })];
  const W = weights.reduce((sum, weight) => sum + weight, 0);
  const squares = weights.reduce((sum, weight, i) => sum + weight * (eta[i] - other[i]) ** 2, 0);
  expect(Math.sqrt(squares / (2 * W))).toBeLessThanOrEqual(
    Math.sqrt(many.dualityGap) + Math.sqrt(alone.dualityGap) + 1e-12,
  );
}

/** Each model as its own cross-validation: lambda, ratio and errors, and for the gaussian family the fit that its certificate allows. */
function expectSameChoices(
  many: ManyModels<AnyModel>,
  each: readonly { X: number[][]; y: number[] }[],
  rule: "min" | "1se",
  options: CrossValidationOptions,
): void {
  expect(many.length).toBe(each.length);
  each.forEach(({ X, y }, i) => {
    const cv = crossValidate(X, y, options);
    const at = rule === "min" ? cv.indexMin : cv.index1se;
    expect(many.errors[i]).toBeUndefined();
    expect(many.lambdas[i]).toBe(cv.lambdas[at]);
    expect(many.l1Ratios[i]).toBe(cv.l1Ratio);
    expect(Math.abs((many.cvErrors?.[i] as number) / cv.meanErrors[at] - 1)).toBeLessThan(1e-6);
    expect(Math.abs((many.standardErrors?.[i] as number) / cv.standardErrors[at] - 1)).toBeLessThan(1e-5);
    const [model, alone] = [many.model(i), cv.model(rule)];
    if (many.family === "gaussian") expectSameFit(model, alone, X, options.weights as number[] | undefined);
    else expect(model.toJSON()).toEqual(alone.toJSON());
    expect([...model.means].map(Number.isNaN)).toEqual([...model.coefficients].map((value) => value === 0));
  });
}

describe.each(["gaussian", "binomial", "poisson"] as const)("%s", (family) => {
  const layouts = layoutsOf(family);
  describe.each(Object.keys(layouts))("%s", (layout) => {
    const { each, given } = layouts[layout];
    test.each(rules)("the choices of each one's own cross-validation, %s", (rule) => {
      const options = { family, folds: 4, seed: 3, lambdaCount: 15 } as const;
      const many = choose<AnyModel>(given, { ...options, rule });
      expectSameChoices(many, each, rule, wrong(options));
    });
  });
});

describe("options", () => {
  const { each, given } = layoutsOf("gaussian").blocks;
  const groups = upTo(N).map((i) => `g${i % 13}`);
  const held = upTo(N).map((i) => i % 3);
  test.each<[string, CrossValidationOptions]>([
    ["weights", { weights: weightsOf(N) }],
    ["weights, some of them 0", { weights: upTo(N).map((i) => (i % 7 === 2 ? 0 : 1 + (i % 3))) }],
    ["groups", { groups }],
    ["folds that are given", { folds: held }],
    ["stratified folds", { stratify: true }],
    ["leave-one-out", { folds: "loo" }],
    ["several ratios", { l1Ratio: [0.2, 0.6, 1] }],
    ["ridge", { l1Ratio: 0 }],
    ["ridge by leave-one-out", { l1Ratio: 0, folds: "loo" }],
    ["no intercept", { intercept: false }],
    ["not standardised", { standardize: false }],
    ["neither", { intercept: false, standardize: false }],
    ["an offset", { offset: upTo(N).map((i) => i / 7) }],
    ["penalty factors", { penaltyFactor: [1, 2, 0.5, 1, Number.POSITIVE_INFINITY] }],
    ["a column without a penalty", { penaltyFactor: [1, 0, 1, 1, 1] }],
    ["bounds", { lowerBounds: 0 }],
    ["given lambdas", { lambdas: [0.5, 0.01, 0.1, 0.1, 2] }],
    ["a grid of its own", { lambdaCount: 60, lambdaMinRatio: 1e-7 }],
    ["one lambda", { lambdaCount: 1 }],
    ["lambda 0", { lambdas: [1, 0] }],
    ["a strategy", { strategy: "residual" }],
    ["a coarse tolerance", { tolerance: 1e-4 }],
    ["a fine tolerance", { tolerance: 1e-12 }],
    ["a warm start", { warmStart: [1, 1, 1, 1, 1] }],
  ])("%s", (_, changes) => {
    const options = { folds: 4, seed: 3, lambdaCount: 20, ...changes };
    // What folds keep together has another name where models have groups.
    const { groups: foldGroups, ...others } = options;
    for (const rule of rules) {
      const many = choose<AnyModel>(given, { ...others, foldGroups, rule });
      expectSameChoices(many, each, rule, options);
    }
  });

  test("weights of each model", () => {
    const weights = each.map((_, i) => weightsOf(N).map((weight, row) => weight + ((row + i) % 3)));
    const many = choose(given, { weights: weights.flat(), folds: 3 });
    each.forEach((one, i) => {
      expectSameChoices(
        fitMany({ X: [one.X], y: [one.y], weights: [weights[i]], lambda: "cv", folds: 3 }),
        [one],
        "min",
        {
          weights: weights[i],
          folds: 3,
        },
      );
      expect(many.lambdas[i]).toBe(crossValidate(one.X, one.y, { weights: weights[i], folds: 3 }).lambdaMin);
    });
  });

  test("the largest lambda within one standard error is no less than that of the smallest error", () => {
    const [min, se] = rules.map((rule) => choose(given, { folds: 5, rule }));
    se.lambdas.forEach((lambda, i) => {
      expect(lambda).toBeGreaterThanOrEqual(min.lambdas[i]);
      const bar = (min.cvErrors?.[i] as number) + (min.standardErrors?.[i] as number);
      expect(se.cvErrors?.[i]).toBeLessThanOrEqual(bar);
    });
    expect(se.lambdas).not.toEqual(min.lambdas);
  });
});

describe("one model that cannot be fitted", () => {
  const spoilt: Record<string, (X: number[][], y: number[]) => void> = {
    "y that is not finite": (_, y) => {
      y[3] = Number.NaN;
    },
    "X that is not finite": (X) => {
      X[7][2] = Number.POSITIVE_INFINITY;
    },
  };
  test.each(Object.keys(spoilt))("%s: the error of its own cross-validation, and NaN", (kind) => {
    for (const layout of ["blocks", "list"]) {
      const { each } = layoutsOf("gaussian")[layout];
      const data = each.map(({ X, y }) => ({ X: X.map((row) => row.slice()), y: y.slice() }));
      spoilt[kind](data[1].X, data[1].y);
      const options = { folds: 4, lambdaCount: 10 };
      const given =
        layout === "list"
          ? { X: data.map(({ X }) => X), y: data.map(({ y }) => y) }
          : { X: data.flatMap(({ X }) => X), y: data.flatMap(({ y }) => y), batch: data.length };
      const call = (): ManyModels => fitMany({ ...given, ...options, lambda: "cv", rule: "1se" });
      // An array of rows is refused as a whole.
      if (layout === "blocks" && kind.startsWith("X")) {
        const flat = Float64Array.from(data.flatMap(({ X }) => X.flat()));
        given.X = wrong(dense(flat, flat.length / P, P));
      }
      const many = call();
      let alone: unknown;
      try {
        const { X, y } = data[1];
        crossValidate(dense(Float64Array.from(X.flat()), X.length, X[0].length), y, options);
      } catch (error) {
        alone = error;
      }
      expect(many.errors[1]).toMatchObject({ code: (alone as { code: string }).code });
      expect(many.cvErrors?.[1]).toBeNaN();
      expect(many.standardErrors?.[1]).toBeNaN();
      expect(many.lambdas[1]).toBeNaN();
      expect(many.errors.filter((error) => error !== undefined).length).toBe(1);
      const others = (_: unknown, i: number) => i !== 1;
      const rest = (list: Float64Array | undefined) => [...(list as Float64Array)].filter(others);
      expect(rest(many.cvErrors).every((error) => error > 0)).toBe(true);
      expect(rest(many.standardErrors).every((error) => error > 0)).toBe(true);
      data.filter(others).forEach(({ X, y }, at) => {
        expect(rest(many.lambdas)[at]).toBe(crossValidate(X, y, options).lambda1se);
      });
    }
  });
});

describe("awkward columns", () => {
  const { each } = layoutsOf("gaussian").blocks;
  test.each<[string, (x: number, row: number, j: number) => number]>([
    ["constant", (x, _, j) => (j === 1 ? -3e5 : x)],
    ["constant without one fold", (x, row, j) => (j === 1 ? Number(row === 5) : x)],
    ["twice the same", (x, row, j) => (j === 1 ? each[0].X[row][0] : x)],
    ["far from 0", (x, _, j) => x + (j % 2 ? -1e8 : 1e8)],
    ["of all sizes", (x, _, j) => x * 10 ** (6 * j - 12)],
    ["squares that are nearly too large", (x, _, j) => (j === 0 ? x * 1e140 : x)],
  ])("%s", (_, change) => {
    const X = each[0].X.map((values, row) => values.map((x, j) => change(x, row, j)));
    const options = { folds: 4, lambdaCount: 20 };
    for (const rule of rules) {
      const many = choose<AnyModel>({ X: [X, each[1].X], y: [each[0].y, each[1].y] }, { ...options, rule });
      expectSameChoices(many, [{ X, y: each[0].y }, each[1]], rule, options);
    }
  });
});

test("WebAssembly and JavaScript give the same bits", () => {
  const { given } = layoutsOf("gaussian").list;
  const fits = (["wasm", "js"] as const).map((backend) => {
    setBackend(backend);
    return choose(given, { rule: "1se", folds: 5 });
  });
  for (const name of ["coefficients", "intercepts", "lambdas", "cvErrors", "standardErrors", "dualityGaps"] as const) {
    assertSameBits(fits[0][name] as Float64Array, fits[1][name] as Float64Array);
  }
});

test("without a choice there are no errors of one", () => {
  const { given } = layoutsOf("gaussian").blocks;
  const many = choose(given, { lambda: 0.1 });
  expect("cvErrors" in many || "standardErrors" in many).toBe(false);
});
