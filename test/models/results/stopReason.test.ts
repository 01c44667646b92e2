import { describe, expect, test } from "vitest";
import {
  fitMany,
  lasso,
  logistic,
  manyFromBytes,
  manyFromJSON,
  modelFromJSON,
  multinomial,
  pathFromJSON,
  regularizationPath,
} from "../../../src/index.js";
import { wrong } from "../refusals.js";

const X = Array.from({ length: 30 }, (_, i) => Array.from({ length: 6 }, (_, j) => Math.sin(i * j + j * j) + i / 30));
const y = X.map((row, i) => row[1] - row[4] + Math.cos(i * i));
const ends = Array.from(y, (_, i) => (i < 15 ? "low" : "high"));
const index = y.map((_, i) => [i]);

describe("what was in the way of a fit", () => {
  test("nothing, where it has converged", () => {
    const model = lasso(X, y, { lambda: 0.01 });
    expect(model.converged).toBe(true);
    expect(model).not.toHaveProperty("stopReason");
    expect(regularizationPath(X, y)).not.toHaveProperty("stopReasons");
  });

  test("its maxIterations, and the summary says so", () => {
    const model = lasso(X, y, { lambda: 1e-3, maxIterations: 1, strategy: "residual", tolerance: 1e-12 });
    expect(model).toMatchObject({ converged: false, stopReason: "maxIterations" });
    expect(String(model)).toContain("maxIterations");
  });

  test("a minimum at infinity, of classes that free columns separate", () => {
    for (const model of [
      logistic(index, ends, { lambda: 0 }),
      multinomial(
        index,
        y.map((_, i) => Math.floor(i / 10)),
        { lambda: 0 },
      ),
    ]) {
      expect(model).toMatchObject({ converged: false, stopReason: "unbounded" });
      expect(String(model)).toContain("infinite coefficients");
    }
  });

  test("double precision, where a tolerance asks for more than there is", () => {
    const model = lasso(X, y, { lambda: 0.01, tolerance: 1e-30, strategy: "residual" });
    expect(model).toMatchObject({ converged: false, stopReason: "precision" });
  });

  test("one for each lambda of a path, none for those that have converged", () => {
    const options = { family: "binomial", penaltyFactor: [0, 1], lambdas: [0.1, 0.01] } as const;
    const both = X.map((row, i) => [i, row[1]]);
    const path = regularizationPath(both, ends, options);
    expect(path.stopReasons).toEqual(["unbounded", "unbounded"]);
    expect(path.model(1).stopReason).toBe("unbounded");
    const short = regularizationPath(X, y, {
      lambdas: [1e3, 1e-3],
      maxIterations: 1,
      strategy: "residual",
      tolerance: 1e-12,
    });
    expect(short.stopReasons).toEqual(["", "maxIterations"]);
    expect(short.model(0)).not.toHaveProperty("stopReason");
  });

  test("is in files, and only where it may be", () => {
    const path = regularizationPath(X, y, {
      lambdas: [1e3, 1e-3],
      maxIterations: 1,
      strategy: "residual",
      tolerance: 1e-12,
    });
    expect(pathFromJSON(JSON.parse(JSON.stringify(path)))).toEqual(path);
    expect(pathFromJSON(structuredClone(path))).toEqual(path);
    const model = path.model(1);
    expect(modelFromJSON(JSON.parse(JSON.stringify(model)))).toEqual(model);
    expect(() => modelFromJSON(wrong({ ...model.toJSON(), converged: true }))).toThrow('"stopReason"');
    expect(() => modelFromJSON(wrong({ ...model.toJSON(), stopReason: "weather" }))).toThrow('"stopReason"');
    expect(() => pathFromJSON(wrong({ ...path.toJSON(), stopReasons: ["precision", ""] }))).toThrow('"stopReason"');
  });
});

test("many models say it of each", () => {
  const options = { lambda: 1e-3, maxIterations: 1, strategy: "residual", tolerance: 1e-12 } as const;
  const many = fitMany({ X: [X, X], y: [y, y.map(() => 1)], ...options });
  expect(many.stopReasons).toEqual(["maxIterations", ""]);
  expect(many.model(0).stopReason).toBe("maxIterations");
  expect(many.model(1)).not.toHaveProperty("stopReason");
  expect(manyFromJSON(JSON.parse(JSON.stringify(many)))).toEqual(many);
  expect(manyFromBytes(many.toBytes())).toEqual(many);
  expect(manyFromJSON(structuredClone(many))).toEqual(many);
  expect(fitMany({ X: [X], y: [y], lambda: 0.1 })).not.toHaveProperty("stopReasons");
});
