import type { Kernels } from "../contract.js";
import * as batch from "./batch.js";
import * as cholesky from "./cholesky.js";
import * as dense from "./dense.js";
import * as descent from "./descent.js";
import * as elementwise from "./elementwise.js";
import * as integers from "./integers.js";
import * as losses from "./losses.js";
import * as online from "./online.js";
import * as optimizers from "./optimizers.js";
import * as penalties from "./penalties.js";
import * as reductions from "./reductions.js";
import * as sparse from "./sparse.js";
import * as symmetric from "./symmetric.js";
import * as transcendental from "./transcendental.js";

/** The JavaScript backend: the kernels of `assembly/`, operation for operation. Arrays may lie anywhere. */
export const jsKernels: Kernels = {
  name: "js",
  memory: undefined,
  float64: {
    softThreshold: elementwise.softThreshold64,
    decay: elementwise.decay64,
    elasticNetProx: elementwise.elasticNetProx64,
    proximalStep: elementwise.proximalStep64,
    subgradientStep: elementwise.subgradientStep64,
    dot: reductions.dot64,
    axpy: reductions.axpy64,
    asum: reductions.asum64,
    sumSquares: reductions.sumSquares64,
    absMax: reductions.absMax64,
    penalty: reductions.penalty64,
    transposedProduct: dense.transposedProduct64,
    listTransposedProduct: dense.listTransposedProduct64,
    sgdStep: optimizers.sgdStep64,
    adamStep: optimizers.adamStep64,
    rmspropStep: optimizers.rmspropStep64,
    ftrlStep: optimizers.ftrlStep64,
  },
  float32: {
    softThreshold: elementwise.softThreshold32,
    decay: elementwise.decay32,
    elasticNetProx: elementwise.elasticNetProx32,
    proximalStep: elementwise.proximalStep32,
    subgradientStep: elementwise.subgradientStep32,
    dot: reductions.dot32,
    axpy: reductions.axpy32,
    asum: reductions.asum32,
    sumSquares: reductions.sumSquares32,
    absMax: reductions.absMax32,
    penalty: reductions.penalty32,
    sgdStep: optimizers.sgdStep32,
    adamStep: optimizers.adamStep32,
    rmspropStep: optimizers.rmspropStep32,
    ftrlStep: optimizers.ftrlStep32,
  },
  product: dense.product64,
  listProduct: dense.listProduct64,
  gram: dense.gram64,
  crossGram: dense.crossGram64,
  quadraticForm: dense.quadraticForm64,
  moments: dense.moments64,
  transform: dense.transform64,
  quantize: integers.quantize64,
  listIntegerProduct: integers.listTransposedProduct16,
  condense: integers.condense64,
  remainder: integers.remainder64,
  integerCrossGram: integers.crossGram16,
  axpyDot: descent.axpyDot64,
  residualEpoch: descent.residualEpoch64,
  gramEpoch: descent.gramEpoch64,
  extrapolate: descent.extrapolate64,
  optimality: penalties.optimality64,
  fenchelGaps: penalties.fenchelGaps64,
  gramFit: penalties.gramFit64,
  transpose: batch.transpose64,
  rowMeans: batch.rowMeans64,
  centreRows: batch.centreRows64,
  rowGram: batch.rowGram64,
  gramEpochs: batch.gramEpochs64,
  gramGradient: batch.gramGradient64,
  gramFactor: batch.gramFactor64,
  gramSubstitute: batch.gramSubstitute64,
  choleskyAppend: cholesky.choleskyAppend64,
  choleskyDrop: cholesky.choleskyDrop64,
  choleskyForward: cholesky.choleskyForward64,
  choleskyBackward: cholesky.choleskyBackward64,
  sparseDot: sparse.sparseDot64,
  sparseAxpy: sparse.sparseAxpy64,
  sparseListProduct: sparse.sparseListProduct64,
  sparseListTransposedProduct: sparse.sparseListTransposedProduct64,
  sparseMoments: sparse.sparseMoments64,
  sparseGram: sparse.sparseGram64,
  sparseEpoch: sparse.sparseEpoch64,
  onlineWeights: online.onlineWeights64,
  onlineDecision: online.onlineDecision64,
  onlineGradient: online.onlineGradient64,
  onlineLargest: online.onlineLargest64,
  onlineDiscard: online.onlineDiscard64,
  sgdUpdate: online.sgdUpdate64,
  ftrlUpdate: online.ftrlUpdate64,
  symmetricUpdate: symmetric.symmetricUpdate64,
  reflect: symmetric.reflect64,
  rotate: symmetric.rotate64,
  binomialLoss: losses.binomialLoss64,
  poissonLoss: losses.poissonLoss64,
  exp: transcendental.exp64,
  log: transcendental.log64,
};
