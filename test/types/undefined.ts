/** Options may be undefined, under `exactOptionalPropertyTypes` too. */
import {
  adamw,
  crossValidate,
  dense,
  elasticNet,
  fitMany,
  gradientStep,
  type LogisticOptions,
  lasso,
  logistic,
  meanSquaredError,
  OnlineClassifier,
  type OptimizerOptions,
  type PathOptions,
  regularizationPath,
  sgd,
  unpenalized,
} from "regulus";

declare const X: number[][];
declare const y: number[];
declare const maybe: {
  readonly count: number | undefined;
  readonly flag: boolean | undefined;
  readonly vector: Float64Array | undefined;
};
const { count, flag, vector } = maybe;

lasso(X, y, {
  lambda: 1,
  intercept: flag,
  standardize: flag,
  weights: vector,
  penaltyFactor: vector,
  lowerBounds: count,
  upperBounds: vector,
  offset: vector,
  tolerance: count,
  maxIterations: count,
  warmStart: vector,
  strategy: undefined,
  names: undefined,
}).predict(X, { offset: vector });
elasticNet(X, y, { lambda: 1, l1Ratio: count });
logistic(X, y, { lambda: 1, l1Ratio: count, classWeight: undefined });
regularizationPath(X, y, { family: undefined, lambdas: vector, lambdaCount: count, lambdaMinRatio: count });
crossValidate(X, y, { folds: count, seed: count, groups: undefined, stratify: flag, measure: undefined });
fitMany({ X: dense(new Float64Array(4), 4, 1), y, batch: count, lambda: 1, weights: vector, l1Ratio: undefined });
adamw([{ values: new Float64Array(1), learningRate: count, l1: undefined, weightDecay: undefined }], {
  learningRate: count,
  betas: undefined,
  eps: count,
  amsgrad: flag,
  l1: count,
  l1Mode: undefined,
  maximize: flag,
  clipNorm: count,
  onNonFinite: undefined,
});
sgd([unpenalized(new Float32Array(1))], { momentum: count, nesterov: flag });
gradientStep(new Float64Array(1), new Float64Array(1), { learningRate: 1, l1: count, l1Mode: undefined });
meanSquaredError(y, y, { weights: vector });
new OnlineClassifier(3, { classes: undefined, method: undefined, beta: count }).update([1, 2, 3], 1, {
  weights: count,
});

// Options of the user's own, in part
export const path: Partial<PathOptions> = { lambdaCount: count };
regularizationPath(X, y, path);
export const options: LogisticOptions = { lambda: 1, ...(flag === true && { weights: vector }) };
export const training: OptimizerOptions = { l2: count };

// @ts-expect-error: a lambda is not
lasso(X, y, { lambda: undefined });
// @ts-expect-error: the family of labels is not
crossValidate(X, ["a", "b"], { family: undefined });
// @ts-expect-error: null is not undefined
lasso(X, y, { lambda: 1, weights: null });
