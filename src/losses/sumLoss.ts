import type { Kernels } from "../kernels/contract.js";
import type { Loss } from "./Loss.js";

/** The rows of a loss, n values each. Those of weight 0 add nothing, whatever their y and η are. */
export interface LossRows {
  n: number;
  y: Float64Array;
  v: Float64Array;
  eta: Float64Array;
  /** −v·loss' */
  theta: Float64Array;
  /** v·loss'' */
  h: Float64Array;
}

/** Σ v_i·loss(y_i, η_i); sets θ and h. */
export function sumLoss(kernels: Kernels, loss: Loss, { n, y, v, eta, theta, h }: LossRows): number {
  if (loss.kernel !== undefined) return kernels[loss.kernel](n, eta, 0, y, 0, v, 0, theta, 0, h, 0);
  let sum = 0;
  for (let i = 0; i < n; ++i) {
    const counts = v[i] > 0;
    if (counts) sum += v[i] * loss.value(y[i], eta[i]);
    theta[i] = counts ? -v[i] * loss.gradient(y[i], eta[i]) : 0;
    h[i] = counts ? v[i] * loss.curvature(y[i], eta[i]) : 0;
  }
  return sum;
}
