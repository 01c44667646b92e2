import { ridgeCholesky } from "./ridgeCholesky.js";
import { ridgePath } from "./ridgePath.js";

/** What solves without an L1 part and bounds by factorisations. Bundles that never have that do without: it is handed in where it may be wanted. */
export const ridgeWing = { cholesky: ridgeCholesky, path: ridgePath };
