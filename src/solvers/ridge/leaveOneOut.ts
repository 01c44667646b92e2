import { float64, type Layout, take } from "../../kernels/arena.js";
import type { DenseProblem } from "../problems/DenseProblem.js";
import { gramLayout, gramOf, type RidgeSpectrum, withSpectrum } from "./ridgeSpectrum.js";
import { reduceGradient, takeOut, type UniformRidge, uniformRidge, uniformRidgeLayout } from "./uniformRidge.js";

/** Rows of X that are turned into the eigenvectors' basis at a time. */
const CHUNK = 128;

/** Residuals and their divisors, of all rows for each lambda, lambda after lambda. */
export interface LeaveOneOut {
  /** r_i, times a number for each lambda. */
  residuals: Float64Array;
  /** 1 − h_i, times the same number; h_i is the leverage of row i, the intercept's included. */
  remainders: Float64Array;
}

/** What centring has taken of a fit without an intercept: its columns are X + e·meansᵀ, its response is y + e·yMean, e = √(s_i/W). */
export interface Centres {
  /** 0 for columns that have no coefficient. */
  means: Float64Array;
  yMean: number;
}

const ownLayout = (n: number, p: number) => [float64(n), float64(n), float64(p)] as const;

/** For q columns without a penalty. */
export const leaveOneOutLayout = (n: number, p: number, q: number): Layout => [
  uniformRidgeLayout(n, p, q),
  gramLayout(n, p),
  ownLayout(n, p),
];

/**
 * What leave-one-out and generalised cross-validation of ridge need, from one eigendecomposition for all lambdas. The hat matrix
 * of row weights √(s_i/W) is
 *
 * ```text
 * p <= n:  M·X·D·V·diag(1/(values + mu))·Vᵀ·D·Xᵀ·M + E·Eᵀ
 * p > n:   I − mu·(V·diag(1/(values + mu))·Vᵀ − E·Eᵀ/(place + mu))
 *          r = mu·V·diag(1/(values + mu))·Vᵀ·M·y
 * ```
 *
 * with E the intercept's direction and those of the unpenalised columns. In the second form the factor mu is left out, so that
 * the quotient of the two stays exact as mu goes to 0. Golub, Heath & Wahba, Generalized cross-validation as a method for choosing a
 * good ridge parameter (1979).
 *
 * A fit without an intercept is that of the centred columns, whose intercept is tied to means·w, so that columns far from 0 lose
 * nothing. Its hat matrix is the one above less q·qᵀ/δ,
 *
 * ```text
 * q = e − Q·c − M·X·D·u,   δ = 1 + ‖c‖² + mᵀu,   Rᵀ·c = means of the unpenalised
 * m = D·(means − Xᵀ·Q·c),   (D·Xᵀ·M·X·D + mu)·u = m
 * ```
 *
 * @param direction - e = √(s_i/W), the intercept's direction; undefined for the fit of the columns as they are.
 * @param centres - Of a fit without an intercept.
 * @returns The index of the first lambda for which there is no unique fit, if there is one.
 */
export function leaveOneOut(
  problem: DenseProblem,
  lambdas: Float64Array,
  direction: Float64Array | undefined,
  centres: Centres | undefined,
): LeaveOneOut | number {
  const { n, p } = problem;
  const form = uniformRidge(problem);
  if (form === undefined) return 0;
  const { unpenalised } = form;
  const tie = direction && centres && tieOf(problem, form, direction, centres);
  const directions = direction ? [direction] : [];
  unpenalised?.columns.forEach((_, k) => {
    directions.push(unpenalised.Q.subarray(k * n, (k + 1) * n));
  });
  const mus = lambdas.map((lambda) => lambda / form.unit);
  const gram = gramOf(problem);
  const spare = p <= n ? primalLayout(p, lambdas.length, tie !== undefined) : dualLayout(n);
  return withSpectrum(problem, form, gram, directions, spare, (spectrum) => {
    const singular = mus.findIndex((mu) => (p <= n ? !isRegular(spectrum, mu, tie) : !(mu > 0)));
    if (singular >= 0) return singular;
    return p <= n
      ? primal(problem, form, directions, spectrum, mus, tie)
      : dual(problem, form, directions, spectrum, mus, tie);
  });
}

/** The tie of the intercept to the coefficients. */
interface Tie {
  /** m */
  means: Float64Array;
  /** e − Q·c */
  start: Float64Array;
  /** 1 + ‖c‖² */
  squares: number;
  /** Σ d_j²·means_j² over the columns that are all mean, which add it over mu to δ. */
  constants: number;
  yMean: number;
}

/** undefined where columns without a penalty make the intercept free. */
function tieOf(
  { n, p, eligible, penaltyFactor }: DenseProblem,
  { unit, d, unpenalised }: UniformRidge,
  direction: Float64Array,
  centres: Centres,
): Tie | undefined {
  const { columns = new Int32Array(0), Q, R, H } = unpenalised ?? {};
  const q = columns.length;
  const c = new Float64Array(q);
  for (let k = 0; Q !== undefined && R !== undefined && k < q; ++k) {
    let sum = centres.means[columns[k]];
    for (let i = 0; i < k; ++i) sum -= R[k][i] * c[i];
    c[k] = sum / R[k][k];
  }
  const isEligible = new Uint8Array(p);
  for (const j of eligible) isEligible[j] = 1;
  const means = new Float64Array(p);
  let constants = 0;
  for (let j = 0; j < p; ++j) {
    let rest = centres.means[j];
    let size = Math.abs(rest);
    for (let k = 0; H !== undefined && k < q; ++k) {
      rest -= H[k * p + j] * c[k];
      size += Math.abs(H[k * p + j] * c[k]);
    }
    if (isEligible[j] === 0) {
      if (centres.means[j] === 0) continue;
      if (penaltyFactor[j] === 0) return undefined;
      constants += (centres.means[j] / unit) * (centres.means[j] / penaltyFactor[j]);
    } else if (penaltyFactor[j] > 0) means[j] = d[j] * rest;
    // Centred, the column depends on the others; as it is, it does not.
    else if (!columns.includes(j) && Math.abs(rest) > 64 * (n + p) * Number.EPSILON * size) return undefined;
  }
  const start = direction.slice();
  for (let k = 0; Q !== undefined && k < q; ++k) for (let i = 0; i < n; ++i) start[i] -= c[k] * Q[k * n + i];
  return { means, start, squares: 1 + c.reduce((sum, x) => sum + x * x, 0), constants, yMean: centres.yMean };
}

/** Loads of m on the eigenvectors below this share of its length are rounding errors. */
const LEAST_LOAD = 1e-10;

/** The eigenvectors that rounding errors hide. */
function hidden({ values, floors }: RidgeSpectrum, mu: number): number[] {
  return [...values.keys()].filter((k) => !(values[k] + mu > floors[k]));
}

/** Vᵀ·x */
function loadsOf({ size, vectors }: RidgeSpectrum, x: Float64Array): Float64Array {
  const loads = new Float64Array(size);
  for (let k = 0; k < size; ++k) for (let j = 0; j < size; ++j) loads[k] += vectors[k * size + j] * x[j];
  return loads;
}

/** Whether the fit is unique: no direction is without penalty and data, but one that only the mean of its columns is seen in. */
function isRegular(spectrum: RidgeSpectrum, mu: number, tie: Tie | undefined): boolean {
  const [first, ...others] = hidden(spectrum, mu);
  if (first === undefined) return true;
  if (tie === undefined || others.length > 0 || (mu === 0 && tie.constants > 0)) return false;
  const loads = loadsOf(spectrum, tie.means);
  return Math.abs(loads[first]) > LEAST_LOAD * Math.sqrt(loads.reduce((sum, load) => sum + load * load, 0));
}

/** Adds q·(yMean + qᵀ·y)/δ to residuals and q²/δ to remainders, q of each lambda one after the other. */
function tieIntercept(
  y: Float64Array,
  { residuals, remainders }: LeaveOneOut,
  q: Float64Array,
  delta: Float64Array,
  yMean: number,
): void {
  const n = y.length;
  delta.forEach((divisor, l) => {
    if (!(divisor < Number.POSITIVE_INFINITY)) return;
    let total = yMean;
    for (let i = 0; i < n; ++i) total += q[l * n + i] * y[i];
    for (let i = l * n; i < (l + 1) * n; ++i) {
      residuals[i] += q[i] * (total / divisor);
      remainders[i] += q[i] * (q[i] / divisor);
    }
  });
}

function primalLayout(p: number, count: number, isTied: boolean) {
  const [rows, column, fits] = [float64(CHUNK * p), float64(p * count), float64(CHUNK * count)];
  return [rows, rows, column, column, fits, fits, float64(isTied ? p * count : 0)] as const;
}

function primal(
  problem: DenseProblem,
  form: UniformRidge,
  directions: readonly Float64Array[],
  spectrum: RidgeSpectrum,
  mus: Float64Array,
  tie: Tie | undefined,
): LeaveOneOut {
  const { n, p, X } = problem;
  const { heap, vectors, values } = spectrum;
  const { d, unpenalised } = form;
  const { kernels } = heap;
  const count = mus.length;
  const arrays = take(heap, primalLayout(p, count, tie !== undefined));
  const [chunk, scores, weights, coefficients, fits, leverages, shifts] = arrays;
  const [target, , c] = take(problem.arena, ownLayout(n, p));
  const q = new Float64Array(tie ? n * count : 0);
  const delta = new Float64Array(tie ? count : 0);
  reduceGradient(problem, form, problem.y, form.c, c);
  // Vᵀ·c
  const loads = loadsOf(spectrum, c);
  const meanLoads = tie && loadsOf(spectrum, tie.means);
  mus.forEach((mu, l) => {
    for (let k = 0; k < p; ++k) {
      weights[l * p + k] = 1 / (values[k] + mu);
      coefficients[l * p + k] = loads[k] / (values[k] + mu);
    }
    if (tie === undefined || meanLoads === undefined) return;
    delta[l] = tie.squares + (tie.constants > 0 ? tie.constants / mu : 0);
    for (let k = 0; k < p; ++k) {
      shifts[l * p + k] = meanLoads[k] / (values[k] + mu);
      delta[l] += meanLoads[k] * shifts[l * p + k];
    }
    for (const k of hidden(spectrum, mu)) {
      weights[l * p + k] = 0;
      coefficients[l * p + k] = 0;
      shifts[l * p + k] = 0;
      delta[l] = Number.POSITIVE_INFINITY;
    }
  });
  // D·V
  for (let k = 0; k < p; ++k) for (let j = 0; j < p; ++j) vectors[k * p + j] *= d[j];
  target.set(problem.y);
  takeOut(problem, form, target);
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
    if (tie !== undefined) {
      leverages.fill(0);
      for (let l = 0; l < count; ++l) {
        kernels.product(rows, p, scores, 0, 1, shifts, l * p, leverages, l * rows);
        for (let i = 0; i < rows; ++i) q[l * n + top + i] = tie.start[top + i] - leverages[l * rows + i];
      }
    }
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
  if (tie !== undefined) tieIntercept(problem.y, { residuals, remainders }, q, delta, tie.yMean);
  return { residuals, remainders };
}

const dualLayout = (n: number) => [float64(n), float64(n)] as const;

function dual(
  problem: DenseProblem,
  form: UniformRidge,
  directions: readonly Float64Array[],
  spectrum: RidgeSpectrum,
  mus: Float64Array,
  tie: Tie | undefined,
): LeaveOneOut {
  const { arena, n, p, X } = problem;
  const { heap, vectors, values, place } = spectrum;
  const { kernels } = heap;
  const [target, own, products] = take(arena, ownLayout(n, p));
  target.set(problem.y);
  takeOut(problem, form, target);
  const count = mus.length;
  const loads = loadsOf(spectrum, target);
  const [coefficients, out] = take(heap, dualLayout(n));
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
  const q = new Float64Array(tie ? n * count : 0);
  const delta = new Float64Array(tie ? count : 0);
  if (tie !== undefined) {
    const meanLoads = loadsOf(spectrum, spread(problem, form, tie.means));
    each((k, mu) => meanLoads[k] / (values[k] + mu), q);
    mus.forEach((mu, l) => {
      const v = q.subarray(l * n, (l + 1) * n);
      // mu·δ = mu·(1 + ‖c‖² + ‖v‖²) + ‖m − D·Xᵀ·M·v‖², v = M·X·D·u
      own.set(v);
      problem.kernels.transposedProduct(n, p, X, 0, own, 0, products, 0);
      reduceGradient(problem, form, own, products, products);
      const rest = products.reduce((sum, value, j) => sum + (tie.means[j] - value) * (tie.means[j] - value), 0);
      delta[l] = mu * v.reduce((sum, value) => sum + value * value, tie.squares) + rest + tie.constants;
      for (let i = 0; i < n; ++i) v[i] = tie.start[i] - v[i];
    });
  }
  for (let k = 0; k < n * n; ++k) vectors[k] *= vectors[k];
  each((k, mu) => 1 / (values[k] + mu), remainders);
  for (let i = 0; i < n; ++i) {
    const taken = directions.reduce((sum, direction) => sum + direction[i] * direction[i], 0);
    mus.forEach((mu, l) => {
      remainders[l * n + i] -= taken / (place + mu);
    });
  }
  if (tie !== undefined) tieIntercept(problem.y, { residuals, remainders }, q, delta, tie.yMean);
  return { residuals, remainders };
}

/** M·X·D·a */
function spread({ n, p, X }: DenseProblem, { d, unpenalised }: UniformRidge, a: Float64Array): Float64Array {
  const out = new Float64Array(n);
  for (let j = 0; j < p; ++j) {
    const b = d[j] * a[j];
    if (b !== 0) for (let i = 0; i < n; ++i) out[i] += X[j * n + i] * b;
  }
  unpenalised?.columns.forEach((_, k) => {
    const Q = unpenalised.Q.subarray(k * n, (k + 1) * n);
    const load = out.reduce((sum, value, i) => sum + value * Q[i], 0);
    for (let i = 0; i < n; ++i) out[i] -= load * Q[i];
  });
  return out;
}
