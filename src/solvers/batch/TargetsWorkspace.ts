import { compensatedSum } from "../../arithmetic/compensatedSum.js";
import { subtractOffset } from "../../arithmetic/subtractOffset.js";
import type { Matrix } from "../../data/Matrix.js";
import { rangeError } from "../../errors.js";
import { byFour, float64, gramWork, type Heap, int32, type Layout, take } from "../../kernels/arena.js";
import { loss } from "../../losses/gaussian.js";
import { isLevel, isOrdinarySum, LEAST_SQUARE, mayBeLevel } from "../designs/magnitudes.js";
import { type Moments, momentsOf } from "../designs/rows.js";
import type { BatchSettings } from "./BatchWorkspace.js";
import { keepsDigits, placesOf } from "./SmallProblem.js";
import { SmallSolver } from "./SmallSolver.js";

/** Targets that share each pass over X. */
export const TARGETS = 32;

function ownLayout(n: number, ld: number) {
  const [row, column, targets] = [float64(n), float64(ld), float64(TARGETS)];
  const rows = [float64(n * (ld + TARGETS)), float64(n * TARGETS), row, row];
  const columns = [column, column, float64(ld * TARGETS), float64(Math.max(ld, TARGETS))];
  return [...rows, ...columns, targets, targets, targets];
}

const listLayout = (ld: number) => [int32(ld + TARGETS)] as const;

/**
 * One X and many targets: X is centred and its Gram built once, targets are taken by the dozen, Xᵀy for all of them in one
 * product, and each is solved by the {@link SmallSolver}.
 */
export class TargetsWorkspace {
  readonly solver: SmallSolver;
  readonly #memory: Float64Array;
  /** Of the columns of X. */
  readonly moments: Moments;
  /** Whether the columns of X are fit for it; if not, nothing else may be called. */
  readonly usable: boolean;
  readonly #n: number;
  readonly #settings: BatchSettings;
  readonly #X: number;
  readonly #weights: number;
  readonly #rowScales: number;
  readonly #totalWeight: number;
  readonly #firstRow: number;
  readonly #pivots: number;
  readonly #means: number;
  /** Up to TARGETS columns of n values, after those of X. */
  readonly #targets: number;
  readonly #offsets: number;
  readonly #products: number;
  readonly #ones: number;
  /** 0, 1, 2, …: X, then the targets. */
  readonly #columns: Int32Array;
  /** Per target: pivot, mean, Σy² before and after centring. */
  readonly #yPivots: number;
  readonly #yMeans: number;
  readonly #zeroSquares: number;

  static layout(n: number, p: number): Layout {
    return [SmallSolver.layout(p), ownLayout(n, byFour(p)), listLayout(byFour(p)), [gramWork(n, byFour(p))]];
  }

  /** `weights` have a positive, finite sum. @throws RangeError if X is not finite. */
  constructor(heap: Heap, X: Matrix, weights: Float64Array | undefined, settings: BatchSettings) {
    const { rows: n, columns: p } = X;
    const ld = byFour(p);
    const solver = new SmallSolver(heap, p);
    const { memory, kernels } = solver;
    this.solver = solver;
    this.#memory = memory;
    this.#n = n;
    this.#settings = settings;
    [
      this.#X,
      this.#offsets,
      this.#weights,
      this.#rowScales,
      this.#pivots,
      this.#means,
      this.#products,
      this.#ones,
      this.#yPivots,
      this.#yMeans,
      this.#zeroSquares,
    ] = placesOf(heap, ownLayout(n, ld));
    this.#targets = this.#X + n * ld;
    [this.#columns] = take(heap, listLayout(ld));
    const [work] = take(heap, [gramWork(n, ld)]);
    this.#columns.set(Array.from(this.#columns.keys()));
    solver.p = p;
    solver.ld = ld;
    // Two lanes of blocks of 256 rows.
    solver.rounding = ((Math.min(n, 256) / 2 + Math.ceil(n / 256) + 3) * Number.EPSILON) / 2;

    const data = memory.subarray(this.#X, this.#X + n * p);
    X.copyColumns(data, 0, p);
    if (!(kernels.float64.absMax(n * p, memory, this.#X) < Number.POSITIVE_INFINITY)) {
      const k = data.findIndex((value) => !Number.isFinite(value));
      const place = `row ${k % n}, column ${Math.floor(k / n)}`;
      throw rangeError("ERR_NOT_FINITE", `"X" must be finite, got ${data[k]} in ${place}`);
    }
    memory.fill(1, this.#ones, this.#ones + Math.max(ld, TARGETS));
    if (weights === undefined) memory.fill(1, this.#weights, this.#weights + n);
    else memory.set(weights, this.#weights);
    const all = memory.subarray(this.#weights, this.#weights + n);
    this.#totalWeight = compensatedSum(all);
    this.#firstRow = all.findIndex((weight) => weight > 0);
    for (let i = 0; i < n; ++i) memory[this.#rowScales + i] = Math.sqrt(all[i] / this.#totalWeight);

    for (let j = 0; j < p; ++j) memory[this.#pivots + j] = memory[this.#X + j * n + this.#firstRow];
    this.#moments(p, this.#X, this.#pivots, this.#means, solver.variances);
    const keepsDigits = isOrdinarySum(this.#totalWeight) && this.#levelColumns();
    const ofColumns = (at: number): Float64Array => memory.subarray(at, at + p);
    this.moments = momentsOf(ofColumns(this.#pivots), ofColumns(this.#means), ofColumns(solver.variances));
    if (!settings.intercept) {
      memory.fill(0, this.#pivots, this.#pivots + ld);
      memory.fill(0, this.#means, this.#means + ld);
    }
    this.#transform(p, this.#X, this.#pivots, this.#means);
    kernels.gram(n, ld, memory, this.#X, memory, solver.G, work, 0);
    const { standardize, intercept, penaltyFactor } = settings;
    this.usable = keepsDigits && solver.measure(standardize, !intercept && !standardize, penaltyFactor);
  }

  /** Sets the variances of columns to 0 that are constant but for rounding. Returns false if squares of others underflow. */
  #levelColumns(): boolean {
    const memory = this.#memory;
    const { p, variances } = this.solver;
    const hasMoments = this.#settings.intercept || this.#settings.standardize;
    for (let j = 0; j < p; ++j) {
      const pivot = memory[this.#pivots + j];
      if (!mayBeLevel(memory[variances + j], pivot + memory[this.#means + j])) continue;
      const isConstant = isLevel(this.#n, memory, this.#X + j * this.#n, 1, memory, this.#weights);
      if (isConstant) memory[variances + j] = 0;
      else if (memory[variances + j] === 0) return false;
      // The column is an ordinary one then.
      if (!hasMoments && pivot !== 0 && pivot * pivot === 0) return false;
    }
    return true;
  }

  #moments(columns: number, X: number, pivots: number, means: number, variances: number): void {
    const memory = this.#memory;
    const { solver } = this;
    solver.kernels.moments(
      this.#n,
      columns,
      memory,
      X,
      memory,
      this.#weights,
      this.#totalWeight,
      memory,
      pivots,
      memory,
      means,
      memory,
      variances,
    );
  }

  #transform(columns: number, X: number, pivots: number, means: number): void {
    const memory = this.#memory;
    const { solver } = this;
    solver.kernels.transform(
      this.#n,
      columns,
      memory,
      X,
      memory,
      pivots,
      memory,
      means,
      memory,
      this.#ones,
      memory,
      this.#rowScales,
    );
  }

  /** Where to put up to TARGETS targets, n values each. */
  targets(count: number): Float64Array {
    return this.#memory.subarray(this.#targets, this.#targets + count * this.#n);
  }

  /** Where to put their offsets, 0 if untouched. */
  offsets(count: number): Float64Array {
    return this.#memory.subarray(this.#offsets, this.#offsets + count * this.#n);
  }

  /** Brings the first `count` targets into standard form. Values that are not finite spoil no target but their own. */
  prepare(count: number): void {
    const memory = this.#memory;
    const { solver } = this;
    const { kernels, ld } = solver;
    const n = this.#n;
    const targets = this.#targets;
    for (let t = 0; t < count; ++t) {
      memory[this.#zeroSquares + t] = kernels.float64.sumSquares(n, memory, targets + t * n);
    }
    memory.fill(0, this.#yPivots, this.#yPivots + count);
    memory.fill(0, this.#yMeans, this.#yMeans + count);
    /** What targets with an offset lose together with it. */
    const subtracted = new Map<number, number>();
    const pivotRow = this.#settings.intercept ? this.#firstRow : undefined;
    for (let t = 0; t < count; ++t) {
      const from = this.#offsets + t * n;
      if (memory.subarray(from, from + n).every((offset) => offset === 0)) continue;
      subtracted.set(t, subtractOffset(n, memory, targets + t * n, memory, from, pivotRow));
    }
    if (this.#settings.intercept) {
      for (let t = 0; t < count; ++t) {
        if (!subtracted.has(t)) memory[this.#yPivots + t] = memory[targets + t * n + this.#firstRow];
      }
      // The variances are not asked for, and c has room for them.
      this.#moments(count, targets, this.#yPivots, this.#yMeans, this.#products);
    }
    this.#transform(count, targets, this.#yPivots, this.#yMeans);
    for (const [t, pivot] of subtracted) memory[this.#yPivots + t] = pivot;
    const columns = this.#columns;
    kernels.crossGram(n, memory, this.#X, count, columns, ld, columns, 0, ld, columns, 0, memory, this.#products, ld);
  }

  /** Fits one of the prepared targets. Returns whether it is solved for certain, its coefficients then lying at `solver.b`. */
  fit(target: number, start: Float64Array | undefined, lambda: number): boolean {
    const memory = this.#memory;
    const { solver } = this;
    const { l1Ratio, tolerance, maxIterations } = this.#settings;
    const at = this.#targets + target * this.#n;
    solver.squares = solver.kernels.float64.sumSquares(this.#n, memory, at);
    if (solver.squares === 0 && memory[this.#zeroSquares + target] < LEAST_SQUARE) return false;
    const nullLoss = loss(solver.squares);
    if (!keepsDigits(solver.squares)) return false;
    // A bound on the loss at η = 0, whatever the weights: where y is that far from 0, the scale is another one.
    if (!(loss(memory[this.#zeroSquares + target]) * Number.EPSILON <= nullLoss)) return false;
    solver.c = this.#products + target * solver.ld;
    solver.start(start);
    return solver.solve(lambda, l1Ratio, tolerance * nullLoss, maxIterations);
  }

  /** The intercept that makes the residuals of the latest fit, of this target, sum to 0. */
  intercept(target: number): number | undefined {
    if (!this.#settings.intercept) return 0;
    const memory = this.#memory;
    return this.solver.intercept(
      memory[this.#yPivots + target],
      memory[this.#yMeans + target],
      this.#pivots,
      this.#means,
    );
  }
}
