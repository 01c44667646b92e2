import { dense, elasticNet } from "regulus";
import { median } from "../harness.js";
import { improve, type Reference, suboptimality } from "../solvers/accuracy.js";
import type { Problem } from "../solvers/data.js";
import type { Contender, ContenderName } from "./contenders.js";
import { type Batch, problemAt } from "./data.js";
import { type Kind, L1_RATIOS } from "./ours.js";

export interface Measurement {
  contender: ContenderName;
  tolerance: number;
  /** All models: the median over the rounds. */
  seconds: number;
  rounds: number;
  /** (F − F*)/F(null): the largest over the models. */
  worst: number;
}

/** Every model of a batch, solved as well as can be. */
export interface References {
  problems: Problem[];
  references: Reference[];
  /** The largest duality gap over F(null). */
  gap: number;
}

export function findReferences(batch: Batch, kind: Kind): References {
  const problems = Array.from({ length: batch.count }, (_, m) => problemAt(batch, m, L1_RATIOS[kind]));
  const references = problems.map((problem) => {
    const { n, p, y, lambdas, l1Ratio } = problem;
    if (!("values" in problem.X)) throw new Error("dense data is needed");
    const matrix = dense(problem.X.values, n, p, { order: "column" });
    const options = { lambda: lambdas[0], l1Ratio, intercept: false, standardize: false, tolerance: 1e-14 };
    const { coefficients } = elasticNet(matrix, y, options);
    return improve(problem, { coefficients, intercepts: new Float64Array(1) });
  });
  return { problems, references, gap: references.reduce((most, { gaps }) => Math.max(most, gaps[0]), 0) };
}

function worstOf({ problems, references }: References, coefficients: Float64Array): number {
  return problems.reduce((most, problem, m) => {
    const own = coefficients.subarray(m * problem.p, (m + 1) * problem.p);
    const [error] = suboptimality(problem, { coefficients: own, intercepts: new Float64Array(1) }, references[m]);
    return Math.max(most, error);
  }, 0);
}

/** Runs every tolerance once for its accuracy, then times in turn those that reach the target in about the least time. */
export async function measureBatch(
  contenders: readonly Contender[],
  references: References,
  target: number,
  rounds: number,
): Promise<{ measurements: Measurement[]; failures: string[] }> {
  const measurements: Measurement[] = [];
  const failures: string[] = [];
  for (const { name, tolerances, run } of contenders) {
    try {
      for (const tolerance of tolerances) {
        const { seconds, coefficients } = await run(tolerance, true);
        measurements.push({
          contender: name,
          tolerance,
          seconds,
          rounds: 1,
          worst: worstOf(references, coefficients!),
        });
      }
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  const chosen = contenders.flatMap(({ name }) => loosestAt(measurements, name, target) ?? []);
  const samples = chosen.map((): number[] => []);
  for (let round = 0; round < rounds; ++round) {
    for (const [place, { contender, tolerance }] of chosen.entries()) {
      const { run } = contenders.find(({ name }) => name === contender)!;
      samples[place].push((await run(tolerance, false)).seconds);
    }
  }
  chosen.forEach((entry, place) => {
    entry.seconds = median(samples[place]);
    entry.rounds = rounds;
  });
  return { measurements, failures };
}

/** The loosest tolerance with which a contender is at most `target` from the optimum in every model. */
export function loosestAt(
  measurements: readonly Measurement[],
  contender: ContenderName,
  target: number,
): Measurement | undefined {
  return measurements.find((entry) => entry.contender === contender && entry.worst <= target);
}
