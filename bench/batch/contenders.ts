import { type Clock, timed } from "../clock.js";
import type { Exchange, Language, Peer } from "../peers/peer.js";
import { onTwin } from "../solvers/contenders.js";
import { plainDescent } from "../solvers/plainDescent.js";
import { type Batch, problemAt } from "./data.js";
import { type Kind, L1_RATIOS, oneByOne, together } from "./ours.js";

/** p coefficients for each model, and the seconds that all of them took. */
export interface Run {
  seconds: number;
  coefficients?: Float64Array | undefined;
}

/** scikit-learn's estimators check all that they are given, as our calls do; without the checks it is shown beside them. */
export type ContenderName =
  | "regulus"
  | "regulus js"
  | "regulus one by one"
  | "numpy"
  | "scikit-learn"
  | "scikit-learn unchecked"
  | "glmnet"
  | "plain js";

export interface Contender {
  name: ContenderName;
  /** From the loosest to the tightest; 0 for an exact solver. */
  tolerances: readonly number[];
  run(tolerance: number, keep: boolean): Run | Promise<Run>;
}

const OURS = [1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-10];
const THRESHOLDS = [1e-5, 1e-7, 1e-9, 1e-11];
const EXACT = [0];

/** Gives the data of a batch to the peers. */
export async function handOver({ count, n, p, X, y, lambdas }: Batch, exchange: Exchange, peers: Iterable<Peer>) {
  exchange.write("X", X);
  exchange.write("y", y);
  exchange.write("lambdas", lambdas);
  for (const peer of peers) await peer.request("load", { folder: exchange.folder, count, n, p });
}

/** All contenders that can be had here, and why one of ours cannot. Peers must have been handed the data. */
export function contendersOf(
  batch: Batch,
  kind: Kind,
  exchange: Exchange,
  peers: ReadonlyMap<Language, Peer>,
  { withPeers, clock }: { withPeers: boolean; clock: Clock },
): Contender[] {
  const own = (work: () => Float64Array): Run => {
    const { seconds, result } = timed(clock, work);
    return { seconds, coefficients: result };
  };
  const contenders: Contender[] = [];
  const fitAll = together(batch, kind);
  contenders.push(
    { name: "regulus", tolerances: OURS, run: (tolerance) => own(() => fitAll(tolerance)) },
    { name: "regulus js", tolerances: OURS, run: (tolerance) => onTwin(() => own(() => fitAll(tolerance))) },
    {
      name: "regulus one by one",
      tolerances: [1e-5, 1e-7],
      run: (tolerance) => own(() => oneByOne(batch, kind, tolerance)),
    },
  );
  const remote = (
    name: ContenderName,
    language: Language,
    solver: string,
    tolerances: readonly number[],
    variant = "auto",
  ) => {
    const peer = peers.get(language);
    if (peer === undefined) return;
    contenders.push({
      name,
      tolerances,
      run: async (tolerance, keep) => {
        const out = keep ? "solution" : "none";
        const seconds = Number(await peer.request("run", { solver, tolerance, variant, clock, out }));
        return { seconds, coefficients: keep ? exchange.read("solution") : undefined };
      },
    });
  };
  if (kind === "ridge") remote("numpy", "python", "stacked", EXACT);
  const tolerances = kind === "ridge" ? EXACT : [1e-3, 1e-4, 1e-5, 1e-6, 1e-8];
  remote("scikit-learn", "python", kind, tolerances);
  remote("scikit-learn unchecked", "python", kind, tolerances, "unchecked");
  remote("glmnet", "R", kind, THRESHOLDS);
  if (withPeers) {
    const problems = Array.from({ length: batch.count }, (_, m) => problemAt(batch, m, L1_RATIOS[kind]));
    contenders.push({
      name: "plain js",
      tolerances: THRESHOLDS,
      run: (tolerance) =>
        own(() => {
          const coefficients = new Float64Array(batch.count * batch.p);
          problems.forEach((problem, m) => {
            coefficients.set(plainDescent(problem, tolerance).coefficients, m * batch.p);
          });
          return coefficients;
        }),
    });
  }
  return contenders;
}
