import { median } from "../harness.js";
import { improve, suboptimality } from "../solvers/accuracy.js";
import { addColumn, denseDesign, lambdaMax, randomGaussian } from "../solvers/data.js";
import { type Targets, targetsOneByOne, targetsTogether } from "./ours.js";

const ROWS = 5000;
const COLUMNS = 200;
const COUNT = 1000;
/** So many of the separate fits are timed; the others take as long. */
const SEPARATE = 25;
const TOLERANCE = 1e-7;

/** Y = XW + noise of variance 1, every column of W having 5 ones; lambda is a tenth of lambdaMax. */
function makeTargets(n: number, p: number, count: number, seed: number): Targets {
  const X = denseDesign(n, p, seed);
  const gaussian = randomGaussian(seed + 1);
  const Y = new Float64Array(n * count);
  const lambdas = new Float64Array(count);
  for (let m = 0; m < count; ++m) {
    const y = Y.subarray(m * n, (m + 1) * n);
    for (let i = 0; i < n; ++i) y[i] = gaussian();
    for (let k = 0; k < 5; ++k) addColumn(X, n, (m * 7 + k * 31) % p, 1, y);
    lambdas[m] = lambdaMax(X, n, p, y) / 10;
  }
  return { n, p, count, X: X.values, Y, lambdas };
}

export interface TargetsResult {
  n: number;
  p: number;
  count: number;
  /** One call for all. */
  together: number;
  /** A call for each: what some took, times what they are part of. */
  separate: number;
  timesAsFast: number;
  /** (F − F*)/F(null) of both, the largest over the targets that were also fitted separately. */
  worst: number;
}

/** One X with many targets, in one call and in a call for each. */
export function measureTargets(rounds: number): TargetsResult {
  const targets = makeTargets(ROWS, COLUMNS, COUNT, 801);
  const { n, p, count, X, Y, lambdas } = targets;
  const fitAll = targetsTogether(targets);
  const all = fitAll(TOLERANCE);
  const some = targetsOneByOne(targets, SEPARATE, TOLERANCE);
  const best = targetsOneByOne(targets, SEPARATE, 1e-14);
  let worst = 0;
  for (let m = 0; m < SEPARATE; ++m) {
    const solution = (from: Float64Array) => ({
      coefficients: from.subarray(m * p, (m + 1) * p),
      intercepts: new Float64Array(1),
    });
    const problem = {
      family: "gaussian" as const,
      outputs: 1,
      n,
      p,
      X: { values: X },
      y: Y.slice(m * n, (m + 1) * n),
      lambdas: lambdas.slice(m, m + 1),
      l1Ratio: 1,
      intercept: false,
    };
    const reference = improve(problem, solution(best));
    for (const from of [all, some]) worst = Math.max(worst, suboptimality(problem, solution(from), reference)[0]);
  }
  const samples: { together: number; separate: number }[] = [];
  for (let round = 0; round < rounds; ++round) {
    const start = performance.now();
    fitAll(TOLERANCE);
    const middle = performance.now();
    targetsOneByOne(targets, SEPARATE, TOLERANCE);
    const end = performance.now();
    samples.push({ together: (middle - start) / 1e3, separate: ((end - middle) / 1e3) * (count / SEPARATE) });
  }
  return {
    n,
    p,
    count,
    together: median(samples.map(({ together }) => together)),
    separate: median(samples.map(({ separate }) => separate)),
    timesAsFast: median(samples.map(({ together, separate }) => separate / together)),
    worst,
  };
}
