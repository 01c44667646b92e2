import { randomSigned } from "../random.js";
import { denseDesign, lambdaMax, type Problem, randomGaussian } from "../solvers/data.js";

/** Many regressions of one shape, each with its lambda. */
export interface Batch {
  count: number;
  n: number;
  p: number;
  /** n rows of p for each model, row after row. */
  X: Float64Array;
  y: Float64Array;
  lambdas: Float64Array;
}

const NONZEROS = 5;

/** y = Xw + noise of variance 1, w having 5 ones at random places; lambda is a tenth of lambdaMax. */
export function makeBatch(count: number, n: number, p: number, seed: number): Batch {
  const gaussian = randomGaussian(seed);
  const uniform = randomSigned(seed + 1);
  const batch = {
    count,
    n,
    p,
    X: new Float64Array(count * n * p),
    y: new Float64Array(count * n),
    lambdas: new Float64Array(count),
  };
  for (let m = 0; m < count; ++m) {
    const columns = denseDesign(n, p, seed + 2 + m);
    const y = batch.y.subarray(m * n, (m + 1) * n);
    const places = new Set<number>();
    while (places.size < NONZEROS) places.add(Math.floor(((uniform() + 1) / 2) * p));
    for (let i = 0; i < n; ++i) {
      y[i] = gaussian();
      for (let j = 0; j < p; ++j) {
        const value = columns.values[j * n + i];
        batch.X[(m * n + i) * p + j] = value;
        if (places.has(j)) y[i] += value;
      }
    }
    batch.lambdas[m] = lambdaMax(columns, n, p, y) / 10;
  }
  return batch;
}

/** One model of a batch, its columns in Fortran order. */
export function problemAt({ n, p, X, y, lambdas }: Batch, m: number, l1Ratio: number): Problem {
  const values = new Float64Array(n * p);
  for (let i = 0; i < n; ++i) for (let j = 0; j < p; ++j) values[j * n + i] = X[(m * n + i) * p + j];
  return {
    family: "gaussian",
    outputs: 1,
    n,
    p,
    X: { values },
    y: y.slice(m * n, (m + 1) * n),
    lambdas: lambdas.slice(m, m + 1),
    l1Ratio,
    intercept: false,
  };
}
