import { float64, take } from "../../../kernels/arena.js";
import { loadsOf } from "../ridgeSpectrum.js";
import type { UniformRidge } from "../UniformRidge.js";
import { type HatMatrix, type LeaveOneOut, tieIntercept } from "./interceptTie.js";

/** In the problem's memory. */
export const dualRoom = (n: number, p: number) => [float64(n), float64(n), float64(p)] as const;

/** In the spectrum's. */
export const dualLayout = (n: number) => [float64(n), float64(n)] as const;

/** The second form of leave-one-out, p > n. Overwrites the eigenvectors. */
export function dualResiduals({ form, spectrum, directions, mus, tie }: HatMatrix): LeaveOneOut {
  const { problem } = form;
  const { arena, n, p, X } = problem;
  const { heap, vectors, values, place } = spectrum;
  const { kernels } = heap;
  const [target, own, products] = take(arena, dualRoom(n, p));
  target.set(problem.y);
  form.takeOut(target);
  const count = mus.length;
  const loads = loadsOf(spectrum, target);
  const [coefficients, out] = take(heap, dualLayout(n));
  const residuals = new Float64Array(n * count);
  const remainders = new Float64Array(n * count);
  const each = (weight: (k: number, mu: number) => number, into: Float64Array): void => {
    mus.forEach((mu, l) => {
      for (let k = 0; k < n; ++k) coefficients[k] = weight(k, mu);
      out.fill(0);
      kernels.product(n, n, vectors, 0, 1, coefficients, 0, out, 0);
      into.set(out, l * n);
    });
  };
  each((k, mu) => loads[k] / (values[k] + mu), residuals);
  const q = new Float64Array(tie ? n * count : 0);
  const delta = new Float64Array(tie ? count : 0);
  if (tie !== undefined) {
    const meanLoads = loadsOf(spectrum, spread(form, tie.means));
    each((k, mu) => meanLoads[k] / (values[k] + mu), q);
    mus.forEach((mu, l) => {
      const v = q.subarray(l * n, (l + 1) * n);
      // mu·δ = mu·(1 + ‖c‖² + ‖v‖²) + ‖m − D·Xᵀ·M·v‖², v = M·X·D·u
      own.set(v);
      problem.kernels.transposedProduct(n, p, X, 0, own, 0, products, 0);
      form.reduceGradient(own, products, products);
      const rest = products.reduce((sum, value, j) => sum + (tie.means[j] - value) * (tie.means[j] - value), 0);
      delta[l] = mu * v.reduce((sum, value) => sum + value * value, tie.squares) + rest + tie.constants;
      for (let i = 0; i < n; ++i) v[i] = tie.start[i] - v[i];
    });
  }
  for (let k = 0; k < n * n; ++k) vectors[k] *= vectors[k];
  each((k, mu) => 1 / (values[k] + mu), remainders);
  for (let i = 0; i < n; ++i) {
    const taken = directions.reduce((sum, direction) => sum + direction[i] * direction[i], 0);
    mus.forEach((mu, l) => {
      remainders[l * n + i] -= taken / (place + mu);
    });
  }
  if (tie !== undefined) tieIntercept(problem.y, { residuals, remainders }, q, delta, tie.yMean);
  return { residuals, remainders };
}

/** M·X·D·a */
function spread({ problem, d, unpenalised }: UniformRidge, a: Float64Array): Float64Array {
  const { n, p, X } = problem;
  const out = new Float64Array(n);
  for (let j = 0; j < p; ++j) {
    const b = d[j] * a[j];
    if (b !== 0) for (let i = 0; i < n; ++i) out[i] += X[j * n + i] * b;
  }
  unpenalised?.columns.forEach((_, k) => {
    const Q = unpenalised.Q.subarray(k * n, (k + 1) * n);
    const load = out.reduce((sum, value, i) => sum + value * Q[i], 0);
    for (let i = 0; i < n; ++i) out[i] -= load * Q[i];
  });
  return out;
}
