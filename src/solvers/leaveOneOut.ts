import { alignedBytes } from "../kernels/arena.js";
import type { DenseProblem } from "./denseProblem.js";
import { type RidgeSpectrum, withSpectrum } from "./ridgeSpectrum.js";
import { reduceGradient, type UniformRidge, uniformRidge, uniformRidgeBytes } from "./uniformRidge.js";

/** Rows of X that are turned into the eigenvectors' basis at a time. */
const CHUNK = 128;

/** Residuals and their divisors, of all rows for each lambda, lambda after lambda. */
export interface LeaveOneOut {
  /** r_i, times a number for each lambda. */
  residuals: Float64Array;
  /** 1 − h_i, times the same number; h_i is the leverage of row i, the intercept's included. */
  remainders: Float64Array;
}

/** The bytes that {@link leaveOneOut} takes from the problem's arena, for q columns without a penalty. */
export function leaveOneOutBytes(n: number, p: number, q: number): number {
  return (
    uniformRidgeBytes(n, p, q) + alignedBytes(8 * p) + alignedBytes(8 * n) + (p <= n ? alignedBytes(8 * p * p) : 0)
  );
}

/**
 * What leave-one-out and generalised cross-validation of ridge need, from one eigendecomposition for all lambdas. The hat matrix
 * of row weights √(s_i/W) is
 *
 *   p <= n:  M·X·D·V·diag(1/(values + mu))·Vᵀ·D·Xᵀ·M + E·Eᵀ
 *   p > n:   I − mu·(V·diag(1/(values + mu))·Vᵀ − E·Eᵀ/(place + mu)),  and r = mu·V·diag(1/(values + mu))·Vᵀ·M·y
 *
 * with E the intercept's direction and those of the unpenalised columns. In the second form the factor mu is left out, so that
 * the quotient of the two stays exact as mu goes to 0. Golub, Heath & Wahba, Generalized cross-validation as a method for choosing a
 * good ridge parameter (1979).
 *
 * @param intercept - The intercept's direction √(s_i/W), if there is one.
 * @returns The index of the first lambda for which there is no unique fit, if there is one.
 */
export function leaveOneOut(
  problem: DenseProblem,
  lambdas: Float64Array,
  intercept: Float64Array | undefined,
): LeaveOneOut | number {
  const { arena, kernels, n, p, X } = problem;
  const form = uniformRidge(problem);
  if (form === undefined) return 0;
  const { unpenalised } = form;
  const directions = intercept === undefined ? [] : [intercept];
  unpenalised?.columns.forEach((_, k) => {
    directions.push(unpenalised.Q.subarray(k * n, (k + 1) * n));
  });
  const mus = lambdas.map((lambda) => lambda / form.unit);
  const gram = arena.float64(p <= n ? p * p : 0);
  if (p <= n) kernels.gram(n, p, X, 0, gram, 0);
  const spare = p <= n ? primalBytes(p, lambdas.length) : dualBytes(n, lambdas.length);
  return withSpectrum(problem, form, gram, directions, spare, (spectrum) => {
    const singular = mus.findIndex(
      (mu) => !(p <= n || mu > 0) || (p <= n && spectrum.values.some((value, k) => !(value + mu > spectrum.floors[k]))),
    );
    if (singular >= 0) return singular;
    return p <= n ? primal(problem, form, directions, spectrum, mus) : dual(problem, form, directions, spectrum, mus);
  });
}

/** M·y */
function projectedTarget(problem: DenseProblem, { unpenalised }: UniformRidge): Float64Array {
  const { arena, kernels, n, y } = problem;
  const target = arena.float64(n);
  target.set(y);
  if (unpenalised !== undefined) {
    kernels.product(n, unpenalised.columns.length, unpenalised.Q, 0, -1, unpenalised.target, 0, target, 0);
  }
  return target;
}

function primalBytes(p: number, count: number): number {
  return 2 * alignedBytes(8 * CHUNK * p) + 2 * alignedBytes(8 * p * count) + 2 * alignedBytes(8 * CHUNK * count);
}

function primal(
  problem: DenseProblem,
  form: UniformRidge,
  directions: readonly Float64Array[],
  { heap, vectors, values }: RidgeSpectrum,
  mus: Float64Array,
): LeaveOneOut {
  const { n, p, X } = problem;
  const { d, unpenalised } = form;
  const { kernels } = heap;
  const count = mus.length;
  const chunk = heap.float64(CHUNK * p);
  const scores = heap.float64(CHUNK * p);
  const weights = heap.float64(p * count);
  const coefficients = heap.float64(p * count);
  const fits = heap.float64(CHUNK * count);
  const leverages = heap.float64(CHUNK * count);
  const c = problem.arena.float64(p);
  reduceGradient(problem, form, problem.y, form.c, c);
  // Vᵀ·c
  const loads = new Float64Array(p);
  for (let k = 0; k < p; ++k) for (let j = 0; j < p; ++j) loads[k] += vectors[k * p + j] * c[j];
  mus.forEach((mu, l) => {
    for (let k = 0; k < p; ++k) {
      weights[l * p + k] = 1 / (values[k] + mu);
      coefficients[l * p + k] = loads[k] / (values[k] + mu);
    }
  });
  // D·V
  for (let k = 0; k < p; ++k) for (let j = 0; j < p; ++j) vectors[k * p + j] *= d[j];
  const target = projectedTarget(problem, form);
  const residuals = new Float64Array(n * count);
  const remainders = new Float64Array(n * count);
  for (let top = 0; top < n; top += CHUNK) {
    const rows = Math.min(CHUNK, n - top);
    for (let j = 0; j < p; ++j) chunk.set(X.subarray(j * n + top, j * n + top + rows), j * rows);
    unpenalised?.columns.forEach((_, u) => {
      const { Q, H } = unpenalised;
      for (let j = 0; j < p; ++j)
        for (let i = 0; i < rows; ++i) chunk[j * rows + i] -= Q[u * n + top + i] * H[u * p + j];
    });
    scores.fill(0);
    for (let k = 0; k < p; ++k) kernels.product(rows, p, chunk, 0, 1, vectors, k * p, scores, k * rows);
    fits.fill(0);
    for (let l = 0; l < count; ++l) kernels.product(rows, p, scores, 0, 1, coefficients, l * p, fits, l * rows);
    for (let k = 0; k < p * rows; ++k) scores[k] *= scores[k];
    leverages.fill(0);
    for (let l = 0; l < count; ++l) kernels.product(rows, p, scores, 0, 1, weights, l * p, leverages, l * rows);
    for (let i = 0; i < rows; ++i) {
      const taken = directions.reduce((sum, direction) => sum + direction[top + i] * direction[top + i], 0);
      for (let l = 0; l < count; ++l) {
        residuals[l * n + top + i] = target[top + i] - fits[l * rows + i];
        remainders[l * n + top + i] = 1 - leverages[l * rows + i] - taken;
      }
    }
  }
  return { residuals, remainders };
}

function dualBytes(n: number, count: number): number {
  return 2 * alignedBytes(8 * n * count);
}

function dual(
  problem: DenseProblem,
  form: UniformRidge,
  directions: readonly Float64Array[],
  { heap, vectors, values, place }: RidgeSpectrum,
  mus: Float64Array,
): LeaveOneOut {
  const { n } = problem;
  const { kernels } = heap;
  const target = projectedTarget(problem, form);
  const count = mus.length;
  const loads = new Float64Array(n);
  for (let k = 0; k < n; ++k) for (let i = 0; i < n; ++i) loads[k] += vectors[k * n + i] * target[i];
  const coefficients = heap.float64(n);
  const out = heap.float64(n);
  const residuals = new Float64Array(n * count);
  const remainders = new Float64Array(n * count);
  const each = (weight: (k: number, mu: number) => number, into: Float64Array): void => {
    mus.forEach((mu, l) => {
      for (let k = 0; k < n; ++k) coefficients[k] = weight(k, mu);
      out.fill(0);
      kernels.product(n, n, vectors, 0, 1, coefficients, 0, out, 0);
      into.set(out, l * n);
    });
  };
  each((k, mu) => loads[k] / (values[k] + mu), residuals);
  for (let k = 0; k < n * n; ++k) vectors[k] *= vectors[k];
  each((k, mu) => 1 / (values[k] + mu), remainders);
  for (let i = 0; i < n; ++i) {
    const taken = directions.reduce((sum, direction) => sum + direction[i] * direction[i], 0);
    mus.forEach((mu, l) => {
      remainders[l * n + i] -= taken / (place + mu);
    });
  }
  return { residuals, remainders };
}
