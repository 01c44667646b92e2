import * as regulus from "regulus";
import { type Clock, timed } from "../clock.js";
import { loadMlMatrix, ridgeByEigen } from "../peers/mlMatrix.js";
import type { Exchange, Language, Peer } from "../peers/peer.js";
import type { Solution } from "./accuracy.js";
import { isSparse, type Problem } from "./data.js";
import type { Family } from "./losses.js";
import { plainCrossValidation, plainDescent } from "./plainDescent.js";
import type { ContenderName, Setting, Task } from "./tasks.js";

/** A build: this one, or another to compare with. */
export type Library = typeof regulus;

/** One timed fit. */
export interface Run {
  seconds: number;
  /** Where it was asked for. */
  solution?: Solution | undefined;
}

export interface Contender {
  name: ContenderName;
  settings: readonly Setting[];
  run(setting: Setting, keep: boolean): Run | Promise<Run>;
}

function run(clock: Clock, work: () => Solution): Run {
  const { seconds, result } = timed(clock, work);
  return { seconds, solution: result };
}

/** Our own fit, by the public entry alone. Classes and counts have no cross-validation here. */
export function regulusFit(
  { work }: Pick<Task, "work">,
  problem: Problem,
  tolerance: number,
  library: Library = regulus,
): Solution {
  const { crossValidate, dense, sparse } = library;
  const { family, n, p, y, lambdas, l1Ratio, intercept, folds } = problem;
  const X = isSparse(problem.X)
    ? sparse({ rows: n, columns: p, ...problem.X })
    : dense(problem.X.values, n, p, { order: "column" });
  const options = { lambdas, l1Ratio, intercept, standardize: false, tolerance };
  if (work === "path" || work === "ridge") return pathOf(library, family, X, y, options);
  const { path, meanErrors } = crossValidate(X, y, { ...options, folds: work === "loo" ? "loo" : folds! });
  return { coefficients: path.coefficients, intercepts: path.intercepts, meanErrors };
}

function pathOf(
  { regularizationPath }: Library,
  family: Family,
  X: regulus.MatrixLike,
  y: Float64Array,
  options: regulus.PathOptions,
): Solution {
  if (family === "multinomial") return regularizationPath(X, y, { ...options, family });
  if (family === "binomial") return regularizationPath(X, y, { ...options, family });
  return regularizationPath(X, y, { ...options, family });
}

/** Runs `work` on the JavaScript twin of the kernels. */
export function onTwin<T>(work: () => T): T {
  regulus.setBackend("js");
  try {
    return work();
  } finally {
    regulus.setBackend("wasm");
  }
}

/** Ridge by ml-matrix, where it is installed. */
async function mlMatrixFit(problem: Problem): Promise<(() => Solution) | undefined> {
  try {
    return ridgeByEigen(problem, await loadMlMatrix());
  } catch {
    return undefined;
  }
}

/** Gives the data to the peers. */
export async function handOver(problem: Problem, exchange: Exchange, peers: Iterable<Peer>): Promise<void> {
  const { family, outputs, n, p, X, y, lambdas, l1Ratio, intercept, folds } = problem;
  if (isSparse(X)) {
    exchange.write("values", X.values);
    exchange.write("rowIndices", X.rowIndices);
    exchange.write("columnPointers", X.columnPointers);
  } else {
    exchange.write("X", X.values);
  }
  exchange.write("y", y);
  exchange.write("lambdas", lambdas);
  if (folds) exchange.write("folds", folds);
  const kind = isSparse(X) ? "sparse" : "dense";
  for (const peer of peers) {
    await peer.request("load", {
      folder: exchange.folder,
      family,
      outputs,
      n,
      p,
      kind,
      l1Ratio,
      intercept: String(intercept),
      folds: String(folds !== undefined),
    });
  }
}

/** What a peer wrote to a file of the exchange. */
export function readSolution(exchange: Exchange, file: string, { outputs, p, lambdas }: Problem): Solution {
  const numbers = exchange.read(file);
  const count = lambdas.length * outputs;
  const errors = numbers.subarray(count * p + count);
  return {
    coefficients: numbers.subarray(0, count * p),
    intercepts: numbers.subarray(count * p, count * p + count),
    meanErrors: errors.length > 0 ? errors : undefined,
  };
}

/** All contenders of a task that can be had here. Peers must have been handed the data. */
export async function contendersOf(
  task: Task,
  problem: Problem,
  exchange: Exchange,
  peers: ReadonlyMap<Language, Peer>,
  { withPeers, clock }: { withPeers: boolean; clock: Clock },
): Promise<Contender[]> {
  const remote = (peer: Peer, solver: string): Contender["run"] => {
    return async ({ tolerance, variant }, keep) => {
      const out = keep ? "solution" : "none";
      const seconds = Number(await peer.request("run", { solver, tolerance, variant, clock, out }));
      return { seconds, solution: keep ? readSolution(exchange, "solution", problem) : undefined };
    };
  };
  const python = peers.get("python");
  const r = peers.get("R");
  const mlMatrix = withPeers && task.settings["ml-matrix"] ? await mlMatrixFit(problem) : undefined;
  const plain = task.work === "cv" ? plainCrossValidation : plainDescent;
  const runs: Record<ContenderName, Contender["run"] | undefined> = {
    regulus: ({ tolerance }) => run(clock, () => regulusFit(task, problem, tolerance)),
    "regulus js": ({ tolerance }) => onTwin(() => run(clock, () => regulusFit(task, problem, tolerance))),
    glmnet: r && remote(r, task.work === "cv" ? "cv" : "path"),
    "scikit-learn": python && remote(python, task.work),
    "scikit-learn in place": python && remote(python, task.work),
    liblinear: python && remote(python, "liblinear"),
    saga: python && remote(python, "saga"),
    lbfgs: python && remote(python, "lbfgs"),
    "newton-cg": python && remote(python, "newton-cg"),
    "newton-cholesky": python && remote(python, "newton-cholesky"),
    numpy: python && remote(python, "eigen"),
    "ml-matrix": mlMatrix && (() => run(clock, mlMatrix)),
    "plain js": withPeers ? ({ tolerance }) => run(clock, () => plain(problem, tolerance)) : undefined,
  };
  return Object.entries(task.settings).flatMap(([key, settings]) => {
    const name = key as ContenderName;
    const work = runs[name];
    return work ? [{ name, settings, run: work }] : [];
  });
}
