import {
  checkBoolean,
  checkChoice,
  checkInteger,
  checkOptions,
  describe,
  isRecord,
  rangeError,
  reading,
  typeError,
} from "../../errors.js";
import { ENGINE } from "../../host.js";
import { readerNames } from "../../names/readerNames.js";
import { NA_VALUES, readStrings } from "../../tables/tableOptions.js";
import { numberOf } from "./decimals.js";

/** What a column of CSV is read as. */
const TYPES = ["number", "string"] as const;
export type CsvType = (typeof TYPES)[number];
const DECIMALS = [".", ","] as const;

export interface CsvOptions {
  /** What stands between fields: one ASCII character. Default: of `,`, `;`, tab and `|` the one that the first lines have. */
  delimiter?: string | undefined;
  /**
   * What stands before the decimals of numbers: `"."` or `","`. With a comma, `1.234,5` and `1 234,5` are 1234.5: points and spaces may part groups of three
   * digits. `1.234` alone is 1234 in a column of numbers; one whose first 10,000 rows have it and no comma is text, as it may be a decimal point. The delimiter
   * is then of `;`, tab and `|`, or a comma where fields with commas are in quotes. Default `"."`.
   */
  decimal?: "." | "," | undefined;
  /** Whether the first line holds names; without, columns are `column1`, `column2`, … Default true. */
  header?: boolean | undefined;
  /** The columns to read, in this order. Default: all. */
  columns?: readonly string[] | undefined;
  /** What columns are, by name. Default: what the first 10,000 rows say. */
  types?: Readonly<Record<string, CsvType>> | undefined;
  /** The fields that are gaps, besides blank ones; those that read as numbers in any spelling. Default `""`, `"NA"`, `"NaN"` and `"null"`. */
  naValues?: readonly string[] | undefined;
  /** Rows of a chunk. Default: 65,536, or fewer where that is more than 2²¹ values. */
  chunkRows?: number | undefined;
  /**
   * One of `createExecutor`, whose workers read a file of Node's of 16 MiB and more side by side. Without `chunkRows` a chunk is what one of them
   * reads at a time, 8 MiB of the file. Its `gramOf` has them do so by itself. Default, and with others: this thread.
   */
  executor?: CsvExecutor | undefined;
}

/** An executor, by its shape. */
export interface CsvExecutor {
  stats(): object;
  close(): Promise<void>;
}

const NAMES: readonly (keyof CsvOptions)[] = [
  "delimiter",
  "decimal",
  "header",
  "columns",
  "types",
  "naValues",
  "chunkRows",
  "executor",
];

/** Where calls are worked on by several workers, as far as ranges need it: `Pool` of `regulus/workers`. */
export interface RangeEngine {
  open(call: object, run: object): { work(batch: object): Promise<readonly unknown[]>; close(): void };
  stats(): { workers: readonly unknown[] };
}

/** The options, read once and checked, but for whether there are the columns that they name. */
export interface CsvWishes {
  delimiter: number | undefined;
  /** Whether decimals are behind a comma. */
  hasCommas: boolean;
  header: boolean;
  columns: readonly string[] | undefined;
  types: ReadonlyMap<string, CsvType>;
  naValues: ReadonlySet<string>;
  /** Those of the gaps that read as numbers. */
  naNumbers: readonly number[];
  chunkRows: number | undefined;
  engine: RangeEngine | undefined;
}

export function readCsvOptions(options: CsvOptions): CsvWishes {
  checkOptions("readCsv", options, NAMES, readerNames);
  return reading("the options of readCsv", () => {
    const { delimiter, decimal = ".", header = true, columns, types = {}, naValues = NA_VALUES } = options;
    const { chunkRows, executor } = options;
    checkChoice("decimal", decimal, DECIMALS);
    if (decimal === delimiter) {
      throw rangeError("ERR_VALUE", `"decimal" must be another character than "delimiter", got ${describe(decimal)}`);
    }
    checkBoolean("header", header);
    if (chunkRows !== undefined) checkInteger("chunkRows", chunkRows, 1, 16777216);
    if (!isRecord(types)) {
      throw typeError("ERR_TYPE", `"types" must be an object with a type for each column, got ${describe(types)}`);
    }
    if (executor !== undefined && typeof (executor as CsvExecutor | null)?.stats !== "function") {
      throw typeError("ERR_TYPE", `"executor" must be an executor, got ${describe(executor)}`);
    }
    const entries = Object.entries(types).filter(([, type]) => type !== undefined);
    for (const [name, type] of entries) checkChoice(`types of ${name}`, type, TYPES);
    const gaps = readStrings("naValues", naValues);
    const hasCommas = decimal === ",";
    return {
      delimiter: delimiter === undefined ? undefined : readDelimiter(delimiter),
      hasCommas,
      header,
      columns: columns === undefined ? undefined : readStrings("columns", columns),
      types: new Map(entries),
      naValues: new Set(gaps),
      naNumbers: gaps.map((gap) => numberOf(gap, hasCommas)).filter((value) => value !== undefined),
      chunkRows,
      engine: (executor as { [ENGINE]?: RangeEngine } | undefined)?.[ENGINE],
    };
  });
}

function readDelimiter(delimiter: unknown): number {
  if (typeof delimiter !== "string") {
    throw typeError("ERR_TYPE", `"delimiter" must be a character, got ${describe(delimiter)}`);
  }
  if (!/^[^\n\r"0-9.+\-\u0080-\uffff]$/.test(delimiter)) {
    const expected = "one ASCII character that is no digit, sign, point, quote or line's end";
    throw rangeError("ERR_VALUE", `"delimiter" must be ${expected}, got ${describe(delimiter)}`);
  }
  return delimiter.charCodeAt(0);
}
