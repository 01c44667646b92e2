import { describe, expect, test } from "vitest";
import { dense, fitMany, lasso, type ManyOptions } from "../../../src/index.js";
import { randomStream } from "../../support/arbitraries.js";
import { infinity, nan, type Refusal, testRefusals, wrong } from "../refusals.js";

const next = randomStream(12);
const BATCH = 4;
const N = 10;
const P = 3;
const X = Float64Array.from({ length: BATCH * N * P }, next);
const y = Float64Array.from({ length: BATCH * N }, (_, i) => X[i * P] + 0.1 * next());
const matrix = dense(X, BATCH * N, P);
const block = (i: number) => dense(X.subarray(i * N * P, (i + 1) * N * P), N, P);
const target = (i: number) => y.subarray(i * N, (i + 1) * N);
const blocks = [0, 1, 2, 3].map(block);
const targets = [0, 1, 2, 3].map(target);
const spoilt = <A extends { slice(): A }>(values: A, at: number, value: number): A =>
  Object.assign(values.slice(), { [at]: value });

describe("a model that cannot be fitted marks itself and stops no other", () => {
  const options = { X: matrix, y, batch: BATCH, lambda: 0.01 };
  const alone = [0, 1, 2, 3].map((i) => fitMany({ X: blocks[i], y: target(i), batch: 1, lambda: 0.01 }).model(0));
  const flawed: [what: string, options: ManyOptions, code: string, message: string][] = [
    [
      "NaN in X",
      { ...options, X: dense(spoilt(X, 2 * N * P + 4, nan), BATCH * N, P) },
      "ERR_NOT_FINITE",
      'model 2: "X" must be finite, got NaN in row 1, column 1',
    ],
    [
      "infinity in X",
      { ...options, X: dense(spoilt(X, 2 * N * P, infinity), BATCH * N, P) },
      "ERR_NOT_FINITE",
      'model 2: "X" must be finite, got Infinity in row 0, column 0',
    ],
    [
      "squares of X that overflow",
      { ...options, X: dense(spoilt(X, 2 * N * P, 1e300), BATCH * N, P) },
      "ERR_VALUE",
      'model 2: "X" must not have squares that overflow',
    ],
    [
      "NaN in y",
      { ...options, y: spoilt(y, 2 * N + 3, nan) },
      "ERR_NOT_FINITE",
      'model 2: "y" must be finite, got NaN in row 3',
    ],
    [
      "no weight",
      { ...options, weights: y.map((_, i) => (Math.floor(i / N) === 2 ? 0 : 2)) },
      "ERR_VALUE",
      'model 2: "weights" must have a positive, finite sum, got 0',
    ],
    [
      "a negative weight",
      { ...options, weights: spoilt(y.fill.call(y.slice(), 1), 2 * N + 5, -1) },
      "ERR_VALUE",
      'model 2: "weights" must be at least 0, got -1 in row 5',
    ],
    [
      "an offset of infinity",
      { ...options, offset: spoilt(new Float64Array(BATCH * N), 2 * N, infinity) },
      "ERR_NOT_FINITE",
      'model 2: "offset" must be finite, got Infinity in row 0',
    ],
    [
      "lambda NaN",
      { ...options, lambda: [0.01, 0.01, nan, 0.01] },
      "ERR_VALUE",
      'model 2: "lambda" must be at least 0 and finite, got NaN',
    ],
    [
      "a warm start of NaN",
      { ...options, warmStart: spoilt(new Float64Array(BATCH * P), 2 * P, nan) },
      "ERR_NOT_FINITE",
      'model 2: "warmStart" must be finite, got NaN in row 0',
    ],
    [
      "a vector of another length",
      { X: blocks, y: [targets[0], targets[1], y.slice(0, 3), targets[3]], lambda: 0.01 },
      "ERR_LENGTH",
      'model 2: "y" must have 10 values, got 3',
    ],
    [
      "a vector that is none",
      { X: blocks, y: [targets[0], targets[1], wrong("y"), targets[3]], lambda: 0.01 },
      "ERR_TYPE",
      'model 2: "y" must be an array of numbers, got "y"',
    ],
    [
      "weights of another length",
      { X: blocks, y: targets, weights: targets.map((one, i) => one.slice(i === 2 ? 1 : 0).fill(1)), lambda: 0.01 },
      "ERR_LENGTH",
      'model 2: "weights" must have 10 values, got 9',
    ],
  ];

  test.each(flawed)("%s", (_, flawedOptions, code, message) => {
    const many = fitMany(flawedOptions);
    expect(many.errors[2]).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(many.errors[2]).toBeInstanceOf(code === "ERR_TYPE" ? TypeError : RangeError);
    expect(many.model(2)).toMatchObject({ intercept: nan, objective: nan, dualityGap: nan, converged: false });
    expect(many.model(2).coefficients).toEqual(new Float64Array(P).fill(nan));
    for (const i of [0, 1, 3]) {
      expect(many.errors[i]).toBeUndefined();
      expect(many.model(i).coefficients).toEqual(alone[i].coefficients);
    }
  });

  test("a matrix that is none has no coefficients", () => {
    const many = fitMany({
      X: [blocks[0], wrong(7), block(2), dense(new Float64Array(0), 0, P)],
      y: targets,
      lambda: 0.01,
    });
    expect(many.errors[1]).toMatchObject({
      code: "ERR_TYPE",
      message: expect.stringContaining('model 1: "X" must be'),
    });
    expect(many.errors[3]).toMatchObject({ code: "ERR_LENGTH", message: expect.stringContaining("at least one row") });
    expect([...many.starts]).toEqual([0, P, P, 2 * P, 3 * P]);
    expect(many.model(1).coefficients.length).toBe(0);
    expect([...many.converged]).toEqual([1, 0, 1, 0]);
  });

  test("one target of many on one X, in the middle of those that are fitted together", () => {
    const columns = dense(Float64Array.from([...y, ...y].slice(0, 7 * N)), N, 7, { order: "column" });
    columns.data[3 * N + 1] = nan;
    const many = fitMany({ X: block(0), y: columns, lambda: 0.01 });
    expect(many.errors.map((error) => error?.message)).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((i) => (i === 3 ? 'model 3: "y" must be finite, got NaN in row 1' : undefined)),
    );
    expect([...many.converged]).toEqual([1, 1, 1, 0, 1, 1, 1]);
  });

  test("least squares on dependent columns, and folds for too few rows", () => {
    const data = X.slice();
    for (let i = 0; i < N; ++i) data[i * P] = data[i * P + 1];
    const many = fitMany({ X: dense(data, BATCH * N, P), y, batch: BATCH, lambda: 0 });
    expect(many.errors[0]).toMatchObject({ code: "ERR_RANK", message: expect.stringContaining("model 0: ") });
    expect([...many.converged]).toEqual([0, 1, 1, 1]);
    const short = fitMany({
      X: [block(0), dense(X.subarray(0, 2 * P), 2, P)],
      y: [target(0), [1, 2]],
      lambda: "cv",
      folds: 5,
    });
    expect(short.errors[0]).toBeUndefined();
    expect(short.errors[1]).toMatchObject({ code: "ERR_VALUE" });
    expect([...short.converged]).toEqual([1, 0]);
  });
});

describe("a call that is wrong as a whole is refused", () => {
  const many =
    (options: object): (() => unknown) =>
    () =>
      fitMany({ X: matrix, y, batch: BATCH, lambda: 0.01, ...options });
  const list =
    (options: object): (() => unknown) =>
    () =>
      fitMany({ X: blocks, y: targets, lambda: 0.01, ...options });
  const one =
    (options: object): (() => unknown) =>
    () =>
      fitMany({ X: block(0), y: dense(y.slice(0, 2 * N), N, 2), lambda: 0.01, ...options });

  testRefusals([
    [
      "no options",
      () => fitMany(wrong(undefined)),
      "ERR_TYPE",
      "the options of fitMany must be an object, got undefined",
    ],
    ["an unknown option", many({ lamda: 1 }), "ERR_OPTION", 'fitMany has no option "lamda": did you mean "lambda"?'],
    [
      "another family",
      many({ family: "cox" }),
      "ERR_VALUE",
      '"family" must be "gaussian" or "binomial" or "multinomial" or "poisson" or "huber", got "cox"',
    ],
    ["no X", many({ X: undefined }), "ERR_TYPE", '"X" must be dense(...)'],
    ["no rows", many({ X: dense(new Float64Array(0), 0, 3) }), "ERR_LENGTH", '"X" must have at least one row, got 0'],
    ["no lambda", many({ lambda: undefined }), "ERR_TYPE", '"lambda" must be a number, got undefined'],
    ["a lambda below 0", many({ lambda: -1 }), "ERR_VALUE", '"lambda" must be at least 0 and finite, got -1'],
    ["another word for lambda", many({ lambda: "best" }), "ERR_TYPE", '"lambda" must be a number, got "best"'],
    ["too few lambdas", many({ lambda: [1, 2] }), "ERR_LENGTH", '"lambda" must have 4 values, got 2'],
    ["l1Ratio above 1", many({ l1Ratio: 2 }), "ERR_VALUE", '"l1Ratio" must be between 0 and 1, got 2'],
    [
      "several l1Ratios",
      many({ l1Ratio: [0.5, 1] }),
      "ERR_VALUE",
      '"l1Ratio" must be a number, or with "lambda" at "cv"',
    ],
    ["no batch", many({ batch: 0 }), "ERR_VALUE", '"batch" must be a whole number at least 1, got 0'],
    [
      "a batch that does not divide",
      many({ batch: 3 }),
      "ERR_LENGTH",
      '"X" must have a multiple of 3 rows, for 3 models, got 40',
    ],
    ["a batch and a list", list({ batch: 4 }), "ERR_VALUE", '"batch" must be left out with a list of matrices, got 4'],
    ["a vector and no batch", one({ y: target(0) }), "ERR_TYPE", '"y" must be a matrix with a column for each model'],
    ["y too short", many({ y: y.slice(1) }), "ERR_LENGTH", '"y" must have 40 values, got 39'],
    ["y of one model", many({ y: target(0) }), "ERR_LENGTH", '"y" must have 40 values, got 10'],
    ["too few vectors", list({ y: [y] }), "ERR_LENGTH", '"y" must have 4 vectors, one for each model, got 1'],
    ["y of other rows", one({ y: dense(y, 2 * N, 2) }), "ERR_LENGTH", '"y" must have 10 rows, got 20'],
    [
      "y without columns",
      one({ y: dense(new Float64Array(0), N, 0) }),
      "ERR_LENGTH",
      '"y" must have at least one column',
    ],
    [
      "NaN in the one X",
      one({ X: dense(spoilt(X.slice(0, N * P), 5, nan), N, P) }),
      "ERR_NOT_FINITE",
      '"X" must be finite, got NaN in row 1, column 2',
    ],
    ["a tolerance below 0", many({ tolerance: -1 }), "ERR_VALUE", '"tolerance" must be at least 0, got -1'],
    [
      "factors of other columns",
      many({ penaltyFactor: [1] }),
      "ERR_LENGTH",
      '"penaltyFactor" must have 3 values, got 1',
    ],
    ["a strategy that is not for it", many({ strategy: "cholesky" }), "ERR_VALUE", '"strategy" must not be "cholesky"'],
    [
      "weights too long",
      many({ weights: y.slice(0, 11) }),
      "ERR_LENGTH",
      '"weights" must have 10 or 40 values, got 11',
    ],
    [
      "common weights below 0",
      many({ weights: spoilt(target(0).slice().fill(1), 2, -1) }),
      "ERR_VALUE",
      '"weights" must be at least 0, got -1 in row 2',
    ],
    [
      "no common weight",
      many({ weights: new Float64Array(N) }),
      "ERR_VALUE",
      '"weights" must have a positive, finite sum, got 0',
    ],
    [
      "weights for each target",
      one({ weights: y.slice(0, 2 * N) }),
      "ERR_LENGTH",
      '"weights" must have 10 values, got 20',
    ],
    [
      "a common offset of NaN",
      one({ offset: spoilt(target(0), 1, nan) }),
      "ERR_NOT_FINITE",
      '"offset" must be finite, got NaN in row 1',
    ],
    [
      "an offset of other columns",
      one({ offset: dense(y, N, 4) }),
      "ERR_LENGTH",
      '"offset" must have 2 columns, got 4',
    ],
    [
      "a warm start of another p",
      many({ warmStart: [1] }),
      "ERR_LENGTH",
      '"warmStart" must have 3 or 12 values, got 1',
    ],
    ["folds without cv", many({ folds: 5 }), "ERR_OPTION", 'fitMany takes "folds" only where "lambda" is "cv"'],
    ["a rule without cv", many({ rule: "1se" }), "ERR_OPTION", 'fitMany takes "rule" only where "lambda" is "cv"'],
    [
      "another rule",
      many({ lambda: "cv", rule: wrong("1SE") }),
      "ERR_VALUE",
      '"rule" must be "min" or "1se", got "1SE"',
    ],
    [
      "too few folds",
      many({ lambda: "cv", folds: 1 }),
      "ERR_VALUE",
      '"folds" must be a whole number between 2 and 10, got 1',
    ],
    [
      "no lambdas for cv",
      many({ lambda: "cv", lambdas: [] }),
      "ERR_LENGTH",
      '"lambdas" must have at least one value, got 0',
    ],
  ] satisfies Refusal[]);

  test("after a refusal the next call is as it was", () => {
    expect(one({ X: dense(new Float64Array(N * P).fill(nan), N, P) })).toThrow();
    const model = fitMany({ X: matrix, y, batch: BATCH, lambda: 0.01 }).model(0);
    const alone = lasso(block(0), target(0), { lambda: 0.01 });
    expect(Math.max(...model.coefficients.map((value, j) => Math.abs(value - alone.coefficients[j])))).toBeLessThan(
      1e-3,
    );
  });
});
