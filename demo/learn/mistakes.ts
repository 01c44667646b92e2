/** Five mistakes with penalties, each made on purpose and mended: what comes out, in a sentence and in numbers to draw. */

import {
  crossValidate,
  type DenseMatrix,
  dense,
  elasticNet,
  gradientStep,
  type Model,
  meanSquaredError,
  regularizationPath,
} from "regulus";
import { counted, percent, rough } from "../parts/numbers.js";
import { lambdasOf } from "./comparing.js";
import { type Data, dataOf, normalNumbers, standardized } from "./dataSets.js";

/** What a mistake is drawn as. */
export type Picture =
  | { kind: "scatter"; measured: Float64Array; predicted: Float64Array }
  | { kind: "errors"; lambdas: Float64Array; training: Float64Array; heldOut: Float64Array; lambda: number }
  | { kind: "loss"; losses: Float64Array; most: number }
  | { kind: "weights"; names: readonly string[]; weights: Float64Array };

export interface Outcome {
  /** What happened, in numbers of this very fit. */
  sentence: string;
  picture: Picture;
}

/** The first rows to learn from, and the next ones to test on. */
interface Halves {
  X: DenseMatrix;
  y: Float64Array;
  testX: DenseMatrix;
  testY: Float64Array;
}

function halves({ names, columns, y }: Pick<Data, "names" | "columns" | "y">, rows: number, until = y.length): Halves {
  const [n, p] = [y.length, names.length];
  const part = (from: number, to: number): DenseMatrix => {
    const data = new Float64Array((to - from) * p);
    for (let j = 0; j < p; ++j) data.set(columns.subarray(j * n + from, j * n + to), j * (to - from));
    return dense(data, to - from, p, { order: "column" });
  };
  return { X: part(0, rows), y: y.slice(0, rows), testX: part(rows, until), testY: y.slice(rows, until) };
}

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, x) => sum + x, 0) / values.length;

/** A ridge fit whose intercept is a column of ones like any other, or one that bears no penalty. */
function biases(isMended: boolean): Outcome {
  const { names, columns, y } = dataOf("diabetes");
  const [n, p] = [y.length, names.length];
  const data = new Float64Array(n * (p + 1)).fill(1);
  data.set(standardized(columns, n));
  const X = dense(data, n, p + 1, { order: "column" });
  const penaltyFactor = new Float64Array(p + 1).fill(1);
  if (isMended) penaltyFactor[p] = 0;
  const options = { lambda: 0.5, l1Ratio: 0, intercept: false, standardize: false, penaltyFactor };
  const predicted = elasticNet(X, y, options).predict(X);
  const [wanted, got] = [mean(y), mean(predicted)];
  const sentence = isMended
    ? `The average prediction is ${rough(got)}, that of the patients: a bias only shifts, and shrinking it gains nothing.`
    : `The average patient has ${rough(wanted)}, the average prediction is ${rough(got)}: every one is about ${rough(wanted - got)} too low.`;
  return { sentence, picture: { kind: "scatter", measured: y, predicted } };
}

/** Errors along a path, and the lambda that is chosen: by hand, or by cross-validation on the training rows. */
function along({ X, y, testX, testY }: Halves, choose: (lambdas: Float64Array) => number) {
  const lambdas = lambdasOf(X, y);
  const path = regularizationPath(X, y, { lambdas });
  const models = Array.from(lambdas, (_, k) => path.model(k));
  const lambda = choose(lambdas);
  const model = elasticNet(X, y, { lambda });
  const errorOf = (one: Model, rows: DenseMatrix, target: Float64Array) => meanSquaredError(target, one.predict(rows));
  const picture: Picture = {
    kind: "errors",
    lambdas,
    training: Float64Array.from(models, (one) => errorOf(one, X, y)),
    heldOut: Float64Array.from(models, (one) => errorOf(one, testX, testY)),
    lambda,
  };
  return { model, training: errorOf(model, X, y), heldOut: errorOf(model, testX, testY), picture };
}

const chosen = ({ X, y }: Halves) => crossValidate(X, y, { folds: 10, seed: 1 });

function tooLarge(isMended: boolean): Outcome {
  const parts = halves(dataOf("diabetes"), 300);
  const { model, heldOut, picture } = along(parts, (lambdas) => (isMended ? chosen(parts).lambda1se : lambdas[0]));
  const { testY, y } = parts;
  const nothing = meanSquaredError(testY, new Float64Array(testY.length).fill(mean(y)));
  const sentence = isMended
    ? `Cross-validation takes lambda ${rough(model.lambda)}: ${model.nonzeros} of 10 weights are kept, and ${percent(1 - heldOut / nothing)} of the variance in data not seen is explained.`
    : `At lambda ${rough(model.lambda)} all 10 weights are exactly zero: everyone is predicted the average, ${rough(mean(y))}.`;
  return { sentence, picture };
}

function tooSmall(isMended: boolean): Outcome {
  const parts = halves(dataOf("products"), 100);
  const { model, training, heldOut, picture } = along(parts, (lambdas) =>
    isMended ? chosen(parts).lambdaMin : lambdas[lambdas.length - 1],
  );
  const sentence = `${
    isMended ? `Cross-validation takes lambda ${rough(model.lambda)}` : `At lambda ${rough(model.lambda)}`
  }, ${model.nonzeros} of 64 weights are kept: the squared error is ${rough(training)} in the 100 patients it has learnt from, and ${rough(heldOut)} in others${
    isMended ? "." : `, ${rough(heldOut / training)} times as much.`
  }`;
  return { sentence, picture };
}

const STEPS = 60;
/** A loss beyond is no longer of interest. */
const LIMIT = 1e6;

/** Gradient steps of a linear model: gradients that pile up, or are cleared before each step and whose L1 is left to the proximal step. */
function uncleared(isMended: boolean): Outcome {
  const [n, truth] = [80, [2, -1.5, 0.8, 0, 0, 0, 0, 0]];
  const p = truth.length;
  const normal = normalNumbers(3);
  const X = Float64Array.from({ length: n * p }, normal);
  const y = Float64Array.from({ length: n }, (_, i) =>
    truth.reduce((sum, w, j) => sum + w * X[i * p + j], 0.3 * normal()),
  );
  const [w, gradient] = [new Float64Array(p), new Float64Array(p)];
  const [learningRate, l1] = [0.1, 0.2];
  const losses: number[] = [];
  for (let step = 0; step < STEPS; ++step) {
    if (isMended) gradient.fill(0);
    let loss = 0;
    for (let i = 0; i < n; ++i) {
      const x = X.subarray(i * p, (i + 1) * p);
      const residual = w.reduce((sum, wj, j) => sum + wj * x[j], -y[i]);
      loss += (residual * residual) / (2 * n);
      for (let j = 0; j < p; ++j) gradient[j] += (residual * x[j]) / n;
    }
    losses.push(Math.min(loss, LIMIT));
    if (loss > LIMIT) break;
    if (isMended) gradientStep(w, gradient, { learningRate, l1 });
    else {
      for (let j = 0; j < p; ++j) {
        gradient[j] += l1 * Math.sign(w[j]);
        w[j] -= learningRate * gradient[j];
      }
    }
  }
  const [least, last] = [Math.min(...losses), losses.at(-1) as number];
  const zeros = w.filter((value) => value === 0).length;
  const sentence = isMended
    ? `The loss falls to ${rough(last)} and stays there; ${zeros} of the 5 weights that are not needed are exactly zero.`
    : `Each step repeats all gradients before it: the loss swings between ${rough(least)} and ${rough(Math.max(...losses.slice(5)))} and never settles; no weight is zero.`;
  return { sentence, picture: { kind: "loss", losses: Float64Array.from(losses), most: Math.max(...losses) } };
}

/** Thirty sensors that measure the same thing, each with noise of its own: all of them are wanted. */
function unwanted(isMended: boolean): Outcome {
  const [n, p, rows] = [430, 30, 30];
  const normal = normalNumbers(5);
  const signal = Float64Array.from({ length: n }, normal);
  const columns = Float64Array.from({ length: n * p }, (_, k) => signal[k % n] + 1.5 * normal());
  const y = signal.map((value) => value + 0.2 * normal());
  const names = Array.from({ length: p }, (_, j) => `sensor ${j + 1}`);
  const parts = halves({ names, columns, y }, rows);
  const cv = crossValidate(parts.X, parts.y, { folds: 10, seed: 1, l1Ratio: isMended ? 0 : 1 });
  const model = cv.model("min");
  const heldOut = meanSquaredError(parts.testY, model.predict(parts.testX));
  const sentence = isMended
    ? `L2 lets ${counted(model.nonzeros, "sensor")} share the work: the squared error in data not seen is ${rough(heldOut)}.`
    : `L1 keeps ${counted(model.nonzeros, "sensor")} and throws ${p - model.nonzeros} away that know as much: the squared error in data not seen is ${rough(heldOut)}.`;
  return { sentence, picture: { kind: "weights", names, weights: model.coefficients.slice() } };
}

export const mistakes = { biases, tooLarge, tooSmall, uncleared, unwanted };
export type Mistake = keyof typeof mistakes;
