/** Every duality gap bounds F(w, b) − min F of the problem as the user gave it, in exact arithmetic. */

import { expect, test } from "vitest";
import { exactExcess } from "../support/exactFit.js";
import { drawExact, fitsOf } from "./exactCases.js";

test.each([0, 1, 2, 3])("gaps bound the exact excess, part %i", { timeout: 60_000 }, (part) => {
  const found: string[] = [];
  for (let number = 60 * part; number < 60 * part + 60; ++number) {
    const drawn = drawExact(number);
    for (const [form, model] of fitsOf(drawn)) {
      if (model?.certificate !== "gap") continue;
      const excess = exactExcess(drawn.problem, model.coefficients, model.intercept);
      if (excess === undefined) continue;
      if (!(model.dualityGap >= excess)) found.push(`${number}, ${form}: ${excess} above the gap ${model.dualityGap}`);
    }
  }
  expect(found).toEqual([]);
});
