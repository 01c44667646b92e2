import { int32, type Layout, raw64, take } from "../../kernels/arena.js";
import { Extrapolation } from "../algebra/extrapolation.js";
import type { SparseCoordinates, SparseProblem } from "../problems/sparseProblem.js";
import { type Method, methodOn } from "./Method.js";
import { PackedColumns } from "./packedColumns.js";
import { rescuedDescent } from "./rescuedDescent.js";

/** What an epoch lowers the objective by is about the most that one of m columns does, times this times m. */
const SHARE = 1 / 16;
/** A solution goes on to the next penalty by at most this many times the way that it came. */
const LONGEST = 1.5;

const ownLayout = (n: number, p: number) => [raw64(n), int32(p)] as const;

/** For columns of `entries` stored values. */
export function sparseDescentLayout(n: number, p: number, entries: number): Layout {
  return [ownLayout(n, p), Extrapolation.layout(p), PackedColumns.layout(p, entries)];
}

/**
 * Coordinate descent on the residual of a sparse X: a few operations for each stored value of a column, however many rows there are.
 * Every few epochs it extrapolates to where they lead.
 *
 * @param rescue - Takes over where columns are so correlated that descent is slow.
 */
export function sparseDescent(problem: SparseProblem, rescue: Method): Method {
  const { arena, kernels, n, p, r, convergenceScale, eligible, penaltyFactor, mostPenalised } = problem;
  const { axpy, dot } = kernels.float64;
  const [before, order] = take(arena, ownLayout(n, p));
  const extrapolation = new Extrapolation(arena, p);
  const packed = new PackedColumns(problem);
  const whole: SparseCoordinates = { ...problem.columns, ...problem };
  const leastPenalised = eligible.reduce(
    (least, j) => (penaltyFactor[j] < penaltyFactor[least] ? j : least),
    eligible[0],
  );
  /** What epochs run on, and the list of it. */
  let view: SparseCoordinates = whole;
  let moves = packed.moves;
  /** The largest l1 of the last penalty but one, whose solution `packed` keeps, and of the last, and how many were solved in a row. */
  let l1Before = 0;
  let l1Last = 0;
  let steps = 0;
  /** The columns that the rescue has come to know, which `order` has in that order. */
  const isKnown = new Uint8Array(p);
  let known = 0;
  const reset = (): void => {
    isKnown.fill(0);
    known = 0;
    packed.reset();
    extrapolation.reset();
    rescue.reset();
  };
  /** Columns without a penalty have a say in the dual point of all others, which copies of a few cannot give. */
  const isPenalised = (): boolean => problem.l1[leastPenalised] > 0 || problem.l2[leastPenalised] > 0;
  const choose = (count: number, columns: Int32Array): void => {
    const next = isPenalised() && packed.take(count, columns) ? packed : whole;
    if (next === whole) {
      packed.store();
      packed.load();
    }
    if (next !== view || packed.moves !== moves) extrapolation.reset();
    view = next;
    moves = packed.moves;
  };
  const listOf = (columns: Int32Array): Int32Array => (view === packed ? packed.all : columns);

  const runRescue = (count: number, columns: Int32Array, accuracy: number, budget: number): number => {
    if (view === packed) packed.store();
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (isKnown[j] === 1) continue;
      isKnown[j] = 1;
      order[known++] = j;
    }
    problem.residual(count, order);
    problem.gradient(count, order);
    const epochs = rescue.minimise(count, order, accuracy, budget, false);
    packed.load();
    choose(count, columns);
    return epochs;
  };
  /**
   * Goes from a b, whose residual is r, towards the one that is there, as far as the objective falls. No sign changes on the way, so that it is
   * quadratic, and its least point known. Both are within bounds.
   */
  const approachFrom = (from: Float64Array, count: number, listed: Int32Array): void => {
    const { b, l1, l2 } = view;
    problem.flatten();
    before.set(r);
    problem.residualOf(view, count, listed);
    axpy(n, -1, before, 0, r, 0);
    let slope = dot(n, before, 0, r, 0);
    let curvature = dot(n, r, 0, r, 0);
    for (let k = 0; k < count; ++k) {
      const j = listed[k];
      const d = b[j] - from[j];
      slope += d * ((from[j] < 0 ? -l1[j] : l1[j]) + l2[j] * from[j]);
      curvature += l2[j] * d * d;
    }
    const step = slope < 0 ? Math.min(1, -slope / curvature) : 0;
    for (let k = 0; k < count; ++k) b[listed[k]] = from[listed[k]] + step * (b[listed[k]] - from[listed[k]]);
    axpy(n, step, r, 0, before, 0);
    r.set(before);
  };
  const leap = (count: number, listed: Int32Array): void => {
    const { b, lower, upper } = view;
    if (!extrapolation.next(count, listed, b)) return;
    for (let k = 0; k < count; ++k) b[listed[k]] = Math.min(Math.max(b[listed[k]], lower[listed[k]]), upper[listed[k]]);
    approachFrom(extrapolation.last, count, listed);
  };
  /** b goes on as it did from one penalty to the next, on which it depends piecewise linearly. */
  const goOn = (count: number, columns: Int32Array, share: number): boolean => {
    choose(count, columns);
    if (view !== packed) {
      steps = 0;
      return false;
    }
    const { b, lower, upper, previous } = packed;
    const { last } = extrapolation;
    let hasMoved = false;
    for (let k = 0; k < count; ++k) {
      const value = b[k];
      last[k] = value;
      if (value !== 0 && share > 0) {
        const next = Math.min(Math.max(value + share * (value - previous[k]), lower[k]), upper[k]);
        b[k] = next * value > 0 ? next : 0;
        hasMoved = true;
      }
      previous[k] = value;
    }
    if (hasMoved) approachFrom(last, count, packed.all);
    return hasMoved;
  };
  const descend = (count: number, columns: Int32Array, accuracy: number): number => {
    const listed = listOf(columns);
    const change = problem.epochOf(view, count, listed) * Math.max(1, SHARE * count);
    if (change > accuracy) leap(count, listed);
    return change;
  };
  const minimise = rescuedDescent(convergenceScale, rescue.capacity, descend, runRescue);
  const plain = methodOn(problem);
  return {
    ...plain,
    get workspace() {
      return view === packed ? packed : plain.workspace;
    },
    capacity: p,
    startsFromResidual: true,
    reset,
    begin: (count, columns, isNext) => {
      packed.setPenalty();
      extrapolation.restart();
      if (!isNext) packed.load();
      const l1 = problem.l1[mostPenalised];
      const share = (l1Last - l1) / (l1Before - l1Last);
      const hasMoved = goOn(count, columns, isNext && steps > 0 && share > 0 ? Math.min(share, LONGEST) : 0);
      steps = isNext ? steps + 1 : 0;
      [l1Before, l1Last] = [l1Last, l1];
      return hasMoved;
    },
    minimise: (count, columns, accuracy, budget, isPlain) => {
      choose(count, columns);
      return minimise(count, columns, accuracy, budget, isPlain);
    },
  };
}
