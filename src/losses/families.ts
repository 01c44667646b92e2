import { exp } from "../arithmetic/transcendental.js";
import { binomial } from "./binomial.js";
import { gaussian } from "./gaussian.js";
import { defaultDelta, huber } from "./huber.js";
import type { Loss } from "./Loss.js";
import { poisson } from "./poisson.js";

/** The families of response that a model can have. */
export type Family = "gaussian" | "binomial" | "multinomial" | "poisson" | "huber";
/** Those whose response is one of several classes. */
export type ClassFamily = "binomial" | "multinomial";
/** Those whose response is a number. */
export type NumberFamily = Exclude<Family, ClassFamily>;

/** The options that a family has of its own: positive numbers, which results hold too. */
export interface FamilyParameters {
  /**
   * Of the Huber family: the residual from which on a row pulls no harder, on the scale of y. Default 1.345·1.4826·median|v − median v| of
   * v = y − offset over all rows, whatever their weights.
   */
  delta?: number | undefined;
}
export type Parameter = keyof FamilyParameters;
export const PARAMETERS: readonly Parameter[] = ["delta"];

/** What y and predictions are, whatever fits them. */
interface FamilyTraits {
  /** The most classes that y may be of, each with an η of its own where that is more than two; absent where y is a number. */
  readonly classes?: number;
  /** The least y, if there is one. Without a greater one, the best intercept is at infinity. */
  readonly least?: number;
  /** μ(η), where that is a number other than η. */
  readonly mean?: (eta: number) => number;
  /** The family's own parameters: what each is unless told, for y less the offset. */
  readonly parameters?: { readonly [N in Parameter]?: (y: Float64Array) => number };
}

/** All families. A new one is a row here and one in `losses`. */
export const families: Readonly<Record<Family, FamilyTraits>> = {
  gaussian: {},
  binomial: { classes: 2 },
  multinomial: { classes: Number.MAX_SAFE_INTEGER },
  poisson: { least: 0, mean: exp },
  huber: { parameters: { delta: defaultDelta } },
};

/** The losses of those with one η a row, by their parameters: apart from {@link families}, so that nobody has to bundle them who needs none. */
const losses: Readonly<Record<Exclude<Family, "multinomial">, Loss | ((parameters: FamilyParameters) => Loss)>> = {
  gaussian,
  binomial,
  poisson,
  huber,
};

/** The loss of a family with its parameters. */
export function lossOf(family: keyof typeof losses, parameters: FamilyParameters): Loss {
  const loss = losses[family];
  return typeof loss === "function" ? loss(parameters) : loss;
}

export const FAMILIES = /* @__PURE__ */ Object.keys(families) as readonly Family[];

/** The parameters that a family has. */
export const ownParameters = (family: Family): readonly Parameter[] =>
  PARAMETERS.filter((name) => families[family].parameters?.[name] !== undefined);

/** What results hold of parameters. */
export type OwnParameters<T = number> = { [N in Parameter]?: T };

/** The parameters among the fields of a result, as they are or made into something else. */
export function parametersOf<T, U = T>(
  fields: { readonly [N in Parameter]?: T | undefined },
  map = (value: T, _name: string): U => value as unknown as U,
): OwnParameters<U> {
  const own: Record<string, U> = {};
  for (const name of PARAMETERS) if (fields[name] !== undefined) own[name] = map(fields[name], name);
  return own;
}

/** Whether the response is one of several classes. */
export function hasClasses(family: Family): family is ClassFamily {
  return families[family].classes !== undefined;
}

/** Whether each class has an η, and an intercept, of its own. */
export function hasEtas(family: Family): family is "multinomial" {
  return (families[family].classes ?? 0) > 2;
}
