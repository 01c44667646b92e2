import { describe, expect, test } from "vitest";
import type { ErrorCode } from "../../src/index.js";
import { type Attack, attacks } from "./hostile.js";

/** Attacks by the result that they are on. */
const groups = new Map<string, Attack[]>();
for (const attack of attacks()) {
  const [group] = attack.name.split(":");
  groups.set(group, [...(groups.get(group) ?? []), attack]);
}

const marks = () =>
  [Object.prototype, Array.prototype, Function.prototype, Float64Array.prototype].map(
    (one) => Reflect.ownKeys(one).length,
  );

describe("what means no good to a reader ends in a typed error", () => {
  test("there are many of them", () => {
    expect([...groups.values()].flat().length).toBeGreaterThan(5000);
  });

  test.each([...groups])("%s", (_, list) => {
    const before = marks();
    for (const { name, call, mayPass } of list) {
      let thrown: unknown;
      try {
        call();
      } catch (error) {
        thrown = error;
      }
      if (thrown === undefined && mayPass) continue;
      expect(thrown, name).toBeInstanceOf(Error);
      const { code, message } = thrown as Error & { code: ErrorCode };
      expect(code, `${name}: ${thrown}`).toMatch(/^ERR_[A-Z_]+$/);
      expect(["TypeError", "RangeError"], name).toContain((thrown as Error).name);
      expect(message.length, name).toBeLessThan(400);
    }
    expect(marks()).toEqual(before);
    expect("polluted" in {}).toBe(false);
  });
});
