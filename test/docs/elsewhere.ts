/** The pairs of docs/from/: what the scripts in test/fixtures/elsewhere do, here. */

// #region data
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import {
  adam,
  adamw,
  crossValidate,
  designMatrix,
  elasticNet,
  fromGlmnetGaussian,
  fromSklearnLogistic,
  fromSklearnRidge,
  lasso,
  logistic,
  type Optimizer,
  penalty,
  poisson,
  ridge,
  sgd,
} from "regulus";

const table = parse<Record<string, string>>(readFileSync("examples/data/diabetes.csv"), { columns: true });
const { X, y } = designMatrix(table, { target: "progression", numeric: Object.keys(table[0] ?? {}) });
const labels = Array.from(y, (value) => (value > 140 ? 1 : 0));
const n = y.length;
// #endregion data

/** Tighter than anybody needs: what is left are the others' errors. */
const tolerance = 1e-14;
type Pairs = Record<string, () => Float64Array>;

// What is compared has the tolerance above; the pages show the calls without it.
const sklearn: Pairs = {
  lasso: () => {
    // #region sklearn_lasso
    const model = lasso(X, y, { lambda: 1, standardize: false, tolerance });
    // #endregion sklearn_lasso
    return model.coefficients;
  },
  standardized: () => {
    // #region sklearn_standardized
    const model = lasso(X, y, { lambda: 1, tolerance }); // standardize: true is the default, coefficients are of X
    // #endregion sklearn_standardized
    return model.coefficients;
  },
  elasticNet: () => {
    // #region sklearn_elasticNet
    const model = elasticNet(X, y, { lambda: 0.5, l1Ratio: 0.7, standardize: false, tolerance });
    // #endregion sklearn_elasticNet
    return model.coefficients;
  },
  ridge: () => {
    // #region sklearn_ridge
    const { lambda } = fromSklearnRidge(10, n); // alpha/n
    const model = ridge(X, y, { lambda, standardize: false, tolerance });
    // #endregion sklearn_ridge
    return model.coefficients;
  },
  logistic: () => {
    // #region sklearn_logistic
    const { lambda } = fromSklearnLogistic(0.1, n); // 1/(C·n)
    const model = logistic(X, labels, { lambda, l1Ratio: 0, tolerance });
    // #endregion sklearn_logistic
    return model.coefficients;
  },
  logisticL1: () => {
    // #region sklearn_logisticL1
    const { lambda } = fromSklearnLogistic(0.1, n);
    const model = logistic(X, labels, { lambda, l1Ratio: 1, tolerance });
    // #endregion sklearn_logisticL1
    return model.coefficients;
  },
  poisson: () => {
    // #region sklearn_poisson
    const model = poisson(X, y, { lambda: 0.1, l1Ratio: 0, tolerance });
    // #endregion sklearn_poisson
    return model.coefficients;
  },
  crossValidate: () => {
    // #region sklearn_crossValidate
    const lambdas = Array.from({ length: 31 }, (_, k) => 10 ** (1.5 - k / 10));
    const inOrder = Array.from({ length: 13 }, (_, k) => Int32Array.from({ length: 34 }, (_, i) => 34 * k + i));
    const cv = crossValidate(X, y, { lambdas, folds: inOrder, standardize: false, tolerance });
    // #endregion sklearn_crossValidate
    return cv.meanErrors;
  },
};

const validated = () => {
  // #region glmnet_crossValidate
  const lambdas = Array.from({ length: 31 }, (_, k) => 10 ** (1.5 - k / 10));
  const inOrder = Array.from({ length: 13 }, (_, k) => Int32Array.from({ length: 34 }, (_, i) => 34 * k + i));
  const cv = crossValidate(X, y, { lambdas, folds: inOrder, tolerance });
  // #endregion glmnet_crossValidate
  return cv;
};

const glmnet: Pairs = {
  lasso: () => {
    // #region glmnet_lasso
    const model = lasso(X, y, { lambda: 1, tolerance });
    // #endregion glmnet_lasso
    return model.coefficients;
  },
  elasticNet: () => {
    // #region glmnet_elasticNet
    const mean = y.reduce((sum, value) => sum + value, 0) / n;
    const sd = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
    const model = elasticNet(X, y, { ...fromGlmnetGaussian(2, 0.5, sd), tolerance });
    // #endregion glmnet_elasticNet
    return model.coefficients;
  },
  logistic: () => {
    // #region glmnet_logistic
    const model = logistic(X, labels, { lambda: 0.02, l1Ratio: 0.8, tolerance });
    // #endregion glmnet_logistic
    return model.coefficients;
  },
  poisson: () => {
    // #region glmnet_poisson
    const model = poisson(X, y, { lambda: 3, tolerance });
    // #endregion glmnet_poisson
    return model.coefficients;
  },
  penaltyFactor: () => {
    // #region glmnet_penaltyFactor
    const model = lasso(X, y, { lambda: (5 * 10) / 9, penaltyFactor: { bmi: 0 }, tolerance }); // as glmnet rescales
    // #endregion glmnet_penaltyFactor
    return model.coefficients;
  },
  crossValidate: () => validated().meanErrors,
  standardErrors: () => validated().standardErrors,
  chosen: () => Float64Array.of(validated().lambdaMin, validated().lambda1se),
};

/** Weights after each gradient of torch-optim.json, by the optimiser with the same options. */
const trained = (optimizer: (w: Float64Array) => Optimizer) => (): Float64Array => {
  const { initial, gradients } = JSON.parse(readFileSync("test/fixtures/golden/torch-optim.json", "utf8"));
  const w = Float64Array.from(initial as number[]);
  const steps = optimizer(w);
  for (const gradient of gradients as number[][]) steps.step([Float64Array.from(gradient)]);
  return w;
};

const pytorch: Pairs = {
  SGD: trained((w) => {
    // #region torch_sgd
    const optimizer = sgd([w], { learningRate: 0.05, momentum: 0.9, weightDecay: 0.02 });
    // #endregion torch_sgd
    return optimizer;
  }),
  Adam: trained((w) => {
    // #region torch_adam
    const optimizer = adam([w], { learningRate: 0.01, weightDecay: 0.01 });
    // #endregion torch_adam
    return optimizer;
  }),
  AdamW: trained((w) => {
    // #region torch_adamw
    const optimizer = adamw([w], { learningRate: 0.01, weightDecay: 0.01 });
    // #endregion torch_adamw
    return optimizer;
  }),
};

const keras: Pairs = {
  ridge: () => {
    // #region keras_ridge
    const model = ridge(X, y, { lambda: 0.05, tolerance }); // mean(r²) + 0.05·Σw², halved
    // #endregion keras_ridge
    return model.coefficients;
  },
  penalty: () => {
    // #region keras_penalty
    const value = penalty(Float64Array.of(3, -0.5, 0), { l1: 0.1, l2: 0.01 });
    // #endregion keras_penalty
    return Float64Array.of(value);
  },
};

export const pairs = { "scikit-learn": sklearn, glmnet, PyTorch: pytorch, Keras: keras };
