import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dense,
  elasticNet,
  fromGlmnetGaussian,
  fromL1L2,
  fromSklearnLogistic,
  fromSklearnRidge,
  lasso,
  type Model,
  modelFromJSON,
  penalty,
  regularizationPath,
  ridge,
} from "../../../src/index.js";
import { assertSameBits } from "../../support/bits.js";
import { optionsOf, problems } from "../problems.js";
import { infinity, nan, type Refusal, testRefusals, wrong, X, y } from "../refusals.js";

/** Fields and prototype are the same, bit for bit. */
function expectSameModel(actual: Model, expected: Model): void {
  expect(actual).toEqual(expected);
  expect(Object.getPrototypeOf(actual)).toBe(Object.getPrototypeOf(expected));
  assertSameBits(actual.coefficients, expected.coefficients);
}

describe("predict", () => {
  test("is offset + X·w + b", () => {
    const { coefficients, intercept, ...model } = lasso(X, y, { lambda: 0.1 });
    expect(model.nonzeros).toBeGreaterThan(0);
    const eta = X.map((row) => intercept + row[0] * coefficients[0] + row[1] * coefficients[1]);
    const fitted = lasso(X, y, { lambda: 0.1 });
    fitted.predict(X).forEach((value, i) => {
      expect(value).toBeCloseTo(eta[i], 14);
    });
    fitted.predict(X, { offset: [1, 2, 3, 4] }).forEach((value, i) => {
      expect(value).toBeCloseTo(eta[i] + i + 1, 14);
    });
    expect(fitted.predict(dense(new Float64Array(0), 0, 2))).toEqual(new Float64Array(0));
  });
});

describe("a model", () => {
  test("is plain to look at", () => {
    const model = elasticNet(X, y, { lambda: 0.1, l1Ratio: 0.5, tolerance: 1e-9 });
    expect(model).toMatchObject({ family: "gaussian", lambda: 0.1, l1Ratio: 0.5, tolerance: 1e-9, certificate: "gap" });
    expect(model.coefficients).toBeInstanceOf(Float64Array);
    expect(model.nonzeros).toBe(model.coefficients.filter((value) => value !== 0).length);
    expect(model.violation).toBeNaN();
    expect(lasso(X, y, { lambda: 0.1 }).l1Ratio).toBe(1);
    expect(elasticNet(X, y, { lambda: 0.1 }).l1Ratio).toBe(1);
    expect(ridge(X, y, { lambda: 0.1 }).l1Ratio).toBe(0);
    expect(lasso(X, y, { lambda: 0.1, intercept: false }).intercept).toBe(0);
  });

  test("with an unpenalised column has a duality gap too", () => {
    const model = lasso(X, y, { lambda: 0.1, penaltyFactor: [0, 1] });
    expect(model).toMatchObject({ certificate: "gap", violation: Number.NaN, converged: true });
    expect(model.dualityGap).toBeLessThanOrEqual(1e-7);
  });

  test("that ran out of iterations says so, and how far it is", () => {
    const options = { lambda: 1e-6, tolerance: 0, maxIterations: 1 };
    const model = lasso(X, y, options);
    expect(model.iterations).toBe(1);
    expect(model.dualityGap).toBeGreaterThan(0);
    expect(model.converged).toBe(false);
  });
});

describe("JSON", () => {
  test("makes the same model again through text, bit for bit", () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const model = elasticNet(problem.X, problem.y, optionsOf(problem));
        expectSameModel(modelFromJSON<"gaussian">(JSON.parse(JSON.stringify(model))), model);
        expectSameModel(modelFromJSON(model.toJSON()), model);
      }),
      { seed: 20240229, numRuns: 100 },
    );
  });

  test("holds NaN, subnormals and interpolated models", () => {
    const path = regularizationPath(X, y, { lambdas: [0.4, 0.2], penaltyFactor: [1e-320, 1] });
    for (const model of [path.model(1), path.at(0.3), lasso(X, y, { lambda: 5e-324, penaltyFactor: [0, 1] })]) {
      const again = modelFromJSON<"gaussian">(JSON.parse(JSON.stringify(model)));
      expectSameModel(again, model);
      assertSameBits(again.predict(X), model.predict(X));
    }
  });

  test("says what it is", () => {
    expect(lasso(X, y, { lambda: 0.1 }).toJSON()).toMatchObject({
      format: "regulus-model",
      version: 1,
      family: "gaussian",
    });
  });
});

describe("penalties of other systems", () => {
  test("glmnet: half its L2 part over sd(y)", () => {
    const { lambda, l1Ratio } = fromGlmnetGaussian(0.3, 0.25, 2);
    expect(lambda * l1Ratio).toBeCloseTo(0.3 * 0.25, 15);
    expect(lambda * (1 - l1Ratio)).toBeCloseTo((0.3 * 0.75) / 2, 15);
    expect(fromGlmnetGaussian(0.3, 1, 2)).toEqual({ lambda: 0.3, l1Ratio: 1 });
    expect(fromGlmnetGaussian(0, 0.5, 2)).toEqual({ lambda: 0, l1Ratio: 1 });
  });

  test("scikit-learn", () => {
    expect(fromSklearnRidge(5, 10)).toEqual({ lambda: 0.5, l1Ratio: 0 });
    expect(fromSklearnLogistic(2, 10, 1)).toEqual({ lambda: 0.05, l1Ratio: 1 });
    expect(fromSklearnLogistic(2, 10)).toEqual({ lambda: 0.05, l1Ratio: 0 });
  });

  test("no penalty is lambda 0", () => {
    expect(fromSklearnRidge(0, 10)).toEqual({ lambda: 0, l1Ratio: 0 });
    expect(fromSklearnLogistic(infinity, 10)).toEqual({ lambda: 0, l1Ratio: 0 });
    expect(fromL1L2(0, 0)).toEqual({ lambda: 0, l1Ratio: 1 });
  });

  const converters: [string, (...numbers: number[]) => unknown, number[]][] = [
    ["fromGlmnetGaussian", fromGlmnetGaussian as never, [0.3, 0.5, 2]],
    ["fromSklearnRidge", fromSklearnRidge as never, [5, 10]],
    ["fromSklearnLogistic", fromSklearnLogistic as never, [2, 10, 0.5]],
    ["fromL1L2", fromL1L2 as never, [0.3, 0.2]],
  ];
  describe.each(converters)("%s", (_name, convert, right) => {
    const withWrong = (value: unknown) =>
      right.map((_, k): [number, () => unknown] => [
        k,
        () => convert(...right.map((number, other) => (other === k ? wrong(value) : number))),
      ]);
    testRefusals([
      ...["1", true, null, 1n, [1], {}].flatMap((value) =>
        withWrong(value).map(
          ([k, call]): Refusal => [`${value} as argument ${k}`, call, "ERR_TYPE", "must be a number"],
        ),
      ),
      ...[nan, -1, -5e-324, -infinity].flatMap((value) =>
        withWrong(value).map(([k, call]): Refusal => [`${value} as argument ${k}`, call, "ERR_VALUE", `got ${value}`]),
      ),
    ]);
  });

  describe("refusals", () =>
    testRefusals([
      ["no arguments", () => fromSklearnRidge(...(wrong([]) as [number, number])), "ERR_TYPE", '"strength" must be a'],
      ["no W", () => fromSklearnRidge(1, 0), "ERR_VALUE", '"totalWeight" must be positive, got 0'],
      ["C 0", () => fromSklearnLogistic(0, 1), "ERR_VALUE", '"C" must be positive, got 0'],
      ["a mix above 1", () => fromGlmnetGaussian(1, 1.5, 1), "ERR_VALUE", '"mix" must be between 0 and 1, got 1.5'],
      ["a ratio above 1", () => fromSklearnLogistic(1, 1, 2), "ERR_VALUE", '"l1Ratio" must be between 0 and 1, got 2'],
      ["a constant y", () => fromGlmnetGaussian(1, 0.5, 0), "ERR_VALUE", '"sdOfY" must be positive, got 0'],
      ["an infinite penalty", () => fromL1L2(infinity, 1), "ERR_NOT_FINITE", '"l1" must be finite, got Infinity'],
      ["one that overflows", () => fromL1L2(1e308, 1e308), "ERR_VALUE", 'a finite "lambda", got Infinity'],
      [
        "one that overflows by W",
        () => fromSklearnRidge(1e300, 1e-300),
        "ERR_VALUE",
        'a finite "lambda", got Infinity',
      ],
    ]));

  test("our own textbook penalty is what penalty() computes", () => {
    const w = Float64Array.of(1, -2, 0.5);
    const { lambda, l1Ratio } = fromL1L2(0.3, 0.2);
    const [sum, squares] = [3.5, 5.25];
    expect(lambda * (l1Ratio * sum + ((1 - l1Ratio) / 2) * squares)).toBeCloseTo(penalty(w, { l1: 0.3, l2: 0.2 }), 14);
    expect(fromL1L2(0, 0.2)).toEqual({ lambda: 0.4, l1Ratio: 0 });
  });
});
