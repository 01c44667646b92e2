/** The code of docs/guide/training.md on TensorFlow.js. */
// #region train
import * as tf from "@tensorflow/tfjs";
import { ProximalAdam } from "regulus/tfjs";

export async function train(inputs: number[][], targets: number[]): Promise<tf.Sequential> {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [inputs[0].length] })] });
  model.compile({ optimizer: new ProximalAdam({ learningRate: 0.05, l1: 0.5 }), loss: "meanSquaredError" });
  await model.fit(tf.tensor2d(inputs), tf.tensor1d(targets), { epochs: 200, batchSize: targets.length, verbose: 0 });
  return model;
}
// #endregion train
