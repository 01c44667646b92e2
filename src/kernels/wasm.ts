import type { Backed } from "./contract.js";
import type { Address, Library, WasmFunction } from "./library.js";
import { bytesOf } from "./text.js";

/** The only file that knows of pointers, beside those that the build makes of the twins. */

/** A module whose one function uses one SIMD instruction: valid exactly where SIMD is there. */
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** Compiles the embedded binary, or throws an error that says what is missing. */
export function compile({ text }: Library): WebAssembly.Module {
  if (typeof WebAssembly !== "object") throw new Error("this host has no WebAssembly");
  if (!WebAssembly.validate(SIMD_PROBE)) throw new Error("this host's WebAssembly has no SIMD");
  return new WebAssembly.Module(bytesOf(text));
}

const at16: Address = (array, offset) => array.byteOffset + offset * 2;
const at8: Address = (array, offset) => array.byteOffset + offset;

/** A library's kernels on `memory`. Operands must be views of its buffer. */
export function instantiate<Kernels extends object>(
  { pointers }: Library<Kernels>,
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Kernels & Backed {
  const float64 = new Float64Array(memory.buffer);
  const float32 = new Float32Array(memory.buffer);
  const at64: Address = (array, offset) => (array === float64 ? 0 : array.byteOffset) + offset * 8;
  const at32: Address = (array, offset) => (array === float32 ? 0 : array.byteOffset) + offset * 4;
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const kernel = (name: string): WasmFunction => {
    const found = exports[name];
    if (found === undefined) throw new Error(`the module of setModule has no kernel "${name}"`);
    return found as WasmFunction;
  };
  return { name: "wasm", memory: { float64, float32 }, ...pointers(kernel, at64, at32, at16, at8) };
}
