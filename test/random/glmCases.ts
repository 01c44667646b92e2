/** Random fits of the families that are not gaussian, by number: designs and options are those of the gaussian ones. */

import type { FitOptions, MatrixLike } from "../../src/index.js";
import type { GlmProblem } from "../models/glmOracle.js";
import { randomStream } from "../support/arbitraries.js";
import { randomCase } from "./cases.js";

/** A fit and the problem that it has to solve. */
export interface GlmCase {
  problem: GlmProblem;
  tolerance: number;
  drawn: Record<string, string>;
  X: MatrixLike;
  y: string[] | number[];
  options: FitOptions & { lambda: number; l1Ratio: number; delta?: number };
}

const FAMILIES = ["binomial", "poisson", "multinomial"] as const;
/** The most n·p·K² for which the oracle takes all classes together. */
const MOST = 900;

/** The fit of this number. */
export function glmCase(number: number): GlmCase {
  const next = randomStream(Math.imul(number + 1, 0x85ebca6b));
  const positive = (): number => 0.5 * (next() + 1);
  const family = FAMILIES[number % 3];
  const K = family === "multinomial" ? 2 + (number % 4) : 1;
  let base = randomCase(number);
  const isUnfit = ({ X, y }: typeof base.problem): boolean =>
    (family !== "poisson" && y.length < 2) || (family === "multinomial" && X.length * X[0].length * K * K > MOST);
  for (let k = 1; isUnfit(base.problem); ++k) base = randomCase(number + 1e6 * k);
  const { problem, tolerance, X } = base;
  const n = problem.y.length;
  const p = problem.X[0].length;
  const classes = family === "multinomial" ? K : 2;
  const mean = problem.y.reduce((sum, value) => sum + value, 0) / n;
  const y = problem.y.map((value) => {
    const level = 2 * (value - mean) + next();
    if (family === "poisson") return Math.floor(Math.exp(Math.min(level, 3)) + positive());
    return Math.min(Math.max(Math.floor(classes / 2 + level), 0), classes - 1);
  });
  if (family !== "poisson") for (let k = 0; k < Math.min(classes, n); ++k) y[k] = k;
  // Classes that no row has are none.
  const present = [...new Set(y)].sort((a, b) => a - b);
  const codes = family === "poisson" ? y : y.map((label) => present.indexOf(label));
  const count = family === "multinomial" ? present.length : 1;
  const hasOffset = base.options.offset !== undefined;
  const offset = Array.from({ length: n * count }, () => (hasOffset ? 2 * next() : 0));

  const { warmStart, strategy: _, ...rest } = base.options;
  const options: GlmCase["options"] = { ...rest, lambda: problem.lambda, l1Ratio: problem.l1Ratio };
  if (hasOffset) options.offset = offset;
  if (warmStart !== undefined) {
    const one = warmStart as number[];
    options.warmStart = Array.from({ length: count * p }, (_, c) => one[c % p] * (c < p ? 1 : next()));
  }
  return {
    problem: { ...problem, family, K: count, y: codes, offset },
    tolerance,
    drawn: { ...base.drawn, strategy: "auto", family },
    X,
    y: family === "poisson" ? codes : y.map((label) => `class ${label}`),
    options,
  };
}

/** delta over the spread of y: next to lines alone, to squares alone, and between. */
const DELTAS = ["0.01", "0.1", "0.3", "1", "10"] as const;

/** The fit of this number of the Huber family, some rows far off. */
export function huberCase(number: number): GlmCase {
  const next = randomStream(Math.imul(number + 1, 0xc2b2ae35));
  const { problem, tolerance, X, drawn, options } = randomCase(number);
  const mean = problem.y.reduce((sum, value) => sum + value, 0) / problem.y.length;
  const spread = Math.max(...problem.y.map((value) => Math.abs(value - mean))) || 1;
  const y = problem.y.map((value) => value + (next() > 0.7 ? 20 * spread * next() : 0));
  const share = DELTAS[Math.floor(2.5 * (next() + 1)) % DELTAS.length];
  const delta = Number(share) * spread;
  const { strategy: _, ...rest } = options;
  return {
    problem: { ...problem, family: "huber", K: 1, y, delta },
    tolerance,
    drawn: { ...drawn, strategy: "auto", delta: share },
    X,
    y,
    options: { ...rest, lambda: problem.lambda, l1Ratio: problem.l1Ratio, delta },
  };
}
