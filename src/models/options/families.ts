/** The families of response that a model can have. */
export const FAMILIES = ["gaussian", "binomial", "multinomial", "poisson"] as const;
export type Family = (typeof FAMILIES)[number];

/** Whether the response is one of several classes. */
export function hasClasses(family: Family): family is "binomial" | "multinomial" {
  return family === "binomial" || family === "multinomial";
}
