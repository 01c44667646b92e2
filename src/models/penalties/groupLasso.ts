import type { Label } from "../../data/toLabels.js";
import { checkBetween, checkLength, checkOptions, describe, typeError } from "../../errors.js";
import { GroupNorm } from "../../penalties/GroupNorm.js";
import type { PenaltyFields } from "../../penalties/Penalty.js";
import type { NamedColumns } from "../options/columnNumbers.js";
import { numberGroups, type PenaltyKind, penaltyKind, readGroupLabels, readWeights } from "../options/penalty.js";
import { penalisedPath } from "../paths/penalisedPath.js";

/** The options of {@link groupLasso}. */
export interface GroupLassoOptions {
  /**
   * The label of each column's group, numbers or strings (1 and "1" differ); or `"columns"`, where X comes from `designMatrix`: all columns of
   * a category are a group, every other column is one of its own.
   */
  groups: readonly Label[] | Float64Array | Float32Array | Int32Array | "columns";
  /** Share of the penalty of single coefficients, from 0 (group lasso) to 1 (lasso). Default 0. */
  l1Share?: number | undefined;
  /** k_g for each group, in the order of their first columns: at least 0, 0 without a penalty. Default √(columns of the group). */
  factors?: readonly number[] | Float64Array | Float32Array | undefined;
}

/**
 * Group lasso, sparse group lasso included: the coefficients of a group are 0 together, or none of them is. With t_j = sd_j·w_j (w_j if not
 * standardised) it takes the place of the elastic net's L1 part:
 *
 * ```text
 * lambda·l1Ratio·[(1 − l1Share)·Σ_g k_g·‖t_g‖₂ + l1Share·Σ_j f_j·|t_j|]
 * ```
 *
 * Penalty factors f scale the l1Share and the ridge part alone, and Infinity leaves a column out. Fits are convex, and certified by their
 * duality gap. There are no bounds beside it, and no multinomial family.
 *
 * @param options - `groups`, `l1Share`, `factors`.
 * @returns The `penalty` of fits.
 * @throws RangeError and TypeError for values of the wrong kind, and unknown options; from fits for lists of the wrong length, a penalty factor of 0
 *   while l1Share < 1, and bounds.
 * @see Yuan & Lin, Model selection and estimation in regression with grouped variables (2006); Simon, Friedman, Hastie & Tibshirani, A
 *   sparse-group lasso (2013).
 * @example
 * elasticNet(X, y, { lambda: 0.1, penalty: groupLasso({ groups: ["a", "a", "b", "b", "b"] }) }).coefficients;
 */
export function groupLasso(options: GroupLassoOptions): PenaltyKind {
  checkOptions("groupLasso", options, ["groups", "l1Share", "factors"]);
  const { l1Share = 0, factors: given } = options;
  checkBetween("l1Share", l1Share, 0, 1);
  const groups = options.groups === "columns" ? "columns" : Object.freeze(readGroupLabels(options.groups));
  const factors = given === undefined ? undefined : Object.freeze(readWeights("factors", given));
  return penaltyKind(
    { name: "groupLasso", groups, l1Share, ...(factors && { factors }) },
    {
      fieldsOf: (p, columns): PenaltyFields => {
        const labels = groups === "columns" ? byColumn(columns) : groups;
        checkLength("groups", labels, p);
        const { sizes } = numberGroups(labels);
        if (factors !== undefined) checkLength("factors", factors, sizes.length);
        return { name: "groupLasso", groups: labels, l1Share, factors: factors ?? sizes.map(Math.sqrt) };
      },
      makeOf: (fields) => {
        const { groups, factors } = fields as PenaltyFields & { name: "groupLasso" };
        const { of } = numberGroups(groups);
        return (problem) => new GroupNorm({ of, factors: Float64Array.from(factors) }, l1Share, problem);
      },
      path: penalisedPath,
    },
  );
}

/** The category that each column is of, or its own name. */
function byColumn({ names, encoding }: NamedColumns): string[] {
  if (names === undefined || encoding === undefined) {
    throw typeError("ERR_TYPE", `"groups" must be a list unless X comes from designMatrix, got ${describe("columns")}`);
  }
  const labels = [...names];
  for (const { name, kind } of encoding.columns) {
    if (kind === "categorical") for (const j of encoding.placesOf(name)) labels[j] = name;
  }
  return labels;
}
