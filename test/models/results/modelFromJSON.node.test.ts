import { createContext, runInContext } from "node:vm";
import { describe, expect, test } from "vitest";
import {
  type AnyModel,
  fitMany,
  lasso,
  logistic,
  type Model,
  modelFromJSON,
  multinomial,
  poisson,
  regularizationPath,
  ridge,
} from "../../../src/index.js";
import { infinity, nan, type Refusal, testRefusals, wrong } from "../refusals.js";
import { labels, X, y } from "./sixRows.js";

const gaussian = lasso(X, y, { lambda: 0.05 });
const binary = logistic(X, [0, 1, 0, 1, 0, 1], { lambda: 0.05 });
const classes = multinomial(X, labels, { lambda: 0.05 });
const models: [string, AnyModel][] = [
  ["gaussian", gaussian],
  ["poisson", poisson(X, y, { lambda: 0.05 })],
  ["binomial", binary],
  ["multinomial", classes],
  ["with an offset", lasso(X, y, { lambda: 0.05, offset: y })],
  ["without an intercept", lasso(X, y, { lambda: 0.05, intercept: false })],
  ["with any tolerance", lasso(X, y, { lambda: 0.05, tolerance: infinity })],
  ["of many", fitMany({ X: [X], y: [labels], lambda: 0.05, family: "multinomial" }).model(0)],
  ["between two lambdas", regularizationPath(X, y, { lambdas: [1, 0.1] }).at(0.3)],
];
const realm = createContext({});
const elsewhere = (text: string): unknown => runInContext(`(${text})`, realm);

describe.each(models)("a model %s comes back", (_name, model) => {
  const ways: [string, () => AnyModel][] = [
    ["from JSON", () => modelFromJSON(JSON.parse(JSON.stringify(model)))],
    ["from the object", () => modelFromJSON(model.toJSON())],
    ["from the object's clone", () => modelFromJSON(structuredClone(model.toJSON()))],
    ["from its clone", () => modelFromJSON(structuredClone(model as Model))],
    ["from itself", () => modelFromJSON(model)],
    ["from JSON of another realm", () => modelFromJSON(wrong(elsewhere(JSON.stringify(model))))],
    [
      "from a model of another copy, in another realm",
      () => {
        const own = JSON.stringify(model.coefficients && { ...model, coefficients: Array.from(model.coefficients) });
        const text = `class { constructor(f) { Object.assign(this, f); } toJSON() {} predict() {} }`;
        const Other = elsewhere(text) as new (fields: object) => ModelLike;
        const { Float64Array: Floats } = elsewhere("{ Float64Array }") as { Float64Array: typeof Float64Array };
        const fields: ModelLike = { ...JSON.parse(own), ...model };
        const other = new Other({ ...fields, coefficients: Floats.from(fields.coefficients) });
        return modelFromJSON(wrong(other));
      },
    ],
  ];
  test.each(ways)("%s", (_way, again) => {
    const back = again();
    expect(back).toEqual(model);
    expect(back).toBeInstanceOf(model.constructor);
    const options = { offset: 0 };
    expect(back.predict(X, options)).toEqual(model.predict(X, options));
    expect(JSON.parse(JSON.stringify(back))).toEqual(JSON.parse(JSON.stringify(model)));
    expect(back.coefficients).not.toBe(model.coefficients);
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

interface ModelLike {
  coefficients: Float64Array;
}

test("JSON from before there were offsets in it predicts as it did", () => {
  const before =
    '{"type":"regulus-model","version":1,"family":"gaussian","coefficients":[0.5,0],"intercept":1,"lambda":0.1,"l1Ratio":1,' +
    '"objective":0.2,"dualityGap":1e-9,"certificate":"gap","violation":null,"tolerance":1e-7,"iterations":3,"strategy":"newton","converged":true}';
  expect([...modelFromJSON(JSON.parse(before)).predict([[2, 7]])]).toEqual([2]);
});

describe("refusals: fields that no model has", () => {
  const changed =
    (model: AnyModel, change: object): (() => unknown) =>
    () =>
      modelFromJSON(wrong({ ...JSON.parse(JSON.stringify(model)), ...change }));
  const row = (model: AnyModel, change: Record<string, unknown>, code: string, message: string): Refusal => [
    JSON.stringify(change, (_name, value) => (value === undefined ? "nothing" : value)),
    changed(model, change),
    code,
    message,
  ];
  const without = (model: AnyModel, name: string): Refusal => [
    `${model.family} without ${name}`,
    () => {
      const { [name]: _, ...rest } = JSON.parse(JSON.stringify(model));
      return modelFromJSON(wrong(rest));
    },
    name === "version" ? "ERR_VALUE" : "ERR_TYPE",
    name === "format" || name === "version" ? '"json" must be' : `"${name}" must be`,
  ];
  testRefusals([
    ...[gaussian, binary, classes].flatMap((model) => Object.keys(model.toJSON()).map((name) => without(model, name))),
    ["a list", () => modelFromJSON(wrong([gaussian.toJSON()])), "ERR_TYPE", "got Array(1)"],
    ["a revoked proxy", () => modelFromJSON(wrong(revoked())), "ERR_TYPE", '"json" must be readable'],
    ["a prototype", () => modelFromJSON(wrong(Object.create(gaussian.toJSON()))), "ERR_TYPE", '"json" must be'],
    row(gaussian, { version: 2, extra: 1 }, "ERR_VALUE", "must be of version 1, got 2"),
    row(gaussian, { version: "1" }, "ERR_VALUE", 'must be of version 1, got "1"'),
    row(gaussian, { predict: "x" }, "ERR_OPTION", 'no others, got "predict"'),
    row(gaussian, { constructor: {} }, "ERR_OPTION", 'no others, got "constructor"'),
    row(gaussian, { nonzeros: 1 }, "ERR_OPTION", 'no others, got "nonzeros"'),
    row(gaussian, { family: "cauchy" }, "ERR_VALUE", '"family" must be "gaussian"'),
    row(gaussian, { family: "toString" }, "ERR_VALUE", '"family" must be "gaussian"'),
    row(gaussian, { family: ["gaussian"] }, "ERR_TYPE", '"family" must be "gaussian"'),
    row(gaussian, { family: "binomial" }, "ERR_TYPE", '"classes" must be an array'),
    row(gaussian, { family: "multinomial", classes: ["a", "b"] }, "ERR_OPTION", 'no field "intercept"'),
    row(gaussian, { classes: ["a", "b"] }, "ERR_OPTION", 'no field "classes" for the family "gaussian"'),
    row(gaussian, { intercepts: [1, 2] }, "ERR_OPTION", 'no field "intercepts" for the family "gaussian"'),
    row(gaussian, { intercept: null }, "ERR_TYPE", '"intercept" must be a number, got null'),
    row(gaussian, { intercept: "1" }, "ERR_TYPE", '"intercept" must be a number, got "1"'),
    row(gaussian, { intercept: nan }, "ERR_NOT_FINITE", '"intercept" must be finite, got NaN'),
    row(gaussian, { coefficients: [1, "2"] }, "ERR_TYPE", '"coefficients" must hold numbers'),
    row(gaussian, { coefficients: [1, infinity] }, "ERR_NOT_FINITE", '"coefficients" must be finite'),
    row(gaussian, { coefficients: { length: 2, 0: 1, 1: 2 } }, "ERR_TYPE", '"coefficients" must be an array'),
    row(gaussian, { lambda: -1 }, "ERR_VALUE", '"lambda" must be at least 0 and finite, got -1'),
    row(gaussian, { lambda: null }, "ERR_TYPE", '"lambda" must be a number, got null'),
    row(gaussian, { l1Ratio: 1.5 }, "ERR_VALUE", '"l1Ratio" must be between 0 and 1, got 1.5'),
    row(gaussian, { tolerance: -1 }, "ERR_VALUE", '"tolerance" must be at least 0, got -1'),
    row(gaussian, { iterations: 1.5 }, "ERR_VALUE", '"iterations" must be a whole number at least 0'),
    row(gaussian, { strategy: 3 }, "ERR_TYPE", '"strategy" must be the name of a solver, got 3'),
    row(gaussian, { converged: 1 }, "ERR_TYPE", '"converged" must be true or false, got 1'),
    row(gaussian, { hasOffset: "no" }, "ERR_TYPE", '"hasOffset" must be true or false, got "no"'),
    row(gaussian, { objective: "1" }, "ERR_TYPE", '"objective" must be a number, got "1"'),
    row(gaussian, { dualityGap: -1 }, "ERR_VALUE", '"dualityGap" must be at least 0, got -1'),
    row(gaussian, { certificate: "proof" }, "ERR_VALUE", '"certificate" must be "gap" or "kkt"'),
    row(gaussian, { certificate: "kkt" }, "ERR_VALUE", '"dualityGap" must be NaN beside'),
    row(gaussian, { violation: 0 }, "ERR_VALUE", '"violation" must be NaN beside'),
    row(gaussian, { certificate: "kkt", dualityGap: "NaN", violation: -1 }, "ERR_VALUE", '"violation" must be at'),
    row(gaussian, { certificate: "kkt", dualityGap: "NaN", violation: 0 }, "ERR_VALUE", "false without a duality gap"),
    row(gaussian, { dualityGap: "NaN" }, "ERR_VALUE", "false without a duality gap"),
    row(binary, { classes: [0, 1, 2] }, "ERR_VALUE", '"number of classes" must be 2, got 3'),
    row(binary, { classes: [0] }, "ERR_VALUE", '"number of classes" must be 2, got 1'),
    row(binary, { classes: [1, 0] }, "ERR_VALUE", '"classes" must ascend, got 0 at 1'),
    row(binary, { classes: ["a", "a"] }, "ERR_VALUE", '"classes" must ascend, got "a" at 1'),
    row(binary, { classes: [0, "1"] }, "ERR_TYPE", '"classes" must hold labels that are all'),
    row(binary, { classes: "01" }, "ERR_TYPE", '"classes" must be an array of labels'),
    row(classes, { classes: ["a", "b"] }, "ERR_LENGTH", '"intercepts" must have 2 values, got 3'),
    row(classes, { classes: [] }, "ERR_VALUE", '"number of classes" must be'),
    row(classes, { coefficients: [1, 2, 3, 4] }, "ERR_LENGTH", "a multiple of 3 values"),
    row(classes, { intercepts: [1, 2] }, "ERR_LENGTH", '"intercepts" must have 3 values, got 2'),
    row(classes, { intercept: 0 }, "ERR_OPTION", 'no field "intercept" for the family "multinomial"'),
    row(classes, { family: "gaussian" }, "ERR_OPTION", 'no field "intercepts" for the family "gaussian"'),
    [
      "__proto__",
      () => modelFromJSON(JSON.parse(JSON.stringify(gaussian).replace("{", '{"__proto__":{"polluted":1},'))),
      "ERR_OPTION",
      'no others, got "__proto__"',
    ],
    [
      "a symbol",
      () => modelFromJSON(wrong({ ...gaussian.toJSON(), [Symbol.iterator]: 1 })),
      "ERR_OPTION",
      "no others, got Symbol(Symbol.iterator)",
    ],
    [
      "a model with other coefficients than it counts",
      () => modelFromJSON({ ...structuredClone(ridge(X, y, { lambda: 1 })), coefficients: new Float64Array(2) }),
      "ERR_VALUE",
      '"nonzeros" must be 0, got 2',
    ],
  ]);
  test("pollute nothing", () => {
    expect("polluted" in {}).toBe(false);
  });
});
