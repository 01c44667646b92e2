import { compensatedSum } from "../../arithmetic/compensatedSum.js";
import { type Label, toLabels } from "../../data/toLabels.js";
import type { MatrixLike } from "../../data/toMatrix.js";
import { toNumbers, toVector, type VectorLike } from "../../data/toVector.js";
import { checkChoice, checkOptions, describe, isArray, rangeError, reading, typeError } from "../../errors.js";
import { finish } from "../../kernels/steps.js";
import {
  type ClassFamily,
  FAMILIES,
  type Family,
  type FamilyParameters,
  hasClasses,
  hasEtas,
  type NumberFamily,
  PARAMETERS,
} from "../../losses/families.js";
import { readParameters } from "../../losses/parameters.js";
import { modelNames } from "../../names/modelNames.js";
import type { SmallPathSettings } from "../../solvers/batch/SmallPath.js";
import { plan } from "../../solvers/plan.js";
import { givenFolds } from "../dealing/givenFolds.js";
import { readGroups } from "../dealing/groups.js";
import { type FoldOptions, makeFolds } from "../dealing/makeFolds.js";
import { columnNumbers, type NamedColumns } from "../options/columnNumbers.js";
import {
  type ClassifierOptions,
  checkLambda,
  FIT_OPTIONS,
  type FitOptions,
  readColumns,
  readFit,
} from "../options/options.js";
import { type PathOptions, readLambdas, readRatios } from "../options/pathOptions.js";
import { RULES } from "../results/CrossValidation.js";
import type { AnyModel, ModelOf } from "../results/Model.js";
import { ManyModels } from "./ManyModels.js";
import { type ManyFit, ManyFits, Shelf } from "./manyFits.js";
import {
  type ManyData,
  type ManyLabels,
  type ManyLayout,
  type ManyNumbers,
  type ManyVectors,
  type PerModel,
  readCommon,
  readPerModel,
  readPerRow,
  readProblems,
  readSharedOffset,
} from "./manyProblems.js";

/** The labels in a list of them, or in a list of such lists; numbers in all else. */
export type LabelIn<Y> = Y extends readonly (infer E)[]
  ? E extends Label
    ? E
    : E extends readonly (infer L extends Label)[]
      ? L
      : number
  : number;

/** The options of {@link fitMany}: the data, and how to fit them. */
export interface ManyOptions<F extends Family = NumberFamily, Y = F extends ClassFamily ? ManyLabels : ManyNumbers>
  extends ManyData<Y>,
    Omit<FitOptions, "weights" | "offset" | "warmStart">,
    ClassifierOptions,
    FamilyParameters,
    Omit<FoldOptions, "groups">,
    Pick<PathOptions, "lambdas" | "lambdaCount" | "lambdaMinRatio"> {
  /** Strength of the penalty: a number, one for each model, or `"cv"`, each model's own choice by cross-validation. */
  lambda: number | VectorLike | "cv";
  /**
   * Which lambda `"cv"` takes: `"min"`, that of the smallest error, or `"1se"`, the largest whose error is within one standard error of it.
   * Default `"min"`.
   */
  rule?: "min" | "1se" | undefined;
  /** Share of the L1 part, from 0 (ridge) to 1 (lasso); for `"cv"` also several to choose from. Default 1. */
  l1Ratio?: number | readonly number[] | undefined;
  /** Default `"gaussian"`. */
  family?: F | undefined;
  /**
   * A weight for each row, at least 0: of the rows as they come with `groups`; otherwise n for all models, or those of each, as a list or
   * one after the other. Models that share X share the weights. Default 1.
   */
  weights?: ManyVectors | undefined;
  /** Added to the prediction of each row: in the form of `y`, or n values for all models; n·K of the multinomial family in lists. Default 0. */
  offset?: ManyVectors | MatrixLike | undefined;
  /** Where to start: models of an earlier call, their coefficients, or p coefficients for all models. Default 0. */
  warmStart?: { readonly coefficients: VectorLike } | VectorLike | undefined;
  /**
   * Labels of rows that `"cv"` is to keep in one fold, finite numbers or strings: of all rows with `groups`, otherwise of the n rows of
   * every model. Default: each row is dealt by itself.
   */
  foldGroups?: ArrayLike<number | string> | undefined;
}

type AnyOptions = ManyOptions<Family>;

/** The options of every fit that are not those of each model. */
type CommonOption = Exclude<
  keyof (FitOptions & ClassifierOptions & FamilyParameters),
  "weights" | "offset" | "warmStart"
>;
const COMMON_OPTIONS = /* @__PURE__ */ (PARAMETERS as readonly CommonOption[]).concat(
  "intercept",
  "standardize",
  "penaltyFactor",
  "lowerBounds",
  "upperBounds",
  "tolerance",
  "maxIterations",
  "strategy",
  "names",
  "classWeight",
);
const CROSS_VALIDATION_OPTIONS = [
  "folds",
  "seed",
  "foldGroups",
  "stratify",
  "lambdas",
  "lambdaCount",
  "lambdaMinRatio",
] as const;
const OPTIONS = /* @__PURE__ */ FIT_OPTIONS.concat(
  CROSS_VALIDATION_OPTIONS,
  ["X", "y", "groups", "batch", "lambda", "rule", "l1Ratio", "family", "classWeight"],
  PARAMETERS,
);

/**
 * Fits many models of one family in one call, each as {@link elasticNet}, {@link logistic}, {@link multinomial}, {@link poisson} or
 * {@link huber} would: small problems by the ten thousand, or many targets on one X, whose Gram matrix the gaussian family then builds once.
 *
 * - `groups`, a number or string for each row: one model for each group, in order of first appearance: `keys`; `at(key)` is one of them,
 *   and `predict(X, groups)` predicts each row by its own. Rows may come in any order, and are gathered once.
 * - `X` of batch·n rows, and `batch`: every n rows are a problem, y has batch·n values.
 * - `X` a list of matrices: each is a problem, with n and p of its own, y is a list of vectors. The coefficients of model i
 *   lie from `starts[i]` on.
 * - `X` one matrix, and y a matrix: every column of y is a target.
 *
 * For classifiers y holds labels; each model has the classes of its own rows. Of the multinomial family the coefficients of model i lie from
 * `starts[i]` on, K·p of them, its intercepts from `interceptStarts[i]` on.
 *
 * `penaltyFactor` and bounds are for all models; `weights`, `offset` and `warmStart` for all or for each.
 *
 * With `lambda: "cv"` each model has the lambda that `rule` takes of its own {@link crossValidate}; `cvErrors` and `standardErrors` then hold its
 * mean error over the folds at that lambda (the deviance: the squared error of the gaussian family) and the standard error of that, NaN
 * for one that cannot be fitted.
 *
 * @param options - The data, `lambda`, `l1Ratio`, the options of every fit, and with `lambda: "cv"` `rule` and those of
 *   {@link crossValidate} too.
 * @returns The models in flat arrays. One that cannot be fitted holds NaN, has its error in `errors`, and keeps no other from
 *   being fitted: values that are not finite, too few rows for the folds, one class, weights without a sum,
 *   lambda = 0 on dependent columns, or in a list a matrix and a vector that do not fit together.
 * @throws RangeError and TypeError as {@link elasticNet} for what is wrong with the call as a whole.
 * @example
 * // two lassos of 3 × 2
 * const X = dense(new Float64Array([1, 2, 2, 1, 3, 5, 4, 3, 1, 1, 0, 2]), 6, 2);
 * fitMany({ X, y: [1, 2, 3, 4, 5, 5], batch: 2, lambda: 0.1 }).coefficients;
 * // one for each shop
 * fitMany({ X, y: [1, 2, 3, 4, 5, 5], groups: ["a", "b", "a", "b", "b", "a"], lambda: 0.1 }).at("b").coefficients;
 * // each with the sparsest that is about as good as its best
 * fitMany({ X, y: [1, 2, 3, 4, 5, 5], batch: 2, lambda: "cv", rule: "1se", folds: 3 }).cvErrors;
 */
export function fitMany<Y extends ManyLabels, F extends ClassFamily>(
  options: ManyOptions<F, Y> & { family: F },
): ManyModels<ModelOf<F, LabelIn<Y>>>;
export function fitMany(options: ManyOptions): ManyModels;
export function fitMany<F extends Family>(options: ManyOptions<F> & { family: F }): ManyModels<ModelOf<F>>;
export function fitMany(options: AnyOptions): ManyModels<AnyModel> {
  const fit = readMany(options);
  const shelf = new Shelf();
  try {
    return new ManyModels({ ...finish(new ManyFits(fit, shelf).run()), ...fit.columns });
  } finally {
    shelf.close();
  }
}

/** Checks all that concerns more than one model. */
export function readMany(options: AnyOptions): ManyFit {
  checkOptions("fitMany", options, OPTIONS, modelNames);
  const { family = "gaussian" } = options;
  checkChoice("family", family, FAMILIES);
  const problems = readProblems(options, hasClasses(family));
  if (options.classWeight !== undefined && !hasClasses(family)) {
    throw typeError("ERR_OPTION", `fitMany takes "classWeight" only for classifiers, got a ${family} family`);
  }
  const { count, rows, columns } = problems;
  const lambda = readLambda(options.lambda, count);
  const l1Ratio = readRatio(options.l1Ratio, lambda);
  const common: ManyFit["common"] = pick(options, COMMON_OPTIONS);
  // What is given: defaults are each model's own.
  readParameters("fitMany", family, common, () => Float64Array.of(-1, 0, 1));
  for (const p of new Set(columns))
    readFit("fitMany", common, { ...problems.named, rows: 1, columns: p }, [
      ...FIT_OPTIONS,
      "classWeight",
      ...PARAMETERS,
    ]);
  if (family === "gaussian") checkStrategy(common, l1Ratio, rows[0], columns[0]);
  const predictors = hasEtas(family) ? countClasses(problems) : undefined;

  const named = readColumns(common.names, problems.named);
  const { rule = "min" } = options;
  checkChoice("rule", rule, RULES);
  const { foldGroups, ...crossValidation } = pick(options, CROSS_VALIDATION_OPTIONS);
  let dealing: Dealing | undefined;
  if (lambda === "cv") {
    readLambdas(crossValidation);
    dealing = readDealing(crossValidation, foldGroups, problems);
  } else {
    for (const name in { ...pick(options, ["rule", "foldGroups"]), ...crossValidation }) {
      throw typeError("ERR_OPTION", `fitMany takes "${name}" only where "lambda" is "cv", got another`);
    }
  }
  return {
    problems,
    family,
    predictors,
    lambda,
    rule,
    l1Ratio,
    tolerance: common.tolerance ?? 1e-7,
    common,
    columns: named,
    crossValidation,
    folds: dealing?.most ?? 0,
    dealing: dealing?.of,
    weights: readWeights(options.weights, problems),
    offset: readOffset(options.offset, problems),
    start: readStart(options.warmStart, predictors ? columns.map((p, i) => p * predictors[i]) : columns),
    quick: family === "gaussian" ? quickSettings(common, named, columns[0]) : undefined,
  };
}

/** How the rows of each model are dealt. */
interface Dealing {
  /** Into how many folds at the most. */
  most: number;
  /** For each model, where they differ. */
  of?: (index: number) => FoldOptions;
}

function readDealing(
  options: FoldOptions,
  foldGroups: AnyOptions["foldGroups"],
  { rows, grouped }: ManyLayout,
): Dealing {
  const { folds } = options;
  const longest = rows.reduce((most, n) => Math.max(most, n), 0);
  const given = grouped && typeof folds === "object" ? givenFolds(folds, grouped.rows.length) : undefined;
  const labels =
    foldGroups === undefined ? undefined : readGroups(foldGroups, grouped?.rows.length ?? longest, "foldGroups");
  const most = given?.count ?? makeFolds({ y: new Float64Array(longest) }, options).count;
  if (given === undefined && labels === undefined) return { most };
  return {
    most,
    of: (index) => {
      const pick = (values: Int32Array): Int32Array =>
        grouped
          ? grouped.rows.subarray(grouped.starts[index], grouped.starts[index + 1]).map((row) => values[row])
          : values;
      return { ...options, ...(given && { folds: pick(given.of) }), ...(labels && { groups: pick(labels.of) }) };
    },
  };
}

/** The number of classes of each model; 1 where its labels are none. */
function countClasses({ count, y }: ManyLayout): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => {
    try {
      return Math.max(1, toLabels("y", y.of(i)).classes.length);
    } catch {
      return 1;
    }
  });
}

export function readLambda(lambda: unknown, count: number): Float64Array | "cv" {
  if (lambda === "cv") return lambda;
  if (typeof lambda === "object" && lambda !== null) {
    return toNumbers("lambda", lambda, count);
  }
  checkLambda("lambda", lambda);
  return new Float64Array(count).fill(lambda);
}

/** A number, or for `"cv"` several to choose from. */
export function readRatio(l1Ratio: AnyOptions["l1Ratio"], lambda: Float64Array | "cv"): number | readonly number[] {
  const ratios = readRatios(l1Ratio);
  if (!isArray(l1Ratio)) return ratios[0];
  if (lambda === "cv") return ratios;
  throw rangeError(
    "ERR_VALUE",
    `"l1Ratio" must be a number, or with "lambda" at "cv" a list, got ${describe(l1Ratio)}`,
  );
}

/** A strategy that is not for the penalty is not for any model. */
function checkStrategy(
  { strategy = "auto", lowerBounds, upperBounds }: FitOptions,
  l1Ratio: number | readonly number[],
  n: number,
  p: number,
): void {
  const bounded = lowerBounds !== undefined || upperBounds !== undefined;
  for (const ratio of typeof l1Ratio === "number" ? [l1Ratio] : l1Ratio) {
    plan(
      { n, p, l1Ratio: ratio, smallestLambda: 1, steps: 1, isLong: false, bounded, tolerance: 0, unpenalised: 0 },
      strategy,
    );
  }
}

function readWeights(
  value: AnyOptions["weights"],
  { layout, rows, columns, grouped }: ManyLayout,
): PerModel | undefined {
  if (value === undefined) return undefined;
  if (grouped) return readPerRow("weights", value, grouped);
  const isShared = layout === "shared";
  const weights = isShared ? readCommon("weights", value, rows[0]) : readPerModel("weights", value, rows);
  if (weights.isCommon) {
    const one = weights.of(0);
    readFit("fitMany", { weights: one }, { rows: rows[0], columns: columns[0] }, FIT_OPTIONS);
    const total = compensatedSum(Float64Array.from(one));
    if (!(total > 0 && total < Number.POSITIVE_INFINITY)) {
      throw rangeError("ERR_VALUE", `"weights" must have a positive, finite sum, got ${total}`);
    }
  }
  return weights;
}

function readOffset(value: AnyOptions["offset"], problems: ManyLayout): PerModel | undefined {
  if (value === undefined) return undefined;
  const { layout, rows, grouped } = problems;
  if (grouped) return readPerRow("offset", value, grouped);
  const offset = layout === "shared" ? readSharedOffset(value, problems) : readPerModel("offset", value, rows);
  if (offset.isCommon) toVector("offset", offset.of(0), rows[0]);
  return offset;
}

function readStart(value: AnyOptions["warmStart"], columns: Int32Array): PerModel | undefined {
  if (value === undefined) return undefined;
  const coefficients = reading('"warmStart"', () =>
    typeof value === "object" && value !== null && "coefficients" in value ? value.coefficients : value,
  );
  const start = readPerModel("warmStart", coefficients, columns);
  if (start.isCommon) toVector("warmStart", start.of(0), columns[0]);
  return start;
}

/** The settings of the solvers on small Grams, or undefined where the options are not for them. */
function quickSettings(common: FitOptions, named: NamedColumns, p: number): SmallPathSettings | undefined {
  const { intercept = true, standardize = true, tolerance = 1e-7, maxIterations = 10_000, strategy = "auto" } = common;
  if (strategy !== "auto" || common.lowerBounds !== undefined || common.upperBounds !== undefined) return undefined;
  const penaltyFactor =
    common.penaltyFactor === undefined ? undefined : columnNumbers("penaltyFactor", common.penaltyFactor, named, p, 1);
  if (penaltyFactor?.some((factor) => factor === 0)) return undefined;
  return { intercept, standardize, penaltyFactor, tolerance, maxIterations };
}

/** The options of these names that are there. */
function pick<K extends keyof AnyOptions>(
  options: AnyOptions,
  names: readonly K[],
): { [N in K]?: NonNullable<AnyOptions[N]> } {
  const picked: { [N in K]?: NonNullable<AnyOptions[N]> } = {};
  for (const name of names) {
    const value = options[name];
    if (value !== undefined) picked[name] = value as NonNullable<AnyOptions[K]>;
  }
  return picked;
}
