/** 300 (more by RANDOM_PROBLEMS) random fits of the Huber family, each against the oracle. Prints how often which did not converge. */

import { huberCase } from "./glmCases.js";
import { attempt, faults } from "./glmFits.js";
import { testFits } from "./run.js";

testFits({
  problems: 300,
  batch: 50,
  timeout: 600_000,
  draw: huberCase,
  attempt,
  faults: (drawn, model) => faults(drawn, model),
});
