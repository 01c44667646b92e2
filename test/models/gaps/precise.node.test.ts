/** Every duality gap of classes and counts bounds F(w, b) − min F of the problem as the user gave it, to about 30 digits. */

import { expect, test } from "vitest";
import { sparse } from "../../../src/index.js";
import { compress } from "../../support/matrices.js";
import { preciseExcess } from "../../support/preciseGlm.js";
import { drawGlm, fitGlm } from "./preciseCases.js";

test.each([0, 1, 2, 3])("gaps bound the precise excess, part %i", { timeout: 60_000 }, (part) => {
  const found: string[] = [];
  for (let number = 60 * part; number < 60 * part + 60; ++number) {
    const { problem, tolerance } = drawGlm(number);
    const columns = problem.X[0].flatMap((_, j) => problem.X.map((row) => row[j]));
    const { values, rowIndices, columnPointers } = compress(problem.y.length, problem.X[0].length, columns);
    const S = sparse({ rows: problem.y.length, columns: problem.X[0].length, values, rowIndices, columnPointers });
    for (const X of [problem.X, S]) {
      const model = fitGlm(problem, tolerance, X);
      if (model?.certificate !== "gap") continue;
      const intercepts = "intercepts" in model ? model.intercepts : [model.intercept];
      const excess = preciseExcess(problem, model.coefficients, intercepts);
      const form = X === S ? "sparse" : "dense";
      if (!(model.dualityGap >= excess))
        found.push(`${number}, ${problem.family}, ${form}: ${excess} above the gap ${model.dualityGap}`);
    }
  }
  expect(found).toEqual([]);
});
