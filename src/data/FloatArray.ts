import { kindOf } from "../errors.js";

/** The dtypes that everything here works on. */
export type FloatArray = Float64Array | Float32Array;

/** To be called on a typed array: engines make a load of it, where the property takes several times as long. */
export const byteOffsetOf = /* @__PURE__ */ Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Float64Array.prototype),
  "byteOffset",
)!.get as (this: FloatArray) => number;

/** Whether memory is read by all threads where it lies, be it of another realm. */
export const isShared = (buffer: ArrayBufferLike): boolean =>
  !(buffer instanceof ArrayBuffer) && kindOf(buffer) === "SharedArrayBuffer";
