import { exp } from "../arithmetic/transcendental.js";
import type { Family, Label } from "../index.js";
import { sigmoid } from "../losses/binomial.js";
import { softmax } from "../losses/softmax.js";
import type { Assessment, ClassAssessment } from "./ReportData.js";

/** Points of a picture at the most, of residuals, of a curve and of a calibration. */
const POINTS = 600;
const CURVE = 120;
const BINS = 10;

/** The responses of rows: numbers, or the places of labels among the classes. */
export interface Responses {
  family: Family;
  classes?: readonly Label[];
  y: ArrayLike<number>;
  weights?: ArrayLike<number> | undefined;
}

/** How well n × K η fit the responses of their rows. */
export function assess(etas: ArrayLike<number>, responses: Responses, lambda: number, of: string): Assessment {
  const { classes, family, y } = responses;
  const n = y.length;
  const about = { lambda, of, rows: n };
  if (classes === undefined) {
    const predicted = Float64Array.from(etas, family === "poisson" ? exp : (eta) => eta);
    return { ...about, residuals: residualsOf(predicted, y) };
  }
  if (family !== "multinomial") {
    const scores = Float64Array.from(etas, sigmoid);
    return { ...about, classes: [ofClass(classes[1], scores, (i) => y[i] === 1, responses.weights)] };
  }
  const K = classes.length;
  const all = Float64Array.from(etas);
  for (let at = 0; at < all.length; at += K) softmax(all.subarray(at, at + K));
  return {
    ...about,
    classes: classes.map((label, k) =>
      ofClass(
        label,
        Float64Array.from({ length: n }, (_, i) => all[i * K + k]),
        (i) => y[i] === k,
        responses.weights,
      ),
    ),
  };
}

function residualsOf(predicted: Float64Array, y: ArrayLike<number>): NonNullable<Assessment["residuals"]> {
  const residual = predicted.map((value, i) => y[i] - value);
  const sizes = residual.map(Math.abs).sort();
  const every = Math.max(1, residual.length / POINTS);
  const shown = Array.from({ length: Math.min(POINTS, residual.length) }, (_, k) => Math.floor(k * every));
  // What is large or small beyond float32 is there all the same.
  const most = sizes.at(-1) ?? 0;
  const Stored = most < 1e35 && most > 1e-35 ? Float32Array : Float64Array;
  return {
    predicted: Stored.from(shown.map((i) => predicted[i])),
    residual: Stored.from(shown.map((i) => residual[i])),
    half: sizes[sizes.length >> 1] ?? Number.NaN,
  };
}

/** ROC curve and calibration of one class against all others. */
export function ofClass(
  label: Label,
  scores: Float64Array,
  isIn: (row: number) => boolean,
  weights: ArrayLike<number> | undefined,
): ClassAssessment {
  const n = scores.length;
  const weightOf = (row: number): number => weights?.[row] ?? 1;
  const order = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
  const whole = [0, 0];
  for (const row of order) whole[isIn(row) ? 1 : 0] += weightOf(row);
  const corners: [number, number][] = [[0, 0]];
  const seen = [0, 0];
  let auc = 0;
  for (let k = 0; k < n; ) {
    const before = [seen[0], seen[1]];
    const score = scores[order[k]];
    for (; k < n && scores[order[k]] === score; ++k) seen[isIn(order[k]) ? 1 : 0] += weightOf(order[k]);
    auc += (seen[0] - before[0]) * (seen[1] + before[1]) * 0.5;
    corners.push([seen[0] / whole[0], seen[1] / whole[1]]);
  }
  const every = Math.max(1, (corners.length - 1) / (CURVE - 1));
  const curve = Array.from(
    { length: Math.min(CURVE, corners.length) },
    (_, k) => corners[Math.min(corners.length - 1, Math.round(k * every))],
  );
  const bins = Array.from({ length: Math.min(BINS, n) }, (_, bin) => {
    const rows = order.slice(
      Math.floor((n * bin) / Math.min(BINS, n)),
      Math.floor((n * (bin + 1)) / Math.min(BINS, n)),
    );
    const weight = rows.reduce((sum, row) => sum + weightOf(row), 0);
    const mean = (of: (row: number) => number): number =>
      rows.reduce((sum, row) => sum + weightOf(row) * of(row), 0) / weight;
    return { predicted: mean((row) => scores[row]), observed: mean((row) => (isIn(row) ? 1 : 0)), count: rows.length };
  }).filter(({ predicted }) => Number.isFinite(predicted));
  return {
    label,
    auc: auc / (whole[0] * whole[1]),
    falsePositive: Float32Array.from(curve.map(([x]) => x)),
    truePositive: Float32Array.from(curve.map(([, y]) => y)),
    predicted: Float32Array.from(bins.map((one) => one.predicted).reverse()),
    observed: Float32Array.from(bins.map((one) => one.observed).reverse()),
    counts: Float32Array.from(bins.map((one) => one.count).reverse()),
  };
}
