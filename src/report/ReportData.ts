import type { Family, FloatArray, Label, PenaltyFields } from "../index.js";

/** Something to be wary of, or to know: what it says first, and the rest. */
export interface Note {
  kind: NoteKind;
  says: string;
  more: string;
}

export type NoteKind =
  | "edge"
  | "inside"
  | "noEffect"
  | "weakEffect"
  | "allZero"
  | "together"
  | "swap"
  | "unscaled"
  | "leak"
  | "balance"
  | "separable"
  | "saturated"
  | "converged"
  | "minima"
  | "offset";

/** The errors of one mix over the path. */
export interface MixErrors {
  gamma: number;
  mean: Float64Array;
  se: Float64Array;
  /** Fold after fold. */
  folds: Float64Array;
}

/** A lambda that a rule of cross-validation chooses, and the mix if there are any. */
export interface RuleChoice {
  rule: "min" | "1se";
  index: number;
  gamma: number;
}

/** What cross-validation found. */
export interface Errors {
  /** In words: "mean squared error". */
  measure: string;
  /** How many folds, and how many of their curves are held. */
  foldCount: number;
  mixes: readonly MixErrors[];
  rules: readonly RuleChoice[];
  /** Where several l1Ratios were tried: each with its best lambda. */
  ratios: readonly { l1Ratio: number; lambda: number; error: number; se: number; isBest: boolean }[];
}

/** How well the models of one lambda do on rows of which the responses are known. */
export interface Assessment {
  lambda: number;
  /** "rows held out …" or "rows given …": which data they are of. */
  of: string;
  rows: number;
  /** Of numbers: predictions and residuals, at most so many rows as a picture holds, evenly taken. */
  residuals?: { predicted: FloatArray; residual: FloatArray; half: number };
  /** Of classes, one against the others. */
  classes?: readonly ClassAssessment[];
}

export interface ClassAssessment {
  label: Label;
  auc: number;
  /** The curve, from (0, 0) to (1, 1). */
  falsePositive: Float32Array;
  truePositive: Float32Array;
  /** Mean probability and share of the class, in bins of about as many rows. */
  predicted: Float32Array;
  observed: Float32Array;
  counts: Float32Array;
}

/** All that a report shows, as plain data: what `structuredClone` and `postMessage` take. */
export interface ReportData {
  kind: "model" | "path" | "crossValidation";
  title: string;
  /** What was found, and the numbers of it. */
  sentence: string;
  detail: string;
  family: Family;
  /** "Lasso", "Logistic elastic net". */
  method: string;
  /** What is predicted, if that has a name. */
  target?: string;
  l1Ratio: number;
  penalty?: PenaltyFields;
  delta?: number;
  tolerance: number;
  isStandardized: boolean;
  hasIntercept: boolean;
  hasOffset: boolean;
  /** Names of the p columns; whether the user gave them. */
  names: readonly string[];
  hasNames: boolean;
  /** What `designMatrix` is told, where X came from a table. */
  table?: Record<string, unknown>;
  /** Of classifiers; the multinomial family has coefficients for each. */
  classes?: readonly Label[];
  /** The sds of the columns, 1 where none is known. */
  hasScales: boolean;
  sds: FloatArray;
  /** Descending. */
  lambdas: Float64Array;
  /** p for each lambda on the original scale; K·p of the multinomial family, class after class. */
  coefficients: FloatArray;
  intercepts: Float64Array;
  /** Of relaxed paths: the mixes, descending, and the fits without penalty. */
  relaxed?: { gammas: readonly number[]; coefficients: FloatArray; intercepts: Float64Array };
  /** The share explained of the rows fitted. */
  explained?: Float64Array;
  gaps: Float64Array;
  converged: Uint8Array;
  errors?: Errors;
  /** Where the cursor starts. */
  start: { lambda: number; gamma: number };
  assessments: readonly Assessment[];
  notes: readonly Note[];
  /** Certificate, seed, time. */
  facts: readonly string[];
  /** Where "open in the page" leads, without the state; "" for no such link. */
  page: string;
}

/** How many η a row has, each with its coefficients. */
export const etasOf = ({ family, classes }: Pick<ReportData, "family" | "classes">): number =>
  family === "multinomial" ? (classes?.length ?? 1) : 1;
