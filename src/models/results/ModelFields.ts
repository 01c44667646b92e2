import type { Label } from "../../data/toLabels.js";
import type { Family, OwnParameters } from "../../losses/families.js";
import type { PenaltyFields } from "../../penalties/Penalty.js";
import type { Encoding } from "../../tables/Encoding.js";

/**
 * What ends a fit that has not converged: its `maxIterations`; a minimum at infinite coefficients, as of classes that free columns
 * separate; or that double precision shows no further progress, as where columns without a penalty all but depend on each other.
 */
export const STOP_REASONS = ["maxIterations", "unbounded", "precision"] as const;

/** What is known of coefficients. */
export const CERTIFICATES = ["gap", "kkt", "stationary"] as const;

export type CertificateKind = (typeof CERTIFICATES)[number];

export type StopReason = (typeof STOP_REASONS)[number];

/** The contents of a model. */
export interface ModelFields extends OwnParameters {
  family: Family;
  /** The classes of a classifier, sorted; the binomial coefficients refer to the second. */
  classes?: readonly Label[];
  /**
   * The weighted means and sds, with 1/W, in training of those of the p columns that have a coefficient other than 0; NaN for all
   * others, and throughout in models of files from before there were any.
   */
  means: Float64Array;
  sds: Float64Array;
  /** p coefficients on the original scale. */
  coefficients: Float64Array;
  /** 0 without an intercept. */
  intercept?: number;
  /** In place of it those of the multinomial family, one for each class, which sum to 0. */
  intercepts?: Float64Array;
  /** Strength of the penalty lambda·Σ_j f_j·(l1Ratio·|w_j| + (1 − l1Ratio)/2·w_j²), sd_j·w_j for w_j if standardised. */
  lambda: number;
  /** Share of its L1 part, from 0 (ridge) to 1 (lasso). */
  l1Ratio: number;
  /** What takes the place of that part, with its parameters; absent for the elastic net. */
  penalty?: PenaltyFields;
  /**
   * What the fit minimises, at the coefficients and the intercept, both as they are rounded:
   *
   * ```text
   * F = 1/W·Σ_i s_i·loss(y_i, η_i) + lambda·Σ_j f_j·(l1Ratio·|w_j| + (1 − l1Ratio)/2·w_j²)
   * ```
   *
   * with η_i = offset_i + x_i·w + b and the family's loss, (y − η)²/2 for `"gaussian"`.
   */
  objective: number;
  /** Bound on F − min F, recomputed at the coefficients, with unpenalised columns too; NaN where no finite dual point is found. */
  dualityGap: number;
  /**
   * What is known of the coefficients: the duality gap, or where there is none the violation of the optimality (KKT) conditions. Of penalties that are
   * not convex, `"stationary"`: that violation, and that no coefficient alone can be better.
   */
  certificate: CertificateKind;
  /** The largest violation of the optimality conditions on the penalised scale over lambdaMax; NaN for a `"gap"`. */
  violation: number;
  tolerance: number;
  /** Passes over the coordinates; 1 for a direct solver. */
  iterations: number;
  /** The solver. */
  strategy: string;
  /** False where the fit was told not to standardise; absent of all others. */
  standardize?: boolean;
  /** The share of the penalised fit, of a model of a relaxed path. */
  gamma?: number;
  /** Whether the fit had an offset, without which the model does not predict. Absent where it had none. */
  hasOffset?: boolean;
  /**
   * Whether the duality gap is within the tolerance. Violations of the optimality conditions bound nothing, so never by them, but for a
   * `"stationary"` certificate, whose violation is at most the tolerance then.
   */
  converged: boolean;
  /** What was in the way of a fit that has not converged, where that is known; absent of all others. */
  stopReason?: StopReason;
  /** Names of the p columns, where X had any: by these, tables are read in predictions. */
  names?: readonly string[];
  /** How X came from a table, where it was made by `designMatrix`. */
  encoding?: Encoding;
}
