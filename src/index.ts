/** Regulus: regularised fitting for TypeScript at native speed. */

export type { ClassWeight } from "./data/classWeights.js";
export { type DenseMatrix, type DenseParts, dense } from "./data/DenseMatrix.js";
export type { FloatArray } from "./data/FloatArray.js";
export type { Matrix } from "./data/Matrix.js";
export { type SparseMatrix, type SparseParts, sparse } from "./data/SparseMatrix.js";
export type { ArqueroTable, ArrowTable, TableChunk, TableColumns, TableLike } from "./data/tables/readTable.js";
export type { Label, LabelsLike } from "./data/toLabels.js";
export type { MatrixLike, MlMatrix, NdArray } from "./data/toMatrix.js";
export type { VectorLike } from "./data/toVector.js";
export { decay } from "./elementwise/decay.js";
export { type ElasticNetProxOptions, elasticNetProx } from "./elementwise/elasticNetProx.js";
export { type GradientStepOptions, gradientStep } from "./elementwise/gradientStep.js";
export { type PenaltyOptions, penalty } from "./elementwise/penalty.js";
export { absMax, asum, axpy, dot, sumSquares } from "./elementwise/reductions.js";
export { softThreshold } from "./elementwise/softThreshold.js";
export type { ErrorCode } from "./errors.js";
export type { Arena } from "./kernels/arena.js";
export { type Backend, backend, createArena, setBackend, setModule, type WasmModule } from "./kernels/select.js";
export type { ClassFamily, Family, NumberFamily } from "./losses/families.js";
export { accuracy } from "./metrics/accuracy.js";
export { brierScore } from "./metrics/brierScore.js";
export { ConfusionTable, confusionTable } from "./metrics/confusionTable.js";
export { type DevianceOptions, deviance } from "./metrics/deviance.js";
export { logLoss } from "./metrics/logLoss.js";
export { meanAbsoluteError } from "./metrics/meanAbsoluteError.js";
export { meanSquaredError } from "./metrics/meanSquaredError.js";
export { misclassification } from "./metrics/misclassification.js";
export type { ClassMetricOptions } from "./metrics/probabilities.js";
export { rocAuc } from "./metrics/rocAuc.js";
export { rSquared } from "./metrics/rSquared.js";
export type { MetricOptions } from "./metrics/weightedMean.js";
export { type AdaptiveOptions, adaptiveFactors } from "./models/adaptiveFactors.js";
export {
  type ClassifierCrossValidationOptions,
  type CrossValidationOptions,
  crossValidate,
} from "./models/crossValidate.js";
export { foldOf } from "./models/dealing/foldOf.js";
export type { DealOptions } from "./models/dealing/readRows.js";
export { elasticNet, lasso, ridge } from "./models/elasticNet.js";
export type { Executor, ExecutorStats, Progress, RunOptions, Signal } from "./models/executors/Executor.js";
export { executorOf } from "./models/executors/executorOf.js";
export { inlineEngine, inlineExecutor } from "./models/executors/inlineExecutor.js";
export { internals } from "./models/executors/internals.js";
export type { Engine, Job } from "./models/executors/Runner.js";
export { exportModel } from "./models/exports/exportModel.js";
export { crossValidationFromJSON } from "./models/files/crossValidationFromJSON.js";
export { manyFromBytes, manyFromJSON } from "./models/files/manyFromJSON.js";
export { modelFromJSON, type OldModelJSON } from "./models/files/modelFromJSON.js";
export { pathFromJSON } from "./models/files/pathFromJSON.js";
export { type FoldsOptions, folds } from "./models/folds.js";
export { type HuberOptions, huber } from "./models/huber.js";
export { type LogisticOptions, logistic } from "./models/logistic.js";
export { fitMany, type ManyOptions } from "./models/many/fitMany.js";
export type { ManyFields } from "./models/many/ManyFields.js";
export { ManyModels, type ManyPrediction, type ManyPredictOptions } from "./models/many/ManyModels.js";
export type { ManyData, ManyLabels, ManyNumbers, ManyVectors } from "./models/many/manyProblems.js";
export type { ErrorJSON, ManyJSON } from "./models/many/manyToJSON.js";
export { multinomial } from "./models/multinomial.js";
export type { Measure } from "./models/options/measure.js";
export type {
  ClassifierOptions,
  ElasticNetOptions,
  FitOptions,
  PenalisedOptions,
  PenaltyOption,
  TargetOf,
} from "./models/options/options.js";
export type { ClassifierPathOptions, PathOptions } from "./models/options/pathOptions.js";
export type { PenaltyKind } from "./models/options/penalty.js";
export {
  fromGlmnetGaussian,
  fromL1L2,
  fromSklearnLogistic,
  fromSklearnRidge,
  type LambdaAndRatio,
} from "./models/paths/lambdas.js";
export type { ConcaveOptions } from "./models/penalties/concaveKind.js";
export { type GroupLassoOptions, groupLasso } from "./models/penalties/groupLasso.js";
export { mcp } from "./models/penalties/mcp.js";
export { scad } from "./models/penalties/scad.js";
export { type SortedL1Options, sortedL1 } from "./models/penalties/sortedL1.js";
export { poisson } from "./models/poisson.js";
export { regularizationPath } from "./models/regularizationPath.js";
export {
  CrossValidation,
  type CrossValidationTable,
  type HeldOut,
  type OutOfFoldOptions,
} from "./models/results/CrossValidation.js";
export type { CoefficientRow } from "./models/results/coefficientRows.js";
export type { Contributions } from "./models/results/contributionsTo.js";
export type { CrossValidationJSON, CrossValidationTableJSON } from "./models/results/crossValidationToJSON.js";
export {
  type AnyModel,
  Classifier,
  type LabelOf,
  Model,
  type ModelOf,
  type Multinomial,
  type PredictOptions,
} from "./models/results/Model.js";
export type { CertificateKind, ModelFields } from "./models/results/ModelFields.js";
export type { ModelJSON } from "./models/results/modelToJSON.js";
export type { ListJSON, NumbersJSON } from "./models/results/numbersJSON.js";
export { Path } from "./models/results/Path.js";
export type { PathFields } from "./models/results/PathFields.js";
export type { PathJSON } from "./models/results/pathToJSON.js";
export { type Split, type SplitOptions, split } from "./models/split.js";
export type { SumsManyOptions } from "./models/sums/fitManySums.js";
export type { SumsCrossValidationOptions, SumsFitOptions, SumsPathOptions } from "./models/sums/fitSums.js";
export { type AccumulatorOptions, GramAccumulator } from "./models/sums/GramAccumulator.js";
export { GroupedAccumulator, type GroupedManyOptions } from "./models/sums/GroupedAccumulator.js";
export type { AddOptions } from "./models/sums/readBatch.js";
export type { GramOfOptions } from "./models/sums/SumsStream.js";
export type { SumsJSON } from "./models/sums/sumsFile.js";
export { OnlineClassifier, type OnlineClassifierOptions } from "./online/OnlineClassifier.js";
export type { OnlineModel, OnlineOptions } from "./online/OnlineModel.js";
export { OnlineRegressor } from "./online/OnlineRegressor.js";
export type { OnlineState } from "./online/onlineState.js";
export type { OnlineRow, OnlineRows, SparseRow, SparseRows } from "./online/rowSource.js";
export { type AdagradOptions, adagrad } from "./optimizers/adagrad.js";
export { type AdamOptions, adam } from "./optimizers/adam.js";
export { adamw } from "./optimizers/adamw.js";
export type { Optimizer, OptimizerOptions } from "./optimizers/FusedOptimizer.js";
export { type FtrlOptions, ftrl } from "./optimizers/ftrl.js";
export { type Parameter, type ParameterGroup, type Schedule, unpenalized } from "./optimizers/parameters.js";
export { type RmspropOptions, rmsprop } from "./optimizers/rmsprop.js";
export { type SgdOptions, sgd } from "./optimizers/sgd.js";
export type { OptimizerState, OptimizerStateJSON } from "./optimizers/state.js";
export type { PenaltyFields } from "./penalties/Penalty.js";
export type { Strategy } from "./solvers/Solver.js";
export type { ValueType } from "./tables/cells.js";
export { type Design, designMatrix } from "./tables/designMatrix.js";
export { Encoding } from "./tables/Encoding.js";
export type {
  CategoricalColumn,
  EncodedColumn,
  EncodingFields,
  EncodingJSON,
  Missing,
  NumericColumn,
  Unknown,
} from "./tables/EncodingJSON.js";
export { encodingFromJSON } from "./tables/encodingFromJSON.js";
export { encodingOf } from "./tables/encodingOf.js";
export type { TableOptions } from "./tables/tableOptions.js";
