import type { Label } from "../../data/toLabels.js";
import type { ModelFields } from "./ModelFields.js";

/** A coefficient in the table of a model. */
export interface CoefficientRow {
  /** The column's name: "x0", "x1", … where X had none. */
  name: string;
  /** Of multinomial models, whose η this is part of. */
  class?: Label;
  coefficient: number;
  /** coefficient·sd of the column in training: what η changes by for one sd, which can be compared between columns. */
  scaled: number;
}

/** What a column is called. */
export const nameOf = (names: readonly string[] | undefined, j: number): string => names?.[j] ?? `x${j}`;

/** How many η a row has. */
export const predictorsOf = ({ intercepts }: Pick<ModelFields, "intercepts">): number => intercepts?.length ?? 1;

/**
 * All coefficients, the largest |scaled| first, those that are exactly 0 last, in the order of the columns. `scaled` is NaN where an sd is
 * not known; they go by |coefficient| then.
 */
export function coefficientRows(model: ModelFields): CoefficientRow[] {
  const { coefficients, sds, names, classes = [] } = model;
  const p = sds.length;
  const isKnown = hasMoments(model);
  const rows = Array.from(coefficients, (coefficient, k): CoefficientRow => {
    const j = k % p;
    return {
      name: nameOf(names, j),
      ...(model.intercepts && { class: classes[Math.floor(k / p)] }),
      coefficient,
      scaled: coefficient === 0 ? 0 : coefficient * sds[j],
    };
  });
  const size = ({ coefficient, scaled }: CoefficientRow): number =>
    coefficient === 0 ? -1 : Math.abs(isKnown ? scaled : coefficient) || 0;
  return rows.sort((a, b) => size(b) - size(a));
}

/** Whether the means and sds are known of all columns that have a coefficient. */
export function hasMoments({ coefficients, sds }: ModelFields): boolean {
  return coefficients.every((value, k) => value === 0 || Number.isNaN(value) || !Number.isNaN(sds[k % sds.length]));
}

/** The columns with a coefficient that is not 0, for any η; here or there, if there are two lists. */
export function supportOf(coefficients: Float64Array, p: number, others?: Float64Array): number[] {
  const isIn = new Uint8Array(p);
  for (const values of others ? [coefficients, others] : [coefficients]) {
    values.forEach((value, k) => {
      if (value !== 0) isIn[k % p] = 1;
    });
  }
  return Array.from(isIn.keys()).filter((j) => isIn[j] === 1);
}
