import type { FloatArray } from "../data/FloatArray.js";
import { checkDistance, checkMatching, isFloat64 } from "../errors.js";
import type { VectorKernels } from "../kernels/contract.js";
import { elementwise, reductions } from "../kernels/generated/vectors.js";
import { type Place, placeOf, SCRATCH_LENGTH, scratch } from "../kernels/select.js";

/** Below this many elements the JavaScript twin is done before a call into WASM has begun. */
const TINY = 16;
/** From this many on, copying chunks into WASM memory and out again pays for the kernels that say so. */
const WORTH_COPYING = 128;

/** A new array of the dtype and length of x. */
export function arrayLike<V extends FloatArray>(x: V): V {
  return (isFloat64(x) ? new Float64Array(x.length) : new Float32Array(x.length)) as V;
}

/** A scalar as the kernels of this dtype take it: float32 kernels want theirs rounded. */
export function scalarLike(x: FloatArray, value: number): number {
  return isFloat64(x) ? value : Math.fround(value);
}

/** stepSize·weight, where a step of 0 and a penalty of 0 do nothing even if the other is infinite. */
export function strength(stepSize: number, weight: number): number {
  return stepSize === 0 || weight === 0 ? 0 : stepSize * weight;
}

/** The operand for an array: its place in an arena, or the array itself with the JavaScript kernels. */
export function operand<V extends FloatArray>(x: V): Place<V> {
  return placeOf(x) ?? { kernels: twins(x), memory: x, offset: 0 };
}

/** The operand for a checked second array. `written` says that one of the two is written, so they must not overlap in part. */
export function secondOperand<V extends FloatArray>(
  name: string,
  second: V,
  firstName: string,
  first: V,
  place: Place<V>,
  written: boolean,
): Place<V> {
  if (second === first) return place;
  checkMatching(name, second, firstName, first);
  const other = operand(second);
  if (written) {
    if (other.memory === place.memory) checkDistance(name, firstName, other.offset - place.offset, first.length);
    else if (second.buffer === first.buffer) {
      const distance = (second.byteOffset - first.byteOffset) / first.BYTES_PER_ELEMENT;
      checkDistance(name, firstName, distance, first.length);
    }
  }
  return other;
}

/** The kernels for operands of n elements: those of the arena that holds both, otherwise JavaScript's, which run anywhere. */
export function kernelsFor<V extends FloatArray>(n: number, a: Place<V>, b: Place<V>): VectorKernels<V> {
  return n >= TINY && a.kernels === b.kernels ? a.kernels : twins(a.memory);
}

/** The kernels here in JavaScript, those of optimisers left to their bundles. */
const twinsOf = (dtype: "float64" | "float32"): object => ({ ...elementwise[dtype], ...reductions[dtype] });
const twins64 = /* @__PURE__ */ twinsOf("float64");
const twins32 = /* @__PURE__ */ twinsOf("float32");

function twins<V extends FloatArray>(x: V): VectorKernels<V> {
  return (isFloat64(x) ? twins64 : twins32) as VectorKernels<V>;
}

/**
 * Works on a chunk of n elements of two operands and writes the result over the first. The scalars are passed along, as a
 * closure over them would cost more than the rest of a call.
 */
export type ChunkKernel = (
  kernels: VectorKernels<FloatArray>,
  n: number,
  first: FloatArray,
  second: FloatArray,
  a: number,
  b: number,
  c: number,
) => void;

/**
 * Runs a kernel on arrays outside of any arena by way of the scratch.
 *
 * @param kernels - What would run otherwise.
 * @returns false where that is WASM in an arena, where the arrays are so short that copying costs more than it saves, or
 *   where WASM does not run: then nothing has been done.
 */
export function throughScratch<V extends FloatArray>(
  kernels: VectorKernels<V>,
  x: V,
  second: V | undefined,
  out: V,
  run: ChunkKernel,
  a: number,
  b = 0,
  c = 0,
): boolean {
  if (x.length < WORTH_COPYING || kernels !== twins(x)) return false;
  const room = scratch();
  if (room === undefined) return false;
  const wide = isFloat64(x);
  const wasm = (wide ? room.kernels.float64 : room.kernels.float32) as unknown as VectorKernels<FloatArray>;
  const [first, other] = wide ? room.float64 : room.float32;
  const step = wide ? SCRATCH_LENGTH : 2 * SCRATCH_LENGTH;
  for (let start = 0; start < x.length; start += step) {
    const n = Math.min(step, x.length - start);
    first.set(x.subarray(start, start + n));
    if (second !== undefined) other.set(second.subarray(start, start + n));
    run(wasm, n, first, other, a, b, c);
    out.set(n === step ? first : first.subarray(0, n), start);
  }
  return true;
}
