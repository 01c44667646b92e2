import { axpy64, dot64, sumSquares64 } from "../../kernels/js/vectors/reductions.js";
import { type Active, type Projection, ROUNDINGS } from "../designs/coordinates.js";
import type { Dependence } from "../designs/dependence.js";
import type { Root } from "./Problem.js";

/** For a projection that takes active columns in, `columns` being the places of all in X, these being the last. */
export function wideBasis(n: number, X: Float64Array, columns: readonly number[], { slopes }: Active) {
  const all = new Float64Array(columns.length);
  all.set(slopes, columns.length - slopes.length);
  return { basis: new ColumnBasis(n, X, columns), slopes: all };
}

/** The errors of a dual point, relative to its curvature, up to which it surely is in the domain. */
const FARTHEST = 0.5;

/** Columns of √H·X, r = θ/u, and w, so that θ = u·(r − w·(w·r)) within the classes of each row, n places apart; a u of 0 leaves one out. */
export interface RowRoot extends Root {
  u: Float64Array;
  w?: Float64Array;
}

/**
 * dual ← θ − H·X·c, orthogonal to the first columns, known by their names, its products with the active ones behind these being their slopes. Returns how much of
 * Σ θ²/h may not be orthogonal, Infinity where rounding errors are all that keeps columns apart, and these might take it out of the domain; undefined where it is.
 */
export function projectRows(
  { rows, X, r, u, w }: RowRoot,
  n: number,
  theta: Float64Array,
  dual: Float64Array,
  names: readonly number[],
  active: Active,
  dependence: Dependence,
): number | undefined {
  const places = [...names, ...active.columns].map((_, k) => k);
  const basis = new ColumnBasis(rows, X, places.slice(0, names.length), names);
  const wide =
    active.columns.length > 0 ? wideBasis(rows, X, places, active) : { basis, slopes: new Float64Array(names.length) };
  const { left } = wide.basis.solve(r, wide.slopes);
  if (active.columns.length > 0 && !wide.basis.hasFirst(names.length))
    for (let step = 0; step < 2; ++step) basis.remove(left);
  let squares = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < n; ++i) {
    let mean = 0;
    for (let at = i; w !== undefined && at < rows; at += n) mean += w[at] * left[at];
    for (let at = i; at < rows; at += n) {
      dual[at] = u[at] * (w === undefined ? left[at] : left[at] - w[at] * mean);
      if (u[at] === 0) continue;
      if (!(Math.abs(theta[at] - dual[at]) <= FARTHEST * u[at] * u[at])) return undefined;
      squares += left[at] * left[at];
      least = Math.min(least, u[at]);
    }
  }
  if (!basis.isExact(dependence) && !(Math.sqrt(squares) <= FARTHEST * least)) return Number.POSITIVE_INFINITY;
  return basis.doubt(squares, squares, dependence);
}

/** A column on its way into the basis: its place, its norm, what is left of it over that, and the part of it along each direction. */
interface Column {
  readonly place: number;
  readonly norm: number;
  readonly left: Float64Array;
  readonly parts: number[];
}

/**
 * An orthonormal basis Q of the span of some columns, by modified Gram–Schmidt with pivoting on columns of norm 1, each direction
 * made orthogonal twice. Columns of which less than rounding errors would be left are dependent on those before them.
 * Giraud, Langou & Rozložník, The loss of orthogonality in the Gram–Schmidt orthogonalization process (2005).
 */
export class ColumnBasis {
  /** What is left of the last column that is not dependent, of its norm 1: how far rounding errors of the data are magnified. */
  readonly least: number;
  readonly #n: number;
  readonly #directions: Float64Array[] = [];
  /** The columns that are not dependent, of which direction k completes the k-th; and those that are. */
  readonly #columns: Column[] = [];
  readonly #dependent: Column[];
  readonly #names: readonly number[];
  /** Whether they are so exactly, once that is known. */
  #isExact: boolean | undefined;

  /**
   * @param X - Column-major, n rows.
   * @param columns - Their places in X.
   * @param names - What the data know them by, where that is something else.
   */
  constructor(n: number, X: Float64Array, columns: readonly number[], names = columns) {
    this.#n = n;
    this.#names = names;
    const open = columns.map((j, place): Column => {
      // A column of zeros depends on no others.
      const norm = Math.sqrt(sumSquares64(n, X, j * n)) || 1;
      return { place, norm, left: X.slice(j * n, j * n + n).map((value) => value / norm), parts: [] };
    });
    const dependent = Math.max(n, columns.length) * Number.EPSILON;
    let least = 1;
    while (open.length > 0 && this.#directions.length < n) {
      const squares = open.map(({ left }) => sumSquares64(n, left, 0));
      const [column] = open.splice(squares.indexOf(Math.max(...squares)), 1);
      const { left: direction, parts } = column;
      this.remove(direction, parts);
      const norm = Math.sqrt(sumSquares64(n, direction, 0));
      if (!(norm > dependent)) {
        open.unshift(column);
        break;
      }
      least = Math.min(least, norm);
      for (let i = 0; i < n; ++i) direction[i] /= norm;
      parts.push(norm);
      this.#directions.push(direction);
      this.#columns.push(column);
      for (const { left, parts } of open) {
        const part = dot64(n, direction, 0, left, 0);
        axpy64(n, -part, direction, 0, left, 0);
        parts.push(part);
      }
    }
    this.least = least;
    this.#dependent = open;
  }

  /**
   * The projection of r, which stays; `products` gives Xᵀr for what r is when it is called.
   *
   * @param wide - A basis of these columns and of others, and what products r is to have left with all of them.
   */
  project(
    r: Float64Array,
    residualSquares: number,
    products: () => Float64Array,
    dependence: Dependence,
    wide?: { basis: ColumnBasis; slopes: Float64Array },
  ): Projection {
    const before = r.slice();
    if (wide !== undefined) r.set(wide.basis.solve(r, wide.slopes).left);
    if (!wide?.basis.hasFirst(this.#names.length)) for (let step = 0; step < 2; ++step) this.remove(r);
    const z = products();
    const squares = sumSquares64(this.#n, r, 0);
    const taken = r.reduce((sum, value, i) => sum + (before[i] - value) * (before[i] - value), 0);
    r.set(before);
    return {
      z,
      squares,
      taken,
      doubt: this.doubt(residualSquares, squares, dependence),
      isOblique: wide !== undefined,
    };
  }

  /**
   * ‖P·r'‖² at the most, for the projection P on the exact columns, of which this is one on rounded ones: where rounding errors are all that columns have
   * apart from the others, nobody knows where these lie, and it may be all of r'.
   *
   * @param before - ‖r‖²
   * @param after - ‖r'‖²
   */
  doubt(before: number, after: number, dependence: Dependence): number {
    const magnified = ROUNDINGS / this.least;
    const known = magnified * magnified * before;
    if (after <= known || this.isExact(dependence)) return known;
    const root = Math.sqrt(known) + Math.sqrt(after);
    return root * root;
  }

  /** Whether the first `count` columns are all in it. Others may have taken the place of one that little was left of. */
  hasFirst(count: number): boolean {
    return this.#dependent.every(({ place }) => place >= count);
  }

  /** Whether columns that are dependent are so exactly. */
  isExact({ rank, vanishes }: Dependence): boolean {
    this.#isExact ??=
      this.dependencies(this.#names.length).every((d) => vanishes(this.#names, d)) ||
      this.#columns.length >= rank(this.#names);
    return this.#isExact;
  }

  /** r ← r − Q·Qᵀr; adds what it takes along each direction to `parts`. */
  remove(r: Float64Array, parts: number[] = []): void {
    this.#directions.forEach((direction, k) => {
      const part = dot64(this.#n, direction, 0, r, 0);
      axpy64(this.#n, -part, direction, 0, r, 0);
      parts[k] = (parts[k] ?? 0) + part;
    });
  }

  /**
   * The d that minimises ‖r − X·d‖²/2 + g·d, 0 for columns that are dependent, by how much, and what r − X·d would be without rounding errors:
   * with X = Q·R and s = R⁻ᵀ·g,
   *
   * ```text
   * R·d = Qᵀr − s,   r − X·d = r − Q·Qᵀr + Q·s
   * ```
   */
  solve(r: Float64Array, g: Float64Array): { d: Float64Array; gain: number; left: Float64Array } {
    const columns = this.#columns;
    const right: number[] = [];
    const left = r.slice();
    this.remove(left, right);
    this.remove(left);
    const shares: number[] = [];
    columns.forEach(({ place, norm, parts }, k) => {
      let share = g[place] / norm;
      for (let i = 0; i < k; ++i) share -= parts[i] * shares[i];
      shares.push(share / parts[k]);
      right[k] -= shares[k];
      axpy64(this.#n, shares[k], this.#directions[k], 0, left, 0);
    });
    const gain = 0.5 * right.reduce((sum, part) => sum + part * part, 0);
    return { d: this.#combine(right, g.length), gain, left };
  }

  /** The combinations of all `size` columns, one for each that is dependent, that are 0 but for rounding errors. */
  dependencies(size: number): Float64Array[] {
    return this.#dependent.map(({ place, norm, parts }) => {
      const d = this.#combine(parts.slice(), size);
      d[place] = -1 / norm;
      // What the others have of rounding errors is no part of it.
      this.#columns.forEach(({ place, norm, parts }, k) => {
        if (Math.abs(d[place] * norm * parts[k]) <= this.#n * ROUNDINGS) d[place] = 0;
      });
      return d;
    });
  }

  /** The d for which X·d = Q·right. */
  #combine(right: number[], size: number): Float64Array {
    const columns = this.#columns;
    const d = new Float64Array(size);
    for (let k = columns.length - 1; k >= 0; --k) {
      const { place, norm, parts } = columns[k];
      right[k] /= parts[k];
      d[place] = right[k] / norm;
      for (let i = 0; i < k; ++i) right[i] -= parts[i] * right[k];
    }
    return d;
  }
}
