/** 2,000 small fits of classes and counts, with offsets up to 1e10 and columns that are close: each gap is above the excess, to about 30 digits. */

import { drawGlm, fitGlm } from "../models/gaps/preciseCases.js";
import { preciseExcess } from "../support/preciseGlm.js";
import { testFits } from "./run.js";

testFits({
  problems: 2_000,
  batch: 100,
  timeout: 300_000,
  draw: (number) => {
    const drawn = drawGlm(number);
    return { ...drawn, drawn: { family: drawn.problem.family } };
  },
  attempt: ({ problem, tolerance }) => fitGlm(problem, tolerance, problem.X),
  faults: ({ problem }, model) => {
    if (model.certificate !== "gap") return [];
    const intercepts = "intercepts" in model ? model.intercepts : [model.intercept];
    const excess = preciseExcess(problem, model.coefficients, intercepts);
    return model.dualityGap >= excess ? [] : [`${excess} above the gap ${model.dualityGap}`];
  },
});
