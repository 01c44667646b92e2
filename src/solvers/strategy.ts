import { rangeError } from "../errors.js";
import { ActiveNewton } from "./activeNewton.js";
import { descend, type Goal, type Solution } from "./descent.js";
import { gramDescent, gramDescentBytes } from "./gramDescent.js";
import { leastSquares, leastSquaresBytes } from "./leastSquares.js";
import { type Problem, problemBytes, refresh } from "./problem.js";
import { residualDescent } from "./residualDescent.js";
import { ridgeCholesky, ridgeCholeskyBytes } from "./ridgeCholesky.js";
import { ridgePathBytes } from "./ridgePath.js";

/** The solvers of the gaussian family by name. */
export const STRATEGIES = ["residual", "gram", "cholesky", "ridge", "qr"] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** What the choice of a solver depends on. */
export interface Shape {
  n: number;
  p: number;
  l1Ratio: number;
  /** The smallest lambda of a fit or path. */
  smallestLambda: number;
  bounded: boolean;
  /** How many columns may be unpenalised. */
  unpenalised: number;
}

/** Up to this many columns a whole Gram is cheap to have. */
const GRAM_COLUMNS = 1000;

/** The solver for all lambdas above 0, and whether lambda = 0 is left to least squares. */
export interface Plan {
  main: Exclude<Strategy, "qr">;
  zeroByQr: boolean;
}

/** @throws RangeError if a strategy is asked for that cannot solve the problem. */
export function plan(shape: Shape, requested: Strategy | "auto"): Plan {
  const { n, p, l1Ratio, smallestLambda, bounded } = shape;
  const smooth = l1Ratio === 0 && !bounded;
  if ((requested === "cholesky" || requested === "ridge") && !smooth) {
    throw rangeError("ERR_VALUE", `"strategy" must not be "${requested}" unless l1Ratio is 0 and there are no bounds`);
  }
  if (requested === "qr" && bounded) {
    throw rangeError("ERR_VALUE", '"strategy" must not be "qr" with bounds: got "qr"');
  }
  const descent = p <= GRAM_COLUMNS && n >= p ? "gram" : "residual";
  return {
    main: requested === "auto" || requested === "qr" ? (smooth ? "ridge" : descent) : requested,
    zeroByQr: smallestLambda === 0 && !bounded && (requested === "auto" || requested === "qr"),
  };
}

/** The bytes of memory for a problem, its solvers and the Newton method that they share. */
export function planBytes({ n, p, unpenalised }: Shape, { main, zeroByQr }: Plan): number {
  return (
    problemBytes(n, p) +
    ActiveNewton.bytes(p) +
    (main === "gram" ? gramDescentBytes(p) : 0) +
    (main === "ridge" ? ridgePathBytes(n, p, unpenalised) : 0) +
    (main === "cholesky" ? ridgeCholeskyBytes(n, p) : 0) +
    (zeroByQr ? leastSquaresBytes(n, p) : 0)
  );
}

/** A solution and the solver that found it. */
export interface StrategySolution extends Solution {
  strategy: Strategy;
}

/**
 * The solvers of a plan, each set up when it is first called for. The penalty is the one that the problem holds at the
 * call, `problem.b` the warm start, with r and z to match.
 */
export function solvers(
  problem: Problem,
  { main, zeroByQr }: Plan,
  newton: ActiveNewton,
): (lambda: number, goal: Goal) => StrategySolution {
  const once = <T>(make: () => T): (() => T) => {
    let made: { value: T } | undefined;
    return () => {
      made ??= { value: make() };
      return made.value;
    };
  };
  const cholesky = once(() => ridgeCholesky(problem));
  const squares = once(() => leastSquares(problem));
  const strategy: Strategy = main === "gram" ? "gram" : "residual";
  const descent = once(() => (main === "gram" ? gramDescent(problem) : residualDescent(problem)));
  return (lambda, goal) => {
    if (lambda === 0 && zeroByQr) return { ...squares()(goal), strategy: "qr" };
    if (main === "cholesky") {
      const solution = cholesky()(goal);
      if (solution !== undefined) return { ...solution, strategy: "cholesky" };
      problem.b.fill(0);
      refresh(problem);
    }
    return { ...descend(problem, descent(), newton, goal), strategy };
  };
}
