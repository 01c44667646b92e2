import type { Matrix } from "../data/Matrix.js";
import { compress } from "../data/SparseMatrix.js";
import type { Heap, Layout } from "../kernels/arena.js";
import { DescendingSolver } from "./DescendingSolver.js";
import type { FitSettings } from "./designs/rows.js";
import { GramDescent } from "./methods/GramDescent.js";
import { NewtonDescent } from "./methods/NewtonDescent.js";
import { OrthogonalNewton } from "./methods/OrthogonalNewton.js";
import { ResidualDescent } from "./methods/ResidualDescent.js";
import { SparseDescent } from "./methods/SparseDescent.js";
import type { Plan, Shape } from "./plan.js";
import type { Goal } from "./problems/certificate.js";
import { DenseProblem } from "./problems/DenseProblem.js";
import { LazyGramProblem } from "./problems/LazyGramProblem.js";
import { SparseProblem } from "./problems/SparseProblem.js";
import { leastSquares, leastSquaresLayout } from "./ridge/leastSquares.js";
import { ridgeCholeskyLayout } from "./ridge/ridgeCholesky.js";
import { ridgePathLayout, type ridgeWing } from "./ridge/ridgePath.js";
import type { Solver, StrategySolution } from "./Solver.js";
import { LookAhead } from "./working/lookAhead.js";
import { WorkingSet } from "./working/WorkingSet.js";

/** The solver of the gaussian family that a plan chooses. Problems of other ways than the first are set up when they are called for. */
export class GaussianSolver extends DescendingSolver {
  readonly problem: DenseProblem | SparseProblem;
  readonly solveAll?: NonNullable<Solver["solveAll"]>;
  readonly #plan: Plan;
  readonly #tolerance: number;
  #set: WorkingSet | undefined;
  readonly #ridge: typeof ridgeWing | undefined;
  #cholesky: ReturnType<typeof ridgeWing.cholesky> | undefined;
  #squares: ReturnType<typeof leastSquares> | undefined;

  static layout({ n, p, unpenalised, entries = n * p }: Shape, chosen: Plan): Layout {
    const { main, descent, isSparse, isScreened, zeroByQr } = chosen;
    return [
      isSparse
        ? [SparseProblem.layout(n, p, entries), LookAhead.layout(n, p), SparseDescent.layout(n, p, entries)]
        : DenseProblem.layout(n, p, isScreened),
      descent === "gram" ? [LazyGramProblem.layout(p), GramDescent.layout(p)] : NewtonDescent.layout(n, p, !isSparse),
      WorkingSet.layout(p),
      main === "ridge" ? ridgePathLayout(n, p, unpenalised) : [],
      main === "cholesky" ? ridgeCholeskyLayout(n, p) : [],
      zeroByQr ? leastSquaresLayout(n, p) : [],
    ];
  }

  /** @param ridge - Without it, descent does what it would. */
  constructor(
    arena: Heap,
    X: Matrix,
    y: Float64Array,
    settings: FitSettings,
    l1Ratio: number,
    plan: Plan,
    ridge: typeof ridgeWing | undefined,
  ) {
    super(l1Ratio, plan.descent, plan.main === plan.descent);
    this.problem = plan.isSparse
      ? new SparseProblem(arena, compress(X), y, settings)
      : new DenseProblem(arena, X, y, settings, plan.isScreened);
    this.#plan = plan;
    this.#tolerance = settings.tolerance;
    this.#ridge = ridge;
    if (ridge !== undefined && this.problem instanceof DenseProblem && plan.main === "ridge") {
      const { problem } = this;
      this.solveAll = (lambdas, goal, add) =>
        ridge.path(problem, lambdas, goal, (solution) => add(solution && { ...solution, strategy: "ridge" }));
    }
  }

  protected override get set(): WorkingSet {
    this.#set ??= this.#makeSet();
    return this.#set;
  }

  #makeSet(): WorkingSet {
    const { problem } = this;
    const { descent } = this.#plan;
    if (descent === "gram") {
      const gram = new LazyGramProblem(problem, this.#tolerance);
      return new WorkingSet(gram, [new GramDescent(gram)], () => new OrthogonalNewton(gram));
    }
    const lastResort = () => new OrthogonalNewton(problem);
    const newton = new NewtonDescent(problem);
    if (problem instanceof SparseProblem) {
      return new WorkingSet(problem, [new SparseDescent(problem, newton)], lastResort, new LookAhead(problem));
    }
    const residual = new ResidualDescent(problem, newton);
    return new WorkingSet(problem, descent === "newton" ? [newton, residual] : [residual], lastResort);
  }

  /** Least squares at lambda = 0, and ridge by factorisations. */
  protected override direct(lambda: number, goal: Goal): StrategySolution | undefined {
    const { problem } = this;
    const { main, descent, zeroByQr } = this.#plan;
    if (!(problem instanceof DenseProblem)) return undefined;
    if (lambda === 0 && zeroByQr) {
      this.#squares ??= leastSquares(problem);
      return { ...this.#squares(goal), strategy: "qr" };
    }
    if (main === descent) return undefined;
    if (main === "cholesky" && this.#ridge !== undefined) {
      this.#cholesky ??= this.#ridge.cholesky(problem);
      const solution = this.#cholesky(goal);
      if (solution !== undefined) return { ...solution, strategy: "cholesky" };
      problem.b.fill(0);
      problem.refresh();
    }
    return this.solve(goal);
  }
}
