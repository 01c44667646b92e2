import type { TableChunk } from "../../data/tables/readTable.js";
import { checkOptions, reading } from "../../errors.js";
import { ENGINE } from "../../host.js";
import type { AddOptions } from "../sums/readBatch.js";
import type { GramOfOptions } from "../sums/SumsStream.js";
import type { Executor, RunOptions } from "./Executor.js";
import { type Elsewhere, type Engine, Runner } from "./Runner.js";

/** The executor of an engine. */
export function executorOf(engine: Engine, elsewhere: Elsewhere = () => undefined): Executor {
  const runner = new Runner(engine, elsewhere);
  const executor = {
    fitMany: (options: never, more?: RunOptions) => runner.run("fitMany", [options], more),
    regularizationPath: (X: never, y: never, options: never, more?: RunOptions) =>
      runner.run("regularizationPath", [X, y, options], more),
    crossValidate: (X: never, y: never, options: never, more?: RunOptions) =>
      runner.run("crossValidate", [X, y, options], more),
    gram: async (X: never, y: never, options: AddOptions & RunOptions = {}) => {
      checkOptions("gram", options, ["weights", "fold", "signal", "onProgress", "transfer"]);
      const { weights, fold, ...more } = options;
      return runner.run("gram", [X, y, { weights, fold }], more);
    },
    gramOf: async (chunks: Chunks, options: GramOfOptions, more?: RunOptions) => {
      if (engine.readsFiles) reading('"chunks"', () => chunks?.[ENGINE]?.(engine));
      return runner.sum(chunks, options, more);
    },
    stats: () => engine.stats(),
    close: () => runner.close(),
  };
  if (engine.readsFiles) Object.defineProperty(executor, ENGINE, { value: engine });
  const { asyncDispose } = Symbol as { asyncDispose?: symbol };
  return (asyncDispose === undefined
    ? executor
    : Object.assign(executor, { [asyncDispose]: executor.close })) as unknown as Executor;
}

/** Chunks, of which some may be made by an engine. */
type Chunks = AsyncIterable<TableChunk> & { [ENGINE]?(engine: Engine): void };
