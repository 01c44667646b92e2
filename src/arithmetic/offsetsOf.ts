/** Where each of `count` things of these sizes begins that lie one after the other, and where the last one ends. */
export function offsetsOf(count: number, size: (i: number) => number): Float64Array<ArrayBuffer> {
  const offsets = new Float64Array(count + 1);
  for (let i = 0; i < count; ++i) offsets[i + 1] = offsets[i] + size(i);
  return offsets;
}
