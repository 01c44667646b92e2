/** A pivot below this share of its diagonal, for each row before it, is a rounding error. */
const DEPENDENT = 16 * Number.EPSILON;

/**
 * The Cholesky factor of the part of a Gram that belongs to some columns, scaled to a diagonal of 1, the largest pivot first, as far as its columns are
 * independent. Higham, Accuracy and Stability of Numerical Algorithms (2002), §10.3.
 *
 * @param G - Symmetric, its rows `stride` apart.
 * @returns The independent columns; the smallest pivot; and what solves G_oo·d = g for these, in their order.
 */
export function pivotedCholesky(G: Float64Array, stride: number, columns: readonly number[]) {
  const left = columns.map((j) => ({ j, row: [] as number[], pivot: 1 }));
  const order: number[] = [];
  const rows: number[][] = [];
  const scales: number[] = [];
  const scaleOf = (j: number): number => Math.sqrt(G[j * stride + j]);
  let least = 1;
  while (left.length > 0) {
    const next = left.reduce((best, column) => (column.pivot > best.pivot ? column : best));
    if (!(next.pivot > DEPENDENT * (order.length + 1))) break;
    left.splice(left.indexOf(next), 1);
    least = Math.min(least, next.pivot);
    const root = Math.sqrt(next.pivot);
    const scale = scaleOf(next.j);
    for (const column of left) {
      let value = G[next.j * stride + column.j] / (scale * scaleOf(column.j));
      for (let k = 0; k < order.length; ++k) value -= column.row[k] * next.row[k];
      value /= root;
      column.row.push(value);
      column.pivot -= value * value;
    }
    next.row.push(root);
    order.push(next.j);
    rows.push(next.row);
    scales.push(scale);
  }
  const solve = (g: readonly number[]): number[] => {
    const x = g.map((value, k) => value / scales[k]);
    for (let i = 0; i < x.length; ++i) {
      for (let k = 0; k < i; ++k) x[i] -= rows[i][k] * x[k];
      x[i] /= rows[i][i];
    }
    for (let i = x.length - 1; i >= 0; --i) {
      x[i] /= rows[i][i];
      for (let k = 0; k < i; ++k) x[k] -= rows[i][k] * x[i];
    }
    return x.map((value, k) => value / scales[k]);
  };
  return { order, least, solve };
}
