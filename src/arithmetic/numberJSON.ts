/** A number of JSON, or the name of one that JSON does not have. */
export type NumberJSON = number | "NaN" | "Infinity" | "-Infinity" | "-0";

/** Exact for all numbers: JSON.stringify writes as many digits as it takes. */
export function numberJSON(value: number): NumberJSON {
  if (Object.is(value, -0)) return "-0";
  return Number.isFinite(value) ? value : (String(value) as "NaN");
}

/** The number again; anything else as it is. */
export function fromNumberJSON(value: unknown): unknown {
  return value === "NaN" || value === "Infinity" || value === "-Infinity" || value === "-0" ? Number(value) : value;
}
