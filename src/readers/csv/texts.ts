/** Texts that are remembered, as those of a column are often few. */
const PLACES = 4096;
/** Longer ones are not. */
const LONGEST = 32;

/** Makes strings of bytes in UTF-8. */
export class Texts {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #known: string[] = [];

  /** @throws TypeError if the bytes are no UTF-8. */
  of(bytes: Uint8Array, from: number, to: number): string {
    if (to - from > LONGEST) return this.#decoder.decode(bytes.subarray(from, to));
    let hash = to - from;
    for (let at = from; at < to; ++at) hash = (Math.imul(hash, 31) + bytes[at]) | 0;
    const place = hash & (PLACES - 1);
    const known = this.#known[place];
    if (known !== undefined && isText(known, bytes, from, to)) return known;
    let text = "";
    for (let at = from; at < to; ++at) {
      if (bytes[at] >= 128) return this.#decoder.decode(bytes.subarray(from, to));
      // Several times as quick for short ones as a decoder.
      text += String.fromCharCode(bytes[at]);
    }
    this.#known[place] = text;
    return text;
  }
}

/** Whether the bytes are this text, of characters that take one each. */
function isText(text: string, bytes: Uint8Array, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let i = 0; i < text.length; ++i) if (text.charCodeAt(i) !== bytes[from + i]) return false;
  return true;
}
