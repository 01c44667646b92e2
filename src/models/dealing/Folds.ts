/** Each row's test fold, and how many there are. */
export interface Folds {
  of: Int32Array;
  count: number;
  /** What they were dealt by, at random. */
  seed?: number;
}

/** How errors name a fold: by its number in `folds`, from 0. */
export const foldName = (fold: number, count: number): string => `fold ${fold} of ${count}`;

/** The rows of each fold, ascending; only those for which `counts` holds. */
export function rowsByFold({ of, count }: Folds, counts: (row: number) => boolean = () => true): Int32Array[] {
  const lists: number[][] = Array.from({ length: count }, () => []);
  for (let row = 0; row < of.length; ++row) if (counts(row)) lists[of[row]].push(row);
  return lists.map((list) => Int32Array.from(list));
}

/** The rows of the largest fold. */
export function largestOf({ of, count }: Folds): number {
  const sizes = new Int32Array(count);
  for (const fold of of) sizes[fold] += 1;
  return sizes.reduce((most, size) => Math.max(most, size), 0);
}
