import { crossValidate, dense, fitMany, logistic, regularizationPath } from "../../index.js";
import type { Case } from "./measure.js";

/** Fits, and for the path of lassos the coordinate descent that one would write: all columns, again and again, until they hardly move. */
export function fitCases(): Case[] {
  const [n, p] = [500, 100];
  const { data, y } = problem(n, p);
  const X = dense(data, n, p, { order: "column" });
  const { lambdas } = regularizationPath(X, y, { lambdaCount: 30 });
  const labels = y.map((value) => (value > 0 ? 1 : 0));
  const many = problem(200 * 50, 8);
  const manyX = dense(many.data, 200 * 50, 8, { order: "column" });
  const of = { group: "fits", count: 1, unit: "call" } as const;
  return [
    {
      ...of,
      name: "lasso path, 500×100",
      run: () => regularizationPath(X, y, { lambdas }),
      plain: () => plainPath(data, y, lambdas),
    },
    { ...of, name: "10-fold CV, 500×100", run: () => crossValidate(X, y, { lambdas }) },
    { ...of, name: "logistic, 500×100", run: () => logistic(X, labels, { lambda: 0.02 }) },
    { ...of, name: "200 lassos, 50×8", run: () => fitMany({ X: manyX, y: many.y, batch: 200, lambda: 0.1 }) },
  ];
}

/** Columns of numbers, one after the other, of which the first five explain y. */
function problem(n: number, p: number) {
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2_147_483_648 - 1;
  };
  const data = Float64Array.from({ length: n * p }, next);
  const y = Float64Array.from(
    { length: n },
    (_, i) => 0.3 * next() + [3, -2, 1, 1, -1].reduce((sum, w, j) => sum + w * data[j * n + i], 0),
  );
  return { data, y };
}

/** Lassos of standardised columns, each from the one before. */
function plainPath(data: Float64Array, y: Float64Array, lambdas: Float64Array): Float64Array {
  const n = y.length;
  const p = data.length / n;
  const z = new Float64Array(data.length);
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / n;
  for (let j = 0; j < p; ++j) {
    const column = data.subarray(j * n, (j + 1) * n);
    const center = mean(column);
    const sd = Math.sqrt(mean(column.map((value) => (value - center) * (value - center))));
    for (let i = 0; i < n; ++i) z[j * n + i] = (column[i] - center) / sd;
  }
  const center = mean(y);
  const r = y.map((value) => value - center);
  const w = new Float64Array(p);
  for (const lambda of lambdas) {
    for (let moved = 1; moved > 1e-6; ) {
      moved = 0;
      for (let j = 0; j < p; ++j) {
        let sum = 0;
        for (let i = 0; i < n; ++i) sum += z[j * n + i] * r[i];
        const v = w[j] + sum / n;
        const next = v > lambda ? v - lambda : v < -lambda ? v + lambda : 0;
        const step = next - w[j];
        if (step === 0) continue;
        for (let i = 0; i < n; ++i) r[i] -= step * z[j * n + i];
        w[j] = next;
        moved = Math.max(moved, Math.abs(step));
      }
    }
  }
  return w;
}
