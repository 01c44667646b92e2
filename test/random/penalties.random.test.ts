/**
 * 150 small fits of each penalty that is no elastic net (more by RANDOM_PROBLEMS): objectives, certificates and `converged` by their definitions.
 */

import { describe } from "vitest";
import { drawCase, faultsOf, penalties } from "../penalties/cases.js";
import { testFits } from "./run.js";

describe.each(penalties)("$name", (row) => {
  testFits({
    problems: 150,
    batch: 50,
    timeout: 600_000,
    draw: (number) => {
      const drawn = drawCase(row, number);
      return { ...drawn, drawn: { family: drawn.setting.family } };
    },
    attempt: (drawn) => drawn.fit(),
    faults: (drawn, model) => faultsOf(row, drawn, model),
  });
});
