import type { Label } from "../../data/toLabels.js";
import { type Family, hasClasses, type OwnParameters, ownParameters, PARAMETERS } from "../../losses/families.js";
import type { Encoding } from "../../tables/Encoding.js";
import type { ModelFields, StopReason } from "../results/ModelFields.js";

/** The contents of many models: one entry for each model, of the family's own parameters too. */
export interface ManyFields extends OwnParameters<Float64Array> {
  family: Family;
  tolerance: number;
  /** The classes of each classifier; undefined for one that could not be fitted. */
  classes?: (readonly Label[] | undefined)[];
  /** The coefficients of one model after the other, on the original scale: p for each, K·p of the multinomial family. */
  coefficients: Float64Array;
  /** Where in `coefficients` each model begins, and where the last one ends: 0, p, 2p, … unless the models differ in p or K. */
  starts: Float64Array;
  /** One for each model, K of the multinomial family. */
  intercepts: Float64Array;
  /** Where in `intercepts` each model begins, and where the last one ends: 0, 1, 2, … but for the multinomial family. */
  interceptStarts: Float64Array;
  /**
   * The weighted means and sds, with 1/W, of the columns of one model after the other, NaN where a column has no coefficient; where
   * models share X, those of all of its p columns, once.
   */
  means: Float64Array;
  sds: Float64Array;
  lambdas: Float64Array;
  /**
   * Where `lambda` was `"cv"`, and absent otherwise: the mean error over the folds of each model at its lambda, and the standard error of
   * that, as `meanErrors` and `standardErrors` of a cross-validation have them. NaN for a model that could not be fitted.
   */
  cvErrors?: Float64Array;
  standardErrors?: Float64Array;
  l1Ratios: Float64Array;
  objectives: Float64Array;
  /** NaN where no finite dual point exists. */
  dualityGaps: Float64Array;
  /** NaN where the duality gap is the certificate. */
  violations: Float64Array;
  iterations: Int32Array;
  strategies: string[];
  /** False where the fits were told not to standardise; absent of all others. */
  standardize?: boolean;
  /** Whether each fit had an offset, without which its model does not predict. Absent where none had. */
  hasOffset?: boolean[];
  converged: Uint8Array;
  /** What was in the way of each fit, "" of those that have converged or could not be fitted; absent where there is none. */
  stopReasons?: (StopReason | "")[];
  /** The group of each model, in order of first appearance, where they were fitted by `groups`. */
  keys?: readonly Label[];
  /** Why a model could not be fitted; undefined for all others. */
  errors: (Error | undefined)[];
  /** Names of the columns of all models, where X had any. */
  names?: readonly string[];
  /** How X came from a table, where it was made by `designMatrix`. */
  encoding?: Encoding;
}

/** Where the columns of each model begin, in a list of those of all, and where the last ones end. */
export function columnStarts({
  starts,
  interceptStarts,
}: Pick<ManyFields, "starts" | "interceptStarts">): Float64Array {
  const columns = new Float64Array(starts.length);
  for (let i = 0; i + 1 < starts.length; ++i) {
    columns[i + 1] = columns[i] + (starts[i + 1] - starts[i]) / (interceptStarts[i + 1] - interceptStarts[i]);
  }
  return columns;
}

/**
 * Models that are still to be fitted: NaN all over. They have p columns each, and coefficients for so many η.
 *
 * @param isChosen - Whether each is to choose its lambda.
 */
export function unfitted(
  family: Family,
  tolerance: number,
  columns: Int32Array,
  isShared: boolean,
  isChosen: boolean,
  predictors?: ArrayLike<number>,
): ManyFields {
  const count = columns.length;
  const measured = isShared ? columns[0] : columns.reduce((sum, p) => sum + p, 0);
  const starts = new Float64Array(count + 1);
  const interceptStarts = new Float64Array(count + 1);
  for (let i = 0; i < count; ++i) {
    const K = predictors?.[i] ?? 1;
    starts[i + 1] = starts[i] + K * columns[i];
    interceptStarts[i + 1] = interceptStarts[i] + K;
  }
  const numbers = (length: number): Float64Array => new Float64Array(length).fill(Number.NaN);
  return {
    family,
    tolerance,
    ...(hasClasses(family) && { classes: new Array<undefined>(count).fill(undefined) }),
    ...Object.fromEntries(ownParameters(family).map((name) => [name, numbers(count)])),
    coefficients: numbers(starts[count]),
    starts,
    intercepts: numbers(interceptStarts[count]),
    interceptStarts,
    means: numbers(measured),
    sds: numbers(measured),
    lambdas: numbers(count),
    ...(isChosen && { cvErrors: numbers(count), standardErrors: numbers(count) }),
    l1Ratios: numbers(count),
    objectives: numbers(count),
    dualityGaps: numbers(count),
    violations: numbers(count),
    iterations: new Int32Array(count),
    strategies: new Array<string>(count).fill("none"),
    converged: new Uint8Array(count),
    errors: new Array<Error | undefined>(count).fill(undefined),
  };
}

/** Writes the mean and sd of each of p columns that has them, from `at` on. */
export function addMoments(
  { means, sds }: ManyFields,
  at: number,
  p: number,
  of: (column: number) => readonly [number, number] | undefined,
): void {
  for (let j = 0; j < p; ++j) {
    // What models share is written once.
    const moments = Number.isNaN(sds[at + j]) ? of(j) : undefined;
    if (moments !== undefined) [means[at + j], sds[at + j]] = moments;
  }
}

/** Writes a model among the others, its moments from `at` on. */
export function recordModel(fields: ManyFields, i: number, model: ModelFields, at: number): void {
  if (fields.classes !== undefined) fields.classes[i] = model.classes;
  fields.coefficients.set(model.coefficients, fields.starts[i]);
  fields.intercepts.set(model.intercepts ?? [model.intercept as number], fields.interceptStarts[i]);
  addMoments(fields, at, model.sds.length, (j) =>
    Number.isNaN(model.sds[j]) ? undefined : [model.means[j], model.sds[j]],
  );
  for (const name of PARAMETERS) if (fields[name] && model[name]) fields[name][i] = model[name];
  fields.lambdas[i] = model.lambda;
  fields.l1Ratios[i] = model.l1Ratio;
  fields.objectives[i] = model.objective;
  fields.dualityGaps[i] = model.dualityGap;
  fields.violations[i] = model.violation;
  fields.iterations[i] = model.iterations;
  fields.strategies[i] = model.strategy;
  fields.converged[i] = model.converged ? 1 : 0;
  if (model.stopReason === undefined) return;
  fields.stopReasons ??= new Array<"">(fields.errors.length).fill("");
  fields.stopReasons[i] = model.stopReason;
}
