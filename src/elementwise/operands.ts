import { byteOffsetOf, type FloatArray } from "../data/FloatArray.js";
import { checkDistance, checkMatching, isFloat64 } from "../errors.js";
import type { VectorKernels } from "../kernels/contract.js";
import { elementwise, reductions } from "../kernels/generated/vectors.js";
import { copyIn, copyOut, placeOf, scratch } from "../kernels/select.js";

/** Below this many elements the JavaScript twin is done before an array's place is found. */
const TINY = 16;
/** From this many on, copying them into WASM memory and out again takes less time than WASM saves. */
const WORTH_COPYING = 64;

/** A new array of the dtype and length of x. */
export function arrayLike<V extends FloatArray>(x: V): V {
  return (isFloat64(x) ? new Float64Array(x.length) : new Float32Array(x.length)) as V;
}

/** stepSize·weight, where a step of 0 and a penalty of 0 do nothing even if the other is infinite. */
export function strength(stepSize: number, weight: number): number {
  return stepSize === 0 || weight === 0 ? 0 : stepSize * weight;
}

/** Checks a second array against the first. `written` says that one of the two is written, so they must not overlap in part. */
export function checkSecond(
  name: string,
  second: FloatArray,
  firstName: string,
  first: FloatArray,
  written: boolean,
): void {
  if (second === first) return;
  checkMatching(name, second, firstName, first);
  if (!written) return;
  const distance = (byteOffsetOf.call(second) - byteOffsetOf.call(first)) / (isFloat64(first) ? 8 : 4);
  // Buffers are slow to ask for. Of one or not, most arrays start alike or far apart.
  if (distance !== 0 && Math.abs(distance) < first.length && second.buffer === first.buffer) {
    checkDistance(name, firstName, distance, first.length);
  }
}

/** The kernels here in JavaScript, those of optimisers left to their bundles. */
const twinsOf = (dtype: "float64" | "float32"): object => ({ ...elementwise[dtype], ...reductions[dtype] });
const twins64 = /* @__PURE__ */ twinsOf("float64");
const twins32 = /* @__PURE__ */ twinsOf("float32");

function twins(x: FloatArray): VectorKernels<FloatArray> {
  return (isFloat64(x) ? twins64 : twins32) as VectorKernels<FloatArray>;
}

/** Calls a kernel on n elements of two operands. The scalars are passed along, as a closure over them would cost more than the rest of a call. */
export type Call = (
  kernels: VectorKernels<FloatArray>,
  n: number,
  w: FloatArray,
  wOffset: number,
  x: FloatArray,
  xOffset: number,
  a: number,
  b: number,
  c: number,
) => unknown;

/** What a kernel does with its operands: writes w from x, writes w from both, or sums up both. */
export type Role = "map" | "update" | "sum";

/**
 * Runs a kernel on two checked arrays, by one of three ways with the same bits: in the arena that holds both, in WASM memory on copies, or
 * in JavaScript. Scalars are rounded first for float32.
 *
 * @returns What the kernel returns.
 */
export function run(call: Call, role: Role, w: FloatArray, x: FloatArray, a = 0, b = 0, c = 0): unknown {
  const n = w.length;
  if (!isFloat64(w)) {
    a = Math.fround(a);
    b = Math.fround(b);
    c = Math.fround(c);
  }
  if (n < TINY) return call(twins(w), n, w, 0, x, 0, a, b, c);
  const to = placeOf(w);
  const from = to && (x === w ? to : placeOf(x));
  if (to !== undefined && to.kernels === from?.kernels) {
    return call(to.kernels, n, to.memory, to.offset, from.memory, from.offset, a, b, c);
  }
  return runOutside(call, role, w, x, a, b, c);
}

/** By itself, so that engines find `run` short enough to know what is called in it. */
function runOutside(call: Call, role: Role, w: FloatArray, x: FloatArray, a: number, b: number, c: number): unknown {
  const total = w.length;
  const dtype = isFloat64(w) ? "float64" : "float32";
  const room = total < WORTH_COPYING ? undefined : scratch();
  // Sums are of all elements in one order.
  if (room === undefined || (role === "sum" && total > room[dtype][0].length)) {
    return call(twins(w), total, w, 0, x, 0, a, b, c);
  }
  const [first, other] = room[dtype];
  const second = x === w ? first : other;
  let value: unknown;
  for (let start = 0; start < total; start += first.length) {
    const n = Math.min(first.length, total - start);
    if (role !== "map" || second === first) copyIn(first, w, start, n);
    if (second === other) copyIn(other, x, start, n);
    value = call(room.kernels[dtype] as never, n, first, 0, second, 0, a, b, c);
    if (role !== "sum") copyOut(w, first, start, n);
  }
  return value;
}
