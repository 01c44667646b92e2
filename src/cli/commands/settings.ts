import { availableParallelism } from "node:os";
import { createExecutor } from "../../executors/createExecutor.js";
import {
  type ClassifierOptions,
  type CrossValidationOptions,
  type Executor,
  type Family,
  inlineExecutor,
} from "../../index.js";
import type { Job, Settings } from "../Job.js";
import type { Training } from "../table/designOf.js";

/** Seconds that workers are to save at the least: their start takes some. */
const WORTH = 0.8;

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

/** Works in this thread where that takes next to no time, on workers where they save some. */
export function executorFor({ options }: Job, training: Training, fits: number): Executor {
  const { workers } = options;
  const saved = secondsOf(options, training, fits) * (1 - 1 / availableParallelism());
  return workers === 1 || (workers === undefined && saved < WORTH) ? inlineExecutor() : createExecutor({ workers });
}

/**
 * The same of many models. Where each is one small fit, gathering the rows of all of them and handing these over takes longer than fitting them: workers
 * are for lambdas that are chosen by cross-validation, and for models that are large.
 */
export function manyExecutorFor({ options }: Job, { X: { rows, columns } }: Training, isChosen: boolean): Executor {
  const { workers, family = "gaussian", folds = 10, l1Ratio = [1] } = options;
  const each = family === "gaussian" ? 2e-9 * (columns + 20) : 1e-7;
  const paths = isChosen ? 40 * l1Ratio.length * (folds === "loo" ? 10 : folds) : 1;
  const saved = rows * columns * each * paths * (1 - 1 / availableParallelism());
  return workers === 1 || (workers === undefined && saved < WORTH) ? inlineExecutor() : createExecutor({ workers });
}

/** About how long paths of so many fits take: of tall data by their sums, of all else by passes over X. */
function secondsOf({ family = "gaussian" }: Settings, { X: { rows, columns } }: Training, fits: number): number {
  return family === "gaussian" && rows > 3 * columns
    ? 1.2e-9 * rows * columns * (columns + 20)
    : 1e-7 * rows * columns * fits;
}
