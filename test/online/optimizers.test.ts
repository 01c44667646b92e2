import { expect, test } from "vitest";
import { ftrl, OnlineRegressor, sgd, unpenalized } from "../../src/index.js";
import { distance } from "../support/golden.js";
import { SETTINGS, settingsOf, stream } from "./streams.js";

test.each(SETTINGS)("$name: the weights are those of the optimiser, fed with mean gradients", (setting) => {
  const p = 12;
  const { options } = settingsOf(setting);
  const { method = "ftrl", learningRate = 0.1, intercept: _, ...rest } = options;
  const w = new Float64Array(p);
  const b = new Float64Array(1);
  const make = method === "sgd" ? sgd : ftrl;
  const optimizer = make([w, unpenalized(b)], { ...rest, learningRate } as object);
  const model = new OnlineRegressor(p, options);
  const gradient = new Float64Array(p);
  const slope = new Float64Array(1);
  for (const { X, y } of stream(p, 600, 51)) {
    gradient.fill(0);
    slope.fill(0);
    X.forEach((row, i) => {
      const r = (row.reduce((sum, x, j) => sum + x * w[j], b[0]) - y[i]) / X.length;
      row.forEach((x, j) => {
        gradient[j] += r * x;
      });
      slope[0] += r;
    });
    optimizer.step([gradient, slope]);
    model.update(X, y);
  }
  expect(distance(model.coefficients, w)).toBeLessThan(1e-11);
  expect(model.nonzeros).toBe(p - optimizer.zeros()[0]);
  expect(model.intercept).toBeCloseTo(b[0], 11);
});
