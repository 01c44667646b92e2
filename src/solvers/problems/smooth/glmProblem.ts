import { rangeError } from "../../../errors.js";
import { float64, type Heap, int32, type Layout, raw16, raw64, take } from "../../../kernels/arena.js";
import type { Loss } from "../../../losses/Loss.js";
import { LossRows } from "../../../losses/LossRows.js";
import { coordinates, coordinatesLayout } from "../../designs/coordinates.js";
import type { Design } from "../../designs/Design.js";
import type { Columns, FitSettings, Rows } from "../../designs/rows.js";
import { quantizeColumns, Screening } from "../../designs/screening.js";
import { FAR, KNOWN, type SmoothProblem } from "../Problem.js";
import { GlmDual } from "./GlmDual.js";
import { diagonalMetric, SampledGram } from "./SampledGram.js";
import { SmoothRounding } from "./SmoothRounding.js";
import type { SmoothPlan } from "./smoothPlan.js";

function ownLayout(n: number, P: number, screened: boolean) {
  const rows = [float64(n), raw64(n), raw64(n)] as const;
  return [...rows, raw16(screened ? n * P : 0), int32(P), raw64(P), int32(P), int32(P), raw64(P)] as const;
}

/** Of P columns, that of the intercept among them. */
export const glmProblemLayout = (n: number, P: number, { isScreened, isSampled }: SmoothPlan): Layout => [
  LossRows.layout(n),
  ownLayout(n, P, isScreened),
  coordinatesLayout(P),
  isScreened ? Screening.layout(n, P) : [],
  isSampled ? SampledGram.layout(n, P, 1) : [],
];

/**
 * A problem of a family with one linear predictor: with v_i = s_i/W, columns centred (if there is an intercept) and scaled as in
 * {@link Problem}, the intercept a last column of ones without penalty, and b_j = d_j·w_j,
 *
 * ```text
 * F = Σ_i v_i·loss(y_i, η_i) + Σ_j l1_j·|b_j| + l2_j/2·b_j²,   η = o + X·b
 * ```
 *
 * Its dual points are θ_i = v_i·(y_i − μ_i), whose gradients are z = Xᵀθ. The offset o is centred if there is an intercept.
 */
export function glmProblem(
  arena: Heap,
  design: Design,
  columns: Columns,
  loss: Loss,
  rows: Rows,
  y: Float64Array,
  settings: FitSettings,
  { isQuasi, isScreened, isSampled }: SmoothPlan,
  dense: { X: Float64Array; squares: Float64Array } | undefined,
): SmoothProblem {
  const { kernels } = arena;
  const { n } = rows;
  const screened = isScreened ? dense : undefined;
  const { intercept } = settings;
  const P = design.columns;
  const p = intercept ? P - 1 : P;
  const lossRows = new LossRows(arena, loss, rows, y, settings);
  const { v, offset, eta, theta, h } = lossRows;
  // Of these, `model` are the curvatures of the quadratic model, `at` is the b of the latest residual, and exactAt tells for which of them the z_j are exact.
  const [point, model, moves, integers, list, at, exactAt, stale, steps] = take(arena, ownLayout(n, P, isScreened));
  at.fill(Number.NaN);
  const dual = new GlmDual(lossRows, design, P - p, point);
  const { nullLoss, convergenceScale, saturatedLoss } = lossRows;
  const summary = { n, yPivot: 0, yMean: 0, nullLoss, convergenceScale };
  const problem = coordinates(arena, columns, summary, intercept ? withIntercept(settings, p) : settings);
  const { b, z } = problem;
  if (!(nullLoss < Number.POSITIVE_INFINITY && convergenceScale < Number.POSITIVE_INFINITY)) {
    throw rangeError("ERR_VALUE", '"y" and "offset" must not have a loss that overflows');
  }
  if (intercept) b[p] = lossRows.start;
  const { eligible } = problem;
  const isPiecewise = loss.steepest !== undefined;
  const rounding = new SmoothRounding(problem, v, offset, isPiecewise);
  let screening: Screening | undefined;
  /** Columns as integers, once they are wanted. */
  const screener = (): Screening | undefined => {
    if (screening !== undefined || screened === undefined) return screening;
    quantizeColumns(kernels, n, screened.X, screened.squares, 0, P, integers);
    screening = new Screening({ ...problem, curvatures: screened.squares }, integers, point);
    return screening;
  };
  const sample = isSampled && dense !== undefined ? new SampledGram(arena, n, P, 1, dense.X) : undefined;
  /** The loss of the latest residual, and how many there were. */
  let value = 0;
  let now = 0;
  const isCurrent = (): boolean => {
    for (let j = 0; j < P; ++j) if (b[j] !== at[j]) return false;
    return true;
  };
  const residual = (count = eligible.length, columns = eligible): number => {
    if (!isCurrent()) {
      eta.set(offset);
      design.addProduct(count, columns, b, eta);
      value = lossRows.evaluate();
      at.set(b);
      now += 1;
    }
    rounding.measure(problem, count, columns);
    point.set(theta);
    return value;
  };
  const gradient = (count: number, columns: Int32Array): void => {
    let missing = 0;
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (exactAt[j] === now) continue;
      exactAt[j] = now;
      stale[missing++] = j;
    }
    design.products(missing, stale, theta, z);
  };
  const slopes: SmoothProblem["slopes"] = (columns, d) => {
    moves.fill(0);
    design.addProduct(columns.length, columns, d, moves);
    return (t) => lossRows.slope(moves, t);
  };
  const along: SmoothProblem["along"] = (count, columns, start) => {
    for (let k = 0; k < count; ++k) steps[columns[k]] = b[columns[k]] - start[columns[k]];
    return slopes(columns.subarray(0, count), steps);
  };
  const screen = (count: number, columns: Int32Array): void => {
    const open = screener()?.run(count, columns, list) ?? count;
    const listed = screened === undefined ? columns : list;
    for (let k = 0; k < count; ++k) exactAt[columns[k]] = 0;
    design.products(open, listed, point, z);
  };
  const project: SmoothProblem["project"] = (columns, _, count, listed, active) => {
    const isMean = intercept && columns.length === 1 && columns[0] === p && active === undefined;
    const moved = isPiecewise
      ? dual.fit(loss, columns)
      : isMean
        ? dual.centre()
        : dual.orthogonalise(columns, active ?? { columns: [], slopes: [] });
    if (moved === undefined) return undefined;
    const projected = new Float64Array(P);
    design.products(count, listed, dual.point, projected);
    return { z: projected, squares: Number.NaN, taken: 0, ...moved };
  };
  const root: SmoothProblem["root"] = (columns, reach) =>
    dual.rootOf(
      Array.from(columns),
      h.map((_, i) => lossRows.curvature(i, reach)),
    );
  return {
    ...problem,
    ...KNOWN,
    saturatedLoss,
    features: p,
    responseNorm: lossRows.norm,
    get yPivot() {
      return b[p];
    },
    yMean: lossRows.centre,
    loss: (fit) => fit,
    shrinkageGap: (scale, _, projection) => rounding.shrinkageGap(lossRows.sums(scale, point), projection),
    slack: (scale, _, fenchel, projection) => rounding.slack(scale, fenchel, projection),
    slip: ([error]) => {
      residual();
      return lossRows.slip(error);
    },
    screensDual: true,
    residual,
    gradient,
    screen,
    project,
    refresh: () => {
      const value = residual();
      if (isQuasi || screened === undefined) gradient(eligible.length, eligible);
      else screen(eligible.length, eligible);
      return value;
    },
    remodel: (reach) => {
      for (let i = 0; i < n; ++i) model[i] = lossRows.curvature(i, reach);
    },
    root,
    slopes,
    ...(isPiecewise ? { along } : { farthest: FAR }),
    modelDrift: () => lossRows.drift(model),
    hessianProduct: (count, columns, d, out) => {
      moves.fill(0);
      design.addProduct(count, columns, d, moves);
      for (let i = 0; i < n; ++i) moves[i] *= model[i];
      design.products(count, columns, moves, out);
    },
    metric: (count, columns) => {
      const places = [columns.slice(0, count)];
      sample?.measure(h, places[0]);
      return sample?.metric(problem.l2, places, () => 1) ?? diagonalMetric(problem, places, [sum(h)]);
    },
    isRough: screened !== undefined,
    crossGram(rowCount, listedRows, places, columnCount, listed, G, stride) {
      const screening = this.isRough ? screener() : undefined;
      if (screening === undefined || screened === undefined) {
        design.weightedGram(model, rowCount, listedRows, places, columnCount, listed, G, stride);
        return;
      }
      for (let a = 0; a < rowCount; ++a) {
        const x = listedRows[a] * n;
        for (let i = 0; i < n; ++i) moves[i] = model[i] * screened.X[x + i];
        screening.estimate(moves, columnCount, listed, G, places[a] * stride);
      }
    },
  };
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

/** The settings of p columns, for those and an intercept. */
function withIntercept(settings: FitSettings, p: number): FitSettings {
  const extend = (values: Float64Array | undefined, last: number): Float64Array | undefined =>
    values && Float64Array.of(...values, last);
  return {
    ...settings,
    penaltyFactor: extend(settings.penaltyFactor ?? new Float64Array(p).fill(1), 0),
    lowerBounds: extend(settings.lowerBounds, Number.NEGATIVE_INFINITY),
    upperBounds: extend(settings.upperBounds, Number.POSITIVE_INFINITY),
  };
}
