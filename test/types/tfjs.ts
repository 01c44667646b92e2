/** The optimisers of TensorFlow.js. */
import type { Optimizer } from "@tensorflow/tfjs";
import { AdamW, ProximalSGD } from "regulus/tfjs";

export const optimizer: Optimizer = new AdamW({ learningRate: 1e-3, unpenalized: /bias/, eps: undefined });
export const other: Optimizer = new ProximalSGD({ momentum: undefined });
// @ts-expect-error: no such option
new AdamW({ rate: 1 });
