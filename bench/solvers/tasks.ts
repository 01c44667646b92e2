import {
  denseDesign,
  draw,
  lambdaMax,
  logarithmicGrid,
  type Problem,
  response,
  shuffledFolds,
  signal,
  sparseDesign,
  standardise,
  targets,
} from "./data.js";
import { losses } from "./losses.js";

/** How far a contender is told to go, and by which of its ways. */
export interface Setting {
  tolerance: number;
  variant: string;
}

/** The ways of scikit-learn's LogisticRegression. */
type SklearnSolver = "liblinear" | "saga" | "lbfgs" | "newton-cg" | "newton-cholesky";

/** scikit-learn copies X unless told not to; so do we, always. Both of its ways are shown where the copy counts. */
export type ContenderName =
  | "regulus"
  | "regulus js"
  | "glmnet"
  | "scikit-learn"
  | "scikit-learn in place"
  | SklearnSolver
  | "numpy"
  | "ml-matrix"
  | "plain js";

export interface Task {
  name: string;
  title: string;
  /** What is computed: a path, or its cross-validation, by folds or leaving out one row at a time. */
  work: "path" | "cv" | "ridge" | "loo";
  make(): Problem;
  /** The suboptimalities, relative to F(null), at which contenders are compared. */
  targets: readonly number[];
  settings: Partial<Record<ContenderName, readonly Setting[]>>;
  rounds: number;
}

const at = (tolerances: readonly number[], variant = "auto"): Setting[] =>
  tolerances.map((tolerance) => ({ tolerance, variant }));

const OURS = at([1e-2, 3e-3, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 3e-12, 1e-12]);
const TWIN = at([1e-2, 1e-3, 1e-5, 1e-7, 1e-9]);
const LABELLED = at([3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 1e-6, 1e-7, 1e-8]);
const LABELLED_TWIN = at([1e-2, 3e-3, 1e-3, 1e-4, 1e-5, 1e-7]);
const THRESHOLDS = [1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13, 1e-15];
const NEWTON = at([1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8]);
const exact = (variant = "auto"): Setting[] => at([0], variant);

const GAUSSIAN = { family: "gaussian", outputs: 1 } as const;

function denseProblem(n: number, p: number, nonzeros: number, seed: number) {
  const X = denseDesign(n, p, seed);
  const y = standardise(response(X, n, p, { nonzeros, size: 1, seed: seed + 1 }));
  return { ...GAUSSIAN, n, p, X, y, largest: lambdaMax(X, n, p, y) };
}

/** A lasso path on standardised data without intercept, from lambdaMax to lambdaMax/range. */
export function lassoProblem(n: number, p: number, seed: number, range = 100): Problem {
  const { largest, ...data } = denseProblem(n, p, 20, seed);
  return { ...data, lambdas: logarithmicGrid(largest, largest / range, 100), l1Ratio: 1, intercept: false };
}

function ridgeProblem(): Problem {
  const { largest: _, ...data } = denseProblem(5000, 500, 20, 401);
  return { ...data, lambdas: logarithmicGrid(1e2, 1e-4, 100), l1Ratio: 0, intercept: false };
}

interface Labelled {
  family: "binomial" | "poisson" | "multinomial";
  outputs?: number;
  n: number;
  p: number;
  nonzeros: number;
  /** Of a nonzero coefficient. */
  size: number;
  seed: number;
}

/** Classes or counts drawn of `outputs` signals on a standardised design, without intercept. */
function labelledProblem({ family, outputs = 1, n, p, nonzeros, size, seed }: Labelled) {
  const X = denseDesign(n, p, seed);
  const eta = new Float64Array(outputs * n);
  for (let k = 0; k < outputs; ++k) eta.set(signal(X, n, p, { nonzeros, size, seed: seed + 2 + k }), k * n);
  const y = draw(family, eta, n, seed + 1);
  return { family, outputs, n, p, X, y, intercept: false };
}

/** Its lasso path of 50 lambdas, from lambdaMax to lambdaMax/100. */
function labelledLasso(of: Labelled): Problem {
  const data = labelledProblem(of);
  const { family, outputs, n, p, X } = data;
  const means = losses[family].means(new Float64Array(outputs * n), n);
  const residual = targets(data).map((value, i) => value - means[i]);
  let largest = 0;
  for (let k = 0; k < outputs; ++k)
    largest = Math.max(largest, lambdaMax(X, n, p, residual.subarray(k * n, (k + 1) * n)));
  return { ...data, lambdas: logarithmicGrid(largest, largest / 100, 50), l1Ratio: 1 };
}

export const tasks: readonly Task[] = [
  {
    name: "T1",
    title: "lasso path, dense 1000×5000, 100 lambdas",
    work: "path",
    make: () => lassoProblem(1000, 5000, 101),
    targets: [1e-4, 1e-6, 1e-8],
    settings: {
      regulus: OURS,
      "regulus js": TWIN,
      glmnet: at(THRESHOLDS, "naive"),
      "scikit-learn": at([1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6, 1e-7]),
      "plain js": at([1e-7, 1e-9, 1e-11, 1e-13]),
    },
    rounds: 5,
  },
  {
    name: "T2",
    title: "lasso path, dense 100,000×100, 100 lambdas",
    work: "path",
    make: () => lassoProblem(100000, 100, 201),
    targets: [1e-4, 1e-8],
    settings: {
      regulus: OURS,
      "regulus js": TWIN,
      glmnet: [...at(THRESHOLDS, "covariance"), ...at([1e-7], "naive")],
      "scikit-learn": at([1e-2, 1e-3, 1e-4, 1e-6, 1e-8]),
      "scikit-learn in place": at([1e-2, 1e-3, 1e-4, 1e-6, 1e-8], "in-place"),
      "plain js": at([1e-7, 1e-11]),
    },
    rounds: 5,
  },
  {
    name: "T3",
    title: "10-fold cross-validation, elastic net 0.5, dense 2000×200, 100 lambdas",
    work: "cv",
    make: () => {
      const { largest, ...data } = denseProblem(2000, 200, 20, 301);
      const lambdas = logarithmicGrid(2 * largest, (2 * largest) / 1000, 100);
      return { ...data, lambdas, l1Ratio: 0.5, intercept: true, folds: shuffledFolds(2000, 10, 303) };
    },
    targets: [2e-5, 1e-10],
    settings: {
      regulus: OURS,
      "regulus js": TWIN,
      glmnet: [...at(THRESHOLDS, "covariance"), ...at(THRESHOLDS, "naive")],
      "scikit-learn": at([1e-3, 1e-4, 1e-5, 1e-6, 1e-8, 1e-10, 1e-12]),
      "plain js": at([1e-7, 1e-11]),
    },
    rounds: 7,
  },
  {
    name: "T4",
    title: "ridge path, dense 5000×500, 100 lambdas",
    work: "ridge",
    make: ridgeProblem,
    targets: [1e-7, 1e-14],
    settings: {
      regulus: at([1e-5, 1e-6, 1e-7, 1e-8, 1e-10, 1e-12, 1e-14]),
      "regulus js": at([1e-7, 1e-14]),
      numpy: exact(),
      glmnet: [...at([1e-7, 1e-9, 1e-11, 1e-13], "covariance"), ...at([1e-7, 1e-9, 1e-11, 1e-13], "naive")],
      "scikit-learn": [...exact("cholesky"), ...exact("svd")],
      "ml-matrix": exact(),
    },
    rounds: 7,
  },
  {
    name: "T4-loo",
    title: "ridge with leave-one-out, dense 5000×500, 100 lambdas",
    work: "loo",
    make: ridgeProblem,
    targets: [1e-7],
    settings: {
      regulus: at([1e-7, 1e-14]),
      "regulus js": at([1e-7]),
      "scikit-learn": exact(),
    },
    rounds: 5,
  },
  {
    name: "T5",
    title: "L1 logistic path, dense 2000×500, 50 lambdas",
    work: "path",
    make: () => labelledLasso({ family: "binomial", n: 2000, p: 500, nonzeros: 20, size: 0.7, seed: 501 }),
    targets: [1e-5, 1e-8],
    settings: {
      regulus: LABELLED,
      "regulus js": LABELLED_TWIN,
      glmnet: [...at(THRESHOLDS, "Newton"), ...at(THRESHOLDS, "modified.Newton")],
      liblinear: at([1e-2, 1e-3, 1e-4, 1e-5, 1e-6]),
      saga: at([1e-4, 1e-5, 1e-6]),
    },
    rounds: 5,
  },
  {
    name: "T5-ridge",
    title: "L2 logistic regression, dense 5000×500, lambda 1e-3",
    work: "ridge",
    make: () => {
      const of = { family: "binomial", n: 5000, p: 500, nonzeros: 20, size: 0.7, seed: 521 } as const;
      return { ...labelledProblem(of), lambdas: Float64Array.of(1e-3), l1Ratio: 0 };
    },
    targets: [1e-5, 1e-8],
    settings: {
      regulus: LABELLED,
      "regulus js": LABELLED_TWIN,
      lbfgs: at([1e1, ...NEWTON.map(({ tolerance }) => tolerance)]),
      "newton-cg": NEWTON,
      "newton-cholesky": NEWTON,
      glmnet: at(THRESHOLDS, "Newton"),
    },
    rounds: 9,
  },
  {
    name: "T5-multinomial",
    title: "L1 multinomial path, dense 2000×64, 10 classes, 50 lambdas",
    work: "path",
    make: () =>
      labelledLasso({ family: "multinomial", outputs: 10, n: 2000, p: 64, nonzeros: 10, size: 0.7, seed: 541 }),
    targets: [1e-5, 1e-8],
    settings: { regulus: LABELLED, "regulus js": LABELLED_TWIN, glmnet: at(THRESHOLDS) },
    rounds: 5,
  },
  {
    name: "T5-poisson",
    title: "L1 Poisson path, dense 2000×200, 50 lambdas",
    work: "path",
    make: () => labelledLasso({ family: "poisson", n: 2000, p: 200, nonzeros: 20, size: 0.2, seed: 561 }),
    targets: [1e-5, 1e-8],
    settings: { regulus: LABELLED, "regulus js": LABELLED_TWIN, glmnet: at(THRESHOLDS) },
    rounds: 5,
  },
  {
    name: "T6",
    title: "lasso path, sparse 10,000×50,000 of density 1e-3, 100 lambdas",
    work: "path",
    make: () => {
      const [n, p] = [10000, 50000];
      const X = sparseDesign(n, p, 1e-3, 601);
      const y = response(X, n, p, { nonzeros: 500, size: 1, seed: 603 });
      const largest = lambdaMax(X, n, p, y);
      const lambdas = logarithmicGrid(largest, largest / 100, 100);
      return { ...GAUSSIAN, n, p, X, y, lambdas, l1Ratio: 1, intercept: false };
    },
    targets: [1e-5, 1e-8],
    settings: {
      regulus: at([1e-2, 4e-3, 1e-3, 3e-4, 1e-4, 5e-5, 3e-5, 1e-5, 1e-6, 1e-7, 1e-8]),
      "regulus js": at([1e-2, 4e-3, 1e-3, 1e-4, 5e-5, 3e-5, 1e-5, 1e-7]),
      glmnet: at(THRESHOLDS, "naive"),
      "scikit-learn": at([1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6, 1e-7]),
      "plain js": at([1e-7, 1e-9, 1e-11, 1e-13]),
    },
    rounds: 5,
  },
];

/** All that take part in some task. */
export const contenders: readonly string[] = [...new Set(tasks.flatMap(({ settings }) => Object.keys(settings)))];
