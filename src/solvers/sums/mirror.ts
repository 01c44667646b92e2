/** Rows and columns of a tile in which a triangle is mirrored. */
const TILE = 16;

/** Fills the lower triangle of a symmetric matrix, in tiles whose lines stay in cache. */
export function mirror(p: number, G: Float64Array): void {
  for (let top = 0; top < p; top += TILE) {
    for (let left = 0; left <= top; left += TILE) {
      for (let j = top; j < Math.min(top + TILE, p); ++j) {
        for (let k = left; k < Math.min(left + TILE, j); ++k) G[j * p + k] = G[k * p + j];
      }
    }
  }
}
