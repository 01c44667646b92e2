import { shuffle } from "./random.js";

/** Deals n rows into folds of floor or ceil of n/count rows. Returns each row's fold. */
export function dealRows(n: number, count: number, random: () => number): Int32Array {
  const of = new Int32Array(n);
  shuffle(
    of.map((_, i) => i),
    random,
  ).forEach((row, at) => {
    of[row] = at % count;
  });
  return of;
}

/**
 * Deals rows so that every fold has about the same distribution of `values`:
 *
 * - every fold has floor or ceil of n/count rows,
 * - of the rows of each value, floor or ceil of their number over count, and so of those of them that weigh something,
 * - of each `count` rows next to each other in the order of values, counted from the first, one.
 *
 * Folds take the rows of that order in turns, the same turns for as long as a value lasts: any stretch of them then goes to all
 * folds alike.
 *
 * @param weights - Which rows are 0 in it count for nothing but their number. Default: none.
 */
export function dealStratified(
  values: Float64Array,
  weights: Float64Array | undefined,
  count: number,
  random: () => number,
): Int32Array {
  const n = values.length;
  const order = shuffledOrder(values, weights, random);
  const isSame = (at: number): boolean => values[order[at]] === values[order[at - 1]];
  const of = new Int32Array(n);
  const turns = new Int32Array(count);
  // Whether the turns were drawn for the value before this one.
  let isStale = false;
  for (let at = 0; at < n; ++at) {
    const turn = at % count;
    const isNew = at === 0 || !isSame(at);
    if (turn === 0 && isNew) {
      shuffle(
        turns.map((_, k) => k),
        random,
      ).forEach((fold, k) => {
        turns[k] = fold;
      });
      isStale = false;
    } else if (turn === 0) isStale = true;
    else if (isStale && isNew) {
      shuffle(turns, random, turn);
      isStale = false;
    }
    of[order[at]] = turns[turn];
  }
  return of;
}

/**
 * Splits off about a share of the rows, so that they have about the same distribution of `values`: of the rows of each value, and of any
 * stretch in their order, floor or ceil of the share; in all the nearest whole number, at least a row on either side. Every row is as
 * likely to be among them as any other of its value.
 *
 * @returns 1 for each row that is split off.
 */
export function splitStratified(
  values: Float64Array,
  weights: Float64Array | undefined,
  share: number,
  random: () => number,
): Int32Array {
  const n = values.length;
  const order = shuffledOrder(values, weights, random);
  const quota = n * share;
  const rest = quota - Math.floor(quota);
  const isAbove = Math.min(Math.max(Math.round(quota), 1), n - 1) > quota;
  // A place to start from for which so many rows are passed at whole numbers.
  const place = random() + Number.EPSILON;
  const start = isAbove ? 1 - rest + place * rest : place * (1 - rest);
  const isOff = new Int32Array(n);
  order.forEach((row, at) => {
    isOff[row] = Math.floor((at + 1) * share + start) - Math.floor(at * share + start);
  });
  return isOff;
}

/** Rows in the order of values, of each those that weigh something first, shuffled where they tie. */
function shuffledOrder(values: Float64Array, weights: Float64Array | undefined, random: () => number): Int32Array {
  const rank = (row: number): number => (weights !== undefined && weights[row] === 0 ? 1 : 0);
  const order = Int32Array.from(values.keys()).sort((i, j) => values[i] - values[j] || rank(i) - rank(j) || i - j);
  const isSame = (at: number): boolean => values[order[at]] === values[order[at - 1]];
  for (let from = 0, to = 1; from < order.length; from = to++) {
    while (to < order.length && isSame(to) && rank(order[to]) === rank(order[from])) to += 1;
    shuffle(order, random, from, to);
  }
  return order;
}
