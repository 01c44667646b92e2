import { type ClassWeight, classWeights } from "../../data/classWeights.js";
import { readNames, withEncoding } from "../../data/columnsOf.js";
import type { DenseMatrix } from "../../data/DenseMatrix.js";
import type { ColumnNames, Matrix } from "../../data/Matrix.js";
import { findLeftOut } from "../../data/notFinite.js";
import type { SparseMatrix } from "../../data/SparseMatrix.js";
import { type LabelsLike, toClasses } from "../../data/toLabels.js";
import { type MatrixLike, shapedMatrix } from "../../data/toMatrix.js";
import { toVector, type VectorLike } from "../../data/toVector.js";
import { toWeights } from "../../data/toWeights.js";
import {
  checkBoolean,
  checkChoice,
  checkInteger,
  checkNonNegative,
  checkNumber,
  checkOptions,
  describe,
  rangeError,
  reading,
  typeError,
} from "../../errors.js";
import { type ClassFamily, type Family, type FamilyParameters, families } from "../../losses/families.js";
import { readParameters } from "../../losses/parameters.js";
import { modelNames } from "../../names/modelNames.js";
import { type FitSettings, refuseNotFinite } from "../../solvers/designs/rows.js";
import { STRATEGIES, type Strategy } from "../../solvers/Solver.js";
import { type ByColumn, columnNumbers, type NamedColumns } from "./columnNumbers.js";
import type { Fit } from "./Fit.js";
import { type PenaltyKind, readPenalty } from "./penalty.js";

/** The options that every fit takes. */
export interface FitOptions {
  /** Fit an intercept, which is never penalised. Default true. */
  intercept?: boolean | undefined;
  /** Penalise sd_j·w_j instead of w_j; coefficients come back on the original scale all the same. Default true. */
  standardize?: boolean | undefined;
  /** A weight for each row, at least 0; only their proportions matter. Default 1. */
  weights?: VectorLike | undefined;
  /**
   * A factor of the penalty for each column: 0 leaves it unpenalised, Infinity leaves it out; or of some, by name (`{ age: 0 }`), where
   * a category's name stands for all of its columns. Default 1.
   */
  penaltyFactor?: ByColumn | undefined;
  /** Lower bound of the coefficients, a number, or one for each column or some by name, at most 0. Default −Infinity. */
  lowerBounds?: number | ByColumn | undefined;
  /** Upper bound of the coefficients, a number, or one for each column or some by name, at least 0. Default Infinity. */
  upperBounds?: number | ByColumn | undefined;
  /** Added to the prediction of each row, known beforehand. Default 0. */
  offset?: VectorLike | undefined;
  /** A fit has converged when its duality gap is at most this share of the null loss. Default 1e-7. */
  tolerance?: number | undefined;
  /** Passes over the coordinates at the most. Default 10,000. */
  maxIterations?: number | undefined;
  /** Where to start: a model, or p coefficients on the original scale. Default 0. */
  warmStart?: { readonly coefficients: VectorLike } | VectorLike | undefined;
  /** The solver, chosen by shape unless told. */
  strategy?: "auto" | Strategy | undefined;
  /** Names of the columns. Default: those of X, if it has any. */
  names?: readonly string[] | undefined;
}

export const FIT_OPTIONS: readonly string[] = [
  "intercept",
  "standardize",
  "weights",
  "penaltyFactor",
  "lowerBounds",
  "upperBounds",
  "offset",
  "tolerance",
  "maxIterations",
  "warmStart",
  "strategy",
  "names",
];

/** The options that fits of classifiers take besides. */
export interface ClassifierOptions {
  /** Weights of classes, which multiply those of their rows: `"balanced"` for the same total weight of each, or a table. Default 1. */
  classWeight?: ClassWeight | undefined;
}

/** The y of a family: labels of classifiers, numbers of all others. */
export type TargetOf<F extends Family> = F extends ClassFamily ? LabelsLike : VectorLike;

/** What the options of a fit are for: n rows of p columns. */
export type FitShape = Pick<Matrix, "rows" | "columns"> & ColumnNames;

/** Checks the options of a fit, with `predictors` η for each row. */
export function readFit(
  owner: string,
  options: FitOptions,
  X: FitShape,
  known: readonly string[],
  predictors = 1,
): Fit {
  checkOptions(owner, options, known, modelNames);
  const { rows: n, columns: p } = X;
  const { intercept = true, standardize = true, tolerance = 1e-7, maxIterations = 10_000, strategy = "auto" } = options;
  checkBoolean("intercept", intercept);
  checkBoolean("standardize", standardize);
  checkNonNegative("tolerance", tolerance);
  checkInteger("maxIterations", maxIterations, 1);
  checkChoice("strategy", strategy, ["auto", ...STRATEGIES]);
  const columns = readColumns(options.names, X);
  const lowerBounds = readBounds("lowerBounds", options.lowerBounds, columns, p, -1);
  const upperBounds = readBounds("upperBounds", options.upperBounds, columns, p, 1);
  const settings: FitSettings = {
    intercept,
    standardize,
    weights: toWeights(options.weights, n),
    penaltyFactor: options.penaltyFactor === undefined ? undefined : readFactors(options.penaltyFactor, columns, p),
    lowerBounds,
    upperBounds,
    offset: readOffset(options.offset, n, predictors),
    tolerance,
    maxIterations,
  };
  return {
    response: { family: "gaussian" },
    settings,
    warmStart: readWarmStart(options.warmStart, predictors * p),
    strategy,
    columns,
  };
}

/** Names by the option, or else those of X, whose encoding goes with its own names alone. */
export function readColumns(value: FitOptions["names"], { names, encoding, columns: p }: FitShape): NamedColumns {
  const columns: ColumnNames =
    value !== undefined
      ? withEncoding(readNames("names", value, p), encoding)
      : { ...(names && { names }), ...(encoding && { encoding }) };
  return columns as NamedColumns;
}

/** n numbers, or one for each η. */
export function readOffset(value: VectorLike | undefined, n: number, predictors: number): Float64Array | undefined {
  if (value === undefined) return undefined;
  const length = reading('"offset"', () => value?.length);
  return toVector("offset", value, length === n ? n : predictors * n);
}

function readFactors(value: ByColumn, columns: ColumnNames, p: number): Float64Array {
  const factors = columnNumbers("penaltyFactor", value, columns, p, 1);
  const column = factors.findIndex((factor) => !(factor >= 0));
  if (column >= 0) {
    throw rangeError("ERR_VALUE", `"penaltyFactor" must be at least 0, got ${factors[column]} for column ${column}`);
  }
  return factors;
}

/** Bounds of which one is finite; undefined if there are none. They are at least 0 for a positive sign, at most 0 for a negative one. */
function readBounds(
  name: string,
  value: number | ByColumn | undefined,
  columns: ColumnNames,
  p: number,
  sign: 1 | -1,
): Float64Array | undefined {
  if (value === undefined) return undefined;
  const bounds =
    typeof value === "number"
      ? new Float64Array(p).fill(value)
      : columnNumbers(name, value, columns, p, sign * Number.POSITIVE_INFINITY);
  const column = bounds.findIndex((bound) => !(sign * bound >= 0));
  if (column >= 0) {
    const expected = sign > 0 ? "at least 0" : "at most 0";
    throw rangeError("ERR_VALUE", `"${name}" must be ${expected}, got ${bounds[column]} for column ${column}`);
  }
  return bounds.every((bound) => Math.abs(bound) === Number.POSITIVE_INFINITY) ? undefined : bounds;
}

function readWarmStart(value: FitOptions["warmStart"], p: number): Float64Array | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "object" || value === null) {
    throw typeError("ERR_TYPE", `"warmStart" must be a model or ${p} coefficients, got ${describe(value)}`);
  }
  const coefficients = reading('"warmStart"', () => ("coefficients" in value ? value.coefficients : value));
  return toVector("warmStart", coefficients, p);
}

export function checkLambda(name: string, value: unknown): asserts value is number {
  checkNumber(name, value);
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
    throw rangeError("ERR_VALUE", `"${name}" must be at least 0 and finite, got ${value}`);
  }
}

/** X, its shape checked. It is to be verified before it is fitted, and its values are checked in the fit's own copy. */
export function readMatrix(X: MatrixLike): Matrix {
  const matrix = shapedMatrix("X", X);
  if (matrix.rows === 0) throw rangeError("ERR_LENGTH", '"X" must have at least one row, got 0');
  return matrix;
}

/** @throws RangeError for a value that is not finite in a row of weight 0: not all fits would see it. */
function checkLeftOut(X: Matrix, weights: Float64Array | undefined): void {
  const found = weights?.includes(0) ? findLeftOut(X as DenseMatrix | SparseMatrix, weights) : undefined;
  if (found !== undefined) refuseNotFinite(found.value, found.row, found.column);
}

/** X as {@link readMatrix} has it, y as numbers, and the options of a fit of some family, checked. */
export function readFitInputs(
  owner: string,
  family: Family,
  X: MatrixLike,
  y: VectorLike | LabelsLike,
  options: FitOptions & ClassifierOptions & FamilyParameters & PenaltyOption,
  known: readonly string[],
): { matrix: Matrix; target: Float64Array; fit: Fit } {
  const matrix = readMatrix(X);
  const { rows: n, columns: p } = matrix;
  const complete = (fit: Fit): Fit => {
    checkLeftOut(matrix, fit.settings.weights);
    const penalty = readPenalty(options.penalty, family, fit.settings, p, fit.columns);
    return { ...fit, ...(penalty && { penalty }) };
  };
  const { classes, least = Number.NEGATIVE_INFINITY } = families[family];
  if (classes === undefined) {
    const target = toVector("y", y, n);
    const row = least > Number.NEGATIVE_INFINITY ? target.findIndex((value) => value < least) : -1;
    if (row >= 0) throw rangeError("ERR_VALUE", `"y" must be at least ${least}, got ${target[row]} in row ${row}`);
    const fit = readFit(owner, options, matrix, known);
    const { offset } = fit.settings;
    const parameters = readParameters(owner, family, options, () =>
      offset === undefined ? target : target.map((value, i) => value - offset[i]),
    );
    return { matrix, target, fit: complete({ ...fit, response: { family, ...parameters } }) };
  }
  const labels = toClasses("y", y, n, classes);
  const K = classes > 2 ? labels.classes.length : 1;
  const fit = readFit(owner, options, matrix, [...known, "classWeight"], K);
  readParameters(owner, family, options);
  const weights = classWeights(options.classWeight, labels, fit.settings.weights);
  return {
    matrix,
    target: labels.codes,
    fit: complete({
      ...fit,
      settings: { ...fit.settings, weights },
      response: { family, classes: labels.classes },
    }),
  };
}

/** The options of a fit whose mix of L1 and L2 is settled: those of `lasso` and `ridge`. */
export interface PenalisedOptions extends FitOptions {
  /** Strength of the penalty, at least 0. */
  lambda: number;
}

/** The option of fits whose penalty may be another than the elastic net's. */
export interface PenaltyOption {
  /**
   * In place of the L1 part: `mcp()`, `scad()`, `groupLasso({ groups })` or `sortedL1()`. l1Ratio < 1 keeps its L2 part beside it. Default
   * the elastic net.
   */
  penalty?: PenaltyKind | undefined;
}

/** The options of `elasticNet`. */
export interface ElasticNetOptions extends PenalisedOptions, PenaltyOption {
  /** Share of the L1 part, from 0 (ridge) to 1 (lasso). Default 1. */
  l1Ratio?: number | undefined;
}
