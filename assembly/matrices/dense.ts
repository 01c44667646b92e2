import { loadLane, storeLane, sumLanes } from "../vectors/vector";

/** Rows of X that one pass of the Gram reads, few enough for the tile's columns to stay in cache. */
const GRAM_ROWS: i32 = 256;
/** Rows and columns of a tile in which a triangle is mirrored. */
const MIRROR: i32 = 8;

/** out ← out + scale·X·b for column-major X, n × p: four columns a pass, ((x0·b0 + x1·b1) + (x2·b2 + x3·b3)) */
export function product(n: i32, p: i32, X: usize, scale: f64, b: usize, out: usize): void {
  const column = (<usize>n) << 3;
  let j = 0;
  for (; j + 4 <= p; j += 4, X += column << 2, b += 32) {
    addFour(column, X, X + column, X + 2 * column, X + 3 * column, scale, b, out);
  }
  for (; j < p; ++j, X += column, b += 8) addOne(column, X, scale * load<f64>(b), out);
}

/** out ← out + scale·Σ_k b[k]·x_k over the listed columns, in the order and grouping of {@link product} */
export function listProduct(
  n: i32,
  count: i32,
  indices: usize,
  X: usize,
  stride: i32,
  scale: f64,
  b: usize,
  out: usize,
): void {
  const column = (<usize>n) << 3;
  const ld = (<usize>stride) << 3;
  let k = 0;
  for (; k + 4 <= count; k += 4, indices += 16, b += 32) {
    const x0 = X + <usize>load<u32>(indices) * ld;
    const x1 = X + <usize>load<u32>(indices, 4) * ld;
    const x2 = X + <usize>load<u32>(indices, 8) * ld;
    const x3 = X + <usize>load<u32>(indices, 12) * ld;
    addFour(column, x0, x1, x2, x3, scale, b, out);
  }
  for (; k < count; ++k, indices += 4, b += 8) {
    addOne(column, X + <usize>load<u32>(indices) * ld, scale * load<f64>(b), out);
  }
}

function addFour(column: usize, x0: usize, x1: usize, x2: usize, x3: usize, scale: f64, b: usize, out: usize): void {
  const b0 = f64x2.splat(scale * load<f64>(b));
  const b1 = f64x2.splat(scale * load<f64>(b, 8));
  const b2 = f64x2.splat(scale * load<f64>(b, 16));
  const b3 = f64x2.splat(scale * load<f64>(b, 24));
  const end = out + column;
  const blockEnd = out + (column & ~15);
  for (; out < blockEnd; out += 16, x0 += 16, x1 += 16, x2 += 16, x3 += 16) {
    v128.store(
      out,
      f64x2.add(
        v128.load(out),
        f64x2.add(
          f64x2.add(f64x2.mul(v128.load(x0), b0), f64x2.mul(v128.load(x1), b1)),
          f64x2.add(f64x2.mul(v128.load(x2), b2), f64x2.mul(v128.load(x3), b3)),
        ),
      ),
    );
  }
  if (out < end) {
    storeLane<f64>(
      out,
      f64x2.add(
        loadLane<f64>(out),
        f64x2.add(
          f64x2.add(f64x2.mul(loadLane<f64>(x0), b0), f64x2.mul(loadLane<f64>(x1), b1)),
          f64x2.add(f64x2.mul(loadLane<f64>(x2), b2), f64x2.mul(loadLane<f64>(x3), b3)),
        ),
      ),
    );
  }
}

function addOne(column: usize, x: usize, factor: f64, out: usize): void {
  const b = f64x2.splat(factor);
  const end = out + column;
  const blockEnd = out + (column & ~15);
  for (; out < blockEnd; out += 16, x += 16) {
    v128.store(out, f64x2.add(v128.load(out), f64x2.mul(v128.load(x), b)));
  }
  if (out < end) storeLane<f64>(out, f64x2.add(loadLane<f64>(out), f64x2.mul(loadLane<f64>(x), b)));
}

/** out[j] = x_j·r for column-major X, n × p: four columns share each load of r; per column one sum in the lanes, then the tail */
export function transposedProduct(n: i32, p: i32, X: usize, r: usize, out: usize): void {
  const column = (<usize>n) << 3;
  let j = 0;
  for (; j + 4 <= p; j += 4, X += column << 2, out += 32) {
    fourDots(column, X, X + column, X + 2 * column, X + 3 * column, r, out);
  }
  for (; j < p; ++j, X += column, out += 8) store<f64>(out, oneDot(column, X, r));
}

/** out[k] = x_k·r over the listed columns, each as {@link transposedProduct} has it */
export function listTransposedProduct(n: i32, count: i32, indices: usize, X: usize, r: usize, out: usize): void {
  const column = (<usize>n) << 3;
  let k = 0;
  for (; k + 4 <= count; k += 4, indices += 16, out += 32) {
    const x0 = X + <usize>load<u32>(indices) * column;
    const x1 = X + <usize>load<u32>(indices, 4) * column;
    const x2 = X + <usize>load<u32>(indices, 8) * column;
    const x3 = X + <usize>load<u32>(indices, 12) * column;
    fourDots(column, x0, x1, x2, x3, r, out);
  }
  for (; k < count; ++k, indices += 4, out += 8) {
    store<f64>(out, oneDot(column, X + <usize>load<u32>(indices) * column, r));
  }
}

function fourDots(column: usize, x0: usize, x1: usize, x2: usize, x3: usize, r: usize, out: usize): void {
  let a0 = f64x2.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  const end = r + column;
  const blockEnd = r + (column & ~15);
  for (; r < blockEnd; r += 16, x0 += 16, x1 += 16, x2 += 16, x3 += 16) {
    const v = v128.load(r);
    a0 = f64x2.add(a0, f64x2.mul(v128.load(x0), v));
    a1 = f64x2.add(a1, f64x2.mul(v128.load(x1), v));
    a2 = f64x2.add(a2, f64x2.mul(v128.load(x2), v));
    a3 = f64x2.add(a3, f64x2.mul(v128.load(x3), v));
  }
  let s0 = sumLanes<f64>(a0);
  let s1 = sumLanes<f64>(a1);
  let s2 = sumLanes<f64>(a2);
  let s3 = sumLanes<f64>(a3);
  if (r < end) {
    const v = load<f64>(r);
    s0 += load<f64>(x0) * v;
    s1 += load<f64>(x1) * v;
    s2 += load<f64>(x2) * v;
    s3 += load<f64>(x3) * v;
  }
  store<f64>(out, s0);
  store<f64>(out, s1, 8);
  store<f64>(out, s2, 16);
  store<f64>(out, s3, 24);
}

function oneDot(column: usize, x: usize, r: usize): f64 {
  let a = f64x2.splat(0);
  const end = r + column;
  const blockEnd = r + (column & ~15);
  for (; r < blockEnd; r += 16, x += 16) a = f64x2.add(a, f64x2.mul(v128.load(x), v128.load(r)));
  let s = sumLanes<f64>(a);
  if (r < end) s += load<f64>(x) * load<f64>(r);
  return s;
}

/**
 * G = XᵀX, p × p, both triangles: blocks of 256 rows; per block and entry one sum in the lanes, then the tail. `work` has room for a
 * block, four columns side by side, and for a tile: (min(n, 256) + 1)·p' + 8 numbers, p' being p rounded up to a multiple of four.
 */
export function gram(n: i32, p: i32, X: usize, G: usize, work: usize): void {
  const ld = (<usize>p) << 3;
  memory.fill(G, 0, <usize>p * ld);
  for (let row = 0; row < n; row += GRAM_ROWS) {
    const rows = min<i32>(GRAM_ROWS, n - row);
    gramBlock(rows, n, p, X + ((<usize>row) << 3), G, work);
  }
  for (let top = 0; top < p; top += MIRROR) {
    for (let left = 0; left <= top; left += MIRROR) mirror(top, left, min<i32>(top + MIRROR, p), G, ld);
  }
}

/** Fills rows `top` to `bottom` of the lower triangle, MIRROR columns from `left` on: a tile whose lines stay in cache. */
function mirror(top: i32, left: i32, bottom: i32, G: usize, ld: usize): void {
  for (let j = top; j < bottom; ++j) {
    const right = min<i32>(left + MIRROR, j);
    for (let k = left; k < right; ++k) {
      store<f64>(G + <usize>j * ld + ((<usize>k) << 3), load<f64>(G + <usize>k * ld + ((<usize>j) << 3)));
    }
  }
}

/** G[k, j] += Σ over the block of x_j·x_k for j >= k, and some below: tiles of four columns j by two columns k, of packed columns. */
function gramBlock(rows: i32, n: i32, p: i32, X: usize, G: usize, work: usize): void {
  const column = (<usize>n) << 3;
  const ld = (<usize>p) << 3;
  // Where the last row of an odd number lies, behind the pairs of the others.
  const tail = (<usize>(rows >> 1)) << 6;
  const group = tail + 32;
  let tile = work;
  for (let j = 0; j < p; tile += group) {
    // There are four in any case: behind the last column, that one once more.
    for (let c: usize = 0; c < 4; ++c, ++j) {
      pack(X + <usize>min<i32>(j, p - 1) * column, tile + (c << 4), tail, tile + tail + (c << 3), rows & 1);
    }
  }
  let y = work;
  for (let k = 0; k < p; k += 4, y += group) {
    let x = y;
    for (let j = k; j < p; j += 4, x += group) {
      for (let half = 0; half < 4; half += 2) {
        packedTile(x, y + ((<usize>half) << 4), tail, y + tail + ((<usize>half) << 3), rows & 1, tile);
        let sums = tile;
        for (let c = k + half; c < k + half + 2; ++c) {
          for (let i = j; i < j + 4; ++i, sums += 8) {
            if (c >= p || i >= p) continue;
            const g = G + <usize>c * ld + ((<usize>i) << 3);
            store<f64>(g, load<f64>(g) + load<f64>(sums));
          }
        }
      }
    }
  }
}

/** One of four columns that lie side by side, pair after pair of rows, and what is left of an odd number. */
function pack(x: usize, out: usize, length: usize, rest: usize, isOdd: i32): void {
  const end = out + length;
  for (; out < end; out += 64, x += 16) v128.store(out, v128.load(x));
  if (isOdd) store<f64>(rest, load<f64>(x));
}

/** out[c·4 + i] = Σ x_i·y_c for four packed columns x_i and two packed columns y_c, of which `rest` holds the last row. */
function packedTile(x: usize, y: usize, length: usize, rest: usize, isOdd: i32, out: usize): void {
  let a00 = f64x2.splat(0);
  let a10 = a00;
  let a20 = a00;
  let a30 = a00;
  let a01 = a00;
  let a11 = a00;
  let a21 = a00;
  let a31 = a00;
  const end = x + length;
  for (; x < end; x += 64, y += 64) {
    const u0 = v128.load(y);
    const u1 = v128.load(y, 16);
    let v = v128.load(x);
    a00 = f64x2.add(a00, f64x2.mul(v, u0));
    a01 = f64x2.add(a01, f64x2.mul(v, u1));
    v = v128.load(x, 16);
    a10 = f64x2.add(a10, f64x2.mul(v, u0));
    a11 = f64x2.add(a11, f64x2.mul(v, u1));
    v = v128.load(x, 32);
    a20 = f64x2.add(a20, f64x2.mul(v, u0));
    a21 = f64x2.add(a21, f64x2.mul(v, u1));
    v = v128.load(x, 48);
    a30 = f64x2.add(a30, f64x2.mul(v, u0));
    a31 = f64x2.add(a31, f64x2.mul(v, u1));
  }
  storeColumn(a00, a10, a20, a30, x, load<f64>(rest), isOdd, out);
  storeColumn(a01, a11, a21, a31, x, load<f64>(rest, 8), isOdd, out + 32);
}

function storeColumn(a0: v128, a1: v128, a2: v128, a3: v128, x: usize, u: f64, isOdd: i32, out: usize): void {
  let s0 = f64x2.add(i64x2.shuffle(a0, a1, 0, 2), i64x2.shuffle(a0, a1, 1, 3));
  let s1 = f64x2.add(i64x2.shuffle(a2, a3, 0, 2), i64x2.shuffle(a2, a3, 1, 3));
  if (isOdd) {
    const v = f64x2.splat(u);
    s0 = f64x2.add(s0, f64x2.mul(v128.load(x), v));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(x, 16), v));
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
}

function gramEntry(rows: i32, x: usize, y: usize, g: usize): void {
  let a = f64x2.splat(0);
  const blockEnd = x + (((<usize>rows) << 3) & ~15);
  for (; x < blockEnd; x += 16, y += 16) a = f64x2.add(a, f64x2.mul(v128.load(x), v128.load(y)));
  let sum = sumLanes<f64>(a);
  if (rows & 1) sum += load<f64>(x) * load<f64>(y);
  store<f64>(g, load<f64>(g) + sum);
}

/** g0[k] += Σ x_k·y0, g1[k] += Σ x_k·y1 for the four columns x_k */
function gramTile(
  rows: i32,
  x0: usize,
  x1: usize,
  x2: usize,
  x3: usize,
  y0: usize,
  y1: usize,
  g0: usize,
  g1: usize,
): void {
  let a00 = f64x2.splat(0);
  let a10 = a00;
  let a20 = a00;
  let a30 = a00;
  let a01 = a00;
  let a11 = a00;
  let a21 = a00;
  let a31 = a00;
  const blockEnd = x0 + (((<usize>rows) << 3) & ~15);
  for (; x0 < blockEnd; x0 += 16, x1 += 16, x2 += 16, x3 += 16, y0 += 16, y1 += 16) {
    const u0 = v128.load(y0);
    const u1 = v128.load(y1);
    let v = v128.load(x0);
    a00 = f64x2.add(a00, f64x2.mul(v, u0));
    a01 = f64x2.add(a01, f64x2.mul(v, u1));
    v = v128.load(x1);
    a10 = f64x2.add(a10, f64x2.mul(v, u0));
    a11 = f64x2.add(a11, f64x2.mul(v, u1));
    v = v128.load(x2);
    a20 = f64x2.add(a20, f64x2.mul(v, u0));
    a21 = f64x2.add(a21, f64x2.mul(v, u1));
    v = v128.load(x3);
    a30 = f64x2.add(a30, f64x2.mul(v, u0));
    a31 = f64x2.add(a31, f64x2.mul(v, u1));
  }
  let s00 = sumLanes<f64>(a00);
  let s10 = sumLanes<f64>(a10);
  let s20 = sumLanes<f64>(a20);
  let s30 = sumLanes<f64>(a30);
  let s01 = sumLanes<f64>(a01);
  let s11 = sumLanes<f64>(a11);
  let s21 = sumLanes<f64>(a21);
  let s31 = sumLanes<f64>(a31);
  if (rows & 1) {
    const u0 = load<f64>(y0);
    const u1 = load<f64>(y1);
    s00 += load<f64>(x0) * u0;
    s10 += load<f64>(x1) * u0;
    s20 += load<f64>(x2) * u0;
    s30 += load<f64>(x3) * u0;
    s01 += load<f64>(x0) * u1;
    s11 += load<f64>(x1) * u1;
    s21 += load<f64>(x2) * u1;
    s31 += load<f64>(x3) * u1;
  }
  store<f64>(g0, load<f64>(g0) + s00);
  store<f64>(g0, load<f64>(g0, 8) + s10, 8);
  store<f64>(g0, load<f64>(g0, 16) + s20, 16);
  store<f64>(g0, load<f64>(g0, 24) + s30, 24);
  store<f64>(g1, load<f64>(g1) + s01);
  store<f64>(g1, load<f64>(g1, 8) + s11, 8);
  store<f64>(g1, load<f64>(g1, 16) + s21, 16);
  store<f64>(g1, load<f64>(g1, 24) + s31, 24);
}

/**
 * G[places[a], c] = x_rows[a]·x_columns[c] for the listed columns of X, n × p, column-major; the rows of G lie `stride` apart.
 * Each entry is summed as in {@link gram}.
 */
export function crossGram(
  n: i32,
  X: usize,
  rowCount: i32,
  rows: usize,
  places: usize,
  columnCount: i32,
  columns: usize,
  G: usize,
  stride: i32,
): void {
  const ld = (<usize>stride) << 3;
  for (let a = 0; a < rowCount; ++a) {
    memory.fill(G + <usize>load<u32>(places + ((<usize>a) << 2)) * ld, 0, (<usize>columnCount) << 3);
  }
  for (let top = 0; top < n; top += GRAM_ROWS) {
    const height = min<i32>(GRAM_ROWS, n - top);
    crossGramBlock(
      height,
      (<usize>n) << 3,
      X + ((<usize>top) << 3),
      rowCount,
      rows,
      places,
      columnCount,
      columns,
      G,
      ld,
    );
  }
}

function crossGramBlock(
  height: i32,
  column: usize,
  X: usize,
  rowCount: i32,
  rows: usize,
  places: usize,
  columnCount: i32,
  columns: usize,
  G: usize,
  ld: usize,
): void {
  let a = 0;
  for (; a + 2 <= rowCount; a += 2, rows += 8, places += 8) {
    const y0 = X + <usize>load<u32>(rows) * column;
    const y1 = X + <usize>load<u32>(rows, 4) * column;
    let g0 = G + <usize>load<u32>(places) * ld;
    let g1 = G + <usize>load<u32>(places, 4) * ld;
    let list = columns;
    let c = 0;
    for (; c + 4 <= columnCount; c += 4, list += 16, g0 += 32, g1 += 32) {
      const x0 = X + <usize>load<u32>(list) * column;
      const x1 = X + <usize>load<u32>(list, 4) * column;
      const x2 = X + <usize>load<u32>(list, 8) * column;
      const x3 = X + <usize>load<u32>(list, 12) * column;
      gramTile(height, x0, x1, x2, x3, y0, y1, g0, g1);
    }
    for (; c < columnCount; ++c, list += 4, g0 += 8, g1 += 8) {
      const x = X + <usize>load<u32>(list) * column;
      gramEntry(height, x, y0, g0);
      gramEntry(height, x, y1, g1);
    }
  }
  if (a < rowCount) {
    const y = X + <usize>load<u32>(rows) * column;
    let g = G + <usize>load<u32>(places) * ld;
    for (let c = 0; c < columnCount; ++c, columns += 4, g += 8) {
      gramEntry(height, X + <usize>load<u32>(columns) * column, y, g);
    }
  }
}

/**
 * Σ_j Σ_k v_j·P_jk·v_k over the listed coordinates, ascending, of a symmetric P whose rows lie `stride` apart. v is 0 outside of the list:
 *
 *   Σ_j v_j·(2·Σ_{k<j} P_jk·v_k + P_jj·v_j)
 *
 * Four rows share each load of v up to the first one's diagonal. `work` has room for four numbers.
 */
export function quadraticForm(count: i32, indices: usize, P: usize, stride: i32, v: usize, work: usize): f64 {
  const ld = (<usize>stride) << 3;
  let form: f64 = 0;
  let k = 0;
  for (; k + 4 <= count; k += 4, indices += 16) {
    const first = <usize>load<u32>(indices);
    const row = P + first * ld;
    const row1 = P + <usize>load<u32>(indices, 4) * ld;
    const row2 = P + <usize>load<u32>(indices, 8) * ld;
    const row3 = P + <usize>load<u32>(indices, 12) * ld;
    fourDots(first << 3, row, row1, row2, row3, v, work);
    form += formTerm(first, first, load<f64>(work), row, v);
    form += formTerm(first, <usize>load<u32>(indices, 4), load<f64>(work, 8), row1, v);
    form += formTerm(first, <usize>load<u32>(indices, 8), load<f64>(work, 16), row2, v);
    form += formTerm(first, <usize>load<u32>(indices, 12), load<f64>(work, 24), row3, v);
  }
  for (; k < count; ++k, indices += 4) {
    const j = <usize>load<u32>(indices);
    const row = P + j * ld;
    form += formTerm(0, j, 0, row, v);
  }
  return form;
}

/** v_j·(2·(sum + Σ_{from<=k<j} P_jk·v_k) + P_jj·v_j) */
function formTerm(from: usize, j: usize, sum: f64, row: usize, v: usize): f64 {
  const at = from << 3;
  const vj = load<f64>(v + (j << 3));
  const rest = oneDot((j - from) << 3, row + at, v + at);
  return vj * (2 * (sum + rest) + load<f64>(row + (j << 3)) * vj);
}

/**
 * Weighted means and variances of the columns of X, n × p, column-major:
 *
 *   means[j] = Σ_i s_i·(x_ij − pivots[j]) / W      (about the pivot; the mean itself is pivots[j] + means[j])
 *   variances[j] = Σ_i s_i·(x_ij − pivots[j] − means[j])² / W
 *
 * The pivot is a value of the column, so a constant column gives exactly 0 and a large offset costs nothing. Sums are
 * compensated (Knuth's TwoSum in each lane); the second pass also corrects the mean by what rounding left of it.
 */
export function moments(
  n: i32,
  p: i32,
  X: usize,
  weights: usize,
  totalWeight: f64,
  pivots: usize,
  means: usize,
  variances: usize,
): void {
  const column = (<usize>n) << 3;
  for (let j = 0; j < p; ++j, X += column, pivots += 8, means += 8, variances += 8) {
    const pivot = load<f64>(pivots);
    const mean = weightedSum(X, weights, column, pivot) / totalWeight;
    spread(X, weights, column, pivot, mean);
    const rest = restSum / totalWeight;
    store<f64>(means, mean + rest);
    store<f64>(variances, max<f64>(squareSum / totalWeight - rest * rest, 0));
  }
}

/** What the addition t = sum + v has lost. */
function lostBy(sum: v128, v: v128, t: v128): v128 {
  const u = f64x2.sub(t, sum);
  return f64x2.add(f64x2.sub(sum, f64x2.sub(t, u)), f64x2.sub(v, u));
}

/** The sum of the lanes of a compensated sum, and of a last number. */
function totalOf(sum: v128, lost: v128, last: f64, hasLast: bool): f64 {
  let total = f64x2.extract_lane(sum, 0);
  let error = f64x2.extract_lane(lost, 0) + f64x2.extract_lane(lost, 1);
  let v = f64x2.extract_lane(sum, 1);
  let t = total + v;
  let u = t - total;
  error += total - (t - u) + (v - u);
  total = t;
  if (hasLast) {
    v = last;
    t = total + v;
    u = t - total;
    error += total - (t - u) + (v - u);
    total = t;
  }
  return total + error;
}

/** Compensated Σ s·(x − pivot) */
function weightedSum(x: usize, s: usize, column: usize, pivot: f64): f64 {
  const pivots = f64x2.splat(pivot);
  let sum = f64x2.splat(0);
  let lost = sum;
  const pairEnd = x + (column & ~15);
  for (; x < pairEnd; x += 16, s += 16) {
    const v = f64x2.mul(v128.load(s), f64x2.sub(v128.load(x), pivots));
    const t = f64x2.add(sum, v);
    lost = f64x2.add(lost, lostBy(sum, v, t));
    sum = t;
  }
  const hasLast = (column & 8) != 0;
  return totalOf(sum, lost, hasLast ? load<f64>(s) * (load<f64>(x) - pivot) : 0, hasLast);
}

/** What {@link spread} has found. */
let restSum: f64 = 0;
let squareSum: f64 = 0;

/** Compensated Σ s·c and Σ s·c², c = (x − pivot) − mean, in one pass. */
function spread(x: usize, s: usize, column: usize, pivot: f64, mean: f64): void {
  const pivots = f64x2.splat(pivot);
  const means = f64x2.splat(mean);
  let sum = f64x2.splat(0);
  let lost = sum;
  let squares = sum;
  let lostSquares = sum;
  const pairEnd = x + (column & ~15);
  for (; x < pairEnd; x += 16, s += 16) {
    const c = f64x2.sub(f64x2.sub(v128.load(x), pivots), means);
    const v = f64x2.mul(v128.load(s), c);
    const t = f64x2.add(sum, v);
    lost = f64x2.add(lost, lostBy(sum, v, t));
    sum = t;
    const square = f64x2.mul(v, c);
    const next = f64x2.add(squares, square);
    lostSquares = f64x2.add(lostSquares, lostBy(squares, square, next));
    squares = next;
  }
  const hasLast = (column & 8) != 0;
  const c = hasLast ? load<f64>(x) - pivot - mean : 0;
  const v = hasLast ? load<f64>(s) * c : 0;
  restSum = totalOf(sum, lost, v, hasLast);
  squareSum = totalOf(squares, lostSquares, v * c, hasLast);
}

/** x_ij ← ((x_ij − pivots[j]) − means[j])·scales[j]·rowScales[i], in place */
export function transform(
  n: i32,
  p: i32,
  X: usize,
  pivots: usize,
  means: usize,
  scales: usize,
  rowScales: usize,
): void {
  const column = (<usize>n) << 3;
  for (let j = 0; j < p; ++j, pivots += 8, means += 8, scales += 8) {
    const pivot = f64x2.splat(load<f64>(pivots));
    const mean = f64x2.splat(load<f64>(means));
    const scale = f64x2.splat(load<f64>(scales));
    const end = X + column;
    const blockEnd = X + (column & ~15);
    let rows = rowScales;
    for (; X < blockEnd; X += 16, rows += 16) {
      v128.store(X, transformed(v128.load(X), pivot, mean, scale, v128.load(rows)));
    }
    if (X < end) {
      storeLane<f64>(X, transformed(loadLane<f64>(X), pivot, mean, scale, loadLane<f64>(rows)));
      X = end;
    }
  }
}

function transformed(x: v128, pivot: v128, mean: v128, scale: v128, row: v128): v128 {
  return f64x2.mul(f64x2.mul(f64x2.sub(f64x2.sub(x, pivot), mean), scale), row);
}

/** out_i ← x_i·y_i; `out` may be one of them. */
export function multiply(n: i32, x: usize, y: usize, out: usize): void {
  const end = x + ((<usize>n) << 3);
  const pairEnd = x + (((<usize>n) << 3) & ~15);
  for (; x < pairEnd; x += 16, y += 16, out += 16) v128.store(out, f64x2.mul(v128.load(x), v128.load(y)));
  if (x < end) store<f64>(out, load<f64>(x) * load<f64>(y));
}

/**
 * Centres each of p columns of n rows, of which it takes weighted means about pivots, and scales its rows:
 *
 *   means[j] ← Σ weights·(x − pivots[j]) / totalWeight,   x ← ((x − pivots[j]) − means[j])·rowScales,   rests[j] ← Σ rowScales·x
 */
export function centreColumns(
  n: i32,
  p: i32,
  X: usize,
  weights: usize,
  rowScales: usize,
  totalWeight: f64,
  pivots: usize,
  means: usize,
  rests: usize,
): void {
  const column = (<usize>n) << 3;
  for (let j = 0; j < p; ++j, X += column, pivots += 8, means += 8, rests += 8) {
    const mean = subtractPivot(column, X, weights, load<f64>(pivots)) / totalWeight;
    store<f64>(means, mean);
    store<f64>(rests, scaleRows(column, X, rowScales, mean));
  }
}

/** x ← x − pivot; returns Σ weights·x, in lanes. */
function subtractPivot(column: usize, x: usize, weights: usize, pivot: f64): f64 {
  const pivots = f64x2.splat(pivot);
  let sum = f64x2.splat(0);
  const end = x + column;
  const pairEnd = x + (column & ~15);
  for (; x < pairEnd; x += 16, weights += 16) {
    const v = f64x2.sub(v128.load(x), pivots);
    v128.store(x, v);
    sum = f64x2.add(sum, f64x2.mul(v, v128.load(weights)));
  }
  const total = sumLanes<f64>(sum);
  if (x === end) return total;
  const v = load<f64>(x) - pivot;
  store<f64>(x, v);
  return total + v * load<f64>(weights);
}

/** x ← (x − mean)·rowScales; returns Σ rowScales·x, in lanes. */
function scaleRows(column: usize, x: usize, rowScales: usize, mean: f64): f64 {
  const means = f64x2.splat(mean);
  let sum = f64x2.splat(0);
  const end = x + column;
  const pairEnd = x + (column & ~15);
  for (; x < pairEnd; x += 16, rowScales += 16) {
    const scale = v128.load(rowScales);
    const v = f64x2.mul(f64x2.sub(v128.load(x), means), scale);
    v128.store(x, v);
    sum = f64x2.add(sum, f64x2.mul(v, scale));
  }
  const total = sumLanes<f64>(sum);
  if (x === end) return total;
  const scale = load<f64>(rowScales);
  const v = (load<f64>(x) - mean) * scale;
  store<f64>(x, v);
  return total + v * scale;
}
