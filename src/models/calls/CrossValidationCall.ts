import type { GramSums } from "../../solvers/sums/GramSums.js";
import type { SummedFold } from "../folds/FoldPaths.js";
import { areOrdinary } from "../folds/FoldSums.js";
import type { FoldResult, Grid } from "../folds/foldErrors.js";
import type { LeftOut } from "../folds/ridgeLeaveOneOut.js";
import type { NamedColumns } from "../options/columnNumbers.js";
import { countOf } from "../paths/lambdas.js";
import type { RelaxedFold } from "../relaxed/relaxedErrors.js";
import { CrossValidation } from "../results/CrossValidation.js";
import type { AnyModel } from "../results/Model.js";
import type { Path } from "../results/Path.js";
import { type Call, type Plan, plainFit } from "./Call.js";
import { CrossValidationWorkshop } from "./CrossValidationWorkshop.js";
import { type CrossValidationData, type CrossValidationPiece, cutFolds } from "./crossValidationPieces.js";
import { withNames } from "./pathCall.js";
import { RatioTables } from "./RatioTables.js";

/** The path on all rows for each of the ratios, then that without each fold, then η of the rows of each by the fits that are chosen. */
export class CrossValidationCall implements Call<CrossValidation<AnyModel>> {
  readonly kind = "crossValidate";
  readonly unit = "lambdas";
  readonly total: number;
  /** Without names, which pieces need not know. */
  readonly #data: CrossValidationData;
  readonly #columns: NamedColumns;
  readonly #ratios: readonly number[];
  readonly #isDirect: (l1Ratio: number) => boolean;
  readonly #hasSums: boolean;
  /** The lambdas of a path. */
  readonly #steps: number;

  /**
   * @param isDirect - Whether no path without a row has to be fitted for a ratio.
   * @param hasSums - Whether the sums of folds may do in place of their fits.
   */
  constructor(
    data: CrossValidationData,
    ratios: readonly number[],
    isDirect: (l1Ratio: number) => boolean,
    hasSums: boolean,
  ) {
    this.#data = { ...data, fit: { ...data.fit, columns: {} } };
    this.#columns = data.fit.columns;
    this.#ratios = ratios;
    this.#isDirect = isDirect;
    this.#hasSums = hasSums;
    this.#steps = countOf(data.lambdas);
    this.total = ratios.length * (1 + data.folds.count) * this.#steps;
  }

  open(): CrossValidationWorkshop {
    return new CrossValidationWorkshop(this.#data);
  }

  data(): unknown {
    return { ...this.#data, fit: plainFit(this.#data.fit) };
  }

  *plan(): Plan<CrossValidation<AnyModel>> {
    const { seed, of } = this.#data.folds;
    const tables = new RatioTables(this.#data);
    const isSummed = this.#hasSums && (yield* this.#bySums(tables));
    if (!isSummed) yield* this.#byFits(tables);
    const [decisionsMin, decisions1se = decisionsMin] = yield* tables.decisions();
    return new CrossValidation(tables.all, { seed, folds: of, decisionsMin, decisions1se });
  }

  /** False, and nothing added, where sums are not as accurate as a fit of each fold would be. */
  *#bySums(tables: RatioTables): Plan<boolean> {
    const { matrix, folds } = this.#data;
    const { rows: n, columns: p } = matrix;
    const sums = yield { pieces: cutFolds(folds, (n / folds.count) * p * p, 0, () => ({ do: "sums" })) };
    const own = sums.flat() as GramSums[];
    if (!areOrdinary(own)) return false;
    const paths = yield* this.#paths("summedPath", own);
    const grids = paths.map(({ lambdas, l1Ratio }) => ({ lambdas, l1Ratio }));
    const units = paths.length * this.#steps;
    const found = yield {
      pieces: cutFolds(folds, units * p * p, units, () => ({ do: "summedFolds", grids })),
      isOver: (result) => result === undefined,
    };
    if (found.includes(undefined)) return false;
    const results = found.flat() as SummedFold[][];
    paths.forEach((path, r) => {
      tables.addSums(
        withNames(path, this.#columns),
        results.map((ofRatios) => ofRatios[r]),
      );
    });
    return true;
  }

  *#byFits(tables: RatioTables): Plan<void> {
    for (const path of yield* this.#paths("path")) {
      const named = withNames(path, this.#columns);
      if (this.#isDirect(path.l1Ratio)) tables.addLeftOut(named, yield* this.#leaveOut(path));
      else if (this.#data.gammas.length > 0) tables.addRelaxed(named, yield* this.#folds<RelaxedFold>("relaxed", path));
      else tables.addFolds(named, yield* this.#folds<FoldResult>("folds", path));
    }
  }

  /** The paths on all rows. */
  *#paths(task: "path" | "summedPath", share?: readonly GramSums[]): Plan<readonly Path<AnyModel>[]> {
    const pieces = this.#ratios.map((l1Ratio): CrossValidationPiece => ({ do: task, units: this.#steps, l1Ratio }));
    return (yield { ...(share && { share }), pieces }) as readonly Path<AnyModel>[];
  }

  /** What fits without each fold give on the grid of a path. */
  *#folds<Found>(task: "folds" | "relaxed", { lambdas, l1Ratio }: Grid): Plan<readonly Found[]> {
    const { matrix, folds } = this.#data;
    const cost = matrix.rows * matrix.columns * lambdas.length;
    const pieces = cutFolds(folds, cost, this.#steps, () => ({ do: task, grid: { lambdas, l1Ratio } }));
    return (yield { pieces }).flat() as Found[];
  }

  *#leaveOut({ lambdas }: Grid): Plan<LeftOut> {
    const units = this.#data.folds.count * this.#steps;
    const piece: CrossValidationPiece = { do: "leaveOneOut", units, lambdas };
    const [found] = yield { pieces: [piece] };
    return found as LeftOut;
  }
}
