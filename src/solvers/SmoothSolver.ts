import type { Matrix } from "../data/Matrix.js";
import type { Heap, Layout } from "../kernels/arena.js";
import type { Loss } from "../losses/Loss.js";
import { DescendingSolver } from "./DescendingSolver.js";
import { DenseDesign } from "./designs/DenseDesign.js";
import type { Design } from "./designs/Design.js";
import { makeDesign, makeDesignLayout } from "./designs/makeDesign.js";
import type { FitSettings } from "./designs/rows.js";
import type { Method } from "./methods/Method.js";
import { NewtonDescent } from "./methods/NewtonDescent.js";
import { DescendingNewton } from "./methods/newton/DescendingNewton.js";
import { ProximalNewton } from "./methods/newton/ProximalNewton.js";
import { QuasiNewton } from "./methods/newton/QuasiNewton.js";
import { SparseNewton } from "./methods/newton/SparseNewton.js";
import { TruncatedNewton } from "./methods/newton/TruncatedNewton.js";
import { OrthogonalNewton } from "./methods/OrthogonalNewton.js";
import type { Goal } from "./problems/certificate.js";
import { GlmProblem } from "./problems/smooth/GlmProblem.js";
import type { SmoothProblem } from "./problems/smooth/SmoothProblem.js";
import { SoftmaxProblem } from "./problems/smooth/SoftmaxProblem.js";
import type { SmoothPlan } from "./problems/smooth/smoothPlan.js";
import type { StrategySolution } from "./Solver.js";
import { WorkingSet } from "./working/WorkingSet.js";

export function glmSolverLayout(X: Matrix, settings: FitSettings, plan: SmoothPlan): Layout {
  const { rows: n, columns: p } = X;
  return [makeDesignLayout(X, settings), GlmProblem.layout(n, p + 1, plan), SmoothSolver.layout(n, p + 1)];
}

/** The solver of a family with one linear predictor, y and settings checked. */
export function glmSolver(
  arena: Heap,
  X: Matrix,
  y: Float64Array,
  loss: Loss,
  settings: FitSettings,
  l1Ratio: number,
  plan: SmoothPlan,
): SmoothSolver {
  const design = makeDesign(arena, X, settings);
  const problem = new GlmProblem(arena, design, loss, y, settings, plan);
  return new SmoothSolver(problem, l1Ratio, strategyFor(design), plan);
}

export function softmaxSolverLayout(X: Matrix, K: number, settings: FitSettings, plan: SmoothPlan): Layout {
  const { rows: n, columns: p } = X;
  return [
    makeDesignLayout(X, settings),
    SoftmaxProblem.layout(n, p, K, plan.isSampled),
    SmoothSolver.layout(K * n, K * (p + 1)),
  ];
}

/** The solver of the multinomial family of K classes, codes and settings checked. */
export function softmaxSolver(
  arena: Heap,
  X: Matrix,
  codes: Float64Array,
  K: number,
  settings: FitSettings,
  l1Ratio: number,
  plan: SmoothPlan,
): SmoothSolver {
  const design = makeDesign(arena, X, settings);
  const problem = new SoftmaxProblem(arena, design, K, codes, settings, plan.isSampled);
  return new SmoothSolver(problem, l1Ratio, strategyFor(design), plan);
}

const strategyFor = (design: Design): "newton" | "sparse" => (design instanceof DenseDesign ? "newton" : "sparse");

/** The solver of a problem whose curvature changes. */
export class SmoothSolver extends DescendingSolver {
  readonly problem: SmoothProblem;
  protected readonly set: WorkingSet;
  readonly #isSmall: boolean;

  /** For a problem of `size` coordinates. */
  static layout(n: number, size: number): Layout {
    return [
      NewtonDescent.layout(n, size, false, true),
      ProximalNewton.layout(size),
      TruncatedNewton.layout(size),
      WorkingSet.layout(size),
    ];
  }

  constructor(problem: SmoothProblem, l1Ratio: number, strategy: "newton" | "sparse", plan: SmoothPlan) {
    super(l1Ratio, strategy, l1Ratio > 0);
    const newton = new ProximalNewton(problem, new NewtonDescent(problem, Number.POSITIVE_INFINITY, true));
    const methods = methodsOf(problem, newton, plan);
    const any = methods[methods.length - 1];
    this.problem = problem;
    this.set = new WorkingSet(
      problem,
      plan.isQuasi ? [new QuasiNewton(problem, any)] : methods,
      () => new OrthogonalNewton(problem),
    );
    // Without an L1 part no coefficient stays 0.
    this.#isSmall = l1Ratio === 0;
  }

  override solveFor(lambda: number, goal: Goal, isWarm: boolean): StrategySolution {
    this.problem.isSmall = this.#isSmall;
    return super.solveFor(lambda, goal, isWarm);
  }
}

/** Newton's method, and truncated Newton where there may be working sets that have no Gram. */
function methodsOf(
  problem: SmoothProblem,
  newton: ProximalNewton,
  { descends, mostModelled }: SmoothPlan,
): [Method, ...Method[]] {
  if (Math.min(newton.capacity, mostModelled) >= problem.p) return [newton];
  const truncated = new TruncatedNewton(problem, descends);
  const Mixed = descends ? DescendingNewton : SparseNewton;
  const first = mostModelled < newton.capacity ? new Mixed(problem, newton, truncated, mostModelled) : newton;
  return newton.capacity < problem.p ? [first, truncated] : [first];
}
