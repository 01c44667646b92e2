import type { Layout } from "../../../kernels/arena.js";
import type { DenseProblem } from "../../problems/DenseProblem.js";
import { gramLayout, gramOf, hidden, loadsOf, type RidgeSpectrum, withSpectrum } from "../ridgeSpectrum.js";
import { UniformRidge, uniformRidgeLayout } from "../UniformRidge.js";
import { dualLayout, dualResiduals, dualRoom } from "./dualResiduals.js";
import { type Centres, type LeaveOneOut, type Tie, tieOf } from "./interceptTie.js";
import { primalLayout, primalResiduals, primalRoom } from "./primalResiduals.js";

/** For q columns without a penalty. */
export const leaveOneOutLayout = (n: number, p: number, q: number): Layout => [
  uniformRidgeLayout(n, p, q),
  gramLayout(n, p),
  p <= n ? primalRoom(n, p) : dualRoom(n, p),
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
  const form = UniformRidge.of(problem);
  if (form === undefined) return 0;
  const { unpenalised } = form;
  const tie = direction && centres && tieOf(form, direction, centres);
  const directions = direction ? [direction] : [];
  unpenalised?.columns.forEach((_, k) => {
    directions.push(unpenalised.Q.subarray(k * n, (k + 1) * n));
  });
  const mus = lambdas.map((lambda) => lambda / form.unit);
  const gram = gramOf(problem);
  const spare = p <= n ? primalLayout(p, lambdas.length, tie !== undefined) : dualLayout(n);
  return withSpectrum(form, gram, directions, spare, (spectrum) => {
    const singular = mus.findIndex((mu) => (p <= n ? !isRegular(spectrum, mu, tie) : !(mu > 0)));
    if (singular >= 0) return singular;
    const hat = { form, spectrum, directions, mus, tie };
    return p <= n ? primalResiduals(hat) : dualResiduals(hat);
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
