import { compensatedSum } from "../../arithmetic/compensatedSum.js";
import { subtractOffset } from "../../arithmetic/subtractOffset.js";
import { byFour, float64, type Heap, type Layout } from "../../kernels/arena.js";
import { loss } from "../../losses/gaussian.js";
import { hasOther, isLevel, isOrdinarySum, mayBeLevel } from "../designs/magnitudes.js";
import type { Moments } from "../designs/rows.js";
import { keepsDigits, placesOf } from "./SmallProblem.js";
import { SmallSolver } from "./SmallSolver.js";

/** Second moments that are this much larger than a variance leave too few digits of it. */
const CANCELLED = 1e3;

/** The settings that all problems of a batch share. */
export interface BatchSettings {
  intercept: boolean;
  standardize: boolean;
  penaltyFactor: Float64Array | undefined;
  l1Ratio: number;
  tolerance: number;
  maxIterations: number;
}

/** The largest problem that a workspace has to hold. */
export interface Capacity {
  rows: number;
  columns: number;
  /** Rows times columns. */
  size: number;
  /** Values of X to be staged at a time. */
  staged: number;
}

function ownLayout({ rows, columns, size, staged }: Capacity) {
  const [row, column] = [float64(rows), float64(columns)];
  // Up to three columns of zeros beside the real ones.
  const filled = float64(size + 3 * rows);
  return [float64(staged), row, row, float64(size), filled, row, row, column, column, float64(2)];
}

/**
 * A workspace for one small problem after the other, in which nothing is allocated: X and y are staged as they come, centred
 * row by row, and the Gram of what that gives goes to the {@link SmallSolver}.
 */
export class BatchWorkspace {
  readonly solver: SmallSolver;
  readonly memory: Float64Array;
  /** Where X is staged, of one problem or of several. */
  readonly X: number;
  /** The y of one. */
  readonly y: number;
  /** A weight for each row, to be set before `weigh`. */
  readonly weights: number;
  /** Rows of the problems at hand. */
  n = 0;
  readonly #settings: BatchSettings;
  readonly #rows: number;
  readonly #rowScales: number;
  readonly #A: number;
  readonly #target: number;
  readonly #means: number;
  readonly #zeros: number;
  /** The pivot and the mean of y. */
  readonly #centre: number;
  #totalWeight = 0;
  #firstRow = 0;
  /** The rows of the latest problem, and its pivots: one of them, or zeros. */
  #at = 0;
  #pivots = 0;

  static layout(capacity: Capacity): Layout {
    return [SmallSolver.layout(capacity.columns), ownLayout(capacity)];
  }

  constructor(heap: Heap, capacity: Capacity, settings: BatchSettings) {
    this.solver = new SmallSolver(heap, capacity.columns);
    this.memory = this.solver.memory;
    this.#settings = settings;
    [
      this.X,
      this.y,
      this.weights,
      this.#rows,
      this.#A,
      this.#rowScales,
      this.#target,
      this.#means,
      this.#zeros,
      this.#centre,
    ] = placesOf(heap, ownLayout(capacity));
  }

  /** Makes the workspace one for problems of n × p, whose rows weigh the same. */
  resize(n: number, p: number): void {
    const { solver, memory } = this;
    const ld = byFour(p);
    if (n === this.n && p === solver.p) return;
    this.n = n;
    solver.p = p;
    solver.ld = ld;
    memory.fill(0, this.#A, this.#A + n * ld);
    memory.fill(1, this.weights, this.weights + n);
    this.weigh();
    // Blocks of 128 rows in the Gram, groups of 4 in c.
    solver.rounding = (Math.max(Math.min(n, 128) + Math.ceil(n / 128), Math.ceil(n / 4) + 3) * Number.EPSILON) / 2;
  }

  /** Takes note of the n values in `weights`. Returns false if they cannot be used: negative, not finite, or without an ordinary sum. */
  weigh(): boolean {
    const { memory, weights } = this;
    const n = this.n;
    const rowScales = this.#rowScales;
    const total = compensatedSum(memory.subarray(weights, weights + n));
    if (!isOrdinarySum(total)) return false;
    this.#firstRow = -1;
    for (let i = 0; i < n; ++i) {
      const weight = memory[weights + i];
      if (!(weight >= 0)) return false;
      if (weight > 0 && this.#firstRow < 0) this.#firstRow = i;
      memory[rowScales + i] = Math.sqrt(weight / total);
    }
    this.#totalWeight = total;
    return true;
  }

  /**
   * Fits the problem whose y, before its offset, is in `y` and whose X lies at `X`: row after row, or column after column,
   * `columnStride` apart. Returns whether it is solved for certain, its coefficients then lying at `solver.b`.
   */
  fit(
    X: number,
    columnStride: number | undefined,
    offset: Float64Array | undefined,
    start: Float64Array | undefined,
    lambda: number,
  ): boolean {
    const { solver, memory, n, y } = this;
    const { kernels, p, ld } = solver;
    const { l1Ratio, tolerance, maxIterations } = this.#settings;
    let rows = X;
    if (columnStride !== undefined) {
      rows = this.#rows;
      kernels.transpose(n, p, memory, X, columnStride, memory, rows, p);
    }
    const zeroSquares = kernels.float64.sumSquares(n, memory, y);
    const pivotRow = this.#settings.intercept ? this.#firstRow : undefined;
    const pivot = offset && subtractOffset(n, memory, y, offset, 0, pivotRow);
    if (!this.#centreTarget(pivot) || !this.#centreColumns(rows)) return false;

    const nullLoss = loss(solver.squares);
    // A bound on the loss at η = 0, whatever the weights: where y is that far from 0, the tolerance is relative to another scale.
    if (!(loss(zeroSquares) * Number.EPSILON <= nullLoss)) return false;
    memory.fill(0, solver.c, solver.c + ld);
    // A by rows is a matrix of ld × n by columns.
    kernels.product(ld, n, memory, this.#A, 1, memory, this.#target, memory, solver.c);
    solver.start(start);
    return solver.solve(lambda, l1Ratio, tolerance * nullLoss, maxIterations);
  }

  /** @param subtracted - The pivot that y has lost already, together with its offset. */
  #centreTarget(subtracted: number | undefined): boolean {
    const { solver, memory, n, y } = this;
    const { kernels } = solver;
    const pivot = this.#centre;
    const mean = this.#centre + 1;
    memory[pivot] = 0;
    memory[mean] = 0;
    if (this.#settings.intercept) {
      if (subtracted === undefined) memory[pivot] = memory[y + this.#firstRow];
      kernels.rowMeans(n, 1, memory, y, 1, memory, this.weights, this.#totalWeight, memory, pivot, memory, mean);
    }
    kernels.centreRows(
      n,
      1,
      memory,
      y,
      1,
      memory,
      pivot,
      memory,
      mean,
      memory,
      this.#rowScales,
      memory,
      this.#target,
      1,
    );
    if (subtracted !== undefined) memory[pivot] = subtracted;
    solver.squares = kernels.float64.sumSquares(n, memory, this.#target);
    if (solver.squares > 0) return keepsDigits(solver.squares);
    return !hasOther(n, memory, y, this.#settings.intercept ? memory[y + this.#firstRow] : 0, memory, this.weights);
  }

  #centreColumns(rows: number): boolean {
    const { solver, memory } = this;
    const { kernels, p, ld, G } = solver;
    const { intercept, standardize, penaltyFactor } = this.#settings;
    const hasMoments = intercept || standardize;
    this.#at = rows;
    const first = rows + this.#firstRow * p;
    if (hasMoments) {
      this.#pivots = first;
      kernels.rowMeans(
        this.n,
        p,
        memory,
        rows,
        p,
        memory,
        this.weights,
        this.#totalWeight,
        memory,
        first,
        memory,
        this.#means,
      );
      this.#gram(rows, first, this.#means);
    } else {
      this.#pivots = this.#zeros;
      kernels.scaleRows(this.n, p, memory, rows, p, memory, this.#rowScales, memory, this.#A, ld, memory, this.#means);
      kernels.rowGram(this.n, ld, memory, this.#A, memory, G);
    }
    for (let j = 0; j < p; ++j) {
      let variance = memory[G + j * ld + j];
      const centre = hasMoments ? memory[this.#pivots + j] + memory[this.#means + j] : 0;
      if (mayBeLevel(variance, centre)) {
        const isConstant = isLevel(this.n, memory, rows + j, p, memory, this.weights);
        if (isConstant && hasMoments) variance = 0;
        // Squares that underflow.
        else if (variance === 0 && !(isConstant && memory[first + j] === 0)) return false;
      }
      memory[solver.variances + j] = variance;
    }
    // Variances are about the mean, intercept or not.
    if (standardize && !intercept) this.#gram(rows, this.#zeros, this.#zeros);
    return solver.measure(standardize, !intercept && !standardize, penaltyFactor);
  }

  #gram(rows: number, pivots: number, means: number): void {
    const { solver, memory } = this;
    const { kernels, p, ld, G } = solver;
    const n = this.n;
    kernels.centreRows(
      n,
      p,
      memory,
      rows,
      p,
      memory,
      pivots,
      memory,
      means,
      memory,
      this.#rowScales,
      memory,
      this.#A,
      ld,
    );
    kernels.rowGram(n, ld, memory, this.#A, memory, G);
  }

  /** Writes the means and sds of the latest problem's columns that have a coefficient, from `at` on. */
  moments({ means, sds }: Moments, at: number): void {
    const { memory, solver } = this;
    const { intercept, standardize } = this.#settings;
    const { b, p, variances } = solver;
    const [pivots, distances] = [this.#pivots, this.#means];
    const isCentred = intercept || standardize;
    for (let j = 0; j < p; ++j) {
      if (memory[b + j] === 0) continue;
      const mean = memory[pivots + j] + memory[distances + j];
      means[at + j] = mean;
      // Without an intercept and a standardisation these are about 0.
      const square = memory[variances + j];
      let variance = isCentred ? square : square - mean * mean;
      if (!(isCentred || square <= CANCELLED * variance)) variance = this.#centred(j);
      sds[at + j] = Math.sqrt(variance);
    }
  }

  /** The variance of a column, summed up anew: too many digits of its second moment would cancel. */
  #centred(j: number): number {
    const { memory, n, weights, solver } = this;
    let sum = 0;
    for (let i = 0; i < n; ++i) {
      const distance = memory[this.#at + i * solver.p + j] - memory[this.#pivots + j] - memory[this.#means + j];
      sum += memory[weights + i] * distance * distance;
    }
    return sum / this.#totalWeight;
  }

  /** The intercept that makes the latest problem's residuals sum to 0: mean of y − Σ w_j·mean of x_j, compensated. */
  intercept(): number | undefined {
    if (!this.#settings.intercept) return 0;
    return this.solver.intercept(this.memory[this.#centre], this.memory[this.#centre + 1], this.#pivots, this.#means);
  }
}
