/** The families of response that a model can have. */
export const FAMILIES = ["gaussian", "binomial", "multinomial", "poisson"] as const;
export type Family = (typeof FAMILIES)[number];
/** Those whose response is one of several classes. */
export type ClassFamily = "binomial" | "multinomial";
/** Those whose response is a number. */
export type NumberFamily = Exclude<Family, ClassFamily>;

/** Whether the response is one of several classes. */
export function hasClasses(family: Family): family is ClassFamily {
  return family === "binomial" || family === "multinomial";
}
