/** Where curvatures have all but vanished, steps that have to be shorter are confined to what rows may move by, at first to REACH. */
const TOO_LONG = 0.01;
const REACH = 2;
const LEAST_REACH = 0.01;
const MOST_REACH = 1e4;
const MORE_REACH = 4;

/** How far rows may move after a step that had to be so short: where curvatures tell nothing of the way, less at a time. */
export function nextReach(reach: number, length: number): number {
  if (length < TOO_LONG) return reach < MOST_REACH ? Math.max(reach / MORE_REACH, LEAST_REACH) : REACH;
  const next = length === 1 ? MORE_REACH * reach : reach;
  return next < MOST_REACH ? next : Number.POSITIVE_INFINITY;
}
