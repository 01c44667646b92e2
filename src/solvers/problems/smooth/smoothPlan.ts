import type { Matrix } from "../../../data/Matrix.js";
import { SparseMatrix } from "../../../data/SparseMatrix.js";
import { newtonCapacity } from "../../designs/Design.js";
import type { FitSettings } from "../../designs/rows.js";
import { isWorthScreening } from "../../designs/screening.js";
import { isWorthSampling } from "./SampledGram.js";

/** Paths of more lambdas have Newton's models serve several of them, where these fit and do not take too long. */
const FEW_FITS = 3;
const LARGE = 512;

/**
 * A Gram of so many sparse columns for each root of a column's values, and its factor, take as long as the products with columns that truncated
 * Newton does with them instead: about 120 of each, at a nanosecond a value, and 0.1 ns a product of the factor, of which there are columns³/6.
 * That is of a model that serves several lambdas; for a few it is not worth as much.
 */
const COLUMNS_PER_ROOT = 85;
const BRIEFLY = 1 / 3;
const LEAST_MODELLED = 64;
/** Of coefficients for several predictors that is so many times as many, as far as they go: descent has more to do where these depend on each other. */
const MOST_TIMES = 5;
/** Where columns have so few values on average, descent on them gets farther than products with all of them, by kernels, in the same time. */
const SHORT = 16;

/** How a problem whose curvature changes is solved. */
export interface SmoothPlan {
  /** By quasi-Newton steps first, which want all gradients. */
  isQuasi: boolean;
  /** With a metric of these that is taken from some rows. */
  isSampled: boolean;
  /** With columns of integers to screen by, and for rough models. */
  isScreened: boolean;
  /** Whether coordinate descent minimises models that have no Gram. */
  descends: boolean;
  /** The largest working set that is worth a model with a Gram, where that fits. */
  mostModelled: number;
}

/** The plan of Newton's method alone. */
export function newtonPlan(X: Matrix): SmoothPlan {
  const isScreened = !(X instanceof SparseMatrix) && isWorthScreening(X.rows, X.columns);
  return { isQuasi: false, isSampled: false, isScreened, descends: false, mostModelled: Number.POSITIVE_INFINITY };
}

/**
 * The plan for so many lambdas of a loss whose curvature ends nowhere.
 *
 * @param predictors - How many η a row has.
 */
export function smoothPlan(
  X: Matrix,
  { lowerBounds, upperBounds }: FitSettings,
  l1Ratio: number,
  fits: number,
  predictors: number,
): SmoothPlan {
  const { rows: n, columns: p } = X;
  const newton = newtonPlan(X);
  newton.descends = X instanceof SparseMatrix && X.values.length <= SHORT * p;
  if (X instanceof SparseMatrix && (predictors === 1 || newton.descends)) {
    const share = fits > FEW_FITS ? 1 : BRIEFLY;
    newton.mostModelled = Math.max(
      LEAST_MODELLED,
      share * Math.min(predictors, MOST_TIMES) * COLUMNS_PER_ROOT * Math.sqrt(X.values.length / p),
    );
  }
  const size = predictors * (p + 1);
  const hasCorners = l1Ratio > 0 || lowerBounds !== undefined || upperBounds !== undefined;
  const modelLasts = newtonCapacity(predictors * n, size) >= size && !(predictors > 1 && size > LARGE);
  if (hasCorners || (fits > FEW_FITS && modelLasts)) return newton;
  const isSampled = !(X instanceof SparseMatrix) && isWorthSampling(n, p + 1);
  return { ...newton, isQuasi: true, isSampled, isScreened: newton.isScreened && !isSampled };
}
