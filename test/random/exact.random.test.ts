/** 1,000 small gaussian fits, each by every strategy, with offsets up to 1e10 and columns that are close: in exact arithmetic, gaps are above the excess, and that is small. */

import { drawExact, type Exact, faultsOfExact, fitsOf } from "../models/gaps/exactCases.js";
import { testFits } from "./run.js";

testFits({
  problems: 1_000,
  batch: 50,
  timeout: 300_000,
  draw: (number): Exact & { drawn: Record<string, string> } => ({ ...drawExact(number), drawn: {} }),
  attempt: (drawn) => {
    const models = [...fitsOf(drawn)];
    return { models, converged: models.every(([, model]) => model === undefined || model.converged) };
  },
  faults: (drawn, { models }) => models.flatMap(([form, model]) => faultsOfExact(drawn, form, model)),
});
