/** What the examples for TensorFlow.js take as given. */
declare const model: import("@tensorflow/tfjs").LayersModel;
declare const loss: () => import("@tensorflow/tfjs").Scalar;
declare const W: import("@tensorflow/tfjs").Variable;
declare const bias: import("@tensorflow/tfjs").Variable;
