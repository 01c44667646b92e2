import type { ColumnNames } from "../../data/Matrix.js";
import { checkBetween, checkBoolean, checkChoice, checkInteger, rangeError, typeError } from "../../errors.js";
import { bytesOf, type Heap, type Layout } from "../../kernels/arena.js";
import { withMemory } from "../../kernels/pool.js";
import { finish } from "../../kernels/steps.js";
import { GramSolver } from "../../solvers/GramSolver.js";
import type { GramProblem } from "../../solvers/problems/GramProblem.js";
import { sumsProblem, sumsProblemLayout } from "../../solvers/problems/sumsProblem.js";
import { emptySums, type GramSums, gramSumsLayout } from "../../solvers/sums/GramSums.js";
import { type MergedSums, mergeAll, writeGram } from "../../solvers/sums/MergedSums.js";
import { ErrorForm } from "../folds/ErrorForm.js";
import { foldTolerance } from "../folds/FoldPaths.js";
import { fitsOf, pointOf } from "../folds/fitsOf.js";
import { keep } from "../folds/heldOut.js";
import { TrainingSums } from "../folds/TrainingSums.js";
import { describePath, tabulate } from "../folds/tabulate.js";
import type { Fit, Lambdas } from "../options/Fit.js";
import { checkLambda, FIT_OPTIONS, type FitOptions, readFit } from "../options/options.js";
import { type PathOptions, readLambdas, readRatios } from "../options/pathOptions.js";
import { fitPath, visitPath } from "../paths/fitPath.js";
import { CrossValidation, type CrossValidationTable } from "../results/CrossValidation.js";
import type { Model } from "../results/Model.js";
import type { Path } from "../results/Path.js";
import { MOST_FOLD, NO_FOLD } from "./readBatch.js";

/** The options of fits of sums: those that do not belong to rows. */
interface SumsOptions extends Omit<FitOptions, "weights" | "offset" | "strategy"> {
  /** `"gram"` is the only one for sums. */
  strategy?: "auto" | "gram" | undefined;
  /** Which of the targets, from 0. Default 0. */
  target?: number | undefined;
}

/** The options of `fit` of sums. */
export interface SumsFitOptions extends SumsOptions {
  /** Strength of the penalty, at least 0. */
  lambda: number;
  /** Share of the L1 part, from 0 (ridge) to 1 (lasso). Default 1. */
  l1Ratio?: number | undefined;
}

/** The options of `path` of sums. */
export interface SumsPathOptions
  extends SumsOptions,
    Pick<PathOptions, "l1Ratio" | "lambdas" | "lambdaCount" | "lambdaMinRatio"> {}

/** The options of `crossValidate` of sums. */
export interface SumsCrossValidationOptions extends Omit<SumsPathOptions, "l1Ratio"> {
  /** Share of the L1 part, or several to choose from. Default 1. */
  l1Ratio?: number | readonly number[] | undefined;
  /** Both are the mean squared error. Default `"deviance"`. */
  measure?: "deviance" | "meanSquaredError" | undefined;
  /** Keep the fits without each fold for all lambdas. Default false. */
  keepFolds?: boolean | undefined;
}

/** The options of fits of sums by name. */
export const OPTIONS: readonly string[] = /* @__PURE__ */ FIT_OPTIONS.filter(
  (name) => name !== "weights" && name !== "offset",
).concat("target");
const FIT = /* @__PURE__ */ OPTIONS.concat("lambda", "l1Ratio");
const PATH = /* @__PURE__ */ OPTIONS.concat("l1Ratio", "lambdas", "lambdaCount", "lambdaMinRatio");
const CROSS_VALIDATION = /* @__PURE__ */ PATH.concat("measure", "keepFolds");

/** Sums of rows by fold, as they are when a fit begins. */
export interface FoldedSums {
  p: number;
  targets: number;
  named: ColumnNames;
  /** Of each fold that has rows, ascending; {@link NO_FOLD} is the last. */
  folds: readonly { fold: number; rows: number; sums: MergedSums | undefined }[];
}

/** Rounding errors of products, relative to the norms of their columns: of a block, and of each merge. */
const BLOCK_ROUNDINGS = 256 * Number.EPSILON;
const MERGE_ROUNDINGS = 4 * Number.EPSILON;
/** Of pivot and remainder nothing is lost, so that only a column of a few units in the last place is constant for all that is known. */
const LOST = 2 * Number.EPSILON;

interface Inputs {
  fit: Fit;
  target: number;
  all: MergedSums;
  rows: number;
}

function readInputs(owner: string, data: FoldedSums, options: SumsOptions, known: readonly string[]): Inputs {
  const rows = data.folds.reduce((sum, fold) => sum + fold.rows, 0);
  const fit = readFit(owner, options, { rows, columns: data.p, ...data.named }, known);
  checkChoice("strategy", fit.strategy, ["auto", "gram"]);
  const { target = 0 } = options;
  checkInteger("target", target, 0, data.targets - 1);
  const all = mergeAll(data.folds.map(({ sums }) => sums));
  if (all === undefined)
    throw rangeError("ERR_LENGTH", `${owner} needs sums of at least one row with weight, got none`);
  return { fit, target, all, rows };
}

/** The sums of rows, fits on them, and their errors. */
const layoutOf = (p: number): Layout => [
  gramSumsLayout(p),
  sumsProblemLayout(p),
  GramSolver.layout(p),
  ErrorForm.layout(p),
];

/** A power of two that brings weights near to 1, so that products of them neither overflow nor underflow. */
function scaleOf({ weight }: MergedSums): number {
  let scale = 1;
  while (weight * scale >= 2) scale /= 2;
  while (weight * scale < 1) scale *= 2;
  return scale;
}

/** Numbers near which the columns and the target lie. */
const pivotsOf = ({ high }: MergedSums, p: number, target: number): Float64Array =>
  Float64Array.from({ length: p + 1 }, (_, j) => high[j < p ? j : p + target]);

function problemOf(
  arena: Heap,
  sums: GramSums,
  pivots: Float64Array,
  n: number,
  { fit, all }: Inputs,
  isKept: boolean,
): GramProblem {
  const roundings = BLOCK_ROUNDINGS + MERGE_ROUNDINGS * all.depth;
  const isFlat = (j: number): boolean => sums.products[j * pivots.length + j] === 0;
  const problem = sumsProblem(arena, sums, pivots, n, fit.settings, isKept, isFlat, { lost: LOST, roundings });
  if (problem !== undefined) return problem;
  throw rangeError("ERR_VALUE", "sums must be of rows whose squares neither overflow nor underflow, got others");
}

function pathOf(data: FoldedSums, inputs: Inputs, l1Ratio: number, lambdas: Lambdas): Path {
  const { p } = data;
  const { all, target, fit, rows } = inputs;
  return withMemory(bytesOf(layoutOf(p)), "the problem", (arena) => {
    const sums = emptySums(arena, p);
    const pivots = pivotsOf(all, p, target);
    writeGram(all, p, target, pivots, scaleOf(all), sums);
    const problem = problemOf(arena, sums, pivots, rows, inputs, false);
    return finish(fitPath(new GramSolver(problem, l1Ratio), { ...fit, l1Ratio, lambdas }));
  });
}

export function fitSums(data: FoldedSums, options: SumsFitOptions): Model {
  const inputs = readInputs("fit", data, options, FIT);
  const { lambda, l1Ratio = 1 } = options;
  checkLambda("lambda", lambda);
  checkBetween("l1Ratio", l1Ratio, 0, 1);
  return pathOf(data, inputs, l1Ratio, { given: Float64Array.of(lambda) }).model(0);
}

export function pathOfSums(data: FoldedSums, options: SumsPathOptions): Path {
  const inputs = readInputs("path", data, options, PATH);
  const { l1Ratio = 1 } = options;
  checkBetween("l1Ratio", l1Ratio, 0, 1);
  return pathOf(data, inputs, l1Ratio, readLambdas(options));
}

export function crossValidateSums(data: FoldedSums, options: SumsCrossValidationOptions): CrossValidation {
  const inputs = readInputs("crossValidate", data, options, CROSS_VALIDATION);
  const { l1Ratio = 1, measure = "deviance", keepFolds = false } = options;
  const ratios = readRatios(l1Ratio);
  checkChoice("measure", measure, ["deviance", "meanSquaredError"]);
  checkBoolean("keepFolds", keepFolds);
  const lambdas = readLambdas(options);
  const { p } = data;
  const { all, target, fit, rows } = inputs;
  const count = countFolds(data);
  const foldWeights = Float64Array.from({ length: count }, (_, fold) => data.folds[fold].sums?.weight ?? 0);
  const { settings } = fit;
  const foldFit = { ...fit, settings: { ...settings, tolerance: foldTolerance(settings.tolerance) } };
  const scale = scaleOf(all);
  const pivots = pivotsOf(all, p, target);
  const sets = data.folds.length;
  const tables = withMemory(bytesOf([layoutOf(p), TrainingSums.layout(p, sets)]), "cross-validation", (arena) => {
    const sums = new TrainingSums(arena, p, sets);
    data.folds.forEach((fold, k) => {
      if (fold.sums) writeGram(fold.sums, p, target, pivots, scale, sums.own[k]);
    });
    sums.take(sums.own);
    const form = new ErrorForm(arena, pivots, Number.POSITIVE_INFINITY);
    return ratios.map((ratio): CrossValidationTable => {
      const path = pathOf(data, inputs, ratio, lambdas);
      const steps = path.lambdas.length;
      const pathFit = { ...foldFit, l1Ratio: ratio, lambdas: { given: path.lambdas } };
      const foldErrors = new Float64Array(count * steps);
      const fits = Array.from({ length: count }, (_, fold) =>
        arena.scoped(() => {
          const training = sums.without(fold);
          const problem = problemOf(arena, training, pivots, rows - data.folds[fold].rows, inputs, true);
          const errorOf = form.of(sums.own[fold], settings.intercept ? training : undefined);
          const solutions = new Float64Array(keepFolds ? steps * p : 0);
          const point = pointOf(problem);
          finish(
            visitPath(new GramSolver(problem, ratio, true), pathFit, (_, k) => {
              foldErrors[fold * steps + k] = Math.max(0, errorOf(problem));
              if (keepFolds) solutions.set(problem.b, k * p);
              return true;
            }),
          );
          return fitsOf(point, solutions, settings);
        }),
      );
      const found = tabulate(steps, foldErrors, foldWeights);
      return {
        ...describePath(path, measure, foldErrors, foldWeights, found),
        ...found,
        ...(keepFolds && keep(count, steps, (fold, place) => fits[fold](place))),
      };
    });
  });
  // Of rows that are gone nothing is predicted.
  const none = new Float64Array(0);
  return new CrossValidation(tables, { folds: new Int32Array(0), decisionsMin: none, decisions1se: none });
}

/** How many folds there are, each with weight. */
function countFolds({ folds }: FoldedSums): number {
  const own = folds.filter(({ fold }) => fold !== NO_FOLD);
  if (own.length < 2) {
    throw typeError(
      "ERR_OPTION",
      `crossValidate of sums needs rows of at least 2 folds, got ${own.length}: add them with "fold", 0 to ${MOST_FOLD}`,
    );
  }
  own.forEach(({ fold, sums }, k) => {
    if (fold !== k) throw rangeError("ERR_VALUE", `"fold" must give every fold a row, got none for fold ${k}`);
    if (sums === undefined) {
      throw rangeError("ERR_VALUE", `"weights" must have a positive sum over the rows of fold ${k}, got 0`);
    }
  });
  return own.length;
}
