import { axpy32, dot32 } from "../vectors/reductions";

/** Rows that one pass reads, few enough for what it reads to stay in cache and for sums in single precision to be short. */
const ROWS: i32 = 256;

/**
 * G[a, c] = G[c, a] = (norms[a]·norms[c])·(x_a·x_c) for from <= a < to and c <= a, the columns of X, n rows, a multiple of four, in
 * single precision; the rows of G lie `stride` apart. Each entry is summed over blocks of 256 rows, in double precision; within a block
 * in the four lanes of a vector, (s0 + s1) + (s2 + s3).
 *
 * Rows are taken in pairs, and columns in fours: what follows the last ones in X is read, and what follows them in G overwritten.
 */
export function gramRows(n: i32, X: usize, from: i32, to: i32, norms: usize, G: usize, stride: i32): void {
  const ld = (<usize>stride) << 3;
  const column = (<usize>n) << 2;
  for (let a = from; a < to; a += 2) {
    const row = G + <usize>a * ld;
    memory.fill(row, 0, (<usize>width(a)) << 3);
    memory.fill(row + ld, 0, (<usize>width(a)) << 3);
  }
  for (let top = 0; top < n; top += ROWS, X += (<usize>ROWS) << 2) {
    const height = min<i32>(ROWS, n - top);
    for (let a = from; a < to; a += 2) {
      const y = X + <usize>a * column;
      let g = G + <usize>a * ld;
      let x = X;
      for (let c = width(a); c > 0; c -= 4, x += column << 2, g += 32) {
        tile(height, x, x + column, x + 2 * column, x + 3 * column, y, y + column, g, g + ld);
      }
    }
  }
  for (let c = 0; c < to; ++c) {
    const norm = load<f64>(norms + ((<usize>c) << 3));
    const row = G + <usize>c * ld;
    for (let a = max<i32>(from, c); a < to; ++a) {
      const at = G + <usize>a * ld + ((<usize>c) << 3);
      const value = load<f64>(norms + ((<usize>a) << 3)) * norm * load<f64>(at);
      store<f64>(at, value);
      store<f64>(row + ((<usize>a) << 3), value);
    }
  }
}

/** How many entries of the rows a and a + 1 are computed: a + 2 at least. */
function width(a: i32): i32 {
  return (a + 5) & ~3;
}

function sumLanes(a: v128): f32 {
  return f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1) + (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3));
}

function add(g: usize, a: v128): void {
  store<f64>(g, load<f64>(g) + <f64>sumLanes(a));
}

/** g0[c] += Σ x_c·y0, g1[c] += Σ x_c·y1 for the four columns x_c */
function tile(
  height: i32,
  x0: usize,
  x1: usize,
  x2: usize,
  x3: usize,
  y0: usize,
  y1: usize,
  g0: usize,
  g1: usize,
): void {
  let a00 = f32x4.splat(0);
  let a10 = a00;
  let a20 = a00;
  let a30 = a00;
  let a01 = a00;
  let a11 = a00;
  let a21 = a00;
  let a31 = a00;
  const end = x0 + ((<usize>height) << 2);
  for (; x0 < end; x0 += 16, x1 += 16, x2 += 16, x3 += 16, y0 += 16, y1 += 16) {
    const u0 = v128.load(y0);
    const u1 = v128.load(y1);
    let v = v128.load(x0);
    a00 = f32x4.add(a00, f32x4.mul(v, u0));
    a01 = f32x4.add(a01, f32x4.mul(v, u1));
    v = v128.load(x1);
    a10 = f32x4.add(a10, f32x4.mul(v, u0));
    a11 = f32x4.add(a11, f32x4.mul(v, u1));
    v = v128.load(x2);
    a20 = f32x4.add(a20, f32x4.mul(v, u0));
    a21 = f32x4.add(a21, f32x4.mul(v, u1));
    v = v128.load(x3);
    a30 = f32x4.add(a30, f32x4.mul(v, u0));
    a31 = f32x4.add(a31, f32x4.mul(v, u1));
  }
  add(g0, a00);
  add(g0 + 8, a10);
  add(g0 + 16, a20);
  add(g0 + 24, a30);
  add(g1, a01);
  add(g1 + 8, a11);
  add(g1 + 16, a21);
  add(g1 + 24, a31);
}

/**
 * The rows n to n + m of the Cholesky factor L of a matrix with a diagonal of ones, L's rows `stride` apart: as in
 * {@link choleskyAppend}, four at a time, so that they share each load of the rows above. These are rounded up to a multiple of
 * four, the rows behind the last overwritten. Returns the least pivot.
 */
export function choleskyExtend(n: i32, m: i32, L: usize, stride: i32): f64 {
  const ld = (<usize>stride) << 2;
  const first = L + <usize>n * ld;
  const rounded = (m + 3) & ~3;
  for (let r = m; r < rounded; ++r) memory.fill(first + <usize>r * ld, 0, (<usize>n) << 2);
  for (let r = 0; r < m; r += 4) substituteFour(n, L, ld, first + <usize>r * ld);
  let least: f64 = 1;
  for (let r = 0; r < m; ++r) {
    const row = first + <usize>r * ld;
    let above = first;
    let at = (<usize>n) << 2;
    for (let k = n; k < n + r; ++k, above += ld, at += 4) {
      store<f32>(row + at, (load<f32>(row + at) - dot32(k, row, above)) / load<f32>(above + at));
    }
    const pivot = load<f32>(row + at) - dot32(n + r, row, row);
    store<f32>(row + at, pivot > 0 ? sqrt<f32>(pivot) : 0);
    if (!(<f64>pivot >= least)) least = <f64>pivot;
  }
  return least;
}

function substituteFour(n: i32, L: usize, ld: usize, rows: usize): void {
  const r1 = rows + ld;
  const r2 = r1 + ld;
  const r3 = r2 + ld;
  for (let i = 0; i < n; ++i, L += ld) {
    const bytes = (<usize>i) << 2;
    const blockEnd = bytes & ~15;
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let at: usize = 0;
    for (; at < blockEnd; at += 16) {
      const v = v128.load(L + at);
      a0 = f32x4.add(a0, f32x4.mul(v128.load(rows + at), v));
      a1 = f32x4.add(a1, f32x4.mul(v128.load(r1 + at), v));
      a2 = f32x4.add(a2, f32x4.mul(v128.load(r2 + at), v));
      a3 = f32x4.add(a3, f32x4.mul(v128.load(r3 + at), v));
    }
    let s0 = sumLanes(a0);
    let s1 = sumLanes(a1);
    let s2 = sumLanes(a2);
    let s3 = sumLanes(a3);
    for (; at < bytes; at += 4) {
      const v = load<f32>(L + at);
      s0 += load<f32>(rows + at) * v;
      s1 += load<f32>(r1 + at) * v;
      s2 += load<f32>(r2 + at) * v;
      s3 += load<f32>(r3 + at) * v;
    }
    const diagonal = load<f32>(L + at);
    store<f32>(rows + at, (load<f32>(rows + at) - s0) / diagonal);
    store<f32>(r1 + at, (load<f32>(r1 + at) - s1) / diagonal);
    store<f32>(r2 + at, (load<f32>(r2 + at) - s2) / diagonal);
    store<f32>(r3 + at, (load<f32>(r3 + at) - s3) / diagonal);
  }
}

/**
 * As {@link choleskyDrop}; two rows at a time, so that one need not wait for the other. If their number is odd, the row behind the last is
 * taken along, whatever it holds.
 */
export function choleskyDropSingle(n: i32, k: i32, L: usize, stride: i32, work: usize): void {
  const ld = (<usize>stride) << 2;
  const left = (<usize>k) << 2;
  let row = L + <usize>k * ld;
  for (let i = k; i + 1 < n; i += 2, row += 2 * ld) {
    memory.copy(row, row + ld, left);
    memory.copy(row + ld, row + 2 * ld, left);
    let at = row + left;
    let rotation = work;
    let x0 = load<f32>(at + ld);
    let x1 = load<f32>(at + 2 * ld);
    for (const end = row + ((<usize>i) << 2); at < end; at += 4, rotation += 8) {
      const c = load<f32>(rotation);
      const s = load<f32>(rotation, 4);
      const y0 = load<f32>(at + ld, 4);
      const y1 = load<f32>(at + 2 * ld, 4);
      store<f32>(at, c * x0 + s * y0);
      store<f32>(at + ld, c * x1 + s * y1);
      x0 = c * y0 - s * x0;
      x1 = c * y1 - s * x1;
    }
    setRotation(x0, load<f32>(at + ld, 4), at, rotation);
    const c = load<f32>(rotation);
    const s = load<f32>(rotation, 4);
    const y = load<f32>(at + 2 * ld, 4);
    store<f32>(at + ld, c * x1 + s * y);
    setRotation(c * y - s * x1, load<f32>(at + 2 * ld, 8), at + ld + 4, rotation + 8);
  }
}

/** The rotation that takes (x, y) to (norm, 0), and that norm. */
function setRotation(x: f32, y: f32, at: usize, rotation: usize): void {
  const norm = sqrt<f32>(x * x + y * y);
  store<f32>(at, norm);
  store<f32>(rotation, norm > 0 ? x / norm : 1);
  store<f32>(rotation, norm > 0 ? y / norm : 0, 4);
}

/** L·Lᵀ·x = b in place on b */
export function choleskySolveSingle(n: i32, L: usize, stride: i32, b: usize): void {
  const ld = (<usize>stride) << 2;
  let row = L;
  for (let i = 0; i < n; ++i, row += ld) {
    const at = (<usize>i) << 2;
    store<f32>(b + at, (load<f32>(b + at) - dot32(i, row, b)) / load<f32>(row + at));
  }
  for (let i = n - 1; i >= 0; --i) {
    row -= ld;
    const at = (<usize>i) << 2;
    const x = load<f32>(b + at) / load<f32>(row + at);
    store<f32>(b + at, x);
    axpy32(i, -x, row, b);
  }
}
