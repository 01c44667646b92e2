import type { Matrix } from "../../data/Matrix.js";
import { SparseMatrix } from "../../data/SparseMatrix.js";
import type { Heap, Layout } from "../../kernels/arena.js";
import { DenseDesign } from "./DenseDesign.js";
import type { Design } from "./Design.js";
import { type FitSettings, standardizeWeights, weightsLayout } from "./rows.js";
import { SparseDesign } from "./sparse/SparseDesign.js";
import { storedEntries } from "./sparse/sparseColumns.js";

export function makeDesignLayout(X: Matrix, settings: FitSettings): Layout {
  const { rows: n, columns: p } = X;
  const isSparse = X instanceof SparseMatrix;
  return [
    weightsLayout(n),
    isSparse ? SparseDesign.layout(n, p, storedEntries(X, settings)) : DenseDesign.layout(n, p),
  ];
}

/** X in standard form, compressed if it is sparse. */
export function makeDesign(arena: Heap, X: Matrix, settings: FitSettings): Design {
  const rows = standardizeWeights(arena, X.rows, settings);
  for (let i = 0; i < X.rows; ++i) rows.rowScales[i] = rows.weights[i] > 0 ? 1 : 0;
  return X instanceof SparseMatrix
    ? new SparseDesign(arena, X, rows, settings)
    : new DenseDesign(arena, X, rows, settings);
}
