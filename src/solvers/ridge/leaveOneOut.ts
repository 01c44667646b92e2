import { float64, type Layout, take } from "../../kernels/arena.js";
import type { DenseProblem } from "../problems/DenseProblem.js";
import { type Centres, type LeaveOneOut, type Tie, tieIntercept, tieOf } from "./interceptTie.js";
import { primalLayout, primalResiduals } from "./primalResiduals.js";
import { gramLayout, gramOf, hidden, loadsOf, type RidgeSpectrum, withSpectrum } from "./ridgeSpectrum.js";
import { reduceGradient, takeOut, type UniformRidge, uniformRidge, uniformRidgeLayout } from "./uniformRidge.js";

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
    if (p > n) return dual(problem, form, directions, spectrum, mus, tie);
    const [target, , c] = take(problem.arena, ownLayout(n, p));
    return primalResiduals(problem, form, directions, spectrum, mus, tie, target, c);
  });
}

/** Loads of m on the eigenvectors below this share of its length are rounding errors. */
const LEAST_LOAD = 1e-10;

/** Whether the fit is unique: no direction is without penalty and data, but one that only the mean of its columns is seen in. */
function isRegular(spectrum: RidgeSpectrum, mu: number, tie: Tie | undefined): boolean {
  const [first, ...others] = hidden(spectrum, mu);
  if (first === undefined) return true;
  if (tie === undefined || others.length > 0 || (mu === 0 && tie.constants > 0)) return false;
  const loads = loadsOf(spectrum, tie.means);
  return Math.abs(loads[first]) > LEAST_LOAD * Math.sqrt(loads.reduce((sum, load) => sum + load * load, 0));
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
