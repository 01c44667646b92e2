import { float64, type Layout, take } from "../../kernels/arena.js";
import { pulse } from "../../kernels/pulse.js";
import { loss } from "../../losses/gaussian.js";
import { setPenalty } from "../designs/coordinates.js";
import { type Certificate, certify, type Goal, isConverged, type Solution } from "../problems/certificate.js";
import type { DenseProblem } from "../problems/DenseProblem.js";
import { ridgeCholesky, ridgeCholeskyLayout } from "./ridgeCholesky.js";
import { krylovCap, krylovLayout, RidgeKrylov } from "./ridgeKrylov.js";
import { gramLayout, gramOf, type RidgeSpectrum, withSpectrum } from "./ridgeSpectrum.js";
import { gradientNoise, UniformRidge, uniformRidgeLayout } from "./UniformRidge.js";

/** Up to this many penalties, a Cholesky factorisation for each is quicker than one eigendecomposition for all. */
const FEW = 8;
/** Below this many steps for the price of a decomposition, Krylov's method is not worth its start. */
const SHORTEST = 16;
/** A decomposition is for matrices up to this size. */
const LARGEST = 2000;
/** Steps over which Krylov's rate of convergence is measured. */
const WINDOW = 6;
/** Krylov's method goes on until the estimate is this share of the tolerance; the smaller one is for tolerances below `FINE`. */
const TARGET = 0.9;
const FINE_TARGET = 1e-5;
const FINE = 1e-13;
/** ‖r‖² is computed from r where it is less than this share of the terms that it is left over from. */
const CANCELLED = 1e-4;
/** Steps of iterative refinement at the most; they stop when they no longer help. */
const REFINEMENTS = 8;

/**
 * Called for one lambda after the other, the solution being `problem.b` with its gradient in `problem.z`; `problem.r` holds
 * anything. No solution: the system is singular, or lambda is 0; then b, r and z are at 0, for another solver. The path ends
 * where this returns false.
 */
export type RidgeRecorder = (index: number, solution: Solution | undefined) => boolean;

const primalLayout = (p: number) => [float64(p), float64(p)] as const;

const dualLayout = (n: number, p: number) => [float64(n), float64(p), float64(p)] as const;

/** For q columns without a penalty. */
export const ridgePathLayout = (n: number, p: number, q: number): Layout => [
  uniformRidgeLayout(n, p, q),
  krylovLayout(n, p),
  Math.min(n, p) > LARGEST
    ? []
    : [ridgeCholeskyLayout(n, p), gramLayout(n, p), p <= n ? primalLayout(p) : dualLayout(n, p)],
];

/**
 * Ridge for all lambdas at once, descending, for l1 = 0 and no bounds: from one Krylov space as long as that converges at a
 * lower price than decomposing the smaller Gram matrix, from the decomposition for the lambdas that are left. Certificates
 * are of the coefficients as they are returned, their gradients put together from products that were really computed; where
 * rounding could make a difference to the verdict, the gradient is recomputed from X.
 */
export function ridgePath(problem: DenseProblem): (lambdas: Float64Array, goal: Goal, record: RidgeRecorder) => void {
  const form = UniformRidge.of(problem);
  return (lambdas, goal, record) => {
    let index = 0;
    let open = true;
    const add: Add = (solution) => {
      if (solution === undefined) {
        problem.b.fill(0);
        problem.refresh();
      }
      open = record(index, solution);
      index += 1;
      return open && index < lambdas.length;
    };
    if (form !== undefined) {
      // Descending, so that a lambda of 0 comes last.
      const positive = lambdas.filter((lambda) => lambda > 0);
      if (positive.length > 0) krylov(form, positive, goal, add);
      if (open && index < positive.length && Math.min(problem.n, problem.p) <= LARGEST) {
        direct(form, positive.subarray(index), positive.length <= FEW, goal, add);
      }
    }
    while (open && index < lambdas.length) add(undefined);
  };
}

/**
 * The certificate from the gradient z and ‖r‖² as they are, where all columns are penalised: the gap of the dual point r is
 * Σ_j (z_j − l2_j·b_j)²/(2·l2_j), and no other multiple of r is better without an l1.
 */
function assessSmooth({ eligible, b, z, l2 }: DenseProblem, residualSquares: number): Certificate {
  let penalty = 0;
  let gap = 0;
  let violation = 0;
  for (const j of eligible) {
    // An l2 that overflows leaves b = 0.
    const pull = b[j] === 0 ? 0 : l2[j] * b[j];
    const gradient = z[j] - pull;
    penalty += pull * b[j];
    gap += (gradient * gradient) / l2[j];
    violation = Math.max(violation, Math.abs(gradient));
  }
  return {
    kind: "gap",
    objective: loss(residualSquares) + 0.5 * penalty,
    gap: 0.5 * gap,
    violation,
    fit: residualSquares,
  };
}

/** The certificate with an error of the gradient in its gap, on the uniform scale where that is ‖gradient‖²/(2·mu). */
function withNoise(certificate: Certificate, noise: number, mu: number): Certificate {
  const length = Math.sqrt(2 * mu * certificate.gap) + noise;
  return { ...certificate, gap: (length * length) / (2 * mu) };
}

/**
 * The solution that b and z make, z being within `noise` of the gradient: by the certificate that follows from z if that is safe,
 * otherwise by the one that is recomputed from X.
 */
function judge(form: UniformRidge, lambda: number, noise: number, goal: Goal, iterations: number): Solution {
  const { problem } = form;
  const { kernels, n, p, X, y, b, r, z, convergenceScale } = problem;
  const { dot, sumSquares } = kernels.float64;
  if (noise < Number.POSITIVE_INFINITY && form.unpenalised === undefined) {
    // r·r = r·y − r·X·b
    let residualSquares = form.squares - dot(p, b, 0, form.c, 0) - dot(p, b, 0, z, 0);
    let terms = form.squares;
    for (let j = 0; j < p; ++j) terms += Math.abs(b[j] * form.c[j]) + Math.abs(b[j] * z[j]);
    if (!(residualSquares > CANCELLED * terms)) {
      r.set(y);
      kernels.product(n, p, X, 0, -1, b, 0, r, 0);
      residualSquares = sumSquares(n, r, 0);
    }
    const certificate = withNoise(assessSmooth(problem, residualSquares), noise, lambda / form.unit);
    if (isConverged(certificate, goal.tolerance, convergenceScale)) return { certificate, converged: true, iterations };
  }
  const certificate = certify(problem);
  const converged = isConverged(certificate, goal.tolerance, convergenceScale);
  return { certificate, converged, iterations };
}

/** Adds one solution, or that there is none; false when no more are wanted. */
type Add = (solution: Solution | undefined) => boolean;

/** Steps of Krylov's method for about the price of factorising the smaller Gram matrix once or, for a few penalties, each time. */
function stepsForDecomposition(n: number, p: number, count: number): number {
  const size = Math.min(n, p);
  if (size > LARGEST) return Number.POSITIVE_INFINITY;
  const cubes = count <= FEW ? 0.1 * count : 1.4;
  return 0.15 * size + cubes * size * (size / n) * (size / p);
}

/** Adds the solutions, from the largest lambda on, that Krylov's method reaches at a lower price than a decomposition. */
function krylov(form: UniformRidge, lambdas: Float64Array, goal: Goal, add: Add): void {
  const { problem } = form;
  const { n, p, convergenceScale } = problem;
  const budget = Math.min(krylovCap(n, p), stepsForDecomposition(n, p, lambdas.length));
  if (budget < SHORTEST) return;
  const space = new RidgeKrylov(form, lambdas);
  const steepest = form.d.reduce((largest, d) => (d > 0 ? Math.max(largest, 1 / d) : largest), 0);
  /** At most 1 where the solution for a penalty is within the tolerance. */
  const left = (i: number): number => {
    const length = space.gradientLength(i);
    if (form.unpenalised !== undefined) return (length * steepest) / (goal.tolerance * goal.lambdaMax);
    return (length * length * form.unit) / (2 * lambdas[i] * goal.tolerance * convergenceScale);
  };
  const isFine = goal.tolerance < FINE;
  const target = isFine ? FINE_TARGET : TARGET;
  const distances: number[] = [];
  // The smallest lambda is the last to converge.
  while (space.extend()) {
    pulse();
    distances.push(left(lambdas.length - 1));
    const reached = distances[distances.length - 1];
    if (reached <= target) break;
    if (space.size >= Math.max(WINDOW + 1, budget / 8)) {
      const rate = reached / distances[distances.length - 1 - WINDOW];
      let steps = space.size;
      for (let ahead = reached; ahead > target && steps <= budget; ahead *= rate) steps += WINDOW;
      if (steps > budget) break;
    }
  }
  for (let i = 0; i < lambdas.length && left(i) <= (isFine ? target : 1); ++i) {
    setPenalty(problem, lambdas[i], 0);
    const solution = judge(form, lambdas[i], space.solve(i), goal, space.size);
    if (!solution.converged || !add(solution)) return;
  }
}

/**
 * Adds the solutions for all lambdas: by Cholesky factorisations for a few, by one eigendecomposition for many, and where the one
 * does not reach the tolerance by the other.
 */
function direct(form: UniformRidge, lambdas: Float64Array, few: boolean, goal: Goal, add: Add): void {
  const { problem } = form;
  const { n, p, b } = problem;
  let cholesky: ReturnType<typeof ridgeCholesky> | undefined;
  const factorise = (): Solution | undefined => {
    cholesky ??= ridgeCholesky(problem);
    return cholesky(goal);
  };
  let done = 0;
  for (; few && done < lambdas.length; ++done) {
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

/** How far a solution is from the minimum, in its own measure. */
function distance({ certificate: { kind, gap, violation } }: Solution): number {
  return kind === "gap" ? gap : violation;
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
