import { ridgeWing } from "../../solvers/ridge/ridgeWing.js";
import type { GaussianWays } from "./gaussianPath.js";
import { tallPath } from "./tallPath.js";

/** For callers that may be asked for any path. */
export const anyWays: GaussianWays = { tall: tallPath, ridge: ridgeWing };
