import * as regulus from "regulus";
import { reportOf } from "regulus/report";
import { describe, expect, test } from "vitest";
import { codeOf } from "../../src/report/view/code/codeOf.js";
import { threeOfSix } from "./fits.js";

const { X, y, names, random } = threeOfSix();
const labels = y.map((value) => (value + 3 * random() > 0 ? "yes" : "no"));
const three = y.map((value) => (value > 0.5 ? "high" : value < -0.5 ? "low" : "middle"));
const counts = y.map((value) => Math.max(0, Math.round(3 + value)));

/** Runs the code that a report shows, and returns its model. */
function run(code: string, scope: Record<string, unknown>): regulus.AnyModel {
  const [, imported, body] = /^import \{ (.*?) \} from "regulus";\n([\s\S]*)$/.exec(code) ?? [];
  const values = { ...scope, console: { log: () => {} } };
  const all = [...imported.split(", "), ...Object.keys(values)];
  const exported: Record<string, unknown> = { ...regulus };
  const given = [...imported.split(", ").map((name) => exported[name]), ...Object.values(values)];
  return new Function(...all, `${body}\nreturn model;`)(...given);
}

const { mcp, scad, groupLasso, sortedL1 } = regulus;
const precise = { tolerance: 1e-10, lambdaCount: 20 };
const fits: [string, unknown, Record<string, unknown>][] = [
  ["lasso", y, {}],
  ["elastic net", y, { l1Ratio: 0.3 }],
  ["ridge", y, { l1Ratio: 0 }],
  ["not scaled, no intercept", y, { standardize: false, intercept: false }],
  ["logistic", labels, { family: "binomial", l1Ratio: 0.5 }],
  ["multinomial", three, { family: "multinomial" }],
  ["poisson", counts, { family: "poisson" }],
  ["huber", y, { family: "huber", delta: 0.4 }],
  ["mcp", y, { penalty: mcp({ gamma: 2.5 }) }],
  ["logistic scad", labels, { family: "binomial", penalty: scad() }],
  ["group lasso", y, { penalty: groupLasso({ groups: ["a", "a", "b", "b", 1, "1"], l1Share: 0.2 }) }],
  ["sorted L1", y, { penalty: sortedL1({ q: 0.2 }) }],
  ["sorted L1 by weights", y, { penalty: sortedL1({ weights: [3, 2, 2, 1, 1, 1] }) }],
];

describe("TypeScript of the state that is shown makes the model that is shown", () => {
  test.each(fits)("%s", (_, response, options) => {
    const path = regulus.regularizationPath(X, response as number[], { names, ...precise, ...options } as never);
    const k = Math.min(12, path.lambdas.length - 1);
    const code = codeOf("typescript", reportOf(path), path.lambdas[k]);
    const model = run(code, { X, y: response });
    const known = path.model(k);
    expect([model.family, model.lambda, model.l1Ratio]).toEqual([known.family, known.lambda, known.l1Ratio]);
    expect(model.names).toEqual(names);
    model.coefficients.forEach((value, j) => {
      expect(Math.abs(value - known.coefficients[j])).toBeLessThan(1e-5);
    });
  });

  test("a relaxed mix", () => {
    const path = regulus.regularizationPath(X, y, { relax: [0, 0.5], ...precise });
    const model = run(codeOf("typescript", reportOf(path), path.lambdas[8], 0.5), { X, y });
    const known = path.relaxed(0.5).model(8);
    expect(model.gamma).toBe(0.5);
    model.coefficients.forEach((value, j) => {
      expect(Math.abs(value - known.coefficients[j])).toBeLessThan(1e-5);
    });
  });

  test("between stored lambdas it fits anew, at six digits", () => {
    const path = regulus.regularizationPath(X, y, precise);
    expect(run(codeOf("typescript", reportOf(path), 0.0123456789), { X, y }).lambda).toBe(0.0123457);
  });

  test("of a table, with categories, powers and products", () => {
    const table = X.map((row, i) => ({
      age: row[0],
      "dose\u2028'\"": row[1],
      code: String(i % 3),
      group: ["a", "b", "c"][i % 3],
      extra: 1,
    }));
    const options = {
      exclude: ["extra"],
      categorical: ["code"],
      reference: { group: "b" },
      interactions: [["age", "group"]],
      polynomial: { age: 2 },
    } as const;
    const records = table.map((row, i) => ({ ...row, y: y[i] }));
    const design = regulus.designMatrix(records, { target: "y", ...options } as never);
    const path = regulus.regularizationPath(design.X, design.y as Float64Array, precise);
    const model = run(codeOf("typescript", reportOf(path, { target: "y" }), path.lambdas[9]), { table: records });
    expect(model.names).toEqual(design.X.names);
    expect(model.lambda).toBe(path.lambdas[9]);
    expect(model.nonzeros).toBe(path.nonzeros[9]);
  });
});

describe("other languages say the same penalty in their words", () => {
  const of = (options: Record<string, unknown>, response: unknown = y) =>
    reportOf(regulus.regularizationPath(X, response as number[], { lambdas: [0.25, 0.05], ...options } as never));
  test("scikit-learn: alpha is lambda, times the rows for Ridge; C is 1 over that", () => {
    expect(codeOf("sklearn", of({}), 0.25)).toContain("make_pipeline(StandardScaler(), Lasso(alpha=0.25, ");
    expect(codeOf("sklearn", of({ l1Ratio: 0.5 }), 0.25)).toContain("ElasticNet(alpha=0.25, l1_ratio=0.5, ");
    expect(codeOf("sklearn", of({ l1Ratio: 0 }), 0.25)).toContain("Ridge(alpha=0.25 * len(y))");
    expect(codeOf("sklearn", of({ standardize: false }), 0.25)).toContain("model = Lasso(alpha=0.25, ");
    expect(codeOf("sklearn", of({ intercept: false }), 0.25)).toContain("StandardScaler(with_mean=False)");
    const binomial = codeOf("sklearn", of({ family: "binomial" }, labels), 0.25);
    expect(binomial).toContain('C=1 / (0.25 * len(y)), penalty="elasticnet", l1_ratio=1, solver="saga"');
    expect(codeOf("sklearn", of({ family: "poisson" }, counts), 0.25)).toMatch(/scikit-learn has no Poisson/);
  });
  test("glmnet: alpha is the mix, and the L2 part of gaussian fits is divided by sd(y)", () => {
    expect(codeOf("glmnet", of({}), 0.25)).toContain("alpha = 1, lambda = 0.25, ");
    const net = codeOf("glmnet", of({ l1Ratio: 0.4 }), 0.25);
    expect(net).toContain("l1 <- 0.25 * 0.4\nl2 <- 0.25 * 0.6 * sd_y");
    expect(net).toContain("alpha = l1 / (l1 + l2), lambda = l1 + l2");
    const binomial = codeOf("glmnet", of({ family: "binomial", l1Ratio: 0.4 }, labels), 0.25);
    expect(binomial).toContain('family = "binomial", alpha = 0.4, lambda = 0.25');
    expect(binomial).toContain('levels = c("no", "yes")');
    expect(codeOf("glmnet", of({ penalty: sortedL1() }), 0.25)).toContain("glmnet has no sortedL1");
  });
  test("names end no comment", () => {
    const path = regulus.regularizationPath(X, y, { names: ["a\nimport os", ...names.slice(1)] });
    for (const language of ["sklearn", "glmnet"] as const) {
      expect(codeOf(language, reportOf(path), path.lambdas[3])).not.toMatch(/^import os/m);
    }
  });
});
