import { toList } from "../../data/toList.js";
import {
  checkBetween,
  checkFinite,
  checkLength,
  checkNonNegative,
  checkNumber,
  checkOptions,
  describe,
  isArray,
  rangeError,
  reading,
  typedArrayName,
  typeError,
} from "../../errors.js";
import type { Family } from "../../losses/families.js";
import type { PenaltyFields } from "../../penalties/Penalty.js";
import type { FitSettings } from "../../solvers/designs/rows.js";
import type { NamedColumns } from "./columnNumbers.js";
import type { Fit, PenaltyMaker } from "./Fit.js";

declare const brand: unique symbol;

/** A penalty in place of the elastic net's L1 part: what `mcp`, `scad`, `groupLasso` and `sortedL1` make. */
export interface PenaltyKind {
  readonly name: PenaltyFields["name"];
  readonly [brand]: true;
}

const makers = /* @__PURE__ */ new WeakMap<object, PenaltyMaker>();

/** The value for a user, which shows its parameters and can be copied as data, but is known by itself alone. */
export function penaltyKind(parameters: object, maker: PenaltyMaker): PenaltyKind {
  const kind = Object.freeze(parameters) as PenaltyKind;
  makers.set(kind, maker);
  return kind;
}

/** Refuses a penalty that does not go with the other options. */
export function readPenalty(
  value: PenaltyKind | undefined,
  family: Family,
  settings: FitSettings,
  p: number,
  columns: NamedColumns,
): Fit["penalty"] {
  if (value === undefined) return undefined;
  const maker = typeof value === "object" && value !== null ? makers.get(value) : undefined;
  if (maker === undefined) {
    const hint = (value as unknown) === "l1" || (value as unknown) === "l2" ? ": l1Ratio 1 is l1, 0 is l2" : "";
    throw typeError(
      "ERR_TYPE",
      `"penalty" must be made by mcp, scad, groupLasso or sortedL1, got ${describe(value)}${hint}`,
    );
  }
  const fields = maker.fieldsOf(p, columns);
  const { name } = fields;
  const isSeparable = "gamma" in fields;
  if (family === "multinomial" && !isSeparable) {
    throw rangeError("ERR_VALUE", `"penalty" must be mcp or scad for the multinomial family, got ${name}`);
  }
  for (const bounds of ["lowerBounds", "upperBounds"] as const) {
    if (!isSeparable && settings[bounds] !== undefined) {
      throw rangeError("ERR_VALUE", `"${bounds}" must not be given beside ${name}`);
    }
  }
  const needsFactors = name === "sortedL1" || (name === "groupLasso" && fields.l1Share < 1);
  const place = needsFactors ? (settings.penaltyFactor?.indexOf(0) ?? -1) : -1;
  if (place >= 0)
    throw rangeError("ERR_VALUE", `"penaltyFactor" must be above 0 beside ${name}, got 0 for column ${place}`);
  return { ...maker, fields };
}

/** The gamma of mcp or scad, which is more than some number. */
export function readGamma(gamma: unknown, least: number): number {
  checkFinite("gamma", gamma);
  if (!(gamma > least)) throw rangeError("ERR_VALUE", `"gamma" must be above ${least}, got ${gamma}`);
  return gamma;
}

/** The labels of groups, numbers or strings, one for each column. */
export function readGroupLabels(groups: unknown): readonly (number | string)[] {
  if (!isArray(groups) && typedArrayName(groups) === undefined) {
    throw typeError(
      "ERR_TYPE",
      `"groups" must be a list of labels, one for each column, or "columns", got ${describe(groups)}`,
    );
  }
  return toList<unknown>("groups", groups as readonly unknown[]).map((label, j) => {
    if (typeof label === "string") return label;
    if (typeof label !== "number") {
      throw typeError("ERR_TYPE", `"groups" must hold numbers or strings, got ${describe(label)} for column ${j}`);
    }
    if (!Number.isFinite(label))
      throw rangeError("ERR_NOT_FINITE", `"groups" must be finite, got ${label} for column ${j}`);
    return label + 0;
  });
}

/** The number of each column's group, in the order of their first columns. */
export function numberGroups(labels: readonly (number | string)[]): { of: Int32Array; sizes: number[] } {
  const places = new Map<number | string, number>();
  const sizes: number[] = [];
  const of = Int32Array.from(labels, (label) => {
    const g = places.get(label) ?? places.size;
    places.set(label, g);
    sizes[g] = (sizes[g] ?? 0) + 1;
    return g;
  });
  return { of, sizes };
}

/** Finite numbers that are not negative. */
export function readWeights(name: string, value: unknown, length?: number): readonly number[] {
  if (!isArray(value) && typedArrayName(value) === undefined) {
    throw typeError("ERR_TYPE", `"${name}" must be a list of numbers, got ${describe(value)}`);
  }
  const list = toList<number>(name, value as readonly number[], length);
  list.forEach((number, k) => {
    checkFinite(`${name}[${k}]`, number);
    checkNonNegative(`${name}[${k}]`, number);
  });
  return list;
}

/** The weights of sorted L1: not ascending, the first positive. */
export function readSortedWeights(value: unknown): readonly number[] {
  const weights = readWeights("weights", value);
  if (!(weights[0] > 0)) throw rangeError("ERR_VALUE", `"weights" must start above 0, got ${describe(weights[0])}`);
  const place = weights.findIndex((weight, k) => weight > weights[k - 1]);
  if (place < 0) return weights;
  throw rangeError("ERR_VALUE", `"weights" must not ascend, got ${weights[place]} at ${place}`);
}

/** The q of sorted L1. */
export function readQ(q: unknown): number {
  checkNumber("q", q);
  if (!(q > 0 && q < 1)) throw rangeError("ERR_VALUE", `"q" must be between 0 and 1, got ${q}`);
  return q;
}

const PARAMETERS: Record<PenaltyFields["name"], readonly string[]> = {
  mcp: ["gamma"],
  scad: ["gamma"],
  groupLasso: ["groups", "l1Share", "factors"],
  sortedL1: ["weights", "q"],
};

/** The penalty of a result of p columns, from its file or as it is. */
export function readPenaltyFields(value: unknown, p: number): PenaltyFields {
  return reading('"penalty"', () => {
    if (typeof value !== "object" || value === null || isArray(value)) {
      throw typeError("ERR_TYPE", `"penalty" must be an object, got ${describe(value)}`);
    }
    const { name, ...rest } = value as Record<string, unknown>;
    if (typeof name !== "string" || !Object.hasOwn(PARAMETERS, name)) {
      throw rangeError("ERR_VALUE", `"penalty" must have the name of a penalty, got ${describe(name)}`);
    }
    checkOptions(name, rest, PARAMETERS[name as PenaltyFields["name"]]);
    if (name === "mcp" || name === "scad") return { name, gamma: readGamma(rest.gamma, name === "mcp" ? 1 : 2) };
    if (name === "groupLasso") {
      const { l1Share } = rest;
      const groups = readGroupLabels(rest.groups);
      checkLength("groups", groups, p);
      checkBetween("l1Share", l1Share, 0, 1);
      return {
        name,
        groups,
        l1Share,
        factors: readWeights("factors", rest.factors, numberGroups(groups).sizes.length),
      };
    }
    if (rest.weights === undefined) return { name: "sortedL1", q: readQ(rest.q) };
    const weights = readSortedWeights(rest.weights);
    checkLength("weights", weights, p);
    return { name: "sortedL1", weights };
  });
}
