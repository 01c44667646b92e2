import { float64, type Layout, take } from "../../kernels/arena.js";
import { setPenalty } from "../designs/coordinates.js";
import type { Goal, Solution } from "../problems/certificate.js";
import { distance, judge } from "./judge.js";
import { ridgeCholesky, ridgeCholeskyLayout } from "./ridgeCholesky.js";
import { gramLayout, gramOf, type RidgeSpectrum, withSpectrum } from "./ridgeSpectrum.js";
import { gradientNoise, type UniformRidge } from "./UniformRidge.js";

/** Up to this many penalties, a Cholesky factorisation for each is quicker than one eigendecomposition for all. */
const FEW = 8;
/** A decomposition is for matrices up to this size. */
const LARGEST = 2000;
/** Tolerances below this are fine ones: what meets them is not yet exact. */
export const FINE = 1e-13;
/** Steps of iterative refinement at the most; they stop when they no longer help. */
const REFINEMENTS = 8;

const primalLayout = (p: number) => [float64(p), float64(p)] as const;

const dualLayout = (n: number, p: number) => [float64(n), float64(p), float64(p)] as const;

/** Whether the smaller Gram matrix is of a size to be decomposed. */
export const canBeDirect = (n: number, p: number): boolean => Math.min(n, p) <= LARGEST;

export const directLayout = (n: number, p: number): Layout => [
  ridgeCholeskyLayout(n, p),
  gramLayout(n, p),
  p <= n ? primalLayout(p) : dualLayout(n, p),
];

/** Adds one solution, or that there is none; false when no more are wanted. */
export type Add = (solution: Solution | undefined) => boolean;

/** Steps of Krylov's method for about the price of factorising the smaller Gram matrix once or, for a few penalties, each time. */
export function stepsForDirect(n: number, p: number, count: number): number {
  const size = Math.min(n, p);
  if (!canBeDirect(n, p)) return Number.POSITIVE_INFINITY;
  const cubes = count <= FEW ? 0.1 * count : 1.4;
  return 0.15 * size + cubes * size * (size / n) * (size / p);
}

/**
 * Adds the solutions for all lambdas: by Cholesky factorisations for a few, by one eigendecomposition for many, and where the one
 * does not reach the tolerance by the other.
 *
 * @param count - How many lambdas the whole path has.
 */
export function directPath(form: UniformRidge, lambdas: Float64Array, count: number, goal: Goal, add: Add): void {
  const { problem } = form;
  const { n, p, b } = problem;
  let cholesky: ReturnType<typeof ridgeCholesky> | undefined;
  const factorise = (): Solution | undefined => {
    cholesky ??= ridgeCholesky(problem);
    return cholesky(goal);
  };
  let done = 0;
  for (; count <= FEW && done < lambdas.length; ++done) {
    setPenalty(problem, lambdas[done], 0);
    const solution = factorise();
    if (!solution?.converged) break;
    if (!add(solution)) return;
  }
  if (done === lambdas.length) return;
  const gram = gramOf(problem);
  withSpectrum(form, gram, [], [], (spectrum) => {
    const solve = p <= n ? primal(form, gram, spectrum) : dual(form, spectrum);
    for (const lambda of lambdas.subarray(done)) {
      setPenalty(problem, lambda, 0);
      let solution: Solution | undefined = solve(lambda, goal);
      if (!solution.converged) {
        const before = b.slice();
        const other = factorise();
        if (other === undefined || distance(other) < distance(solution)) solution = other;
        else {
          b.set(before);
          solution = judge(form, lambda, Number.POSITIVE_INFINITY, goal, 1);
        }
      }
      if (!add(solution)) return;
    }
  });
}

/**
 * Corrects until the solution is within the tolerance, or no longer gets much better.
 *
 * @param correct - Corrects b for the gradient or the residual that is left, the first time from 0; returns the noise that the new z has.
 */
function improve(form: UniformRidge, lambda: number, goal: Goal, correct: (first: boolean) => number): Solution {
  const { b } = form.problem;
  let solution = judge(form, lambda, correct(true), goal, 1);
  // The gap is the square of the error in b, so a fine tolerance is met before b is exact.
  const least = goal.tolerance < FINE ? 1 : 0;
  for (let step = 0; step < REFINEMENTS && (step < least || !solution.converged); ++step) {
    const before = b.slice();
    const next = judge(form, lambda, correct(false), goal, 1);
    if (!(distance(next) <= distance(solution))) {
      b.set(before);
      return judge(form, lambda, Number.POSITIVE_INFINITY, goal, 1);
    }
    const helped = distance(next) < 0.5 * distance(solution);
    solution = next;
    if (!helped) break;
  }
  return solution;
}

/** a ← a + (D·Xᵀ·M·X·D + mu·I)⁻¹·g, where g = D·Xᵀ·M·r − mu·a is the gradient that is left. */
function primal(form: UniformRidge, gram: Float64Array, { values, apply }: RidgeSpectrum) {
  const { arena, kernels, p, y, b, r, z } = form.problem;
  const [a, g] = take(arena, primalLayout(p));
  const norm = values.reduce((largest, value) => Math.max(largest, value), 0);
  const length = (x: Float64Array): number => Math.sqrt(kernels.float64.sumSquares(p, x, 0));
  return (lambda: number, goal: Goal): Solution => {
    const mu = lambda / form.unit;
    return improve(form, lambda, goal, (first) => {
      if (first) {
        a.fill(0);
        b.fill(0);
      }
      form.reduceGradient(first ? y : r, first ? form.c : z, g);
      kernels.float64.axpy(p, -mu, a, 0, g, 0);
      const start = length(g);
      // Too short a step where an eigenvalue is lost in rounding errors still leads to the solution.
      apply((value, floor) => 1 / (Math.max(value, floor) + mu), g, g);
      kernels.float64.axpy(p, 1, g, 0, a, 0);
      form.moveCoefficients(a, first ? y : r);
      if (!first) return Number.POSITIVE_INFINITY;
      z.set(form.c);
      kernels.product(p, p, gram, 0, -1, b, 0, z, 0);
      return gradientNoise(start, norm, length(a));
    });
  };
}

/**
 * With K = M·X·D²·Xᵀ·M, first a = D·Xᵀ·M·α for (K + mu·I)·α = M·y as far as K has a say in it, then corrections
 *
 * ```text
 * a ← a + (g − D·Xᵀ·M·(K + mu·I)⁻¹·M·X·D·g)/mu
 * ```
 *
 * for the gradient g that is left, which is (D·Xᵀ·M·X·D + mu·I)⁻¹·g by Woodbury's identity.
 */
function dual(form: UniformRidge, { apply }: RidgeSpectrum) {
  const { arena, kernels, n, p, X, y, b, r, z } = form.problem;
  const { d } = form;
  const [alpha, g, a] = take(arena, dualLayout(n, p));
  return (lambda: number, goal: Goal): Solution => {
    const mu = lambda / form.unit;
    return improve(form, lambda, goal, (first) => {
      if (first) {
        alpha.set(y);
        form.takeOut(alpha);
        apply((value, floor) => (value > floor ? 1 / (value + mu) : 0), alpha, alpha);
        form.takeOut(alpha);
        kernels.transposedProduct(n, p, X, 0, alpha, 0, a, 0);
        for (let j = 0; j < p; ++j) a[j] *= d[j];
        b.fill(0);
        form.moveCoefficients(a, y);
        return Number.POSITIVE_INFINITY;
      }
      form.reduceGradient(r, z, g);
      kernels.float64.axpy(p, -mu, a, 0, g, 0);
      kernels.float64.axpy(p, 1 / mu, g, 0, a, 0);
      for (let j = 0; j < p; ++j) g[j] *= d[j];
      alpha.fill(0);
      kernels.product(n, p, X, 0, 1, g, 0, alpha, 0);
      form.takeOut(alpha);
      apply((value) => 1 / ((value + mu) * mu), alpha, alpha);
      form.takeOut(alpha);
      kernels.transposedProduct(n, p, X, 0, alpha, 0, g, 0);
      for (let j = 0; j < p; ++j) a[j] -= d[j] * g[j];
      form.moveCoefficients(a, r);
      return Number.POSITIVE_INFINITY;
    });
  };
}
