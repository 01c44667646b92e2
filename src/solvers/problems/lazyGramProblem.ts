import { float64, int32, type Layout, raw64, take } from "../../kernels/arena.js";
import { type GramProblem, gramProblem, gramProblemLayout } from "./gramProblem.js";
import type { DataProblem, RootedProblem } from "./Problem.js";

const ownLayout = (p: number) => [raw64(p * p), float64(p), int32(p), int32(p)] as const;

export const lazyGramProblemLayout = (p: number): Layout => [ownLayout(p), gramProblemLayout(p)];

/**
 * A problem by its Gram, the rows of that computed when their columns enter. Where it is not accurate enough, residual and gradients
 * come from the data.
 */
export function lazyGramProblem(data: DataProblem, tolerance: number): GramProblem & RootedProblem {
  const { arena, p } = data;
  const [G, c, all, absent] = take(arena, ownLayout(p));
  for (let j = 0; j < p; ++j) all[j] = j;
  const isThere = new Uint8Array(p);
  const squares = data.responseProducts(c);

  const complete = (count: number, columns: Int32Array): void => {
    let missing = 0;
    for (let k = 0; k < count; ++k) {
      if (isThere[columns[k]] === 1) continue;
      isThere[columns[k]] = 1;
      absent[missing++] = columns[k];
    }
    if (missing > 0) data.crossGram(missing, absent, absent, p, all, G, p);
  };
  const problem = gramProblem(data, G, c, squares, complete);
  let isFromData = false;
  const residual = (): number => {
    const squares = problem.residual();
    isFromData = !problem.isAccurate(tolerance);
    return isFromData ? data.refresh() : squares;
  };
  const shrinkageOf: GramProblem["shrinkageGap"] = (...dual) => (isFromData ? data : problem).shrinkageGap(...dual);
  const project: GramProblem["project"] = (columns, _, ...listed) => data.project(columns, data.residual(), ...listed);
  const slack: GramProblem["slack"] = (...dual) => (isFromData ? data.slack(...dual) : 0);
  const root: DataProblem["root"] = (...listed) => {
    data.residual();
    return data.root(...listed);
  };
  return { ...problem, root, residual, refresh: residual, project, shrinkageGap: shrinkageOf, slack };
}
