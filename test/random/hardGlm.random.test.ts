/**
 * 900 random fits of classes and counts, each made hard in one way: one row's offset far from the others', counts up to 1e7, free columns
 * that separate, warm starts up to 1e300, columns that are close. Each against the oracle.
 */

import { attempt, faults } from "./glmFits.js";
import { hardGlmCase } from "./hardGlmCases.js";
import { testFits } from "./run.js";

testFits({
  problems: 900,
  batch: 50,
  timeout: 600_000,
  draw: hardGlmCase,
  attempt,
  faults: (drawn, model) => faults(drawn, model, true),
});
