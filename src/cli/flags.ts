/** What options of the library are called on the command line, where that is not their name with dashes. */
export const FLAGS: Record<string, string> = {
  lowerBounds: "lower",
  upperBounds: "upper",
  penaltyFactor: "unpenalized",
  lambdas: "lambda",
};

const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The flag of an option of the library. */
export const flagOf = (name: string): string => `--${FLAGS[name] ?? dashed(name)}`;
