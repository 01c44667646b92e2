import type { Layout } from "../../kernels/arena.js";
import type { BlockPenalty, Penalty } from "../../penalties/Penalty.js";
import { type Certificate, type Goal, type Solution, settle } from "../problems/certificate.js";
import type { SmoothProblem } from "../problems/smooth/SmoothProblem.js";
import { BlockDescent, penaltyOn } from "./BlockDescent.js";
import { type Outside, outsideLayout } from "./Outside.js";
import { membersOf, OutsideBlocks } from "./OutsideBlocks.js";
import { OutsideCoordinates } from "./OutsideCoordinates.js";
import { penaltyGap } from "./penaltyGap.js";
import { CoordinateSearch } from "./search/CoordinateSearch.js";
import { type GramableProblem, WorkingBlocks } from "./WorkingBlocks.js";
import { WorkingModels } from "./WorkingModels.js";

/** The accuracy of a first attempt, relative to the tolerance. */
const ACCURACY = 0.01;
/** Of penalties that are not convex, whose accuracy is of one coefficient: relative to the square of the violation that may be. */
const NEAR = 0.1;
/**
 * What the next attempt asks for: changes fall with the square of the distance from what is wanted, of which that is to leave a share. And how
 * much more than it took before is enough to begin with.
 */
const FINER = 0.01;
const LITTLE = 0.1;
const SHARE = 0.3;
const RELAXED = 4;
/** Attempts without progress after which there is none to come. */
const PATIENCE = 6;
/** Working sets of more than this are left by what is 0 once that is half of them. */
const FEW = 256;

/**
 * Solves a problem whose penalty is no elastic net, as it is set, on a working set of blocks: by block descent, or for norms of all coordinates by
 * accelerated proximal gradient, on the Gram of the working set; of losses whose curvature changes, on one quadratic model after
 * the other. Blocks join the set that violate their optimality condition: those that may by the strong rule are looked at each time, all others
 * once these are at peace.
 */
export class PenalisedSet {
  readonly #problem: GramableProblem;
  readonly #penalty: Penalty;
  /** The penalty, if it is one of blocks. */
  readonly #blocks: BlockPenalty | undefined;
  /** Whether the curvature of the loss is the same everywhere. */
  readonly #isGaussian: boolean;
  readonly #working: WorkingBlocks;
  readonly #models: WorkingModels;
  readonly #outside: Outside;
  /** Where there may be minima besides the one that descent comes to. */
  readonly #search: CoordinateSearch | undefined;
  /** The accuracy that the last solution took. */
  #enough = Number.POSITIVE_INFINITY;

  /** For a problem of p coordinates, intercepts for each predictor among them. */
  static layout(p: number, predictors: number): Layout {
    return [WorkingBlocks.layout(p), BlockDescent.layout(p), outsideLayout(p), CoordinateSearch.layout(p, predictors)];
  }

  constructor(problem: GramableProblem, penalty: Penalty, isGaussian: boolean) {
    this.#problem = problem;
    this.#penalty = penalty;
    this.#isGaussian = isGaussian;
    const working = new WorkingBlocks(problem.arena, problem, isGaussian);
    this.#working = working;
    this.#models = new WorkingModels(problem, working, penalty, isGaussian);
    if (penalty.kind === "sorted") this.#outside = new OutsideCoordinates(problem, penalty, working);
    else {
      this.#blocks = penalty;
      this.#outside = new OutsideBlocks(problem, penalty, working);
      if (!penalty.isConvex && !isGaussian)
        this.#search = new CoordinateSearch(problem.arena, problem as SmoothProblem, penalty);
    }
  }

  /**
   * From the problem's b.
   *
   * @param shrinkage - The lambda that b solves over this one; Infinity unless it is known.
   * @param isFinal - Whether better minima are looked for in the end.
   */
  solve(goal: Goal, shrinkage: number, isFinal: boolean): Solution {
    const { tolerance, maxIterations } = goal;
    const { b, convergenceScale: scale } = this.#problem;
    const isGaussian = this.#isGaussian;
    const { isConvex } = this.#penalty;
    const working = this.#working;
    const outside = this.#outside;
    const active = b.reduce((sum, value) => sum + (value !== 0 ? 1 : 0), 0);
    if (working.count > FEW && 2 * active < Math.min(working.count, working.capacity)) working.clear();
    outside.addSupport();
    const near = tolerance * (isConvex ? scale : goal.lambdaMax);
    let accuracy = isConvex ? ACCURACY * near : (isGaussian ? NEAR : ACCURACY) * near * near;
    if (isGaussian) accuracy = Math.min(accuracy, RELAXED * this.#enough);
    working.update();
    const list = outside.listStrong(shrinkage);
    outside.gradient(list);
    this.#admit(list);
    let iterations = 0;
    let patience = PATIENCE;
    let nearest = Number.POSITIVE_INFINITY;
    for (;;) {
      const budget = Math.max(1, maxIterations - iterations);
      iterations += Math.max(1, this.#models.minimise(accuracy, budget, iterations === 0));
      const isLast = iterations >= maxIterations;
      outside.gradient(list);
      if (!isLast && this.#blocks !== undefined && this.#admit(list)) continue;
      outside.look();
      if (!isLast && this.#admit()) continue;
      // The slopes of columns that are far from 0 have those of intercepts in them, many times.
      this.#search?.centre(working.count, working.columns);
      if (this.#search !== undefined) this.#models.forget();
      if (!isGaussian) working.update();
      let { certificate, converged } = this.#certify(goal);
      if (isFinal && (converged || isLast) && this.#improve()) {
        if (!isLast) continue;
        outside.look();
        ({ certificate } = this.#certify(goal));
        converged = false;
      }
      const distance = certificate.kind === "gap" ? certificate.gap : certificate.violation;
      patience = distance < 0.9 * nearest ? PATIENCE : patience - 1;
      nearest = Math.min(nearest, distance);
      if (converged || isLast || patience <= 0) {
        this.#enough = accuracy;
        return { certificate, converged, iterations, support: working.columns.slice(0, working.count) };
      }
      // Losses whose curvature changes get there in few steps, however near they ask for.
      const off = near / distance;
      accuracy *= isGaussian ? Math.min(LITTLE, Math.max(FINER, SHARE * off * off)) : FINER;
    }
  }

  /** Looks at {@link leaves} from the residual at b. */
  beginLeaves(): void {
    this.#search?.begin();
  }

  /** Whether a block without a coefficient is better off with one, where `slopes` are z. */
  leaves(g: number, slopes: Float64Array): boolean {
    const { z, eligible } = this.#problem;
    const penalty = this.#penalty as BlockPenalty;
    const search = this.#search;
    if (search === undefined) return penalty.excess(g, slopes, 1) > 0;
    const j = penalty.members[penalty.starts[g]];
    z[j] = slopes[j];
    return search.mayMove(g, j, this.#working.u) && search.find(g, j, eligible.length, eligible, true);
  }

  /** Whether something is admitted, of a list of blocks or of all; its gradients are there then. */
  #admit(blocks?: readonly number[]): boolean {
    const working = this.#working;
    const before = working.count;
    this.#outside.admit(blocks);
    if (working.count === before) return false;
    this.#problem.gradient(working.count - before, working.columns.subarray(before, working.count));
    return true;
  }

  #certify(goal: Goal): { certificate: Certificate; converged: boolean } {
    const problem = this.#problem;
    const penalty = this.#penalty;
    const { fit } = this.#working;
    const value = penaltyOn(this.#working, penalty, problem.b);
    const objective = problem.loss(fit) + value;
    const violation = this.#violation();
    if (!penalty.isConvex) {
      const converged = violation <= goal.tolerance * goal.lambdaMax;
      return { certificate: { kind: "stationary", objective, gap: Number.NaN, violation, fit }, converged };
    }
    const gap = penaltyGap(problem, penalty, fit, value);
    if (gap === undefined || !(gap < Number.POSITIVE_INFINITY))
      return { certificate: { kind: "kkt", objective, gap: Number.NaN, violation, fit }, converged: false };
    const converged = gap <= goal.tolerance * problem.convergenceScale;
    return { certificate: { kind: "gap", objective, gap, violation, fit }, converged };
  }

  /** How far any block is from its optimality condition; penalties of all coordinates at once have no more than their gap. */
  #violation(): number {
    const { b, z, p, features, predictors, pivots, means, scales } = this.#problem;
    const penalty = this.#blocks;
    if (penalty === undefined) return 0;
    const slopes = penalty.isConvex || features === p ? z : z.slice();
    // Those by w, whose columns are not centred.
    for (let j = 0; slopes !== z && j < features; ++j) {
      slopes[j] += ((pivots[j] + means[j]) / scales[j]) * z[features + Math.floor((j * predictors) / features)];
    }
    let violation = 0;
    for (let g = 0; g + 1 < penalty.starts.length; ++g) {
      const j = penalty.members[g];
      const mayBe = penalty.isConvex || b[j] !== 0 || Math.abs(slopes[j]) > penalty.kinks[j];
      if (mayBe) violation = Math.max(violation, penalty.violation(g, b, slopes));
    }
    return violation;
  }

  /** Moves each coordinate that is better off elsewhere, alone, in turn; whether there is one. */
  #improve(): boolean {
    const problem = this.#problem;
    const penalty = this.#blocks;
    const search = this.#search;
    const working = this.#working;
    if (penalty === undefined || search === undefined) return false;
    const { eligible, penaltyFactor } = problem;
    problem.gradient(eligible.length, eligible);
    search.begin();
    this.#models.forget();
    let isBetter = false;
    for (let g = 0; g + 1 < penalty.starts.length; ++g) {
      const j = penalty.members[g];
      if (penaltyFactor[j] === 0 || !search.mayMove(g, j, working.u)) continue;
      const moves = search.find(g, j, working.count, working.columns);
      if (!moves) continue;
      if (working.isWorking[j] === 0) working.add(membersOf(penalty, g), g);
      isBetter = true;
      problem.gradient(eligible.length, eligible);
    }
    settle(problem, working.count, working.columns);
    working.update();
    return isBetter;
  }
}
