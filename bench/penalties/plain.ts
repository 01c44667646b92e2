/**
 * The paths of these penalties as one would write them in an afternoon, on columns in Fortran order, y and columns being centred and of
 * variance 1: cyclic descent by coordinates or groups on the residual, passes over those in use between passes over all; for sorted L1
 * accelerated proximal gradient.
 */

export interface PlainProblem {
  n: number;
  p: number;
  /** Column after column. */
  X: Float64Array;
  y: Float64Array;
  lambdas: Float64Array;
}

/** When a path may go on to the next lambda: no optimality condition is violated by more than this. */
export type Enough = number;

const dot = (X: Float64Array, from: number, n: number, r: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < n; ++i) sum += X[from + i] * r[i];
  return sum;
};
const axpy = (a: number, X: Float64Array, from: number, n: number, r: Float64Array): void => {
  for (let i = 0; i < n; ++i) r[i] += a * X[from + i];
};

/** Breheny & Huang, Coordinate descent algorithms for nonconvex penalized regression (2011). `most` is the largest violation that is left. */
export function plainMcp({ n, p, X, y, lambdas }: PlainProblem, gamma: number, most: Enough): Float64Array {
  const w = new Float64Array(p);
  const r = y.slice();
  const path = new Float64Array(lambdas.length * p);
  const all = Int32Array.from({ length: p }, (_, j) => j);
  lambdas.forEach((lambda, k) => {
    const pass = (columns: Int32Array): number => {
      let largest = 0;
      for (const j of columns) {
        const before = w[j];
        const u = dot(X, j * n, n, r) / n + before;
        const size = Math.abs(u);
        const after =
          size > gamma * lambda ? u : size > lambda ? (Math.sign(u) * (size - lambda)) / (1 - 1 / gamma) : 0;
        if (after === before) continue;
        w[j] = after;
        axpy(before - after, X, j * n, n, r);
        largest = Math.max(largest, Math.abs(after - before));
      }
      return largest;
    };
    while (pass(all) > most) {
      const used = all.filter((j) => w[j] !== 0);
      while (pass(used) > most);
    }
    path.set(w, k * p);
  });
  return path;
}

/** Groups of `size` columns one after the other. Yuan & Lin (2006), with a step of proximal gradient for each group. */
export function plainGroups({ n, p, X, y, lambdas }: PlainProblem, size: number, most: Enough): Float64Array {
  const w = new Float64Array(p);
  const r = y.slice();
  const path = new Float64Array(lambdas.length * p);
  const all = Int32Array.from({ length: p / size }, (_, g) => g);
  // The largest eigenvalue of each group's Gram, by the power method.
  const curvatures = Float64Array.from(all, (g) => {
    let v = new Float64Array(size).fill(1);
    let value = 1;
    for (let step = 0; step < 100; ++step) {
      const image = new Float64Array(n);
      for (let c = 0; c < size; ++c) axpy(v[c], X, (g * size + c) * n, n, image);
      const next = v.map((_, c) => dot(X, (g * size + c) * n, n, image) / n);
      value = Math.hypot(...next) / Math.hypot(...v);
      v = next.map((one) => one / Math.hypot(...next));
    }
    return value * (1 + 1e-6);
  });
  const u = new Float64Array(size);
  lambdas.forEach((lambda, k) => {
    const pull = lambda * Math.sqrt(size);
    const pass = (groups: Int32Array): number => {
      let largest = 0;
      for (const g of groups) {
        const v = curvatures[g];
        let squares = 0;
        for (let c = 0; c < size; ++c) {
          u[c] = dot(X, (g * size + c) * n, n, r) / n + v * w[g * size + c];
          squares += u[c] * u[c];
        }
        const share = Math.max(0, 1 - pull / Math.sqrt(squares)) / v;
        for (let c = 0; c < size; ++c) {
          const j = g * size + c;
          const step = share * u[c] - w[j];
          if (step === 0) continue;
          w[j] += step;
          axpy(-step, X, j * n, n, r);
          largest = Math.max(largest, v * Math.abs(step));
        }
      }
      return largest;
    };
    while (pass(all) > most) {
      const used = all.filter((g) => w[g * size] !== 0);
      while (pass(used) > most);
    }
    path.set(w, k * p);
  });
  return path;
}

/** Bogdan et al. (2015): accelerated proximal gradient with the stack of pooled blocks, restarted where the momentum points uphill. */
export function plainSorted({ n, p, X, y, lambdas }: PlainProblem, c: Float64Array, most: Enough): Float64Array {
  let v = 0;
  let direction = Float64Array.from({ length: p }, (_, j) => 1 + (j % 7));
  for (let step = 0; step < 100; ++step) {
    const image = new Float64Array(n);
    for (let j = 0; j < p; ++j) axpy(direction[j], X, j * n, n, image);
    const next = direction.map((_, j) => dot(X, j * n, n, image) / n);
    const length = Math.sqrt(next.reduce((sum, one) => sum + one * one, 0));
    v = length / Math.sqrt(direction.reduce((sum, one) => sum + one * one, 0));
    direction = next.map((one) => one / length);
  }
  v *= 1.01;
  let w: Float64Array = new Float64Array(p);
  const path = new Float64Array(lambdas.length * p);
  const residual = new Float64Array(n);
  lambdas.forEach((lambda, k) => {
    let at: Float64Array = w;
    let t = 1;
    for (;;) {
      residual.set(y);
      for (let j = 0; j < p; ++j) if (at[j] !== 0) axpy(-at[j], X, j * n, n, residual);
      const u = at.map((value, j) => value + dot(X, j * n, n, residual) / n / v);
      const next = shrink(u, c, lambda / v);
      let [change, uphill] = [0, 0];
      for (let j = 0; j < p; ++j) {
        change = Math.max(change, v * Math.abs(next[j] - at[j]));
        uphill += (at[j] - next[j]) * (next[j] - w[j]);
      }
      const longer = uphill > 0 ? 1 : (1 + Math.sqrt(1 + 4 * t * t)) / 2;
      const momentum = uphill > 0 ? 0 : (t - 1) / longer;
      at = next.map((value, j) => value + momentum * (value - w[j]));
      [w, t] = [next, longer];
      if (change <= most) break;
    }
    path.set(w, k * p);
  });
  return path;
}

function shrink(u: Float64Array, c: Float64Array, step: number): Float64Array {
  const order = Array.from(u.keys()).sort((i, j) => Math.abs(u[j]) - Math.abs(u[i]));
  const blocks: { from: number; to: number; sum: number }[] = [];
  order.forEach((j, k) => {
    let block = { from: k, to: k + 1, sum: Math.abs(u[j]) - step * c[k] };
    for (let last = blocks.at(-1); last !== undefined; last = blocks.at(-1)) {
      if (last.sum / (last.to - last.from) > block.sum / (block.to - block.from)) break;
      block = { from: last.from, to: block.to, sum: last.sum + block.sum };
      blocks.pop();
    }
    blocks.push(block);
  });
  const out = new Float64Array(u.length);
  for (const { from, to, sum } of blocks) {
    const size = Math.max(0, sum / (to - from));
    for (let k = from; k < to; ++k) out[order[k]] = Math.sign(u[order[k]]) * size;
  }
  return out;
}
