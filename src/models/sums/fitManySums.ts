import type { Label } from "../../data/toLabels.js";
import type { VectorLike } from "../../data/toVector.js";
import { checkChoice, checkOptions, named, typeError } from "../../errors.js";
import { modelNames } from "../../names/modelNames.js";
import { readLambda, readRatio } from "../many/fitMany.js";
import { recordModel, unfitted } from "../many/ManyFields.js";
import { ManyModels } from "../many/ManyModels.js";
import { readColumns, readFit } from "../options/options.js";
import { readLambdas } from "../options/pathOptions.js";
import { RULES } from "../results/CrossValidation.js";
import type { ModelFields } from "../results/ModelFields.js";
import { crossValidateSums, type FoldedSums, fitSums, OPTIONS, type SumsPathOptions } from "./fitSums.js";

/** The options of `fitMany` of sums. */
export interface SumsManyOptions extends Omit<SumsPathOptions, "l1Ratio" | "target" | "warmStart"> {
  /** Strength of the penalty: a number, one for each model, or `"cv"`, each model's own choice by the folds of its rows. */
  lambda: number | VectorLike | "cv";
  /** Which lambda `"cv"` takes. Default `"min"`. */
  rule?: "min" | "1se" | undefined;
  /** Share of the L1 part; for `"cv"` also several to choose from. Default 1. */
  l1Ratio?: number | readonly number[] | undefined;
  /** The targets to fit, from 0. Default: all. */
  targets?: ArrayLike<number> | undefined;
}

/** One of many fits. */
interface SumsProblem {
  data: FoldedSums;
  target: number;
  /** How errors name it. */
  name: string;
}

const GRID = ["lambdas", "lambdaCount", "lambdaMinRatio"] as const;

/** @param own - What the owner of the problems takes besides: how to say which targets. */
export function fitManySums(
  problems: readonly SumsProblem[],
  options: SumsManyOptions & { target?: number | undefined },
  own: "targets" | "target",
  keys?: readonly Label[],
): ManyModels {
  const fits = OPTIONS.filter((name) => name !== "target" && name !== "warmStart");
  checkOptions("fitMany", options, [...fits, ...GRID, "lambda", "l1Ratio", "rule", own], modelNames);
  const { lambda, rule, l1Ratio: given, targets: _targets, target: _target, ...rest } = options;
  const { lambdas, lambdaCount, lambdaMinRatio, ...common } = rest;
  const count = problems.length;
  const { p, named: columns } = problems[0].data;
  const { settings } = readFit("fitMany", common, { rows: 1, columns: p, ...columns }, fits);
  checkChoice("rule", rule === undefined ? "min" : rule, RULES);
  const grid = { lambdas, lambdaCount, lambdaMinRatio };
  const wanted = readLambda(lambda, count);
  const each = wanted === "cv" ? undefined : wanted;
  const l1Ratio = readRatio(given, wanted);
  if (each === undefined) readLambdas(grid);
  else {
    for (const [name, value] of Object.entries({ ...grid, rule })) {
      if (value === undefined) continue;
      throw typeError("ERR_OPTION", `fitMany takes "${name}" only where "lambda" is "cv", got another`);
    }
  }
  const fields = {
    ...unfitted("gaussian", settings.tolerance, new Int32Array(count).fill(p), keys === undefined, each === undefined),
    ...(settings.standardize === false && { standardize: false }),
    ...readColumns(common.names, { rows: 1, columns: p, ...columns }),
    ...(keys && { keys }),
  };
  if (each) fields.lambdas.set(each);
  if (typeof l1Ratio === "number") fields.l1Ratios.fill(l1Ratio);
  problems.forEach(({ data, target, name }, i) => {
    const fit = { ...common, target };
    try {
      if (each) {
        const model = fitSums(data, { ...fit, lambda: each[i], l1Ratio: l1Ratio as number });
        recordModel(fields, i, model as ModelFields, keys ? i * p : 0);
        return;
      }
      const found = crossValidateSums(data, { ...fit, ...grid, l1Ratio });
      const at = rule === "1se" ? found.index1se : found.indexMin;
      recordModel(fields, i, found.path.model(at) as ModelFields, keys ? i * p : 0);
      (fields.cvErrors as Float64Array)[i] = found.meanErrors[at];
      (fields.standardErrors as Float64Array)[i] = found.standardErrors[at];
    } catch (error) {
      fields.errors[i] = named(name, error);
    }
  });
  return new ManyModels(fields);
}
