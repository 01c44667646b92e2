import { toList } from "../../data/toList.js";
import { toVector, type VectorLike } from "../../data/toVector.js";
import {
  checkBetween,
  checkChoice,
  checkInteger,
  describe,
  isArray,
  rangeError,
  reading,
  typeError,
} from "../../errors.js";
import {
  type ClassFamily,
  FAMILIES,
  type Family,
  type FamilyParameters,
  type NumberFamily,
  PARAMETERS,
} from "../../losses/families.js";
import type { Lambdas } from "./Fit.js";
import { type ClassifierOptions, checkLambda, FIT_OPTIONS, type FitOptions, type PenaltyOption } from "./options.js";

/** The options of {@link regularizationPath}. */
export interface PathOptions<F extends Family = NumberFamily> extends FitOptions, FamilyParameters, PenaltyOption {
  /** Default `"gaussian"`. */
  family?: F | undefined;
  /** Share of the L1 part, from 0 (ridge) to 1 (lasso). Default 1. */
  l1Ratio?: number | undefined;
  /** The lambdas to fit, at most 100,000, in any order. Default: a grid of the path's own. */
  lambdas?: VectorLike | undefined;
  /** Number of lambdas of the path's own grid, at most 100,000. Default 100. */
  lambdaCount?: number | undefined;
  /** The smallest lambda of that grid over the largest. Default 1e-4 if n >= p, else 1e-2. */
  lambdaMinRatio?: number | undefined;
  /**
   * Shares from 0 to 1 of the penalised fit in mixes with the one that has no penalty on the same columns (the relaxed lasso): a path keeps
   * them for {@link Path.relaxed}, cross-validation chooses among them. Default none.
   */
  relax?: readonly number[] | undefined;
}

/** The options of {@link regularizationPath} for classifiers. */
export interface ClassifierPathOptions<F extends ClassFamily = ClassFamily> extends PathOptions<F>, ClassifierOptions {
  family: F;
}

export const PATH_OPTIONS: readonly string[] = /* @__PURE__ */ FIT_OPTIONS.concat(
  "family",
  "l1Ratio",
  "lambdas",
  "lambdaCount",
  "lambdaMinRatio",
  "relax",
  PARAMETERS,
  "penalty",
);

export function readFamily(options: { readonly family?: Family | undefined } | undefined): Family {
  const { family = "gaussian" } = reading("the options", () => ({ family: options?.family }));
  checkChoice("family", family, FAMILIES);
  return family;
}

/** The most lambdas of a path. */
const MOST_LAMBDAS = 1e5;

function checkCount(name: string, verb: string, count: number): void {
  if (count > MOST_LAMBDAS)
    throw rangeError("ERR_VALUE", `"${name}" must ${verb} at most ${MOST_LAMBDAS}, got ${count}`);
}

/** Checks the lambdas. */
export function readLambdas(options: Pick<PathOptions, "lambdas" | "lambdaCount" | "lambdaMinRatio">): Lambdas {
  const { lambdas, lambdaCount = 100, lambdaMinRatio } = options;
  checkInteger("lambdaCount", lambdaCount, 1);
  checkCount("lambdaCount", "be", lambdaCount);
  if (lambdaMinRatio !== undefined) {
    checkBetween("lambdaMinRatio", lambdaMinRatio, 0, 1);
    if (lambdaMinRatio === 0) throw rangeError("ERR_VALUE", '"lambdaMinRatio" must be above 0, got 0');
  }
  if (lambdas === undefined) return { count: lambdaCount, minRatio: lambdaMinRatio };
  const length = reading('"lambdas"', () => lambdas?.length) ?? 0;
  checkCount("lambdas", "have", length);
  const given = toVector("lambdas", lambdas, length);
  if (given.length === 0) throw rangeError("ERR_LENGTH", '"lambdas" must have at least one value, got 0');
  for (let k = 0; k < given.length; ++k) checkLambda(`lambdas[${k}]`, given[k]);
  return { given: given.sort().reverse() };
}

/** The most mixes of a path. */
const MOST_MIXES = 1000;

/** The mixes that `relax` asks for, each once, descending. */
export function readMixes(relax: PathOptions["relax"]): number[] {
  if (relax === undefined) return [];
  if (!isArray(relax))
    throw typeError("ERR_TYPE", `"relax" must be a list of numbers from 0 to 1, got ${describe(relax)}`);
  const gammas = toList("relax", relax);
  if (gammas.length > MOST_MIXES) {
    throw rangeError("ERR_VALUE", `"relax" must have at most ${MOST_MIXES} values, got ${gammas.length}`);
  }
  gammas.forEach((gamma, k) => {
    checkBetween(`relax[${k}]`, gamma, 0, 1);
  });
  return [...new Set(gammas)].sort((a, b) => b - a);
}

/** The values of l1Ratio to choose from, of which there is one at least. */
export function readRatios(l1Ratio: number | readonly number[] = 1): number[] {
  const ratios = isArray(l1Ratio) ? toList("l1Ratio", l1Ratio) : [l1Ratio as number];
  if (ratios.length === 0)
    throw rangeError("ERR_VALUE", '"l1Ratio" must be a number or a list of at least one, got none');
  for (const ratio of ratios) checkBetween("l1Ratio", ratio, 0, 1);
  return ratios;
}
