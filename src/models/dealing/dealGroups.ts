import { startsOf } from "../../arithmetic/startsOf.js";
import { shuffle } from "./random.js";

/** Steps that the search for more even folds may take, some ms, and orders that it starts from at the most. */
const MOST_STEPS = 200_000;
const MOST_STARTS = 30;
/** Gains up to this are rounding errors. */
const LEAST_GAIN = 1e-9;

/**
 * Deals groups into folds, so that every fold has about the same number of rows of each stratum: those with the smallest
 *
 * ```text
 * Σ over folds k and strata c of (n_kc − N_c/count)²/N_c
 * ```
 *
 * that a search finds which starts with the largest groups, each into the fold where it adds least, then moves and swaps groups
 * for as long as that helps, and begins anew in other orders unless every fold has floor or ceil of N_c/count.
 *
 * @param groupOf - Each row's group, from 0 to groups − 1, none without rows.
 * @param codings - Each row's stratum among those of one coding, from 0; −1 for none.
 * @returns Each group's fold. No fold is empty where there are as many groups.
 */
export function dealGroups(
  groupOf: Int32Array,
  groups: number,
  codings: readonly Int32Array[],
  count: number,
  random: () => number,
): Int32Array {
  const tally = tallyGroups(groupOf, groups, codings);
  const sizes = tally.sizes();
  const order = shuffle(
    Int32Array.from({ length: groups }, (_, g) => g),
    random,
  );
  order.sort((a, b) => sizes[b] - sizes[a]);
  let best: Deal | undefined;
  let steps = 0;
  for (let start = 0; start < MOST_STARTS && steps < MOST_STEPS; ++start) {
    const deal = new Deal(tally, count);
    for (const g of order) deal.add(g);
    if (!deal.isEven()) deal.improve(MOST_STEPS - steps);
    steps += deal.steps;
    if (best === undefined || deal.spread() < best.spread() - LEAST_GAIN) best = deal;
    if (best.isEven()) break;
    shuffle(order, random);
  }
  return (best as Deal).of;
}

/** How many rows of each stratum each group has: those of group g lie from starts[g] to starts[g + 1]. */
class Tally {
  readonly starts: Int32Array;
  readonly strata: Int32Array;
  readonly rows: Float64Array;
  /** N_c */
  readonly totals: Float64Array;

  constructor(starts: Int32Array, strata: number[], rows: number[], width: number) {
    this.starts = starts;
    this.strata = Int32Array.from(strata);
    this.rows = Float64Array.from(rows);
    this.totals = new Float64Array(width);
    strata.forEach((stratum, at) => {
      this.totals[stratum] += rows[at];
    });
  }

  /** Σ over strata of v_c²/N_c of each group. */
  sizes(): Float64Array {
    return Float64Array.from({ length: this.starts.length - 1 }, (_, g) => {
      let sum = 0;
      for (let at = this.starts[g]; at < this.starts[g + 1]; ++at) {
        sum += (this.rows[at] * this.rows[at]) / this.totals[this.strata[at]];
      }
      return sum;
    });
  }
}

function tallyGroups(groupOf: Int32Array, groups: number, codings: readonly Int32Array[]): Tally {
  const ends = startsOf(groupOf, groups);
  const firsts = ends.slice(0, groups);
  const rowsByGroup = new Int32Array(groupOf.length);
  groupOf.forEach((g, row) => {
    rowsByGroup[firsts[g]++] = row;
  });
  const widths = codings.map((coding) => coding.reduce((most, code) => Math.max(most, code), -1) + 1);
  const counts = new Int32Array(Math.max(...widths));
  const starts = new Int32Array(groups + 1);
  const strata: number[] = [];
  const rows: number[] = [];
  for (let g = 0; g < groups; ++g) {
    let base = 0;
    codings.forEach((coding, c) => {
      const first = strata.length;
      for (let at = ends[g]; at < ends[g + 1]; ++at) {
        const code = coding[rowsByGroup[at]];
        if (code < 0) continue;
        if (counts[code] === 0) strata.push(base + code);
        counts[code] += 1;
      }
      for (let at = first; at < strata.length; ++at) {
        rows.push(counts[strata[at] - base]);
        counts[strata[at] - base] = 0;
      }
      base += widths[c];
    });
    starts[g + 1] = strata.length;
  }
  return new Tally(
    starts,
    strata,
    rows,
    widths.reduce((sum, width) => sum + width, 0),
  );
}

/** Groups in folds, and how many rows of each stratum those have. */
class Deal {
  /** Each group's fold. */
  readonly of: Int32Array;
  steps = 0;
  readonly #tally: Tally;
  readonly #count: number;
  readonly #width: number;
  /** n_kc, fold after fold. */
  readonly #rows: Float64Array;
  /** 4·v_c/N_c of one group. */
  readonly #shares: Float64Array;
  /** Folds that have a group. */
  #used = 0;

  constructor(tally: Tally, count: number) {
    this.#tally = tally;
    this.#count = count;
    this.#width = tally.totals.length;
    this.of = new Int32Array(tally.starts.length - 1).fill(-1);
    this.#rows = new Float64Array(count * this.#width);
    this.#shares = new Float64Array(this.#width);
  }

  /** Puts a group into the fold where it adds least, an empty one if there is one. */
  add(g: number): void {
    let fold = this.#used;
    if (fold < this.#count) this.#used += 1;
    else {
      let least = Number.POSITIVE_INFINITY;
      for (let k = 0; k < this.#count; ++k) {
        const cost = this.#cost(g, -1, k);
        if (cost >= least - LEAST_GAIN) continue;
        least = cost;
        fold = k;
      }
    }
    this.#put(g, fold);
  }

  /** Moves and swaps groups until nothing gains any more, or about `most` steps are done. */
  improve(most: number): void {
    for (let isMoving = true; isMoving; ) {
      isMoving = false;
      for (let g = 0; g < this.of.length; ++g) {
        if (this.steps >= most) return;
        if (this.#move(g) || this.#swap(g)) isMoving = true;
      }
    }
  }

  /** Whether every fold has floor or ceil of its share of every stratum. */
  isEven(): boolean {
    const { totals } = this.#tally;
    return this.#rows.every((rows, at) => Math.abs(rows - totals[at % this.#width] / this.#count) < 1);
  }

  /** Σ n_kc²/N_c */
  spread(): number {
    const { totals } = this.#tally;
    let sum = 0;
    this.#rows.forEach((rows, at) => {
      if (rows > 0) sum += (rows * rows) / totals[at % this.#width];
    });
    return sum;
  }

  #move(g: number): boolean {
    let least = -LEAST_GAIN;
    let fold = -1;
    for (let k = 0; k < this.#count; ++k) {
      if (k === this.of[g]) continue;
      const cost = this.#cost(g, this.of[g], k);
      if (cost >= least) continue;
      least = cost;
      fold = k;
    }
    if (fold >= 0) this.#put(g, fold);
    return fold >= 0;
  }

  #swap(g: number): boolean {
    const { starts, strata, rows, totals } = this.#tally;
    const fold = this.of[g];
    const shares = this.#shares;
    shares.fill(0);
    for (let at = starts[g]; at < starts[g + 1]; ++at) shares[strata[at]] = (4 * rows[at]) / totals[strata[at]];
    let least = -LEAST_GAIN;
    let other = -1;
    for (let h = g + 1; h < this.of.length; ++h) {
      const to = this.of[h];
      if (to === fold) continue;
      let cost = this.#cost(g, fold, to) + this.#cost(h, to, fold);
      for (let at = starts[h]; at < starts[h + 1]; ++at) cost -= shares[strata[at]] * rows[at];
      if (cost >= least) continue;
      least = cost;
      other = h;
    }
    if (other < 0) return false;
    const to = this.of[other];
    this.#put(other, fold);
    this.#put(g, to);
    return true;
  }

  /** What is added to the spread where a group goes from a fold, −1 for none, to another. */
  #cost(g: number, from: number, to: number): number {
    const { starts, strata, rows, totals } = this.#tally;
    const n = this.#rows;
    const first = starts[g];
    const end = starts[g + 1];
    let cost = 0;
    for (let at = first; at < end; ++at) {
      const c = strata[at];
      const v = rows[at];
      const before = from < 0 ? v : n[from * this.#width + c];
      cost += (2 * v * (n[to * this.#width + c] - before + v)) / totals[c];
    }
    this.steps += end - first;
    return cost;
  }

  #put(g: number, fold: number): void {
    const { starts, strata, rows } = this.#tally;
    const from = this.of[g];
    for (let at = starts[g]; at < starts[g + 1]; ++at) {
      if (from >= 0) this.#rows[from * this.#width + strata[at]] -= rows[at];
      this.#rows[fold * this.#width + strata[at]] += rows[at];
    }
    this.of[g] = fold;
  }
}
