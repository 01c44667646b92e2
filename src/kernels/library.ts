/** A function of a binary, on addresses and numbers. */
export type WasmFunction = (...operands: number[]) => number;
/** The address of an operand: its array's byteOffset plus its element offset in bytes. */
export type Address = (array: ArrayBufferView, offset: number) => number;

/** A binary of kernels, as the build makes it of them. */
export interface Library<Kernels extends object = object> {
  readonly name: "vectors" | "fits" | "text";
  /** The binary: {@link bytesOf} reads it. */
  readonly text: string;
  /** The kernels of an instance of it, an array and its offset made an address. @param kernel - The function of that name. */
  pointers(kernel: (name: string) => WasmFunction, at64: Address, at32: Address, at16: Address, at8: Address): Kernels;
}
