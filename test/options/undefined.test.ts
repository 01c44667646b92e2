import { expect, test } from "vitest";
import {
  type AdagradOptions,
  type AdamOptions,
  accuracy,
  adagrad,
  adam,
  adamw,
  type ClassifierOptions,
  type ClassMetricOptions,
  type CrossValidationOptions,
  confusionTable,
  crossValidate,
  type DevianceOptions,
  dense,
  designMatrix,
  deviance,
  type ElasticNetOptions,
  type ElasticNetProxOptions,
  elasticNet,
  elasticNetProx,
  type FitOptions,
  type FtrlOptions,
  fitMany,
  ftrl,
  type GradientStepOptions,
  gradientStep,
  type LogisticOptions,
  lasso,
  logistic,
  type ManyOptions,
  type MetricOptions,
  meanSquaredError,
  multinomial,
  OnlineClassifier,
  type OnlineClassifierOptions,
  type OnlineOptions,
  OnlineRegressor,
  type ParameterGroup,
  type PathOptions,
  type PenaltyOptions,
  type PredictOptions,
  penalty,
  poisson,
  type RmspropOptions,
  regularizationPath,
  ridge,
  rmsprop,
  type SgdOptions,
  sgd,
  type TableOptions,
} from "../../src/index.js";

/** Every option that may be left out, undefined: the compiler says where one is missing here, or does not take undefined. */
type Absent<T> = { [K in keyof T as undefined extends T[K] ? K : never]-?: undefined };

const fit: Absent<FitOptions> = {
  intercept: undefined,
  standardize: undefined,
  weights: undefined,
  penaltyFactor: undefined,
  lowerBounds: undefined,
  upperBounds: undefined,
  offset: undefined,
  tolerance: undefined,
  maxIterations: undefined,
  warmStart: undefined,
  strategy: undefined,
  names: undefined,
};
const penalised: Absent<ElasticNetOptions> = { ...fit, l1Ratio: undefined, penalty: undefined };
const classifier: Absent<LogisticOptions & ClassifierOptions> = { ...penalised, classWeight: undefined };
const path: Absent<PathOptions> = {
  ...penalised,
  family: undefined,
  lambdas: undefined,
  lambdaCount: undefined,
  lambdaMinRatio: undefined,
  delta: undefined,
  relax: undefined,
};
const folds: Absent<CrossValidationOptions> = {
  ...path,
  folds: undefined,
  seed: undefined,
  groups: undefined,
  stratify: undefined,
  measure: undefined,
  keepFolds: undefined,
};
const { measure: _measure, keepFolds: _keepFolds, ...foldsOfMany } = folds;
const many: Absent<ManyOptions> = {
  ...foldsOfMany,
  rule: undefined,
  batch: undefined,
  foldGroups: undefined,
  classWeight: undefined,
};
const training = {
  learningRate: undefined,
  l1: undefined,
  l2: undefined,
  weightDecay: undefined,
  l1Mode: undefined,
  maximize: undefined,
  clipNorm: undefined,
  clipValue: undefined,
  onNonFinite: undefined,
};
const withSgd: Absent<SgdOptions> = { ...training, momentum: undefined, dampening: undefined, nesterov: undefined };
const withAdam: Absent<AdamOptions> = { ...training, betas: undefined, eps: undefined, amsgrad: undefined };
const withRmsprop: Absent<RmspropOptions> = {
  ...training,
  smoothing: undefined,
  eps: undefined,
  momentum: undefined,
  centered: undefined,
};
const withAdagrad: Absent<AdagradOptions> = {
  ...training,
  learningRateDecay: undefined,
  initialAccumulator: undefined,
  eps: undefined,
};
const withFtrl: Absent<FtrlOptions> = { ...training, beta: undefined };
const group: Absent<ParameterGroup> = { learningRate: undefined, l1: undefined, l2: undefined, weightDecay: undefined };
const online: Absent<OnlineOptions> = {
  method: undefined,
  intercept: undefined,
  learningRate: undefined,
  l1: undefined,
  l2: undefined,
  beta: undefined,
  l1Mode: undefined,
};
const onlineClassifier: Absent<OnlineClassifierOptions> = { ...online, classes: undefined };
const ofTable: Absent<TableOptions> = {
  target: undefined,
  weights: undefined,
  offset: undefined,
  groups: undefined,
  include: undefined,
  exclude: undefined,
  categorical: undefined,
  numeric: undefined,
  missing: undefined,
  reference: undefined,
  unknown: undefined,
  interactions: undefined,
  polynomial: undefined,
  naValues: undefined,
  sparse: undefined,
};
const prediction: Absent<PredictOptions> = { offset: undefined };
const metric: Absent<MetricOptions> = { weights: undefined };
const classMetric: Absent<ClassMetricOptions> = { ...metric, classes: undefined };
const ofDeviance: Absent<DevianceOptions> = { ...classMetric, family: undefined, delta: undefined };
const step: Absent<GradientStepOptions> = { l1: undefined, l2: undefined, l1Mode: undefined };
const prox: Absent<ElasticNetProxOptions> = { l1: undefined, l2: undefined };
const ofPenalty: Absent<PenaltyOptions> = { l1: undefined, l2: undefined };

const X = dense(Float64Array.of(1, 2, 2, 1, 3, 5, 4, 3, 0, 2, 5, 1), 6, 2, { order: undefined });
const y = [1, 2, 3, 5, 0, 4];
const table = { a: [1, 2], b: ["c", "d"] };
const labels = ["a", "b", "a", "b", "a", "b"];
const two = { X, y, batch: 2 };
const w = (): Float64Array => Float64Array.of(1, -2, 0.5);
const g = Float64Array.of(0.5, 0.25, -1);
/** What an optimiser makes of weights. */
function trained(
  make: (parameters: Float64Array[]) => { step(gradients: Float64Array[]): void; state(): unknown },
): unknown {
  const weights = w();
  const optimizer = make([weights]);
  optimizer.step([g]);
  optimizer.step([g]);
  return [weights, optimizer.state()];
}

const calls: readonly [name: string, plain: () => unknown, undefinedOptions: () => unknown][] = [
  ["lasso", () => lasso(X, y, { lambda: 0.1 }), () => lasso(X, y, { lambda: 0.1, ...fit })],
  ["ridge", () => ridge(X, y, { lambda: 0.1 }), () => ridge(X, y, { lambda: 0.1, ...fit })],
  ["elasticNet", () => elasticNet(X, y, { lambda: 0.1 }), () => elasticNet(X, y, { lambda: 0.1, ...penalised })],
  ["poisson", () => poisson(X, y, { lambda: 0.1 }), () => poisson(X, y, { lambda: 0.1, ...penalised })],
  ["logistic", () => logistic(X, labels, { lambda: 0.1 }), () => logistic(X, labels, { lambda: 0.1, ...classifier })],
  [
    "multinomial",
    () => multinomial(X, labels, { lambda: 0.1 }),
    () => multinomial(X, labels, { lambda: 0.1, ...classifier }),
  ],
  ["regularizationPath", () => regularizationPath(X, y), () => regularizationPath(X, y, path)],
  ["crossValidate", () => crossValidate(X, y, { folds: 3 }), () => crossValidate(X, y, { ...folds, folds: 3 })],
  [
    "crossValidate, classes",
    () => crossValidate(X, labels, { family: "binomial", folds: 2, stratify: true }),
    () =>
      crossValidate(X, labels, {
        ...folds,
        classWeight: undefined,
        family: "binomial",
        folds: 2,
        stratify: true,
      }),
  ],
  ["fitMany", () => fitMany({ ...two, lambda: 0.1 }), () => fitMany({ ...many, ...two, lambda: 0.1 })],
  [
    "fitMany by cross-validation",
    () => fitMany({ X, y, batch: 1, lambda: "cv", folds: 3 }),
    () => fitMany({ ...many, X, y, batch: 1, lambda: "cv", folds: 3 }),
  ],
  ["designMatrix", () => designMatrix(table), () => designMatrix(table, ofTable)],
  ["predict", () => lasso(X, y, { lambda: 0.1 }).predict(X), () => lasso(X, y, { lambda: 0.1 }).predict(X, prediction)],
  ["sgd", () => trained((p) => sgd(p)), () => trained((p) => sgd(p, withSgd))],
  ["adam", () => trained((p) => adam(p)), () => trained((p) => adam(p, withAdam))],
  ["adamw", () => trained((p) => adamw(p)), () => trained((p) => adamw(p, withAdam))],
  ["rmsprop", () => trained((p) => rmsprop(p)), () => trained((p) => rmsprop(p, withRmsprop))],
  ["adagrad", () => trained((p) => adagrad(p)), () => trained((p) => adagrad(p, withAdagrad))],
  ["ftrl", () => trained((p) => ftrl(p)), () => trained((p) => ftrl(p, withFtrl))],
  [
    "a parameter",
    () => trained(([values]) => sgd([{ values }], { l1: 0.1, weightDecay: 0.1 })),
    () => trained(([values]) => sgd([{ values, ...group }], { l1: 0.1, weightDecay: 0.1 })),
  ],
  [
    "OnlineRegressor",
    () => new OnlineRegressor(2).update(X, y).toJSON(),
    () => new OnlineRegressor(2, online).update(X, y, metric).toJSON(),
  ],
  [
    "OnlineRegressor by sgd, which takes no beta",
    () => new OnlineRegressor(2, { method: "sgd" }).update(X, y).toJSON(),
    () => new OnlineRegressor(2, { ...online, method: "sgd" }).update(X, y).toJSON(),
  ],
  [
    "OnlineClassifier",
    () => new OnlineClassifier(2).update(X, labels).toJSON(),
    () => new OnlineClassifier(2, onlineClassifier).update(X, labels, metric).toJSON(),
  ],
  [
    "meanSquaredError",
    () => meanSquaredError(y, [1, 2, 3, 4, 5, 6]),
    () => meanSquaredError(y, [1, 2, 3, 4, 5, 6], metric),
  ],
  ["accuracy", () => accuracy(labels, labels), () => accuracy(labels, labels, metric)],
  ["confusionTable", () => confusionTable(labels, labels), () => confusionTable(labels, labels, classMetric)],
  ["deviance", () => deviance(y, [1, 2, 3, 4, 5, 6]), () => deviance(y, [1, 2, 3, 4, 5, 6], ofDeviance)],
  [
    "gradientStep",
    () => gradientStep(w(), g, { learningRate: 0.1 }),
    () => gradientStep(w(), g, { learningRate: 0.1, ...step }),
  ],
  ["elasticNetProx", () => elasticNetProx(w(), { stepSize: 1 }), () => elasticNetProx(w(), { stepSize: 1, ...prox })],
  ["penalty", () => penalty(w(), {}), () => penalty(w(), ofPenalty)],
];

test.each(calls)("%s: options that are undefined are as good as absent", (_, plain, undefinedOptions) => {
  expect(undefinedOptions()).toEqual(plain());
});

test("a name that no function has is absent too, where it is undefined", () => {
  const more = { lambda: 0.1, nothing: undefined };
  expect(lasso(X, y, more)).toEqual(lasso(X, y, { lambda: 0.1 }));
});
