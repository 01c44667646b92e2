import type { Matrix } from "../../data/Matrix.js";
import { SparseMatrix } from "../../data/SparseMatrix.js";
import type { Heap, Layout } from "../../kernels/arena.js";
import { denseDesign, denseDesignLayout } from "./denseDesign.js";
import { type FitSettings, standardizeWeights, weightsLayout } from "./rows.js";
import { storedEntries } from "./sparseColumns.js";
import { sparseDesign, sparseDesignLayout } from "./sparseDesign.js";

export function makeDesignLayout(X: Matrix, settings: FitSettings): Layout {
  const { rows: n, columns: p } = X;
  const isSparse = X instanceof SparseMatrix;
  return [weightsLayout(n), isSparse ? sparseDesignLayout(n, p, storedEntries(X, settings)) : denseDesignLayout(n, p)];
}

/** X in standard form, compressed if it is sparse, with the weights of its rows; `dense` is the design if it is not sparse. */
export function makeDesign(arena: Heap, X: Matrix, settings: FitSettings) {
  const rows = standardizeWeights(arena, X.rows, settings);
  for (let i = 0; i < X.rows; ++i) rows.rowScales[i] = rows.weights[i] > 0 ? 1 : 0;
  if (X instanceof SparseMatrix) {
    return { rows, design: sparseDesign(arena, X, rows, settings), dense: undefined, strategy: "sparse" } as const;
  }
  const dense = denseDesign(arena, X, rows, settings);
  return { rows, design: dense, dense, strategy: "newton" } as const;
}
