import { describe, expect, test } from "vitest";
import {
  accuracy,
  adagrad,
  adam,
  adamw,
  crossValidate,
  dense,
  designMatrix,
  elasticNet,
  elasticNetProx,
  fitMany,
  folds,
  ftrl,
  gradientStep,
  huber,
  lasso,
  logistic,
  meanSquaredError,
  multinomial,
  OnlineClassifier,
  OnlineRegressor,
  penalty,
  poisson,
  regularizationPath,
  ridge,
  rmsprop,
  sgd,
  split,
} from "../../src/index.js";
import { modelNames } from "../../src/names/modelNames.js";
import { suggestion } from "../../src/names/suggestion.js";
import { tableNames } from "../../src/names/tableNames.js";
import { trainingNames } from "../../src/names/trainingNames.js";

const X = [[1], [2], [4], [3]];
const y = [1, 2, 3, 5];
const labels = ["a", "b", "a", "b"];
const w = (): Float64Array => Float64Array.of(1, 2);
const model = lasso(X, y, { lambda: 0.1 });

/** Calls with options. */
const owners: Record<string, (options: never) => unknown> = {
  lasso: (options: object) => lasso(X, y, { lambda: 0.1, ...options }),
  ridge: (options: object) => ridge(X, y, { lambda: 0.1, ...options }),
  elasticNet: (options: object) => elasticNet(X, y, { lambda: 0.1, ...options }),
  huber: (options: object) => huber(X, y, { lambda: 0.1, ...options }),
  poisson: (options: object) => poisson(X, y, { lambda: 0.1, ...options }),
  logistic: (options: object) => logistic(X, labels, { lambda: 0.1, ...options }),
  multinomial: (options: object) => multinomial(X, labels, { lambda: 0.1, ...options }),
  regularizationPath: (options: object) => regularizationPath(X, y, options),
  crossValidate: (options: object) => crossValidate(X, y, { folds: 2, ...options }),
  fitMany: (options: object) =>
    fitMany({ X: dense(Float64Array.of(1, 2, 4, 3), 4, 1), y, batch: 1, lambda: 0.1, ...options }),
  designMatrix: (options: object) => designMatrix([{ a: 1 }, { a: 2 }], options),
  folds: (options: object) => folds(4, options),
  split: (options: object) => split(4, options),
  predict: (options: object) => model.predict(X, options),
  sgd: (options: object) => sgd([w()], options),
  adam: (options: object) => adam([w()], options),
  adamw: (options: object) => adamw([w()], options),
  rmsprop: (options: object) => rmsprop([w()], options),
  adagrad: (options: object) => adagrad([w()], options),
  ftrl: (options: object) => ftrl([w()], options),
  "parameters[0]": (options: object) => sgd([{ values: w(), ...options }]),
  OnlineRegressor: (options: object) => new OnlineRegressor(1, options),
  OnlineClassifier: (options: object) => new OnlineClassifier(1, options),
  gradientStep: (options: object) => gradientStep(w(), w(), { learningRate: 0.1, ...options }),
  elasticNetProx: (options: object) => elasticNetProx(w(), { stepSize: 0.1, ...options }),
  penalty: (options: object) => penalty(w(), options),
  meanSquaredError: (options: object) => meanSquaredError(y, y, options),
  accuracy: (options: object) => accuracy(labels, labels, options),
};

/** What a call says of an option, behind the name of the one that it does not have. */
function said(owner: string, name: string): string {
  try {
    (owners[owner] as (options: object) => unknown)({ [name]: 1 });
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    const start = `${owner} has no option "${name}"`;
    if (code === "ERR_OPTION" && message.startsWith(start)) return message.slice(start.length);
  }
  return "an option of it";
}

const W = "(W: the sum of weights, n without)";

describe("names of other libraries are said to be what they are here", () => {
  test.each([
    // scikit-learn
    ["lasso", "alpha", `"lambda" (scikit-learn's)`],
    ["ridge", "alpha", `"lambda = alpha/W" (scikit-learn's, W: the sum of weights, n without)`],
    ["huber", "alpha", `"lambda = alpha·scale_/W" (scikit-learn's, with l1Ratio: 0; W: the sum of weights, n without)`],
    ["huber", "epsilon", `"delta = epsilon·scale_" (scikit-learn's)`],
    ["regularizationPath", "epsilon", `"delta = epsilon·scale_" (scikit-learn's)`],
    ["huber", "k", `"delta = k·s" (MASS's)`],
    ["huber", "t", `"delta = t·scale" (statsmodels')`],
    ["huber", "gamma", `"delta"`],
    ["huber", "huber_slope", `"delta"`],
    ["elasticNet", "alpha", `"lambda" (scikit-learn's) or "l1Ratio" (glmnet's)`],
    ["regularizationPath", "alpha", `"lambdas" (scikit-learn's) or "l1Ratio" (glmnet's)`],
    ["logistic", "C", `"lambda = 1/(C·W)" ${W}`],
    ["multinomial", "C", `"lambda = 1/(C·W)" ${W}`],
    ["crossValidate", "Cs", `"lambdas = 1/(C·W)" ${W}`],
    ["lasso", "positive", `"lowerBounds: 0"`],
    ["crossValidate", "cv", `"folds"`],
    ["crossValidate", "n_splits", `"folds"`],
    ["crossValidate", "nSplits", `"folds"`],
    ["fitMany", "n_folds", `"folds"`],
    ["crossValidate", "random_state", `"seed"`],
    ["crossValidate", "randomState", `"seed"`],
    ["crossValidate", "scoring", `"measure"`],
    ["split", "test_size", `"test"`],
    ["split", "train_size", `"test = 1 − trainSize"`],
    ["folds", "n_splits", `"folds"`],
    ["crossValidate", "keep", `"keepFolds"`],
    ["regularizationPath", "n_alphas", `"lambdaCount"`],
    ["regularizationPath", "eps", `"lambdaMinRatio"`],
    ["lasso", "max_iter", `"maxIterations"`],
    ["lasso", "maxIter", `"maxIterations"`],
    ["lasso", "tol", `"tolerance"`],
    ["lasso", "fit_intercept", `"intercept"`],
    ["lasso", "fitIntercept", `"intercept"`],
    ["lasso", "normalize", `"standardize"`],
    ["lasso", "sample_weight", `"weights"`],
    ["meanSquaredError", "sample_weight", `"weights"`],
    ["accuracy", "labels", `"classes"`],
    ["logistic", "solver", `"strategy"`],
    ["OnlineRegressor", "eta0", `"learningRate"`],
    ["OnlineClassifier", "fit_intercept", `"intercept"`],
    // glmnet
    ["regularizationPath", "nlambda", `"lambdaCount"`],
    ["crossValidate", "nfolds", `"folds"`],
    ["crossValidate", "foldid", `"folds"`],
    ["crossValidate", "type.measure", `"measure"`],
    ["elasticNet", "thresh", `"tolerance"`],
    ["elasticNet", "maxit", `"maxIterations"`],
    ["elasticNet", "lower.limits", `"lowerBounds"`],
    ["elasticNet", "upper.limits", `"upperBounds"`],
    ["elasticNet", "exclude", `"penaltyFactor: Infinity"`],
    ["predict", "newoffset", `"offset"`],
    // tables
    ["designMatrix", "handle_unknown", `"unknown"`],
    ["designMatrix", "drop_first", `"reference: "first""`],
    ["designMatrix", "na.strings", `"naValues"`],
    // PyTorch, Keras, TensorFlow.js, optax
    ["adamw", "lr", `"learningRate"`],
    ["parameters[0]", "lr", `"learningRate"`],
    ["rmsprop", "alpha", `"smoothing" (PyTorch's) or "learningRate" (the textbooks')`],
    ["ftrl", "alpha", `"learningRate" (the textbooks') or "l2 = alpha/2" (scikit-learn's)`],
    ["adagrad", "lr_decay", `"learningRateDecay"`],
    ["rmsprop", "rho", `"smoothing"`],
    ["rmsprop", "decay", `"smoothing"`],
    ["adagrad", "initial_accumulator_value", `"initialAccumulator"`],
    ["adam", "beta_1", `"betas: [beta_1, beta_2]"`],
    ["adam", "beta2", `"betas: [beta_1, beta_2]"`],
    ["adam", "epsilon", `"eps"`],
    ["adamw", "kernel_regularizer", `"l1" (times Σ|w|) or "l2" (times Σw²)`],
    ["sgd", "kernelRegularizer", `"l1" (times Σ|w|) or "l2" (times Σw²)`],
    ["sgd", "max_norm", `"clipNorm"`],
    ["sgd", "global_clipnorm", `"clipNorm"`],
    ["ftrl", "l1_regularization_strength", `"l1"`],
    ["gradientStep", "lr", `"learningRate"`],
    ["gradientStep", "weight_decay", `"l2 = weightDecay/2"`],
    ["elasticNetProx", "learning_rate", `"stepSize"`],
    ["penalty", "lambda1", `"l1"`],
    ["OnlineRegressor", "weight_decay", `"l2 = weightDecay/2"`],
  ])("%s: %s", (owner, name, here) => {
    expect(said(owner, name)).toBe(`: here it is ${here}`);
  });

  test.each([
    ["elasticNet", "l1_ratio", "l1Ratio"],
    ["crossValidate", "lambda.min.ratio", "lambdaMinRatio"],
    ["lasso", "penalty.factor", "penaltyFactor"],
    ["logistic", "class_weight", "classWeight"],
    ["sgd", "learning_rate", "learningRate"],
    ["adamw", "weight_decay", "weightDecay"],
    ["adamw", "clipnorm", "clipNorm"],
    ["gradientStep", "L1", "l1"],
  ])("another convention: %s, %s", (owner, name, here) => {
    expect(said(owner, name)).toBe(`: did you mean "${here}"?`);
  });

  test("each entry of the tables is for some function here, but for options of regulus/tfjs alone", () => {
    const ofTfjs = /^unpenalized\b/;
    for (const [key, entry] of [modelNames, trainingNames, tableNames].flatMap(Object.entries<string>)) {
      const [owner, name] = key.includes(".") ? key.split(".") : [undefined, key];
      for (const here of entry === "" ? [] : entry.split(" or ")) {
        if (ofTfjs.test(here)) continue;
        const found = Object.keys(owners).filter((any) => said(any, name).includes(here.replace(/ \(.*/, "")));
        expect(found, `${key}: ${here}`).not.toEqual([]);
        if (owner !== undefined) expect(found).toContain(owner);
      }
    }
  });
});

describe("slips", () => {
  test.each([
    ["lasso", "lamda", "lambda"],
    ["lasso", "lambdas", "lambda"],
    ["regularizationPath", "lambda", "lambdas"],
    ["lasso", "tolerence", "tolerance"],
    ["lasso", "wieghts", "weights"],
    ["lasso", "weight", "weights"],
    ["lasso", "standardise", "standardize"],
    ["lasso", "maxIteration", "maxIterations"],
    ["crossValidate", "fold", "folds"],
    ["crossValidate", "sede", "seed"],
    ["sgd", "momentun", "momentum"],
    ["sgd", "learnRate", "learningRate"],
  ])("%s: %s", (owner, name, here) => {
    expect(said(owner, name)).toBe(`: did you mean "${here}"?`);
  });
});

describe("nothing is suggested for anything else", () => {
  test.each([
    "lr",
    "momentum",
    "beta_1",
    "l2",
    "n_jobs",
    "verbose",
    "copy_X",
    "precompute",
    "foo",
    "x",
    "",
    "__proto__x",
    "constructor",
    "toString",
    "hasOwnProperty",
  ])("%s", (name) => {
    for (const owner of ["lasso", "ridge", "elasticNet", "regularizationPath", "crossValidate"]) {
      expect(said(owner, name), owner).toBe("");
    }
  });

  test("names of any length are read", () => {
    const long = "lambda.".repeat(1e5);
    expect(() => lasso(X, y, { lambda: 1, [long]: 1 })).toThrow(/^lasso has no option "(lambda\.){5}lambd…"$/);
  });

  test("lr is no penalty anywhere", () => {
    for (const owner of Object.keys(owners)) expect(said(owner, "lr"), owner).not.toMatch(/l1|l2|lambda/);
  });

  test("nor for names that are known, but not here", () => {
    for (const name of ["nlambda", "cv", "n_splits", "random_state"]) expect(said("lasso", name)).toBe("");
    for (const name of ["alpha", "tol", "C", "max_iter"]) expect(said("predict", name)).toBe("");
  });

  test("own properties of tables alone are entries", () => {
    const table = JSON.parse('{ "__proto__": "lambda" }');
    expect(suggestion("lasso", "to-string", ["lambda"], table)).toBe("");
    expect(() => lasso(X, y, JSON.parse('{ "lambda": 1, "__proto__": 1 }'))).toThrow('lasso has no option "__proto__"');
  });

  test.each([
    ["lasso", "stratify"],
    ["split", "strategy"],
    ["ftrl", "betas"],
  ])("not %s: %s, an option of others", (owner, name) => {
    expect(said(owner, name)).toBe("");
  });
});
