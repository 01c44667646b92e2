import type { SummedFold } from "../folds/FoldPaths.js";
import { fitsOf } from "../folds/fitsOf.js";
import { type FoldResult, fitAt } from "../folds/foldErrors.js";
import { type FitOf, type FoldFit, keep } from "../folds/heldOut.js";
import type { LeftOut } from "../folds/ridgeLeaveOneOut.js";
import { chooseMix, describePath, tabulate } from "../folds/tabulate.js";
import { wholeMixAt } from "../relaxed/mixAt.js";
import type { RelaxedFold } from "../relaxed/relaxedErrors.js";
import { type CrossValidationTable, isBetter } from "../results/CrossValidation.js";
import type { AnyModel } from "../results/Model.js";
import type { Path } from "../results/Path.js";
import type { Plan } from "./Call.js";
import { type CrossValidationData, isByFit } from "./crossValidationPieces.js";
import { gatherRows, predictRows, type WithoutFold } from "./outOfFold.js";

type Table = CrossValidationTable<AnyModel>;
type AnyPath = Path<AnyModel>;

/** Where η of all rows comes from at lambdaMin, and at lambda1se where that is another. */
type Decisive = { readonly fits: WithoutFold<FoldFit> } | { readonly etas: () => readonly Float64Array[] };

/** The table of each ratio, and what decides of the rows by the best of them: of the others, that is let go. */
export class RatioTables {
  readonly all: Table[] = [];
  readonly #data: CrossValidationData;
  #best: Table | undefined;
  #decisive!: Decisive;

  constructor(data: CrossValidationData) {
    this.#data = data;
  }

  /** Adds what sums say of each fold. */
  addSums(path: AnyPath, found: readonly SummedFold[]): void {
    const { settings } = this.#data.fit;
    const fits = found.map(({ point, solutions }) => fitsOf(point, solutions, settings));
    this.#addFits(path, errorsOf(found), (fold, place) => fits[fold](place));
  }

  /** Adds what a fit without each fold says of it. */
  addFolds(path: AnyPath, found: readonly FoldResult[]): void {
    const steps = path.lambdas.length;
    const errors = errorsOf(found);
    if (isByFit(this.#data)) {
      this.#addFits(path, errors, (fold, place) => fitAt(found[fold].fits!, place, steps));
      return;
    }
    const table = this.#tabulate(path, errors);
    const etas = placesOf(table).map((place) => (fold: number) => {
      const eta = found[fold].etas!;
      const size = eta.length / steps;
      return eta.subarray(place * size, (place + 1) * size);
    });
    const K = path.intercepts.length / steps;
    this.#offer(table, { etas: () => gatherRows(this.#data.folds, K, etas) });
  }

  /** Adds what a relaxed fit without each fold says of it. */
  addRelaxed(path: AnyPath, found: readonly RelaxedFold[]): void {
    const { gammas, measure, weightOf } = this.#data;
    const byGamma = gammas.map((gamma, g) => {
      const foldErrors = joined(found.map(({ errors }) => errors[g]));
      return { gamma, foldErrors, ...tabulate(path.lambdas.length, foldErrors, weightOf) };
    });
    const { min, oneSe, ...places } = chooseMix(byGamma);
    const { foldErrors, meanErrors, standardErrors } = byGamma[min];
    const fitOf = (fold: number, place: number, gamma: number): FoldFit =>
      wholeMixAt(found[fold].own, found[fold].free, place, gamma);
    const table = {
      ...describePath(path, measure, foldErrors, weightOf, places),
      ...{ meanErrors, standardErrors, ...places, gammaMin: gammas[min], gamma1se: gammas[oneSe], byGamma },
      ...this.#kept(path, (fold, place) => fitOf(fold, place, 1)),
    };
    const fits = [
      (fold: number) => fitOf(fold, places.indexMin, gammas[min]),
      (fold: number) => fitOf(fold, places.index1se, gammas[oneSe]),
    ];
    this.#offer(table, { fits });
  }

  /** Adds what leaving out each row says. */
  addLeftOut(path: AnyPath, { errors, gcvErrors, decisions }: LeftOut): void {
    this.#offer({ ...this.#tabulate(path, errors), gcvErrors }, { etas: () => decisions });
  }

  /** η of all rows by the best of all, at lambdaMin, and at lambda1se where that is another. */
  *decisions(): Plan<readonly Float64Array[]> {
    const decisive = this.#decisive;
    return "fits" in decisive ? yield* predictRows(this.#data, decisive.fits) : decisive.etas();
  }

  #addFits(path: AnyPath, errors: Float64Array, fitOf: FitOf): void {
    const table = { ...this.#tabulate(path, errors), ...this.#kept(path, fitOf) };
    this.#offer(table, { fits: placesOf(table).map((place) => (fold) => fitOf(fold, place)) });
  }

  #tabulate(path: AnyPath, errors: Float64Array): Table {
    const { measure, weightOf } = this.#data;
    const table = tabulate(path.lambdas.length, errors, weightOf);
    return { ...describePath(path, measure, errors, weightOf, table), ...table };
  }

  #kept({ lambdas }: AnyPath, fitOf: FitOf) {
    const { keepFolds, folds } = this.#data;
    return keepFolds && keep(folds.count, lambdas.length, fitOf);
  }

  #offer(table: Table, decisive: Decisive): void {
    this.all.push(table);
    if (this.#best !== undefined && !isBetter(table, this.#best)) return;
    this.#best = table;
    this.#decisive = decisive;
  }
}

/** The places of both rules. */
const placesOf = ({ indexMin, index1se }: Table): number[] => [...new Set([indexMin, index1se])];

const errorsOf = (found: readonly { errors: Float64Array }[]): Float64Array =>
  joined(found.map(({ errors }) => errors));

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
