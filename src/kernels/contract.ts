import type { FloatArray } from "../data/FloatArray.js";

/**
 * The kernels that exist for both dtypes. Operands are an array and an element offset, as in BLAS bindings.
 *
 * Kernels check nothing and allocate nothing. Float32 kernels take scalars that are already rounded to float32 and
 * round after every operation. All backends give the same bits; any NaN equals any NaN. Formulas: `assembly/`.
 */
export interface VectorKernels<V extends FloatArray> {
  /** out = x − clamp(x, −threshold, threshold); `out` may be `x`. */
  softThreshold(n: number, x: V, xOffset: number, threshold: number, out: V, outOffset: number): void;
  /** out = x·factor; `out` may be `x`. */
  decay(n: number, x: V, xOffset: number, factor: number, out: V, outOffset: number): void;
  /** out = (x − clamp(x, −threshold, threshold))·scale + 0; `out` may be `x`. */
  elasticNetProx(n: number, x: V, xOffset: number, threshold: number, scale: number, out: V, outOffset: number): void;
  /** w ← soft(w·factor − rate·g, threshold) */
  proximalStep(
    n: number,
    w: V,
    wOffset: number,
    g: V,
    gOffset: number,
    factor: number,
    rate: number,
    threshold: number,
  ): void;
  /** w ← w·factor − rate·g − threshold·sign(w) */
  subgradientStep(
    n: number,
    w: V,
    wOffset: number,
    g: V,
    gOffset: number,
    factor: number,
    rate: number,
    threshold: number,
  ): void;
  /** Σ x·y */
  dot(n: number, x: V, xOffset: number, y: V, yOffset: number): number;
  /** y ← y + a·x */
  axpy(n: number, a: number, x: V, xOffset: number, y: V, yOffset: number): void;
  /** Σ|x| */
  asum(n: number, x: V, xOffset: number): number;
  /** Σ x² */
  sumSquares(n: number, x: V, xOffset: number): number;
  /** max|x|, NaN if any is NaN, 0 if there is none */
  absMax(n: number, x: V, xOffset: number): number;
  /** l1·Σ|x| + l2·Σx², 0·∞ counting as 0 */
  penalty(n: number, x: V, xOffset: number, l1: number, l2: number): number;
  /** out[j] = x_j·r, X column-major n × p */
  transposedProduct(
    n: number,
    p: number,
    X: V,
    XOffset: number,
    r: V,
    rOffset: number,
    out: V,
    outOffset: number,
  ): void;
}

/** One operand of the float64 kernels: an array, then the element where it starts. */
type F = Float64Array;
type I = Int32Array;

/** Every kernel of a backend. Arrays must lie in the backend's own memory (WASM), or anywhere (JS). */
export interface Kernels {
  readonly name: "wasm" | "js";
  readonly float64: VectorKernels<Float64Array>;
  readonly float32: VectorKernels<Float32Array>;
  /**
   * Views of the whole of a WASM backend's memory. Operands given as one of these and an offset are the quickest: asking a
   * view for its byteOffset costs as much as a kernel on a hundred elements.
   */
  readonly memory: { readonly float64: Float64Array; readonly float32: Float32Array } | undefined;

  /** out ← out + scale·X·b, X column-major n × p */
  product(
    n: number,
    p: number,
    X: F,
    XOffset: number,
    scale: number,
    b: F,
    bOffset: number,
    out: F,
    outOffset: number,
  ): void;
  /** G = XᵀX, p × p, both triangles */
  gram(n: number, p: number, X: F, XOffset: number, G: F, GOffset: number): void;
  /** Weighted column means about the pivots, and variances; compensated. */
  moments(
    n: number,
    p: number,
    X: F,
    XOffset: number,
    weights: F,
    weightsOffset: number,
    totalWeight: number,
    pivots: F,
    pivotsOffset: number,
    means: F,
    meansOffset: number,
    variances: F,
    variancesOffset: number,
  ): void;
  /** x_ij ← ((x_ij − pivots[j]) − means[j])·scales[j]·rowScales[i] */
  transform(
    n: number,
    p: number,
    X: F,
    XOffset: number,
    pivots: F,
    pivotsOffset: number,
    means: F,
    meansOffset: number,
    scales: F,
    scalesOffset: number,
    rowScales: F,
    rowScalesOffset: number,
  ): void;

  /** r ← r + a·x, returning Σ next·r of the new r */
  axpyDot(n: number, a: number, x: F, xOffset: number, r: F, rOffset: number, next: F, nextOffset: number): number;
  /** One epoch of coordinate descent on the residual; returns max_j a_j·Δ_j². */
  residualEpoch(
    count: number,
    indices: I,
    indicesOffset: number,
    n: number,
    X: F,
    XOffset: number,
    r: F,
    rOffset: number,
    b: F,
    bOffset: number,
    curvatures: F,
    curvaturesOffset: number,
    l1: F,
    l1Offset: number,
    l2: F,
    l2Offset: number,
    lower: F,
    lowerOffset: number,
    upper: F,
    upperOffset: number,
  ): number;
  /** One epoch of coordinate descent on the Gram; returns max_j G_jj·Δ_j². */
  gramEpoch(
    count: number,
    indices: I,
    indicesOffset: number,
    p: number,
    G: F,
    GOffset: number,
    q: F,
    qOffset: number,
    b: F,
    bOffset: number,
    l1: F,
    l1Offset: number,
    l2: F,
    l2Offset: number,
    lower: F,
    lowerOffset: number,
    upper: F,
    upperOffset: number,
  ): number;

  /** Σ_k values[k]·r[rowIndices[k]] for start <= k < end */
  sparseDot(
    start: number,
    end: number,
    values: F,
    valuesOffset: number,
    rowIndices: I,
    rowIndicesOffset: number,
    r: F,
    rOffset: number,
  ): number;
  /** out[rowIndices[k]] += a·values[k] for start <= k < end */
  sparseAxpy(
    start: number,
    end: number,
    a: number,
    values: F,
    valuesOffset: number,
    rowIndices: I,
    rowIndicesOffset: number,
    out: F,
    outOffset: number,
  ): void;
  /** out ← out + scale·X·b, X in CSC */
  sparseProduct(
    p: number,
    values: F,
    valuesOffset: number,
    rowIndices: I,
    rowIndicesOffset: number,
    columnPointers: I,
    columnPointersOffset: number,
    scale: number,
    b: F,
    bOffset: number,
    out: F,
    outOffset: number,
  ): void;
  /** out[j] = x_j·r, X in CSC */
  sparseTransposedProduct(
    p: number,
    values: F,
    valuesOffset: number,
    rowIndices: I,
    rowIndicesOffset: number,
    columnPointers: I,
    columnPointersOffset: number,
    r: F,
    rOffset: number,
    out: F,
    outOffset: number,
  ): void;
  /** Weighted column means and variances of a CSC matrix, zeros included; compensated. */
  sparseMoments(
    n: number,
    p: number,
    values: F,
    valuesOffset: number,
    rowIndices: I,
    rowIndicesOffset: number,
    columnPointers: I,
    columnPointersOffset: number,
    weights: F,
    weightsOffset: number,
    totalWeight: number,
    means: F,
    meansOffset: number,
    variances: F,
    variancesOffset: number,
  ): void;
  /** G[j, k] = Σ_i s_i·x_ij·x_ik of a CSC matrix; `work` holds n zeros, before and after. */
  sparseGram(
    p: number,
    values: F,
    valuesOffset: number,
    rowIndices: I,
    rowIndicesOffset: number,
    columnPointers: I,
    columnPointersOffset: number,
    weights: F,
    weightsOffset: number,
    work: F,
    workOffset: number,
    G: F,
    GOffset: number,
  ): void;
  /** One epoch of coordinate descent on a CSC matrix with implicit centring and scaling; returns max_j a_j·Δ_j². */
  sparseEpoch(
    count: number,
    indices: I,
    indicesOffset: number,
    values: F,
    valuesOffset: number,
    rowIndices: I,
    rowIndicesOffset: number,
    columnPointers: I,
    columnPointersOffset: number,
    weights: F,
    weightsOffset: number,
    u: F,
    uOffset: number,
    state: F,
    stateOffset: number,
    means: F,
    meansOffset: number,
    columnSums: F,
    columnSumsOffset: number,
    scales: F,
    scalesOffset: number,
    b: F,
    bOffset: number,
    curvatures: F,
    curvaturesOffset: number,
    l1: F,
    l1Offset: number,
    l2: F,
    l2Offset: number,
    lower: F,
    lowerOffset: number,
    upper: F,
    upperOffset: number,
  ): number;

  /** A ← A − v·wᵀ − w·vᵀ on the lower triangle of m × m A, columns `stride` apart, then q = A·u */
  symmetricUpdate(
    m: number,
    A: F,
    AOffset: number,
    stride: number,
    v: F,
    vOffset: number,
    w: F,
    wOffset: number,
    u: F,
    uOffset: number,
    q: F,
    qOffset: number,
  ): void;
  /** A ← (I − factor·v·vᵀ)·A for `count` columns of m rows, `stride` apart */
  reflect(m: number, count: number, factor: number, v: F, vOffset: number, A: F, AOffset: number, stride: number): void;
  /** Sweeps of plane rotations over neighbouring columns of Z, which lies in panels of eight rows. */
  rotate(
    panels: number,
    columns: number,
    Z: F,
    ZOffset: number,
    sweeps: number,
    starts: I,
    startsOffset: number,
    rotations: F,
    rotationsOffset: number,
  ): void;

  /** out = e^x, below 1 ulp of error; `out` may be `x`. */
  exp(n: number, x: F, xOffset: number, out: F, outOffset: number): void;
  /** out = ln x, below 1 ulp of error; `out` may be `x`. */
  log(n: number, x: F, xOffset: number, out: F, outOffset: number): void;
}
