import { sparseAxpy, sparseDot } from "../matrices/sparse";
import { axpy64, dot64 } from "../vectors/reductions";
import { blockBytes, sumLanes } from "../vectors/vector";

/** v within bounds without a branch, which signs of coefficients would mispredict */
function clamp(v: f64, lower: f64, upper: f64): f64 {
  const lanes = f64x2.pmin(f64x2.pmax(f64x2.splat(v), f64x2.splat(lower)), f64x2.splat(upper));
  return f64x2.extract_lane(lanes, 0);
}

/**
 * The coordinate's minimiser of a/2·(b − u/a)² + l1·|b| + l2/2·b² on [lower, upper]:
 *
 *   clamp(soft(u, l1)/(a + l2), lower, upper)
 */
export function coordinateMinimum(u: f64, curvature: f64, l1: f64, l2: f64, lower: f64, upper: f64): f64 {
  const b = (u - clamp(u, -l1, l1)) / (curvature + l2);
  return clamp(b, lower, upper);
}

/** r ← r + a·x and Σ next·r of the new r in one pass, summed as dot */
export function axpyDot(n: i32, a: f64, x: usize, r: usize, next: usize): f64 {
  const s = f64x2.splat(a);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const end = r + ((<usize>n) << 3);
  const blockEnd = r + blockBytes<f64>(n);
  for (; r < blockEnd; r += 64, x += 64, next += 64) {
    const r0 = f64x2.add(v128.load(r), f64x2.mul(s, v128.load(x)));
    const r1 = f64x2.add(v128.load(r, 16), f64x2.mul(s, v128.load(x, 16)));
    const r2 = f64x2.add(v128.load(r, 32), f64x2.mul(s, v128.load(x, 32)));
    const r3 = f64x2.add(v128.load(r, 48), f64x2.mul(s, v128.load(x, 48)));
    v128.store(r, r0);
    v128.store(r, r1, 16);
    v128.store(r, r2, 32);
    v128.store(r, r3, 48);
    s0 = f64x2.add(s0, f64x2.mul(v128.load(next), r0));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(next, 16), r1));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(next, 32), r2));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(next, 48), r3));
  }
  let sum = sumLanes<f64>(f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)));
  for (; r < end; r += 8, x += 8, next += 8) {
    const v = load<f64>(r) + a * load<f64>(x);
    store<f64>(r, v);
    sum += load<f64>(next) * v;
  }
  return sum;
}

/**
 * One epoch of coordinate descent over the listed columns of X, n × p, column-major, on the residual r = y − X·b:
 *
 *   b_j ← coordinateMinimum(x_j·r + a_j·b_j, a_j, l1_j, l2_j, lower_j, upper_j),  r ← r − (new − old)·x_j,  a_j = ‖x_j‖²
 *
 * Returns max_j a_j·(new − old)². The update of r and the next column's dot product share one pass.
 */
export function residualEpoch(
  count: i32,
  indices: usize,
  n: i32,
  X: usize,
  r: usize,
  b: usize,
  curvatures: usize,
  l1: usize,
  l2: usize,
  lower: usize,
  upper: usize,
): f64 {
  if (count == 0) return 0;
  const column = (<usize>n) << 3;
  let largest: f64 = 0;
  let next = X + <usize>load<u32>(indices) * column;
  let gradient = dot64(n, next, r);
  for (const end = indices + ((<usize>count) << 2); indices < end; indices += 4) {
    const at = (<usize>load<u32>(indices)) << 3;
    const x = next;
    const isLast = indices + 4 == end;
    if (!isLast) next = X + <usize>load<u32>(indices, 4) * column;
    const old = load<f64>(b + at);
    const curvature = load<f64>(curvatures + at);
    const value = coordinateMinimum(
      gradient + curvature * old,
      curvature,
      load<f64>(l1 + at),
      load<f64>(l2 + at),
      load<f64>(lower + at),
      load<f64>(upper + at),
    );
    const delta = value - old;
    if (delta != 0) {
      store<f64>(b + at, value);
      largest = max<f64>(largest, curvature * delta * delta);
      gradient = axpyDot(n, -delta, x, r, next);
    } else if (!isLast) gradient = dot64(n, next, r);
  }
  return largest;
}

/**
 * One epoch of coordinate descent over the listed coordinates on the Gram G = XᵀX, size × size, its rows `stride` apart, and the
 * gradient q = Xᵀ(y − X·b):
 *
 *   b_j ← coordinateMinimum(q_j + G_jj·b_j, G_jj, l1_j, l2_j, lower_j, upper_j),  q ← q − (new − old)·G_j
 *
 * Moves with G_jj·(new − old)² <= least are not worth their while and left out, unless they are to or from 0. Returns
 * max_j G_jj·(new − old)² of the others.
 *
 * q takes in four moves at a time. Until then, a coordinate subtracts from its own what those that wait will.
 */
export function gramEpoch(
  count: i32,
  indices: usize,
  size: i32,
  G: usize,
  stride: i32,
  q: usize,
  b: usize,
  l1: usize,
  l2: usize,
  lower: usize,
  upper: usize,
  least: f64,
): f64 {
  const ld = (<usize>stride) << 3;
  const column = (<usize>size) << 3;
  let largest: f64 = 0;
  let waiting = 0;
  let row0 = G;
  let row1 = G;
  let row2 = G;
  let move0: f64 = 0;
  let move1: f64 = 0;
  let move2: f64 = 0;
  for (const end = indices + ((<usize>count) << 2); indices < end; indices += 4) {
    const j = <usize>load<u32>(indices);
    const at = j << 3;
    const old = load<f64>(b + at);
    const row = G + j * ld;
    const curvature = load<f64>(row + at);
    let gradient = load<f64>(q + at);
    if (waiting > 0) gradient -= move0 * load<f64>(row0 + at);
    if (waiting > 1) gradient -= move1 * load<f64>(row1 + at);
    if (waiting > 2) gradient -= move2 * load<f64>(row2 + at);
    const value = coordinateMinimum(
      gradient + curvature * old,
      curvature,
      load<f64>(l1 + at),
      load<f64>(l2 + at),
      load<f64>(lower + at),
      load<f64>(upper + at),
    );
    const delta = value - old;
    const change = curvature * delta * delta;
    if (change <= least && (delta == 0 || (old != 0 && value != 0))) continue;
    store<f64>(b + at, value);
    largest = max<f64>(largest, change);
    if (waiting == 0) {
      row0 = row;
      move0 = delta;
    } else if (waiting == 1) {
      row1 = row;
      move1 = delta;
    } else if (waiting == 2) {
      row2 = row;
      move2 = delta;
    } else {
      subtractFour(column, row0, row1, row2, row, move0, move1, move2, delta, q);
      waiting = 0;
      continue;
    }
    waiting += 1;
  }
  if (waiting > 0) axpy64(size, -move0, row0, q);
  if (waiting > 1) axpy64(size, -move1, row1, q);
  if (waiting > 2) axpy64(size, -move2, row2, q);
  return largest;
}

/** q ← q − ((a0·x0 + a1·x1) + (a2·x2 + a3·x3)) */
function subtractFour(
  column: usize,
  x0: usize,
  x1: usize,
  x2: usize,
  x3: usize,
  a0: f64,
  a1: f64,
  a2: f64,
  a3: f64,
  q: usize,
): void {
  const b0 = f64x2.splat(a0);
  const b1 = f64x2.splat(a1);
  const b2 = f64x2.splat(a2);
  const b3 = f64x2.splat(a3);
  const end = q + column;
  const blockEnd = q + (column & ~15);
  for (; q < blockEnd; q += 16, x0 += 16, x1 += 16, x2 += 16, x3 += 16) {
    const low = f64x2.add(f64x2.mul(b0, v128.load(x0)), f64x2.mul(b1, v128.load(x1)));
    const high = f64x2.add(f64x2.mul(b2, v128.load(x2)), f64x2.mul(b3, v128.load(x3)));
    v128.store(q, f64x2.sub(v128.load(q), f64x2.add(low, high)));
  }
  if (q < end) {
    const low = a0 * load<f64>(x0) + a1 * load<f64>(x1);
    const high = a2 * load<f64>(x2) + a3 * load<f64>(x3);
    store<f64>(q, load<f64>(q) - (low + high));
  }
}

/** x ← x + t·(x − before), before ← the x that was: where the line through both goes on to */
export function extrapolate(n: i32, t: f64, x: usize, before: usize): void {
  const ts = f64x2.splat(t);
  const end = x + ((<usize>n) << 3);
  const blockEnd = x + (((<usize>n) << 3) & ~15);
  for (; x < blockEnd; x += 16, before += 16) {
    const v = v128.load(x);
    v128.store(x, f64x2.add(v, f64x2.mul(ts, f64x2.sub(v, v128.load(before)))));
    v128.store(before, v);
  }
  if (x < end) {
    const v = load<f64>(x);
    store<f64>(x, v + t * (v - load<f64>(before)));
    store<f64>(before, v);
  }
}

/** What an epoch has to read of its columns: that the rest is 0, or bounds infinite, saves memory traffic. */
const HAS_MEANS = 1;
const HAS_L2 = 2;
const HAS_BOUNDS = 4;

/**
 * One epoch of coordinate descent over the listed columns of X − e·meansᵀ, X sparse and never filled in, e a vector of norm 1 with
 * means_j = x_j·e. The residual is r + shift·e; where some mean is not 0, it is orthogonal to e. `state` holds the shift.
 * `traits` are the sum of those that the problem has: 1 means, 2 an l2, 4 bounds.
 *
 *   b_j ← coordinateMinimum(z_j + a_j·b_j, a_j, l1_j, l2_j, lower_j, upper_j),   z_j = x_j·r + shift·means_j
 *   r ← r − (new − old)·x_j,   shift ← shift + (new − old)·means_j
 *
 * Returns max_j a_j·(new − old)², a_j the square norm of the centred column.
 */
export function sparseEpoch(
  count: i32,
  indices: usize,
  values: usize,
  rowIndices: usize,
  columnPointers: usize,
  r: usize,
  state: usize,
  means: usize,
  b: usize,
  curvatures: usize,
  l1: usize,
  l2: usize,
  lower: usize,
  upper: usize,
  traits: i32,
): f64 {
  let largest: f64 = 0;
  let shift = load<f64>(state);
  for (const listEnd = indices + ((<usize>count) << 2); indices < listEnd; indices += 4) {
    const j = <usize>load<u32>(indices);
    const at = j << 3;
    const start = load<i32>(columnPointers + (j << 2));
    const end = load<i32>(columnPointers + (j << 2), 4);
    const old = load<f64>(b + at);
    const curvature = load<f64>(curvatures + at);
    const mean = traits & HAS_MEANS ? load<f64>(means + at) : 0;
    const gradient = sparseDot(start, end, values, rowIndices, r) + shift * mean;
    const value = coordinateMinimum(
      gradient + curvature * old,
      curvature,
      load<f64>(l1 + at),
      traits & HAS_L2 ? load<f64>(l2 + at) : 0,
      traits & HAS_BOUNDS ? load<f64>(lower + at) : -Infinity,
      traits & HAS_BOUNDS ? load<f64>(upper + at) : Infinity,
    );
    const delta = value - old;
    if (delta == 0) continue;
    store<f64>(b + at, value);
    largest = max<f64>(largest, curvature * delta * delta);
    sparseAxpy(start, end, -delta, values, rowIndices, r);
    shift += delta * mean;
  }
  store<f64>(state, shift);
  return largest;
}
