/** The reference problems of `test/fixtures/golden`, whose README says where they come from. */

import { type DenseMatrix, dense } from "../../src/index.js";
import arBasic from "../fixtures/golden/ar_basic.json" with { type: "json" };
import arBasicGlmnet from "../fixtures/golden/ar_basic_glmnet.json" with { type: "json" };
import binaryFeatures from "../fixtures/golden/binary_features.json" with { type: "json" };
import binaryFeaturesGlmnet from "../fixtures/golden/binary_features_glmnet.json" with { type: "json" };
import collinear from "../fixtures/golden/collinear.json" with { type: "json" };
import collinearGlmnet from "../fixtures/golden/collinear_glmnet.json" with { type: "json" };
import constantCol from "../fixtures/golden/constant_col.json" with { type: "json" };
import constantColGlmnet from "../fixtures/golden/constant_col_glmnet.json" with { type: "json" };
import tightTables from "../fixtures/golden/cv_glmnet_tight.json" with { type: "json" };
import diabetes from "../fixtures/golden/diabetes.json" with { type: "json" };
import diabetesGlmnet from "../fixtures/golden/diabetes_glmnet.json" with { type: "json" };
import irisVv from "../fixtures/golden/iris_vv.json" with { type: "json" };
import irisVvGlmnet from "../fixtures/golden/iris_vv_glmnet.json" with { type: "json" };
import logitBasic from "../fixtures/golden/logit_basic.json" with { type: "json" };
import logitBasicGlmnet from "../fixtures/golden/logit_basic_glmnet.json" with { type: "json" };
import logitSeparable from "../fixtures/golden/logit_separable.json" with { type: "json" };
import logitSeparableGlmnet from "../fixtures/golden/logit_separable_glmnet.json" with { type: "json" };
import logitSparse from "../fixtures/golden/logit_sparse.json" with { type: "json" };
import logitSparseGlmnet from "../fixtures/golden/logit_sparse_glmnet.json" with { type: "json" };
import logitWeightedScaled from "../fixtures/golden/logit_weighted_scaled.json" with { type: "json" };
import logitWeightedScaledGlmnet from "../fixtures/golden/logit_weighted_scaled_glmnet.json" with { type: "json" };
import logitWide from "../fixtures/golden/logit_wide.json" with { type: "json" };
import logitWideGlmnet from "../fixtures/golden/logit_wide_glmnet.json" with { type: "json" };
import offsetMeans from "../fixtures/golden/offset_means.json" with { type: "json" };
import offsetMeansGlmnet from "../fixtures/golden/offset_means_glmnet.json" with { type: "json" };
import wide from "../fixtures/golden/p_gt_n.json" with { type: "json" };
import wideGlmnet from "../fixtures/golden/p_gt_n_glmnet.json" with { type: "json" };
import scales from "../fixtures/golden/scales_1e-6_1e6.json" with { type: "json" };
import scalesGlmnet from "../fixtures/golden/scales_1e-6_1e6_glmnet.json" with { type: "json" };
import singleFeature from "../fixtures/golden/single_feature.json" with { type: "json" };
import sparse from "../fixtures/golden/sparse.json" with { type: "json" };
import sparseGlmnet from "../fixtures/golden/sparse_glmnet.json" with { type: "json" };
import weighted from "../fixtures/golden/weighted.json" with { type: "json" };
import weightedGlmnet from "../fixtures/golden/weighted_glmnet.json" with { type: "json" };

/** One penalty on one problem, with its exact solution. `l2` is the half form. */
export interface GoldenCase {
  id: string;
  l1: number;
  l2: number;
  fit_intercept: boolean;
  coef_exact: number[];
  intercept_exact: number;
  objective_exact: number;
  unique: boolean;
}

/** A table of scikit-learn's cross-validation; which fields it has depends on `model`. */
interface GoldenCV {
  model: "LassoCV" | "ElasticNetCV" | "RidgeCV" | "RidgeKFold";
  l1_ratio: number;
  alphas: number[];
  /** [alpha][fold] */
  mse_path_exact?: number[][];
  mse_path?: number[][];
  mean_mse?: number[];
  mean_loo_sq_error?: number[];
}

interface GoldenJSON {
  name: string;
  X_rows: number[][];
  y: number[];
  sample_weight: number[] | null;
  cases: GoldenCase[];
  folds?: number[] | null;
  cv?: GoldenCV[];
}

export interface GoldenSet extends GoldenJSON {
  X: DenseMatrix;
  /** What every fit of this problem takes. */
  data: { weights?: number[] };
}

function prepare(json: unknown): GoldenSet {
  const set = json as GoldenJSON;
  const X = dense(Float64Array.from(set.X_rows.flat()), set.X_rows.length, set.X_rows[0].length);
  return { ...set, X, data: set.sample_weight ? { weights: set.sample_weight } : {} };
}

export const goldenSets: readonly GoldenSet[] = [
  arBasic,
  binaryFeatures,
  collinear,
  constantCol,
  diabetes,
  offsetMeans,
  wide,
  scales,
  singleFeature,
  sparse,
  weighted,
].map(prepare);

/** The classifications, y −1 or 1; their objectives are sums over the rows, so W times ours. */
export const classSets: readonly GoldenSet[] = [
  irisVv,
  logitBasic,
  logitSeparable,
  logitSparse,
  logitWeightedScaled,
  logitWide,
].map(prepare);

export function goldenSet(name: string): GoldenSet {
  const set = [...goldenSets, ...classSets].find((candidate) => candidate.name === name);
  if (set === undefined) throw new Error(`no reference problem ${name}`);
  return set;
}

/** A fit of glmnet: one mix, all lambdas. */
export interface GlmnetFit {
  alpha: number;
  standardize: boolean;
  intercept: boolean;
  lambda: number[];
  a0: number[];
  beta: number[][];
  dev_ratio: number[];
  kkt_rel: number[];
  /** sd of y */
  ys: number;
}

/** A table of cv.glmnet, standardised and with an intercept. */
interface GlmnetCV {
  alpha: number;
  lambda: number[];
  cvm: number[];
  cvsd: number[];
  lambda_min: number;
  lambda_1se: number;
  /** The same by a glmnet that iterates until nothing changes, where it ends. */
  tight: { cvm: number[]; cvsd: number[] } | undefined;
}

interface GlmnetJSON {
  dataset: string;
  fits: GlmnetFit[];
  cv: GlmnetCV[] | Record<string, never>;
}

/** What glmnet made of each problem; only the weighted one has no tables. */
export const glmnet: readonly { name: string; fits: GlmnetFit[]; cv: GlmnetCV[] }[] = [
  arBasicGlmnet,
  binaryFeaturesGlmnet,
  collinearGlmnet,
  constantColGlmnet,
  diabetesGlmnet,
  offsetMeansGlmnet,
  wideGlmnet,
  scalesGlmnet,
  sparseGlmnet,
  weightedGlmnet,
].map((json: unknown) => {
  const { dataset, fits, cv } = json as GlmnetJSON;
  const tables = Array.isArray(cv) ? cv : [];
  const tightOf = ({ alpha }: GlmnetCV): GlmnetCV["tight"] =>
    tightTables.cv.find((table) => table.dataset === dataset && table.alpha === alpha);
  return { name: dataset, fits, cv: tables.map((table) => ({ ...table, tight: tightOf(table) })) };
});

/** What glmnet made of the classifications. */
export const classGlmnet: readonly { name: string; fits: GlmnetFit[] }[] = [
  irisVvGlmnet,
  logitBasicGlmnet,
  logitSeparableGlmnet,
  logitSparseGlmnet,
  logitWeightedScaledGlmnet,
  logitWideGlmnet,
].map((json: unknown) => ({ name: (json as GlmnetJSON).dataset, fits: (json as GlmnetJSON).fits }));

/** The largest of |a_j − b_j|, relative to the largest |b_j|. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const size = Math.max(...Array.from(b, Math.abs), Number.MIN_VALUE);
  return Math.max(0, ...Array.from(a, (value, j) => Math.abs(value - b[j]))) / size;
}
