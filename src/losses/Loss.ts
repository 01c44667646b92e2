/**
 * A loss of one linear predictor η, convex: all that a family is to solvers, their certificates and the errors of fits. A new one is an object
 * after this in a file of its own, and a row of the table in `families.ts`.
 */
export interface Loss {
  value(y: number, eta: number): number;
  /** loss', of which η is at the minimum where it is 0: μ(η) − y of the binomial and the Poisson family. */
  gradient(y: number, eta: number): number;
  /** loss'', that of either side where it jumps. */
  curvature(y: number, eta: number): number;
  /**
   * The largest curvature of a loss that is a function of y − η alone, quadratic or linear in pieces, and the least at 0; absent for all others, whose
   * curvature changes smoothly and ends nowhere.
   */
  readonly steepest?: number;
  /** min over η of the loss. */
  saturated(y: number): number;
  /**
   * The Fenchel gap loss(y, η) + loss*(g) − g·η of g = gradient(y, η) + difference, with the conjugate loss*(g) = sup_η g·η − loss(y, η): without
   * cancellation, and Infinity where the conjugate is.
   */
  divergence(y: number, eta: number, difference: number): number;
  /** 2·(loss − saturated loss) of a prediction, whose mean is μ(η). */
  deviance(y: number, mean: number, eta: number): number;
  /** Where the intercept is that {@link nullIntercept} looks for. @throws RangeError if there is none. */
  nullRange(y: Float64Array, v: Float64Array, offset: Float64Array): NullRange;
  /** The kernel that sums up the loss of all rows, with its derivatives, if there is one. */
  readonly kernel?: "binomialLoss" | "poissonLoss";
}

/** An interval, and where to start in it. */
interface NullRange {
  from: number;
  to: number;
  start: number;
}
