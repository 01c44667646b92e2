import { rough, short } from "../../printing/numbers.js";
import { widthOf } from "./width.js";

const CODES = { bold: [1, 22], dim: [2, 22], accent: [36, 39], warn: [33, 39] } as const;

/** What makes text bold, quiet or coloured, or leaves it as it is. */
export type Style = Record<keyof typeof CODES, (text: string) => string>;

export function styleOf(isColoured: boolean): Style {
  const make =
    ([on, off]: readonly [number, number]) =>
    (text: string): string =>
      isColoured && text !== "" ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  return { bold: make(CODES.bold), dim: make(CODES.dim), accent: make(CODES.accent), warn: make(CODES.warn) };
}

/** Three significant digits; ○ for exactly 0. */
export const three = (value: number): string => (value === 0 ? short(0) : rough(value));

/** Text in lines of at most `width` columns. Further lines begin with `indent`. */
export function wrapped(text: string, width: number, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const part of text.split(" ")) {
    const longer = line === "" ? (lines.length > 0 ? indent : "") + part : `${line} ${part}`;
    if (widthOf(longer) > width && line !== "") {
      lines.push(line);
      line = indent + part;
    } else line = longer;
  }
  return [...lines, line];
}

/** What was found in a sentence, and of what. */
export const headed = (sentence: string, subject: string, width: number, { bold, dim }: Style): string =>
  [...wrapped(sentence, width).map(bold), ...wrapped(subject, width).map(dim)].join("\n");

/** A list of notes. */
export const noted = (notes: readonly string[], width: number, { dim }: Style): string =>
  notes.flatMap((note) => wrapped(`· ${note}`, width - 2, "  ").map((line) => dim(`  ${line}`))).join("\n");

/** A bar from 0 to the left or right, of −1 to 1; zero is a place. */
export function bar(share: number, half: number, { dim, accent }: Style): string {
  const steps = Math.min(2 * half, Math.max(share === 0 ? 0 : 1, Math.round(Math.abs(share) * 2 * half)));
  const [whole, rest] = [steps >> 1, steps & 1];
  const left = share < 0 ? `${rest ? "╺" : ""}${"━".repeat(whole)}`.padStart(half) : " ".repeat(half);
  const right = share > 0 ? `${"━".repeat(whole)}${rest ? "╸" : ""}` : "";
  return share === 0 ? `${left}${dim("○")}` : `${accent(left)}│${accent(right)}`;
}
