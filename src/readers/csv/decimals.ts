/** Groups of three digits before a decimal comma, if there is one. */
const GROUPED = /^\s*[-+]?\d{1,3}([.\s])\d{3}(?:\1\d{3})*(?:,\d*)?(?:e[-+]?\d+)?\s*$/i;
/** What is a thousand and more, or less than a thousand with three decimals. */
const DOUBTFUL = /^\s*[-+]?\d{1,3}\.\d{3}\s*$/;

/** The number that `Number` reads in a text that is not blank, if it does; with a decimal comma in place of a point, and groups of digits. */
export function numberOf(text: string, hasCommas = false): number | undefined {
  const value = Number(hasCommas ? withPoint(text) : text);
  if (value !== value || (value === 0 && text.trim() === "")) return undefined;
  return value;
}

/** The text with a decimal point in place of its comma; one with a point of its own that parts no groups is no number. */
function withPoint(text: string): string {
  if (GROUPED.test(text)) return text.trim().replace(/[.\s]/g, "").replace(",", ".");
  return text.includes(".") ? "no number" : text.replace(",", ".");
}

/** Whether the commas or points of a number say that its decimals are behind a comma: 1,5 and 1.234.567 do, 1 does not, and 1.234 is in doubt. */
export function saysComma(text: string): boolean | undefined {
  return DOUBTFUL.test(text) ? undefined : /[.,]/.test(text);
}
