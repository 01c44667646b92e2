import { wallOf } from "../designs/coordinates.js";
import { type GramSystem, isActive, slopeOf } from "./GramSystem.js";

/** Products that differ by less than this share of them are the same, to rounding errors. */
const SAME = 64 * Number.EPSILON;
/** So are gradients by this share. */
const SAME_GRADIENT = 1e-12;
/** Slopes along a pair of coordinates that are below this share of what they add up from are 0. */
const LEVEL = 1e-9;

/**
 * Where another active one of the listed coordinates has the column of the active coordinate i, or the opposite of it, as far as products with all columns
 * and the residual tell: moves what one of
 * them has to the other, the way that the penalty falls, until one is 0 or at a bound. The fit stays as it is. Keeps q up to date for
 * the first `size` coordinates.
 */
export function joinTwin(system: GramSystem, size: number, i: number, count: number, list: Int32Array): void {
  const { G, stride, l2 } = system;
  const row = i * stride;
  const diagonal = G[row + i] + l2[i];
  const least = diagonal * (1 - SAME);
  for (let k = 0; k < count; ++k) {
    const j = list[k];
    if (!(Math.abs(G[row + j]) >= least) || j === i || !isActive(system, j)) continue;
    if (!(G[j * (stride + 1)] + l2[j] <= diagonal * (1 + SAME))) continue;
    const sameness = G[row + j] > 0 ? 1 : -1;
    if (!isSame(system, size, i, j, sameness)) continue;
    move(system, size, i, j, sameness);
    if (!isActive(system, i)) return;
  }
}

/** Whether nothing tells i and j apart: columns that are all but the same may both be wanted, for what they differ by. */
function isSame({ G, stride, q }: GramSystem, size: number, i: number, j: number, sameness: number): boolean {
  if (!(Math.abs(q[i] - sameness * q[j]) <= SAME_GRADIENT * Math.abs(q[i]))) return false;
  const diagonal = G[i * (stride + 1)];
  for (let k = 0; k < size; ++k) {
    const product = G[i * stride + k];
    if (!(Math.abs(product - sameness * G[j * stride + k]) <= SAME * (diagonal + Math.abs(product)))) return false;
  }
  return true;
}

/** Moves i, and j against it, until one of them has to stop, unless neither ever has. */
function move(system: GramSystem, size: number, i: number, j: number, sameness: number): void {
  const { G, stride, q, b, l1 } = system;
  const fall = slopeOf(system, i) - sameness * slopeOf(system, j);
  const isLevel = Math.abs(fall) <= LEVEL * (l1[i] + l1[j]);
  const way = isLevel ? -Math.sign(b[i]) : Math.sign(fall);
  const opposite = -sameness * way;
  const ends = [wallOf(system, i, way, true), wallOf(system, j, opposite, true)];
  const reaches = [Math.abs(ends[0] - b[i]), Math.abs(ends[1] - b[j])];
  const length = Math.min(...reaches);
  if (length === Number.POSITIVE_INFINITY) return;
  b[i] = reaches[0] === length ? ends[0] : b[i] + length * way;
  b[j] = reaches[1] === length ? ends[1] : b[j] + length * opposite;
  // Columns that are the same leave it as it is.
  for (let k = 0; k < size; ++k) q[k] -= length * (way * G[i * stride + k] + opposite * G[j * stride + k]);
}
