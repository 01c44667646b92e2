import type { FloatArray } from "../../src/index.js";
import { createArena } from "../../src/index.js";
import type { Dtype } from "./backends.js";

/** Where an operand lies: a buffer of its own, or one of two arenas. */
export type Place = "plain" | "arena" | "other arena";

/** Room for three operands of this many elements in each arena. */
const LARGEST = 40100;
const SLOTS = 3;
const GUARD = 3;

const room = () => {
  const arena = createArena(SLOTS * LARGEST * 8);
  return Array.from({ length: SLOTS }, () => arena.float64(LARGEST));
};
let arenas: Record<"arena" | "other arena", Float64Array[]> | undefined;

/** An operand between guard cells. `slot` tells the operands of one call apart. */
export function place(where: Place, dtype: Dtype, values: ArrayLike<number>, slot: number): FloatArray {
  arenas ??= { arena: room(), "other arena": room() };
  const n = values.length + 2 * GUARD;
  const base = where === "plain" ? new Float64Array(n) : (arenas[where][slot] as Float64Array);
  const whole = dtype.name === "float64" ? base : new Float32Array(base.buffer, base.byteOffset, 2 * base.length);
  whole.fill(-77, 0, n);
  whole.set(values, GUARD);
  return whole.subarray(GUARD, n - GUARD);
}

/** Whether the cells around a placed operand are as they were. */
export function guarded(operand: FloatArray): boolean {
  const type = operand instanceof Float64Array ? Float64Array : Float32Array;
  const start = operand.byteOffset - GUARD * operand.BYTES_PER_ELEMENT;
  const whole = new type(operand.buffer as ArrayBuffer, start, operand.length + 2 * GUARD);
  const cells = [...whole.subarray(0, GUARD), ...whole.subarray(GUARD + operand.length)];
  return cells.every((cell) => cell === -77);
}

/** Lengths around the facade's decisions: tiny arrays, those worth copying, the edges of the scratch's chunks. */
export const LENGTHS: readonly number[] = [
  ...range(0, 40),
  ...range(120, 140),
  ...range(8190, 8200),
  ...range(16380, 16390),
  40000,
];

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
