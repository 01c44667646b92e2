/** From TypeScript 5.7 on, the arrays of an arena say what they are views of. */
import { createArena } from "regulus";

export const view: Float64Array<ArrayBuffer> = createArena(64).float64(8);
