import { expect, test } from "vitest";

/** A call that must be refused: with this code, and a message that contains this. */
export type Refusal = [what: string, call: () => unknown, code: string, message: string];

/** What a caller without types may pass. */
export const wrong = (value: unknown): never => value as never;

export const infinity = Number.POSITIVE_INFINITY;
export const nan = Number.NaN;

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
