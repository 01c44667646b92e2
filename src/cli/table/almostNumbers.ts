import { plural } from "../../printing/numbers.js";
import type { ChunkColumn } from "../../readers/index.js";
import { NA_VALUES } from "../../tables/tableOptions.js";
import { quote, word } from "../failures.js";
import type { Settings } from "../Job.js";

/** Values that are looked at, and the share of them that makes the others exceptions. */
const LOOKED = 10_000;
const MOST = 0.9;

/** Whether a text says a number, with nothing beside it. */
export const isNumber = (text: string): boolean => text.trim() !== "" && Number.isFinite(Number(text));

/** Numbers with the other decimal sign than those that are read. */
export const WITH_COMMA = /^\s*[-+]?\d+(\.\d{3})*,\d+\s*$/;
const WITH_POINT = /^\s*[-+]?\d*\.\d+\s*$/;

/** Why a column of text holds numbers after all, in which of its rows, and what would make it one of these; nothing if it does not. */
export function almostNumbers(
  parts: readonly ChunkColumn[],
  { naValues = [], decimal }: Settings,
): { why: string; fix: string; row: number } | undefined {
  const gaps = new Set([...NA_VALUES, ...naValues]);
  const hasCommas = decimal === ",";
  const unread = hasCommas ? WITH_POINT : WITH_COMMA;
  const others = new Set<string>();
  let [count, numbers, almost] = [0, 0, 0];
  let example = "";
  let [row, exampleRow, otherRow] = [-1, 0, 0];
  for (const part of parts) {
    for (const value of part) {
      row += 1;
      if (typeof value !== "string" || gaps.has(value)) continue;
      if (count === LOOKED) break;
      count += 1;
      if (unread.test(value)) {
        almost += 1;
        if (example === "") [example, exampleRow] = [value, row];
      } else if (isNumber(value) || (hasCommas && WITH_COMMA.test(value))) numbers += 1;
      else {
        if (others.size === 0) otherRow = row;
        others.add(value);
      }
    }
  }
  if (almost > 0 && almost + numbers >= MOST * count) {
    return hasCommas
      ? {
          why: `${quote(example)} has a point and no comma`,
          fix: "with --decimal , numbers without decimals are written without points",
          row: exampleRow,
        }
      : { why: `${quote(example)} has a decimal comma`, fix: "--decimal , reads decimal commas", row: exampleRow };
  }
  if (count === 0 || others.size === 0 || numbers < MOST * count) return undefined;
  const [first = ""] = others;
  const isOne = others.size === 1;
  return {
    why: `${quote(first)}${isOne ? " is no number" : ` and ${plural(others.size - 1, "other text")} are no numbers`}`,
    fix: `--na-values ${word(first)}${isOne ? " makes it a gap" : ",… makes them gaps"}`,
    row: otherRow,
  };
}
