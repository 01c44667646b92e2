/** The random fits of classes and counts, each made hard in one way. */

import type { MatrixLike } from "../../src/index.js";
import { randomStream } from "../support/arbitraries.js";
import { type GlmCase, glmCase } from "./glmCases.js";

/** The most that one row's offset is from the others'. */
const FAR = 60;
/** What counts are multiplied by at the most, in decimal digits. */
const DIGITS = 7;
const CLOSE = 1e-7;

/** What makes a fit hard, by name. A case that it does not apply to is left as it is. */
const traits: Record<string, (drawn: GlmCase, next: () => number) => GlmCase> = {
  "an offset far above": (drawn, next) => withOffset(drawn, next, Math.abs(next()) * FAR),
  "an offset far below": (drawn, next) => withOffset(drawn, next, -Math.abs(next()) * FAR),
  "large counts": (drawn, next) => {
    const { problem } = drawn;
    if (problem.family !== "poisson") return drawn;
    const factor = Math.floor(10 ** (Math.abs(next()) * DIGITS));
    const y = problem.y.map((count) => count * factor);
    return { ...drawn, problem: { ...problem, y }, y };
  },
  "a free column that separates": (drawn) => {
    const { problem } = drawn;
    const { X, y, penaltyFactor } = problem;
    const rows = X.map((row, i) => [...row.slice(0, -1), y[i]]);
    const factors = penaltyFactor.map((factor, j) => (j === X[0].length - 1 ? 0 : factor));
    return withRows({ ...drawn, problem: { ...problem, penaltyFactor: factors } }, rows, { penaltyFactor: factors });
  },
  "a warm start far away": (drawn, next) => {
    const { problem, options } = drawn;
    const size = 10 ** (Math.abs(next()) * 300);
    const warmStart = Array.from({ length: problem.K * problem.X[0].length }, () => size * next());
    return { ...drawn, options: { ...options, warmStart } };
  },
  "columns that are close": (drawn, next) => {
    const { X } = drawn.problem;
    if (X[0].length < 2) return drawn;
    return withRows(
      drawn,
      X.map((row) => [row[0], row[0] + CLOSE * next() * (Math.abs(row[0]) + 1), ...row.slice(2)]),
    );
  },
};
const NAMES = Object.keys(traits);

/** The fit of this number. */
export function hardGlmCase(number: number): GlmCase {
  const trait = NAMES[number % NAMES.length];
  const hard = traits[trait](
    glmCase(Math.floor(number / NAMES.length)),
    randomStream(Math.imul(number + 1, 0xc2b2ae35)),
  );
  return { ...hard, drawn: { ...hard.drawn, trait } };
}

/** One row's offset is `far` from where it was, of a multinomial model that of one class. */
function withOffset(drawn: GlmCase, next: () => number, far: number): GlmCase {
  const { problem, options } = drawn;
  const offset = [...problem.offset];
  offset[Math.floor(0.5 * (next() + 1) * offset.length)] += far;
  return { ...drawn, problem: { ...problem, offset }, options: { ...options, offset } };
}

function withRows(drawn: GlmCase, X: number[][], options: Partial<GlmCase["options"]> = {}): GlmCase {
  return { ...drawn, problem: { ...drawn.problem, X }, X: X as MatrixLike, options: { ...drawn.options, ...options } };
}
