/** Where things of each group start once they are sorted by it, and last where all end: `of` are their groups, from 0. */
export function startsOf(of: Int32Array, groups: number): Int32Array<ArrayBuffer> {
  const starts = new Int32Array(groups + 1);
  for (let k = 0; k < of.length; ++k) starts[of[k] + 1] += 1;
  for (let g = 0; g < groups; ++g) starts[g + 1] += starts[g];
  return starts;
}
