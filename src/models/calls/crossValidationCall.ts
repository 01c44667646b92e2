import { rangeError } from "../../errors.js";
import type { GramSums } from "../../solvers/sums/GramSums.js";
import { type Folds, rowsByFold } from "../dealing/Folds.js";
import { FoldPaths, type SummedFold } from "../folds/FoldPaths.js";
import { areOrdinary } from "../folds/FoldSums.js";
import { fitsOf } from "../folds/fitsOf.js";
import { type FoldResult, fitAt, foldErrors, type Grid } from "../folds/foldErrors.js";
import { type FitOf, type FoldFit, heldOut, keep } from "../folds/heldOut.js";
import { type LeftOut, ridgeLeaveOneOut } from "../folds/ridgeLeaveOneOut.js";
import { chooseMix, describePath, tabulate } from "../folds/tabulate.js";
import type { Measure } from "../options/measure.js";
import { wholeMixAt } from "../relaxed/mixAt.js";
import { type RelaxedFold, relaxedErrors } from "../relaxed/relaxedErrors.js";
import { CrossValidation, type CrossValidationTable, isBetter } from "../results/CrossValidation.js";
import type { AnyModel } from "../results/Model.js";
import type { Path } from "../results/Path.js";
import { type Call, type Piece, type Plan, plainFit, rangesOf, type Workshop } from "./Call.js";
import { countOf, type PathData, type PathPiece, pathOf, withNames } from "./pathCall.js";

/** What is cross-validated, and how. */
export interface CrossValidationData extends PathData {
  folds: Folds;
  /** The weight of each. */
  weightOf: Float64Array;
  measure: Measure;
  keepFolds: boolean;
}

type Table = CrossValidationTable<AnyModel>;

/** η of all rows at lambdaMin, and at lambda1se where that is another. */
type Decisions = readonly Float64Array[];

/** Folds from one to another. */
interface FoldsPiece extends Piece {
  readonly from: number;
  readonly to: number;
}

/** The pieces of a cross-validation. Those by sums need the sums of all folds, which are shared. */
type CrossValidationPiece =
  | PathPiece
  | (FoldsPiece & { readonly do: "folds" | "relaxed"; readonly grid: Grid })
  | (FoldsPiece & { readonly do: "sums" })
  | (Piece & { readonly do: "summedPath"; readonly l1Ratio: number })
  | (FoldsPiece & { readonly do: "summedFolds"; readonly grids: readonly Grid[] })
  | (Piece & { readonly do: "leaveOneOut"; readonly lambdas: Float64Array })
  | (FoldsPiece & { readonly do: "heldOut"; readonly fits: readonly (readonly FoldFit[])[] });

/** Whether the fits of folds are kept until a lambda is chosen, rather than η of all rows. */
const isByFit = ({ keepFolds, matrix, folds }: CrossValidationData): boolean =>
  keepFolds || matrix.rows > folds.count * matrix.columns;

export function openCrossValidation(data: CrossValidationData): Workshop {
  const { matrix, target, fit, folds, lambdas, gammas, measure, weightOf } = data;
  let rows: readonly Int32Array[] | undefined;
  let paths: FoldPaths | undefined;
  const rowsOf = (fold: number): Int32Array => {
    rows ??= rowsByFold(folds);
    return rows[fold];
  };
  const summed = (): FoldPaths => {
    paths ??= new FoldPaths(matrix, target, fit, folds);
    return paths;
  };
  return {
    share: (own) => summed().take(own as readonly GramSums[]),
    close: () => paths?.close(),
    *work(given) {
      const piece = given as CrossValidationPiece;
      if (piece.do === "path") return yield* pathOf(data, piece);
      if (piece.do === "summedPath") return yield* summed().path(piece.l1Ratio, lambdas);
      if (piece.do === "leaveOneOut") return ridgeLeaveOneOut(matrix, target, fit, piece.lambdas, measure, weightOf);
      const results: unknown[] = [];
      for (let fold = piece.from; fold < piece.to; ++fold) {
        const own = rowsOf(fold);
        if (piece.do === "sums") results.push(summed().sum(fold));
        else if (piece.do === "heldOut") {
          results.push(heldOut(matrix, fit.settings.offset, own, piece.fits[fold - piece.from]));
        } else if (piece.do === "summedFolds") {
          const found = yield* summed().fold(fold, piece.grids, measure);
          if (found === undefined) return undefined;
          results.push(found);
        } else if (piece.do === "folds") {
          results.push(yield* foldErrors(matrix, target, fit, piece.grid, folds, fold, own, measure, isByFit(data)));
        } else {
          results.push(yield* relaxedErrors(matrix, target, fit, piece.grid, folds, fold, own, measure, gammas));
        }
        yield 0;
      }
      return results;
    },
  };
}

/**
 * The path on all rows for each of the ratios, then that without each fold, then η of the rows of each by the fits that are chosen.
 *
 * @param isDirect - Of each ratio, whether no path without a row has to be fitted.
 * @param hasSums - Whether the sums of folds may do in place of their fits.
 */
export function crossValidationCall(
  given: CrossValidationData,
  ratios: readonly number[],
  isDirect: readonly boolean[],
  hasSums: boolean,
): Call<CrossValidation<AnyModel>> {
  const { columns } = given.fit;
  const data = { ...given, fit: { ...given.fit, columns: {} } };
  const { matrix, fit, folds, lambdas, gammas, weightOf, measure, keepFolds } = data;
  const { rows: n, columns: p } = matrix;
  const steps = countOf(lambdas);
  const tables: Table[] = [];
  let best: { table: Table; decisions: Decisions | (() => Plan<Decisions>) } | undefined;

  /** Takes a table; rows are predicted if it is the best of all. */
  const offer = (table: Table, decisions: Decisions | (() => Plan<Decisions>)): void => {
    tables.push(table);
    if (best === undefined || isBetter(table, best.table)) best = { table, decisions };
  };
  const kept = (path: Path<AnyModel>, fitOf: FitOf) => keepFolds && keep(folds.count, path.lambdas.length, fitOf);

  /** Pieces of some folds each, given what one costs and counts for. */
  const cut = <P extends Partial<FoldsPiece>>(cost: number, units: number, rest: (from: number, to: number) => P) =>
    rangesOf(folds.count, cost).map(([from, to]) => ({ units: (to - from) * units, from, to, ...rest(from, to) }));

  function* predict(places: readonly number[], fitOf: FitOf): Plan<Decisions> {
    const results = yield {
      pieces: cut((n / folds.count) * p * places.length, 0, (from, to) => ({
        do: "heldOut",
        fits: Array.from({ length: to - from }, (_, k) => places.map((place) => fitOf(from + k, place))),
      })),
    };
    const etas = results.flat() as Float64Array[][];
    const K = fitOf(0, 0).intercepts.length;
    const all = scatter(folds, K, (fold) => etas[fold], places.length);
    // No fit has seen the values in rows of weight 0.
    const bad = all[0].findIndex(Number.isNaN);
    if (bad < 0) return all;
    throw rangeError("ERR_NOT_FINITE", `"X" must be finite, got a row whose η is NaN: row ${Math.floor(bad / K)}`);
  }

  const add = (path: Path<AnyModel>, errors: Float64Array, fitOf?: FitOf, etas?: (fold: number) => Float64Array) => {
    const found = tabulate(path.lambdas.length, errors, weightOf);
    const { indexMin, index1se } = found;
    const described = describePath(path, measure, errors, weightOf, found);
    const table = { ...described, ...found, ...(fitOf && kept(path, fitOf)) };
    const places = [...new Set([indexMin, index1se])];
    offer(table, function* () {
      if (fitOf !== undefined) return yield* predict(places, fitOf);
      const K = path.intercepts.length / path.lambdas.length;
      const at = (eta: Float64Array, place: number): Float64Array => {
        const size = eta.length / path.lambdas.length;
        return eta.subarray(place * size, (place + 1) * size);
      };
      return scatter(folds, K, (fold) => places.map((place) => at(etas!(fold), place)), places.length);
    });
  };

  const addRelaxed = (path: Path<AnyModel>, found: readonly RelaxedFold[]): void => {
    const byGamma = gammas.map((gamma, g) => {
      const errors = joined(found.map(({ errors }) => errors[g]));
      return { gamma, foldErrors: errors, ...tabulate(path.lambdas.length, errors, weightOf) };
    });
    const { min, oneSe, ...places } = chooseMix(byGamma);
    const { meanErrors, standardErrors } = byGamma[min];
    const fitOf = (fold: number, place: number, gamma: number): FoldFit =>
      wholeMixAt(found[fold].own, found[fold].free, place, gamma);
    const table = {
      ...describePath(path, measure, byGamma[min].foldErrors, weightOf, places),
      ...{ meanErrors, standardErrors, ...places, gammaMin: gammas[min], gamma1se: gammas[oneSe], byGamma },
      ...kept(path, (fold, place) => fitOf(fold, place, 1)),
    };
    const pairs: (readonly [number, number])[] = [
      [places.indexMin, gammas[min]],
      [places.index1se, gammas[oneSe]],
    ];
    offer(table, () => predict([0, 1], (fold, pair) => fitOf(fold, ...pairs[pair])));
  };

  /** False, and nothing added, where sums are not as accurate as a fit of each fold would be. */
  function* bySums(): Plan<boolean> {
    const sums = yield { pieces: cut((n / folds.count) * p * p, 0, () => ({ do: "sums" })) };
    const own = sums.flat() as GramSums[];
    if (!areOrdinary(own)) return false;
    const paths = (yield {
      share: own,
      pieces: ratios.map((l1Ratio) => ({ do: "summedPath", units: steps, l1Ratio })),
    }) as readonly Path<AnyModel>[];
    const grids = paths.map(({ lambdas, l1Ratio }) => ({ lambdas, l1Ratio }));
    const found = yield {
      pieces: cut(ratios.length * steps * p * p, ratios.length * steps, () => ({ do: "summedFolds", grids })),
      isOver: (result) => result === undefined,
    };
    if (found.includes(undefined)) return false;
    const results = found.flat() as SummedFold[][];
    paths.forEach((path, r) => {
      const fits = results.map((each) => fitsOf(each[r].point, each[r].solutions, fit.settings));
      const errors = joined(results.map((each) => each[r].errors));
      add(withNames(path, columns), errors, (fold, place) => fits[fold](place));
    });
    return true;
  }

  function* byFits(): Plan<void> {
    const paths = (yield {
      pieces: ratios.map((l1Ratio) => ({ do: "path", units: steps, l1Ratio })),
    }) as readonly Path<AnyModel>[];
    for (const [r, unnamed] of paths.entries()) {
      const { lambdas, l1Ratio } = unnamed;
      const path = withNames(unnamed, columns);
      if (isDirect[r]) {
        const [found] = yield { pieces: [{ do: "leaveOneOut", units: folds.count * steps, lambdas } as Piece] };
        const { errors, gcvErrors, decisions } = found as LeftOut;
        const table = tabulate(lambdas.length, errors, weightOf);
        offer({ ...describePath(path, measure, errors, weightOf, table), ...table, gcvErrors }, decisions);
        continue;
      }
      const kind = gammas.length > 0 ? "relaxed" : "folds";
      const results = (yield {
        pieces: cut(n * p * lambdas.length, steps, () => ({ do: kind, grid: { lambdas, l1Ratio } })),
      }).flat();
      if (kind === "relaxed") {
        addRelaxed(path, results as RelaxedFold[]);
        continue;
      }
      const found = results as FoldResult[];
      const errors = joined(found.map((each) => each.errors));
      if (isByFit(data)) add(path, errors, (fold, k) => fitAt(found[fold].fits!, k, lambdas.length));
      else add(path, errors, undefined, (fold) => found[fold].etas!);
    }
  }

  return {
    kind: "crossValidate",
    open: () => openCrossValidation(data),
    data: () => ({ ...data, fit: plainFit(data.fit) }),
    unit: "lambdas",
    total: ratios.length * (1 + folds.count) * steps,
    *plan() {
      if (!(hasSums && (yield* bySums()))) yield* byFits();
      const { decisions } = best!;
      const [decisionsMin, decisions1se = decisionsMin] =
        typeof decisions === "function" ? yield* decisions() : decisions;
      return new CrossValidation(tables, { seed: folds.seed, folds: folds.of, decisionsMin, decisions1se });
    },
  };
}

/** One list after the other. */
function joined(lists: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

/** η of all rows, K for each, of those of each fold, `count` times. */
function scatter(
  folds: Folds,
  K: number,
  of: (fold: number) => readonly Float64Array[],
  count: number,
): Float64Array[] {
  const all = Array.from({ length: count }, () => new Float64Array(folds.of.length * K));
  rowsByFold(folds).forEach((rows, fold) => {
    of(fold).forEach((etas, at) => {
      for (let i = 0; i < rows.length; ++i) {
        for (let c = 0; c < K; ++c) all[at][rows[i] * K + c] = etas[i * K + c];
      }
    });
  });
  return all;
}
