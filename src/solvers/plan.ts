import { rangeError } from "../errors.js";
import { isWorthScreening } from "./designs/screening.js";
import type { Strategy } from "./Solver.js";

/** What the choice of a solver depends on. */
export interface Shape {
  n: number;
  p: number;
  l1Ratio: number;
  /** The smallest lambda of a fit or path. */
  smallestLambda: number;
  /** How many lambdas there are. */
  steps: number;
  /** Whether the lambdas are so many and go so far down that most of a Gram is worth having. */
  isLong: boolean;
  bounded: boolean;
  tolerance: number;
  /** How many columns may be unpenalised. */
  unpenalised: number;
  /** The values that a sparse X takes up in memory as it is; undefined if it is dense. */
  entries?: number | undefined;
}

/** Up to this many columns a whole Gram is cheap to have. */
export const GRAM_COLUMNS = 1000;

/**
 * What descent on a sparse X takes for each lambda, in nanoseconds: on the residual, for each row and stored value; on the Gram, for each value of that.
 * And what the Gram takes for each product of two values of a row, of which there are entries²/n if rows are alike.
 */
const PER_ROW = 8;
const PER_ENTRY = 1.5;
const PER_GRAM_VALUE = 0.6;
const PER_PRODUCT = 1.3;

/** More columns are better served by Newton's method on those that are active, unless there are many lambdas. */
const FEW_COLUMNS = 64;

/** Newton's steps on a Gram are worth their price to those who want more accuracy than this, or than the second where it serves many lambdas. */
export const ROUGH = 1e-3;
const ROUGH_PATH = 2e-3;
const MANY_STEPS = 20;

/** The solver for all lambdas above 0, and whether lambda = 0 is left to least squares. */
export interface Plan {
  main: Exclude<Strategy, "qr">;
  /** The one that takes over where `main` cannot: the same if it always can. */
  descent: "residual" | "newton" | "gram" | "sparse";
  zeroByQr: boolean;
  /** Whether X stays in compressed columns. */
  isSparse: boolean;
  /** Whether a dense X is kept in integers too. */
  isScreened: boolean;
}

/** Whether so many lambdas of a sparse X are found sooner on its Gram. */
export const isSparseGramCheaper = (n: number, p: number, entries: number, steps: number): boolean =>
  steps * (PER_ROW * n + PER_ENTRY * entries) > steps * PER_GRAM_VALUE * p * p + (PER_PRODUCT * entries * entries) / n;

// #region plan
/** @throws RangeError if a strategy is asked for that cannot solve the problem. */
export function plan(shape: Shape, requested: Strategy | "auto"): Plan {
  const { n, p, l1Ratio, smallestLambda, steps, isLong, bounded, tolerance, entries } = shape;
  const smooth = l1Ratio === 0 && !bounded;
  if ((requested === "cholesky" || requested === "ridge") && !smooth) {
    throw rangeError("ERR_VALUE", `"strategy" must not be "${requested}" unless l1Ratio is 0 and there are no bounds`);
  }
  if (requested === "qr" && bounded) {
    throw rangeError("ERR_VALUE", '"strategy" must not be "qr" with bounds: got "qr"');
  }
  const isTall = p <= GRAM_COLUMNS && n >= p;
  if (entries !== undefined && (requested === "auto" || requested === "gram" || requested === "sparse")) {
    const pays = isTall && isSparseGramCheaper(n, p, entries, steps);
    const descent = requested === "auto" ? (pays ? "gram" : "sparse") : requested;
    return { main: descent, descent, zeroByQr: false, isSparse: true, isScreened: false };
  }
  const isFree = requested === "auto" || requested === "qr";
  const isAccurate = tolerance < (steps < MANY_STEPS ? ROUGH : ROUGH_PATH);
  const best = isTall && (isLong || p <= FEW_COLUMNS) ? "gram" : isAccurate ? "newton" : "residual";
  const descent = isFree || requested === "cholesky" || requested === "ridge" ? best : requested;
  const main = requested === "cholesky" ? "cholesky" : requested === "ridge" || (isFree && smooth) ? "ridge" : descent;
  return {
    main,
    descent,
    zeroByQr: smallestLambda === 0 && !bounded && isFree,
    isSparse: false,
    isScreened: (main === "residual" || main === "newton") && isWorthScreening(n, p),
  };
}
// #endregion plan
