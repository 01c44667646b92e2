/** A ← A − v·wᵀ − w·vᵀ on the lower triangle of m × m A, columns `stride` apart, then q = A·u */
export function symmetricUpdate(
  m: number,
  A: Float64Array,
  AOffset: number,
  stride: number,
  v: Float64Array,
  vOffset: number,
  w: Float64Array,
  wOffset: number,
  u: Float64Array,
  uOffset: number,
  q: Float64Array,
  qOffset: number,
): void {
  q.fill(0, qOffset, qOffset + m);
  for (let j = 0; j < m; ++j) {
    const a = AOffset + j * stride;
    const vj = v[vOffset + j];
    const wj = w[wOffset + j];
    const uj = u[uOffset + j];
    const diagonal = A[a + j] - (vj * wj + wj * vj);
    A[a + j] = diagonal;
    const pairEnd = m - ((m - j - 1) % 2);
    let sum0 = 0;
    let sum1 = 0;
    for (let i = j + 1; i < pairEnd; i += 2) {
      const x0 = A[a + i] - (v[vOffset + i] * wj + w[wOffset + i] * vj);
      const x1 = A[a + i + 1] - (v[vOffset + i + 1] * wj + w[wOffset + i + 1] * vj);
      A[a + i] = x0;
      A[a + i + 1] = x1;
      q[qOffset + i] += x0 * uj;
      q[qOffset + i + 1] += x1 * uj;
      sum0 += x0 * u[uOffset + i];
      sum1 += x1 * u[uOffset + i + 1];
    }
    let below = sum0 + sum1;
    if (pairEnd < m) {
      const x = A[a + pairEnd] - (v[vOffset + pairEnd] * wj + w[wOffset + pairEnd] * vj);
      A[a + pairEnd] = x;
      q[qOffset + pairEnd] += x * uj;
      below += x * u[uOffset + pairEnd];
    }
    q[qOffset + j] = q[qOffset + j] + diagonal * uj + below;
  }
}

/** A ← (I − factor·v·vᵀ)·A for `count` columns of m rows, `stride` apart */
export function reflect(
  m: number,
  count: number,
  factor: number,
  v: Float64Array,
  vOffset: number,
  A: Float64Array,
  AOffset: number,
  stride: number,
): void {
  const pairEnd = m - (m % 2);
  for (let j = 0; j < count; ++j) {
    const x = AOffset + j * stride;
    let a0 = 0;
    let a1 = 0;
    for (let i = 0; i < pairEnd; i += 2) {
      a0 += A[x + i] * v[vOffset + i];
      a1 += A[x + i + 1] * v[vOffset + i + 1];
    }
    let s = a0 + a1;
    if (pairEnd < m) s += A[x + pairEnd] * v[vOffset + pairEnd];
    s *= factor;
    for (let i = 0; i < m; ++i) A[x + i] -= s * v[vOffset + i];
  }
}

/** Sweeps of plane rotations over neighbouring columns of Z, which lies in panels of eight rows. */
export function rotate(
  panels: number,
  columns: number,
  Z: Float64Array,
  ZOffset: number,
  sweeps: number,
  starts: Int32Array,
  startsOffset: number,
  rotations: Float64Array,
  rotationsOffset: number,
): void {
  for (let panel = 0; panel < panels; ++panel) {
    let rotation = rotationsOffset;
    for (let k = 0; k < sweeps; ++k) {
      const z = ZOffset + 8 * (panel * columns + starts[startsOffset + 2 * k]);
      const count = starts[startsOffset + 2 * k + 1];
      rotateRows(count, Z, z, rotations, rotation);
      rotateRows(count, Z, z + 4, rotations, rotation);
      rotation += 2 * count;
    }
  }
}

/** One sweep over four rows of a panel. */
function rotateRows(count: number, Z: Float64Array, z: number, rotations: Float64Array, rotation: number): void {
  let z0 = Z[z];
  let z1 = Z[z + 1];
  let z2 = Z[z + 2];
  let z3 = Z[z + 3];
  const end = z - 8 * count;
  for (let to = z, next = rotation; to > end; to -= 8, next += 2) {
    const c = rotations[next];
    const s = rotations[next + 1];
    const y0 = Z[to - 8];
    const y1 = Z[to - 7];
    const y2 = Z[to - 6];
    const y3 = Z[to - 5];
    Z[to] = s * y0 + c * z0;
    Z[to + 1] = s * y1 + c * z1;
    Z[to + 2] = s * y2 + c * z2;
    Z[to + 3] = s * y3 + c * z3;
    z0 = c * y0 - s * z0;
    z1 = c * y1 - s * z1;
    z2 = c * y2 - s * z2;
    z3 = c * y3 - s * z3;
  }
  Z[end] = z0;
  Z[end + 1] = z1;
  Z[end + 2] = z2;
  Z[end + 3] = z3;
}
