import { median } from "../harness.js";
import { regulusFit } from "./contenders.js";
import { lassoProblem } from "./tasks.js";

/** Sizes along one axis, each twice the one before. */
interface Axis {
  name: string;
  sizes: readonly (readonly [n: number, p: number])[];
}

const doubled = (first: readonly [number, number], axis: 0 | 1): Axis["sizes"] =>
  [1, 2, 4, 8].map((times) => (axis === 0 ? [first[0] * times, first[1]] : [first[0], first[1] * times]));

const axes: readonly Axis[] = [
  { name: "columns of 500 rows", sizes: doubled([500, 1000], 1) },
  { name: "columns of 20,000 rows", sizes: doubled([20000, 50], 1) },
  { name: "rows of 4000 columns", sizes: doubled([125, 4000], 0) },
  { name: "rows of 100 columns", sizes: doubled([10000, 100], 0) },
];

/** The last lambda is lambdaMax over this, where few columns of noise have entered: the nonzeros of the fits stay about as many. */
const RANGE = 10;

/** What doubling may cost. */
export const GROWTH_AT_MOST = 2.3;

export interface Growth {
  axis: string;
  sizes: Axis["sizes"];
  /** Nonzeros at the last lambda. */
  nonzeros: number[];
  /** Medians of a lasso path of 100 lambdas. */
  seconds: number[];
  /** Each over the one before: medians of the rounds' ratios. */
  ratios: number[];
}

/** Times a lasso path at sizes that double, in turn; the data always has 20 nonzeros. */
export function measureGrowth(rounds: number): Growth[] {
  return axes.map(({ name, sizes }) => {
    const problems = sizes.map(([n, p], place) => lassoProblem(n, p, 901 + 10 * place, RANGE));
    const samples: number[][] = problems.map(() => []);
    const nonzeros: number[] = [];
    for (let round = -1; round < rounds; ++round) {
      problems.forEach((problem, place) => {
        const start = performance.now();
        const { coefficients } = regulusFit({ work: "path" }, problem, 1e-7);
        if (round >= 0) samples[place].push((performance.now() - start) / 1e3);
        else nonzeros.push(coefficients.subarray(-problem.p).reduce((count, w) => count + (w === 0 ? 0 : 1), 0));
      });
    }
    const ratios = samples
      .slice(1)
      .map((times, place) => median(times.map((time, round) => time / samples[place][round])));
    return { axis: name, sizes, nonzeros, seconds: samples.map(median), ratios };
  });
}
