import type { Active, Coordinates, Projection } from "../designs/coordinates.js";
import type { CrossGram } from "../designs/Design.js";
import type { Dependence } from "../designs/dependence.js";
import { ColumnBasis, wideBasis } from "./columnBasis.js";
import { Problem, type Root, type RootedProblem } from "./Problem.js";
import { Rounding } from "./Rounding.js";

/** A gaussian problem whose columns are at hand: they can be filled in, and multiplied with each other and with the response. */
export abstract class DataProblem extends Problem implements RootedProblem {
  /** Its fields that others may share. */
  readonly coordinates: Coordinates;
  readonly y: Float64Array;
  /** The residual y − X·b, as of the latest refresh. */
  readonly r: Float64Array;
  /** As of the latest residual, which measures what there is to round. */
  protected readonly rounding: Rounding;
  readonly #dependence: Dependence;
  /** Of the columns that were projected on last. */
  #basis: { of: string; columns: ColumnBasis } | undefined;

  constructor(coordinates: Coordinates, y: Float64Array, r: Float64Array, dependence: Dependence) {
    super(coordinates);
    this.coordinates = coordinates;
    this.y = y;
    this.r = r;
    this.rounding = new Rounding(coordinates);
    this.#dependence = dependence;
  }

  /** out ← Xᵀy in the eligible columns; returns ‖y‖² */
  abstract responseProducts(out: Float64Array): number;

  abstract readonly crossGram: CrossGram;

  /** The listed columns, filled in, one after the other. */
  abstract fill(columns: readonly number[]): Float64Array;

  /** Xᵀr in the eligible columns. */
  protected abstract products(): Float64Array;

  root(columns: Int32Array): Root {
    return { rows: this.n, X: this.fill(Array.from(columns)), r: this.r.slice() };
  }

  override project(
    columns: readonly number[],
    residualSquares: number,
    _count: number,
    _listed: Int32Array,
    active?: Active,
  ): Projection | undefined {
    const of = columns.join();
    if (this.#basis?.of !== of) this.#basis = { of, columns: this.#basisOf(columns) };
    const all = [...columns, ...(active?.columns ?? [])];
    const wide = active && wideBasis(this.n, this.fill(all), Array.from(all.keys()), active);
    return this.#basis.columns.project(this.r, residualSquares, () => this.products(), this.#dependence, wide);
  }

  #basisOf(columns: readonly number[]): ColumnBasis {
    return new ColumnBasis(this.n, this.fill(columns), Array.from(columns.keys()), columns);
  }

  override shrinkageGap(...dual: Parameters<Problem["shrinkageGap"]>): number {
    return this.rounding.shrinkageGap(...dual);
  }

  override slack(...dual: Parameters<Problem["slack"]>): number {
    return this.rounding.slack(...dual);
  }
}
