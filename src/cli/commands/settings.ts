import { createExecutor } from "../../executors/createExecutor.js";
import {
  type ClassifierOptions,
  type CrossValidationOptions,
  type Executor,
  type Family,
  inlineExecutor,
} from "../../index.js";
import type { Job, Settings } from "../Job.js";
import type { Training } from "../table/readDesign.js";

/** Cells of X from which on workers are worth their start. */
const MANY = 500_000;

/** The options of every fit that are on the command line. */
export function fitOptions(options: Settings, { weights, offset }: Training) {
  const {
    family = "gaussian",
    unpenalized = [],
    lower,
    upper,
    standardize,
    intercept,
    tolerance,
    maxIterations,
  } = options;
  return {
    family: family as "gaussian",
    weights,
    offset,
    ...(unpenalized.length > 0 && { penaltyFactor: Object.fromEntries(unpenalized.map((name) => [name, 0])) }),
    lowerBounds: lower,
    upperBounds: upper,
    standardize,
    intercept,
    tolerance,
    maxIterations,
  } satisfies CrossValidationOptions & ClassifierOptions;
}

/** The options of cross-validation besides. */
export function foldOptions({ folds, seed, stratify, lambdaCount }: Settings) {
  return { folds, seed, stratify, lambdaCount };
}

export const isClassifier = ({ family = "gaussian" }: { family?: Family }): boolean =>
  family === "binomial" || family === "multinomial";

/** Works in this thread where that takes next to no time, on workers where it takes some. */
export function executorFor({ options }: Job, { X }: Training): Executor {
  const { workers } = options;
  const cells = X.rows * X.columns;
  return workers === 1 || (workers === undefined && cells < MANY) ? inlineExecutor() : createExecutor({ workers });
}
