import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { Solution } from "../solvers/accuracy.js";
import { isSparse, type Problem } from "../solvers/data.js";

/** As much of ml-matrix as is used: it is not among the packages that this one depends on. */
interface Matrix {
  set(row: number, column: number, value: number): Matrix;
  transpose(): Matrix;
  mmul(other: Matrix): Matrix;
  to1DArray(): number[];
}

interface MlMatrix {
  Matrix: { zeros(rows: number, columns: number): Matrix; columnVector(values: ArrayLike<number>): Matrix };
  EigenvalueDecomposition: new (
    matrix: Matrix,
    options: { assumeSymmetric: boolean },
  ) => { realEigenvalues: number[]; eigenvectorMatrix: Matrix };
}

/** ml-matrix where `bench/peers` is installed. @throws Error where it is not. */
export async function loadMlMatrix(): Promise<MlMatrix> {
  const peers = createRequire(new URL("./package.json", import.meta.url));
  return import(pathToFileURL(peers.resolve("ml-matrix")).href);
}

/** Holds the data in ml-matrix's own form; the function returned fits: X'X = VDV', w = V(D + n·lambda)⁻¹V'X'y. */
export function ridgeByEigen(problem: Problem, { Matrix, EigenvalueDecomposition }: MlMatrix): () => Solution {
  const { n, p, y, lambdas } = problem;
  if (isSparse(problem.X)) throw new Error("dense data is needed");
  const { values } = problem.X;
  const X = Matrix.zeros(n, p);
  for (let j = 0; j < p; ++j) for (let i = 0; i < n; ++i) X.set(i, j, values[j * n + i]);
  const target = Matrix.columnVector(y);
  return () => {
    const transposed = X.transpose();
    const gram = transposed.mmul(X);
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
    const rotated = eigenvectorMatrix.transpose().mmul(transposed.mmul(target)).to1DArray();
    const coefficients = new Float64Array(lambdas.length * p);
    lambdas.forEach((lambda, k) => {
      const scaled = rotated.map((value, j) => value / (realEigenvalues[j] + n * lambda));
      coefficients.set(eigenvectorMatrix.mmul(Matrix.columnVector(scaled)).to1DArray(), k * p);
    });
    return { coefficients, intercepts: new Float64Array(lambdas.length) };
  };
}
