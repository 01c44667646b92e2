import { checkFinite, checkNonNegative, describe, isArray, rangeError, reading, typeError } from "../errors.js";
import type { Label, Labels } from "./toLabels.js";

/**
 * Weights of classes: `"balanced"`, the same total weight for each, or a table of labels and weights: an object, a Map, or
 * pairs. Classes that are not in the table have 1. An object's keys stand for numbers where the labels are numbers.
 */
export type ClassWeight =
  | "balanced"
  | Readonly<Record<string, number>>
  | ReadonlyMap<Label, number>
  | readonly (readonly [label: Label, weight: number])[];

/**
 * The weights of rows times those of their classes:
 *
 * ```text
 * s_i·c_k for row i of class k
 * balanced: c_k = W/(K·W_k)
 * ```
 *
 * with W the weight of all rows, W_k of those of class k, and K classes.
 *
 * scikit-learn's `"balanced"` counts rows where this adds up their weights.
 *
 * @param weights - One for each row, checked. Default 1.
 * @throws TypeError if `classWeight` is none; RangeError for a class that is not in the data, or a weight that is not finite and at
 *   least 0.
 */
export function classWeights(
  classWeight: ClassWeight | undefined,
  { classes, codes }: Labels,
  weights: Float64Array | undefined,
): Float64Array | undefined {
  if (classWeight === undefined) return weights;
  const factors = new Float64Array(classes.length).fill(1);
  if (classWeight === "balanced") {
    const sums = new Float64Array(classes.length);
    let total = 0;
    codes.forEach((code, i) => {
      const weight = weights?.[i] ?? 1;
      sums[code] += weight;
      total += weight;
    });
    // A class without weight stays without.
    factors.forEach((_, k) => {
      factors[k] = sums[k] > 0 ? total / (classes.length * sums[k]) : 0;
    });
  } else {
    const given = new Set<number>();
    for (const [label, weight] of reading('"classWeight"', () => pairs(classWeight, classes.length))) {
      if (typeof label !== "string" && typeof label !== "number") {
        throw typeError("ERR_TYPE", `"classWeight" must have numbers or strings as classes, got ${describe(label)}`);
      }
      const code = classes.findIndex((known) => String(known) === String(label));
      if (code < 0) {
        const known = classes.map(describe).join(", ");
        throw rangeError("ERR_VALUE", `"classWeight" must be of the classes ${known}, got one of ${describe(label)}`);
      }
      if (given.has(code)) {
        throw rangeError("ERR_VALUE", `"classWeight" must name each class once, got ${describe(label)} twice`);
      }
      given.add(code);
      const name = `classWeight of ${label}`;
      checkNonNegative(name, weight);
      checkFinite(name, weight);
      factors[code] = weight;
    }
  }
  return codes.map((code, i) => (weights?.[i] ?? 1) * factors[code]);
}

/** The entries of a table, of which one more than there are classes is enough to see that it is wrong. */
function pairs(table: unknown, most: number): [unknown, unknown][] {
  if (typeof table === "object" && table !== null) {
    const entries: [unknown, unknown][] = [];
    let arePairs = true;
    for (const entry of Symbol.iterator in table ? (table as Iterable<unknown>) : Object.entries(table)) {
      arePairs = isArray(entry) && entry.length === 2;
      if (!arePairs || entries.length > most) break;
      const [label, weight] = entry as [unknown, unknown];
      entries.push([label, weight]);
    }
    if (arePairs) return entries;
  }
  throw typeError("ERR_TYPE", `"classWeight" must be "balanced" or a table of classes, got ${describe(table)}`);
}
