/** 5,000 random fits of classes and counts, each against the oracle. Prints how often which did not converge. */

import { glmCase } from "./glmCases.js";
import { attempt, faults } from "./glmFits.js";
import { testFits } from "./run.js";

testFits({
  problems: 5_000,
  batch: 100,
  timeout: 300_000,
  draw: glmCase,
  attempt,
  faults: (drawn, model) => faults(drawn, model),
});
