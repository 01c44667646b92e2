/** Every duality gap bounds F(w, b) − min F of the problem as the user gave it, in exact arithmetic, and what has not converged is near. */

import { expect, test } from "vitest";
import { drawExact, faultsOfExact, fitsOf } from "./exactCases.js";

test.each([0, 1, 2, 3])("gaps bound the exact excess, part %i", { timeout: 60_000 }, (part) => {
  const found: string[] = [];
  for (let number = 60 * part; number < 60 * part + 60; ++number) {
    const drawn = drawExact(number);
    for (const [form, model] of fitsOf(drawn)) {
      found.push(...faultsOfExact(drawn, form, model).map((fault) => `${number}, ${fault}`));
    }
  }
  expect(found).toEqual([]);
});
