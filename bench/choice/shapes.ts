import { type DenseMatrix, dense, type SparseMatrix, sparse } from "regulus";
import { denseDesign, draw, isSparse, response, signal, sparseDesign } from "../solvers/data.js";

/** One place of the grid: data, and what is fitted to them. */
export interface Shape {
  name: string;
  family: "gaussian" | "binomial" | "poisson";
  X: DenseMatrix | SparseMatrix;
  y: Float64Array;
  l1Ratio: number;
  /** One for a single fit, else a path. */
  lambdas: number;
  /** The smallest lambda over lambdaMax. */
  end: number;
}

interface Draw {
  family?: Shape["family"];
  n: number;
  p: number;
  /** The share of the columns that y depends on. */
  active?: number;
  rho?: number;
  /** Of a sparse X. */
  density?: number;
  l1Ratio?: number;
  lambdas?: number;
  end?: number;
}

const STEPS = 50;

function make({ family = "gaussian", n, p, active = 0.1, rho = 0.5, density, l1Ratio = 1, ...rest }: Draw): Shape {
  const { lambdas = STEPS, end = 0.01 } = rest;
  const seed = n + p;
  const nonzeros = Math.max(1, Math.round(active * p));
  const columns = density === undefined ? denseDesign(n, p, seed, rho) : sparseDesign(n, p, density, seed);
  const size = family === "gaussian" ? 1 : 1 / Math.sqrt(nonzeros);
  const y =
    family === "gaussian"
      ? response(columns, n, p, { nonzeros, size, seed: seed + 1 })
      : draw(family, signal(columns, n, p, { nonzeros, size, seed: seed + 1 }), n, seed + 2);
  const X = isSparse(columns)
    ? sparse({ rows: n, columns: p, ...columns })
    : dense(columns.values, n, p, { order: "column" });
  const traits = [
    family === "gaussian" ? (l1Ratio === 0 ? "ridge" : "lasso") : `${family} ${l1Ratio === 0 ? "L2" : "L1"}`,
    `${n}×${p}`,
    ...(density === undefined ? [] : [`${density * 100} % filled`]),
    `${nonzeros} active`,
    ...(density === undefined ? [`rho ${rho}`] : []),
    lambdas === 1 ? `one, ${end}` : `${lambdas} to ${end}`,
  ];
  return { name: traits.join(", "), family, X, y, l1Ratio, lambdas, end };
}

const sizes = (...pairs: [n: number, p: number][]) => pairs;

const groups: Readonly<Record<string, readonly Draw[]>> = {
  /** Gaussian paths on which few columns enter, from tiny to tall, square and wide. */
  few: sizes(
    [50, 20],
    [200, 200],
    [500, 50],
    [500, 500],
    [1000, 1000],
    [1000, 300],
    [2000, 500],
    [3000, 1000],
    [5000, 100],
    [10_000, 300],
    [50_000, 20],
    [20_000, 100],
    [1000, 2000],
    [300, 5000],
    [2000, 1500],
  ).map(([n, p]) => ({ n, p })),
  /** On which most do. */
  most: sizes([300, 100], [600, 500], [1000, 1000], [3000, 300], [5000, 500], [20_000, 60], [300, 2000]).map(
    ([n, p]) => ({ n, p, active: 0.5, end: 0.001 }),
  ),
  correlated: sizes([300, 300], [2000, 200], [1000, 1000], [10_000, 100], [500, 2000]).map(([n, p]) => ({
    n,
    p,
    rho: 0.95,
    end: 0.001,
  })),
  one: sizes([100, 30], [500, 500], [3000, 300], [1000, 1000], [20_000, 100], [500, 5000]).flatMap(([n, p]) =>
    [0.2, 0.01].map((end) => ({ n, p, lambdas: 1, end })),
  ),
  ridge: sizes([100, 30], [1000, 1000], [5000, 200], [300, 3000], [50_000, 40]).flatMap(([n, p]) =>
    [1, STEPS].map((lambdas) => ({ n, p, l1Ratio: 0, lambdas, end: 1e-5 })),
  ),
  sparse: [
    { n: 5000, p: 500, density: 0.02 },
    { n: 20_000, p: 300, density: 0.05 },
    { n: 2000, p: 5000, density: 0.01 },
  ],
  families: [
    ...sizes([300, 50], [5000, 200], [500, 2000]).flatMap(([n, p]): Draw[] => [
      { family: "binomial", n, p, end: 0.02 },
      { family: "binomial", n, p, l1Ratio: 0, lambdas: 1, end: 1e-4 },
    ]),
    { family: "poisson", n: 5000, p: 100, l1Ratio: 0, lambdas: 1, end: 1e-4 },
    { family: "poisson", n: 2000, p: 300, end: 0.02 },
  ],
};

/** By group, each made when it is its turn. */
export const shapes: Readonly<Record<string, readonly (() => Shape)[]>> = Object.fromEntries(
  Object.entries(groups).map(([group, draws]) => [group, draws.map((of) => () => make(of))]),
);
