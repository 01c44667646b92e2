import { randomSigned } from "../random.js";

/** Sparse rows with the same number of entries each: row i has those from i·nonzeros on. */
export interface Stream {
  rows: number;
  p: number;
  nonzeros: number;
  indices: Int32Array;
  values: Float64Array;
  y: Float64Array;
}

/** Rows of `nonzeros` distinct columns anywhere in p, values in [−1, 1), and a target that one column in ten has a part in, with noise. */
export function makeStream(rows: number, p: number, nonzeros: number, seed: number): Stream {
  const next = randomSigned(seed);
  const truth = Float64Array.from({ length: p }, (_, j) => (j % 10 === 0 ? next() : 0));
  const indices = new Int32Array(rows * nonzeros);
  const values = new Float64Array(rows * nonzeros);
  const y = new Float64Array(rows);
  for (let i = 0, k = 0; i < rows; ++i) {
    const start = k;
    let eta = 0.5 + 0.1 * next();
    while (k < start + nonzeros) {
      const j = Math.floor(((next() + 1) / 2) * p);
      if (indices.subarray(start, k).includes(j)) continue;
      indices[k] = j;
      values[k] = next();
      eta += truth[j] * values[k++];
    }
    y[i] = eta;
  }
  return { rows, p, nonzeros, indices, values, y };
}
