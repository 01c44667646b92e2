import type { VectorLike } from "../data/toVector.js";
import { checkOptions } from "../errors.js";
import { trainingNames } from "../names/trainingNames.js";
import { OnlineModel, type OnlineOptions, rowNumbers, rowWeights } from "./OnlineModel.js";
import { type OnlineRow, type OnlineRows, rowSource } from "./rowSource.js";

/**
 * A linear regression that learns from a stream, one mini-batch or sample after the other:
 *
 * ```text
 * 1/n·Σ s_i·(y_i − x_i·w − b)²/2 + l1·Σ|w| + l2·Σw²
 * n the rows of the mini-batch
 * ```
 *
 * Memory is taken once, 48 bytes for each of the p weights, whatever the number of samples. Only weights in columns that are
 * not 0 in the mini-batch are visited; what the penalty does to the others in the meantime is caught up with when they are next
 * looked at, exactly: the weights are those of updates that visit all of them every time. Formulas: {@link OnlineOptions}.
 *
 * @example
 * const model = new OnlineRegressor(3, { method: "sgd", learningRate: 0.1, l1: 0.01 });
 * model.update([1, 0, 2], 3);                                    // one sample
 * model.update({ indices: [0, 2], values: [1, 2] }, 3);          // the same, by what is in it
 * model.update([[1, 0, 2], [0, 1, 0]], [3, -1]);                 // a mini-batch
 * model.coefficients;
 */
export class OnlineRegressor extends OnlineModel {
  /**
   * @param p - The number of columns.
   * @throws TypeError or RangeError for options that are unknown or not allowed; RangeError if p weights do not fit into a memory.
   */
  constructor(p: number, options: OnlineOptions = {}) {
    super("OnlineRegressor", p, options);
  }

  /**
   * One step with the mean gradient of the rows.
   *
   * @param X - One row: p numbers, or `{ indices, values }`. Many: `{ rowPointers, indices, values }` (CSR), or any X that fits take.
   * @param y - A number for each row; just the number for one row.
   * @param options - `weights`: a factor of each row's gradient, at least 0; the mean is still over n rows. Default 1.
   * @returns This model.
   * @throws TypeError or RangeError for what does not fit or is not finite, with its row and column, or where the gradient overflows.
   *   Nothing is changed then.
   */
  update(X: OnlineRow, y: number, options?: { weights?: number | undefined }): this;
  update(X: OnlineRows, y: VectorLike, options?: { weights?: VectorLike | undefined }): this;
  update(
    X: OnlineRow | OnlineRows,
    y: VectorLike | number,
    options: { weights?: VectorLike | number | undefined } = {},
  ): this {
    checkOptions("update", options, ["weights"], trainingNames);
    const { rates, batch } = this.prepare(() => {
      const rows = rowSource(X, this.columns);
      return { rows, targets: rowNumbers("y", y, rows), weights: rowWeights(options.weights, rows) };
    });
    this.learn(rates, batch.rows, batch.targets, batch.weights, (eta, target) => eta - target);
    return this;
  }

  /** Predicts x·w + b for each row, or for the one. */
  predict(X: OnlineRow): number;
  predict(X: OnlineRows): Float64Array;
  predict(X: OnlineRow | OnlineRows): Float64Array | number {
    const rows = rowSource(X, this.columns);
    const etas = this.etas(rows);
    return rows.single ? etas[0] : etas;
  }
}
