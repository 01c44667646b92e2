import { sumLanes } from "../vectors/vector";

/** What the decompositions of symmetric matrices spend their time in. All matrices are column-major. */

/**
 * The lower triangle of A, m × m with its columns `stride` apart, and its product, in one pass:
 *
 *   A ← A − v·wᵀ − w·vᵀ,  q = A·u  (of the new A, whole)
 */
export function symmetricUpdate(m: i32, A: usize, stride: i32, v: usize, w: usize, u: usize, q: usize): void {
  const next = ((<usize>stride) << 3) + 8;
  memory.fill(q, 0, (<usize>m) << 3);
  for (; m > 0; --m, A += next, v += 8, w += 8, u += 8, q += 8) {
    const vj = load<f64>(v);
    const wj = load<f64>(w);
    const uj = load<f64>(u);
    const diagonal = load<f64>(A) - (vj * wj + wj * vj);
    store<f64>(A, diagonal);
    const below = symmetricColumn(m - 1, A + 8, v + 8, w + 8, u + 8, q + 8, vj, wj, uj);
    store<f64>(q, load<f64>(q) + diagonal * uj + below);
  }
}

/** a ← a − (v·wj + w·vj), q ← q + a·uj, returning Σ a·u of the new a: one sum in the lanes, then the tail */
function symmetricColumn(m: i32, a: usize, v: usize, w: usize, u: usize, q: usize, vj: f64, wj: f64, uj: f64): f64 {
  const vs = f64x2.splat(vj);
  const ws = f64x2.splat(wj);
  const us = f64x2.splat(uj);
  let sum = f64x2.splat(0);
  const blockEnd = a + (((<usize>m) << 3) & ~15);
  for (; a < blockEnd; a += 16, v += 16, w += 16, u += 16, q += 16) {
    const x = f64x2.sub(v128.load(a), f64x2.add(f64x2.mul(v128.load(v), ws), f64x2.mul(v128.load(w), vs)));
    v128.store(a, x);
    v128.store(q, f64x2.add(v128.load(q), f64x2.mul(x, us)));
    sum = f64x2.add(sum, f64x2.mul(x, v128.load(u)));
  }
  let total = sumLanes<f64>(sum);
  if (m & 1) {
    const x = load<f64>(a) - (load<f64>(v) * wj + load<f64>(w) * vj);
    store<f64>(a, x);
    store<f64>(q, load<f64>(q) + x * uj);
    total += x * load<f64>(u);
  }
  return total;
}

/** A ← (I − factor·v·vᵀ)·A for `count` columns of m rows, `stride` apart: Householder's reflection, four columns a pass */
export function reflect(m: i32, count: i32, factor: f64, v: usize, A: usize, stride: i32): void {
  const column = (<usize>stride) << 3;
  let j = 0;
  for (; j + 4 <= count; j += 4, A += column << 2) reflectFour(m, factor, v, A, column);
  for (; j < count; ++j, A += column) reflectOne(m, factor, v, A);
}

function reflectFour(m: i32, factor: f64, v: usize, x0: usize, column: usize): void {
  const bytes = (<usize>m) << 3;
  const block = bytes & ~15;
  const vEnd = v + block;
  let x1 = x0 + column;
  let x2 = x1 + column;
  let x3 = x2 + column;
  let a0 = f64x2.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  for (; v < vEnd; v += 16, x0 += 16, x1 += 16, x2 += 16, x3 += 16) {
    const y = v128.load(v);
    a0 = f64x2.add(a0, f64x2.mul(v128.load(x0), y));
    a1 = f64x2.add(a1, f64x2.mul(v128.load(x1), y));
    a2 = f64x2.add(a2, f64x2.mul(v128.load(x2), y));
    a3 = f64x2.add(a3, f64x2.mul(v128.load(x3), y));
  }
  let s0 = sumLanes<f64>(a0);
  let s1 = sumLanes<f64>(a1);
  let s2 = sumLanes<f64>(a2);
  let s3 = sumLanes<f64>(a3);
  if (m & 1) {
    const y = load<f64>(v);
    s0 += load<f64>(x0) * y;
    s1 += load<f64>(x1) * y;
    s2 += load<f64>(x2) * y;
    s3 += load<f64>(x3) * y;
  }
  s0 *= factor;
  s1 *= factor;
  s2 *= factor;
  s3 *= factor;
  if (m & 1) {
    const y = load<f64>(v);
    store<f64>(x0, load<f64>(x0) - s0 * y);
    store<f64>(x1, load<f64>(x1) - s1 * y);
    store<f64>(x2, load<f64>(x2) - s2 * y);
    store<f64>(x3, load<f64>(x3) - s3 * y);
  }
  v -= block;
  x0 -= block;
  x1 -= block;
  x2 -= block;
  x3 -= block;
  a0 = f64x2.splat(s0);
  a1 = f64x2.splat(s1);
  a2 = f64x2.splat(s2);
  a3 = f64x2.splat(s3);
  for (; v < vEnd; v += 16, x0 += 16, x1 += 16, x2 += 16, x3 += 16) {
    const y = v128.load(v);
    v128.store(x0, f64x2.sub(v128.load(x0), f64x2.mul(a0, y)));
    v128.store(x1, f64x2.sub(v128.load(x1), f64x2.mul(a1, y)));
    v128.store(x2, f64x2.sub(v128.load(x2), f64x2.mul(a2, y)));
    v128.store(x3, f64x2.sub(v128.load(x3), f64x2.mul(a3, y)));
  }
}

function reflectOne(m: i32, factor: f64, v: usize, x: usize): void {
  const block = ((<usize>m) << 3) & ~15;
  const vEnd = v + block;
  let a = f64x2.splat(0);
  for (; v < vEnd; v += 16, x += 16) a = f64x2.add(a, f64x2.mul(v128.load(x), v128.load(v)));
  let s = sumLanes<f64>(a);
  if (m & 1) s += load<f64>(x) * load<f64>(v);
  s *= factor;
  if (m & 1) store<f64>(x, load<f64>(x) - s * load<f64>(v));
  v -= block;
  x -= block;
  a = f64x2.splat(s);
  for (; v < vEnd; v += 16, x += 16) v128.store(x, f64x2.sub(v128.load(x), f64x2.mul(a, v128.load(v))));
}

/**
 * Plane rotations of neighbouring columns of Z, which lies in panels of eight rows: element (row, column) of a panel at
 * 8·column + row, 8·columns from one panel to the next. Sweep k turns columns starts[2k] and below, starts[2k + 1] times:
 *
 *   z_{i+1} ← s·z_i + c·z_{i+1},  z_i ← c·z_i − s·z_{i+1}   for i = start − 1, start − 2, ...
 *
 * with the next c and s of `rotations` each time. All sweeps go over one panel before the next.
 */
export function rotate(panels: i32, columns: i32, Z: usize, sweeps: i32, starts: usize, rotations: usize): void {
  const panel = (<usize>columns) << 6;
  for (; panels > 0; --panels, Z += panel) {
    let rotation = rotations;
    for (let k = 0; k < sweeps; ++k) {
      const start = load<i32>(starts + ((<usize>k) << 3));
      const count = load<i32>(starts + ((<usize>k) << 3), 4);
      rotatePanel(count, Z + ((<usize>start) << 6), rotation);
      rotation += (<usize>count) << 4;
    }
  }
}

function rotatePanel(count: i32, z: usize, rotation: usize): void {
  let z0 = v128.load(z);
  let z1 = v128.load(z, 16);
  let z2 = v128.load(z, 32);
  let z3 = v128.load(z, 48);
  for (; count > 0; --count, rotation += 16, z -= 64) {
    const c = v128.load64_splat(rotation);
    const s = v128.load64_splat(rotation, 8);
    const y0 = v128.load(z - 64);
    const y1 = v128.load(z - 48);
    const y2 = v128.load(z - 32);
    const y3 = v128.load(z - 16);
    v128.store(z, f64x2.add(f64x2.mul(s, y0), f64x2.mul(c, z0)));
    v128.store(z, f64x2.add(f64x2.mul(s, y1), f64x2.mul(c, z1)), 16);
    v128.store(z, f64x2.add(f64x2.mul(s, y2), f64x2.mul(c, z2)), 32);
    v128.store(z, f64x2.add(f64x2.mul(s, y3), f64x2.mul(c, z3)), 48);
    z0 = f64x2.sub(f64x2.mul(c, y0), f64x2.mul(s, z0));
    z1 = f64x2.sub(f64x2.mul(c, y1), f64x2.mul(s, z1));
    z2 = f64x2.sub(f64x2.mul(c, y2), f64x2.mul(s, z2));
    z3 = f64x2.sub(f64x2.mul(c, y3), f64x2.mul(s, z3));
  }
  v128.store(z, z0);
  v128.store(z, z1, 16);
  v128.store(z, z2, 32);
  v128.store(z, z3, 48);
}
