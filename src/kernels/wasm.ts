import type { FloatArray } from "../data/FloatArray.js";
import { bytes as embedded } from "./binary.js";
import type { Float64Kernels, Kernels, LossKernel, OptimizerStep, VectorKernels } from "./contract.js";

/** The only file that knows of pointers. */

type WasmFunction = (...operands: number[]) => number;
type Exports = Record<string, WasmFunction>;

/** A module whose one function uses one SIMD instruction: valid exactly where SIMD is there. */
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** Compiles the embedded binary, or throws an error that says what is missing. */
export function compile(): WebAssembly.Module {
  if (typeof WebAssembly !== "object") throw new Error("this host has no WebAssembly");
  if (!WebAssembly.validate(SIMD_PROBE)) throw new Error("this host's WebAssembly has no SIMD");
  return new WebAssembly.Module(embedded());
}

/** The address of an operand: its array's byteOffset plus its element offset in bytes. */
type Address = (array: ArrayBufferView, offset: number) => number;

const at16: Address = (array, offset) => array.byteOffset + offset * 2;

/** The kernels on `memory`. Operands must be views of its buffer. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const wasm = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
  const float64 = new Float64Array(memory.buffer);
  const float32 = new Float32Array(memory.buffer);
  const at64: Address = (array, offset) => (array === float64 ? 0 : array.byteOffset) + offset * 8;
  const at32: Address = (array, offset) => (array === float32 ? 0 : array.byteOffset) + offset * 4;
  return {
    name: "wasm",
    memory: { float64, float32 },
    float64: float64Kernels(wasm, at64, at32),
    float32: vectorKernels(wasm, "32", at32),
    ...denseKernels(wasm, at64, at32),
    ...penaltyKernels(wasm, at64, at32),
    ...batchKernels(wasm, at64, at32),
    ...choleskyKernels(wasm, at64),
    ...sparseKernels(wasm, at64, at32),
    ...onlineKernels(wasm, at64, at32),
  };
}

function float64Kernels(wasm: Exports, at64: Address, at32: Address): Float64Kernels {
  const transposedProduct = wasm.transposedProduct64;
  const listTransposedProduct = wasm.listTransposedProduct64;
  return {
    ...vectorKernels(wasm, "64", at64),
    transposedProduct: (n, p, X, XOffset, r, rOffset, out, outOffset) => {
      transposedProduct(n, p, at64(X, XOffset), at64(r, rOffset), at64(out, outOffset));
    },
    listTransposedProduct: (n, count, indices, indicesOffset, X, XOffset, r, rOffset, out, outOffset) => {
      const list = at32(indices, indicesOffset);
      listTransposedProduct(n, count, list, at64(X, XOffset), at64(r, rOffset), at64(out, outOffset));
    },
  };
}

/** The kernels of one dtype; `suffix` is how the binary's exports of that dtype end, `at` its pointer rule. */
function vectorKernels(wasm: Exports, suffix: "64" | "32", at: Address): VectorKernels<FloatArray> {
  const softThreshold = wasm[`softThreshold${suffix}`];
  const decay = wasm[`decay${suffix}`];
  const elasticNetProx = wasm[`elasticNetProx${suffix}`];
  const proximalStep = wasm[`proximalStep${suffix}`];
  const subgradientStep = wasm[`subgradientStep${suffix}`];
  const dot = wasm[`dot${suffix}`];
  const axpy = wasm[`axpy${suffix}`];
  const asum = wasm[`asum${suffix}`];
  const sumSquares = wasm[`sumSquares${suffix}`];
  const absMax = wasm[`absMax${suffix}`];
  const penalty = wasm[`penalty${suffix}`];
  return {
    softThreshold: (n, x, xOffset, threshold, out, outOffset) => {
      softThreshold(n, at(x, xOffset), threshold, at(out, outOffset));
    },
    decay: (n, x, xOffset, factor, out, outOffset) => {
      decay(n, at(x, xOffset), factor, at(out, outOffset));
    },
    elasticNetProx: (n, x, xOffset, threshold, scale, out, outOffset) => {
      elasticNetProx(n, at(x, xOffset), threshold, scale, at(out, outOffset));
    },
    proximalStep: (n, w, wOffset, g, gOffset, factor, rate, threshold) => {
      proximalStep(n, at(w, wOffset), at(g, gOffset), factor, rate, threshold);
    },
    subgradientStep: (n, w, wOffset, g, gOffset, factor, rate, threshold) => {
      subgradientStep(n, at(w, wOffset), at(g, gOffset), factor, rate, threshold);
    },
    dot: (n, x, xOffset, y, yOffset) => dot(n, at(x, xOffset), at(y, yOffset)),
    axpy: (n, a, x, xOffset, y, yOffset) => {
      axpy(n, a, at(x, xOffset), at(y, yOffset));
    },
    asum: (n, x, xOffset) => asum(n, at(x, xOffset)),
    sumSquares: (n, x, xOffset) => sumSquares(n, at(x, xOffset)),
    absMax: (n, x, xOffset) => absMax(n, at(x, xOffset)),
    penalty: (n, x, xOffset, l1, l2) => penalty(n, at(x, xOffset), l1, l2),
    sgdStep: optimizerStep(wasm[`sgdStep${suffix}`], at),
    adamStep: optimizerStep(wasm[`adamStep${suffix}`], at),
    rmspropStep: optimizerStep(wasm[`rmspropStep${suffix}`], at),
    ftrlStep: optimizerStep(wasm[`ftrlStep${suffix}`], at),
  };
}

/** A step with up to fifteen scalars, spelt out because rest parameters allocate. What a kernel does not take, the call drops. */
function optimizerStep(step: WasmFunction, at: Address): OptimizerStep<FloatArray, number[]> {
  return (n, w, wOffset, g, gOffset, state, stateOffset, stride, a, b, c, d, e, f, h, i, j, k, l, m, o, p, q) => {
    const weights = at(w, wOffset);
    step(n, weights, at(g, gOffset), at(state, stateOffset), stride, a, b, c, d, e, f, h, i, j, k, l, m, o, p, q);
  };
}

/** The float64 kernels on dense operands. */
function denseKernels(
  wasm: Exports,
  at64: Address,
  at32: Address,
): Omit<
  Kernels,
  | keyof SparseKernels
  | keyof OnlineKernels
  | keyof CholeskyKernels
  | keyof PenaltyKernels
  | keyof BatchKernels
  | "name"
  | "memory"
  | "float64"
  | "float32"
> {
  const product = wasm.product64;
  const listProduct = wasm.listProduct64;
  const gram = wasm.gram64;
  const crossGram = wasm.crossGram64;
  const quadraticForm = wasm.quadraticForm64;
  const moments = wasm.moments64;
  const transform = wasm.transform64;
  const quantize = wasm.quantize64;
  const listIntegerProduct = wasm.listTransposedProduct16;
  const condense = wasm.condense64;
  const remainder = wasm.remainder64;
  const integerCrossGram = wasm.crossGram16;
  const passOver = wasm.passOver64;
  const gramRows = wasm.gramRows32;
  const choleskyExtend = wasm.choleskyExtend32;
  const choleskyDropSingle = wasm.choleskyDrop32;
  const choleskySolveSingle = wasm.choleskySolve32;
  const axpyDot = wasm.axpyDot64;
  const residualEpoch = wasm.residualEpoch64;
  const gramEpoch = wasm.gramEpoch64;
  const extrapolate = wasm.extrapolate64;
  const symmetricUpdate = wasm.symmetricUpdate64;
  const reflect = wasm.reflect64;
  const rotate = wasm.rotate64;
  const exp = wasm.exp64;
  const log = wasm.log64;
  return {
    product: (n, p, X, XOffset, scale, b, bOffset, out, outOffset) => {
      product(n, p, at64(X, XOffset), scale, at64(b, bOffset), at64(out, outOffset));
    },
    listProduct: (n, count, indices, indicesOffset, X, XOffset, stride, scale, b, bOffset, out, outOffset) => {
      const list = at32(indices, indicesOffset);
      listProduct(n, count, list, at64(X, XOffset), stride, scale, at64(b, bOffset), at64(out, outOffset));
    },
    gram: (n, p, X, XOffset, G, GOffset) => {
      gram(n, p, at64(X, XOffset), at64(G, GOffset));
    },
    crossGram: (
      n,
      X,
      XOffset,
      rowCount,
      rows,
      rowsOffset,
      places,
      placesOffset,
      columnCount,
      columns,
      columnsOffset,
      G,
      GOffset,
      stride,
    ) => {
      crossGram(
        n,
        at64(X, XOffset),
        rowCount,
        at32(rows, rowsOffset),
        at32(places, placesOffset),
        columnCount,
        at32(columns, columnsOffset),
        at64(G, GOffset),
        stride,
      );
    },
    quadraticForm: (count, indices, indicesOffset, P, POffset, stride, v, vOffset, work, workOffset) => {
      const list = at32(indices, indicesOffset);
      return quadraticForm(count, list, at64(P, POffset), stride, at64(v, vOffset), at64(work, workOffset));
    },
    moments: (
      n,
      p,
      X,
      XOffset,
      weights,
      weightsOffset,
      totalWeight,
      pivots,
      pivotsOffset,
      means,
      meansOffset,
      variances,
      variancesOffset,
    ) => {
      moments(
        n,
        p,
        at64(X, XOffset),
        at64(weights, weightsOffset),
        totalWeight,
        at64(pivots, pivotsOffset),
        at64(means, meansOffset),
        at64(variances, variancesOffset),
      );
    },
    transform: (
      n,
      p,
      X,
      XOffset,
      pivots,
      pivotsOffset,
      means,
      meansOffset,
      scales,
      scalesOffset,
      rowScales,
      rowScalesOffset,
    ) => {
      transform(
        n,
        p,
        at64(X, XOffset),
        at64(pivots, pivotsOffset),
        at64(means, meansOffset),
        at64(scales, scalesOffset),
        at64(rowScales, rowScalesOffset),
      );
    },
    quantize: (n, x, xOffset, factor, out, outOffset) => {
      quantize(n, at64(x, xOffset), factor, at16(out, outOffset));
    },
    listIntegerProduct: (n, count, indices, indicesOffset, X, XOffset, r, rOffset, out, outOffset) => {
      const list = at32(indices, indicesOffset);
      listIntegerProduct(n, count, list, at16(X, XOffset), at16(r, rOffset), at32(out, outOffset));
    },
    condense: (n, x, xOffset, y, yOffset, scale, out, outOffset, sums, sumsOffset) => {
      condense(n, at64(x, xOffset), at64(y, yOffset), scale, at16(out, outOffset), at64(sums, sumsOffset));
    },
    remainder: (n, x, xOffset, scale, out, outOffset) => {
      remainder(n, at64(x, xOffset), scale, at16(out, outOffset));
    },
    integerCrossGram: (
      n,
      X,
      XOffset,
      rowCount,
      rows,
      rowsOffset,
      rowSteps,
      rowStepsOffset,
      columnCount,
      columns,
      columnsOffset,
      columnSteps,
      columnStepsOffset,
      G,
      GOffset,
    ) => {
      integerCrossGram(
        n,
        at16(X, XOffset),
        rowCount,
        at32(rows, rowsOffset),
        at64(rowSteps, rowStepsOffset),
        columnCount,
        at32(columns, columnsOffset),
        at64(columnSteps, columnStepsOffset),
        at64(G, GOffset),
      );
    },
    passOver: (
      count,
      indices,
      indicesOffset,
      a0,
      z0,
      z0Offset,
      a1,
      z1,
      z1Offset,
      rest,
      norms,
      normsOffset,
      b,
      bOffset,
      l1,
      l1Offset,
      share,
      z,
      zOffset,
      out,
      outOffset,
    ) =>
      passOver(
        count,
        at32(indices, indicesOffset),
        a0,
        at64(z0, z0Offset),
        a1,
        at64(z1, z1Offset),
        rest,
        at64(norms, normsOffset),
        at64(b, bOffset),
        at64(l1, l1Offset),
        share,
        at64(z, zOffset),
        at32(out, outOffset),
      ),
    gramRows: (n, X, XOffset, from, to, norms, normsOffset, G, GOffset, stride) => {
      gramRows(n, at32(X, XOffset), from, to, at64(norms, normsOffset), at64(G, GOffset), stride);
    },
    choleskyExtend: (n, m, L, LOffset, stride) => choleskyExtend(n, m, at32(L, LOffset), stride),
    choleskyDropSingle: (n, k, L, LOffset, stride, work, workOffset) => {
      choleskyDropSingle(n, k, at32(L, LOffset), stride, at32(work, workOffset));
    },
    choleskySolveSingle: (n, L, LOffset, stride, b, bOffset) => {
      choleskySolveSingle(n, at32(L, LOffset), stride, at32(b, bOffset));
    },
    axpyDot: (n, a, x, xOffset, r, rOffset, next, nextOffset) =>
      axpyDot(n, a, at64(x, xOffset), at64(r, rOffset), at64(next, nextOffset)),
    residualEpoch: (
      count,
      indices,
      indicesOffset,
      n,
      X,
      XOffset,
      r,
      rOffset,
      b,
      bOffset,
      curvatures,
      curvaturesOffset,
      l1,
      l1Offset,
      l2,
      l2Offset,
      lower,
      lowerOffset,
      upper,
      upperOffset,
    ) =>
      residualEpoch(
        count,
        at32(indices, indicesOffset),
        n,
        at64(X, XOffset),
        at64(r, rOffset),
        at64(b, bOffset),
        at64(curvatures, curvaturesOffset),
        at64(l1, l1Offset),
        at64(l2, l2Offset),
        at64(lower, lowerOffset),
        at64(upper, upperOffset),
      ),
    gramEpoch: (
      count,
      indices,
      indicesOffset,
      size,
      G,
      GOffset,
      stride,
      q,
      qOffset,
      b,
      bOffset,
      l1,
      l1Offset,
      l2,
      l2Offset,
      lower,
      lowerOffset,
      upper,
      upperOffset,
      least,
    ) =>
      gramEpoch(
        count,
        at32(indices, indicesOffset),
        size,
        at64(G, GOffset),
        stride,
        at64(q, qOffset),
        at64(b, bOffset),
        at64(l1, l1Offset),
        at64(l2, l2Offset),
        at64(lower, lowerOffset),
        at64(upper, upperOffset),
        least,
      ),
    extrapolate: (n, t, x, xOffset, before, beforeOffset) => {
      extrapolate(n, t, at64(x, xOffset), at64(before, beforeOffset));
    },
    symmetricUpdate: (m, A, AOffset, stride, v, vOffset, w, wOffset, u, uOffset, q, qOffset) => {
      symmetricUpdate(
        m,
        at64(A, AOffset),
        stride,
        at64(v, vOffset),
        at64(w, wOffset),
        at64(u, uOffset),
        at64(q, qOffset),
      );
    },
    reflect: (m, count, factor, v, vOffset, A, AOffset, stride) => {
      reflect(m, count, factor, at64(v, vOffset), at64(A, AOffset), stride);
    },
    rotate: (panels, columns, Z, ZOffset, sweeps, starts, startsOffset, rotations, rotationsOffset) => {
      rotate(panels, columns, at64(Z, ZOffset), sweeps, at32(starts, startsOffset), at64(rotations, rotationsOffset));
    },
    binomialLoss: lossKernel(wasm.binomialLoss64, at64),
    poissonLoss: lossKernel(wasm.poissonLoss64, at64),
    exp: (n, x, xOffset, out, outOffset) => {
      exp(n, at64(x, xOffset), at64(out, outOffset));
    },
    log: (n, x, xOffset, out, outOffset) => {
      log(n, at64(x, xOffset), at64(out, outOffset));
    },
  };
}

function lossKernel(loss: WasmFunction, at: Address): LossKernel {
  return (n, eta, etaOffset, y, yOffset, v, vOffset, theta, thetaOffset, curvatures, curvaturesOffset) =>
    loss(
      n,
      at(eta, etaOffset),
      at(y, yOffset),
      at(v, vOffset),
      at(theta, thetaOffset),
      at(curvatures, curvaturesOffset),
    );
}

type PenaltyKernels = Pick<Kernels, "optimality" | "fenchelGaps" | "gramFit">;

/** The float64 kernels on the penalties of coordinates. */
function penaltyKernels(wasm: Exports, at64: Address, at32: Address): PenaltyKernels {
  const optimality = wasm.optimality64;
  const fenchelGaps = wasm.fenchelGaps64;
  const gramFit = wasm.gramFit64;
  return {
    optimality: (
      count,
      indices,
      indicesOffset,
      b,
      bOffset,
      z,
      zOffset,
      l1,
      l1Offset,
      l2,
      l2Offset,
      lower,
      lowerOffset,
      upper,
      upperOffset,
      out,
      outOffset,
    ) => {
      optimality(
        count,
        at32(indices, indicesOffset),
        at64(b, bOffset),
        at64(z, zOffset),
        at64(l1, l1Offset),
        at64(l2, l2Offset),
        at64(lower, lowerOffset),
        at64(upper, upperOffset),
        at64(out, outOffset),
      );
    },
    fenchelGaps: (
      count,
      indices,
      indicesOffset,
      scale,
      b,
      bOffset,
      z,
      zOffset,
      l1,
      l1Offset,
      l2,
      l2Offset,
      lower,
      lowerOffset,
      upper,
      upperOffset,
    ) =>
      fenchelGaps(
        count,
        at32(indices, indicesOffset),
        scale,
        at64(b, bOffset),
        at64(z, zOffset),
        at64(l1, l1Offset),
        at64(l2, l2Offset),
        at64(lower, lowerOffset),
        at64(upper, upperOffset),
      ),
    gramFit: (
      count,
      indices,
      indicesOffset,
      b,
      bOffset,
      c,
      cOffset,
      z,
      zOffset,
      norms,
      normsOffset,
      l1,
      l1Offset,
      l2,
      l2Offset,
      out,
      outOffset,
    ) => {
      gramFit(
        count,
        at32(indices, indicesOffset),
        at64(b, bOffset),
        at64(c, cOffset),
        at64(z, zOffset),
        at64(norms, normsOffset),
        at64(l1, l1Offset),
        at64(l2, l2Offset),
        at64(out, outOffset),
      );
    },
  };
}

type CholeskyKernels = Pick<Kernels, "choleskyAppend" | "choleskyDrop" | "choleskyForward" | "choleskyBackward">;

/** The float64 kernels on Cholesky factors. */
function choleskyKernels(wasm: Exports, at64: Address): CholeskyKernels {
  const choleskyAppend = wasm.choleskyAppend64;
  const choleskyDrop = wasm.choleskyDrop64;
  const choleskyForward = wasm.choleskyForward64;
  const choleskyBackward = wasm.choleskyBackward64;
  return {
    choleskyAppend: (n, L, LOffset, stride) => choleskyAppend(n, at64(L, LOffset), stride),
    choleskyDrop: (n, k, L, LOffset, stride, work, workOffset) => {
      choleskyDrop(n, k, at64(L, LOffset), stride, at64(work, workOffset));
    },
    choleskyForward: (n, L, LOffset, stride, b, bOffset) => {
      choleskyForward(n, at64(L, LOffset), stride, at64(b, bOffset));
    },
    choleskyBackward: (n, L, LOffset, stride, b, bOffset) => {
      choleskyBackward(n, at64(L, LOffset), stride, at64(b, bOffset));
    },
  };
}

type BatchKernels = Pick<
  Kernels,
  "transpose" | "rowMeans" | "centreRows" | "rowGram" | "gramEpochs" | "gramGradient" | "gramFactor" | "gramSubstitute"
>;

/** The float64 kernels for many small problems. */
function batchKernels(wasm: Exports, at64: Address, at32: Address): BatchKernels {
  const transpose = wasm.transpose64;
  const rowMeans = wasm.rowMeans64;
  const centreRows = wasm.centreRows64;
  const rowGram = wasm.rowGram64;
  const gramEpochs = wasm.gramEpochs64;
  const gramGradient = wasm.gramGradient64;
  const gramFactor = wasm.gramFactor64;
  const gramSubstitute = wasm.gramSubstitute64;
  return {
    transpose: (n, p, X, XOffset, stride, out, outOffset, outStride) => {
      transpose(n, p, at64(X, XOffset), stride, at64(out, outOffset), outStride);
    },
    rowMeans: (
      n,
      p,
      X,
      XOffset,
      stride,
      weights,
      weightsOffset,
      totalWeight,
      pivots,
      pivotsOffset,
      means,
      meansOffset,
    ) => {
      rowMeans(
        n,
        p,
        at64(X, XOffset),
        stride,
        at64(weights, weightsOffset),
        totalWeight,
        at64(pivots, pivotsOffset),
        at64(means, meansOffset),
      );
    },
    centreRows: (
      n,
      p,
      X,
      XOffset,
      stride,
      pivots,
      pivotsOffset,
      means,
      meansOffset,
      rowScales,
      rowScalesOffset,
      out,
      outOffset,
      outStride,
    ) => {
      centreRows(
        n,
        p,
        at64(X, XOffset),
        stride,
        at64(pivots, pivotsOffset),
        at64(means, meansOffset),
        at64(rowScales, rowScalesOffset),
        at64(out, outOffset),
        outStride,
      );
    },
    rowGram: (n, p, A, AOffset, G, GOffset) => {
      rowGram(n, p, at64(A, AOffset), at64(G, GOffset));
    },
    gramEpochs: (p, ld, G, GOffset, z, zOffset, b, bOffset, inverses, inversesOffset, l1, l1Offset, threshold, limit) =>
      gramEpochs(
        p,
        ld,
        at64(G, GOffset),
        at64(z, zOffset),
        at64(b, bOffset),
        at64(inverses, inversesOffset),
        at64(l1, l1Offset),
        threshold,
        limit,
      ),
    gramGradient: (p, ld, G, GOffset, c, cOffset, b, bOffset, z, zOffset) => {
      gramGradient(p, ld, at64(G, GOffset), at64(c, cOffset), at64(b, bOffset), at64(z, zOffset));
    },
    gramFactor: (count, indices, indicesOffset, ld, G, GOffset, l2, l2Offset, U, UOffset) =>
      gramFactor(count, at32(indices, indicesOffset), ld, at64(G, GOffset), at64(l2, l2Offset), at64(U, UOffset)),
    gramSubstitute: (count, ld, U, UOffset, x, xOffset) => {
      gramSubstitute(count, ld, at64(U, UOffset), at64(x, xOffset));
    },
  };
}

type SparseKernels = Pick<
  Kernels,
  | "sparseDot"
  | "sparseAxpy"
  | "sparseListProduct"
  | "sparseListTransposedProduct"
  | "sparseMoments"
  | "sparseGram"
  | "sparseEpoch"
  | "listBeyond"
>;

/** The float64 kernels on compressed columns. */
function sparseKernels(wasm: Exports, at64: Address, at32: Address): SparseKernels {
  const sparseDot = wasm.sparseDot64;
  const sparseAxpy = wasm.sparseAxpy64;
  const sparseListProduct = wasm.sparseListProduct64;
  const sparseListTransposedProduct = wasm.sparseListTransposedProduct64;
  const sparseMoments = wasm.sparseMoments64;
  const sparseGram = wasm.sparseGram64;
  const sparseEpoch = wasm.sparseEpoch64;
  const listBeyond = wasm.listBeyond32;
  return {
    sparseDot: (start, end, values, valuesOffset, rowIndices, rowIndicesOffset, r, rOffset) =>
      sparseDot(start, end, at64(values, valuesOffset), at32(rowIndices, rowIndicesOffset), at64(r, rOffset)),
    sparseAxpy: (start, end, a, values, valuesOffset, rowIndices, rowIndicesOffset, out, outOffset) => {
      sparseAxpy(start, end, a, at64(values, valuesOffset), at32(rowIndices, rowIndicesOffset), at64(out, outOffset));
    },
    sparseListProduct: (
      count,
      indices,
      indicesOffset,
      values,
      valuesOffset,
      rowIndices,
      rowIndicesOffset,
      columnPointers,
      columnPointersOffset,
      scale,
      b,
      bOffset,
      out,
      outOffset,
    ) => {
      sparseListProduct(
        count,
        at32(indices, indicesOffset),
        at64(values, valuesOffset),
        at32(rowIndices, rowIndicesOffset),
        at32(columnPointers, columnPointersOffset),
        scale,
        at64(b, bOffset),
        at64(out, outOffset),
      );
    },
    sparseListTransposedProduct: (
      count,
      indices,
      indicesOffset,
      values,
      valuesOffset,
      rowIndices,
      rowIndicesOffset,
      columnPointers,
      columnPointersOffset,
      r,
      rOffset,
      out,
      outOffset,
    ) => {
      sparseListTransposedProduct(
        count,
        at32(indices, indicesOffset),
        at64(values, valuesOffset),
        at32(rowIndices, rowIndicesOffset),
        at32(columnPointers, columnPointersOffset),
        at64(r, rOffset),
        at64(out, outOffset),
      );
    },
    sparseMoments: (
      n,
      p,
      values,
      valuesOffset,
      rowIndices,
      rowIndicesOffset,
      columnPointers,
      columnPointersOffset,
      weights,
      weightsOffset,
      totalWeight,
      pivots,
      pivotsOffset,
      means,
      meansOffset,
      variances,
      variancesOffset,
    ) => {
      sparseMoments(
        n,
        p,
        at64(values, valuesOffset),
        at32(rowIndices, rowIndicesOffset),
        at32(columnPointers, columnPointersOffset),
        at64(weights, weightsOffset),
        totalWeight,
        at64(pivots, pivotsOffset),
        at64(means, meansOffset),
        at64(variances, variancesOffset),
      );
    },
    sparseGram: (
      p,
      values,
      valuesOffset,
      rowIndices,
      rowIndicesOffset,
      columnPointers,
      columnPointersOffset,
      weights,
      weightsOffset,
      work,
      workOffset,
      G,
      GOffset,
    ) => {
      sparseGram(
        p,
        at64(values, valuesOffset),
        at32(rowIndices, rowIndicesOffset),
        at32(columnPointers, columnPointersOffset),
        at64(weights, weightsOffset),
        at64(work, workOffset),
        at64(G, GOffset),
      );
    },
    sparseEpoch: (
      count,
      indices,
      indicesOffset,
      values,
      valuesOffset,
      rowIndices,
      rowIndicesOffset,
      columnPointers,
      columnPointersOffset,
      r,
      rOffset,
      state,
      stateOffset,
      means,
      meansOffset,
      b,
      bOffset,
      curvatures,
      curvaturesOffset,
      l1,
      l1Offset,
      l2,
      l2Offset,
      lower,
      lowerOffset,
      upper,
      upperOffset,
      traits,
    ) =>
      sparseEpoch(
        count,
        at32(indices, indicesOffset),
        at64(values, valuesOffset),
        at32(rowIndices, rowIndicesOffset),
        at32(columnPointers, columnPointersOffset),
        at64(r, rOffset),
        at64(state, stateOffset),
        at64(means, meansOffset),
        at64(b, bOffset),
        at64(curvatures, curvaturesOffset),
        at64(l1, l1Offset),
        at64(l2, l2Offset),
        at64(lower, lowerOffset),
        at64(upper, upperOffset),
        traits,
      ),
    listBeyond: (
      n,
      base,
      baseOffset,
      slope,
      slopeOffset,
      factor,
      radii,
      radiiOffset,
      distance,
      inner,
      limit,
      out,
      outOffset,
    ) =>
      listBeyond(
        n,
        at32(base, baseOffset),
        at32(slope, slopeOffset),
        factor,
        at32(radii, radiiOffset),
        distance,
        inner,
        limit,
        at32(out, outOffset),
      ),
  };
}

type OnlineKernels = Pick<
  Kernels,
  "onlineWeights" | "onlineDecision" | "onlineGradient" | "onlineLargest" | "onlineDiscard" | "sgdUpdate" | "ftrlUpdate"
>;

/** The float64 kernels on the records of models that learn online. */
function onlineKernels(wasm: Exports, at64: Address, at32: Address): OnlineKernels {
  const onlineWeights = wasm.onlineWeights64;
  const onlineDecision = wasm.onlineDecision64;
  const onlineGradient = wasm.onlineGradient64;
  const onlineLargest = wasm.onlineLargest64;
  const onlineDiscard = wasm.onlineDiscard64;
  const sgdUpdate = wasm.sgdUpdate64;
  const ftrlUpdate = wasm.ftrlUpdate64;
  return {
    onlineWeights: (method, p, records, recordsOffset, clock, clockOffset, out, outOffset) => {
      onlineWeights(method, p, at64(records, recordsOffset), at64(clock, clockOffset), at64(out, outOffset));
    },
    onlineDecision: (
      method,
      rows,
      rowPointers,
      rowPointersOffset,
      columnIndices,
      columnIndicesOffset,
      values,
      valuesOffset,
      records,
      recordsOffset,
      clock,
      clockOffset,
      eta,
      etaOffset,
    ) => {
      onlineDecision(
        method,
        rows,
        at32(rowPointers, rowPointersOffset),
        at32(columnIndices, columnIndicesOffset),
        at64(values, valuesOffset),
        at64(records, recordsOffset),
        at64(clock, clockOffset),
        at64(eta, etaOffset),
      );
    },
    onlineGradient: (
      rows,
      rowPointers,
      rowPointersOffset,
      columnIndices,
      columnIndicesOffset,
      values,
      valuesOffset,
      r,
      rOffset,
      records,
      recordsOffset,
      step,
      count,
      touched,
      touchedOffset,
    ) =>
      onlineGradient(
        rows,
        at32(rowPointers, rowPointersOffset),
        at32(columnIndices, columnIndicesOffset),
        at64(values, valuesOffset),
        at64(r, rOffset),
        at64(records, recordsOffset),
        step,
        count,
        at32(touched, touchedOffset),
      ),
    onlineLargest: (count, touched, touchedOffset, records, recordsOffset) =>
      onlineLargest(count, at32(touched, touchedOffset), at64(records, recordsOffset)),
    onlineDiscard: (count, touched, touchedOffset, records, recordsOffset, step) => {
      onlineDiscard(count, at32(touched, touchedOffset), at64(records, recordsOffset), step);
    },
    sgdUpdate: (
      count,
      touched,
      touchedOffset,
      records,
      recordsOffset,
      before,
      beforeOffset,
      after,
      afterOffset,
      decay,
      rate,
      threshold,
    ) => {
      sgdUpdate(
        count,
        at32(touched, touchedOffset),
        at64(records, recordsOffset),
        at64(before, beforeOffset),
        at64(after, afterOffset),
        decay,
        rate,
        threshold,
      );
    },
    ftrlUpdate: (count, touched, touchedOffset, records, recordsOffset, before, beforeOffset, after, afterOffset) => {
      ftrlUpdate(
        count,
        at32(touched, touchedOffset),
        at64(records, recordsOffset),
        at64(before, beforeOffset),
        at64(after, afterOffset),
      );
    },
  };
}
