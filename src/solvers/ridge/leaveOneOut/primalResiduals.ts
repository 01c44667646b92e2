import { float64, take } from "../../../kernels/arena.js";
import { hidden, loadsOf, type RidgeSpectrum } from "../ridgeSpectrum.js";
import type { UniformRidge } from "../UniformRidge.js";
import { type HatMatrix, type LeaveOneOut, type Tie, tieIntercept } from "./interceptTie.js";

/** Rows of X that are turned into the eigenvectors' basis at a time. */
const CHUNK = 128;

/** In the problem's memory. */
export const primalRoom = (n: number, p: number) => [float64(n), float64(p)] as const;

/** In the spectrum's. */
export function primalLayout(p: number, count: number, isTied: boolean) {
  const [rows, column, fits] = [float64(CHUNK * p), float64(p * count), float64(CHUNK * count)];
  return [rows, rows, fits, fits, column, column, float64(isTied ? p * count : 0)] as const;
}

/** In the basis of eigenvectors, lambda after lambda: 1/(values + mu), and what that makes of Vᵀ·D·Xᵀ·M·y and of Vᵀ·m. */
type Weights = readonly [weights: Float64Array, coefficients: Float64Array, shifts: Float64Array];

/**
 * The first form of leave-one-out, p <= n. Overwrites the eigenvectors.
 */
export function primalResiduals({ form, spectrum, directions, mus, tie }: HatMatrix): LeaveOneOut {
  const { problem } = form;
  const { arena, n, p, y } = problem;
  const { heap, vectors } = spectrum;
  const { product } = heap.kernels;
  const count = mus.length;
  const [target, c] = take(arena, primalRoom(n, p));
  const arrays = take(heap, primalLayout(p, count, tie !== undefined));
  const [chunk, scores, fits, leverages, ...all] = arrays;
  const [weights, coefficients, shifts] = all;
  const q = new Float64Array(tie ? n * count : 0);
  const delta = new Float64Array(tie ? count : 0);
  form.reduceGradient(y, form.c, c);
  weigh(spectrum, mus, loadsOf(spectrum, c), all);
  if (tie !== undefined) weighTie(spectrum, mus, tie, all, delta);
  // D·V
  for (let k = 0; k < p; ++k) for (let j = 0; j < p; ++j) vectors[k * p + j] *= form.d[j];
  target.set(y);
  form.takeOut(target);
  const residuals = new Float64Array(n * count);
  const remainders = new Float64Array(n * count);
  for (let top = 0; top < n; top += CHUNK) {
    const rows = Math.min(CHUNK, n - top);
    /** out ← scores·a, for each lambda. */
    const multiply = (a: Float64Array, out: Float64Array): void => {
      out.fill(0);
      for (let l = 0; l < count; ++l) product(rows, p, scores, 0, 1, a, l * p, out, l * rows);
    };
    takeRows(form, top, rows, chunk);
    scores.fill(0);
    for (let k = 0; k < p; ++k) product(rows, p, chunk, 0, 1, vectors, k * p, scores, k * rows);
    multiply(coefficients, fits);
    if (tie !== undefined) {
      multiply(shifts, leverages);
      for (let l = 0; l < count; ++l) {
        for (let i = 0; i < rows; ++i) q[l * n + top + i] = tie.start[top + i] - leverages[l * rows + i];
      }
    }
    for (let k = 0; k < p * rows; ++k) scores[k] *= scores[k];
    multiply(weights, leverages);
    for (let i = 0; i < rows; ++i) {
      const taken = directions.reduce((sum, direction) => sum + direction[top + i] * direction[top + i], 0);
      for (let l = 0; l < count; ++l) {
        residuals[l * n + top + i] = target[top + i] - fits[l * rows + i];
        remainders[l * n + top + i] = 1 - leverages[l * rows + i] - taken;
      }
    }
  }
  if (tie !== undefined) tieIntercept(y, { residuals, remainders }, q, delta, tie.yMean);
  return { residuals, remainders };
}

function weigh(
  { size: p, values }: RidgeSpectrum,
  mus: Float64Array,
  loads: Float64Array,
  [weights, coefficients]: Weights,
): void {
  mus.forEach((mu, l) => {
    for (let k = 0; k < p; ++k) {
      weights[l * p + k] = 1 / (values[k] + mu);
      coefficients[l * p + k] = loads[k] / (values[k] + mu);
    }
  });
}

/** Sets the shifts and δ; where rounding errors hide an eigenvector, the tie is all there is along it. */
function weighTie(
  spectrum: RidgeSpectrum,
  mus: Float64Array,
  { means, squares, constants }: Tie,
  all: Weights,
  delta: Float64Array,
): void {
  const { size: p, values } = spectrum;
  const loads = loadsOf(spectrum, means);
  const shifts = all[2];
  mus.forEach((mu, l) => {
    delta[l] = squares + (constants > 0 ? constants / mu : 0);
    for (let k = 0; k < p; ++k) {
      shifts[l * p + k] = loads[k] / (values[k] + mu);
      delta[l] += loads[k] * shifts[l * p + k];
    }
    for (const k of hidden(spectrum, mu)) {
      for (const array of all) array[l * p + k] = 0;
      delta[l] = Number.POSITIVE_INFINITY;
    }
  });
}

/** chunk ← some rows of M·X */
function takeRows({ problem, unpenalised }: UniformRidge, top: number, rows: number, chunk: Float64Array): void {
  const { n, p, X } = problem;
  for (let j = 0; j < p; ++j) chunk.set(X.subarray(j * n + top, j * n + top + rows), j * rows);
  unpenalised?.columns.forEach((_, u) => {
    const { Q, H } = unpenalised;
    for (let j = 0; j < p; ++j) for (let i = 0; i < rows; ++i) chunk[j * rows + i] -= Q[u * n + top + i] * H[u * p + j];
  });
}
