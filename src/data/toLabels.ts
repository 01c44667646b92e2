import {
  checkInteger,
  checkLength,
  describe,
  isArray,
  isGone,
  rangeError,
  reading,
  typedArrayName,
  typeError,
} from "../errors.js";
import type { FloatArray } from "./FloatArray.js";

/** The name of a class. */
export type Label = number | string;

/** Everything that is accepted as the y of a classifier: labels that are all numbers or all strings. */
export type LabelsLike<L extends Label = Label> = readonly L[] | (number extends L ? FloatArray : never);

/** Labels as numbers: row i is of class classes[codes[i]]. */
export interface Labels {
  /** Each once: numbers in numerical order, strings by their code units. */
  classes: readonly Label[];
  codes: Float64Array;
}

/**
 * Labels with their classes.
 *
 * @param known - The classes there are; in their order, whether or not they are in `value`. Default those of `value`, sorted.
 * @throws TypeError for labels that are neither finite numbers nor strings, or of both kinds; RangeError for NaN, infinities
 *   and labels that are not among `known`.
 */
export function toLabels(name: string, value: unknown, known?: readonly Label[]): Labels {
  return reading(`"${name}"`, () => read(name, value, known));
}

function read(name: string, value: unknown, known?: readonly Label[]): Labels {
  checkLabels(name, value);
  const found = known ?? distinct(value).sort(typeof value[0] === "number" ? (a, b) => +a - +b : undefined);
  const places = new Map(found.map((label, code) => [label, code]));
  const [first, second] = found;
  const codes = new Float64Array(value.length);
  for (let row = 0; row < codes.length; ++row) {
    const label = value[row];
    // Two classes, which are the commonest, need no map.
    codes[row] = label === first ? 0 : label === second ? 1 : (places.get(label) ?? -1);
  }
  const row = codes.indexOf(-1);
  if (row < 0) return { classes: found, codes };
  const wanted = found.map(describe).join(", ");
  throw rangeError("ERR_VALUE", `"${name}" must hold the labels ${wanted}, got ${describe(value[row])} in row ${row}`);
}

/** Each label once. */
function distinct(labels: readonly Label[]): Label[] {
  const found = new Set<Label>();
  let last: Label | undefined;
  let before: Label | undefined;
  for (let row = 0; row < labels.length; ++row) {
    const label = labels[row];
    if (label === last || label === before) continue;
    found.add(label);
    before = last;
    last = label;
  }
  return [...found];
}

/** The n labels of rows that a classifier is fitted on: from 2 classes to `most`, rows without weight included. */
export function toClasses(name: string, value: unknown, n: number, most = Number.MAX_SAFE_INTEGER): Labels {
  const labels = toLabels(name, value);
  checkLength(name, labels.codes, n);
  checkInteger(`number of classes of ${name}`, labels.classes.length, 2, most);
  return labels;
}

/** Checks a list of labels, of one kind: that of `like`, if there is one. */
export function checkLabels(name: string, value: unknown, like?: Label): asserts value is readonly Label[] {
  reading(`"${name}"`, () => checkEach(name, value, like));
}

function checkEach(name: string, value: unknown, like?: Label): void {
  if (!isArray(value) && typedArrayName(value) === undefined) {
    throw typeError("ERR_TYPE", `"${name}" must be an array of labels, got ${describe(value)}`);
  }
  if (isGone(value)) throw rangeError("ERR_LENGTH", `"${name}" must have its memory, got ${describe(value)}`);
  const labels = value as readonly unknown[];
  const kind = typeof (like ?? labels[0]) === "string" ? "string" : "number";
  for (let i = 0; i < labels.length; ++i) {
    const label = labels[i];
    if (typeof label !== kind) {
      throw typeError(
        "ERR_TYPE",
        `"${name}" must hold labels that are all numbers or all strings, got ${describe(label)} in row ${i}`,
      );
    }
    if (kind === "number" && !Number.isFinite(label)) {
      throw rangeError("ERR_NOT_FINITE", `"${name}" must be finite, got ${label} in row ${i}`);
    }
  }
}
