import { expect, test } from "vitest";
import { type CrossValidationOptions, crossValidate, regularizationPath } from "../../src/index.js";

/** A call that must be refused: with this code, and a message that contains this. */
export type Refusal = [what: string, call: () => unknown, code: string, message: string];

/** What a caller without types may pass. */
export const wrong = (value: unknown): never => value as never;

export const infinity = Number.POSITIVE_INFINITY;
export const nan = Number.NaN;

/** What a call is made of that is refused for something else. */
export const X = [
  [1, 2],
  [2, 1],
  [3, 5],
  [4, 3],
];
export const y = [1, 2, 3, 5];
export const path =
  (options: object): (() => unknown) =>
  () =>
    regularizationPath(X, y, options);
export const cv =
  (options: CrossValidationOptions): (() => unknown) =>
  () =>
    crossValidate(X, y, { folds: 2, ...options });

/** The wrong kind is a TypeError, the wrong value a RangeError. */
const isKind = (code: string): boolean => ["ERR_TYPE", "ERR_DTYPE", "ERR_OPTION"].includes(code);

export function testRefusals(rows: readonly Refusal[]): void {
  test.each(rows)("%s", (_what, call, code, message) => {
    let thrown: unknown;
    try {
      call();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(isKind(code) ? TypeError : RangeError);
    expect(thrown).toMatchObject({ code, message: expect.stringContaining(message) });
  });
}
