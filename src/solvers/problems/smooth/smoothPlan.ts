import type { Matrix } from "../../../data/Matrix.js";
import { SparseMatrix } from "../../../data/SparseMatrix.js";
import { newtonCapacity } from "../../designs/Design.js";
import type { FitSettings } from "../../designs/rows.js";
import { isWorthScreening } from "../../designs/screening.js";
import { isWorthSampling } from "./SampledGram.js";

/** Paths of more lambdas have Newton's models serve several of them, where these fit and do not take too long. */
const FEW_FITS = 3;
const LARGE = 512;

/** How a problem whose curvature changes is solved. */
export interface SmoothPlan {
  /** By quasi-Newton steps first, which want all gradients. */
  isQuasi: boolean;
  /** With a metric of these that is taken from some rows. */
  isSampled: boolean;
  /** With columns of integers to screen by, and for rough models. */
  isScreened: boolean;
}

/** The plan of Newton's method alone. */
export function newtonPlan(X: Matrix): SmoothPlan {
  const isScreened = !(X instanceof SparseMatrix) && isWorthScreening(X.rows, X.columns);
  return { isQuasi: false, isSampled: false, isScreened };
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
  const size = predictors * (p + 1);
  const hasCorners = l1Ratio > 0 || lowerBounds !== undefined || upperBounds !== undefined;
  const modelLasts = newtonCapacity(predictors * n, size) >= size && !(predictors > 1 && size > LARGE);
  if (hasCorners || (fits > FEW_FITS && modelLasts)) return newton;
  const isSampled = !(X instanceof SparseMatrix) && isWorthSampling(n, p + 1);
  return { isQuasi: true, isSampled, isScreened: newton.isScreened && !isSampled };
}
