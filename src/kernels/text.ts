/**
 * Binaries in source code. Printable characters but for quotes, the backslash, the dollar sign and "<", so that no string, template or page
 * needs to escape them: 86 that stand for a byte each, and three that make a pair with the next.
 */
export const CHARACTERS = " !#%&()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~";
export const SINGLE = 86;

/** The bytes of a text that the build made of a binary (scripts/buildKernels.ts). */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const table = [];
  for (let i = 0; i < 2 * SINGLE; i += 2) table.push(Number.parseInt(text.slice(i, i + 2), 16));
  for (let byte = 0; byte < 256; ++byte) if (table.indexOf(byte) < 0 || table.indexOf(byte) >= SINGLE) table.push(byte);
  const bytes = new Uint8Array(text.length);
  let n = 0;
  let row = 0;
  for (let i = 2 * SINGLE; i < text.length; ++i) {
    const code = CHARACTERS.indexOf(text[i]);
    if (code >= SINGLE) row = code - SINGLE + 1;
    else {
      bytes[n++] = table[row * SINGLE + code];
      row = 0;
    }
  }
  return bytes.slice(0, n);
}
