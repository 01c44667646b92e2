import { describe, expect, test } from "vitest";
import {
  type AnyModel,
  crossValidate,
  dense,
  elasticNet,
  fitMany,
  lasso,
  logistic,
  type MatrixLike,
  type Model,
  modelFromJSON,
  multinomial,
  poisson,
  regularizationPath,
  ridge,
  sparse,
} from "../../../src/index.js";
import { infinity, nan, testRefusals, wrong } from "../refusals.js";
import { labels, X, y } from "./sixRows.js";

const two = labels.map((label) => (label === "c" ? "a" : label));
const offset = [0.5, -1, 2, 0, 1, 0.25];
const options = { lambda: 0.05, offset };

/** A predicting method, whatever the model. */
type Predict = (X: MatrixLike, options?: { offset?: unknown }) => ArrayLike<unknown>;
const methodsOf = (model: AnyModel): [string, Predict][] =>
  ["predict", "decision", "predictProbability"]
    .filter((name) => name in model)
    .map((name) => [name, ((model as never)[name] as Predict).bind(model)]);

const families: [string, AnyModel][] = [
  ["elasticNet", elasticNet(X, y, { ...options, l1Ratio: 0.5 })],
  ["lasso", lasso(X, y, options)],
  ["ridge", ridge(X, y, options)],
  ["poisson", poisson(X, y, options)],
  ["logistic", logistic(X, two, options)],
  ["multinomial", multinomial(X, labels, options)],
  [
    "multinomial, an offset for each class",
    multinomial(X, labels, { ...options, offset: [...offset, ...offset, ...y] }),
  ],
];

/** All that models come from. */
const sources: [string, AnyModel][] = [
  ...families,
  ["path.model", regularizationPath(X, y, { offset }).model(3)],
  ["path.at", regularizationPath(X, y, { offset, lambdas: [1, 0.5] }).at(0.7)],
  ["cv.model", crossValidate(X, y, { offset, folds: 3 }).model("1se")],
  ["cv.model by leave-one-out", crossValidate(X, y, { offset, folds: "loo", l1Ratio: 0 }).model()],
  ["cv.model of counts", crossValidate(X, y, { offset, folds: 3, family: "poisson" }).model()],
  ["fitMany in a list", fitMany({ X: [X], y: [y], lambda: 0.1, offset: [offset] }).model(0)],
  ["fitMany in blocks", fitMany({ X, y, batch: 2, lambda: 0.1, offset }).model(1)],
  ["fitMany, one offset for all", fitMany({ X, y, batch: 2, lambda: 0.1, offset: offset.slice(0, 3) }).model(1)],
  ["fitMany on one X", fitMany({ X, y: y.map((v) => [v, -v]), lambda: 0.1, offset: y.map((v) => [1, v]) }).model(1)],
  ["fitMany by cross-validation", fitMany({ X: [X], y: [y], lambda: "cv", folds: 3, offset: [offset] }).model(0)],
  [
    "fitMany of labels",
    fitMany({ X: [X], y: [labels], lambda: 0.1, offset: [offset], family: "multinomial" }).model(0),
  ],
];
const kept = sources.flatMap(([name, model]): [string, AnyModel][] => [
  [name, model],
  [`${name}, from JSON`, modelFromJSON(JSON.parse(JSON.stringify(model)))],
  [`${name}, from its clone`, modelFromJSON(structuredClone(model as Model))],
]);

describe.each(kept)("a model with an offset does not predict without one: %s", (_name, model) => {
  test.each(methodsOf(model))("%s", (_method, predict) => {
    for (const none of [undefined, {}, { offset: undefined }]) {
      expect(() => predict(X, none)).toThrow(expect.objectContaining({ code: "ERR_TYPE" }));
      expect(() => predict(X, none)).toThrow('"offset" must be given');
    }
    const zeros = predict(X, { offset: X.map(() => 0) });
    expect(predict(X, { offset: 0 })).toEqual(zeros);
    expect(predict(X, { offset: 2 })).toEqual(predict(X, { offset: X.map(() => 2) }));
  });
});

describe("a model without an offset", () => {
  test("predicts as if it were 0", () => {
    for (const model of [
      lasso(X, y, { lambda: 0.1 }),
      poisson(X, y, { lambda: 0.1 }),
      logistic(X, two, { lambda: 0.1 }),
    ])
      for (const [, predict] of methodsOf(model)) expect(predict(X)).toEqual(predict(X, { offset: 0 }));
  });

  test("says nothing of offsets, as models did before", () => {
    const model = lasso(X, y, { lambda: 0.1 });
    expect("hasOffset" in model || "hasOffset" in model.toJSON()).toBe(false);
    expect("hasOffset" in regularizationPath(X, y) || "hasOffset" in fitMany({ X: [X], y: [y], lambda: 1 })).toBe(
      false,
    );
  });

  test("may stand beside others in a list", () => {
    const many = fitMany({ X: [X, X], y: [y, y], lambda: 0.1, offset: [offset, wrong(undefined)] });
    expect(many.hasOffset).toEqual([true, false]);
    expect(() => many.model(0).predict(X)).toThrow('"offset" must be given');
    expect(() => many.model(1).predict(X)).not.toThrow();
  });
});

describe("refusals: offsets", () => {
  const model = families[1][1] as Model;
  testRefusals([
    ["null", () => model.predict(X, { offset: wrong(null) }), "ERR_TYPE", '"offset" must be'],
    ["text", () => model.predict(X, { offset: wrong("0") }), "ERR_TYPE", '"offset" must be'],
    ["true", () => model.predict(X, { offset: wrong(true) }), "ERR_TYPE", '"offset" must be'],
    ["NaN", () => model.predict(X, { offset: nan }), "ERR_NOT_FINITE", '"offset" must be finite, got NaN'],
    ["infinity", () => model.decision(X, { offset: infinity }), "ERR_NOT_FINITE", '"offset" must be finite'],
    ["the wrong length", () => model.predict(X, { offset: [0] }), "ERR_LENGTH", '"offset" must have 6 values, got 1'],
  ]);
});

describe("X of predictions is checked as that of fits", () => {
  /** Only column 0 has a coefficient, so that products leave column 1 out. */
  const plain = { lambda: 0.05, penaltyFactor: [1, infinity] };
  const models: [string, AnyModel][] = [
    ["gaussian", lasso(X, y, plain)],
    ["poisson", poisson(X, y, plain)],
    ["binomial", logistic(X, two, plain)],
    ["multinomial", multinomial(X, labels, plain)],
    ["all coefficients", ridge(X, y, { lambda: 0.1 })],
    ["no coefficients", lasso(X, y, { lambda: 1e6 })],
  ];
  const spoilt = (value: number, row: number, column: number): number[][] =>
    X.map((values, i) => values.map((x, j) => (i === row && j === column ? value : x)));
  const [n, p] = [X.length, 2];
  const forms: [string, (rows: number[][]) => MatrixLike][] = [
    ["rows", (rows) => rows],
    ["typed rows", (rows) => rows.map((row) => Float32Array.from(row))],
    ["dense by row", (rows) => dense(Float64Array.from(rows.flat()), n, p)],
    [
      "dense by column",
      (rows) => dense(Float64Array.from([0, 1].flatMap((j) => rows.map((row) => row[j]))), n, p, { order: "column" }),
    ],
    [
      "sparse",
      (rows) => {
        const entries = [0, 1].map((j) => rows.flatMap((row, i) => (row[j] === 0 ? [] : [{ i, x: row[j] }])));
        return sparse({
          rows: n,
          columns: p,
          values: entries.flat().map(({ x }) => x),
          rowIndices: entries.flat().map(({ i }) => i),
          columnPointers: [0, entries[0].length, entries[0].length + entries[1].length],
        });
      },
    ],
    ["ml-matrix", (rows) => ({ rows: n, columns: p, get: (i, j) => rows[i][j] })],
    ["ndarray", (rows) => ({ data: rows.flat(), shape: [n, p], stride: [p, 1], offset: 0 })],
  ];
  describe.each(models)("%s", (_name, model) => {
    test.each(forms)("%s", (_form, form) => {
      for (const [, predict] of methodsOf(model)) {
        expect(() => predict(form(X))).not.toThrow();
        for (const value of [nan, infinity, -infinity]) {
          for (const [row, column] of [
            [0, 0],
            [3, 1],
            [5, 0],
            [5, 1],
          ]) {
            const message = `"X" must be finite, got ${value} in row ${row}, column ${column}`;
            const call = () => predict(form(spoilt(value, row, column)));
            expect(call).toThrow(message);
            expect(call).toThrow(expect.objectContaining({ code: "ERR_NOT_FINITE" }));
          }
        }
      }
    });
  });

  const steep = modelFromJSON({ ...ridge(X, y, { lambda: 0.1 }).toJSON(), coefficients: [10, -10] });
  testRefusals([
    [
      "finite X whose products overflow",
      () => steep.predict([X[0], [1e308, 1e308]]),
      "ERR_VALUE",
      '"X" must not have products that overflow both ways, got Infinity − Infinity in row 1',
    ],
  ]);

  test("a model that could not be fitted predicts NaN", () => {
    const many = fitMany({ X: [X], y: [y.map(() => nan)], lambda: 0.1 });
    expect(many.errors[0]).toBeDefined();
    expect([...many.model(0).predict(X)]).toEqual(X.map(() => nan));
  });
});
