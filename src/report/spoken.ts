import { clipped } from "../printing/numbers.js";

/** Characters of a name in a sentence. */
const LONGEST = 40;
/** Marks that turn what follows them round, up to another mark. */
const MARKS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Letters that run from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/**
 * A name as it stands in a sentence: without its middle where it is long, and set apart where its letters run from right to left. Two such names with
 * a comma between would be read as one, the second first.
 */
export function spoken(name: string): string {
  const text = clipped(name.replace(MARKS, ""), LONGEST);
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}
