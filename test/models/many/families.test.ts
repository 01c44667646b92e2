/** Many models of the families with classes and counts: each is the model that is fitted alone. */

import { afterEach, describe, expect, test } from "vitest";
import { dense, fitMany, logistic, type Multinomial, multinomial, poisson, setBackend } from "../../../src/index.js";
import { randomStream } from "../../support/arbitraries.js";
import { testRefusals, wrong } from "../refusals.js";

afterEach(() => setBackend("auto"));

const [BATCH, N, P] = [5, 24, 3];
const next = randomStream(31);
const data = Float64Array.from({ length: BATCH * N * P }, next);
const X = dense(data, BATCH * N, P);
const blocks = Array.from({ length: BATCH }, (_, i) => dense(data.subarray(i * N * P, (i + 1) * N * P), N, P));
const levels = Float64Array.from({ length: BATCH * N }, (_, i) => 2 * data[i * P] - data[i * P + 1] + 0.5 * next());
const part = <T extends { slice(from: number, to: number): T }>(values: T, i: number): T =>
  values.slice(i * N, (i + 1) * N);
const weights = levels.map((_, i) => i % 3);
const counts = levels.map((level) => Math.round(Math.exp(level)));
const binary = Array.from(levels, (level) => (level > 0 ? "yes" : "no"));
const ternary = Array.from(levels, (level) => (level > 0.5 ? "high" : level < -0.5 ? "low" : "middle"));
const options = { lambda: 0.02, l1Ratio: 0.7, weights };

describe.each(["wasm", "js"] as const)("blocks on %s", (backend) => {
  test("binomial, by labels", () => {
    setBackend(backend);
    const many = fitMany({ X, y: binary, batch: BATCH, family: "binomial", ...options, classWeight: "balanced" });
    for (let i = 0; i < BATCH; ++i) {
      const own = { ...options, weights: part(weights, i), classWeight: "balanced" } as const;
      const alone = logistic(blocks[i], part(binary, i), own);
      expect(many.model(i)).toEqual(alone);
      expect(many.model(i).predict(blocks[i])).toEqual(alone.predict(blocks[i]));
      expect(many.classes?.[i]).toEqual(["no", "yes"]);
    }
    expect(many.converged).toEqual(new Uint8Array(BATCH).fill(1));
    expect(many.coefficients.length).toBe(BATCH * P);
  });

  test("multinomial, K·p coefficients and K intercepts of each", () => {
    setBackend(backend);
    const many = fitMany({ X, y: ternary, batch: BATCH, family: "multinomial", ...options });
    expect(many.coefficients.length).toBe(BATCH * P * 3);
    expect(many.intercepts.length).toBe(BATCH * 3);
    expect(many.length).toBe(BATCH);
    for (let i = 0; i < BATCH; ++i) {
      const model: Multinomial = many.model(i);
      const alone = multinomial(blocks[i], part(ternary, i), { ...options, weights: part(weights, i) });
      expect(model).toEqual(alone);
      expect(many.intercepts.slice(3 * i, 3 * i + 3)).toEqual(alone.intercepts);
    }
    const again = fitMany({ X, y: ternary, batch: BATCH, family: "multinomial", ...options, warmStart: many });
    expect(again.converged).toEqual(new Uint8Array(BATCH).fill(1));
  });

  test("Poisson, with an offset", () => {
    setBackend(backend);
    const offset = levels.map((level) => 0.1 * level);
    const many = fitMany({ X, y: counts, batch: BATCH, family: "poisson", ...options, offset });
    for (let i = 0; i < BATCH; ++i) {
      const own = { ...options, weights: part(weights, i), offset: part(offset, i) };
      expect(many.model(i)).toEqual(poisson(blocks[i], part(counts, i), own));
    }
  });
});

test("a list of any shapes, each with its own classes", () => {
  const first = { X: blocks[0], y: part(ternary, 0) };
  const second = { X: dense(data.subarray(0, 40), 20, 2), y: binary.slice(0, 20) };
  const lambda = [0.02, 0.05];
  const many = fitMany({ X: [first.X, second.X], y: [first.y, second.y], family: "multinomial", lambda });
  expect(many.starts).toEqual(Float64Array.of(0, 9, 13));
  expect(many.interceptStarts).toEqual(Float64Array.of(0, 3, 5));
  expect(many.classes).toEqual([
    ["high", "low", "middle"],
    ["no", "yes"],
  ]);
  expect(many.model(0)).toEqual(multinomial(first.X, first.y, { lambda: 0.02 }));
  expect(many.model(1)).toEqual(multinomial(second.X, second.y, { lambda: 0.05 }));
});

test("one X for all, a column of labels for each", () => {
  const codes = binary.map((label) => (label === "yes" ? 1 : 0));
  const y = dense(Float64Array.from([...codes, ...codes.map((code) => 1 - code)]), BATCH * N, 2, { order: "column" });
  const many = fitMany({ X, y, family: "binomial", lambda: 0.02 });
  expect(many.model(0)).toEqual(logistic(X, codes, { lambda: 0.02 }));
  many.model(1).coefficients.forEach((value, j) => {
    expect(Math.abs(value + many.coefficients[j])).toBeLessThan(1e-4);
  });
});

test("a model that cannot be fitted marks itself and stops no other", () => {
  const y = ternary.slice();
  for (let i = N; i < 2 * N; ++i) y[i] = "low";
  const many = fitMany({ X, y, batch: BATCH, family: "multinomial", lambda: 0.02 });
  expect(many.errors[1]).toMatchObject({ code: "ERR_VALUE", message: expect.stringContaining("model 1: ") });
  expect(many.errors.map((error) => error === undefined)).toEqual([true, false, true, true, true]);
  expect(many.converged).toEqual(Uint8Array.of(1, 0, 1, 1, 1));
  expect(many.model(1).coefficients.every(Number.isNaN)).toBe(true);
  expect(many.model(1).converged).toBe(false);
  expect(many.model(2)).toEqual(multinomial(blocks[2], part(y, 2), { lambda: 0.02 }));

  const negative = counts.slice();
  negative[2 * N] = -1;
  negative.fill(0, 0, N);
  const rates = fitMany({ X, y: negative, batch: BATCH, family: "poisson", lambda: 0.02 });
  expect(rates.errors.map((error) => error?.message.slice(0, 30))).toEqual([
    'model 0: "y" must have a posit',
    undefined,
    'model 2: "y" must be at least ',
    undefined,
    undefined,
  ]);
});

describe("refusals", () =>
  testRefusals([
    [
      "a family",
      () => fitMany({ X, y: counts, batch: BATCH, lambda: 1, family: wrong("gamma") }),
      "ERR_VALUE",
      '"family"',
    ],
    [
      "labels for numbers",
      () => fitMany({ X, y: wrong(binary), batch: BATCH, lambda: 1 }),
      "ERR_LENGTH",
      '"y" must have 5 vectors',
    ],
    [
      "class weights for numbers",
      () => fitMany({ X, y: counts, batch: BATCH, lambda: 1, family: "poisson", classWeight: "balanced" }),
      "ERR_OPTION",
      '"classWeight" only for classifiers',
    ],
    [
      "too few labels",
      () => fitMany({ X, y: binary.slice(1), batch: BATCH, lambda: 1, family: "binomial" }),
      "ERR_LENGTH",
      '"y" must have 120 values, got 119',
    ],
  ]));
