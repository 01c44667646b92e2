import type { Matrix } from "../../data/Matrix.js";
import type { Heap, Layout } from "../../kernels/arena.js";
import { SmallPath, type SmallPathSettings } from "../../solvers/batch/SmallPath.js";
import type { FitSettings } from "../../solvers/designs/rows.js";
import type { Folds } from "../dealing/Folds.js";
import type { Lambdas } from "../options/Fit.js";
import { gridOf, SATURATED } from "../paths/fitPath.js";
import { isBetter, type Rule } from "../results/CrossValidation.js";
import { ErrorForm } from "./ErrorForm.js";
import { areOrdinary, FoldSums } from "./FoldSums.js";
import { foldWeights } from "./foldChecks.js";
import { type Table, tabulate } from "./tabulate.js";

/** How many of what one problem has at the most. */
export interface Most {
  rows: number;
  columns: number;
  folds: number;
}

/** What a problem's cross-validation chose. */
export interface Choice {
  lambda: number;
  l1Ratio: number;
  error: number;
  standardError: number;
  iterations: number;
}

/** A path on all rows. */
interface FullPath {
  l1Ratio: number;
  lambdas: Float64Array;
  /** b of each, p apart. */
  solutions: Float64Array;
  iterations: Int32Array;
}

/**
 * Cross-validations of one small gaussian problem after the other, in one memory: as {@link FoldPaths} has them, each path by a
 * {@link SmallPath}.
 */
export class SmallFolds {
  /** Holds what the latest problem chose. */
  readonly full: SmallPath;
  readonly #part: SmallPath;
  readonly #heap: Heap;
  readonly #settings: SmallPathSettings;
  readonly #ratios: readonly number[];
  readonly #lambdas: Lambdas;

  static layout({ rows, columns, folds }: Most): Layout {
    const path = SmallPath.layout(columns);
    return [path, path, FoldSums.layoutOf({ columns }, folds, rows), ErrorForm.layout(columns)];
  }

  constructor(heap: Heap, columns: number, settings: SmallPathSettings, ratios: readonly number[], lambdas: Lambdas) {
    this.#heap = heap;
    this.#settings = settings;
    this.#ratios = ratios;
    this.#lambdas = lambdas;
    this.full = new SmallPath(heap, columns, settings);
    this.#part = new SmallPath(heap, columns, settings);
  }

  /**
   * Chooses lambda and l1Ratio of a problem whose weights are all positive; `full` then is at its solution. Undefined where that cannot be had for
   * certain.
   *
   * @throws RangeError for what no cross-validation takes.
   */
  choose(
    X: Matrix,
    y: Float64Array,
    rows: Pick<FitSettings, "offset" | "weights">,
    folds: Folds,
    rule: Rule,
  ): Choice | undefined {
    return this.#heap.scoped(() => {
      const { full } = this;
      const { count } = folds;
      const n = X.rows;
      const weights = foldWeights(rows.weights, folds);
      const sums = new FoldSums(this.#heap, X, y, rows, folds);
      const { own, pivots } = sums;
      own.forEach((_, fold) => {
        sums.sum(fold);
      });
      sums.take(own);
      if (!areOrdinary(own) || !full.load(sums.all, pivots, n, count, (column) => sums.isFlat(column)))
        return undefined;
      const found: { path: FullPath; errors: Float64Array }[] = [];
      for (const l1Ratio of this.#ratios) {
        const path = this.#path(n, X.columns, l1Ratio);
        if (path === undefined) return undefined;
        found.push({ path, errors: new Float64Array(count * path.lambdas.length) });
      }
      const form = new ErrorForm(this.#heap, pivots);
      const part = this.#part;
      const point = {
        b: part.b,
        scales: new Float64Array(X.columns).fill(1),
        eligible: Int32Array.from(pivots.keys()).subarray(0, -1),
      };
      for (let fold = 0; fold < count; ++fold) {
        const training = sums.without(fold);
        const errorOf = form.of(own[fold], this.#settings.intercept ? training : undefined);
        const isLoaded = part.load(training, pivots, n, count, (column) => sums.isFlat(column, fold));
        if (!isLoaded) return undefined;
        for (const { path, errors } of found) {
          const { lambdas, l1Ratio } = path;
          part.begin();
          for (let k = 0, at = fold * lambdas.length; k < lambdas.length; ++k, ++at) {
            if (!part.solve(lambdas[k], l1Ratio)) return undefined;
            errors[at] = errorOf(point);
            if (!(errors[at] < Number.POSITIVE_INFINITY)) return undefined;
          }
        }
      }
      const tables = found.map(({ path, errors }) => ({ ...path, ...tabulate(path.lambdas.length, errors, weights) }));
      return this.#take(
        tables.reduce((best, table) => (isBetter(table, best) ? table : best)),
        rule,
        X.columns,
      );
    });
  }

  #path(n: number, p: number, l1Ratio: number): FullPath | undefined {
    const { full } = this;
    const lambdas = gridOf(this.#lambdas, full.lambdaMax(l1Ratio), n, p);
    const solutions = new Float64Array(lambdas.length * p);
    const iterations = new Int32Array(lambdas.length);
    full.begin();
    for (let k = 0; k < lambdas.length; ++k) {
      if (!full.solve(lambdas[k], l1Ratio)) return undefined;
      for (let j = 0; j < p; ++j) solutions[k * p + j] = full.b[j];
      iterations[k] = full.solver.iterations;
      const isSaturated =
        this.#lambdas.given === undefined && 1 - full.solver.residual / (2 * full.nullLoss) > SATURATED;
      if (isSaturated) return { l1Ratio, lambdas: lambdas.slice(0, k + 1), solutions, iterations };
    }
    return { l1Ratio, lambdas, solutions, iterations };
  }

  #take(table: FullPath & Table, rule: Rule, p: number): Choice | undefined {
    const { l1Ratio, lambdas, solutions, iterations, indexMin, index1se, meanErrors, standardErrors } = table;
    const k = rule === "min" ? indexMin : index1se;
    if (!this.full.restore(solutions.subarray(k * p, (k + 1) * p), lambdas[k], l1Ratio)) return undefined;
    return {
      lambda: lambdas[k],
      l1Ratio,
      error: meanErrors[k],
      standardError: standardErrors[k],
      iterations: iterations[k] + this.full.solver.iterations,
    };
  }
}
