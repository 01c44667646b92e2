/** Four significant digits; ○ for exactly 0, which is not the same as small. */
export function short(value: number): string {
  if (value === 0) return "○";
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e4) return value.toPrecision(4);
  return size >= 1e4 && size < 1e9 ? counted(Math.round(value)) : value.toExponential(2);
}

/** A number that says how large something is, 0 included: three significant digits. */
export function rough(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || !Number.isFinite(value)) return String(value);
  if (size >= 1e-4 && size < 1e3) return value.toPrecision(3);
  return size >= 1e3 && size < 1e9 ? counted(Math.round(value)) : value.toExponential(1);
}

/** Up to four significant digits, for numbers that people choose. */
export const trimmed = (value: number): string => String(Number(value.toPrecision(4)));

/** A whole number, its digits in groups of three. */
export const counted = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

/** A count and its noun, which takes an s for all but one. */
export const plural = (count: number, noun: string): string => `${counted(count)} ${noun}${count === 1 ? "" : "s"}`;

/** A text of at most `width` characters, in one line: what is too long loses its middle. */
export function clipped(text: string, width: number): string {
  const line = Array.from(text, (character) => (character < " " ? " " : character));
  if (line.length <= width) return line.join("");
  const head = Math.ceil((width - 1) / 2);
  return `${line.slice(0, head).join("")}…${line.slice(line.length - (width - 1 - head)).join("")}`;
}

/** As many of the texts as a line of `width` has room for, and how many there are more. */
export function listed(texts: readonly string[], width: number): string {
  let line = "";
  for (const [k, text] of texts.entries()) {
    const longer = `${line}${k === 0 ? "" : ", "}${text}`;
    if (longer.length > width && k > 0) return `${line} and ${counted(texts.length - k)} more`;
    line = longer;
  }
  return line;
}
