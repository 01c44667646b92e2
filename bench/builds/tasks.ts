import { makeBatch, problemAt } from "../batch/data.js";
import { type Kind, L1_RATIOS, together } from "../batch/ours.js";
import { errorDifference, improve, largest, type Solution, suboptimality } from "../solvers/accuracy.js";
import { type Library, regulusFit } from "../solvers/contenders.js";
import type { Problem } from "../solvers/data.js";
import { tasks as solverTasks } from "../solvers/tasks.js";

/** What both builds do. */
export interface Task {
  name: string;
  title: string;
  tolerances: readonly number[];
  make(): Work;
}

/** The data of a task, and how a build solves it. */
export interface Work {
  problems: readonly Problem[];
  /** The solutions of all problems, one after another. */
  fit(library: Library, tolerance: number): Solution;
}

/** The tolerances of the tasks of bench/solvers. */
const TOLERANCES: Record<string, readonly number[]> = {
  T1: [1e-4, 1e-8],
  T2: [1e-4],
  T3: [1e-4, 1e-10],
  T4: [1e-7],
  "T4-loo": [1e-7],
  T5: [1e-5],
  "T5-ridge": [1e-5],
  "T5-multinomial": [1e-5],
  "T5-poisson": [1e-5],
  T6: [1e-5, 1e-8],
};

const [COUNT, ROWS, COLUMNS] = [2000, 100, 20];

const batchTask = (kind: Kind): Task => ({
  name: `T7-${kind}`,
  title: `${COUNT} fits of ${ROWS}×${COLUMNS}, ${kind}`,
  tolerances: [1e-6],
  make: () => {
    const batch = makeBatch(COUNT, ROWS, COLUMNS, 701);
    return {
      problems: Array.from({ length: COUNT }, (_, m) => problemAt(batch, m, L1_RATIOS[kind])),
      fit: (library, tolerance) => ({
        coefficients: together(batch, kind, library)(tolerance),
        intercepts: new Float64Array(COUNT),
      }),
    };
  },
});

export const tasks: readonly Task[] = [
  ...solverTasks.map(
    (task): Task => ({
      name: task.name,
      title: task.title,
      tolerances: TOLERANCES[task.name],
      make: () => {
        const problem = task.make();
        return { problems: [problem], fit: (library, tolerance) => regulusFit(task, problem, tolerance, library) };
      },
    }),
  ),
  batchTask("lasso"),
  batchTask("ridge"),
];

/** How far two builds are apart. */
export interface Difference {
  /** By how much F of the one is above F of the one with the smaller duality gap, over F(null): the largest over all lambdas. */
  objectives: number;
  /** Of cross-validations: the largest relative difference of their mean errors, which move as the square root of F does. */
  meanErrors: number;
}

export function differenceOf({ problems }: Work, a: Solution, b: Solution): Difference {
  let objectives = 0;
  let place = 0;
  for (const problem of problems) {
    const count = problem.lambdas.length * problem.outputs;
    const own = ({ coefficients, intercepts }: Solution): Solution => ({
      coefficients: coefficients.subarray(place * problem.p, (place + count) * problem.p),
      intercepts: intercepts.subarray(place, place + count),
    });
    const better = improve(problem, own(b), improve(problem, own(a)));
    for (const side of [a, b]) objectives = Math.max(objectives, largest(suboptimality(problem, own(side), better)));
    place += count;
  }
  const meanErrors = a.meanErrors && b.meanErrors ? errorDifference(a.meanErrors, b.meanErrors) : 0;
  return { objectives, meanErrors };
}

/** Whether both keep to the tolerance, as far as each can tell the other. */
export const agree = ({ objectives, meanErrors }: Difference, tolerance: number): boolean =>
  objectives <= tolerance && meanErrors <= Math.sqrt(tolerance);
