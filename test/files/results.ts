/** One of everything that can be saved: kinds of results, families, roads, what JSON does not have. */

import {
  type AnyModel,
  type CrossValidation,
  crossValidate,
  dense,
  designMatrix,
  elasticNet,
  fitMany,
  huber,
  lasso,
  logistic,
  type ManyModels,
  multinomial,
  type Path,
  poisson,
  regularizationPath,
  ridge,
  sparse,
} from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";
import { compress } from "../support/matrices.js";

const next = randomStream(20240310);
const n = 60;
export const X = Array.from({ length: n }, () => Array.from({ length: 4 }, (_, j) => (j === 2 ? 1 : next())));
const y = X.map(([a, b]) => 3 * a - 2 * b + 0.1 * next());
const counts = y.map((value) => Math.round(Math.max(0, value)));
const two = y.map((value) => (value > 0 ? "yes" : "no"));
const three = y.map((value) => (value > 1 ? 3 : value < -1 ? 1 : 2));
const names = ["age", "dose", "site", "weight"];
const offset = y.map((value) => value / 3);
const bad = y.map((value, i) => (i === 7 ? Number.NaN : value));
const table = X.map(([a, b], i) => ({ a, b: i % 9 === 2 ? null : b, c: ["x", "y", "z"][i % 3], y: y[i] }));
export const design = designMatrix(table, {
  target: "y",
  missing: "indicator",
  interactions: [["a", "c"]],
  polynomial: { a: 2 },
});
const columns = X[0].flatMap((_, j) => X.map((row) => row[j]));
const { n: rows, p, ...parts } = compress(n, 4, columns);
const thin = sparse({ rows, columns: p, ...parts });
/** So many columns that few of them have a coefficient. */
export const wide = dense(Float64Array.from({ length: 30 * 2000 }, next), 30, 2000);
const wideY = Float64Array.from({ length: 30 }, (_, i) => wide.data[i * 2000] - wide.data[i * 2000 + 1]);
const path = regularizationPath(X, y, { names });

export const models: [string, AnyModel][] = [
  ["lasso", lasso(X, y, { lambda: 0.1 })],
  ["with names", lasso(X, y, { lambda: 0.1, names })],
  ["of a table", lasso(design.X, design.y as Float64Array, { lambda: 0.01 })],
  ["ridge", ridge(X, y, { lambda: 0.1 })],
  ["elastic net", elasticNet(X, y, { lambda: 0.1, l1Ratio: 0.3 })],
  ["sparse", lasso(thin, y, { lambda: 0.1 })],
  ["logistic", logistic(X, two, { lambda: 0.01 })],
  ["multinomial", multinomial(X, three, { lambda: 0.01 })],
  ["multinomial with a free column", multinomial(X, three, { lambda: 0.1, penaltyFactor: [1, 1, 1, 0] })],
  ["multinomial without intercepts", multinomial(X, three, { lambda: 0.01, intercept: false })],
  ["poisson", poisson(X, counts, { lambda: 0.01 })],
  ["huber", huber(X, y, { lambda: 0.01 })],
  ["all zero", lasso(X, y, { lambda: 100 })],
  ["with an offset", lasso(X, y, { lambda: 0.1, offset })],
  ["without an intercept", lasso(X, y, { lambda: 0.1, intercept: false, standardize: false })],
  ["any tolerance", lasso(X, y, { lambda: 0.1, tolerance: Number.POSITIVE_INFINITY })],
  ["not converged", lasso(X, y, { lambda: 1e-4, maxIterations: 1, tolerance: 0 })],
  ["separable", logistic([[1], [2], [3], [4]], [0, 0, 1, 1], { lambda: 0, maxIterations: 50 })],
  ["interpolated", path.at(0.3)],
  ["of a path", path.model(20)],
  ["wide", lasso(wide, wideY, { lambda: 0.05 })],
  ["that could not be fitted", fitMany({ X: [X], y: [bad], lambda: 0.1 }).model(0)],
  [
    "that could not be fitted, multinomial",
    fitMany({ X: [X], y: [three.map(() => Number.NaN)], lambda: 0.1, family: "multinomial" }).model(0),
  ],
];

export const paths: [string, Path<AnyModel>][] = [
  ["lasso", path as Path<AnyModel>],
  ["ridge", regularizationPath(X, y, { l1Ratio: 0 })],
  ["logistic", regularizationPath(X, two, { family: "binomial", names })],
  ["multinomial", regularizationPath(X, three, { family: "multinomial", lambdaCount: 10 })],
  ["poisson", regularizationPath(X, counts, { family: "poisson", offset })],
  ["huber", regularizationPath(X, y, { family: "huber", delta: 0.5, names })],
  ["of a table", regularizationPath(design.X, design.y as Float64Array)],
  ["sparse", regularizationPath(thin, y, { intercept: false })],
  ["one lambda", regularizationPath(X, y, { lambdas: [0.1] })],
  ["the same lambda twice", regularizationPath(X, y, { lambdas: [0.1, 0.1] })],
  ["not converged", regularizationPath(X, y, { lambdas: [0.1, 1e-4], maxIterations: 1, tolerance: 0 })],
  ["wide", regularizationPath(wide, wideY)],
];

export const crossValidations: [string, CrossValidation<AnyModel>][] = [
  ["lasso", crossValidate(X, y, { names })],
  ["several ratios", crossValidate(X, y, { l1Ratio: [0.1, 0.5, 1], folds: 3 })],
  ["ridge by loo", crossValidate(X, y, { l1Ratio: 0, folds: "loo" })],
  ["logistic", crossValidate(X, two, { family: "binomial", measure: "auc", folds: 4, keepFolds: true })],
  [
    "multinomial",
    crossValidate(X, three, { family: "multinomial", measure: "misclassification", folds: 3, keepFolds: true }),
  ],
  ["huber", crossValidate(X, y, { family: "huber", l1Ratio: [0.5, 1], folds: 3 })],
  ["of a table", crossValidate(design.X, design.y as Float64Array, { l1Ratio: [0.5, 1] })],
];

const fit = { lambda: [0.1, 0.2, 0.05] };
export const manies: [string, ManyModels<AnyModel>][] = [
  ["a list", fitMany({ ...fit, X: [X, X, X], y: [y, bad, y] })],
  ["a ragged list", fitMany({ ...fit, X: [X, X.map((row) => row.slice(1)), [[1]]], y: [y, y, [1, 2]] })],
  ["one lambda for all", fitMany({ lambda: 0.1, X: [X, X], y: [y, y], offset: [offset, offset] })],
  ["shared", fitMany({ lambda: 0.1, X: thin, y: y.map((value, i) => [value, bad[i], 2 * value]), names })],
  [
    "shared, of a table",
    fitMany({ lambda: 0.1, X: design.X, y: Array.from(design.y as Float64Array, (value) => [value, -value]) }),
  ],
  ["logistic", fitMany({ ...fit, X: [X, X, X], y: [two, two.map(() => "no"), two], family: "binomial" })],
  [
    "multinomial",
    fitMany({
      ...fit,
      X: [X, X, X],
      y: [three, three.map(() => 1), three.map((label) => Math.min(label, 2))],
      family: "multinomial",
    }),
  ],
  ["poisson, shared", fitMany({ lambda: 0.1, X, y: counts.map((count) => [count, count + 1]), family: "poisson" })],
  ["huber", fitMany({ ...fit, X: [X, X, X], y: [y, bad, y.map((value) => 2 * value)], family: "huber" })],
  ["cross-validated", fitMany({ lambda: "cv", folds: 3, X: [X, X], y: [y, bad], l1Ratio: [0.5, 1] })],
  [
    "cross-validated, by the other rule",
    fitMany({
      lambda: "cv",
      rule: "1se",
      folds: 3,
      X: [X, X.slice(0, 1), X],
      y: [counts, [1], counts],
      family: "poisson",
    }),
  ],
  [
    "of groups",
    fitMany({ ...fit, lambda: 0.1, X, y: bad, groups: y.map((_, i) => (i % 3 === 0 ? 3 : `g${i % 3}`)), names }),
  ],
  ["all of them failed", fitMany({ lambda: 0.1, X: [X], y: [bad] })],
];
