import { byFour, float64, type Heap, type Layout, take } from "../../kernels/arena.js";
import { moments as columnMoments } from "../../kernels/js/matrices/dense.js";
import { LEAST_SQUARE, mayBeLevel } from "../designs/magnitudes.js";
import type { ColumnTraits, FitSettings } from "../designs/rows.js";
import type { TallSums } from "../sums/tall/TallSums.js";

/** Second moments that are this much larger than a variance leave too few digits of it. */
const CANCELLED = 1e6;

function ownLayout(p: number, isFine: boolean) {
  const vector = float64(p);
  const vectors = [vector, vector, vector, vector, vector, vector, vector] as const;
  return [...vectors, float64(p * p), float64(isFine ? p * p : 0)] as const;
}

/** Whether the bounds of a column treat both signs of a gradient alike, or ignore one. */
function isSymmetric(j: number, { lowerBounds, upperBounds }: FitSettings): boolean {
  const lower = lowerBounds?.[j] ?? Number.NEGATIVE_INFINITY;
  const upper = upperBounds?.[j] ?? Number.POSITIVE_INFINITY;
  return lower === 0 || upper === 0 || lower === -upper;
}

/** Whether products of any of p columns may be rough: columns without a penalty take part in every dual point. */
export function mayAllBeRough(p: number, settings: FitSettings): boolean {
  if (settings.penaltyFactor?.includes(0)) return false;
  for (let j = 0; j < p; ++j) if (!isSymmetric(j, settings)) return false;
  return true;
}

/**
 * Rows of the Gram of a tall X in standard form, read where they are wanted: exact products with each other, of which all are there, and with columns that
 * {@link mayBeRough}, x_j = q_j + e_j, rough ones, q_i·q_j.
 */
export class TallGram {
  readonly arena: Heap;
  readonly G: Float64Array;
  /** Xᵀy */
  readonly c: Float64Array;
  readonly columns: ColumnTraits;
  /** ‖q_j‖ and ‖e_j‖ */
  readonly norms: Float64Array;
  readonly errors: Float64Array;
  /** The products e_i·e_j of columns whose rows are there; none unless they are looked at. */
  readonly rests: Float64Array;
  /** Whether a column's row is there. */
  readonly isThere: Uint8Array;
  /** Whether what rounding leaves of columns is looked at. */
  readonly isFine: boolean;
  readonly sums: TallSums;
  /** On top of the pivots. */
  readonly #means: Float64Array;
  /** Whether any product may be rough: columns without a penalty take part in every dual point. */
  readonly #hasRough: boolean;

  static layout(p: number, isFine: boolean): Layout {
    return ownLayout(p, isFine);
  }

  constructor(arena: Heap, sums: TallSums, isFine: boolean) {
    const { pivots, settings } = sums;
    const p = pivots.length;
    const arrays = take(arena, ownLayout(p, isFine));
    const [zeros, means, c, curvatures, scales, norms, errors, G, rests] = arrays;
    this.arena = arena;
    this.sums = sums;
    this.isFine = isFine;
    [this.G, this.c, this.norms, this.errors, this.rests, this.#means] = [G, c, norms, errors, rests, means];
    this.isThere = new Uint8Array(p);
    this.#hasRough = !settings.penaltyFactor?.includes(0);
    this.columns = {
      pivots,
      means: settings.intercept ? means : zeros,
      scales: scales.fill(1),
      curvatures,
      isConstant: () => false,
      moments: { means: new Float64Array(p), sds: new Float64Array(p) },
    };
  }

  /** Whether products of column j with those that have a coefficient may be rough, as only bounds on them are wanted. */
  mayBeRough(j: number): boolean {
    return this.#hasRough && isSymmetric(j, this.sums.settings);
  }

  /** Reads X for the rows of the listed columns; false where values are not finite or cancel. The first time, it reads what is known of columns too. */
  fetch(listed: ArrayLike<number>, isFirst = false): boolean {
    const { arena, sums, G, rests, isThere } = this;
    const { intercept, penaltyFactor } = sums.settings;
    const { scales } = this.columns;
    const means = this.#means;
    const p = isThere.length;
    const count = listed.length;
    const there: number[] = [];
    const apart: number[] = [];
    const rough: number[] = [];
    const isListed = new Set(Array.from(listed));
    for (let j = 0; j < p; ++j) {
      if (isListed.has(j) || penaltyFactor?.[j] === Number.POSITIVE_INFINITY) continue;
      if (isThere[j] === 1) there.push(j);
      else if (this.mayBeRough(j)) rough.push(j);
      else apart.push(j);
    }
    for (const j of isListed) isThere[j] = 1;
    const others = [...there, ...apart];
    const remainders = this.isFine ? count + there.length : 0;
    const exact = { count, columns: Int32Array.from([...isListed, ...others]), remainders };
    if (!sums.readAll(isFirst, exact, { rows: Int32Array.from(listed), columns: Int32Array.from(rough) })) return false;
    if (isFirst && !this.#setScales()) return false;
    const width = byFour(rough.length);
    const scale = sums.unit * sums.unit;
    for (let a = 0; a < count; ++a) {
      const j = listed[a];
      const row = j * p;
      for (let k = 0; k < count; ++k) G[row + listed[k]] = sums.exact[a * count + k];
      const at = count * count + a * others.length;
      for (let k = 0; k < others.length; ++k) G[row + others[k]] = sums.exact[at + k];
      for (let k = 0; k < rough.length; ++k)
        G[row + rough[k]] = sums.rough[a * width + k] + sums.sampled[row + rough[k]];
      for (let i = 0; i < p; ++i) G[row + i] *= scale;
      if (intercept) arena.kernels.float64.axpy(p, -means[j], means, 0, G, row);
      for (let i = 0; i < p; ++i) G[row + i] = G[row + i] / scales[j] / scales[i];
    }
    for (const j of isListed) for (const i of there) G[i * p + j] = G[j * p + i];
    for (let a = 0; a < count; ++a) {
      for (let k = 0; k < remainders; ++k) {
        const i = exact.columns[k];
        const j = listed[a];
        const value = (sums.remainders[a * byFour(remainders) + k] * scale) / scales[i] / scales[j];
        rests[i * p + j] = value;
        rests[j * p + i] = value;
      }
    }
    return true;
  }

  /** Takes the rough products of the sample, which is all rows, for all columns; false where values cancel. */
  takeSample(): boolean {
    const { sums } = this;
    if (!this.#setScales()) return false;
    sums.standardise(this.G, sums.unit * sums.unit, this.#means, this.columns.scales);
    return true;
  }

  /** What is known of columns, from the sums; false where they leave too little. */
  #setScales(): boolean {
    const { sums, c, norms, errors } = this;
    const { pivots, scales, curvatures, moments } = this.columns;
    const { intercept, standardize } = sums.settings;
    const { unit } = sums;
    const means = this.#means;
    for (let j = 0; j < means.length; ++j) {
      means[j] = sums.means[j] * unit * unit;
      const moment = sums.squares[j] * unit * unit;
      const variance = moment - means[j] * means[j];
      if ((intercept || standardize) && !(variance > 0 && moment <= CANCELLED * variance)) return false;
      if ((intercept || standardize) && (variance < LEAST_SQUARE || mayBeLevel(variance, pivots[j] + means[j])))
        return false;
      if (!(moment >= LEAST_SQUARE && moment < Number.POSITIVE_INFINITY)) return false;
      // Only without both they may be those of a column whose digits cancel.
      if (moment <= CANCELLED * variance) this.#setMoments(j, pivots[j] + means[j], variance);
      else this.#measureColumn(j);
      if (standardize) scales[j] = moments.sds[j];
      curvatures[j] = (intercept ? variance : moment) / (scales[j] * scales[j]);
      c[j] = (sums.products[j] * unit) / scales[j];
      norms[j] = (Math.sqrt(sums.squares[j]) * unit) / scales[j];
      errors[j] = (Math.sqrt(sums.errors[j]) * unit) / scales[j];
    }
    return true;
  }

  #setMoments(j: number, mean: number, variance: number): void {
    const { moments } = this.columns;
    moments.means[j] = mean;
    moments.sds[j] = Math.sqrt(variance);
  }

  /** Reads a column for its own moments. */
  #measureColumn(j: number): void {
    const { X, response } = this.sums;
    const { n, first, weights, totalWeight } = response;
    const column = new Float64Array(n);
    X.copyColumns(column, j, j + 1);
    const found = new Float64Array(3);
    found[0] = column[first];
    columnMoments(n, 1, column, 0, weights, 0, totalWeight, found, 0, found, 1, found, 2);
    this.#setMoments(j, found[0] + found[1], found[2]);
  }
}
