import { describe, expect, test } from "vitest";
import { follow, lesson, shrink } from "../../examples/lesson.js";

describe("one step", () => {
  test("L2 shrinks in proportion", () => {
    [4.9, 0.0098, 1.96, -2.94].forEach((value, j) => {
      expect(shrink("L2", 1)[j]).toBeCloseTo(value, 12);
    });
  });

  test("proximal L1 moves by 0.01 and lands on exactly 0", () => {
    const w = shrink("L1 proximal", 1);
    [4.99, 0, 1.99, -2.99].forEach((value, j) => {
      expect(w[j]).toBeCloseTo(value, 12);
    });
    expect(Object.is(w[1], 0)).toBe(true);
  });

  test("the subgradient leaves a residue", () => {
    const residue = Math.abs(shrink("L1 subgradient", 1)[1]);
    expect(residue).toBeGreaterThan(1e-18);
    expect(residue).toBeLessThan(1e-17);
  });
});

test("in the long run the proximal step alone gives zeros", () => {
  for (const { zeroAt } of follow("L1 proximal", 1000)) expect(zeroAt).toBeLessThanOrEqual(502);
  for (const { zeroAt, signChanges } of follow("L1 subgradient", 1000)) {
    expect(zeroAt).toBeUndefined();
    expect(signChanges).toBeGreaterThan(400);
  }
  for (const { zeroAt, last } of follow("L2", 40_000)) {
    expect(zeroAt).toBeUndefined();
    expect(last).not.toBe(0);
  }
});

test("the lesson prints them", () => {
  expect(lesson()).toContain("-1.7e-18");
});
