/** So many variables have colours and names of their own, besides those that are pinned. */
export const COLOURS = 8;

/** A variable with a name in the pictures, and its colour from 0 to {@link COLOURS} − 1. */
export interface Named {
  variable: number;
  colour: number;
  isPinned: boolean;
}

/**
 * The variables that have names: those that are pinned, then the largest at the cursor, then those that will be the largest, while fewer than
 * that have a coefficient.
 *
 * @param order - Of all variables, the largest first.
 * @param largest - On all of the path.
 */
export function choose(
  pinned: readonly number[],
  order: Int32Array,
  coefficients: Float64Array,
  largest: Float64Array,
): number[] {
  const chosen = [...pinned];
  for (const variable of order) {
    if (chosen.length >= COLOURS || coefficients[variable] === 0) break;
    if (!pinned.includes(variable)) chosen.push(variable);
  }
  if (chosen.length >= COLOURS) return chosen;
  const rest = Array.from(largest.keys()).filter((j) => largest[j] > 0 && !chosen.includes(j));
  rest.sort((a, b) => largest[b] - largest[a] || a - b);
  return [...chosen, ...rest.slice(0, COLOURS - chosen.length)];
}

/** Gives colours: a variable keeps the one that it had before. Returns the list from before if nothing changes. */
export function colour(
  chosen: readonly number[],
  pinned: readonly number[],
  before: readonly Named[],
): readonly Named[] {
  const taken = new Set<number>();
  const kept = new Map<number, number>();
  for (const { variable, colour } of before) {
    if (!chosen.includes(variable) || taken.has(colour)) continue;
    kept.set(variable, colour);
    taken.add(colour);
  }
  const free = Array.from({ length: COLOURS }, (_, colour) => colour).filter((colour) => !taken.has(colour));
  const now = chosen.map((variable, k) => ({
    variable,
    colour: kept.get(variable) ?? free.shift() ?? k % COLOURS,
    isPinned: pinned.includes(variable),
  }));
  const isAsBefore =
    now.length === before.length &&
    now.every(({ variable, colour, isPinned }, k) => {
      const one = before[k];
      return one.variable === variable && one.colour === colour && one.isPinned === isPinned;
    });
  return isAsBefore ? before : now;
}
