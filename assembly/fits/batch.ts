import { sumLanes } from "../vectors/vector";

/** Rows that one pass of the Gram by rows reads. */
const ROWS: i32 = 128;

/** out[i, j] = X[i, j]: columns of X, `stride` apart, become rows of out, `outStride` apart */
export function transpose(n: i32, p: i32, X: usize, stride: i32, out: usize, outStride: i32): void {
  const column = (<usize>stride) << 3;
  const step = (<usize>outStride) << 3;
  const height = (<usize>n) << 3;
  let j = 0;
  for (; j + 2 <= p; j += 2, X += column << 1, out += 16) {
    const end = X + height;
    for (let x = X, y = out; x < end; x += 8, y += step) {
      v128.store(y, v128.load64_lane(x + column, v128.load64_zero(x), 1));
    }
  }
  if (j < p) {
    const end = X + height;
    for (let y = out; X < end; X += 8, y += step) store<f64>(y, load<f64>(X));
  }
}

/**
 * Weighted means of the columns of n rows, `stride` apart, about the pivots, even and odd rows apart:
 *
 *   means[j] = Σ_i s_i·(x_ij − pivots[j]) / W
 */
export function rowMeans(
  n: i32,
  p: i32,
  X: usize,
  stride: i32,
  weights: usize,
  totalWeight: f64,
  pivots: usize,
  means: usize,
): void {
  const step = (<usize>stride) << 3;
  const end = weights + ((<usize>n) << 3);
  const pairEnd = weights + (((<usize>n) << 3) & ~15);
  let j = 0;
  for (; j + 4 <= p; j += 4, X += 32, pivots += 32, means += 32) {
    const p0 = v128.load(pivots);
    const p1 = v128.load(pivots, 16);
    let a0 = f64x2.splat(0);
    let a1 = a0;
    let b0 = a0;
    let b1 = a0;
    let x = X;
    let s = weights;
    for (; s < pairEnd; s += 16) {
      let v = v128.load64_splat(s);
      a0 = f64x2.add(a0, f64x2.mul(v, f64x2.sub(v128.load(x), p0)));
      a1 = f64x2.add(a1, f64x2.mul(v, f64x2.sub(v128.load(x, 16), p1)));
      x += step;
      v = v128.load64_splat(s, 8);
      b0 = f64x2.add(b0, f64x2.mul(v, f64x2.sub(v128.load(x), p0)));
      b1 = f64x2.add(b1, f64x2.mul(v, f64x2.sub(v128.load(x, 16), p1)));
      x += step;
    }
    if (s < end) {
      const v = v128.load64_splat(s);
      a0 = f64x2.add(a0, f64x2.mul(v, f64x2.sub(v128.load(x), p0)));
      a1 = f64x2.add(a1, f64x2.mul(v, f64x2.sub(v128.load(x, 16), p1)));
    }
    const total = f64x2.splat(totalWeight);
    v128.store(means, f64x2.div(f64x2.add(a0, b0), total));
    v128.store(means, f64x2.div(f64x2.add(a1, b1), total), 16);
  }
  for (; j < p; ++j, X += 8, pivots += 8, means += 8) {
    const pivot = load<f64>(pivots);
    let a: f64 = 0;
    let b: f64 = 0;
    let x = X;
    let s = weights;
    for (; s < pairEnd; s += 16) {
      a += load<f64>(s) * (load<f64>(x) - pivot);
      x += step;
      b += load<f64>(s, 8) * (load<f64>(x) - pivot);
      x += step;
    }
    if (s < end) a += load<f64>(s) * (load<f64>(x) - pivot);
    store<f64>(means, (a + b) / totalWeight);
  }
}

/** out[i, j] = ((x_ij − pivots[j]) − means[j])·rowScales[i]: from rows `stride` apart to rows `outStride` apart */
export function centreRows(
  n: i32,
  p: i32,
  X: usize,
  stride: i32,
  pivots: usize,
  means: usize,
  rowScales: usize,
  out: usize,
  outStride: i32,
): void {
  const step = (<usize>stride) << 3;
  const outStep = (<usize>outStride) << 3;
  const end = rowScales + ((<usize>n) << 3);
  let j = 0;
  for (; j + 4 <= p; j += 4, X += 32, pivots += 32, means += 32, out += 32) {
    const p0 = v128.load(pivots);
    const p1 = v128.load(pivots, 16);
    const m0 = v128.load(means);
    const m1 = v128.load(means, 16);
    for (let s = rowScales, x = X, y = out; s < end; s += 8, x += step, y += outStep) {
      const scale = v128.load64_splat(s);
      v128.store(y, f64x2.mul(f64x2.sub(f64x2.sub(v128.load(x), p0), m0), scale));
      v128.store(y, f64x2.mul(f64x2.sub(f64x2.sub(v128.load(x, 16), p1), m1), scale), 16);
    }
  }
  for (; j < p; ++j, X += 8, pivots += 8, means += 8, out += 8) {
    const pivot = load<f64>(pivots);
    const mean = load<f64>(means);
    for (let s = rowScales, x = X, y = out; s < end; s += 8, x += step, y += outStep) {
      store<f64>(y, (load<f64>(x) - pivot - mean) * load<f64>(s));
    }
  }
}

/** out[i, j] = x_ij·rowScales[i], as centred rows lie, and means[j] = Σ_i out[i, j]·rowScales[i], row after row */
export function scaleRows(
  n: i32,
  p: i32,
  X: usize,
  stride: i32,
  rowScales: usize,
  out: usize,
  outStride: i32,
  means: usize,
): void {
  const step = (<usize>stride) << 3;
  const outStep = (<usize>outStride) << 3;
  const end = rowScales + ((<usize>n) << 3);
  let j = 0;
  for (; j + 4 <= p; j += 4, X += 32, out += 32, means += 32) {
    let a = f64x2.splat(0);
    let b = a;
    for (let s = rowScales, x = X, y = out; s < end; s += 8, x += step, y += outStep) {
      const scale = v128.load64_splat(s);
      const u = f64x2.mul(v128.load(x), scale);
      const v = f64x2.mul(v128.load(x, 16), scale);
      v128.store(y, u);
      v128.store(y, v, 16);
      a = f64x2.add(a, f64x2.mul(u, scale));
      b = f64x2.add(b, f64x2.mul(v, scale));
    }
    v128.store(means, a);
    v128.store(means, b, 16);
  }
  for (; j < p; ++j, X += 8, out += 8, means += 8) {
    let sum: f64 = 0;
    for (let s = rowScales, x = X, y = out; s < end; s += 8, x += step, y += outStep) {
      const value = load<f64>(x) * load<f64>(s);
      store<f64>(y, value);
      sum += value * load<f64>(s);
    }
    store<f64>(means, sum);
  }
}

/** G = AᵀA of n contiguous rows of p values, p a multiple of 4: both triangles, in blocks of 128 rows, each entry summed row after row */
export function rowGram(n: i32, p: i32, A: usize, G: usize): void {
  const ld = (<usize>p) << 3;
  memory.fill(G, 0, <usize>p * ld);
  for (let row = 0; row < n; row += ROWS) {
    const block = A + <usize>row * ld;
    const end = block + <usize>min<i32>(ROWS, n - row) * ld;
    for (let j: usize = 0; j < ld; j += 32) {
      const g = G + j * <usize>p;
      for (let k: usize = 0; k <= j; k += 32) rowTile(block, end, ld, j, k, g + k);
    }
  }
  for (let j = 1; j < p; ++j) {
    for (let k = 0; k < j; ++k) {
      store<f64>(G + <usize>k * ld + ((<usize>j) << 3), load<f64>(G + <usize>j * ld + ((<usize>k) << 3)));
    }
  }
}

/** g += Σ over the rows of (columns j to j + 3)·(columns k to k + 3), four rows of g by four columns; j and k in bytes */
function rowTile(row: usize, end: usize, ld: usize, j: usize, k: usize, g: usize): void {
  let a0 = f64x2.splat(0);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  let c0 = a0;
  let c1 = a0;
  let d0 = a0;
  let d1 = a0;
  const across = k - j;
  const last = end + j;
  for (row += j; row < last; row += ld) {
    const v0 = v128.load(row + across);
    const v1 = v128.load(row + across, 16);
    let s = v128.load64_splat(row);
    a0 = f64x2.add(a0, f64x2.mul(s, v0));
    a1 = f64x2.add(a1, f64x2.mul(s, v1));
    s = v128.load64_splat(row, 8);
    b0 = f64x2.add(b0, f64x2.mul(s, v0));
    b1 = f64x2.add(b1, f64x2.mul(s, v1));
    s = v128.load64_splat(row, 16);
    c0 = f64x2.add(c0, f64x2.mul(s, v0));
    c1 = f64x2.add(c1, f64x2.mul(s, v1));
    s = v128.load64_splat(row, 24);
    d0 = f64x2.add(d0, f64x2.mul(s, v0));
    d1 = f64x2.add(d1, f64x2.mul(s, v1));
  }
  v128.store(g, f64x2.add(v128.load(g), a0));
  v128.store(g, f64x2.add(v128.load(g, 16), a1), 16);
  g += ld;
  v128.store(g, f64x2.add(v128.load(g), b0));
  v128.store(g, f64x2.add(v128.load(g, 16), b1), 16);
  g += ld;
  v128.store(g, f64x2.add(v128.load(g), c0));
  v128.store(g, f64x2.add(v128.load(g, 16), c1), 16);
  g += ld;
  v128.store(g, f64x2.add(v128.load(g), d0));
  v128.store(g, f64x2.add(v128.load(g, 16), d1), 16);
}

/**
 * Epochs of cyclic coordinate descent on the Gram G, p rows `ld` apart, and the gradient z = c − G·b, `ld` even:
 *
 *   b_j ← soft(z_j + G_jj·b_j, l1_j)·inverses[j],  z ← z − (new − old)·G_j
 *
 * until max_j G_jj·(new − old)² is at most the threshold, or `limit` is reached. Returns how many.
 */
export function gramEpochs(
  p: i32,
  ld: i32,
  G: usize,
  z: usize,
  b: usize,
  inverses: usize,
  l1: usize,
  threshold: f64,
  limit: i32,
): i32 {
  let epochs = 0;
  while (epochs < limit) {
    ++epochs;
    if (!(shrinkEach(p, (<usize>ld) << 3, G, z, b, inverses, l1) > threshold)) break;
  }
  return epochs;
}

/** One epoch; returns its max_j G_jj·(new − old)². */
function shrinkEach(p: i32, row: usize, G: usize, z: usize, b: usize, inverses: usize, l1: usize): f64 {
  let largest: f64 = 0;
  const end = (<usize>p) << 3;
  for (let at: usize = 0; at < end; at += 8, G += row) {
    const old = load<f64>(b + at);
    const curvature = load<f64>(G + at);
    const threshold = load<f64>(l1 + at);
    const u = load<f64>(z + at) + curvature * old;
    const clamped = u < -threshold ? -threshold : u > threshold ? threshold : u;
    const value = (u - clamped) * load<f64>(inverses + at);
    const delta = value - old;
    if (delta == 0) continue;
    store<f64>(b + at, value);
    const change = curvature * delta * delta;
    if (change > largest) largest = change;
    subtract(z, z + row, delta, G);
  }
  return largest;
}

/** z ← z − delta·g up to `end`, pairs of values */
function subtract(z: usize, end: usize, delta: f64, g: usize): void {
  const d = f64x2.splat(delta);
  for (; z < end; z += 16, g += 16) {
    v128.store(z, f64x2.sub(v128.load(z), f64x2.mul(d, v128.load(g))));
  }
}

/** z = c − Σ_j b_j·G_j over the p rows of G, `ld` values each, `ld` even */
export function gramGradient(p: i32, ld: i32, G: usize, c: usize, b: usize, z: usize): void {
  const row = (<usize>ld) << 3;
  memory.copy(z, c, row);
  for (const end = b + ((<usize>p) << 3); b < end; b += 8, G += row) {
    const value = load<f64>(b);
    if (value != 0) subtract(z, z + row, value, G);
  }
}

/**
 * Factors the listed rows and columns of G + diag(l2), G in rows `ld` apart, as UᵀDU, D diagonal and U upper triangular with
 * 1 on its diagonal: U holds D·U above the diagonal and D⁻¹ on it, in rows `ld` apart, `ld` even, and 0 after an odd number of columns.
 *
 * Returns `count`, or the first row that depends on those before it: what is left of its diagonal is no more than rounding errors.
 * Golub & Van Loan, Matrix Computations (2013), §4.1.
 */
export function gramFactor(count: i32, indices: usize, ld: i32, G: usize, l2: usize, U: usize): i32 {
  const row = (<usize>ld) << 3;
  const width = (<usize>count) << 3;
  const even = (width + 8) & ~15;
  let u = U;
  for (let i = 0; i < count; ++i, u += row) {
    const g = G + <usize>load<u32>(indices + ((<usize>i) << 2)) * row;
    for (let k = i; k < count; ++k) {
      store<f64>(u + ((<usize>k) << 3), load<f64>(g + ((<usize>load<u32>(indices + ((<usize>k) << 2))) << 3)));
    }
    if (even > width) store<f64>(u + width, 0);
  }
  u = U;
  for (let k = 0; k < count; ++k, u += row) {
    const at = (<usize>load<u32>(indices + ((<usize>k) << 2))) << 3;
    const diagonal = u + ((<usize>k) << 3);
    const ridge = load<f64>(l2 + at);
    const pivot = load<f64>(diagonal) + ridge;
    if (!(pivot > (load<f64>(G + <usize>ld * at + at) + ridge) * <f64>(k + 1) * f64.EPSILON)) return k;
    const inverse = 1 / pivot;
    store<f64>(diagonal, inverse);
    let v = u + row;
    for (let i: usize = ((<usize>k) << 3) + 8; i < width; i += 8, v += row) {
      subtractFrom(i, even, v, load<f64>(u + i) * inverse, u);
    }
  }
  return count;
}

/** z[i] ← z[i] − f·g[i] from byte i up to `end`, a multiple of 16 */
function subtractFrom(i: usize, end: usize, z: usize, f: f64, g: usize): void {
  if (i & 8) {
    store<f64>(z + i, load<f64>(z + i) - f * load<f64>(g + i));
    i += 8;
  }
  subtract(z + i, z + end, f, g + i);
}

/** Solves UᵀDU·x = b in place on b, with U of gramFactor; after an odd number of values x gets a 0 */
export function gramSubstitute(count: i32, ld: i32, U: usize, x: usize): void {
  const row = (<usize>ld) << 3;
  const width = (<usize>count) << 3;
  const even = (width + 8) & ~15;
  if (even > width) store<f64>(x + width, 0);
  let u = U;
  for (let at: usize = 0; at < width; at += 8, u += row) {
    subtractFrom(at + 8, even, x, load<f64>(x + at) * load<f64>(u + at), u);
  }
  for (let at = width; at > 0; ) {
    u -= row;
    let i = at;
    at -= 8;
    let rest: f64 = 0;
    if (i & 8) {
      rest = load<f64>(u + i) * load<f64>(x + i);
      i += 8;
    }
    let sum = f64x2.splat(0);
    for (; i < even; i += 16) sum = f64x2.add(sum, f64x2.mul(v128.load(u + i), v128.load(x + i)));
    store<f64>(x + at, (load<f64>(x + at) - (sumLanes<f64>(sum) + rest)) * load<f64>(u + at));
  }
}
