import { expect } from "vitest";
import { setBackend } from "../../src/index.js";

/** What a digest can be made of. */
type Digestible = number | ArrayLike<number> | { readonly [name: string]: unknown };

/** The names that count: a field that results gain changes no digest until its name stands here. */
const COUNTED = new Set([
  // of results and states
  ...[
    "classes",
    "clock",
    "coefficients",
    "columns",
    "converged",
    "devianceRatios",
    "dualityGap",
    "dualityGaps",
    "foldErrors",
  ],
  ...[
    "indices",
    "intercept",
    "intercepts",
    "iterations",
    "l1Ratio",
    "lambda",
    "lambdas",
    "nonzeros",
    "objective",
    "objectives",
  ],
  ...["records", "steps", "tolerance", "version", "violation", "violations", "weights"],
  // of what the tests put together
  ...["between", "float32", "more", "p", "path", "predicted", "sparse", "tables"],
]);

/**
 * SHA-256 over the bits of numbers, any NaN as the same one: equal digests mean equal bits. Objects count with their numbers and
 * arrays of numbers, by the names of {@link COUNTED}; text, flags and functions do not.
 */
export async function digest(value: Digestible): Promise<string> {
  const numbers = Float64Array.from(flatten(value), (x) => (Number.isNaN(x) ? Number.NaN : x));
  const bytes = new DataView(new ArrayBuffer(8 * numbers.length));
  numbers.forEach((x, k) => {
    bytes.setFloat64(8 * k, x, true);
  });
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function flatten(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (ArrayBuffer.isView(value) || Array.isArray(value))
    return Array.from(value as ArrayLike<unknown>).flatMap(flatten);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value)
    .filter(([name]) => COUNTED.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, part]) => flatten(part));
}

/** Both backends give the same digest, and it is the one of the snapshot. */
export async function expectDigest(run: () => Digestible): Promise<void> {
  setBackend("js");
  const js = await digest(run());
  setBackend("wasm");
  const wasm = await digest(run());
  expect(wasm).toBe(js);
  expect(wasm).toMatchSnapshot();
}
