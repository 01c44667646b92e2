import { float64, int32, type Layout, take } from "../kernels/arena.js";
import { coordinates, coordinatesLayout, pack, ROUNDINGS, setPenalty } from "./designs/coordinates.js";
import { GramSolver } from "./GramSolver.js";
import { assess, type Certificate, type Goal, isConverged } from "./problems/certificate.js";
import { GramProblem } from "./problems/GramProblem.js";
import { TallGram } from "./problems/TallGram.js";
import type { StrategySolution } from "./Solver.js";
import { type Fitted, type Residual, residualsOf } from "./sums/tall/residualsOf.js";

/** The share of the tolerance to which rough problems are solved. */
const SHARE = 0.05;
/** The share of the tolerance up to which the rough products tell enough. */
const ENOUGH = 0.9;
/**
 * What z, which is kept from one step to the next and from one lambda to the next, may be off by, relative to what it is of: millions of roundings, and a
 * small part of what rough products are off by.
 */
const KEPT = 1e-9;
/** Rounding errors of norms, and of sums of rough products, relative to what these may be off by. */
const INEXACT = 1 + 1e-6;

const ownLayout = (p: number) => [float64(p), int32(p)] as const;

/**
 * A problem by rough products of all its columns, x_j = q_j + e_j, and exact ones with y. Its solutions are next to those of the exact problem, whose
 * certificate at b takes ‖r‖² from X, and with that Σ z_j·b_j = ‖y‖² − b·c − ‖r‖². All else that it has to know of z is how large each may be,
 *
 * ```text
 * z_j is off by (X·b)·e_j + (Σ_k b_k·e_k)·q_j
 * ```
 */
export class RoughProblem extends GramProblem {
  readonly #gram: TallGram;
  readonly #squaresOfY: number;
  readonly #values: Float64Array;
  readonly #list: Int32Array;
  #products = 0;
  #rounding = 0;

  static override layout(p: number): Layout {
    return [TallGram.layout(p, false), coordinatesLayout(p), GramProblem.layout(p), ownLayout(p)];
  }

  constructor(gram: TallGram) {
    const { arena, sums, columns, G, c } = gram;
    const { response, settings } = sums;
    const { n, y } = response;
    const squares = arena.kernels.float64.sumSquares(n, y, 0);
    super(coordinates(arena, columns, response, settings), G, c, squares, true);
    this.#gram = gram;
    this.#squaresOfY = squares;
    [this.#values, this.#list] = take(arena, ownLayout(this.p));
  }

  /** b on the columns about their pivots. */
  get fitted(): Fitted {
    const { b, eligible, scales, means } = this;
    const columns = new Int32Array(pack(eligible.length, eligible, b, this.#list, this.#values));
    const values = new Float64Array(columns.length);
    let mean = 0;
    for (let k = 0; k < columns.length; ++k) {
      const j = this.#list[k];
      columns[k] = j;
      values[k] = b[j] / scales[j];
      mean += values[k] * means[j];
    }
    return { columns, values, mean };
  }

  /** Sets b. */
  load({ columns, values }: Fitted): void {
    const { b, scales } = this;
    b.fill(0);
    for (let k = 0; k < columns.length; ++k) b[columns[k]] = values[k] * scales[columns[k]];
  }

  /**
   * The certificate of b as {@link fitted} had it, from what is known of the residual, and at first from rough products alone.
   *
   * @param rough - z by these, which is set then.
   * @param isExact - Whether the residual's gradient is no rough one.
   */
  certify(fitted: Fitted, rough: Float64Array, residual?: Residual, isExact = false): Certificate {
    const { z } = this;
    this.load(fitted);
    if (residual !== undefined) z.set(rough);
    const squares = residual?.squares ?? this.residual();
    rough.set(z);
    this.#widen(fitted, squares, residual, isExact);
    const certificate = assess(this, squares);
    z.set(rough);
    this.#products = 0;
    this.#rounding = 0;
    return certificate;
  }

  /** Makes |z_j| the largest that it may be. */
  #widen({ columns, mean }: Fitted, squares: number, residual: Residual | undefined, isExact: boolean): void {
    const { b, z, scales, lower, upper, eligible, responseNorm } = this;
    const { c, norms, errors, sums } = this.#gram;
    const gradient = residual?.gradient;
    let off = 0;
    let size = responseNorm;
    let products = 0;
    for (let k = 0; k < columns.length; ++k) {
      const j = columns[k];
      off += Math.abs(b[j]) * errors[j];
      size += Math.abs(b[j]) * norms[j];
      products += b[j] * c[j];
    }
    const rounding = ROUNDINGS * size;
    const errorOfZ = gradient === undefined ? KEPT * size : rounding;
    let fit = Math.sqrt(Math.max(0, squares - this.#squaresOfY + 2 * products + mean * mean) + rounding * size);
    if (gradient !== undefined) {
      for (let k = 0; k < eligible.length; ++k)
        z[eligible[k]] = (gradient[eligible[k]] * sums.unit) / scales[eligible[k]];
      fit = isExact ? 0 : Math.sqrt(squares);
      off = isExact ? 0 : Math.sqrt(residual?.error ?? 0);
    }
    let wide = 0;
    for (let k = 0; k < eligible.length; ++k) {
      const j = eligible[k];
      const doubt = INEXACT * (fit * errors[j] + off * (norms[j] + errors[j])) + errorOfZ * norms[j];
      z[j] += lower[j] === 0 || (upper[j] !== 0 && z[j] > 0) ? doubt : -doubt;
      wide += z[j] * b[j];
    }
    this.#products = wide - (this.#squaresOfY - products - squares);
    this.#rounding = rounding * size;
  }

  /** Of the products of z with b, which are known. */
  override slack(scale: number): number {
    return scale * this.#products + this.#rounding;
  }
}

/** Solves for no more lambdas than there are columns by rough products, and certifies that at the end. */
export class RoughSolver extends GramSolver {
  declare readonly problem: RoughProblem;
  /** Whether all solutions were within their tolerance. */
  isGood = true;
  readonly #gram: TallGram;
  readonly #l1Ratio: number;

  constructor(gram: TallGram, l1Ratio: number) {
    super(new RoughProblem(gram), l1Ratio);
    this.#gram = gram;
    this.#l1Ratio = l1Ratio;
  }

  solveAll(lambdas: Float64Array, goal: Goal, add: (solution: StrategySolution) => boolean): void {
    const { problem } = this;
    const { p, convergenceScale } = problem;
    const near = { ...goal, tolerance: SHARE * goal.tolerance };
    const enough = ENOUGH * goal.tolerance * convergenceScale;
    const rough = new Float64Array(lambdas.length * p);
    const roughAt = (k: number): Float64Array => rough.subarray(k * p, (k + 1) * p);
    const fits: Fitted[] = [];
    const certificates: Certificate[] = [];
    const iterations: number[] = [];
    const isEnough = (k: number): boolean => certificates[k].gap <= enough;
    for (let k = 0; k < lambdas.length; ++k) {
      iterations.push(this.solveFor(lambdas[k], near, false).iterations);
      fits.push(problem.fitted);
      certificates.push(problem.certify(fits[k], roughAt(k)));
    }
    // All get the exact ‖r‖².
    for (const isExact of [false, true]) {
      const open = Array.from(lambdas.keys()).filter((k) => !(isExact && isEnough(k)));
      const isWanted = (at: number): boolean => !isEnough(open[at]);
      if (open.length === 0) continue;
      const left = residualsOf(
        this.#gram.sums,
        open.map((k) => fits[k]),
        isWanted,
        isExact,
      );
      left.forEach((residual, at) => {
        setPenalty(problem, lambdas[open[at]], this.#l1Ratio);
        certificates[open[at]] = problem.certify(fits[open[at]], roughAt(open[at]), residual, isExact);
      });
    }
    this.isGood = certificates.every((certificate) => isConverged(certificate, goal.tolerance, convergenceScale));
    for (let k = 0; k < lambdas.length && this.isGood; ++k) {
      setPenalty(problem, lambdas[k], this.#l1Ratio);
      problem.load(fits[k]);
      const solution = {
        certificate: certificates[k],
        converged: true,
        iterations: iterations[k],
        strategy: "gram",
      } as const;
      if (!add(solution)) return;
    }
  }
}
