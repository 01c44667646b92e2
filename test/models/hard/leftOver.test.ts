/** Columns that say the same as others: what one has, the others need not, and rounding must not leave them a share of it. */

import { describe, expect, test } from "vitest";
import {
  designMatrix,
  elasticNet,
  fitMany,
  huber,
  lasso,
  logistic,
  mcp,
  poisson,
  regularizationPath,
  setBackend,
} from "../../../src/index.js";
import { randomStream } from "../../support/arbitraries.js";

const next = randomStream(11);
const share = () => (next() + 1) / 2;

/** Two levels of one category, whose columns are each other's opposites once they are centred, and of another that interact with them. */
function makeTable(n: number) {
  return Array.from({ length: n }, () => {
    const [size, sex, shop] = [share(), share() < 0.5 ? "f" : "m", share() < 0.3 ? "north" : "south"];
    const level = 2 * size + (sex === "f" ? 1 : 0) + 0.1 * next();
    return {
      size,
      sex,
      shop,
      level,
      hit: share() < 1 / (1 + Math.exp(2 - 2 * level)) ? 1 : 0,
      count: Math.max(0, Math.floor(3 * share() * level)),
    };
  });
}

type Target = "level" | "hit" | "count";
type X = ReturnType<typeof designMatrix>["X"];
type Fit = (X: X, y: Float64Array, lambda: number) => { coefficients: Float64Array };

const fits: [string, Target, Fit][] = [
  ...(["auto", "gram", "newton", "residual", "sparse"] as const).map((strategy): [string, Target, Fit] => [
    `lasso by ${strategy}`,
    "level",
    (X, y, lambda) => lasso(X, y, { lambda, strategy }),
  ]),
  ["lasso as it is", "level", (X, y, lambda) => lasso(X, y, { lambda, standardize: false })],
  ["mcp", "level", (X, y, lambda) => elasticNet(X, y, { lambda, penalty: mcp() })],
  ["huber", "level", (X, y, lambda) => huber(X, y, { lambda, l1Ratio: 1 })],
  ["a path", "level", (X, y) => regularizationPath(X, y)],
  ["fitMany", "level", (X, y, lambda) => fitMany({ X, y, batch: 1, lambda })],
  ["logistic", "hit", (X, y, lambda) => logistic(X, y, { lambda, l1Ratio: 1 })],
  ["poisson", "count", (X, y, lambda) => poisson(X, y, { lambda, l1Ratio: 1 })],
];

describe.each(["wasm", "js"] as const)("on %s", (backend) => {
  describe.each([false, true])("sparse: %s", (sparse) => {
    test.each(fits)("%s", (name, target, solve) => {
      setBackend(backend);
      const others = (["level", "hit", "count"] as const).filter((other) => other !== target);
      for (let k = 0; k < 8; ++k) {
        const options = {
          target,
          exclude: others,
          sparse: sparse && name !== "fitMany",
          interactions: [["sex", "shop"]] as [string, string][],
        };
        const { X, y } = designMatrix(makeTable(30 + 9 * k), options);
        for (const lambda of [0.1, 0.01, 0.001, 0.0001]) {
          const { coefficients } = solve(X as X, y as Float64Array, lambda);
          expect(coefficients.filter((value) => value !== 0 && Math.abs(value) < 1e-12)).toHaveLength(0);
        }
      }
    });
  });
});
