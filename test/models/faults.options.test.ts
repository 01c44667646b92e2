import { describe, expect, test } from "vitest";
import {
  adaptiveFactors,
  designMatrix,
  elasticNet,
  fitMany,
  groupLasso,
  huber,
  lasso,
  mcp,
  ridge,
  scad,
  sortedL1,
} from "../../src/index.js";
import { cv, infinity, nan, path, type Refusal, testRefusals, wrong, X, y } from "./refusals.js";

const model = lasso(X, y, { lambda: 0.1 });
const fitted =
  (options: object): (() => unknown) =>
  () =>
    elasticNet(X, y, { lambda: 0.1, ...options });

describe("refusals: objects that are no options", () =>
  testRefusals(
    (
      [
        ["a Map", new Map([["lambda", 1]])],
        ["a Set", new Set()],
        ["an array", []],
        ["a Date", new Date(0)],
        ["a RegExp", /lambda/],
        ["a promise", Promise.resolve({ lambda: 1 })],
        ["a boxed number", Object(1)],
        ["a Float64Array", new Float64Array(0)],
      ] as const
    ).flatMap(([what, given]): Refusal[] => [
      [`${what} for a path`, path(given), "ERR_TYPE", "the options of regularizationPath must be an object, got"],
      [`${what} for a penalty`, () => mcp(wrong(given)), "ERR_TYPE", "the options of mcp must be an object, got"],
      [
        `${what} by name`,
        fitted({ names: ["a", "b"], penaltyFactor: given }),
        Array.isArray(given) || ArrayBuffer.isView(given) ? "ERR_LENGTH" : "ERR_TYPE",
        '"penaltyFactor" must',
      ],
    ]),
  ));

test("options may be of a class, of a prototype, or of none", () => {
  class Settings {
    lambda = 0.1;
    get l1Ratio(): number {
      return 1;
    }
  }
  const bare = Object.assign(Object.create(null), { lambda: 0.1 });
  for (const given of [new Settings(), Object.create({ lambda: 0.1 }), bare, Object.freeze({ lambda: 0.1 })]) {
    expect(elasticNet(X, y, given).coefficients).toEqual(model.coefficients);
  }
});

describe("refusals: null is no default", () =>
  testRefusals([
    ["gamma of mcp", () => mcp(wrong({ gamma: null })), "ERR_TYPE", '"gamma" must be a number, got null'],
    ["gamma of scad", () => scad(wrong({ gamma: null })), "ERR_TYPE", '"gamma" must be a number, got null'],
    ["q", () => sortedL1(wrong({ q: null })), "ERR_TYPE", '"q" must be a number, got null'],
    ["weights", () => sortedL1(wrong({ weights: null })), "ERR_TYPE", '"weights" must be a list of numbers, got null'],
    [
      "factors",
      () => groupLasso({ groups: [1, 1], factors: wrong(null) }),
      "ERR_TYPE",
      '"factors" must be a list of numbers, got null',
    ],
    [
      "factors that are a number",
      () => groupLasso({ groups: [1, 1], factors: wrong(nan) }),
      "ERR_TYPE",
      '"factors" must be a list of numbers, got NaN',
    ],
    ["delta", () => huber(X, y, { lambda: 0.1, delta: wrong(null) }), "ERR_TYPE", '"delta" must be a number, got null'],
    ["family", path({ family: null }), "ERR_TYPE", '"family" must be "gaussian"'],
    [
      "groups of folds",
      () => fitMany({ X: [X], y: [y], lambda: "cv", folds: 2, foldGroups: wrong(null) }),
      "ERR_TYPE",
      '"foldGroups" must be an array of labels, got null',
    ],
    ["gaps", () => designMatrix([{ a: 1 }], { naValues: wrong(null) }), "ERR_TYPE", '"naValues" must be an array'],
  ]));

describe("refusals: an l1Ratio of another kind", () =>
  testRefusals(
    [null, "1", {}, 1n, new Map()].flatMap((l1Ratio): Refusal[] => [
      ["of a cross-validation", () => cv(wrong({ l1Ratio }))(), "ERR_TYPE", '"l1Ratio" must be a number, got'],
      [
        "of many models",
        () => fitMany({ X: [X], y: [y], lambda: "cv", folds: 2, l1Ratio: wrong(l1Ratio) }),
        "ERR_TYPE",
        '"l1Ratio" must be a number, got',
      ],
      ["of a path", path({ l1Ratio }), "ERR_TYPE", '"l1Ratio" must be a number, got'],
    ]),
  ));

describe("refusals: a model that cannot be read", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  testRefusals([["for factors", () => adaptiveFactors(wrong(proxy)), "ERR_TYPE", '"model" must be']]);
});

describe("refusals: options", () =>
  testRefusals([
    ["an unknown one", fitted({ lamda: 1 }), "ERR_OPTION", 'elasticNet has no option "lamda": did you mean "lambda"?'],
    ["another", () => lasso(X, y, wrong({ lambda: 1, l1Ratio: 0.5 })), "ERR_OPTION", 'lasso has no option "l1Ratio"'],
    [
      "scikit-learn's",
      () => ridge(X, y, wrong({ alpha: 1 })),
      "ERR_OPTION",
      'ridge has no option "alpha": here it is "lambda = alpha/W"',
    ],
    [
      "of a path",
      path({ nlambda: 3 }),
      "ERR_OPTION",
      'regularizationPath has no option "nlambda": here it is "lambdaCount"',
    ],
    [
      "of cross-validation",
      cv(wrong({ fold: 3 })),
      "ERR_OPTION",
      'crossValidate has no option "fold": did you mean "folds"?',
    ],
    [
      "of predict",
      () => model.predict(X, wrong({ ofset: y })),
      "ERR_OPTION",
      'predict has no option "ofset": did you mean "offset"?',
    ],
    [
      "missing",
      () => lasso(X, y, wrong(undefined)),
      "ERR_TYPE",
      "the options of lasso must be an object, got undefined",
    ],
    ["a number", () => ridge(X, y, wrong(0.1)), "ERR_TYPE", "the options of ridge must be an object, got 0.1"],
    ["no lambda", () => lasso(X, y, wrong({})), "ERR_TYPE", '"lambda" must be a number, got undefined'],
    ...[-1, nan, infinity].map(
      (lambda): Refusal => [
        `lambda ${lambda}`,
        fitted({ lambda }),
        "ERR_VALUE",
        `"lambda" must be at least 0 and finite, got ${lambda}`,
      ],
    ),
    ["lambda as text", fitted({ lambda: "1" }), "ERR_TYPE", '"lambda" must be a number, got "1"'],
    ...[-0.1, 1.1, nan].map(
      (l1Ratio): Refusal => [
        `l1Ratio ${l1Ratio}`,
        fitted({ l1Ratio }),
        "ERR_VALUE",
        `"l1Ratio" must be between 0 and 1, got ${l1Ratio}`,
      ],
    ),
    ["intercept 1", fitted({ intercept: 1 }), "ERR_TYPE", '"intercept" must be true or false, got 1'],
    [
      "standardize as text",
      fitted({ standardize: "yes" }),
      "ERR_TYPE",
      '"standardize" must be true or false, got "yes"',
    ],
    ["tolerance -1", fitted({ tolerance: -1 }), "ERR_VALUE", '"tolerance" must be at least 0, got -1'],
    [
      "maxIterations 0",
      fitted({ maxIterations: 0 }),
      "ERR_VALUE",
      '"maxIterations" must be a whole number at least 1, got 0',
    ],
    [
      "maxIterations 1.5",
      fitted({ maxIterations: 1.5 }),
      "ERR_VALUE",
      '"maxIterations" must be a whole number at least 1, got 1.5',
    ],
    [
      "an unknown strategy",
      fitted({ strategy: "simplex" }),
      "ERR_VALUE",
      '"strategy" must be "auto" or "residual" or "newton" or "gram" or "cholesky" or "ridge" or "qr" or "sparse", got "simplex"',
    ],
    [
      "cholesky for a lasso",
      fitted({ strategy: "cholesky" }),
      "ERR_VALUE",
      '"strategy" must not be "cholesky" unless l1Ratio is 0 and there are no bounds',
    ],
    [
      "negative weights",
      fitted({ weights: [1, 1, -2, 1] }),
      "ERR_VALUE",
      '"weights" must be at least 0, got -2 in row 2',
    ],
    ["no weight", fitted({ weights: [0, 0, 0, 0] }), "ERR_VALUE", '"weights" must have a positive, finite sum, got 0'],
    [
      "too much weight",
      fitted({ weights: [1e308, 1e308, 1, 1] }),
      "ERR_VALUE",
      '"weights" must have a positive, finite sum, got Infinity',
    ],
    [
      "NaN for a weight",
      fitted({ weights: [1, nan, 1, 1] }),
      "ERR_NOT_FINITE",
      '"weights" must be finite, got NaN in row 1',
    ],
    ["weights too long", fitted({ weights: [1, 1, 1, 1, 1] }), "ERR_LENGTH", '"weights" must have 4 values, got 5'],
    ["offset too short", fitted({ offset: [1] }), "ERR_LENGTH", '"offset" must have 4 values, got 1'],
    [
      "offset not finite",
      fitted({ offset: [1, 2, 3, infinity] }),
      "ERR_NOT_FINITE",
      '"offset" must be finite, got Infinity in row 3',
    ],
    [
      "penaltyFactor negative",
      fitted({ penaltyFactor: [1, -1] }),
      "ERR_VALUE",
      '"penaltyFactor" must be at least 0, got -1 for column 1',
    ],
    [
      "penaltyFactor NaN",
      fitted({ penaltyFactor: [nan, 1] }),
      "ERR_VALUE",
      '"penaltyFactor" must be at least 0, got NaN for column 0',
    ],
    [
      "penaltyFactor too short",
      fitted({ penaltyFactor: [1] }),
      "ERR_LENGTH",
      '"penaltyFactor" must have 2 values, got 1',
    ],
    [
      "a lower bound above 0",
      fitted({ lowerBounds: 1 }),
      "ERR_VALUE",
      '"lowerBounds" must be at most 0, got 1 for column 0',
    ],
    [
      "an upper bound below 0",
      fitted({ upperBounds: [0, -1] }),
      "ERR_VALUE",
      '"upperBounds" must be at least 0, got -1 for column 1',
    ],
    [
      "a bound that is NaN",
      fitted({ lowerBounds: [nan, 0] }),
      "ERR_VALUE",
      '"lowerBounds" must be at most 0, got NaN for column 0',
    ],
    ["too many bounds", fitted({ upperBounds: [1, 1, 1] }), "ERR_LENGTH", '"upperBounds" must have 2 values, got 3'],
    ["bounds as text", fitted({ upperBounds: "1" }), "ERR_TYPE", '"upperBounds" must be an array of numbers, got "1"'],
    ["a warm start too short", fitted({ warmStart: [1] }), "ERR_LENGTH", '"warmStart" must have 2 values, got 1'],
    [
      "a warm start of NaN",
      fitted({ warmStart: [nan, 1] }),
      "ERR_NOT_FINITE",
      '"warmStart" must be finite, got NaN in row 0',
    ],
    [
      "a warm start as text",
      fitted({ warmStart: "model" }),
      "ERR_TYPE",
      '"warmStart" must be a model or 2 coefficients, got "model"',
    ],
  ]));

test("after a refusal the next fit is as it was", () => {
  expect(fitted({ weights: [0, 0, 0, 0] })).toThrow();
  expect(() =>
    lasso(
      [
        [1, 2],
        [3, nan],
      ],
      [1, 2],
      { lambda: 1 },
    ),
  ).toThrow();
  expect(lasso(X, y, { lambda: 0.1 })).toEqual(model);
});
