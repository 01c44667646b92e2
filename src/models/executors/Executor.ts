import type { TableChunk } from "../../data/tables/readTable.js";
import type { Label, LabelsLike } from "../../data/toLabels.js";
import type { MatrixLike } from "../../data/toMatrix.js";
import type { VectorLike } from "../../data/toVector.js";
import type { Backend } from "../../kernels/select.js";
import type { ClassFamily, Family } from "../../losses/families.js";
import type { ClassifierCrossValidationOptions, CrossValidationOptions } from "../crossValidate.js";
import type { LabelIn, ManyOptions } from "../many/fitMany.js";
import type { ManyModels } from "../many/ManyModels.js";
import type { ManyLabels } from "../many/manyProblems.js";
import type { ClassifierOptions, TargetOf } from "../options/options.js";
import type { ClassifierPathOptions, PathOptions } from "../options/pathOptions.js";
import type { CrossValidation } from "../results/CrossValidation.js";
import type { ModelOf } from "../results/Model.js";
import type { Path } from "../results/Path.js";
import type { GramAccumulator } from "../sums/GramAccumulator.js";
import type { GroupedAccumulator } from "../sums/GroupedAccumulator.js";
import type { AddOptions } from "../sums/readBatch.js";
import type { GramOfOptions } from "../sums/SumsStream.js";

/** An AbortSignal, by its shape. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** How far a call is. */
export interface Progress {
  /** From 0 to `total`, at which the call ends. */
  done: number;
  /** Infinity while nobody knows. */
  total: number;
  /** What is counted: the lambdas of all paths, those without each fold included; models; or rows. */
  unit: "lambdas" | "models" | "rows";
}

/** What the calls of an executor take besides the arguments of the synchronous ones. */
export interface RunOptions {
  /** Ends the call, which then rejects with the signal's `reason`. */
  signal?: Signal | undefined;
  /** Told how far the call is, every now and then. What it throws ends the call. */
  onProgress?: ((progress: Progress) => void) | undefined;
  /**
   * The memory of X may be taken from the caller, whose arrays are then detached, so that it is not there twice: at once, or when the call
   * has settled. Default false.
   */
  transfer?: boolean | undefined;
}

/** What an executor has done. */
export interface ExecutorStats {
  /** The pieces that are done, and those that had to be done again. */
  pieces: number;
  repeated: number;
  /** How long each worker has worked, and on which backend: undefined until it has started. */
  workers: { busySeconds: number; backend: Backend | undefined }[];
}

/** What `await using` asks for, where TypeScript's `lib` knows of it. */
type DisposeKey = SymbolConstructor extends { readonly asyncDispose: infer K extends symbol } ? K : never;
type Disposed = { [K in DisposeKey]: () => Promise<void> };

/**
 * Runs fits off the main thread, or in between other things: the calls are those of the same names, take the same arguments and resolve to
 * the same results, bit for bit; what these would throw they reject with.
 */
export interface Executor extends Disposed {
  /** {@link fitMany}, blocks of models side by side. */
  fitMany<Y extends ManyLabels, F extends ClassFamily>(
    options: ManyOptions<F, Y> & { family: F },
    run?: RunOptions,
  ): Promise<ManyModels<ModelOf<F, LabelIn<Y>>>>;
  fitMany(options: ManyOptions, run?: RunOptions): Promise<ManyModels>;
  fitMany<F extends Family>(options: ManyOptions<F> & { family: F }, run?: RunOptions): Promise<ManyModels<ModelOf<F>>>;

  /** {@link regularizationPath}, in one worker: each lambda starts from the one before. */
  regularizationPath<L extends Label = number, F extends ClassFamily = ClassFamily>(
    X: MatrixLike,
    y: LabelsLike<L>,
    options: ClassifierPathOptions<F>,
    run?: RunOptions,
  ): Promise<Path<ModelOf<F, L>>>;
  regularizationPath(X: MatrixLike, y: VectorLike, options?: PathOptions, run?: RunOptions): Promise<Path>;
  regularizationPath<F extends Family>(
    X: MatrixLike,
    y: TargetOf<F>,
    options: PathOptions<F> & ClassifierOptions & { family: F },
    run?: RunOptions,
  ): Promise<Path<ModelOf<F>>>;

  /** {@link crossValidate}, folds and l1Ratios side by side. */
  crossValidate<L extends Label = number, F extends ClassFamily = ClassFamily>(
    X: MatrixLike,
    y: LabelsLike<L>,
    options: ClassifierCrossValidationOptions<F>,
    run?: RunOptions,
  ): Promise<CrossValidation<ModelOf<F, L>>>;
  crossValidate(
    X: MatrixLike,
    y: VectorLike,
    options?: CrossValidationOptions,
    run?: RunOptions,
  ): Promise<CrossValidation>;
  crossValidate<F extends Family>(
    X: MatrixLike,
    y: TargetOf<F>,
    options: CrossValidationOptions<F> & ClassifierOptions & { family: F },
    run?: RunOptions,
  ): Promise<CrossValidation<ModelOf<F>>>;

  /**
   * The sums of rows, blocks of them side by side: what a new {@link GramAccumulator} is after `add`, to the last bit.
   *
   * @param options - `weights` and `fold`, as `add` takes them, and the options of a run.
   */
  gram(X: MatrixLike, y: VectorLike | MatrixLike, options?: AddOptions & RunOptions): Promise<GramAccumulator>;

  /**
   * The sums of rows that come in chunks, as those of `regulus/readers` do: what a new {@link GramAccumulator} is that is given one chunk
   * after the other, or with `groups` a {@link GroupedAccumulator}. X of a chunk is made on this thread, which sums groups and sparse rows too.
   */
  gramOf(
    chunks: AsyncIterable<TableChunk>,
    options: GramOfOptions & { groups: string },
    run?: RunOptions,
  ): Promise<GroupedAccumulator>;
  gramOf(
    chunks: AsyncIterable<TableChunk>,
    options: GramOfOptions & { groups?: undefined },
    run?: RunOptions,
  ): Promise<GramAccumulator>;
  gramOf(
    chunks: AsyncIterable<TableChunk>,
    options: GramOfOptions,
    run?: RunOptions,
  ): Promise<GramAccumulator | GroupedAccumulator>;

  /** What has been done so far. */
  stats(): ExecutorStats;
  /** Ends what is still running, whose calls reject, as all later ones do. Nothing of the executor then keeps the process alive. */
  close(): Promise<void>;
}
