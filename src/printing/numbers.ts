/** A number of a few significant digits: with an exponent only where it is very small or large. */
function digits(value: number, count: number): string {
  const size = Math.abs(value);
  const text = value.toPrecision(count);
  if (size >= 1e-4 && !text.includes("e")) return text;
  return size >= 1 && size < 1e9 ? counted(Math.round(value)) : value.toExponential(count - 2);
}

/** Four significant digits; ○ for exactly 0, which is not the same as small. */
export const short = (value: number): string => (value === 0 ? "○" : digits(value, 4));

/** Three significant digits. */
export const rough = (value: number): string => (value === 0 ? "0" : digits(value, 3));

/** A share of 1 in per cent; what rounds to 0 has no sign. */
export const inPercent = (share: number): string => (100 * share).toFixed(1).replace("-0.0", "0.0");

/** Up to four significant digits, for numbers that people choose. */
export const trimmed = (value: number): string => String(Number(value.toPrecision(4)));

/** A whole number, its digits in groups of three. */
export const counted = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

/** A count and its noun, which takes an s for all but one. */
export const plural = (count: number, noun: string): string => `${counted(count)} ${noun}${count === 1 ? "" : "s"}`;

/** A text of at most `width` characters, in one line: what is too long loses its middle. */
export function clipped(text: string, width: number): string {
  const line = text.replace(/\p{Cc}/gu, " ");
  const head = Math.ceil((width - 1) / 2);
  return line.length > width ? `${line.slice(0, head)}…${line.slice(head + 1 - width)}` : line;
}

/** As many of the texts as a line of `width` has room for, and how many there are more. */
export function listed(texts: readonly string[], width: number): string {
  let line = "";
  for (const [k, text] of texts.entries()) {
    const longer = k === 0 ? text : `${line}, ${text}`;
    if (longer.length > width && k > 0) return `${line} and ${counted(texts.length - k)} more`;
    line = longer;
  }
  return line;
}
