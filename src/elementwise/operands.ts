import { checkMatching, checkOverlap, isFloat64 } from "../errors.js";
import type { FloatArray, VectorKernels } from "../kernels/contract.js";
import { jsKernels } from "../kernels/js/index.js";
import { kernelsInPlace, SCRATCH_LENGTH, scratch } from "../kernels/select.js";

/** Below this many elements the JavaScript twin is done before a call into WASM has begun. */
const TINY = 16;
/** From this many on, copying chunks into WASM memory and out again pays for the kernels that say so. */
const WORTH_COPYING = 128;

/** The checked `out`, or a new array like x. */
export function destination<V extends FloatArray>(x: V, out: V | undefined): V {
  if (out === undefined) return (isFloat64(x) ? new Float64Array(x.length) : new Float32Array(x.length)) as V;
  if (out !== x) {
    checkMatching("out", out, "x", x);
    checkOverlap("out", out, "x", x);
  }
  return out;
}

/** A scalar as the kernels of this dtype take it: float32 kernels want theirs rounded. */
export function scalarLike(x: FloatArray, value: number): number {
  return isFloat64(x) ? value : Math.fround(value);
}

/** stepSize·weight, where a step of 0 and a penalty of 0 do nothing even if the other is infinite. */
export function strength(stepSize: number, weight: number): number {
  return stepSize === 0 || weight === 0 ? 0 : stepSize * weight;
}

/** The kernels that run on both arrays where they lie: WASM's in an arena, otherwise JavaScript's. */
export function kernelsOn<V extends FloatArray>(x: V, y: V): VectorKernels<V> {
  const kernels = (x.length < TINY ? undefined : kernelsInPlace(x.buffer, y.buffer)) ?? jsKernels;
  return (isFloat64(x) ? kernels.float64 : kernels.float32) as unknown as VectorKernels<V>;
}

/** Works on chunks of two operands, n elements each, and writes the result over the first. */
export type ChunkKernel = (
  kernels: VectorKernels<FloatArray>,
  n: number,
  first: FloatArray,
  second: FloatArray,
) => void;

/**
 * Runs a kernel on arrays outside of any arena by way of the scratch, where that is worth the copies.
 *
 * @returns false if it is not, or x is in an arena: then nothing has been done.
 */
export function throughScratch<V extends FloatArray>(x: V, second: V | undefined, out: V, run: ChunkKernel): boolean {
  if (x.length < WORTH_COPYING || kernelsInPlace(x.buffer, (second ?? out).buffer) !== undefined) return false;
  const room = scratch();
  if (room === undefined) return false;
  const wide = isFloat64(x);
  const kernels = (wide ? room.kernels.float64 : room.kernels.float32) as unknown as VectorKernels<FloatArray>;
  const [a, b] = wide ? room.float64 : room.float32;
  const step = wide ? SCRATCH_LENGTH : 2 * SCRATCH_LENGTH;
  for (let start = 0; start < x.length; start += step) {
    const n = Math.min(step, x.length - start);
    a.set(x.subarray(start, start + n));
    if (second !== undefined) b.set(second.subarray(start, start + n));
    run(kernels, n, a, b);
    out.set(n === step ? a : a.subarray(0, n), start);
  }
  return true;
}
