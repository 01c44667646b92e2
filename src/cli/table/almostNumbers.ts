import { plural } from "../../printing/numbers.js";
import type { ChunkColumn } from "../../readers/index.js";
import { NA_VALUES } from "../../tables/tableOptions.js";
import { quote, word } from "../failures.js";
import type { Settings } from "../Job.js";
import type { Table } from "./openTable.js";

/** Values that are looked at, and the share of them that makes the others exceptions. */
const LOOKED = 10_000;
const MOST = 0.9;

/** Whether a text says a number, with nothing beside it. */
export const isNumber = (text: string): boolean => text.trim() !== "" && Number.isFinite(Number(text));

/** Numbers that are written otherwise than they are read. */
interface Spelling {
  test: RegExp;
  why: string;
  fix: string;
}

const POINTS: Spelling = {
  test: /^\s*[-+]?\d*\.\d+\s*$/,
  why: "has a point and no comma",
  fix: "leave out --decimal , if decimals have points; thousands have none between them",
};
export const WITH_COMMA = /^\s*[-+]?\d+(\.\d{3})*,\d+\s*$/;
const GROUPED: Spelling = {
  test: /^\s*[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?\s*$/,
  why: "has a comma",
  fix: "between thousands it is to be left out, and --decimal , reads it as a decimal one",
};
const COMMAS: Spelling = { test: WITH_COMMA, why: "has a decimal comma", fix: "--decimal , reads decimal commas" };
const SIGNED: Spelling = {
  test: /^\s*([-+]?[$€£]\s*[-+]?\d[\d.,]*|[-+]?\d[\d.,]*\s*[%$€£])\s*$/,
  why: "has a sign beside the number",
  fix: "without it, and without commas between thousands, it is one",
};

/** What there is to do in tables that are no CSV, where --decimal says nothing. */
const ELSEWHERE = "numbers are written with decimal points";

/** Why a column of text holds numbers after all, in which of its rows, and what would make it one of these; nothing if it does not. */
export function almostNumbers(
  parts: readonly ChunkColumn[],
  { naValues = [], decimal }: Settings,
  { format }: Table,
): { why: string; fix: string; row: number } | undefined {
  const gaps = new Set([...NA_VALUES, ...naValues]);
  const isCsv = format === "csv";
  const hasCommas = isCsv && decimal === ",";
  // What may be between thousands is said if there is nothing plainer.
  const spellings = hasCommas ? [POINTS, SIGNED] : [GROUPED, COMMAS, SIGNED];
  const found = new Map<Spelling, { example: string; row: number }>();
  const others = new Set<string>();
  let [count, numbers, almost] = [0, 0, 0];
  let [row, otherRow] = [-1, 0];
  for (const part of parts) {
    for (const value of part) {
      row += 1;
      if (typeof value !== "string" || gaps.has(value)) continue;
      if (count === LOOKED) break;
      count += 1;
      const spelling = spellings.find(({ test }) => test.test(value));
      if (spelling !== undefined) {
        almost += 1;
        if (!found.has(spelling)) found.set(spelling, { example: value, row });
      } else if (isNumber(value) || (hasCommas && WITH_COMMA.test(value))) numbers += 1;
      else {
        if (others.size === 0) otherRow = row;
        others.add(value);
      }
    }
  }
  if (almost > 0 && almost + numbers >= MOST * count) {
    const plainest = [COMMAS, SIGNED, GROUPED, POINTS].find((one) => found.has(one)) as Spelling;
    const { example, row } = found.get(plainest) as { example: string; row: number };
    return {
      why: `${quote(example)} ${plainest.why}`,
      fix: isCsv || plainest === SIGNED ? plainest.fix : ELSEWHERE,
      row,
    };
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
