import type {
  AddOptions,
  ClassifierCrossValidationOptions,
  ClassifierOptions,
  ClassifierPathOptions,
  CrossValidation,
  CrossValidationOptions,
  Executor,
  Family,
  GramAccumulator,
  ManyModels,
  ManyOptions,
  MatrixLike,
  ModelOf,
  NumberFamily,
  Path,
  PathOptions,
  RunOptions,
  VectorLike,
} from "../index.js";
import type { Reference } from "./Reference.js";

/** Options with numbers of files among them. */
type Referenced<T> = {
  [K in keyof T]: K extends "weights" | "offset" ? T[K] | Reference : T[K];
};
type ManyReferenced<T> = {
  [K in keyof T]: K extends "X" | "y" | "weights" | "offset" ? T[K] | Reference | readonly Reference[] : T[K];
};

/** Calls whose data, or parts of it, are in files. Labels in files are numbers. */
export interface ReferenceCalls {
  /** `fitMany` of X and y in files: blocks of rows, models that share X, or lists with a file for each model. */
  fitMany<F extends Family = "gaussian">(
    options: ManyReferenced<ManyOptions<F>> & { family?: F },
    run?: RunOptions,
  ): Promise<ManyModels<ModelOf<F>>>;
  /** `regularizationPath` of X and y in files. */
  regularizationPath<F extends Family = "gaussian">(
    X: MatrixLike | Reference,
    y: VectorLike | Reference,
    options?: Referenced<F extends NumberFamily ? PathOptions<F> : ClassifierPathOptions & ClassifierOptions> & {
      family?: F;
    },
    run?: RunOptions,
  ): Promise<Path<ModelOf<F>>>;
  /** `crossValidate` of X and y in files. */
  crossValidate<F extends Family = "gaussian">(
    X: MatrixLike | Reference,
    y: VectorLike | Reference,
    options?: Referenced<
      F extends NumberFamily ? CrossValidationOptions<F> : ClassifierCrossValidationOptions & ClassifierOptions
    > & { family?: F },
    run?: RunOptions,
  ): Promise<CrossValidation<ModelOf<F>>>;
  /** The sums of rows in files, as `toBytes` has them: the block that is still open is closed. */
  gram(
    X: MatrixLike | Reference,
    y: VectorLike | MatrixLike | Reference,
    options?: Referenced<AddOptions> & RunOptions,
  ): Promise<GramAccumulator>;
}

/** What `createQueueExecutor` makes: an executor that takes references too. */
export type QueueExecutor = Executor & ReferenceCalls;
