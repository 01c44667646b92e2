import type { Steps } from "../../kernels/steps.js";
import type { GramSums } from "../../solvers/sums/GramSums.js";
import { rowsByFold } from "../dealing/Folds.js";
import { FoldPaths } from "../folds/FoldPaths.js";
import { foldErrors } from "../folds/foldErrors.js";
import { heldOut } from "../folds/heldOut.js";
import { ridgeLeaveOneOut } from "../folds/ridgeLeaveOneOut.js";
import { relaxedErrors } from "../relaxed/relaxedErrors.js";
import type { Workshop } from "./Call.js";
import { ColumnsTogether } from "./ColumnsTogether.js";
import { type CrossValidationData, type CrossValidationPiece, isByFit } from "./crossValidationPieces.js";
import { pathOf } from "./pathCall.js";

/** Works on the pieces of a cross-validation. Those of some folds give a list, or undefined where sums would not do. */
export class CrossValidationWorkshop implements Workshop {
  readonly #data: CrossValidationData;
  #foldRows: readonly Int32Array[] | undefined;
  #foldPaths: FoldPaths | undefined;
  /** X as fits read it. */
  readonly #fitted: ColumnsTogether;

  constructor(data: CrossValidationData) {
    this.#data = data;
    this.#fitted = new ColumnsTogether(data.matrix);
  }

  share(own: unknown): void {
    this.#paths().take(own as readonly GramSums[]);
  }

  close(): void {
    this.#foldPaths?.close();
    this.#fitted.close();
  }

  *work(piece: CrossValidationPiece): Steps<unknown> {
    const { matrix, target, fit, lambdas, measure, weightOf, byColumns } = this.#data;
    if (piece.do === "path")
      return yield* pathOf(byColumns ? { ...this.#data, matrix: this.#fitted.X } : this.#data, piece);
    if (piece.do === "summedPath") return yield* this.#paths().path(piece.l1Ratio, lambdas);
    if (piece.do === "leaveOneOut") return ridgeLeaveOneOut(matrix, target, fit, piece.lambdas, measure, weightOf);
    const results: unknown[] = [];
    for (let fold = piece.from; fold < piece.to; ++fold) {
      const result = yield* this.#workOnFold(piece, fold);
      if (result === undefined) return undefined;
      results.push(result);
      yield 0;
    }
    return results;
  }

  *#workOnFold(piece: Extract<CrossValidationPiece, { from: number }>, fold: number): Steps<unknown> {
    const data = this.#data;
    switch (piece.do) {
      case "sums":
        return this.#paths().sum(fold);
      case "summedFolds":
        return yield* this.#paths().fold(fold, piece.grids, data.measure);
      case "folds":
        return yield* foldErrors(
          { ...data, matrix: this.#fitted.X },
          piece.grid,
          fold,
          this.#rows(fold),
          isByFit(data),
        );
      case "relaxed":
        return yield* relaxedErrors(data, piece.grid, fold, this.#rows(fold), data.gammas);
      case "heldOut":
        return heldOut(data.matrix, data.fit.settings.offset, this.#rows(fold), piece.fits[fold - piece.from]);
    }
  }

  #rows(fold: number): Int32Array {
    this.#foldRows ??= rowsByFold(this.#data.folds);
    return this.#foldRows[fold];
  }

  #paths(): FoldPaths {
    const { matrix, target, fit, folds } = this.#data;
    this.#foldPaths ??= new FoldPaths(matrix, target, fit, folds);
    return this.#foldPaths;
  }
}
