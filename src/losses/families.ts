import { exp } from "../arithmetic/transcendental.js";
import { binomial } from "./binomial.js";
import { gaussian } from "./gaussian.js";
import type { Loss } from "./Loss.js";
import { poisson } from "./poisson.js";

/** The families of response that a model can have. */
export type Family = "gaussian" | "binomial" | "multinomial" | "poisson";
/** Those whose response is one of several classes. */
export type ClassFamily = "binomial" | "multinomial";
/** Those whose response is a number. */
export type NumberFamily = Exclude<Family, ClassFamily>;

/** What y and predictions are, whatever fits them. */
export interface FamilyTraits {
  /** The most classes that y may be of, each with an η of its own where that is more than two; absent where y is a number. */
  readonly classes?: number;
  /** The least y, if there is one. Without a greater one, the best intercept is at infinity. */
  readonly least?: number;
  /** μ(η), where that is a number other than η. */
  readonly mean?: (eta: number) => number;
}

/** All families. A new one is a row here and one in {@link losses}. */
export const families: Readonly<Record<Family, FamilyTraits>> = {
  gaussian: {},
  binomial: { classes: 2 },
  multinomial: { classes: Number.MAX_SAFE_INTEGER },
  poisson: { least: 0, mean: exp },
};

/** The losses of those with one η a row: apart from {@link families}, so that nobody has to bundle them who needs none. */
export const losses: Readonly<Record<Exclude<Family, "multinomial">, Loss>> = { gaussian, binomial, poisson };

export const FAMILIES = /* @__PURE__ */ Object.keys(families) as readonly Family[];

/** Whether the response is one of several classes. */
export function hasClasses(family: Family): family is ClassFamily {
  return families[family].classes !== undefined;
}

/** Whether each class has an η, and an intercept, of its own. */
export function hasEtas(family: Family): family is "multinomial" {
  return (families[family].classes ?? 0) > 2;
}
