/**
 * A loss of one linear predictor η, convex and smooth, for the solvers and their certificates. With the mean μ(η) = loss'(η) + y,
 *
 * ```text
 * gradient μ − y,  curvature μ'(η),  conjugate loss*(g) = sup_η g·η − loss(y, η) = entropy(y + g)
 * ```
 *
 * so that u = y + g takes the place of μ in the dual, and the Fenchel gap loss(y, η) + loss*(u − y) − (u − y)·η depends on u and η alone:
 * it is the divergence of u from μ.
 */
export interface Loss {
  value(y: number, eta: number): number;
  mean(eta: number): number;
  gradient(y: number, eta: number): number;
  curvature(eta: number): number;
  /** loss*(g) of the loss at y; Infinity outside of its domain. */
  conjugate(y: number, g: number): number;
  /** min over η of the loss. */
  saturated(y: number): number;
  /** The Fenchel gap for u = μ(η) + difference, without cancellation; Infinity outside of the domain. */
  divergence(eta: number, difference: number): number;
  /**
   * The η that minimises Σ v_i·loss(y_i, o_i + η), Σ v_i being 1.
   *
   * @throws RangeError if there is none.
   */
  nullIntercept(y: Float64Array, v: Float64Array, offset: Float64Array): number;
  /** The kernel that sums up the loss of all rows, with its derivatives. */
  kernel: "binomialLoss" | "poissonLoss";
}
