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
  /** One step of gradient descent with momentum. state: momentum sums, not touched without momentum */
  sgdStep: OptimizerStep<V, [momentum: number, gain: number, nesterov: number, rate: number, threshold: number]>;
  /** One step of Adam. state: means, mean squares, and for amsgrad the largest of these */
  adamStep: OptimizerStep<
    V,
    [
      beta1: number,
      gain1: number,
      scale1: number,
      beta2: number,
      gain2: number,
      scale2: number,
      eps: number,
      amsgrad: number,
      factor: number,
      rate: number,
      l1: number,
    ]
  >;
  /** One step of RMSprop, or with smoothing = gain = 1 of Adagrad. state: mean squares, if centered means, with momentum its sums */
  rmspropStep: OptimizerStep<
    V,
    [smoothing: number, gain: number, eps: number, centered: number, momentum: number, rate: number, threshold: number]
  >;
  /** One step of FTRL-Proximal. state: dual weights, sums of squares */
  ftrlStep: OptimizerStep<V, [beta: number, before: number, inverse: number, rate: number, threshold: number]>;
}

/**
 * A step of an optimiser on n weights w, in place, from their gradient g. The arrays of `state` lie `stride` elements apart. All
 * read u = clamp(scale·g, −limit, limit) + decay·w + push·sign(w). Scalars are rounded to the dtype on entry.
 */
export type OptimizerStep<V extends FloatArray, Scalars extends number[]> = (
  n: number,
  w: V,
  wOffset: number,
  g: V,
  gOffset: number,
  state: V,
  stateOffset: number,
  stride: number,
  scale: number,
  limit: number,
  decay: number,
  push: number,
  ...scalars: Scalars
) => void;

/** One operand of the float64 kernels: an array, then the element where it starts. */
type F = Float64Array;
type I = Int32Array;

/** A loss of n rows: Σ v·loss(y, η), and v·(y − μ) into theta and v·μ' into curvatures. Rows of weight v = 0 add nothing. */
export type LossKernel = (
  n: number,
  eta: F,
  etaOffset: number,
  y: F,
  yOffset: number,
  v: F,
  vOffset: number,
  theta: F,
  thetaOffset: number,
  curvatures: F,
  curvaturesOffset: number,
) => number;

/** Those of float64, which products with a matrix come in alone. */
export interface Float64Kernels extends VectorKernels<Float64Array> {
  /** out[j] = x_j·r, X column-major n × p */
  transposedProduct(
    n: number,
    p: number,
    X: F,
    XOffset: number,
    r: F,
    rOffset: number,
    out: F,
    outOffset: number,
  ): void;
  /** out[k] = x_j·r for the listed columns j = indices[k] */
  listTransposedProduct(
    n: number,
    count: number,
    indices: Int32Array,
    indicesOffset: number,
    X: F,
    XOffset: number,
    r: F,
    rOffset: number,
    out: F,
    outOffset: number,
  ): void;
}

/** Every kernel of a backend. Arrays must lie in the backend's own memory (WASM), or anywhere (JS). */
export interface Kernels {
  readonly name: "wasm" | "js";
  readonly float64: Float64Kernels;
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
  /** out ← out + scale·Σ_k b[k]·x_j for the listed columns j = indices[k], which lie `stride` apart */
  listProduct(
    n: number,
    count: number,
    indices: I,
    indicesOffset: number,
    X: F,
    XOffset: number,
    stride: number,
    scale: number,
    b: F,
    bOffset: number,
    out: F,
    outOffset: number,
  ): void;
  /** G = XᵀX, p × p, both triangles */
  gram(n: number, p: number, X: F, XOffset: number, G: F, GOffset: number): void;
  /** G[places[a], c] = x_rows[a]·x_columns[c], the rows of G `stride` apart */
  crossGram(
    n: number,
    X: F,
    XOffset: number,
    rowCount: number,
    rows: I,
    rowsOffset: number,
    places: I,
    placesOffset: number,
    columnCount: number,
    columns: I,
    columnsOffset: number,
    G: F,
    GOffset: number,
    stride: number,
  ): void;
  /** v'·P·v for a symmetric P, its rows `stride` apart, and a v that is 0 outside of the listed coordinates, ascending; `work` has room for 4. */
  quadraticForm(
    count: number,
    indices: I,
    indicesOffset: number,
    P: F,
    POffset: number,
    stride: number,
    v: F,
    vOffset: number,
    work: F,
    workOffset: number,
  ): number;
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

  /** out = x·factor, rounded to the nearest integer, halves to even; |x·factor| <= 32767 */
  quantize(n: number, x: F, xOffset: number, factor: number, out: Int16Array, outOffset: number): void;
  /** out[k] = x_j·r for the listed columns j = indices[k] of n integers; ‖x_j‖·‖r‖ < 2³¹ */
  listIntegerProduct(
    n: number,
    count: number,
    indices: I,
    indicesOffset: number,
    X: Int16Array,
    XOffset: number,
    r: Int16Array,
    rOffset: number,
    out: I,
    outOffset: number,
  ): void;

  /**
   * Column x of n rows, a multiple of 8, in integers and in sums: out = x·scale, rounded to the nearest, |x·scale| < 2³¹, cut off at
   * 16 bits; sums[0] += x·y, sums[1] += Σx², sums[2] = the largest Σx² of a quarter of a run of 256 rows, sums[3] = max|out|.
   */
  condense(
    n: number,
    x: F,
    xOffset: number,
    y: F,
    yOffset: number,
    scale: number,
    out: Int16Array,
    outOffset: number,
    sums: F,
    sumsOffset: number,
  ): void;
  /** out = 8192·(x·scale − what that is rounded to), rounded, for n rows, a multiple of 8 */
  remainder(n: number, x: F, xOffset: number, scale: number, out: Int16Array, outOffset: number): void;
  /** G[a, c] += rowSteps[a]·columnSteps[c]·(x_rows[a]·x_columns[c]) of integers, an even number of rows, a multiple of 4 columns */
  integerCrossGram(
    n: number,
    X: Int16Array,
    XOffset: number,
    rowCount: number,
    rows: I,
    rowsOffset: number,
    rowSteps: F,
    rowStepsOffset: number,
    columnCount: number,
    columns: I,
    columnsOffset: number,
    columnSteps: F,
    columnStepsOffset: number,
    G: F,
    GOffset: number,
  ): void;

  /**
   * z_j ← a0·z0_j + a1·z1_j for the listed columns with b_j = 0 where |a0·z0_j + a1·z1_j| + rest·norms_j <= share·l1_j. Lists the
   * others in `out`, which has room for all and may be the list itself, and returns how many they are.
   */
  passOver(
    count: number,
    indices: I,
    indicesOffset: number,
    a0: number,
    z0: F,
    z0Offset: number,
    a1: number,
    z1: F,
    z1Offset: number,
    rest: number,
    norms: F,
    normsOffset: number,
    b: F,
    bOffset: number,
    l1: F,
    l1Offset: number,
    share: number,
    z: F,
    zOffset: number,
    out: I,
    outOffset: number,
  ): number;
  /**
   * G[a, c] = G[c, a] = norms[a]·norms[c]·(x_a·x_c) for from <= a < to and c <= a, the columns of X, n rows, a multiple of
   * four, in single precision; the rows of G lie `stride` apart. Up to four columns behind the last
   * in X are read, and as many entries and a row behind the last in G overwritten.
   */
  gramRows(
    n: number,
    X: Float32Array,
    XOffset: number,
    from: number,
    to: number,
    norms: F,
    normsOffset: number,
    G: F,
    GOffset: number,
    stride: number,
  ): void;
  /**
   * The rows n to n + m of the Cholesky factor L of a matrix with a diagonal of ones, in single precision, L's rows `stride` apart;
   * returns the least square of their diagonals. Up to three rows behind them are overwritten.
   */
  choleskyExtend(n: number, m: number, L: Float32Array, LOffset: number, stride: number): number;
  /** {@link choleskyDrop} in single precision; the row behind the last may be overwritten, too. */
  choleskyDropSingle(
    n: number,
    k: number,
    L: Float32Array,
    LOffset: number,
    stride: number,
    work: Float32Array,
    workOffset: number,
  ): void;
  /** L·Lᵀ·x = b in place on b, in single precision. */
  choleskySolveSingle(
    n: number,
    L: Float32Array,
    LOffset: number,
    stride: number,
    b: Float32Array,
    bOffset: number,
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
  /** One epoch of coordinate descent on the Gram, size × size, its rows `stride` apart, without moves of G_jj·Δ_j² <= least; returns max_j G_jj·Δ_j². */
  gramEpoch(
    count: number,
    indices: I,
    indicesOffset: number,
    size: number,
    G: F,
    GOffset: number,
    stride: number,
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
    least: number,
  ): number;
  /** x ← x + t·(x − before), before ← the x that was */
  extrapolate(n: number, t: number, x: F, xOffset: number, before: F, beforeOffset: number): void;

  /** Of the listed coordinates, into `out`: Σ h(b), the largest KKT violation, 1 if one is free, and two feasible dual scales. */
  optimality(
    count: number,
    indices: I,
    indicesOffset: number,
    b: F,
    bOffset: number,
    z: F,
    zOffset: number,
    l1: F,
    l1Offset: number,
    l2: F,
    l2Offset: number,
    lower: F,
    lowerOffset: number,
    upper: F,
    upperOffset: number,
    out: F,
    outOffset: number,
  ): void;
  /** Σ of the listed coordinates' Fenchel gaps h(b) + h*(scale·z) − scale·z·b */
  fenchelGaps(
    count: number,
    indices: I,
    indicesOffset: number,
    scale: number,
    b: F,
    bOffset: number,
    z: F,
    zOffset: number,
    l1: F,
    l1Offset: number,
    l2: F,
    l2Offset: number,
    lower: F,
    lowerOffset: number,
    upper: F,
    upperOffset: number,
  ): number;

  /** Of the listed coordinates, into `out`: Σ b·(c + z), Σ |b|·norm and Σ h(b). */
  gramFit(
    count: number,
    indices: I,
    indicesOffset: number,
    b: F,
    bOffset: number,
    c: F,
    cOffset: number,
    z: F,
    zOffset: number,
    norms: F,
    normsOffset: number,
    l1: F,
    l1Offset: number,
    l2: F,
    l2Offset: number,
    out: F,
    outOffset: number,
  ): void;

  /** Makes A[n, 0 … n], which lies in row n of L, the next row of the Cholesky factor; returns the square of its diagonal. */
  choleskyAppend(n: number, L: F, LOffset: number, stride: number): number;
  /** Takes row and column k out of the factorised n × n matrix; `work` holds 2n. */
  choleskyDrop(n: number, k: number, L: F, LOffset: number, stride: number, work: F, workOffset: number): void;
  /** L·x = b in place on b */
  choleskyForward(n: number, L: F, LOffset: number, stride: number, b: F, bOffset: number): void;
  /** Lᵀ·x = b in place on b */
  choleskyBackward(n: number, L: F, LOffset: number, stride: number, b: F, bOffset: number): void;

  /** out[i, j] = X[i, j], from columns `stride` apart to rows `outStride` apart */
  transpose(
    n: number,
    p: number,
    X: F,
    XOffset: number,
    stride: number,
    out: F,
    outOffset: number,
    outStride: number,
  ): void;
  /** means[j] = Σ_i s_i·(x_ij − pivots[j])/W for rows `stride` apart */
  rowMeans(
    n: number,
    p: number,
    X: F,
    XOffset: number,
    stride: number,
    weights: F,
    weightsOffset: number,
    totalWeight: number,
    pivots: F,
    pivotsOffset: number,
    means: F,
    meansOffset: number,
  ): void;
  /** out[i, j] = ((x_ij − pivots[j]) − means[j])·rowScales[i], from rows `stride` apart to rows `outStride` apart */
  centreRows(
    n: number,
    p: number,
    X: F,
    XOffset: number,
    stride: number,
    pivots: F,
    pivotsOffset: number,
    means: F,
    meansOffset: number,
    rowScales: F,
    rowScalesOffset: number,
    out: F,
    outOffset: number,
    outStride: number,
  ): void;
  /** G = AᵀA for n contiguous rows of p values, p a multiple of 4 */
  rowGram(n: number, p: number, A: F, AOffset: number, G: F, GOffset: number): void;
  /** Epochs of coordinate descent on a Gram with rows `ld` apart, `ld` even, until max_j G_jj·Δ_j² <= threshold; returns how many. */
  gramEpochs(
    p: number,
    ld: number,
    G: F,
    GOffset: number,
    z: F,
    zOffset: number,
    b: F,
    bOffset: number,
    inverses: F,
    inversesOffset: number,
    l1: F,
    l1Offset: number,
    threshold: number,
    limit: number,
  ): number;
  /** z = c − G·b, `ld` values for p rows of G */
  gramGradient(
    p: number,
    ld: number,
    G: F,
    GOffset: number,
    c: F,
    cOffset: number,
    b: F,
    bOffset: number,
    z: F,
    zOffset: number,
  ): void;
  /** Factors the listed rows and columns of G + diag(l2) into U; returns `count`, or the first row that depends on others. */
  gramFactor(
    count: number,
    indices: I,
    indicesOffset: number,
    ld: number,
    G: F,
    GOffset: number,
    l2: F,
    l2Offset: number,
    U: F,
    UOffset: number,
  ): number;
  /** Solves the system that gramFactor factored, in place on x. */
  gramSubstitute(count: number, ld: number, U: F, UOffset: number, x: F, xOffset: number): void;

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
  /** out ← out + scale·Σ_j b[j]·x_j for the listed columns j = indices[k], X in CSC */
  sparseListProduct(
    count: number,
    indices: I,
    indicesOffset: number,
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
  /** out[j] = x_j·r for the listed columns j = indices[k], X in CSC */
  sparseListTransposedProduct(
    count: number,
    indices: I,
    indicesOffset: number,
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
  /** Weighted column means about the pivots, and variances, of a CSC matrix, zeros included; compensated. */
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
    pivots: F,
    pivotsOffset: number,
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
  /**
   * One epoch of coordinate descent on a CSC matrix with implicit centring; `traits` is the sum of what its columns have: 1 means,
   * 2 an l2, 4 bounds. Returns max_j a_j·Δ_j².
   */
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
    r: F,
    rOffset: number,
    state: F,
    stateOffset: number,
    means: F,
    meansOffset: number,
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
    traits: number,
  ): number;
  /** Lists the k with not |base_k + factor·slope_k| < inner or not |base_k + factor·slope_k| + distance·radii_k < limit, computed in single precision; returns how many. `out` has n places. */
  listBeyond(
    n: number,
    base: Float32Array,
    baseOffset: number,
    slope: Float32Array,
    slopeOffset: number,
    factor: number,
    radii: Float32Array,
    radiiOffset: number,
    distance: number,
    inner: number,
    limit: number,
    out: I,
    outOffset: number,
  ): number;

  /** out[j] = w_j for p records of a linear model that learns online, at the clock; methods: 0 sgd, 1 ftrl */
  onlineWeights(
    method: number,
    p: number,
    records: F,
    recordsOffset: number,
    clock: F,
    clockOffset: number,
    out: F,
    outOffset: number,
  ): void;
  /** eta[i] += x_i·w for rows in CSR, at the clock */
  onlineDecision(
    method: number,
    rows: number,
    rowPointers: I,
    rowPointersOffset: number,
    columnIndices: I,
    columnIndicesOffset: number,
    values: F,
    valuesOffset: number,
    records: F,
    recordsOffset: number,
    clock: F,
    clockOffset: number,
    eta: F,
    etaOffset: number,
  ): void;
  /** g_j += Σ_i r[i]·x_ij for rows in CSR; appends the columns to `touched` that the step has not touched yet, and returns its length. */
  onlineGradient(
    rows: number,
    rowPointers: I,
    rowPointersOffset: number,
    columnIndices: I,
    columnIndicesOffset: number,
    values: F,
    valuesOffset: number,
    r: F,
    rOffset: number,
    records: F,
    recordsOffset: number,
    step: number,
    count: number,
    touched: I,
    touchedOffset: number,
  ): number;
  /** max |g_j| over the touched columns, NaN if any is, 0 if there are none */
  onlineLargest(count: number, touched: I, touchedOffset: number, records: F, recordsOffset: number): number;
  /** Forgets the gradients of a step: the touched columns count as last touched in `step`. */
  onlineDiscard(
    count: number,
    touched: I,
    touchedOffset: number,
    records: F,
    recordsOffset: number,
    step: number,
  ): void;
  /** w ← soft(w − (decay·w + rate·g), threshold) for the touched columns, from one clock to the next */
  sgdUpdate(
    count: number,
    touched: I,
    touchedOffset: number,
    records: F,
    recordsOffset: number,
    before: F,
    beforeOffset: number,
    after: F,
    afterOffset: number,
    decay: number,
    rate: number,
    threshold: number,
  ): void;
  /** A step of FTRL-Proximal for the touched columns, from one clock to the next */
  ftrlUpdate(
    count: number,
    touched: I,
    touchedOffset: number,
    records: F,
    recordsOffset: number,
    before: F,
    beforeOffset: number,
    after: F,
    afterOffset: number,
  ): void;

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

  /** y is 0 or 1, μ = 1/(1 + e^−η). */
  binomialLoss: LossKernel;
  /** y >= 0, μ = e^η. */
  poissonLoss: LossKernel;

  /** out = e^x, below 1 ulp of error; `out` may be `x`. */
  exp(n: number, x: F, xOffset: number, out: F, outOffset: number): void;
  /** out = ln x, below 1 ulp of error; `out` may be `x`. */
  log(n: number, x: F, xOffset: number, out: F, outOffset: number): void;
}
