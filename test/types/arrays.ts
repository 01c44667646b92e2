/** Arrays in and out of arenas, and what is no array. */
import { backend, createArena, dense, type FloatArray, lasso, softThreshold, sparse } from "regulus";

export const name: "wasm" | "js" = backend().name;
export const x: Float64Array = softThreshold(createArena(64).float64(8), 1);
export const y: Float32Array = softThreshold(createArena(64).float32(8), 1);
export const coefficients: Float64Array = lasso(dense(new Float32Array(6), 3, 2), y, { lambda: 1 }).coefficients;
export const either: FloatArray = softThreshold<FloatArray>(x, 1, y);

// @ts-expect-error: an array of numbers is no typed array
softThreshold([3, -0.5, -2], 1);
// @ts-expect-error: an array of an arena is no number, and not any either
export const n: number = createArena(64).float64(8);
// @ts-expect-error: columns have no names as numbers
lasso([[1], [2]], [1, 2], { lambda: 1, names: [1] });
// @ts-expect-error: a lambda is missing
lasso([[1], [2]], [1, 2], {});
// @ts-expect-error: no such option
lasso([[1], [2]], [1, 2], { lambda: 1, lamda: 1 });
// @ts-expect-error: no such order
dense(x, 4, 2, { order: "rows" });
// @ts-expect-error: pointers are missing
sparse({ rows: 1, columns: 1, values: [1], rowIndices: [0] });
