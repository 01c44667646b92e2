import type { Label } from "../../data/toLabels.js";
import type { Family, OwnParameters } from "../../losses/families.js";
import type { PenaltyFields } from "../../penalties/Penalty.js";
import type { Encoding } from "../../tables/Encoding.js";
import type { CertificateKind, StopReason } from "./ModelFields.js";

/** The fits without penalty on the columns that each lambda of a path has let in, and what mixes with them are kept. */
export interface Relaxation {
  /** The mixes, descending: 1 is the penalised fit, 0 the one without penalty. */
  gammas: number[];
  /** Of the fits without penalty, as the path has those of the penalised ones. */
  coefficients: Float64Array;
  intercepts: Float64Array;
  /** 0 as well where the columns depend on each other. */
  converged: Uint8Array;
  /** 1 − loss/null loss of each mix for each lambda, one gamma after the other. */
  devianceRatios: Float64Array;
}

/** The contents of a path: one entry for each lambda, in descending order. */
export interface PathFields extends OwnParameters {
  family: Family;
  /** The classes of classifiers. */
  classes?: readonly Label[];
  l1Ratio: number;
  /** What takes the place of the elastic net's L1 part, with its parameters. */
  penalty?: PenaltyFields;
  tolerance: number;
  lambdas: Float64Array;
  /** The weighted means and sds, with 1/W, in training of those of the p columns that have a coefficient anywhere on the path; NaN for all others. */
  means: Float64Array;
  sds: Float64Array;
  /** p for each lambda, one lambda after the other, on the original scale; K·p of the multinomial family, class after class. */
  coefficients: Float64Array;
  /** One for each lambda; K of the multinomial family. */
  intercepts: Float64Array;
  /** What each fit minimises, at its coefficients: {@link ModelFields.objective}. */
  objectives: Float64Array;
  /** NaN where no finite dual point is found. */
  dualityGaps: Float64Array;
  /** NaN where the duality gap is the certificate. */
  violations: Float64Array;
  certificates: CertificateKind[];
  /** The coefficients that are not exactly 0. */
  nonzeros: Int32Array;
  /** 1 − loss/null loss, the R² of the gaussian family; 0 if y is constant. */
  devianceRatios: Float64Array;
  iterations: Int32Array;
  strategies: string[];
  /** False where the fits were told not to standardise; absent of all others. */
  standardize?: boolean;
  /** Whether the fits had an offset, without which their models do not predict. Absent where they had none. */
  hasOffset?: boolean;
  converged: Uint8Array;
  /** What was in the way of each fit, "" of those that have converged; absent where all have. */
  stopReasons?: (StopReason | "")[];
  /** Whether the path ended early, because smaller lambdas would change next to nothing. Never for given lambdas. */
  saturated: boolean;
  /** Only with `relax`: the fits without penalty on the columns of each lambda, which `relaxed` mixes with the penalised ones. */
  relaxation?: Relaxation;
  /** The share of the penalised fit, of a path that {@link Path.relaxed} made. */
  gamma?: number;
  /** Names of the p columns, where X had any. */
  names?: readonly string[];
  /** How X came from a table, where it was made by `designMatrix`. */
  encoding?: Encoding;
}
