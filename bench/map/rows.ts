import {
  denseDesign,
  draw,
  lambdaMax,
  logarithmicGrid,
  type Problem,
  response,
  signal,
  sparseDesign,
  standardise,
  targets,
} from "../solvers/data.js";

/** Whom a row is compared with, and how far the peer may be told to go, from the loosest setting on. */
interface Rival {
  /** Regulus is to be so many times as fast. */
  atLeast: number;
  language: "python" | "R";
  solver: string;
  variant: string;
  tolerances: readonly number[];
}

/** One place on the map: data, what is called, and by whom else. */
export interface Row {
  name: string;
  title: string;
  /** A path, one fit, or one for each target of a shared X. */
  work: "path" | "fit" | "many";
  make(): Problem;
  rivals: Readonly<Record<string, Rival>>;
}

const LOOSE_TO_TIGHT = [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12];
const sklearn = (atLeast: number, solver: string, variant = "typed"): Rival => ({
  atLeast,
  language: "python",
  solver,
  variant,
  tolerances:
    solver === "ridge" ? [1e-4] : solver === "logistic" ? [1e1, 1, 1e-1, 1e-2, ...LOOSE_TO_TIGHT] : LOOSE_TO_TIGHT,
});
const glmnet = (atLeast: number, variant: string): Rival => ({
  atLeast,
  language: "R",
  solver: "path",
  variant,
  tolerances: [1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13],
});

const SIZE = 1;
const NONZEROS = 20;
const STEPS = 100;
const LABELLED_STEPS = 50;

/** A lasso path of standardised dense data without intercept, from lambdaMax to lambdaMax/range. */
function dense(n: number, p: number, { range = 100, rho = 0.5, nonzeros = NONZEROS } = {}): Row {
  const small = p <= 100;
  const traits = `${range === 100 ? "" : `, to lambdaMax/${range}`}${rho === 0.5 ? "" : `, correlation ${rho}`}`;
  return {
    name: `lasso-${n}x${p}${range === 100 ? "" : `-to${range}`}${rho === 0.5 ? "" : `-rho${rho}`}`,
    title: `lasso path, dense ${n}×${p}, ${STEPS} lambdas${traits}`,
    work: "path",
    make: () => {
      const X = denseDesign(n, p, n + p, rho);
      const y = standardise(response(X, n, p, { nonzeros: Math.min(nonzeros, p), size: SIZE, seed: n + p + 1 }));
      const largest = lambdaMax(X, n, p, y);
      const lambdas = logarithmicGrid(largest, largest / range, STEPS);
      return { family: "gaussian", outputs: 1, n, p, X, y, lambdas, l1Ratio: 1, intercept: false };
    },
    rivals: {
      "scikit-learn": sklearn(1, "path"),
      precomputed: sklearn(small ? 1 : 0.7, "path", "precomputed"),
      glmnet: glmnet(1.5, n >= p && p <= 500 ? "covariance" : "naive"),
    },
  };
}

function ridge(n: number, p: number, outputs = 1): Row {
  return {
    name: outputs === 1 ? `ridge-${n}x${p}` : `ridge-${n}x${p}-targets${outputs}`,
    title: `ridge, dense ${n}×${p}${outputs === 1 ? "" : `, ${outputs} targets`}, lambda 0.1`,
    work: outputs === 1 ? "fit" : "many",
    make: () => {
      const X = denseDesign(n, p, n + p);
      const y = new Float64Array(n * outputs);
      for (let k = 0; k < outputs; ++k)
        y.set(response(X, n, p, { nonzeros: NONZEROS, size: SIZE, seed: n + p + 1 + 2 * k }), k * n);
      return { family: "gaussian", outputs, n, p, X, y, lambdas: Float64Array.of(0.1), l1Ratio: 0, intercept: true };
    },
    rivals: { "scikit-learn": sklearn(1, "ridge") },
  };
}

type Labels = "binomial" | "poisson" | "multinomial";

/** A linear predictor for each output, moderate in size, and what is drawn of it. */
function labelled(family: Labels, X: Problem["X"], n: number, p: number, outputs: number) {
  const size = family === "poisson" ? 0.15 : 0.5;
  const eta = new Float64Array(outputs * n);
  for (let k = 0; k < outputs; ++k)
    eta.set(signal(X, n, p, { nonzeros: Math.min(NONZEROS, p), size, seed: n + p + 2 + k }), k * n);
  return { family, outputs, n, p, X, y: draw(family, eta, n, n + p + 1), intercept: true };
}

function smooth(family: Labels, n: number, p: number, outputs = 1, lambda = 1e-3): Row {
  return {
    name: `${family}-l2-${n}x${p}${outputs === 1 ? "" : `x${outputs}`}`,
    title: `L2 ${family}, dense ${n}×${p}${outputs === 1 ? "" : `, ${outputs} classes`}, lambda ${lambda}`,
    work: "fit",
    make: () => ({
      ...labelled(family, denseDesign(n, p, n + p), n, p, outputs),
      lambdas: Float64Array.of(lambda),
      l1Ratio: 0,
    }),
    rivals: { lbfgs: sklearn(0.8, family === "poisson" ? "poisson" : "logistic") },
  };
}

/** An L1 path of 50 lambdas of classes or counts, from lambdaMax to lambdaMax/100. */
function sparsePath(
  family: "binomial" | "poisson",
  n: number,
  p: number,
  X: () => Problem["X"],
  title: string,
  atLeast: number,
): Row {
  return {
    name: `${family}-l1-${title}`,
    title: `L1 ${family} path, ${title}, ${LABELLED_STEPS} lambdas`,
    work: "path",
    make: () => {
      const data = labelled(family, X(), n, p, 1);
      const y = targets(data);
      const mean = y.reduce((sum, value) => sum + value, 0) / n;
      const largest = lambdaMax(
        data.X,
        n,
        p,
        y.map((value) => value - mean),
      );
      return { ...data, lambdas: logarithmicGrid(largest, largest / 100, LABELLED_STEPS), l1Ratio: 1 };
    },
    rivals: { glmnet: glmnet(atLeast, "Newton") },
  };
}

const tall = (family: "binomial" | "poisson", n: number, p: number): Row =>
  sparsePath(family, n, p, () => denseDesign(n, p, n + p), `${n}x${p}`, 1.3);

function sparseLasso(n: number, p: number, density: number): Row {
  return {
    name: `lasso-sparse-${n}x${p}`,
    title: `lasso path, sparse ${n}×${p} of density ${density}, ${STEPS} lambdas`,
    work: "path",
    make: () => {
      const X = sparseDesign(n, p, density, n + p);
      const y = response(X, n, p, { nonzeros: NONZEROS, size: SIZE, seed: n + p + 2 });
      const largest = lambdaMax(X, n, p, y);
      const lambdas = logarithmicGrid(largest, largest / 100, STEPS);
      return { family: "gaussian", outputs: 1, n, p, X, y, lambdas, l1Ratio: 1, intercept: false };
    },
    rivals: { "scikit-learn": sklearn(1.2, "path"), glmnet: glmnet(1.2, "naive") },
  };
}

export const rows: readonly Row[] = [
  dense(5000, 500),
  dense(5000, 500, { range: 1000 }),
  dense(10000, 300),
  dense(60000, 80),
  dense(100000, 100),
  dense(50000, 200),
  dense(200000, 20),
  dense(20000, 50),
  dense(1000, 1000),
  dense(1000, 1000, { range: 1000, rho: 0.9 }),
  dense(500, 500),
  ridge(100000, 20),
  ridge(100000, 100),
  ridge(5000, 500),
  ridge(500, 5000),
  ridge(200, 20000),
  ridge(2000, 100, 1000),
  smooth("binomial", 500, 50),
  smooth("binomial", 5000, 500),
  smooth("binomial", 100000, 50),
  smooth("poisson", 10000, 100),
  smooth("multinomial", 2000, 64, 10),
  smooth("multinomial", 20000, 50, 5),
  tall("binomial", 10000, 100),
  tall("binomial", 50000, 50),
  tall("poisson", 10000, 100),
  sparseLasso(100000, 1000, 1e-3),
  sparsePath("binomial", 100000, 1000, () => sparseDesign(100000, 1000, 1e-2, 7), "sparse-100000x1000", 1.2),
];
