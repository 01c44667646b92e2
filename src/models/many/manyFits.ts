import { DenseMatrix } from "../../data/DenseMatrix.js";
import { describe, named } from "../../errors.js";
import { bytesOf, type Heap } from "../../kernels/arena.js";
import { acquire, release, stepsInMemory } from "../../kernels/pool.js";
import { type Steps, uncounted } from "../../kernels/steps.js";
import { type Family, type FamilyParameters, PARAMETERS } from "../../losses/families.js";
import { type BatchSettings, BatchWorkspace, type Capacity } from "../../solvers/batch/BatchWorkspace.js";
import type { SmallPathSettings } from "../../solvers/batch/SmallPath.js";
import type { SmallSolver } from "../../solvers/batch/SmallSolver.js";
import { TARGETS, TargetsWorkspace } from "../../solvers/batch/TargetsWorkspace.js";
import { stepsOf } from "../calls/Call.js";
import { type CrossValidationOptions, readCrossValidation } from "../crossValidate.js";
import type { Folds } from "../dealing/Folds.js";
import { type FoldOptions, makeFolds } from "../dealing/makeFolds.js";
import { type Most, SmallFolds } from "../folds/SmallFolds.js";
import type { NamedColumns } from "../options/columnNumbers.js";
import { type ClassifierOptions, FIT_OPTIONS, type FitOptions } from "../options/options.js";
import { readLambdas } from "../options/pathOptions.js";
import { familyPath } from "../paths/familyPath.js";
import { fitSteps } from "../paths/fitOne.js";
import type { Rule } from "../results/CrossValidation.js";
import type { AnyModel } from "../results/Model.js";
import type { ModelFields } from "../results/ModelFields.js";
import { addMoments, columnStarts, type ManyFields, recordModel, unfitted } from "./ManyFields.js";
import type { ManyLayout, PerModel } from "./manyProblems.js";

/** What {@link fitMany} is asked for, checked where it concerns more than one model. */
export interface ManyFit {
  problems: ManyLayout;
  family: Family;
  /** How many η each model has. */
  predictors: Int32Array | undefined;
  /** One for each model, its value unchecked; or each model's own choice. */
  lambda: Float64Array | "cv";
  /** Which of its lambdas each takes by that choice. */
  rule: Rule;
  l1Ratio: number | readonly number[];
  tolerance: number;
  /** The options of every fit, but for those of each model. */
  common: FitOptions & ClassifierOptions & FamilyParameters;
  /** What the columns of all models are called. */
  columns: NamedColumns;
  /** The options of the choice of lambda. */
  crossValidation: CrossValidationOptions;
  /** Into how many folds the rows of a model go for it, at the most. */
  folds: number;
  /** How the rows of each are dealt, where that is its own. */
  dealing: ((index: number) => FoldOptions) | undefined;
  weights: PerModel | undefined;
  offset: PerModel | undefined;
  start: PerModel | undefined;
  /** Undefined where the solvers on small Grams are not for the options. */
  quick: SmallPathSettings | undefined;
}

/** Up to this size a problem is small: its Gram costs next to nothing. */
const SMALL_COLUMNS = 256;
const SMALL_SIZE = 262144;
/** Values of X to copy at a time, few enough to be still in cache when they are used. */
const STAGED = 32768;
/** Up to this many columns a path goes through all of them at each lambda. */
const FOLD_COLUMNS = 64;
/** Memory for the sums of the folds of one model at the most. */
const FOLD_BYTES = 134217728;
/** Up to this many columns one Gram for many targets pays, whatever n is. */
const SHARED_COLUMNS = 1000;
/** A sparse X of more cells than this is not made dense for it. */
const DENSE_CELLS = 16777216;

/** What all parts of one call have in common: the Gram of X where targets share it. */
export class Shelf {
  #heap: Heap | undefined;
  #targets: TargetsWorkspace | undefined;

  targets(n: number, p: number, make: (heap: Heap) => TargetsWorkspace): TargetsWorkspace {
    this.#heap ??= acquire(bytesOf(TargetsWorkspace.layout(n, p)), "the problem");
    this.#targets ??= make(this.#heap);
    return this.#targets;
  }

  close(): void {
    if (this.#heap !== undefined) release(this.#heap);
    this.#heap = undefined;
  }
}

/**
 * The fits of one call, or of a part of it. Where X and the options allow, each goes through a solver on its small Gram first; what that cannot
 * solve for certain, and all the rest, is fitted as a model by itself.
 */
export class ManyFits {
  readonly #fit: ManyFit;
  readonly #problems: ManyLayout;
  readonly #shelf: Shelf;
  readonly #fields: ManyFields;
  readonly #columnStarts: Float64Array;

  constructor(fit: ManyFit, shelf: Shelf) {
    this.#fit = fit;
    this.#shelf = shelf;
    this.#problems = fit.problems;
    const { columns, layout } = fit.problems;
    this.#fields = {
      ...unfitted(fit.family, fit.tolerance, columns, layout === "shared", fit.lambda === "cv", fit.predictors),
      ...(fit.common.standardize === false && { standardize: false }),
      ...(fit.problems.keys && { keys: fit.problems.keys }),
    };
    this.#columnStarts = columnStarts(this.#fields);
    if (fit.lambda !== "cv") this.#fields.lambdas.set(fit.lambda);
    if (typeof fit.l1Ratio === "number") this.#fields.l1Ratios.fill(fit.l1Ratio);
    const { offset, problems } = fit;
    if (offset !== undefined) {
      this.#fields.hasOffset = Array.from(
        { length: problems.count },
        (_, i) => offset.copy !== undefined || offset.of(i) !== undefined,
      );
    }
  }

  /** Fits all, with rests in between. */
  *run(): Steps<ManyFields> {
    const { lambda, l1Ratio } = this.#fit;
    const { layout, whole } = this.#problems;
    const quick = this.#fit.quick && { ...this.#fit.quick, l1Ratio: l1Ratio as number };
    if (quick === undefined) yield* this.#fitEachAlone();
    else if (lambda === "cv") yield* this.#chooseEach(quick);
    else if (layout === "list" || layout === "groups") yield* this.#fitList(quick);
    else if (layout === "shared") yield* this.#fitTargets(quick);
    else if (whole instanceof DenseMatrix) yield* this.#fitBlocks(whole, quick);
    else yield* this.#fitEachAlone();
    return this.#fields;
  }

  *#fitEachAlone(): Steps<void> {
    for (let i = 0; i < this.#problems.count; ++i) {
      yield* this.#fitAlone(i);
      yield 1;
    }
  }

  /** Blocks of a dense matrix, as many staged at a time as stay in cache. */
  *#fitBlocks(whole: DenseMatrix, settings: BatchSettings): Steps<void> {
    const { count, rows, columns } = this.#problems;
    const n = rows[0];
    const p = columns[0];
    if (!isSmall(n, p)) {
      yield* this.#fitEachAlone();
      return;
    }
    const chunk = Math.min(count, Math.max(1, Math.floor(STAGED / (n * p))));
    const capacity = { rows: n, columns: p, size: n * p, staged: chunk * n * p };
    yield* withWorkspace(capacity, settings, (work) => this.#fitChunks(work, whole, chunk));
  }

  *#fitChunks(work: BatchWorkspace, whole: DenseMatrix, chunk: number): Steps<void> {
    const { data, order, rows: height } = whole;
    const { count, rows, columns, before = 0, absent = 0 } = this.#problems;
    const n = rows[0];
    const p = columns[0];
    const byRow = order === "row";
    work.resize(n, p);
    const isCommon = this.#fit.weights?.isCommon;
    if (isCommon) this.#weigh(work, 0);
    for (let first = 0; first < count; first += chunk) {
      const size = Math.min(chunk, count - first);
      const top = (before - absent + first) * n;
      whole.verify();
      if (byRow) work.memory.set(data.subarray(top * p, (top + size * n) * p), work.X);
      else {
        for (let j = 0, from = top; j < p; ++j, from += height) {
          work.memory.set(data.subarray(from, from + size * n), work.X + j * size * n);
        }
      }
      for (let k = 0; k < size; ++k) {
        const i = first + k;
        const isWeighed = isCommon !== false || this.#weigh(work, i);
        const isSolved = isWeighed && this.#fitStaged(work, i, k * n * (byRow ? p : 1), byRow ? undefined : size * n);
        if (!isSolved) yield* this.#fitAlone(i);
      }
      yield size;
    }
  }

  *#fitList(settings: BatchSettings): Steps<void> {
    const { count, rows, columns } = this.#problems;
    const largest: Capacity = { rows: 0, columns: 0, size: 0, staged: 0 };
    for (let i = 0; i < count; ++i) {
      if (!isSmall(rows[i], columns[i])) continue;
      largest.rows = Math.max(largest.rows, rows[i]);
      largest.columns = Math.max(largest.columns, columns[i]);
      largest.size = Math.max(largest.size, rows[i] * columns[i]);
    }
    largest.staged = largest.size;
    yield* withWorkspace(largest, settings, (work) => this.#fitWhere((i) => this.#fitListed(work, i)));
  }

  /** Fits each by itself that is not solved otherwise. */
  *#fitWhere(isSolved: (index: number) => boolean): Steps<void> {
    for (let i = 0; i < this.#problems.count; ++i) {
      if (!isSolved(i)) yield* this.#fitAlone(i);
      yield 1;
    }
  }

  /** Fits a model of the list in the workspace. Returns false if it is not for it, or not solved. */
  #fitListed(work: BatchWorkspace, i: number): boolean {
    const n = this.#problems.rows[i];
    const p = this.#problems.columns[i];
    if (!isSmall(n, p)) return false;
    const X = this.#problems.matrix(i);
    // One whose array has changed since is told so where it is fitted alone.
    if (!(X instanceof DenseMatrix) || X.data.length !== n * p) return false;
    work.resize(n, p);
    work.memory.set(X.data, work.X);
    return this.#weigh(work, i) && this.#fitStaged(work, i, 0, X.order === "row" ? undefined : n);
  }

  /** Fits the model whose X is staged from `from` on. Returns false if it is not solved. */
  #fitStaged(work: BatchWorkspace, i: number, from: number, columnStride: number | undefined): boolean {
    const lambda = this.#fields.lambdas[i];
    const y = this.#problems.y.of(i);
    const offset = this.#fit.offset?.of(i);
    const start = this.#fit.start?.of(i);
    if (
      !(isPositive(lambda) && y !== undefined && isOf(y, work.n) && isOf(offset, work.n) && isOf(start, work.solver.p))
    )
      return false;
    work.memory.set(y, work.y);
    if (!work.fit(work.X + from, columnStride, offset, start, lambda)) return false;
    if (!this.#record(i, work.solver, work.intercept())) return false;
    work.moments(this.#fields, this.#columnStarts[i]);
    return true;
  }

  /** Weighs the rows of a model, unless they weigh the same. Returns false if its weights cannot be used. */
  #weigh(work: BatchWorkspace, i: number): boolean {
    const { memory, n } = work;
    const weights = this.#fit.weights?.of(i);
    if (weights === undefined) return true;
    if (!isOf(weights, n)) return false;
    memory.set(weights, work.weights);
    return work.weigh();
  }

  /** Targets that share X, some dozens at a time. */
  *#fitTargets(settings: BatchSettings): Steps<void> {
    const { whole, rows, columns } = this.#problems;
    const n = rows[0];
    const p = columns[0];
    const fits = p > 0 && p <= SHARED_COLUMNS && (whole instanceof DenseMatrix || n * p <= DENSE_CELLS);
    if (whole === undefined || !fits) {
      yield* this.#fitEachAlone();
      return;
    }
    const weights = this.#fit.weights?.of(0) as Float64Array | undefined;
    const shared = this.#shelf.targets(n, p, (heap) => new TargetsWorkspace(heap, whole, weights, settings));
    yield* shared.usable ? this.#fitPrepared(shared) : this.#fitEachAlone();
  }

  *#fitPrepared(shared: TargetsWorkspace): Steps<void> {
    const { count, columns, y } = this.#problems;
    const { offset, start } = this.#fit;
    this.#fields.means.set(shared.moments.means);
    this.#fields.sds.set(shared.moments.sds);
    for (let first = 0; first < count; first += TARGETS) {
      const size = Math.min(TARGETS, count - first);
      y.copy?.(first, shared.targets(size));
      offset?.copy?.(first, shared.offsets(size));
      shared.prepare(size);
      for (let k = 0; k < size; ++k) {
        const i = first + k;
        const lambda = this.#fields.lambdas[i];
        const from = start?.of(i);
        const isSolved =
          isPositive(lambda) &&
          isOf(from, columns[0]) &&
          shared.fit(k, from, lambda) &&
          this.#record(i, shared.solver, shared.intercept(k));
        if (!isSolved) yield* this.#fitAlone(i);
      }
      yield size;
    }
  }

  /** Each model's own choice: by the sums of its folds where they are small, otherwise by a cross-validation like any other. */
  *#chooseEach(settings: SmallPathSettings): Steps<void> {
    // Of all models, whichever part of them these are.
    const { rows, columns } = this.#problems.all ?? this.#problems;
    const { crossValidation, folds, l1Ratio, start } = this.#fit;
    const lambdas = readLambdas(crossValidation);
    const steps = lambdas.given === undefined ? lambdas.count : lambdas.given.length;
    const most: Most = { rows: 0, columns: 0, folds };
    const isSmall = (n: number, p: number): boolean =>
      p > 0 && p <= FOLD_COLUMNS && n >= 2 * p && steps * p <= SMALL_SIZE;
    for (let i = 0; i < rows.length; ++i) {
      if (!isSmall(rows[i], columns[i])) continue;
      most.rows = Math.max(most.rows, rows[i]);
      most.columns = Math.max(most.columns, columns[i]);
    }
    const bytes = bytesOf(SmallFolds.layout(most));
    const isOrdinary = crossValidation.folds !== "loo" && lambdas.given?.at(-1) !== 0 && start === undefined;
    if (!(isOrdinary && most.columns > 0 && bytes <= FOLD_BYTES)) {
      yield* this.#fitEachAlone();
      return;
    }
    const ratios = typeof l1Ratio === "number" ? [l1Ratio] : l1Ratio;
    const dealt = new Map<number, Folds>();
    yield* stepsInMemory(bytes, "cross-validation", (heap) => {
      const small = new SmallFolds(heap, most.columns, settings, ratios, lambdas);
      const { rows, columns } = this.#problems;
      return this.#fitWhere((i) => isSmall(rows[i], columns[i]) && this.#choose(small, i, dealt));
    });
  }

  /** Returns false where a model has to be looked at by itself: it is not solved for certain, or there is something wrong with it. */
  #choose(small: SmallFolds, i: number, dealt: Map<number, Folds>): boolean {
    const { crossValidation, dealing, rule } = this.#fit;
    const n = this.#problems.rows[i];
    try {
      const y = this.#problems.y.of(i);
      const weights = this.#fit.weights?.of(i);
      const offset = this.#fit.offset?.of(i);
      if (!(y !== undefined && isOf(y, n) && isOf(weights, n) && isOf(offset, n))) return false;
      // What stands in rows of weight 0 is checked elsewhere.
      if (weights?.some((weight) => !(weight > 0))) return false;
      const X = this.#problems.matrix(i);
      if (!(X instanceof DenseMatrix)) return false;
      const known = crossValidation.stratify || dealing ? undefined : dealt.get(n);
      const folds = known ?? makeFolds({ y, weights }, dealing?.(i) ?? crossValidation);
      dealt.set(n, folds);
      const choice = small.choose(X, y, { weights, offset }, folds, rule);
      if (choice === undefined) return false;
      const fields = this.#fields;
      const { full } = small;
      fields.lambdas[i] = choice.lambda;
      fields.l1Ratios[i] = choice.l1Ratio;
      if (!this.#record(i, full.solver, full.intercept())) return false;
      fields.iterations[i] = choice.iterations;
      (fields.cvErrors as Float64Array)[i] = choice.error;
      (fields.standardErrors as Float64Array)[i] = choice.standardError;
      const at = this.#problems.layout === "shared" ? 0 : this.#columnStarts[i];
      addMoments(fields, at, X.columns, (j) => (full.b[j] === 0 ? undefined : full.moments(j)));
      return true;
    } catch {
      return false;
    }
  }

  /** Returns false, and records nothing, if there is no intercept. */
  #record(i: number, solver: SmallSolver, intercept: number | undefined): boolean {
    if (intercept === undefined) return false;
    const fields = this.#fields;
    const { memory, b, p } = solver;
    for (let j = 0, k = fields.starts[i]; j < p; ++j, ++k) fields.coefficients[k] = memory[b + j] + 0;
    fields.intercepts[i] = intercept;
    fields.objectives[i] = solver.objective;
    fields.dualityGaps[i] = solver.gap;
    fields.iterations[i] = solver.iterations;
    fields.strategies[i] = fields.l1Ratios[i] === 0 ? "cholesky" : "gram";
    fields.converged[i] = 1;
    return true;
  }

  /** Fits a model by itself, by whatever solver suits it; what is wrong with it goes to `errors`. */
  *#fitAlone(i: number): Steps<void> {
    const fields = this.#fields;
    try {
      const model = (yield* uncounted(this.#model(i))) as ModelFields;
      recordModel(fields, i, model, this.#problems.layout === "shared" ? 0 : this.#columnStarts[i]);
    } catch (error) {
      const { keys, grouped, before = 0 } = this.#problems;
      fields.errors[i] =
        keys && grouped
          ? named(`group ${describe(keys[i])}`, error, grouped.rows.subarray(grouped.starts[i], grouped.starts[i + 1]))
          : named(`model ${before + i}`, error);
    }
  }

  *#model(i: number): Steps<AnyModel> {
    const { family, common, crossValidation, dealing, lambda, rule, l1Ratio, weights, offset, start } = this.#fit;
    const fit: ManyFit["common"] = { ...common };
    if (weights !== undefined) fit.weights = weights.of(i);
    if (offset !== undefined) fit.offset = offset.of(i);
    if (start !== undefined) fit.warmStart = start.of(i);
    const X = this.#problems.matrix(i);
    const y = this.#problems.y.of(i);
    if (lambda === "cv") {
      const found = yield* stepsOf(
        readCrossValidation(X, y, { ...fit, ...crossValidation, ...dealing?.(i), family, l1Ratio } as object),
      );
      const at = rule === "min" ? found.indexMin : found.index1se;
      (this.#fields.cvErrors as Float64Array)[i] = found.meanErrors[at];
      (this.#fields.standardErrors as Float64Array)[i] = found.standardErrors[at];
      return found.path.model(at);
    }
    const options = { ...fit, lambda: lambda[i], l1Ratio: l1Ratio as number };
    return yield* fitSteps("fitMany", family, X, y, options, 1, OPTIONS, familyPath);
  }
}

const OPTIONS = /* @__PURE__ */ FIT_OPTIONS.concat("lambda", "l1Ratio", PARAMETERS);

function withWorkspace(
  capacity: Capacity,
  settings: BatchSettings,
  work: (workspace: BatchWorkspace) => Steps<void>,
): Steps<void> {
  return stepsInMemory(bytesOf(BatchWorkspace.layout(capacity)), "the workspace", (heap) =>
    work(new BatchWorkspace(heap, capacity, settings)),
  );
}

/** Whether the Gram of n × p costs next to nothing. */
function isSmall(n: number, p: number): boolean {
  return p > 0 && p <= SMALL_COLUMNS && p <= 2 * n && n * p <= SMALL_SIZE;
}

function isPositive(lambda: number): boolean {
  return lambda > 0 && lambda < Number.POSITIVE_INFINITY;
}

/** Whether a model has no such vector, or one of the right length. */
function isOf(vector: unknown, length: number): vector is Float64Array | undefined {
  return vector === undefined || (vector instanceof Float64Array && vector.length === length);
}
