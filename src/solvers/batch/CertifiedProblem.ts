import { loss, shrinkageGap } from "../../losses/gaussian.js";
import { feasibleScale, fenchelGap, value } from "../../penalties/elasticNet.js";
import { SmallProblem } from "./SmallProblem.js";

/** How much of ‖y‖² rounding may cost at the most. */
const LOST_DIGITS = 1e-10;
/** Half an ulp of 1. */
const UNIT = Number.EPSILON / 2;

const FREE = Number.POSITIVE_INFINITY;

/** A small problem that tells how far its b is from the minimum at the most, whatever rounding has done to G, c and z. */
export class CertifiedProblem extends SmallProblem {
  /** What the gap is to be. */
  goal = 0;
  /** How much of what rounding may add to the gap of a lasso is let pass. */
  spare = 0;
  /** Bound on F − min F at b, rounding included. */
  gap = 0;
  objective = 0;
  /** ‖y − X·b‖² */
  residual = 0;

  /**
   * Whether the duality gap at b is at most what is asked for, in exact arithmetic too. z = c − G·b is known to within
   *
   * ```text
   * δ_j = ε·‖x_j‖·S,  S = ‖y‖ + Σ_k ‖x_k‖·|b_k|
   * ```
   *
   * and ‖r‖² = ‖y‖² − b·c − b·z to within 3·ε·S². Without an l2, the dual point r is scaled until |z_j| <= l1_j; the exact one has
   * to be scaled by 1/(1 + e) more, e = max_j δ_j/l1_j, which costs at most e·(Σ l1_j·|b_j| + ‖r‖²) + 8·ε·S². With an l2, h_j*(z_j)
   * is finite everywhere and smooth: z_j moves the gap by at most |b*_j − b_j|·δ_j + δ_j²/(2·l2_j), b*_j the minimiser at z_j.
   */
  certify(): boolean {
    const { memory, integers, c, b, z, norms, squares, l1Ratio } = this;
    const { l1: strengths, l2: ridges, eligible: first, eligibleCount: count } = this;
    let size = Math.sqrt(squares);
    let explained = 0;
    let penalty = 0;
    let penalty1 = 0;
    let feasible = 1;
    for (let k = 0; k < count; ++k) {
      const j = integers[first + k];
      const w = memory[b + j];
      const gradient = memory[z + j];
      const l1 = memory[strengths + j];
      if (w === 0 && Math.abs(gradient) <= l1) continue;
      const l2 = memory[ridges + j];
      if (w !== 0) {
        penalty += value(w, l1, l2);
        penalty1 += l1 * Math.abs(w);
        size += memory[norms + j] * Math.abs(w);
        explained += w * (memory[c + j] + gradient);
      }
      // Seen as a lasso on [X; √l2·I] where there is an l2, whose gradient is z_j − l2_j·b_j.
      feasible = Math.min(feasible, feasibleScale(gradient - l2 * w, l1, -FREE, FREE));
    }
    const residual = Math.max(0, squares - explained);
    this.residual = residual;
    const error = (this.rounding + (this.p + 8) * UNIT) * size;
    const lost = 8 * error * size;
    if (!(lost <= LOST_DIGITS * squares)) return false;
    this.objective = loss(residual) + penalty;
    if (l1Ratio === 1) {
      const infeasible = error * this.steepness;
      const slack = infeasible * (penalty1 + residual) + lost;
      const gap = this.#gapAt(feasible, residual, 0);
      this.gap = gap + slack;
      return infeasible < 0.5 && gap + Math.max(0, slack - this.spare) <= this.goal;
    }
    this.gap = this.#gapAt(1, residual, error);
    if (!(this.gap <= this.goal) && l1Ratio > 0)
      this.gap = Math.min(this.gap, this.#gapAt(feasible, residual, error) + lost);
    return this.gap <= this.goal;
  }

  /**
   * The intercept for coefficients b: mean of y − Σ b_j·mean of x_j, each mean in two parts and the sum compensated. What rounding it
   * costs goes to the gap; undefined where that is too much.
   */
  intercept(yPivot: number, yMean: number, pivots: number, means: number): number | undefined {
    const { memory, b, p, norms } = this;
    let total = yPivot;
    let error = yMean;
    let size = Math.sqrt(this.squares) + Math.abs(yMean);
    for (let j = 0; j < p; ++j) {
      const w = memory[b + j];
      if (w === 0) continue;
      const term = -w * memory[pivots + j];
      const sum = total + term;
      const part = sum - total;
      error += total - (sum - part) + (term - part) - w * memory[means + j];
      // The products with pivots are rounded.
      size += Math.abs(term) + Math.abs(w) * (Math.abs(memory[means + j]) + memory[norms + j]);
      total = sum;
    }
    const intercept = total + error;
    const slip = Math.abs(total - intercept + error) + Number.EPSILON * size;
    this.objective += 0.5 * slip * slip;
    this.gap += 0.5 * slip * slip;
    return this.gap <= this.goal ? intercept : undefined;
  }

  /** The gap at the dual point scale·r, and what z being off by `error`·‖x_j‖ may add to it where there is an l2. */
  #gapAt(scale: number, residual: number, error: number): number {
    const { memory, integers, b, z, norms } = this;
    const { l1: strengths, l2: ridges, eligible: first, eligibleCount: count } = this;
    let gap = shrinkageGap(scale, residual);
    for (let k = 0; k < count; ++k) {
      const j = integers[first + k];
      const w = memory[b + j];
      const gradient = scale * memory[z + j];
      const l1 = memory[strengths + j];
      if (error === 0 && w === 0 && Math.abs(gradient) <= l1) continue;
      const l2 = memory[ridges + j];
      gap += fenchelGap(w, gradient, l1, l2, -FREE, FREE);
      if (error === 0) continue;
      const delta = error * memory[norms + j];
      const excess = gradient - Math.min(Math.max(gradient, -l1), l1);
      gap += delta * Math.abs(excess / l2 - w) + (0.5 * delta * delta) / l2;
    }
    return gap;
  }
}
