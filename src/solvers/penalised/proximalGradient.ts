/** What proximal gradient steps go by. */
export interface ProximalOracle {
  count: number;
  columns: Int32Array;
  b: Float64Array;
  /** Sets `slopes`, −∇ of the smooth part at b, in the places of the list. */
  gradient(): void;
  readonly slopes: Float64Array;
  /** What the curvature is multiplied by in each place: other than 1 for coordinates without a penalty. */
  readonly metric: Float64Array;
  /** b ← argmin_c curvature/2·‖c‖² − u·c + h(c), u in the places of the coordinates, divided by the metric. */
  minimum(u: Float64Array, curvature: number): void;
  /** Of a quadratic smooth part, ∇² times the d of the latest isBelow(): then one gradient does. */
  readonly image?: Float64Array;
  /** Whether the smooth part at b is no higher than the parabola of this curvature about the point of the last gradient, d away. */
  isBelow(d: Float64Array, curvature: number): boolean;
}

/** What the curvature is raised by where it was too small. */
const RAISE = 1.5;
const MOST_RAISES = 200;

/**
 * Accelerated proximal gradient, with restarts where the momentum points uphill:
 *
 * ```text
 * b_k ← argmin_c v/2·‖c − y − slopes(y)/v‖² + h(c),   y ← b_k + (t_{k−1} − 1)/t_k·(b_k − b_{k−1}),   t_k = (1 + √(1 + 4·t_{k−1}²))/2
 * ```
 *
 * until a step changes the objective by no more than about `accuracy`. Returns the steps done and the curvature v.
 * Beck & Teboulle, A fast iterative shrinkage-thresholding algorithm (2009); O'Donoghue & Candès, Adaptive restart (2015).
 *
 * @param isAccelerated - Without, the objective only ever falls, whatever the penalty.
 */
export function proximalGradient(
  oracle: ProximalOracle,
  u: Float64Array,
  curvature: number,
  accuracy: number,
  budget: number,
  isAccelerated: boolean,
): { steps: number; curvature: number } {
  const { count, slopes, metric, image } = oracle;
  let v = curvature;
  let t = 1;
  let last = take(oracle);
  let y = last;
  let steps = 0;
  let at = new Float64Array(0);
  /** The slopes at the last b. */
  let lastSlopes = at;
  for (let isDone = false; !isDone && steps < budget; ++steps) {
    if (image === undefined || steps === 0) {
      oracle.gradient();
      at = slopes.slice(0, count);
      if (steps === 0) lastSlopes = at;
    }
    const d = new Float64Array(count);
    v = stepFrom(y, at, oracle, u, v, d);
    const next = take(oracle);
    const nextSlopes = image === undefined ? at : at.map((value, i) => value - image[i]);
    let [change, uphill] = [0, 0];
    for (let i = 0; i < count; ++i) {
      change += v * metric[i] * d[i] * d[i];
      uphill -= metric[i] * d[i] * (next[i] - last[i]);
    }
    isDone = !(change > accuracy);
    if (isDone || !isAccelerated || uphill > 0) {
      t = 1;
      y = next;
      at = nextSlopes;
    } else {
      const longer = 0.5 * (1 + Math.sqrt(1 + 4 * t * t));
      const momentum = (t - 1) / longer;
      t = longer;
      y = next.map((value, i) => value + momentum * (value - last[i]));
      at = nextSlopes.map((value, i) => value + momentum * (value - lastSlopes[i]));
    }
    lastSlopes = nextSlopes;
    last = next;
    put(y, oracle);
  }
  put(last, oracle);
  return { steps, curvature: v };
}

/** b ← the proximal step from y, where the slopes are `at`, and d ← b − y; the curvature is raised until the smooth part is below its parabola, and returned. */
function stepFrom(
  y: Float64Array,
  at: Float64Array,
  oracle: ProximalOracle,
  u: Float64Array,
  curvature: number,
  d: Float64Array,
): number {
  const { count, columns, b, metric } = oracle;
  let v = curvature;
  for (let raise = 0; ; ++raise) {
    for (let i = 0; i < count; ++i) u[columns[i]] = at[i] / metric[i] + v * y[i];
    oracle.minimum(u, v);
    for (let i = 0; i < count; ++i) d[i] = b[columns[i]] - y[i];
    if (raise === MOST_RAISES || oracle.isBelow(d, v)) return v;
    v *= RAISE;
    put(y, oracle);
  }
}

/** The listed b. */
function take({ count, columns, b }: ProximalOracle): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => b[columns[i]]);
}

/** b ← values, in the places of the list. */
function put(values: Float64Array, { count, columns, b }: ProximalOracle): void {
  for (let i = 0; i < count; ++i) b[columns[i]] = values[i];
}
