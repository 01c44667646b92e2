/** One field of a message: its number, and an integer that is not negative, or text or another message. */
export type Field = readonly [number: number, value: number | string];

/** A message in the wire format of Protocol Buffers, each byte a character of a string: varints and strings are all that ONNX needs of it. */
export function message(...fields: Field[]): string {
  return fields
    .map(([number, value]) =>
      typeof value === "number"
        ? varint(number * 8) + varint(value)
        : varint(number * 8 + 2) + varint(value.length) + value,
    )
    .join("");
}

/** Seven bits a byte, the lowest first; all bytes but the last have their high bit set. */
function varint(value: number): string {
  return value < 128
    ? String.fromCharCode(value)
    : String.fromCharCode((value % 128) + 128) + varint(Math.floor(value / 128));
}
