import { byFour, float64, type Heap, type Layout } from "../../kernels/arena.js";
import { loss } from "../../losses/gaussian.js";
import type { GramSums } from "../sums/GramSums.js";
import type { BatchSettings } from "./BatchWorkspace.js";
import { keepsDigits, placesOf } from "./SmallProblem.js";
import { SmallSolver } from "./SmallSolver.js";

/** Where the sd of a column is less than this share of its mean, the sums may owe it to rounding: 2⁻⁴⁰. */
const LOST = 9.094947017729282e-13;
/** Rows of a block in a Gram of sums, and rounding errors of an entry whenever sums are added. */
const BLOCK = 256;
const ADDING = 8;

/** What of the tolerance a gap may be on a path, and what rounding may add. */
const SHARE = 0.01;
const ROUNDING_SHARE = 0.1;

/** What of the settings a path looks at. */
export type SmallPathSettings = Omit<BatchSettings, "l1Ratio">;

const ownLayout = (p: number) => [float64(p + 1), float64(p + 1), float64(p + 1)];

/**
 * The paths of one small problem after the other, each given by the sums of its rows. Between the lambdas at which columns come and go, b of the
 * lasso is a linear function of lambda: the line through the last two solutions leads to the next one, or near it. Nothing is allocated
 * for a lambda.
 */
export class SmallPath {
  readonly solver: SmallSolver;
  /** b of the latest solution. */
  readonly b: Float64Array;
  /** Null loss, what tolerances are relative to. */
  nullLoss = 0;
  readonly #settings: SmallPathSettings;
  /** Of the columns and of y. */
  readonly #pivots: number;
  readonly #means: number;
  /** The solution before the latest, and how many supports there had been by then. */
  readonly #before: number;
  #beforeLambda = Number.NaN;
  #lambda = Number.NaN;
  #supports = -1;

  static layout(p: number): Layout {
    return [SmallSolver.layout(p), ownLayout(p)];
  }

  /** @param p - The most columns. */
  constructor(heap: Heap, p: number, settings: SmallPathSettings) {
    this.solver = new SmallSolver(heap, p);
    this.b = this.solver.memory.subarray(this.solver.b, this.solver.b + p);
    this.#settings = settings;
    [this.#pivots, this.#means, this.#before] = placesOf(heap, ownLayout(p));
  }

  /**
   * Takes the sums of n rows about `pivots`, in so many parts that were added. Returns false where a solver with a closer look at the rows is to
   * fit them: squares that lose digits, columns that may be constant but for rounding, a y without anything to explain.
   *
   * @param isFlat - Whether all rows have the same value in a column.
   */
  load(sums: GramSums, pivots: Float64Array, n: number, parts: number, isFlat: (column: number) => boolean): boolean {
    const { solver } = this;
    const { memory, G, c, variances } = solver;
    const { intercept, standardize, penaltyFactor } = this.#settings;
    const { weight, means, products } = sums;
    const size = pivots.length;
    const p = size - 1;
    const ld = byFour(p);
    memory.set(pivots, this.#pivots);
    memory.set(means, this.#means);
    solver.p = p;
    solver.ld = ld;
    solver.rounding = ((Math.min(n, BLOCK) / 2 + Math.ceil(n / BLOCK) + ADDING * parts) * Number.EPSILON) / 2;
    memory.fill(0, G, G + ld * ld);
    memory.fill(0, c, c + ld);
    memory.fill(0, solver.b, solver.b + ld);
    // Without an intercept, second moments are about 0.
    const centre = (j: number): number => (intercept ? 0 : pivots[j] + means[j]);
    for (let j = 0; j < p; ++j) {
      const variance = products[j * size + j] / weight;
      memory[variances + j] = variance;
      const hasLost = Math.sqrt(variance) <= LOST * (Math.abs(pivots[j]) + Math.abs(means[j]));
      if (hasLost && !(variance === 0 && isFlat(j))) return false;
      const own = centre(j);
      for (let k = 0; k < p; ++k) memory[G + j * ld + k] = products[j * size + k] / weight + own * centre(k);
      memory[c + j] = products[j * size + p] / weight + own * centre(p);
    }
    const squares = products[p * size + p] / weight + centre(p) * centre(p);
    solver.squares = squares;
    this.nullLoss = loss(squares);
    if (!(squares > 0 && keepsDigits(squares) && loss(sums.squares / weight) * Number.EPSILON <= this.nullLoss))
      return false;
    return solver.measure(standardize, !intercept && !standardize, penaltyFactor);
  }

  /** The smallest lambda at which all coefficients are 0; as if there were some L1 part where there is next to none. */
  lambdaMax(l1Ratio: number): number {
    return this.solver.steepest / Math.max(l1Ratio, 1e-3);
  }

  /** Goes back to b = 0, for another path of the same problem. */
  begin(): void {
    this.solver.start(undefined);
    this.#lambda = Number.NaN;
  }

  /**
   * Solves for the next lambda, to a hundredth of the tolerance, as errors of a fit answer to the first order to what moves its gap to the second;
   * beside that, rounding may take up a tenth. Returns whether it is for certain.
   */
  solve(lambda: number, l1Ratio: number): boolean {
    const { solver } = this;
    const { memory, kernels, b, p, supports } = solver;
    const t = (this.#lambda - lambda) / (this.#beforeLambda - this.#lambda);
    const isOnLine = supports === this.#supports && t > 0;
    if (isOnLine) kernels.extrapolate(p, t, memory, b, memory, this.#before);
    else memory.copyWithin(this.#before, b, b + p);
    this.#beforeLambda = this.#lambda;
    this.#lambda = lambda;
    this.#supports = supports;
    const { tolerance, maxIterations } = this.#settings;
    solver.spare = ROUNDING_SHARE * tolerance * this.nullLoss;
    return solver.solve(lambda, l1Ratio, SHARE * tolerance * this.nullLoss, maxIterations, isOnLine ? "there" : "near");
  }

  /** Goes back to a solution, and certifies it anew. */
  restore(b: Float64Array, lambda: number, l1Ratio: number): boolean {
    const { tolerance, maxIterations } = this.#settings;
    this.solver.start(b);
    this.solver.spare = 0;
    return this.solver.solve(lambda, l1Ratio, tolerance * this.nullLoss, maxIterations, "there");
  }

  /** The intercept that belongs to the latest solution; undefined where rounding it costs too much. */
  intercept(): number | undefined {
    if (!this.#settings.intercept) return 0;
    const { memory, p } = this.solver;
    return this.solver.intercept(memory[this.#pivots + p], memory[this.#means + p], this.#pivots, this.#means);
  }

  /** The mean and the sd of a column. */
  moments(column: number): [number, number] {
    const { memory, variances } = this.solver;
    return [memory[this.#pivots + column] + memory[this.#means + column], Math.sqrt(memory[variances + column])];
  }
}
