import { int32, type Layout, raw64, take } from "../../kernels/arena.js";
import { Extrapolation } from "../algebra/extrapolation.js";
import { clip } from "../designs/coordinates.js";
import type { SparseCoordinates, SparseProblem } from "../problems/SparseProblem.js";
import { Method } from "./Method.js";
import { PackedColumns } from "./PackedColumns.js";
import { rescuedDescent } from "./rescuedDescent.js";
import type { Workspace } from "./Workspace.js";

/** What an epoch lowers the objective by is about the most that one of m columns does, times this times m. */
const SHARE = 1 / 16;
/** A solution goes on to the next penalty by at most this many times the way that it came. */
const LONGEST = 1.5;

const ownLayout = (n: number, p: number) => [raw64(n), int32(p)] as const;

/**
 * Coordinate descent on the residual of a sparse X: a few operations for each stored value of a column, however many rows there are.
 * Every few epochs it extrapolates to where they lead.
 */
export class SparseDescent extends Method {
  readonly capacity: number;
  override readonly startsFromResidual = true;
  readonly minimise: Method["minimise"];
  readonly #problem: SparseProblem;
  readonly #rescue: Method;
  readonly #before: Float64Array;
  readonly #order: Int32Array;
  readonly #extrapolation: Extrapolation;
  readonly #packed: PackedColumns;
  readonly #leastPenalised: number;
  /** What epochs run on, and the list of it. */
  #view: SparseCoordinates;
  #moves: number;
  /** The largest l1 of the last penalty but one, whose solution the packed columns keep, and of the last, and how many were solved in a row. */
  #l1Before = 0;
  #l1Last = 0;
  #steps = 0;
  /** The columns that the rescue has come to know, which `order` has in that order. */
  readonly #isKnown: Uint8Array;
  #known = 0;

  /** For columns of `entries` stored values. */
  static layout(n: number, p: number, entries: number): Layout {
    return [ownLayout(n, p), Extrapolation.layout(p), PackedColumns.layout(p, entries)];
  }

  /**
   * @param rescue - Takes over where columns are so correlated that descent is slow.
   */
  constructor(problem: SparseProblem, rescue: Method) {
    super(problem);
    const { arena, n, p, convergenceScale, eligible, penaltyFactor } = problem;
    this.capacity = p;
    this.#problem = problem;
    this.#rescue = rescue;
    [this.#before, this.#order] = take(arena, ownLayout(n, p));
    this.#extrapolation = new Extrapolation(arena, p);
    this.#packed = new PackedColumns(problem);
    this.#view = problem.columns;
    this.#moves = this.#packed.moves;
    this.#isKnown = new Uint8Array(p);
    const lighter = (least: number, j: number): number => (penaltyFactor[j] < penaltyFactor[least] ? j : least);
    this.#leastPenalised = eligible.reduce(lighter, eligible[0]);
    const descend = rescuedDescent(
      convergenceScale,
      rescue.capacity,
      (count, columns, accuracy) => this.#descend(count, columns, accuracy),
      (count, columns, accuracy, budget) => this.#runRescue(count, columns, accuracy, budget),
    );
    this.minimise = (count, columns, accuracy, budget, isPlain) => {
      this.#choose(count, columns);
      return descend(count, columns, accuracy, budget, isPlain);
    };
  }

  override get workspace(): Workspace {
    return this.#view === this.#packed ? this.#packed : super.workspace;
  }

  override reset(): void {
    this.#isKnown.fill(0);
    this.#known = 0;
    this.#packed.reset();
    this.#extrapolation.reset();
    this.#rescue.reset();
  }

  override begin(count: number, columns: Int32Array, isNext: boolean): boolean {
    this.#packed.setPenalty();
    this.#extrapolation.restart();
    if (!isNext) this.#packed.load();
    const l1 = this.#problem.l1[this.#problem.mostPenalised];
    const share = (this.#l1Last - l1) / (this.#l1Before - this.#l1Last);
    const canGoOn = isNext && this.#steps > 0 && share > 0;
    const hasMoved = this.#goOn(count, columns, canGoOn ? Math.min(share, LONGEST) : 0);
    this.#steps = isNext ? this.#steps + 1 : 0;
    this.#l1Before = this.#l1Last;
    this.#l1Last = l1;
    return hasMoved;
  }

  /** Columns without a penalty have a say in the dual point of all others, which copies of a few cannot give. */
  #isPenalised(): boolean {
    const { l1, l2 } = this.#problem;
    return l1[this.#leastPenalised] > 0 || l2[this.#leastPenalised] > 0;
  }

  #choose(count: number, columns: Int32Array): void {
    const packed = this.#packed;
    const next = this.#isPenalised() && packed.take(count, columns) ? packed : this.#problem.columns;
    if (next === this.#problem.columns) {
      packed.store();
      packed.load();
    }
    if (next !== this.#view || packed.moves !== this.#moves) this.#extrapolation.reset();
    this.#view = next;
    this.#moves = packed.moves;
  }

  /** An epoch, and a leap where that promises more. */
  #descend(count: number, columns: Int32Array, accuracy: number): number {
    const listed = this.#view === this.#packed ? this.#packed.all : columns;
    const change = this.#problem.epochOf(this.#view, count, listed) * Math.max(1, SHARE * count);
    if (change > accuracy) this.#leap(count, listed);
    return change;
  }

  #runRescue(count: number, columns: Int32Array, accuracy: number, budget: number): number {
    const packed = this.#packed;
    const order = this.#order;
    if (this.#view === packed) packed.store();
    for (let k = 0; k < count; ++k) {
      const j = columns[k];
      if (this.#isKnown[j] === 1) continue;
      this.#isKnown[j] = 1;
      order[this.#known++] = j;
    }
    this.#problem.residual(count, order);
    this.#problem.gradient(count, order);
    const epochs = this.#rescue.minimise(count, order, accuracy, budget, false);
    packed.load();
    this.#choose(count, columns);
    return epochs;
  }

  #leap(count: number, listed: Int32Array): void {
    if (!this.#extrapolation.next(count, listed, this.#view.b)) return;
    clip(this.#view, count, listed);
    this.#approachFrom(this.#extrapolation.last, count, listed);
  }

  /** b goes on as it did from one penalty to the next, on which it depends piecewise linearly. */
  #goOn(count: number, columns: Int32Array, share: number): boolean {
    const packed = this.#packed;
    this.#choose(count, columns);
    if (this.#view !== packed) {
      this.#steps = 0;
      return false;
    }
    const { b, lower, upper, previous } = packed;
    const { last } = this.#extrapolation;
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
    if (hasMoved) this.#approachFrom(last, count, packed.all);
    return hasMoved;
  }

  /**
   * Goes from a b, whose residual is r, towards the one that is there, as far as the objective falls. No sign changes on the way, so that it is
   * quadratic, and its least point known. Both are within bounds.
   */
  #approachFrom(from: Float64Array, count: number, listed: Int32Array): void {
    const { kernels, n, r } = this.#problem;
    const { axpy, dot } = kernels.float64;
    const { b, l1, l2 } = this.#view;
    const before = this.#before;
    this.#problem.flatten();
    before.set(r);
    this.#problem.residualOf(this.#view, count, listed);
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
  }
}
