/** One field of a message: its number, and an integer that is not negative, ASCII text, or the bytes of another message. */
export type Field = readonly [number: number, value: number | string | Uint8Array];

/** A message in the wire format of Protocol Buffers: varints and length-delimited fields, all that ONNX needs of it. */
export function message(...fields: Field[]): Uint8Array {
  const parts = fields.flatMap(([number, value]) => {
    if (typeof value === "number") return [varint(number * 8), varint(value)];
    const bytes = typeof value === "string" ? Uint8Array.from(value, (letter) => letter.charCodeAt(0)) : value;
    return [varint(number * 8 + 2), varint(bytes.length), bytes];
  });
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Seven bits a byte, the lowest first; all bytes but the last have their high bit set. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
