import { dense, groupLasso, mcp, type Path, type PenaltyKind, regularizationPath, setBackend, sortedL1 } from "regulus";
import { timed } from "../clock.js";
import { digits, median, ratio, table } from "../harness.js";
import type { Options, Suite } from "../options.js";
import { denseDesign, response } from "../solvers/data.js";
import { type PlainProblem, plainGroups, plainMcp, plainSorted } from "./plain.js";

const ROUNDS = 3;
const SEED = 1401;
const GROUP = 5;
const GAMMA = 3;
const Q = 0.1;
const LAMBDAS = 50;
/** The smallest lambda over the largest: what ncvreg and grpreg take for more columns than rows. */
const MIN_RATIO = 0.05;
/** How far from optimal solutions may be: violations over lambdaMax of MCP, else objectives above the best known over F(null). */
const ACCURACY = 1e-5;
/** At least so many times as fast as plain descent, and MCP at most so many times as slow as the lasso. */
const AT_LEAST = 5;
const MOST_OF_LASSO = 4;

interface Task {
  name: string;
  n: number;
  p: number;
  penalty: PenaltyKind;
  plain(problem: PlainProblem, most: number): Float64Array;
  /** Of w at lambda: how far from optimal it is, a number that counts for MCP, and its objective, which counts for the others. */
  measure(problem: PlainProblem, w: Float64Array, lambda: number): { violation: number; objective: number };
}

/** X'r/n, and ‖r‖²/2n. */
function gradient({ n, p, X, y }: PlainProblem, w: Float64Array): { z: Float64Array; loss: number } {
  const r = y.slice();
  for (let j = 0; j < p; ++j) if (w[j] !== 0) for (let i = 0; i < n; ++i) r[i] -= w[j] * X[j * n + i];
  const z = Float64Array.from({ length: p }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < n; ++i) sum += X[j * n + i] * r[i];
    return sum / n;
  });
  return { z, loss: r.reduce((sum, value) => sum + value * value, 0) / (2 * n) };
}

const groups = Int32Array.from({ length: 5000 }, (_, j) => Math.floor(j / GROUP));
const tasks: readonly Task[] = [
  {
    name: "group lasso",
    n: 1000,
    p: 5000,
    penalty: groupLasso({ groups }),
    plain: (problem, most) => plainGroups(problem, GROUP, most),
    measure: (problem, w, lambda) => {
      let penalty = 0;
      for (let j = 0; j < problem.p; j += GROUP) penalty += Math.sqrt(GROUP) * Math.hypot(...w.subarray(j, j + GROUP));
      return { violation: Number.NaN, objective: gradient(problem, w).loss + lambda * penalty };
    },
  },
  {
    name: "MCP",
    n: 1000,
    p: 5000,
    penalty: mcp({ gamma: GAMMA }),
    plain: (problem, most) => plainMcp(problem, GAMMA, most),
    measure: (problem, w, lambda) => {
      const { z, loss } = gradient(problem, w);
      let [violation, penalty] = [0, 0];
      w.forEach((value, j) => {
        const t = Math.abs(value);
        const slope = Math.max(0, lambda - t / GAMMA);
        violation = Math.max(violation, t === 0 ? Math.abs(z[j]) - lambda : Math.abs(z[j] - Math.sign(value) * slope));
        penalty += t < GAMMA * lambda ? lambda * t - (t * t) / (2 * GAMMA) : (GAMMA * lambda * lambda) / 2;
      });
      return { violation, objective: loss + penalty };
    },
  },
  {
    name: "sorted L1",
    n: 500,
    p: 1000,
    penalty: sortedL1({ weights: weights(1000) }),
    plain: (problem, most) => plainSorted(problem, weights(1000), most),
    measure: (problem, w, lambda) => {
      const c = weights(problem.p);
      const sizes = w.map(Math.abs).sort().reverse();
      const penalty = sizes.reduce((sum, size, k) => sum + c[k] * size, 0);
      return { violation: Number.NaN, objective: gradient(problem, w).loss + lambda * penalty };
    },
  },
];

/** Weights about as those of q = 0.1: √(2·ln(2p/(q·k))) over the first, which is near to the quantiles, and as steep. */
function weights(p: number): Float64Array {
  const at = (k: number): number => Math.sqrt(2 * Math.log((2 * p) / (Q * k)));
  return Float64Array.from({ length: p }, (_, k) => at(k + 1) / at(1));
}

interface Result {
  name: string;
  /** Medians, in seconds. */
  ours: number;
  plain: number;
  lasso: number;
  timesAsFast: number;
  timesLasso: number;
  /** The worst over the path. */
  accuracy: { ours: number; plain: number };
  nonzeros: number;
}

export const suite: Suite = {
  title: "paths of MCP, group lasso and sorted L1 against plain descent in JavaScript, and beside the lasso's",
  names: tasks.map(({ name }) => name),
  flags: ["rounds", "cpu"],
  run,
};

async function run({ names, rounds = ROUNDS, clock }: Options): Promise<Record<string, unknown>> {
  setBackend("wasm");
  console.log(`node ${process.version}, ${LAMBDAS} lambdas down to ${MIN_RATIO}·lambdaMax, ${rounds} rounds in turn`);
  const results: Result[] = [];
  for (const task of tasks) {
    if (names.length > 0 && !names.includes(task.name)) continue;
    const { name, n, p, penalty } = task;
    const X = denseDesign(n, p, SEED);
    const y = response(X, n, p, { nonzeros: 20, size: 1, seed: SEED + 1 });
    const mean = y.reduce((sum, value) => sum + value, 0) / n;
    for (let i = 0; i < n; ++i) y[i] -= mean;
    const matrix = dense(X.values, n, p, { order: "column" });
    const grid = { lambdaCount: LAMBDAS, lambdaMinRatio: MIN_RATIO };
    const pathOf = (own: PenaltyKind | undefined, tolerance: number): Path =>
      regularizationPath(matrix, y, { ...grid, intercept: false, standardize: false, tolerance, penalty: own });
    const { lambdas } = pathOf(penalty, 1e-3);
    const problem: PlainProblem = { n, p, X: X.values, y, lambdas };
    const nullLoss = gradient(problem, new Float64Array(p)).loss;
    const isConvex = name !== "MCP";
    const best = isConvex ? pathOf(penalty, 1e-10) : undefined;
    /** The worst over the lambdas. */
    const accuracyOf = (coefficients: Float64Array): number =>
      lambdas.reduce((worst, lambda, k) => {
        const w = coefficients.subarray(k * p, (k + 1) * p);
        const { violation, objective } = task.measure(problem, w, lambda);
        const off = best ? (objective - best.objectives[k]) / nullLoss : violation / lambdas[0];
        return Math.max(worst, off);
      }, 0);
    // Each as loose as it can be.
    const loosest = (solve: (accuracy: number) => Float64Array): { accuracy: number; reached: number } => {
      for (let accuracy = 100 * ACCURACY; ; accuracy /= 3) {
        const reached = accuracyOf(solve(accuracy));
        if (reached <= ACCURACY) return { accuracy, reached };
      }
    };
    const ours = loosest((accuracy) => pathOf(penalty, accuracy).coefficients);
    const plain = loosest((accuracy) => task.plain(problem, accuracy * lambdas[0]));
    const seconds = { ours: [] as number[], plain: [] as number[], lasso: [] as number[] };
    let nonzeros = 0;
    for (let round = 0; round < rounds; ++round) {
      const own = timed(clock, () => pathOf(penalty, ours.accuracy));
      nonzeros = own.result.nonzeros[own.result.nonzeros.length - 1];
      seconds.ours.push(own.seconds);
      seconds.plain.push(timed(clock, () => task.plain(problem, plain.accuracy * lambdas[0])).seconds);
      seconds.lasso.push(timed(clock, () => pathOf(undefined, ACCURACY)).seconds);
    }
    results.push({
      name,
      ours: median(seconds.ours),
      plain: median(seconds.plain),
      lasso: median(seconds.lasso),
      timesAsFast: median(seconds.plain.map((one, k) => one / seconds.ours[k])),
      timesLasso: median(seconds.ours.map((one, k) => one / seconds.lasso[k])),
      accuracy: { ours: ours.reached, plain: plain.reached },
      nonzeros,
    });
  }
  console.log(
    table(
      [
        "path",
        "ours, s",
        "plain, s",
        "times as fast",
        "lasso, s",
        "times the lasso",
        "off, ours",
        "off, plain",
        "nonzeros",
      ],
      results.map(({ name, ours, plain, lasso, timesAsFast, timesLasso, accuracy, nonzeros }) => [
        name,
        digits(ours),
        digits(plain),
        ratio(timesAsFast),
        digits(lasso),
        ratio(timesLasso),
        accuracy.ours.toExponential(1),
        accuracy.plain.toExponential(1),
        String(nonzeros),
      ]),
    ),
  );
  for (const { name, timesAsFast, timesLasso } of results) {
    const isSlow = timesAsFast < AT_LEAST || (name === "MCP" && timesLasso > MOST_OF_LASSO);
    console.log(
      `${isSlow ? "not met" : "met"}: ${name} at least ${AT_LEAST}x plain descent${name === "MCP" ? `, at most ${MOST_OF_LASSO}x the lasso` : ""}`,
    );
  }
  return { lambdas: LAMBDAS, minRatio: MIN_RATIO, accuracy: ACCURACY, results };
}
